//! What lies over the chat: prompt and card; palette and search have their own files.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{foreign, framed, indented, own, row, row_of, row_right, width, window};
use super::theme::Theme;
use super::{digest, inbox, palette, search};
use crate::state::Surroundings;
use crate::state::draft::Draft;
use crate::state::overlay::{BOX_COLUMNS, Card, Overlay, Prompt};

/// Draws the layer; returns where the caret is.
pub(super) fn draw(
    overlay: &Overlay,
    around: &Surroundings,
    theme: Theme,
    frame: &mut Frame<'_>,
) -> Option<Position> {
    let buffer = frame.buffer_mut();
    match overlay {
        Overlay::Palette(list) => palette::draw(list, &around.chosen.keys, theme, buffer),
        Overlay::Prompt(prompt) => draw_prompt(prompt, theme, buffer),
        Overlay::Card(card) => draw_card(card, theme, buffer),
        Overlay::Digest(list) => {
            digest::draw(list, theme, buffer);
            None
        }
        Overlay::Threads(list) => {
            inbox::draw(list, around, theme, buffer);
            None
        }
        Overlay::Search(finder) => search::draw(finder, around, theme, buffer),
    }
}

fn draw_prompt(prompt: &Prompt, theme: Theme, buffer: &mut Buffer) -> Option<Position> {
    let title = foreign(&prompt.title, theme.strong());
    let inside = framed(buffer, (BOX_COLUMNS, 5), title, theme.faint());
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

fn draw_card(card: &Card, theme: Theme, buffer: &mut Buffer) -> Option<Position> {
    let text_columns = card.text_columns(buffer.area().width);
    let wrapped = card.rows(text_columns);
    let columns = u16::try_from(text_columns + 4).unwrap_or(u16::MAX);
    let height = u16::try_from(wrapped.len() + 2).unwrap_or(u16::MAX);
    let title = foreign(&card.title, theme.strong());
    let inside = framed(buffer, (columns, height), title, theme.faint());
    let room = usize::from(inside.height);
    // The screen may have grown since.
    let first = card.scroll.min(wrapped.len().saturating_sub(room));
    for (down, text) in wrapped.iter().skip(first).take(room).enumerate() {
        row(buffer, row_of(inside, down), &[foreign(text, theme.text())]);
    }
    if wrapped.len() > room {
        let seen = format!(" {}–{} of {} ↑↓ ", first + 1, first + room, wrapped.len());
        row_right(
            buffer,
            Rect { y: inside.bottom(), height: 1, ..inside },
            &[own(seen, theme.faint())],
        );
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
