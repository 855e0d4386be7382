//! A picture on the whole screen: as large as it gets, in the middle.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Cache;
use super::paint::{own, row, row_of};
use crate::state::Surroundings;
use crate::state::chat::Chat;
use crate::state::pictures::{Cells, Fate};
use crate::state::viewer::Viewer;

/// Draws it.
pub(super) fn draw(
    viewer: &Viewer,
    chat: &Chat,
    around: &Surroundings,
    cache: &Cache,
    buffer: &mut Buffer,
    inside: Rect,
) {
    let pictures = chat.pictures(around);
    let room = Cells { columns: inside.width, rows: inside.height };
    let file = viewer.file();
    let seen = pictures.fit_within(file, room).zip(around.canvas).and_then(|(fit, canvas)| {
        let middle = |whole: u16, part: u16| whole.saturating_sub(part) / 2;
        let (x, y) = (middle(room.columns, fit.cells.columns), middle(room.rows, fit.cells.rows));
        let area = Rect::new(inside.x + x, inside.y + y, fit.cells.columns, fit.cells.rows);
        Some((cache.pictures.of(file, fit, canvas)?, area))
    });
    let words = match (&seen, pictures.fate(file)) {
        (Some((Some(_), _)), _) => "",
        (Some((None, _)), _) => "The picture is not at hand; s saves it.",
        (None, Some(Fate::Never(_))) => "It cannot be shown; s saves it.",
        (None, _) => "One moment…",
    };
    row(buffer, row_of(inside, 0), &[own(words, cache.theme.faint())]);
    if let Some((Some(seen), area)) = seen {
        for down in 0..area.height {
            seen.paint(down, cache.theme, buffer, row_of(area, down.into()).intersection(inside));
        }
    }
}
