//! What pictures send to a terminal besides cells: kitty's pictures once and no longer than they are
//! kept, sixels over their cells. A terminal that shows sixels is played, so that nothing of one stays
//! where it is not meant.

use pail::io::pictures::{draw, pixels};
use pail::io::screen::Screen;
use pail::state::Input;
use pail::state::pictures::{Canvas, Cells, Medium, Pixels};
use pail::state::pointer::{Gesture, Pointer};
use pail::view::Cache;
use pail::view::pictures::{DRAWN_BYTES_MAX, Drawing, Order, Sent};
use ratatui::buffer::Buffer;

use crate::emulated::{Written, assert_allowed};
use crate::harness::{App, SECOND, live, size};
use crate::picturing::{WIDE, comes, says, shows};

const CELL: Pixels = Pixels { width: 5, height: 10 };
const COLUMNS: u16 = 80;
const ROWS: u16 = 30;

/// A client whose bytes are looked at.
struct Watched {
    app: App,
    cache: Cache,
    screen: Screen<Written>,
    written: Written,
    terminal: Terminal,
}

impl Watched {
    fn new(medium: Medium) -> Self {
        let mut app = live();
        app.input(Input::Resized(size(COLUMNS, ROWS)));
        app.input(Input::Canvas(Some(Canvas { medium, cell: CELL })));
        let written = Written::default();
        let screen = Screen::fixed(written.clone(), COLUMNS, ROWS).expect("no terminal is asked");
        let terminal = Terminal::default();
        Self { app, cache: Cache::default(), screen, written, terminal }
    }

    /// Draws until every picture is there; returns the bytes.
    fn look(&mut self) -> String {
        let mut all = Vec::new();
        for _ in 0..2 {
            let meant = self.app.drawn_to(&mut self.screen, &mut self.cache);
            let bytes = std::mem::take(&mut *self.written.0.borrow_mut());
            self.terminal.take(&without_kitty(&bytes));
            self.terminal.compare(&meant);
            all.extend(bytes);
            for order in self.cache.pictures.take_wanted() {
                let drawing = draw(gradient(&order), order.fit, order.canvas);
                assert!(drawing.is_some());
                self.cache.pictures.learn(&order, drawing);
            }
        }
        String::from_utf8(all).expect("only text is written")
    }

    fn keys(&mut self, keys: &str) -> String {
        self.app.keys(keys);
        self.look()
    }

    fn wheel(&mut self, gesture: Gesture) -> String {
        self.app.input(Input::Pointed(Pointer { gesture, column: 40, row: 10 }));
        self.look()
    }
}

fn gradient(order: &Order) -> image::RgbImage {
    let Pixels { width, height } = pixels(order.fit, order.canvas);
    image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 128]))
}

/// What is left when kitty's pictures are taken out, each of which has to be one.
fn without_kitty(bytes: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).expect("only text is written");
    let text = text.replace("\x1b\x1b", "\x1b").replace("\x1bPtmux;", "");
    let mut parts = text.split("\x1b_G");
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (sequence, after) = part.split_once("\x1b\\").expect("it ends");
        let (said, data) = sequence.split_once(';').unwrap_or((sequence, ""));
        assert!(said.chars().all(|c| c.is_ascii_alphanumeric() || "=,".contains(c)), "{said}");
        assert!(data.len() <= 4096 && data.chars().all(is_base64), "{said}: {} bytes", data.len());
        left.push_str(after);
    }
    assert_allowed(left.as_bytes(), true);
    left.into_bytes()
}

fn is_base64(character: char) -> bool {
    character.is_ascii_alphanumeric() || "+/=".contains(character)
}

/// What is in a cell of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ink {
    Text(char),
    /// Some of a picture.
    Sixel,
}

/// A terminal that shows sixels, as far as we write them.
struct Terminal {
    cells: Vec<Ink>,
    column: u16,
    row: u16,
    /// The sixels that are being read.
    data: String,
    sixels: usize,
}

impl Default for Terminal {
    fn default() -> Self {
        let cells = vec![Ink::Text(' '); usize::from(COLUMNS) * usize::from(ROWS)];
        Self { cells, column: 0, row: 0, data: String::new(), sixels: 0 }
    }
}

impl Terminal {
    fn take(&mut self, bytes: &[u8]) {
        vte::Parser::new().advance(self, bytes);
    }

    fn put_ink(&mut self, (column, row): (u16, u16), ink: Ink) {
        assert!(column < COLUMNS && row < ROWS, "{ink:?} at {column},{row}");
        self.cells[usize::from(row) * usize::from(COLUMNS) + usize::from(column)] = ink;
    }

    /// Nothing of a picture is where none is meant.
    fn compare(&self, meant: &Buffer) {
        for (at, (cell, ink)) in meant.content.iter().zip(&self.cells).enumerate() {
            let is_plain = matches!(cell.underline_color, ratatui::style::Color::Reset);
            let place = (at % usize::from(COLUMNS), at / usize::from(COLUMNS));
            if *ink == Ink::Sixel {
                assert!(!is_plain, "a ghost at {place:?}");
            } else if is_plain {
                let first = cell.symbol().chars().next().unwrap_or(' ');
                assert_eq!(*ink, Ink::Text(first), "at {place:?}");
            }
        }
    }

    fn inked(&self) -> usize {
        self.cells.iter().filter(|ink| **ink == Ink::Sixel).count()
    }
}

impl vte::Perform for Terminal {
    fn print(&mut self, character: char) {
        if unicode_width::UnicodeWidthChar::width(character) == Some(1) {
            self.put_ink((self.column, self.row), Ink::Text(character));
            self.column += 1;
        }
    }

    fn csi_dispatch(&mut self, parameters: &vte::Params, _: &[u8], _: bool, action: char) {
        let number = |at: usize| parameters.iter().nth(at).and_then(|p| p.first().copied());
        let count = number(0).unwrap_or(1).max(1);
        match action {
            'H' => {
                self.row = count - 1;
                self.column = number(1).unwrap_or(1).max(1) - 1;
            }
            'A' => self.row -= count,
            'B' => self.row += count,
            'X' => {
                for by in 0..count {
                    self.put_ink((self.column + by, self.row), Ink::Text(' '));
                }
            }
            'J' => self.cells.fill(Ink::Text(' ')),
            _ => {}
        }
    }

    fn hook(&mut self, _: &vte::Params, _: &[u8], _: bool, _: char) {
        self.data.clear();
    }

    fn put(&mut self, byte: u8) {
        self.data.push(char::from(byte));
    }

    fn unhook(&mut self) {
        let sizes = self.data.strip_prefix('"').expect("it says how large it is");
        let sizes: Vec<u32> = sizes
            .split(|c: char| !c.is_ascii_digit() && c != ';')
            .next()
            .unwrap_or_default()
            .split(';')
            .map(|part| part.parse().expect("a number"))
            .collect();
        let across = |pixels: u32, cell: u32| u16::try_from(pixels.div_ceil(cell)).unwrap();
        let cells =
            Cells { columns: across(sizes[2], CELL.width), rows: across(sizes[3], CELL.height) };
        for row in 0..cells.rows {
            for column in 0..cells.columns {
                self.put_ink((self.column + column, self.row + row), Ink::Sixel);
            }
        }
        self.sixels += 1;
    }
}

fn with_picture(medium: Medium) -> Watched {
    let mut watched = Watched::new(medium);
    says(&mut watched.app, 1..30);
    shows(&mut watched.app, 30, 7);
    comes(&mut watched.app, 7, Ok(WIDE));
    says(&mut watched.app, 31..34);
    watched
}

/// How often a picture is made known, and forgotten.
fn counts(bytes: &str) -> (usize, usize) {
    (bytes.matches("a=T,U=1,").count(), bytes.matches("a=d,d=I,").count())
}

#[test]
fn kitty_gets_a_picture_once_and_cells_that_stand_for_it() {
    let mut watched = with_picture(Medium::Kitty { in_tmux: false });
    let first = watched.look();
    assert_eq!(counts(&first), (1, 0));
    assert!(first.find("a=T,U=1,") < first.find('\u{10EEEE}'), "it is known before it is shown");
    assert!(first.len() < 200_000, "{} bytes", first.len());
    let after = [watched.keys("<ctrl-k>"), watched.keys("<esc>"), watched.wheel(Gesture::WheelUp)];
    assert!(after.iter().all(|bytes| counts(bytes) == (0, 0)));
    assert!(after[1].contains('\u{10EEEE}'), "it is shown again");
    says(&mut watched.app, 34..36);
    let next = watched.look();
    assert!(next.len() < 6_000, "{} bytes for two messages", next.len());
    watched.screen.forget().unwrap();
    assert_eq!(counts(&watched.look()), (1, 0), "whoever forgets the screen sends it again");
    drop(watched.screen);
    let end = String::from_utf8(watched.written.0.take()).unwrap();
    assert_eq!(counts(&end), (0, 1), "nothing stays behind");
}

#[test]
fn tmux_hands_kittys_pictures_on() {
    let mut watched = with_picture(Medium::Kitty { in_tmux: true });
    let bytes = watched.look();
    let sequences = bytes.matches("\x1b\x1b_G").count();
    assert!(sequences > 0 && sequences == bytes.matches("\x1bPtmux;").count());
    assert_eq!(bytes.matches("\x1b_G").count(), sequences);
}

#[test]
fn a_picture_in_kitty_that_is_not_kept_is_forgotten_there_too() {
    let mut watched = with_picture(Medium::Kitty { in_tmux: false });
    watched.app.drawn_with(&mut watched.cache);
    let order = watched.cache.pictures.take_wanted().remove(0);
    let drawing = draw(gradient(&order), order.fit, order.canvas);
    watched.cache.pictures.learn(&order, drawing.clone());
    assert_eq!(counts(&watched.look()), (1, 0));
    assert_eq!(counts(&watched.keys("<alt-down>")), (0, 0), "it may be seen again");
    let sent = Sent::Over("?".repeat(DRAWN_BYTES_MAX).into());
    let large = drawing.map(|drawing| Drawing { sent, ..drawing });
    watched.cache.pictures.learn(&Order { account: SECOND, ..order }, large);
    assert_eq!(counts(&watched.look()), (0, 1));
}

#[test]
fn sixels_are_over_their_cells_and_leave_nothing_behind() {
    let mut watched = with_picture(Medium::Sixel);
    watched.look();
    let whole = watched.terminal.inked();
    assert!(whole > 100, "{whole}");
    assert_eq!(watched.terminal.sixels, 1);
    watched.look();
    assert_eq!(watched.terminal.sixels, 1, "what did not change is not sent again");
    watched.keys("<ctrl-k>");
    watched.keys("<esc>");
    assert_eq!(watched.terminal.inked(), whole, "what was covered is there again");
    let mut seen = std::collections::BTreeSet::new();
    for gesture in [Gesture::WheelUp, Gesture::WheelDown] {
        for _ in 0..14 {
            watched.wheel(gesture);
            seen.insert(watched.terminal.inked());
        }
    }
    assert_eq!(seen, [0, whole].into(), "it is whole or not there");
    watched.keys("<alt-down>");
    assert_eq!(watched.terminal.inked(), 0, "another channel is open");
    watched.keys("<alt-up>");
    assert_eq!(watched.terminal.inked(), whole);
    says(&mut watched.app, 34..35);
    watched.look();
    assert_eq!(watched.terminal.inked(), whole, "it has moved up");
    watched.screen.forget().unwrap();
    watched.look();
    assert_eq!(watched.terminal.inked(), whole);
}
