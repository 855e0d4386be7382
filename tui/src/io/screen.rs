//! From a state to bytes for a terminal: what changed, framed as one update, and fenced.
//!
//! Terminals disagree with us, and with each other, about the width of some characters. What follows
//! such a character may stand elsewhere than we think; so the place behind it is named anew, and the
//! cells it could have reached are always written. Links go around the cells that lead somewhere
//! (OSC 8); what pictures need besides cells is in `sending`. It knows nothing of modes or of reading keys.

mod sending;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::rc::Rc;

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::Color;
use ratatui::{TerminalOptions, Viewport};
use unicode_segmentation::UnicodeSegmentation;

use crate::state::State;
use crate::text::GRAPHEME_CODE_POINTS_MAX;
use crate::text::markup::Link;
use crate::view::{self, Cache, Links};
use sending::Sending;

/// Below it nobody disagrees about a single character.
const FIRST_IN_DOUBT: char = '\u{300}';
/// Emoji: how wide depends on how old a terminal is.
const EMOJI: std::ops::RangeInclusive<char> = '\u{1F000}'..='\u{1FAFF}';
/// Some terminals take it for a mistake in what they were sent, and show nothing.
const REPLACEMENT: char = '\u{FFFD}';
/// In a cell it stands for a piece of a picture, with marks that say which. In no text of others.
const PIECE: char = '\u{10EEEE}';
/// Columns a terminal that draws every code point by itself gives one grapheme at most.
const REACH: usize = 2 * GRAPHEME_CODE_POINTS_MAX;

/// What is on a terminal, and where its bytes go.
pub struct Screen<W: Write> {
    terminal: ratatui::Terminal<Fenced<W>>,
}

impl<W: Write> Screen<W> {
    /// As large as the terminal of this process, and as it becomes.
    ///
    /// # Errors
    /// When there is none.
    pub fn of_terminal(out: W) -> io::Result<Self> {
        let terminal = ratatui::Terminal::new(Fenced::new(out))?;
        Ok(Self { terminal })
    }

    /// Of a size that stays.
    ///
    /// # Errors
    /// None today.
    pub fn fixed(out: W, columns: u16, rows: u16) -> io::Result<Self> {
        let viewport = Viewport::Fixed(Rect::new(0, 0, columns, rows));
        let backend = Fenced::new(out);
        let terminal = ratatui::Terminal::with_options(backend, TerminalOptions { viewport })?;
        Ok(Self { terminal })
    }

    /// The size of the terminal.
    ///
    /// # Errors
    /// When it does not say.
    pub fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Where the bytes go.
    pub fn out(&mut self) -> &mut impl Write {
        &mut self.terminal.backend_mut().inner
    }

    /// Draws a state, shown at once by terminals that can.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, state: &State, cache: &mut Cache) -> io::Result<()> {
        let backend = self.terminal.backend_mut();
        backend.links = cache.links.clone();
        backend.sending.pictures = cache.pictures.clone();
        let places = backend.sending.places.clone();
        queue!(self.out(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| {
            view::draw(state, cache, frame);
            places.replace(sending::find(&cache.pictures, frame.buffer_mut()));
            fence(frame.buffer_mut());
        })?;
        queue!(self.out(), EndSynchronizedUpdate)?;
        self.out().flush()
    }

    /// Forgets what is on the screen, so that the next drawing paints all of it.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn forget(&mut self) -> io::Result<()> {
        // `Terminal::clear` asks the terminal for its cursor first, and not every one answers.
        self.terminal.backend_mut().clear_region(ClearType::All)?;
        self.terminal.backend_mut().sending.start_over();
        self.terminal.swap_buffers();
        Ok(())
    }
}

impl<W: Write> Drop for Screen<W> {
    fn drop(&mut self) {
        let Fenced { inner, sending, .. } = self.terminal.backend_mut();
        let _ = sending.end(inner).and_then(|()| Write::flush(inner));
    }
}

/// Marks what a character in doubt may have reached, so that it is written whatever it was before:
/// also on the next row, where a terminal wraps although it was told not to.
fn fence(buffer: &mut Buffer) {
    let mut reached = 0;
    for (index, cell) in buffer.content.iter_mut().enumerate() {
        let in_doubt = is_in_doubt(cell);
        if in_doubt {
            reached = index + REACH;
        }
        // A picture over cells would be sent with every frame.
        if (in_doubt || index < reached) && sending::mark(cell).is_none() {
            cell.set_diff_option(CellDiffOption::AlwaysUpdate);
        }
    }
}

/// Whether terminals may disagree about the width of a cell's symbol.
fn is_in_doubt(cell: &Cell) -> bool {
    let mut characters = cell.symbol().chars();
    match (characters.next(), characters.next()) {
        (Some(PIECE), _) => false,
        (Some(one), None) if one < FIRST_IN_DOUBT => false,
        (Some(one), None) => EMOJI.contains(&one) || one == REPLACEMENT || is_mark(one),
        (Some(_), Some(_)) => true,
        (None, _) => false,
    }
}

/// A character that joins the one before it.
fn is_mark(character: char) -> bool {
    let mut pair = [b'a'; 1 + char::MAX_LEN_UTF8];
    let length = 1 + character.encode_utf8(&mut pair[1..]).len();
    let text = std::str::from_utf8(&pair[..length]).unwrap_or_default();
    text.graphemes(true).count() == 1
}

/// The backend of crossterm, which names the place anew behind every cell in doubt, and links.
struct Fenced<W: Write> {
    inner: CrosstermBackend<W>,
    links: Rc<Links>,
    sending: Sending,
}

impl<W: Write> Fenced<W> {
    fn new(out: W) -> Self {
        let inner = CrosstermBackend::new(out);
        Self { inner, links: Rc::default(), sending: Sending::default() }
    }

    /// Ends the link that is open, and begins another. Rows of one link share its number, by which
    /// terminals know that they belong together.
    fn link(&mut self, link: Option<&(u32, Link)>) -> io::Result<()> {
        match link {
            Some((number, link)) => {
                write!(self.inner, "\x1b]8;id=pail{number};{}\x1b\\", link.as_str())
            }
            None => self.inner.write_all(b"\x1b]8;;\x1b\\"),
        }
    }
}

impl<W: Write> Fenced<W> {
    fn write(&mut self, run: &mut Vec<(u16, u16, Cell)>) -> io::Result<()> {
        let written = self.inner.draw(run.iter().map(|(x, y, cell)| (*x, *y, cell)));
        run.clear();
        written
    }
}

impl<W: Write> Backend for Fenced<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut run: Vec<(u16, u16, Cell)> = Vec::new();
        let mut open: Option<(u32, Link)> = None;
        let mut marks = BTreeSet::new();
        self.sending.before(&mut self.inner)?;
        for (x, y, cell) in content {
            marks.extend(sending::mark(cell));
            let link = self.links.of(cell);
            if link != open {
                self.write(&mut run)?;
                self.link(link.as_ref())?;
                open = link;
            }
            let mut cell = cell.clone();
            cell.underline_color = Color::Reset;
            let in_doubt = is_in_doubt(&cell);
            run.push((x, y, cell));
            // The inner backend names the place of the first cell it is given.
            if in_doubt {
                self.write(&mut run)?;
            }
        }
        self.write(&mut run)?;
        if open.is_some() {
            self.link(None)?;
        }
        self.sending.after(&marks, &mut self.inner)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::{Buffer, CellDiffOption};
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::{fence, is_mark};

    /// Columns that are written whatever was there before.
    #[track_caller]
    fn check(text: &str, expected: std::ops::Range<u16>) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 30, 1));
        buffer.set_string(0, 0, text, Style::default());
        fence(&mut buffer);
        let always = |x: &u16| buffer[(*x, 0)].diff_option == CellDiffOption::AlwaysUpdate;
        let found: Vec<u16> = (0..30).filter(always).collect();
        assert_eq!(found, expected.collect::<Vec<_>>(), "{text}");
    }

    #[test]
    fn what_a_doubtful_character_may_reach_is_always_written() {
        check("plain é 日本 ☕ │", 0..0);
        check("abc🇵🇹 flag", 3..19);
        check("ที", 0..16);
        check("x👩‍👩‍👧", 1..17);
        check("🫨", 0..16);
    }

    #[test]
    fn marks_join_what_stands_before_them() {
        assert!(is_mark('\u{E34}') && is_mark('\u{BBE}') && is_mark('\u{FF9E}'));
        assert!(!is_mark('│') && !is_mark('日') && !is_mark('☕'));
    }
}
