//! A text being written: a caret among graphemes, readline's edits, one killed piece to yank.
//!
//! It knows nothing of channels or of sending; the composer, the prompts and the palette use it.

use unicode_segmentation::UnicodeSegmentation;

use super::action::Edit;
use crate::text::SafeText;
use crate::text::columns as columns_of;
use crate::text::wrap::wrap;

/// Most bytes a draft holds; what is pasted beyond is cut off.
pub const DRAFT_BYTES_MAX: usize = 64 * 1024;

/// A text and a place in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    text: String,
    /// In bytes, always between two graphemes.
    caret: usize,
    killed: String,
}

/// A draft as it is shown: its rows, and where the caret is among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The rows.
    pub rows: Vec<SafeText>,
    /// The caret's row and column.
    pub caret: (usize, usize),
}

impl From<&str> for Draft {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), caret: text.len(), killed: String::new() }
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

    /// Writes at the caret; line ends of other systems become `\n`. Returns how many bytes did not
    /// fit.
    pub fn insert(&mut self, text: &str) -> usize {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let room = DRAFT_BYTES_MAX.saturating_sub(self.text.len());
        let end = text.floor_char_boundary(room);
        self.text.insert_str(self.caret, &text[..end]);
        self.caret = self.boundary_at_or_after(self.caret + end);
        text.len() - end
    }

    /// Writes at the caret on one line; line ends become spaces. As [`Self::insert`].
    pub fn insert_line(&mut self, text: &str) -> usize {
        self.insert(&text.replace("\r\n", "\n").replace(['\r', '\n'], " "))
    }

    /// Takes the text, leaving nothing.
    pub fn take(&mut self) -> String {
        self.caret = 0;
        std::mem::take(&mut self.text)
    }

    /// Empties the text into the killed piece.
    pub fn clear(&mut self) {
        if !self.text.is_empty() {
            self.killed = self.take();
        }
    }

    /// Carries out an edit.
    pub fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::NewLine => drop(self.insert("\n")),
            Edit::Backspace => drop(self.delete(self.grapheme_before()..self.caret)),
            Edit::Delete => drop(self.delete(self.caret..self.grapheme_after())),
            Edit::DeleteWordBack => self.kill(self.word_before()..self.caret),
            Edit::DeleteWordForward => self.kill(self.caret..self.word_after()),
            Edit::KillToStart => self.kill(self.line_start()..self.caret),
            Edit::KillToEnd => self.kill(self.caret..self.line_end()),
            Edit::Yank => drop(self.insert(&self.killed.clone())),
            Edit::Left => self.caret = self.grapheme_before(),
            Edit::Right => self.caret = self.grapheme_after(),
            Edit::WordLeft => self.caret = self.word_before(),
            Edit::WordRight => self.caret = self.word_after(),
            Edit::LineUp => self.line_up(),
            Edit::LineDown => self.line_down(),
            Edit::LineStart => self.caret = self.line_start(),
            Edit::LineEnd => self.caret = self.line_end(),
        }
    }

    /// The rows at a width, and the caret among them.
    #[must_use]
    pub fn shown(&self, columns: usize) -> Shown {
        let shown = SafeText::body(&self.text);
        let text = shown.as_str();
        let caret = SafeText::body(&self.text[..self.caret]).as_str().len();
        let caret = text.floor_char_boundary(caret);
        // One column stays free for a caret at the end of a full row.
        let rows = wrap(text, columns.saturating_sub(1));
        let row = rows.iter().rposition(|row| row.start <= caret).unwrap_or(0);
        let before = &text[rows[row].start..caret.clamp(rows[row].start, rows[row].end)];
        let column = columns_of(before);
        let rows = rows.into_iter().map(|row| SafeText::line(&text[row])).collect();
        Shown { rows, caret: (row, column) }
    }

    fn delete(&mut self, range: std::ops::Range<usize>) -> String {
        let removed = self.text.drain(range.clone()).collect();
        self.caret = self.boundary_at_or_after(range.start);
        removed
    }

    fn kill(&mut self, range: std::ops::Range<usize>) {
        let removed = self.delete(range);
        if !removed.is_empty() {
            self.killed = removed;
        }
    }

    fn boundary_at_or_after(&self, at: usize) -> usize {
        let ends = self.text.grapheme_indices(true).map(|(start, g)| start + g.len());
        std::iter::once(0).chain(ends).find(|end| *end >= at).unwrap_or(self.text.len())
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
            let column = self.text[start..self.caret].graphemes(true).count();
            self.caret = start - 1;
            self.caret = self.at_column(self.line_start(), column);
        }
    }

    fn line_down(&mut self) {
        let end = self.line_end();
        if end < self.text.len() {
            let column = self.text[self.line_start()..self.caret].graphemes(true).count();
            self.caret = end + 1;
            self.caret = self.at_column(end + 1, column);
        }
    }

    fn at_column(&self, line_start: usize, column: usize) -> usize {
        let line = &self.text[line_start..self.line_end()];
        line_start + line.graphemes(true).take(column).map(str::len).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Draft, Edit};

    /// `|` is the caret, before and after.
    #[track_caller]
    fn check(before: &str, edits: &[Edit], after: &str) {
        let at = before.find('|').expect("a caret");
        let mut draft = Draft::from(before.replace('|', "").as_str());
        draft.caret = at;
        edits.iter().for_each(|edit| draft.edit(*edit));
        let mut shown = draft.text.clone();
        shown.insert(draft.caret, '|');
        assert_eq!(shown, after);
    }

    #[test]
    fn edits_move_by_grapheme_and_word() {
        check("héllo 👩‍👩‍👧|", &[Edit::Backspace], "héllo |");
        check("👩‍👩‍👧|x", &[Edit::Left, Edit::Delete], "|x");
        check("one two|", &[Edit::DeleteWordBack], "one |");
        check("one two|", &[Edit::DeleteWordBack, Edit::LineStart, Edit::Yank], "two|one ");
        check("one |two", &[Edit::WordLeft], "|one two");
        check("|one two", &[Edit::WordRight, Edit::DeleteWordForward], "one|");
        check("a\nbc|d", &[Edit::KillToStart], "a\n|d");
        check("a\nb|cd", &[Edit::KillToEnd], "a\nb|");
    }

    #[test]
    fn lines_keep_the_column_where_they_can() {
        check("abc\nd|e", &[Edit::LineUp], "a|bc\nde");
        check("ab|c\nd", &[Edit::LineDown], "abc\nd|");
        check("|abc", &[Edit::LineUp], "|abc");
    }

    #[test]
    fn the_caret_is_shown_after_what_stands_before_it() {
        let mut draft = Draft::from("ab\tcd");
        draft.edit(Edit::Left);
        assert_eq!(draft.shown(40).caret, (0, 7));
        let draft = Draft::from("one two");
        assert_eq!(draft.shown(5).caret, (1, 3));
        assert_eq!(Draft::from("one\n").shown(9).caret, (1, 0));
    }

    proptest! {
        #[test]
        fn no_edit_breaks_a_draft(text in "\\PC{0,12}\n?\\PC{0,6}", edits in proptest::collection::vec(0usize..16, 0..30)) {
            const ALL: [Edit; 16] = [
                Edit::NewLine, Edit::Backspace, Edit::Delete, Edit::DeleteWordBack,
                Edit::DeleteWordForward, Edit::KillToStart, Edit::KillToEnd, Edit::Yank,
                Edit::Left, Edit::Right, Edit::WordLeft, Edit::WordRight, Edit::LineUp,
                Edit::LineDown, Edit::LineStart, Edit::LineEnd,
            ];
            let mut draft = Draft::from(text.as_str());
            for edit in edits {
                draft.edit(ALL[edit]);
                prop_assert!(draft.text.is_char_boundary(draft.caret));
                let shown = draft.shown(10);
                prop_assert!(shown.caret.0 < shown.rows.len());
                prop_assert!(shown.caret.1 <= 10);
            }
        }
    }
}
