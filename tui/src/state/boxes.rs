//! Where the boxes over the chat are, and what is on their rows; shared by drawing and the pointer.

use super::input::Size;
use super::overlay::{BOX_COLUMNS, Button, Overlay};
use super::pointer::Pointer;

/// Columns a list of things with two rows each takes at least and at most.
const LIST_COLUMNS: (u16, u16) = (60, 100);
/// Rows it takes at least.
const LIST_ROWS_MIN: u16 = 12;
/// Columns and rows left free around it when there is room.
const LIST_MARGIN: u16 = 6;
/// The same around the digest.
const DIGEST_MARGIN: u16 = 4;
/// Columns the palette takes at least and at most, when there is room; between them two thirds.
const PALETTE_COLUMNS: (u16, u16) = (66, 92);
/// Choices of it that are shown when there is room.
const CHOICES_SHOWN: u16 = 14;
/// Rows of its frame, its line, and the rule below it.
const PALETTE_OTHER_ROWS: u16 = 4;
/// Rows of what is found, or of a thread.
pub const ENTRY_ROWS: usize = 2;
/// Columns of a frame and its margin at each side.
const EDGE_COLUMNS: u16 = 2;

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub columns: u16,
    pub rows: u16,
}

/// What of a box is under the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// Nothing: it is beside the box.
    Outside,
    /// Nothing that does anything.
    Nothing,
    /// One of the things that are listed.
    Choice(usize),
    /// How far a search reaches.
    Reach,
    /// A button.
    Button(Button),
}

/// A box of a size in the middle of a screen, as far as it fits.
#[must_use]
pub fn centered(screen: Size, wanted: (u16, u16)) -> Area {
    let (columns, rows) = (wanted.0.min(screen.columns), wanted.1.min(screen.rows));
    let (x, y) = ((screen.columns - columns) / 2, (screen.rows - rows) / 3);
    Area { x, y, columns, rows }
}

/// Of things of which one is marked, the first that is shown where so many fit.
#[must_use]
pub fn first_shown(marked: usize, room: usize) -> usize {
    (marked + 1).saturating_sub(room)
}

impl Area {
    /// Whether it has a frame around it.
    #[must_use]
    pub fn has_frame(self) -> bool {
        self.columns >= 4 && self.rows >= 3
    }

    /// The room inside the frame.
    #[must_use]
    pub fn inside(self) -> Self {
        if !self.has_frame() {
            return self;
        }
        let (x, y) = (self.x + EDGE_COLUMNS, self.y + 1);
        Self { x, y, columns: self.columns - 2 * EDGE_COLUMNS, rows: self.rows - 2 }
    }

    fn contains(self, at: Pointer) -> bool {
        let is_within = |at: u16, from: u16, count: u16| at >= from && at - from < count;
        is_within(at.column, self.x, self.columns) && is_within(at.row, self.y, self.rows)
    }
}

impl Overlay {
    /// The columns and rows it wants on a screen.
    #[must_use]
    pub fn wanted(&self, screen: Size) -> (u16, u16) {
        let list = |margin| {
            let columns = screen.columns.saturating_sub(margin);
            let rows = screen.rows.saturating_sub(margin);
            (columns.clamp(LIST_COLUMNS.0, LIST_COLUMNS.1), rows.max(LIST_ROWS_MIN))
        };
        match self {
            Self::Palette(_) => {
                let columns = screen.columns.saturating_mul(2) / 3;
                let (least, most) = PALETTE_COLUMNS;
                (columns.clamp(least, most), CHOICES_SHOWN + PALETTE_OTHER_ROWS)
            }
            Self::Prompt(_) => (BOX_COLUMNS, 5),
            Self::Card(card) => {
                let columns = card.text_columns(screen.columns);
                let rows = card.rows(columns).len();
                let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
                (cells(columns + 2 * usize::from(EDGE_COLUMNS)), cells(rows + 2))
            }
            Self::Digest(_) => list(DIGEST_MARGIN),
            Self::Search(_) | Self::Threads(_) => list(LIST_MARGIN),
            // The last row says what keys do.
            Self::Picture(_) => (screen.columns, screen.rows.saturating_sub(1)),
        }
    }

    /// Where it is on a screen.
    #[must_use]
    pub fn area(&self, screen: Size) -> Area {
        centered(screen, self.wanted(screen))
    }

    /// What of it is under the pointer.
    #[must_use]
    pub fn hit(&self, screen: Size, at: Pointer) -> Hit {
        let area = self.area(screen);
        if !area.contains(at) {
            return Hit::Outside;
        }
        if let Self::Card(card) = self {
            let is_foot = area.has_frame() && at.row + 1 == area.y + area.rows;
            let column = at.column.checked_sub(area.x + EDGE_COLUMNS).filter(|_| is_foot);
            let button = column.and_then(|column| card.button_at(column.into()));
            return button.map_or(Hit::Nothing, Hit::Button);
        }
        let inside = area.inside();
        let down = at.row.checked_sub(inside.y).filter(|down| *down < inside.rows);
        down.map_or(Hit::Nothing, |down| self.hit_row(down.into(), inside.rows.into()))
    }

    /// What is on a row of so many inside its frame.
    fn hit_row(&self, down: usize, rows: usize) -> Hit {
        let listed = |above: usize, marked: usize, room: usize, count: usize, each: usize| {
            let shown = room / each;
            let at = down.checked_sub(above).map(|down| down / each).filter(|at| *at < shown);
            let at = at.map(|at| first_shown(marked, shown) + at).filter(|at| *at < count);
            at.map_or(Hit::Nothing, Hit::Choice)
        };
        match self {
            Self::Palette(list) => {
                listed(2, list.marked, rows.saturating_sub(2), list.matches().len(), 1)
            }
            Self::Search(_) if down == 1 => Hit::Reach,
            Self::Search(list) => {
                let count = list.inquiry.hits().len();
                listed(2, list.marked, rows.saturating_sub(3), count, ENTRY_ROWS)
            }
            Self::Threads(list) => {
                listed(0, list.marked, rows.saturating_sub(1), list.rows().len(), ENTRY_ROWS)
            }
            Self::Digest(digest) => {
                let line = digest.lines_shown(rows).nth(down).and_then(|line| line.of());
                line.map_or(Hit::Nothing, Hit::Choice)
            }
            Self::Prompt(_) | Self::Card(_) | Self::Picture(_) => Hit::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Area, centered};
    use crate::state::input::Size;

    #[test]
    fn a_box_is_within_its_screen_and_its_inside_within_it() {
        for (columns, rows) in [(0, 0), (1, 1), (3, 9), (20, 5), (80, 24), (300, 99)] {
            let area = centered(Size { columns, rows }, (66, 18));
            let Area { x, y, columns: wide, rows: high } = area.inside();
            assert!(x + wide <= columns && y + high <= rows, "{area:?}");
        }
        assert_eq!(centered(Size { columns: 80, rows: 24 }, (66, 18)).x, 7);
    }
}
