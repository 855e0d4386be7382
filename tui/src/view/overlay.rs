//! What lies over the chat: prompt and card; palette and search have their own files.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{foreign, framed, indented, own, row, row_of, width, window};
use super::theme::Theme;
use super::{digest, palette, search};
use crate::state::Surroundings;
use crate::state::draft::Draft;
use crate::state::overlay::{Card, Overlay, Prompt};
use crate::text::SafeText;
use crate::text::wrap::wrap;

/// Columns a box takes when there is room.
const BOX_COLUMNS: u16 = 66;

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
        Overlay::Search(finder) => search::draw(finder, around, theme, buffer),
    }
}

fn draw_prompt(prompt: &Prompt, theme: Theme, buffer: &mut Buffer) -> Option<Position> {
    let title = foreign(&prompt.title, theme.strong());
    let inside = framed(buffer, (BOX_COLUMNS, 5), title, theme.faint());
    let caret = line(&prompt.draft, "› ", theme, buffer, row_of(inside, 0));
    let below = match (&prompt.error, prompt.is_busy) {
        (_, true) => own("One moment…", theme.pending()),
        (Some(error), false) => foreign(error, theme.error()),
        (None, false) => own("Enter goes on, Esc closes", theme.faint()),
    };
    row(buffer, row_of(inside, 2), &[below]);
    caret
}

fn draw_card(card: &Card, theme: Theme, buffer: &mut Buffer) -> Option<Position> {
    let room = usize::from(buffer.area().width.saturating_sub(4));
    let widest = card.lines.iter().map(SafeText::width).max().unwrap_or(0);
    let text_columns = widest.max(usize::from(BOX_COLUMNS) - 4).min(room);
    let wrapped: Vec<SafeText> =
        card.lines.iter().flat_map(|text| rows(text, text_columns)).collect();
    let columns = u16::try_from(text_columns + 4).unwrap_or(u16::MAX);
    let height = u16::try_from(wrapped.len() + 2).unwrap_or(u16::MAX);
    let title = foreign(&card.title, theme.strong());
    let inside = framed(buffer, (columns, height), title, theme.faint());
    for (down, text) in wrapped.iter().enumerate() {
        row(buffer, row_of(inside, down), &[foreign(text, theme.text())]);
    }
    None
}

fn rows(text: &SafeText, columns: usize) -> Vec<SafeText> {
    let ranges = wrap(text.as_str(), columns).into_iter();
    ranges.map(|range| SafeText::line(&text.as_str()[range])).collect()
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
    let shown = draft.shown(usize::MAX);
    let text = shown.rows.first().cloned().unwrap_or_default();
    let (text, column) = window(&text, shown.caret.1, usize::from(area_of_text.width));
    row(buffer, area_of_text, &[foreign(&text, theme.text())]);
    let column = u16::try_from(column).unwrap_or(u16::MAX);
    Some(Position { x: area_of_text.x.saturating_add(column), y: area.y })
}
