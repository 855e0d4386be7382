//! The messages of the open channel in their area, and what is out of sight at its edges.
//!
//! How one item looks is in `item`.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::Cache;
use super::item::{Painter, Row};
use super::paint::{Piece, indented, own, row, row_of, row_right, rule, unread_count, width};
use super::theme::Theme;
use crate::state::Surroundings;
use crate::state::chat::{Chat, row_from_below};
use crate::state::geometry::GUTTER_COLUMNS;
use crate::state::timeline::{Scroll, Timeline};

/// Rows of the sentence that stands where no messages are yet, with an empty one below.
const SENTENCE_ROWS: usize = 2;

/// Draws the open channel.
pub(super) fn draw(
    chat: &Chat,
    around: &Surroundings,
    cache: &Cache,
    buffer: &mut Buffer,
    area: Rect,
) {
    let theme = cache.theme;
    let scroll = chat.scroll_of(false);
    let selection = chat.selection().filter(|_| chat.thread_with_keys().is_none());
    let painter = Painter { chat, around, cache, selection };
    let timeline = chat.timeline().filter(|timeline| says_something(chat, timeline));
    let sentence_rows = if timeline.is_some() { 0 } else { SENTENCE_ROWS };
    let room = usize::from(area.height).saturating_sub(sentence_rows);
    let rows = chat.feed(around).map(|feed| painter.rows_from_below(&feed, scroll, room));
    let rows = rows.unwrap_or_default();
    let blank = usize::from(area.height).saturating_sub(rows.len());
    draw_rows(rows, theme, buffer, area);
    draw_marking(chat, false, around, theme, buffer, area);
    match timeline {
        Some(timeline) => {
            let above = chat.unread_above(around);
            draw_marks(timeline, above, theme, buffer, area);
        }
        None => draw_sentence(chat, blank, theme, buffer, area),
    }
}

/// Whether a channel needs no words of ours in the place of its messages.
fn says_something(chat: &Chat, timeline: &Timeline) -> bool {
    !timeline.is_empty() || timeline.is_complete() || chat.connection().is_live()
}

pub(super) fn draw_rows(rows: Vec<Row>, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let blank = usize::from(area.height).saturating_sub(rows.len());
    for (down, line) in rows.into_iter().enumerate() {
        let area = row_of(area, blank + down);
        match line {
            Row::Pieces(pieces) => row(buffer, area, &pieces),
            Row::Rule(words, style) => rule(buffer, indented(area, 1), &words, style),
            Row::Selected(pieces) => {
                row(buffer, area, &pieces);
                mark_selected(buffer, area, theme);
            }
            Row::Picture { pieces, seen, row: of_picture, is_selected } => {
                row(buffer, area, &pieces);
                if let Some(seen) = seen {
                    seen.paint(of_picture, theme, buffer, indented(area, GUTTER_COLUMNS));
                }
                if is_selected {
                    mark_selected(buffer, area, theme);
                }
            }
        }
    }
}

/// The gutter of a selected message is reversed, with a sign for whoever does not see that.
fn mark_selected(buffer: &mut Buffer, area: Rect, theme: Theme) {
    let gutter = Rect { width: area.width.min(GUTTER_COLUMNS - 1), ..area };
    row(buffer, gutter, &[own("›", theme.text())]);
    buffer.set_style(gutter, theme.marked());
}

/// What the pointer has marked is reversed: the text, and nothing beside it.
pub(super) fn draw_marking(
    chat: &Chat,
    is_thread: bool,
    around: &Surroundings,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    if !chat.is_marking(is_thread) {
        return;
    }
    let Some(feed) = chat.feed_of(is_thread, around) else { return };
    let scroll = chat.scroll_of(is_thread);
    for down in 0..usize::from(area.height) {
        let from_below = usize::from(area.height) - 1 - down;
        let marked = row_from_below(&feed, scroll, from_below)
            .and_then(|(index, line)| chat.marked_columns(&feed, index, line));
        if let Some(marked) = marked {
            let text = indented(row_of(area, down), GUTTER_COLUMNS);
            let area = indented(text, u16::try_from(marked.start).unwrap_or(u16::MAX));
            let width = u16::try_from(marked.len()).unwrap_or(u16::MAX).min(area.width);
            buffer.set_style(Rect { width, ..area }, theme.marked());
        }
    }
}

/// What is out of sight, at the edges where it is.
fn draw_marks(timeline: &Timeline, above: u64, theme: Theme, buffer: &mut Buffer, area: Rect) {
    if timeline.loading {
        mark(buffer, row_of(area, 0), own(" loading… ", theme.faint()));
    } else if above > 0 {
        let words = format!(" ↑ {} unread above · Alt-U ", unread_count(above));
        mark(buffer, row_of(area, 0), own(words, theme.marked()));
    }
    if timeline.scroll != Scroll::Bottom {
        let words = match timeline.new_below {
            0 => " ↓ Alt-End to the newest ".to_owned(),
            count => format!(" ↓ {count} new below · Alt-End "),
        };
        let last = usize::from(area.height).saturating_sub(1);
        mark(buffer, row_of(area, last), own(words, theme.marked()));
    }
}

/// Words at the right edge, over whatever is there; of a picture not even the colours are left.
fn mark(buffer: &mut Buffer, area: Rect, words: Piece) {
    let pieces = [words];
    let width = width(&pieces).min(area.width);
    Clear.render(Rect { x: area.right() - width, width, ..area }, buffer);
    row_right(buffer, area, &pieces);
}

/// Why there are no messages, above what is unsent.
fn draw_sentence(chat: &Chat, blank: usize, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let words = match (chat.connection().is_live(), chat.is_loading_lists()) {
        (true, false) if chat.roster().in_order().is_empty() => {
            "You are in no channel yet. Ctrl-K creates one, or writes to somebody."
        }
        (true, _) => "One moment…",
        (false, _) => "Your messages appear as soon as the server is reached.",
    };
    let words = own(words, theme.faint());
    let down = (usize::from(area.height) / 2).min(blank.saturating_sub(SENTENCE_ROWS));
    row(buffer, indented(row_of(area, down), 2), &[words]);
}
