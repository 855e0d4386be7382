//! Links that can be clicked, on their way from a message to the terminal.
//!
//! A cell cannot carry a link. The colour of its underline can, which is used for nothing else: it
//! holds a number, and this table says which link that is. So a cell whose link changes has changed,
//! and is written again. It writes nothing itself.

use std::cell::{Cell as Switch, RefCell};
use std::collections::BTreeMap;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Style};

use crate::text::markup::Link;

/// Links that are kept. A drawing that begins with more forgets them, and numbers its own anew.
pub const LINKS_MAX: usize = 1_000;

/// Which link every number stands for.
#[derive(Debug, Default)]
pub struct Links {
    is_off: Switch<bool>,
    table: RefCell<Table>,
}

#[derive(Debug, Default)]
struct Table {
    numbers: BTreeMap<Link, u32>,
    links: BTreeMap<u32, Link>,
    last: u32,
}

impl Links {
    /// A drawing begins.
    pub(super) fn begin(&self, is_on: bool) {
        self.is_off.set(!is_on);
        let mut table = self.table.borrow_mut();
        if table.links.len() > LINKS_MAX {
            table.numbers.clear();
            table.links.clear();
        }
    }

    /// The style of a text that says where it leads.
    pub(super) fn marked(&self, style: Style, link: Option<&Link>) -> Style {
        let Some(link) = link.filter(|_| !self.is_off.get()) else { return style };
        let [_, red, green, blue] = self.table.borrow_mut().number(link).to_be_bytes();
        style.underline_color(Color::Rgb(red, green, blue))
    }

    /// The link of a cell, and its number.
    #[must_use]
    pub fn of(&self, cell: &Cell) -> Option<(u32, Link)> {
        let Color::Rgb(red, green, blue) = cell.underline_color else { return None };
        let number = u32::from_be_bytes([0, red, green, blue]);
        self.table.borrow().links.get(&number).map(|link| (number, link.clone()))
    }
}

impl Table {
    fn number(&mut self, link: &Link) -> u32 {
        if let Some(number) = self.numbers.get(link) {
            return *number;
        }
        // A number is not used again before 16 million others, long after it left the screen.
        self.last = (self.last + 1) % (1 << 24);
        self.numbers.insert(link.clone(), self.last);
        self.links.insert(self.last, link.clone());
        self.last
    }
}
