//! What lies over the chat: prompt and card; palette and search have their own files.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{
    foreign, framed, indented, own, row, row_of, row_right, size_of, width, window,
};
use super::theme::Theme;
use super::{Cache, digest, inbox, palette, search, viewer};
use crate::state::Surroundings;
use crate::state::chat::Chat;
use crate::state::draft::Draft;
use crate::state::overlay::{BUTTON_GAP, Card, Overlay, Prompt};
use crate::text::SafeText;

/// Draws the layer; returns where the caret is.
pub(super) fn draw(
    overlay: &Overlay,
    chat: &Chat,
    around: &Surroundings,
    cache: &Cache,
    frame: &mut Frame<'_>,
) -> Option<Position> {
    let (theme, buffer) = (cache.theme, frame.buffer_mut());
    let wanted = overlay.wanted(size_of(buffer));
    let title = foreign(&title(overlay), theme.strong());
    let inside = framed(buffer, wanted, title, theme.faint());
    match overlay {
        Overlay::Palette(list) => palette::draw(list, &around.chosen.keys, theme, buffer, inside),
        Overlay::Prompt(prompt) => draw_prompt(prompt, theme, buffer, inside),
        Overlay::Card(card) => draw_card(card, theme, buffer, inside),
        Overlay::Digest(list) => digest::draw(list, theme, buffer, inside),
        Overlay::Threads(list) => inbox::draw(list, around, theme, buffer, inside),
        Overlay::Search(finder) => search::draw(finder, around, theme, buffer, inside),
        Overlay::Picture(viewer) => {
            viewer::draw(viewer, chat, around, cache, buffer, inside);
            None
        }
    }
}

fn title(overlay: &Overlay) -> SafeText {
    match overlay {
        Overlay::Palette(list) => list.title.clone(),
        Overlay::Prompt(prompt) => prompt.title.clone(),
        Overlay::Card(card) => card.title.clone(),
        Overlay::Digest(_) => SafeText::line("While you were away"),
        Overlay::Threads(_) => SafeText::line("Threads you are in"),
        Overlay::Search(_) => SafeText::line("Search messages"),
        Overlay::Picture(viewer) => match viewer.place() {
            (_, 1) => viewer.file().name.clone(),
            (at, count) => SafeText::line(&format!("{} · {at} of {count}", viewer.file().name)),
        },
    }
}

fn draw_prompt(
    prompt: &Prompt,
    theme: Theme,
    buffer: &mut Buffer,
    inside: Rect,
) -> Option<Position> {
    let caret = line(&prompt.draft, "› ", theme, buffer, row_of(inside, 0));
    let below = match (&prompt.error, prompt.is_busy) {
        (_, true) if prompt.is_exporting() => own("One moment… Esc stops it", theme.pending()),
        (_, true) => own("One moment…", theme.pending()),
        (Some(error), false) => foreign(error, theme.error()),
        (None, false) => own("Enter goes on, Esc closes", theme.faint()),
    };
    row(buffer, row_of(inside, 2), &[below]);
    caret
}

fn draw_card(card: &Card, theme: Theme, buffer: &mut Buffer, inside: Rect) -> Option<Position> {
    let wrapped = card.rows(card.text_columns(buffer.area().width));
    let room = usize::from(inside.height);
    // The screen may have grown since.
    let first = card.scroll.min(wrapped.len().saturating_sub(room));
    for (down, text) in wrapped.iter().skip(first).take(room).enumerate() {
        row(buffer, row_of(inside, down), &[foreign(text, theme.text())]);
    }
    let foot = Rect { y: inside.bottom(), height: 1, ..inside }.intersection(*buffer.area());
    let buttons = card.buttons().iter().enumerate().flat_map(|(at, (_, words))| {
        let gap = if at > 0 { "─".repeat(BUTTON_GAP) } else { String::new() };
        [own(gap, theme.faint()), own(format!("[{words}]"), theme.accent())]
    });
    row(buffer, foot, &buttons.collect::<Vec<_>>());
    if wrapped.len() > room {
        let seen = format!(" {}–{} of {} ↑↓ ", first + 1, first + room, wrapped.len());
        row_right(buffer, foot, &[own(seen, theme.faint())]);
    }
    None
}

/// A draft on one line behind a sign; returns where the caret is.
pub(super) fn line(
    draft: &Draft,
    sign: &str,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let sign = own(sign, theme.accent());
    let area_of_text = indented(area, width(std::slice::from_ref(&sign)));
    row(buffer, area, &[sign]);
    // One row however long: the window moves with the caret.
    let shown = draft.shown(usize::MAX, 1);
    let text = shown.rows.first().cloned().unwrap_or_default();
    let (text, column) = window(&text, shown.caret.1, usize::from(area_of_text.width));
    row(buffer, area_of_text, &[foreign(&text, theme.text())]);
    let column = u16::try_from(column).unwrap_or(u16::MAX);
    Some(Position { x: area_of_text.x.saturating_add(column), y: area.y })
}
