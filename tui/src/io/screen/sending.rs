//! What pictures need besides their cells: sent once before the cells that stand for them, or over
//! their cells whenever those were written.
//!
//! What is sent over cells is sent only where all of them are seen. Where some are not, the others are
//! plain: a part of a picture cannot stay where the whole was.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Color;

use crate::view::Pictures;
use crate::view::pictures::{Seen, Sent};

/// Where pictures are that are sent over cells: found while a frame is drawn, used when it is written.
pub(super) type Places = Rc<RefCell<Vec<Place>>>;

/// A picture over cells.
#[derive(Debug)]
pub(super) struct Place {
    area: Rect,
    seen: Seen,
}

/// What the terminal has of pictures.
#[derive(Debug, Default)]
pub(super) struct Sending {
    pub(super) pictures: Rc<Pictures>,
    pub(super) places: Places,
    /// Those it knows, and what makes it forget them.
    known: BTreeMap<u32, Box<str>>,
    /// Those that are over cells.
    over: Vec<(u8, Rect)>,
}

/// Whether a cell is one that something is sent over.
pub(super) fn mark(cell: &Cell) -> Option<u8> {
    match cell.underline_color {
        Color::Indexed(mark) => Some(mark),
        _ => None,
    }
}

/// Finds the pictures over cells that are whole, and makes the cells of the others plain.
pub(super) fn find(pictures: &Pictures, buffer: &mut Buffer) -> Vec<Place> {
    let over = pictures.seen().into_iter();
    let over: Vec<_> = over.filter(|seen| matches!(seen.drawing.sent, Sent::Over(_))).collect();
    if over.is_empty() {
        return Vec::new();
    }
    let screen = *buffer.area();
    let mut found: BTreeMap<u8, (Rect, u32)> = BTreeMap::new();
    for (at, cell) in buffer.content.iter().enumerate() {
        let Some(mark) = mark(cell) else { continue };
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let width = u32::from(screen.width);
        let position = |part: u32| u16::try_from(part).unwrap_or(u16::MAX);
        let one = Rect::new(screen.x + position(at % width), screen.y + position(at / width), 1, 1);
        let (area, count) = found.entry(mark).or_insert((one, 0));
        (*area, *count) = (area.union(one), *count + 1);
    }
    let whole = |seen: &Seen| {
        found.get(&seen.mark).copied().filter(|(area, count)| {
            let of = seen.drawing.cells.area();
            area.as_size() == of.as_size() && *count == area.area()
        })
    };
    let places =
        over.into_iter().filter_map(|seen| whole(&seen).map(|(area, _)| Place { area, seen }));
    let places: Vec<_> = places.collect();
    let is_whole = |mark| places.iter().any(|place| place.seen.mark == mark);
    for cell in &mut buffer.content {
        if mark(cell).is_some_and(|mark| !is_whole(mark)) {
            cell.underline_color = Color::Reset;
        }
    }
    places
}

impl Sending {
    /// Before cells are written.
    pub(super) fn before(&mut self, out: &mut impl Write) -> io::Result<()> {
        let kept = self.pictures.ids();
        let gone: Vec<u32> = self.known.keys().copied().filter(|id| !kept.contains(id)).collect();
        for forget in gone.into_iter().filter_map(|id| self.known.remove(&id)) {
            out.write_all(forget.as_bytes())?;
        }
        for seen in self.pictures.seen() {
            if let Sent::Once { id, bytes, forget } = &seen.drawing.sent
                && !self.known.contains_key(id)
            {
                out.write_all(bytes.as_bytes())?;
                self.known.insert(*id, forget.clone());
            }
        }
        Ok(())
    }

    /// After cells were written, of which some bear these marks.
    pub(super) fn after(&mut self, written: &BTreeSet<u8>, out: &mut impl Write) -> io::Result<()> {
        let before = std::mem::take(&mut self.over);
        for Place { area, seen } in &*self.places.borrow() {
            let here = (seen.mark, *area);
            self.over.push(here);
            if let Sent::Over(bytes) = &seen.drawing.sent
                && (written.contains(&seen.mark) || !before.contains(&here))
            {
                write!(out, "\x1b[{};{}H{bytes}", area.y + 1, area.x + 1)?;
            }
        }
        Ok(())
    }

    /// The terminal may have nothing any more.
    pub(super) fn start_over(&mut self) {
        self.known.clear();
        self.over.clear();
    }

    /// Nothing stays behind.
    pub(super) fn end(&mut self, out: &mut impl Write) -> io::Result<()> {
        let known = std::mem::take(&mut self.known);
        known.into_values().try_for_each(|forget| out.write_all(forget.as_bytes()))
    }
}
