//! Pictures as they are drawn, as far as they are at hand.
//!
//! Drawing never waits: a picture that is not at hand leaves its rows empty and is asked for, and
//! whoever draws takes the wishes on. What is kept is bounded; what was not seen for longest goes first.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::rc::Rc;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::theme::Theme;
use crate::state::AccountKey;
use crate::state::entry::File;
use crate::state::pictures::{Canvas, Cells, Wanted};

/// Bytes of drawn pictures that are kept, about. Those on the screen are kept whatever they take.
pub const DRAWN_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A picture to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Whose it is.
    pub account: AccountKey,
    /// Which.
    pub picture: Wanted,
    /// How large.
    pub cells: Cells,
    /// On what.
    pub canvas: Canvas,
}

/// A picture that is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Its cells.
    pub cells: Buffer,
}

/// The pictures that are at hand.
#[derive(Debug, Default)]
pub struct Pictures(RefCell<Known>);

type Key = (AccountKey, pail_protocol::AttachmentId, Cells, Canvas);

#[derive(Debug, Default)]
struct Known {
    account: AccountKey,
    kept: BTreeMap<Key, Kept>,
    bytes: usize,
    asked: BTreeSet<Key>,
    wanted: Vec<Order>,
    /// How often something was drawn.
    drawings: u64,
}

#[derive(Debug)]
struct Kept {
    /// Nothing when it could not be had.
    drawing: Option<Rc<Drawing>>,
    /// When it was seen last.
    seen: u64,
}

impl Order {
    fn key(&self) -> Key {
        (self.account, self.picture.id, self.cells, self.canvas)
    }
}

impl Drawing {
    fn bytes(&self) -> usize {
        self.cells.content.len() * size_of::<Cell>()
    }

    /// Paints one of its rows into an area.
    pub(super) fn paint(&self, row: u16, theme: Theme, buffer: &mut Buffer, area: Rect) {
        let from = *self.cells.area();
        if row >= from.height || area.is_empty() {
            return;
        }
        for column in 0..from.width.min(area.width) {
            let mut cell = self.cells[(from.x + column, from.y + row)].clone();
            cell.fg = theme.nearest(cell.fg);
            cell.bg = theme.nearest(cell.bg);
            buffer[(area.x + column, area.y)] = cell;
        }
    }
}

impl Pictures {
    /// A drawing begins, of an account.
    pub(super) fn begin(&self, account: AccountKey) {
        let mut known = self.0.borrow_mut();
        known.account = account;
        known.drawings += 1;
    }

    /// A picture. One that is not at hand is asked for once; nothing inside is one that cannot be.
    pub(super) fn of(
        &self,
        file: &File,
        cells: Cells,
        canvas: Canvas,
    ) -> Option<Option<Rc<Drawing>>> {
        let mut known = self.0.borrow_mut();
        let (account, seen) = (known.account, known.drawings);
        let key = (account, file.id, cells, canvas);
        if let Some(kept) = known.kept.get_mut(&key) {
            kept.seen = seen;
            return Some(kept.drawing.clone());
        }
        if known.asked.insert(key) {
            known.wanted.push(Order { account, picture: Wanted::of(file), cells, canvas });
        }
        None
    }

    /// The pictures that were not at hand, once each.
    pub fn take_wanted(&mut self) -> Vec<Order> {
        mem::take(&mut self.0.get_mut().wanted)
    }

    /// What became of a wish.
    pub fn learn(&mut self, order: &Order, drawing: Option<Drawing>) {
        let known = self.0.get_mut();
        known.asked.remove(&order.key());
        known.keep(order.key(), drawing);
    }
}

impl Known {
    fn keep(&mut self, key: Key, drawing: Option<Drawing>) {
        let kept = Kept { drawing: drawing.map(Rc::new), seen: self.drawings };
        self.bytes += kept.bytes();
        self.forget_key(&key);
        self.kept.insert(key, kept);
        while self.bytes > DRAWN_BYTES_MAX {
            let unseen = self.kept.iter().filter(|(_, kept)| kept.seen < self.drawings);
            let Some(key) = unseen.min_by_key(|(_, kept)| kept.seen).map(|(key, _)| *key) else {
                return;
            };
            self.forget_key(&key);
        }
    }

    fn forget_key(&mut self, key: &Key) {
        self.bytes -= self.kept.remove(key).map_or(0, |kept| kept.bytes());
    }
}

impl Kept {
    fn bytes(&self) -> usize {
        size_of::<(Key, Self)>() + self.drawing.as_ref().map_or(0, |drawing| drawing.bytes())
    }
}
