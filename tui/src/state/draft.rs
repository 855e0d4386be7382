//! A text being written: a caret among graphemes, readline's edits, undo and a ring of killed pieces.
//!
//! It knows nothing of channels or of sending; the composer, the prompts and the palette use it.

mod history;
mod kills;
mod layout;

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use history::{History, Step};
use kills::Kills;
use layout::LastLayout;
pub use layout::Shown;

use super::action::Edit;

/// Most bytes a draft holds; what is pasted beyond is cut off.
pub const DRAFT_BYTES_MAX: usize = 64 * 1024;

/// A text and a place in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    text: String,
    /// In bytes, always between two graphemes.
    caret: usize,
    is_start_typed: bool,
    history: History,
    kills: Kills,
    last: Last,
    layout: LastLayout,
}

/// What the last edit was, where the next one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Last {
    #[default]
    Other,
    Killed,
    /// From here to the caret.
    Yanked(usize),
}

impl From<&str> for Draft {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), caret: text.len(), ..Self::default() }
    }
}

impl Draft {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Where the caret is, in bytes.
    #[must_use]
    pub fn caret(&self) -> usize {
        self.caret
    }

    /// Whether the first character was typed here, and not pasted or left by an edit.
    #[must_use]
    pub fn is_start_typed(&self) -> bool {
        self.is_start_typed
    }

    /// Writes at the caret; line ends of other systems become `\n`. Returns how many bytes did not
    /// fit.
    pub fn insert(&mut self, text: &str) -> usize {
        self.last = Last::Other;
        self.replace(self.caret..self.caret, text)
    }

    /// Writes at the caret what was pasted: what begins with it was not typed. As
    /// [`Self::insert`].
    pub fn paste(&mut self, text: &str) -> usize {
        self.last = Last::Other;
        self.history.pause();
        self.put(self.caret..self.caret, text, false)
    }

    /// Writes at the caret on one line; line ends become spaces. As [`Self::insert`].
    pub fn insert_line(&mut self, text: &str) -> usize {
        self.insert(&text.replace("\r\n", "\n").replace(['\r', '\n'], " "))
    }

    /// Writes in the place of a range of bytes, and puts the caret behind it. As [`Self::insert`].
    pub fn replace(&mut self, range: Range<usize>, with: &str) -> usize {
        self.put(range, with, true)
    }

    /// Says something else altogether, which was not typed here. As [`Self::insert`].
    pub fn rewrite(&mut self, text: &str) -> usize {
        self.last = Last::Other;
        self.history.pause();
        self.put(0..self.text.len(), text, false)
    }

    fn put(&mut self, range: Range<usize>, with: &str, is_typed: bool) -> usize {
        let with = with.replace("\r\n", "\n").replace('\r', "\n");
        let kept = self.text.len() - range.len();
        let end = with.floor_char_boundary(DRAFT_BYTES_MAX.saturating_sub(kept));
        self.splice(range, &with[..end], is_typed);
        with.len() - end
    }

    /// Changes a range in a step of its own, and puts the caret somewhere. As [`Self::insert`].
    pub(super) fn change(&mut self, range: Range<usize>, with: &str, caret: usize) -> usize {
        self.last = Last::Other;
        self.history.pause();
        let cut = self.put(range, with, true);
        self.put_caret(caret);
        cut
    }

    /// Makes one step of all that was done since the text was this one, as far back as steps go.
    pub(super) fn join_since(&mut self, origin: &str, range: Range<usize>, with: &str) {
        let (is_start_typed, caret) = (self.is_start_typed, self.caret);
        let mut undone = 0;
        while self.text != origin && undone < history::STEPS_MAX {
            self.undo();
            undone += 1;
        }
        if self.text == origin && undone > 0 {
            self.change(range, with, caret);
            self.is_start_typed = is_start_typed;
        } else {
            (0..undone).for_each(|_| self.redo());
        }
    }

    /// Puts the caret at a place, or between the next two graphemes.
    pub(super) fn put_caret(&mut self, at: usize) {
        self.move_to(self.boundary_at_or_after(at.min(self.text.len())));
    }

    /// Keeps a piece as if it had been killed.
    pub(super) fn keep(&mut self, piece: String) {
        self.kills.push(piece);
    }

    /// What was killed last.
    pub(super) fn newest_killed(&self) -> Option<&str> {
        self.kills.newest()
    }

    /// Takes the text, leaving nothing but what can be yanked.
    pub fn take(&mut self) -> String {
        let kills = std::mem::take(&mut self.kills);
        std::mem::replace(self, Self { kills, ..Self::default() }).text
    }

    /// Empties the text into a killed piece.
    pub fn clear(&mut self) {
        self.last = Last::Other;
        self.kill(0..self.text.len());
        self.last = Last::Other;
    }

    /// Carries out an edit.
    pub fn edit(&mut self, edit: Edit) {
        let last = std::mem::take(&mut self.last);
        match edit {
            Edit::NewLine => drop(self.insert("\n")),
            Edit::Backspace => self.delete(self.grapheme_before()..self.caret),
            Edit::Delete => self.delete(self.caret..self.grapheme_after()),
            Edit::DeleteWordBack => self.kill_after(last, self.word_before()..self.caret),
            Edit::DeleteWordForward => self.kill_after(last, self.caret..self.word_after()),
            Edit::KillToStart => self.kill_after(last, self.line_start()..self.caret),
            Edit::KillToEnd => self.kill_after(last, self.caret..self.line_end()),
            Edit::Yank => self.yank(self.caret),
            Edit::YankOlder => self.yank_older(last),
            Edit::Undo => self.undo(),
            Edit::Redo => self.redo(),
            Edit::Left => self.move_to(self.grapheme_before()),
            Edit::Right => self.move_to(self.grapheme_after()),
            Edit::WordLeft => self.move_to(self.word_before()),
            Edit::WordRight => self.move_to(self.word_after()),
            Edit::LineUp => self.line_up(),
            Edit::LineDown => self.line_down(),
            Edit::LineStart => self.move_to(self.line_start()),
            Edit::LineEnd => self.move_to(self.line_end()),
        }
    }

    /// How many rows it takes at a width.
    #[must_use]
    pub fn row_count(&self, columns: usize) -> usize {
        self.layout.at(&self.text, columns).count()
    }

    /// So many of its rows at a width, the caret's among them.
    #[must_use]
    pub fn shown(&self, columns: usize, rows_seen: usize) -> Shown {
        let layout = self.layout.at(&self.text, columns);
        let caret = layout.place(&self.text, self.caret);
        let first = (caret.0 + 1).saturating_sub(rows_seen);
        Shown { rows: layout.rows(first, rows_seen), first, count: layout.count(), caret }
    }

    /// Puts the caret where it is seen at a row and a column, of so many rows that are seen.
    pub fn point_at(&mut self, columns: usize, rows_seen: usize, row: usize, column: usize) {
        let layout = self.layout.at(&self.text, columns);
        let first = (layout.place(&self.text, self.caret).0 + 1).saturating_sub(rows_seen);
        let caret = layout.caret_at((first + row, column));
        drop(layout);
        self.move_to(caret);
    }

    fn move_to(&mut self, caret: usize) {
        self.caret = caret;
        self.history.pause();
    }

    fn delete(&mut self, range: Range<usize>) {
        self.splice(range, "", false);
    }

    fn splice(&mut self, range: Range<usize>, with: &str, is_typed: bool) {
        if range.is_empty() && with.is_empty() {
            return;
        }
        let (at, removed) = (range.start, self.text[range.clone()].to_owned());
        let (inserted, caret) = (with.to_owned(), self.caret);
        let is_start_typed = self.is_start_typed;
        self.history.record(Step { at, removed, inserted, caret, is_start_typed });
        if at == 0 {
            self.is_start_typed = is_typed;
        }
        self.text.replace_range(range, with);
        self.layout.text_changed();
        self.caret = self.boundary_at_or_after(at + with.len());
    }

    fn undo(&mut self) {
        if let Some(step) = self.history.undo() {
            self.text.replace_range(step.at..step.at + step.inserted.len(), &step.removed);
            self.layout.text_changed();
            self.caret = step.caret;
            std::mem::swap(&mut self.is_start_typed, &mut step.is_start_typed);
        }
    }

    fn redo(&mut self) {
        if let Some(step) = self.history.redo() {
            self.text.replace_range(step.at..step.at + step.removed.len(), &step.inserted);
            self.layout.text_changed();
            let end = step.at + step.inserted.len();
            std::mem::swap(&mut self.is_start_typed, &mut step.is_start_typed);
            self.caret = self.boundary_at_or_after(end);
        }
    }

    /// What is killed in one go is yanked in one go.
    fn kill_after(&mut self, last: Last, range: Range<usize>) {
        if last == Last::Killed && !range.is_empty() {
            self.kills.grow(&self.text[range.clone()], range.start == self.caret);
            self.delete(range);
        } else {
            self.kill(range);
        }
        self.last = Last::Killed;
    }

    fn kill(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.kills.push(self.text[range.clone()].to_owned());
            self.history.pause();
            self.delete(range);
        }
    }

    /// Puts the newest killed piece between `start` and the caret.
    fn yank(&mut self, start: usize) {
        if let Some(piece) = self.kills.newest().map(str::to_owned) {
            self.history.pause();
            self.replace(start..self.caret, &piece);
            self.last = Last::Yanked(start);
        }
    }

    fn yank_older(&mut self, last: Last) {
        if let Last::Yanked(start) = last {
            self.kills.turn();
            self.yank(start);
        }
    }

    /// No grapheme goes beyond its line.
    fn boundary_at_or_after(&self, at: usize) -> usize {
        let line = self.text[..self.text.floor_char_boundary(at)].rfind('\n').map_or(0, |n| n + 1);
        let ends =
            self.text[line..].grapheme_indices(true).map(|(start, g)| line + start + g.len());
        std::iter::once(line).chain(ends).find(|end| *end >= at).unwrap_or(self.text.len())
    }

    fn grapheme_before(&self) -> usize {
        self.text[..self.caret].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn grapheme_after(&self) -> usize {
        let length = self.text[self.caret..].graphemes(true).next().map_or(0, str::len);
        self.caret + length
    }

    fn word_before(&self) -> usize {
        let mut words = self.text[..self.caret].unicode_word_indices();
        words.next_back().map_or(0, |(at, _)| at)
    }

    fn word_after(&self) -> usize {
        let word = self.text[self.caret..].unicode_word_indices().next();
        word.map_or(self.text.len(), |(at, word)| self.caret + at + word.len())
    }

    fn line_start(&self) -> usize {
        self.text[..self.caret].rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.caret..].find('\n').map_or(self.text.len(), |at| self.caret + at)
    }

    fn line_up(&mut self) {
        let start = self.line_start();
        if start > 0 {
            let above = self.text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
            self.move_to(self.at_column(above, self.column()));
        }
    }

    fn line_down(&mut self) {
        let end = self.line_end();
        if end < self.text.len() {
            self.move_to(self.at_column(end + 1, self.column()));
        }
    }

    /// Graphemes between the start of the line and the caret.
    fn column(&self) -> usize {
        self.text[self.line_start()..self.caret].graphemes(true).count()
    }

    fn at_column(&self, line_start: usize, column: usize) -> usize {
        let line = self.text[line_start..].split('\n').next().unwrap_or_default();
        line_start + line.graphemes(true).take(column).map(str::len).sum::<usize>()
    }
}

#[cfg(test)]
mod tests;
