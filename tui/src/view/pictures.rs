//! Pictures as they are drawn, as far as they are at hand.
//!
//! Drawing never waits: a picture that is not at hand leaves its rows empty and is asked for, and
//! whoever draws takes the wishes on. What is kept is bounded; what was not seen for longest goes first.
//! What a picture needs besides its cells is written by the screen, which asks here what is seen.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::rc::Rc;

use pail_protocol::AttachmentId;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::theme::Theme;
use crate::state::AccountKey;
use crate::state::entry::File;
use crate::state::pictures::{Canvas, Fit, Wanted};

/// Bytes of drawn pictures that are kept, about. Those on the screen are kept whatever they take.
pub const DRAWN_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Pictures that are being drawn at once. The others are asked for as long as they are seen.
pub const ORDERS_MAX: usize = 4;

/// A picture to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Whose it is.
    pub account: AccountKey,
    /// Which.
    pub picture: Wanted,
    /// How large.
    pub fit: Fit,
    /// On what.
    pub canvas: Canvas,
}

/// A picture that is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Its cells.
    pub cells: Buffer,
    /// What the terminal needs besides.
    pub sent: Sent,
}

/// What the terminal needs for a picture besides cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// Nothing.
    Nothing,
    /// Once, before the cells that stand for its pieces.
    Once {
        /// What the terminal knows it by.
        id: u32,
        /// Makes it known.
        bytes: Box<str>,
        /// Makes it forgotten.
        forget: Box<str>,
    },
    /// Whenever its cells were written, over all of them.
    Over(Box<str>),
}

/// A picture that is seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What it is.
    pub drawing: Rc<Drawing>,
    /// The colour of underlines that marks its cells, where something is sent over them: nothing
    /// else is underlined with a colour of the 256.
    pub mark: u8,
}

/// The pictures that are at hand.
#[derive(Debug, Default)]
pub struct Pictures(RefCell<Known>);

type Key = (AccountKey, AttachmentId, Fit, Canvas);

#[derive(Debug, Default)]
struct Known {
    account: AccountKey,
    kept: BTreeMap<Key, Kept>,
    bytes: usize,
    /// Those that are being drawn.
    asked: BTreeSet<Key>,
    /// Those that the last drawing lacked. While a window is resized there are others each time.
    wanted: Vec<Order>,
    /// How often something was drawn.
    drawings: u64,
    last_mark: u8,
}

#[derive(Debug)]
struct Kept {
    /// Nothing when it could not be had.
    drawing: Option<Rc<Drawing>>,
    mark: u8,
    /// When it was seen last.
    seen: u64,
}

impl Order {
    fn key(&self) -> Key {
        (self.account, self.picture.id, self.fit, self.canvas)
    }
}

impl Drawing {
    fn bytes(&self) -> usize {
        let sent = match &self.sent {
            Sent::Nothing => 0,
            Sent::Once { bytes, .. } | Sent::Over(bytes) => bytes.len(),
        };
        self.cells.content.len() * size_of::<Cell>() + sent
    }
}

impl Seen {
    /// Paints one of its rows into an area.
    pub(super) fn paint(&self, row: u16, theme: Theme, buffer: &mut Buffer, area: Rect) {
        let from = *self.drawing.cells.area();
        if row >= from.height || area.is_empty() {
            return;
        }
        for column in 0..from.width.min(area.width) {
            let mut cell = self.drawing.cells[(from.x + column, from.y + row)].clone();
            match self.drawing.sent {
                Sent::Nothing => {
                    (cell.fg, cell.bg) = (theme.nearest(cell.fg), theme.nearest(cell.bg));
                }
                // Its colour says which picture it is.
                Sent::Once { .. } => {}
                Sent::Over(_) => cell.underline_color = Color::Indexed(self.mark),
            }
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
        known.wanted.clear();
    }

    /// A picture. One that is not at hand is asked for once; nothing inside is one that cannot be.
    pub(super) fn of(&self, file: &File, fit: Fit, canvas: Canvas) -> Option<Option<Seen>> {
        let mut known = self.0.borrow_mut();
        let (account, seen) = (known.account, known.drawings);
        let key = (account, file.id, fit, canvas);
        if let Some(kept) = known.kept.get_mut(&key) {
            kept.seen = seen;
            return Some(kept.as_seen());
        }
        let is_wanted = known.wanted.iter().any(|order| order.key() == key);
        if !is_wanted && !known.asked.contains(&key) {
            known.wanted.push(Order { account, picture: Wanted::of(file), fit, canvas });
        }
        None
    }

    /// The pictures that the last drawing lacked, once each, and few at a time: the others are seen
    /// to be wanted still when one of these has come.
    #[must_use]
    pub fn take_wanted(&self) -> Vec<Order> {
        let mut known = self.0.borrow_mut();
        let room = ORDERS_MAX.saturating_sub(known.asked.len());
        let taken: Vec<Order> = mem::take(&mut known.wanted).into_iter().take(room).collect();
        known.asked.extend(taken.iter().map(Order::key));
        taken
    }

    /// What became of a wish.
    pub fn learn(&self, order: &Order, drawing: Option<Drawing>) {
        let mut known = self.0.borrow_mut();
        known.asked.remove(&order.key());
        known.keep(order.key(), drawing);
    }

    /// What the terminal knows those by that are at hand and sent once.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<u32> {
        let known = self.0.borrow();
        let drawings = known.kept.values().filter_map(|kept| kept.drawing.as_ref());
        let ids = drawings.filter_map(|drawing| match drawing.sent {
            Sent::Once { id, .. } => Some(id),
            Sent::Nothing | Sent::Over(_) => None,
        });
        ids.collect()
    }

    /// Those that are in the last drawing.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        let known = self.0.borrow();
        let seen = known.kept.values().filter(|kept| kept.seen == known.drawings);
        seen.filter_map(Kept::as_seen).collect()
    }
}

impl Known {
    fn keep(&mut self, key: Key, drawing: Option<Drawing>) {
        self.last_mark = self.last_mark.wrapping_add(1);
        let (mark, seen) = (self.last_mark, self.drawings);
        let kept = Kept { drawing: drawing.map(Rc::new), mark, seen };
        self.forget(&key);
        self.bytes += kept.bytes();
        self.kept.insert(key, kept);
        while self.bytes > DRAWN_BYTES_MAX {
            let unseen = self.kept.iter().filter(|(_, kept)| kept.seen < self.drawings);
            let Some(key) = unseen.min_by_key(|(_, kept)| kept.seen).map(|(key, _)| *key) else {
                return;
            };
            self.forget(&key);
        }
    }

    fn forget(&mut self, key: &Key) {
        self.bytes -= self.kept.remove(key).map_or(0, |kept| kept.bytes());
    }
}

impl Kept {
    fn as_seen(&self) -> Option<Seen> {
        let drawing = self.drawing.clone()?;
        Some(Seen { drawing, mark: self.mark })
    }

    fn bytes(&self) -> usize {
        size_of::<(Key, Self)>() + self.drawing.as_ref().map_or(0, |drawing| drawing.bytes())
    }
}

#[cfg(test)]
mod tests {
    use pail_protocol::AttachmentId;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::{DRAWN_BYTES_MAX, Drawing, ORDERS_MAX, Order, Pictures, Sent};
    use crate::state::AccountKey;
    use crate::state::entry::File;
    use crate::state::pictures::{Canvas, Cells, Fit, Medium, Pixels, Wanted};
    use crate::text::SafeText;

    #[test]
    fn what_is_kept_is_bounded_and_what_is_seen_stays() {
        let pictures = Pictures::default();
        let account = AccountKey::default();
        let pixels = Pixels { width: 8, height: 16 };
        let fit = Fit { cells: Cells { columns: 80, rows: 24 }, pixels };
        let canvas = Canvas { medium: Medium::Sixel, cell: pixels };
        for id in 1..=100 {
            pictures.begin(account);
            let picture = Wanted { id: AttachmentId(id), bytes: 1, sha256: "".into() };
            let cells = Buffer::empty(Rect::new(0, 0, 80, 24));
            let sent = Sent::Over("x".repeat(200_000).into());
            let order = Order { account, picture, fit, canvas };
            pictures.learn(&order, Some(Drawing { cells, sent }));
            let known = pictures.0.borrow();
            assert!(known.bytes <= DRAWN_BYTES_MAX);
            assert!(known.kept.contains_key(&order.key()));
            let counted: usize = known.kept.values().map(super::Kept::bytes).sum();
            assert_eq!(counted, known.bytes);
        }
    }

    #[test]
    fn while_a_window_is_resized_only_what_is_seen_is_drawn_in_the_end() {
        let pictures = Pictures::default();
        let account = AccountKey::default();
        let pixels = Pixels { width: 8, height: 16 };
        let canvas = Canvas { medium: Medium::Sixel, cell: pixels };
        let (name, content_type) = (SafeText::line("a.png"), SafeText::line("image/png"));
        let id = AttachmentId(1);
        let file = File { id, name, size: 1, content_type, sha256: "".into() };
        let mut under_way = Vec::new();
        for columns in 1..=100 {
            let fit = Fit { cells: Cells { columns, rows: 1 }, pixels };
            pictures.begin(account);
            assert_eq!(pictures.of(&file, fit, canvas).map(|_| ()), None);
            assert_eq!(pictures.of(&file, fit, canvas).map(|_| ()), None);
            under_way.extend(pictures.take_wanted());
        }
        assert_eq!(under_way.len(), ORDERS_MAX);
        pictures.learn(&under_way[0], None);
        let fit = Fit { cells: Cells { columns: 100, rows: 1 }, pixels };
        pictures.begin(account);
        assert_eq!(pictures.of(&file, fit, canvas).map(|_| ()), None);
        let next: Vec<u16> = pictures.take_wanted().iter().map(|it| it.fit.cells.columns).collect();
        assert_eq!(next, [100]);
    }
}
