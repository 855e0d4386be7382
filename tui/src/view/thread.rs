//! The thread beside the chat: its title, its messages, its composer.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Cache;
use super::item::Painter;
use super::paint::{foreign, own, row, row_of, row_right};
use super::{composer, timeline};
use crate::state::Surroundings;
use crate::state::chat::Chat;
use crate::state::thread::Thread;
use crate::state::timeline::Scroll;

/// Draws the thread; returns where the caret is, while it has the keys.
pub(super) fn draw(
    thread: &Thread,
    chat: &Chat,
    around: &Surroundings,
    cache: &Cache,
    buffer: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let divided = chat.thread_geometry(around)?;
    let has_keys = chat.thread_with_keys().is_some();
    draw_title(thread, has_keys, chat, cache, buffer, row_of(area, 0));
    let below_title = Rect { y: area.y + 1, height: divided.timeline_rows, ..area };
    let messages = below_title.intersection(area);
    let selection = chat.selection().filter(|_| has_keys);
    let painter = Painter { chat, around, cache, selection };
    let rows = chat
        .thread_feed(around)
        .map(|feed| painter.rows_from_below(&feed, &thread.scroll, usize::from(messages.height)));
    timeline::draw_rows(rows.unwrap_or_default(), cache.theme, buffer, messages);
    timeline::draw_marking(chat, true, around, cache.theme, buffer, messages);
    if thread.scroll != Scroll::Bottom {
        let last = usize::from(messages.height).saturating_sub(1);
        let words = own(" ↓ newer ", cache.theme.marked());
        row_right(buffer, row_of(messages, last), &[words]);
    }
    let (y, height) = (below_title.bottom(), divided.composer_rows + 1);
    let composer = Rect { y, height, ..area }.intersection(area);
    composer::draw(chat, Some(thread.place), cache.theme, buffer, composer)
}

fn draw_title(
    thread: &Thread,
    has_keys: bool,
    chat: &Chat,
    cache: &Cache,
    buffer: &mut Buffer,
    area: Rect,
) {
    let theme = cache.theme;
    let style = if has_keys { theme.accent() } else { theme.strong() };
    let mut pieces = vec![own(" Thread", style)];
    if let Some(channel) = chat.roster().channel(thread.place.channel) {
        pieces.extend([own(" in ", theme.faint()), foreign(&channel.label(), theme.faint())]);
    }
    let words = match (thread.is_loading(), chat.connection().is_live(), thread.reply_count()) {
        (true, true, _) => "  one moment…".to_owned(),
        (true, false, _) => "  what is at hand".to_owned(),
        (false, _, 0) => "  no replies yet".to_owned(),
        (false, _, 1) => "  1 reply".to_owned(),
        (false, _, count) => format!("  {count} replies"),
    };
    pieces.push(own(words, theme.faint()));
    row(buffer, area, &pieces);
}
