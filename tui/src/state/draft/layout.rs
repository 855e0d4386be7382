//! A draft as rows, laid out once per change of its text or its width; of a changed text only the
//! lines that changed.
//!
//! It can be made again from the text at any time, so it is no part of what a draft is.

use std::cell::{Ref, RefCell};
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::text::SafeText;
use crate::text::columns as columns_of;
use crate::text::wrap::wrap;

/// What of a draft is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The rows that are seen.
    pub rows: Vec<SafeText>,
    /// How many there are before them.
    pub first: usize,
    /// How many there are altogether.
    pub count: usize,
    /// The caret's row among all of them, and its column.
    pub caret: (usize, usize),
}

/// The rows of one text at one width.
#[derive(Debug, Default)]
pub(super) struct Layout {
    columns: usize,
    lines: Vec<Line>,
    count: usize,
}

/// What ends at a line end, or at the end of the text.
#[derive(Debug)]
struct Line {
    source: Box<str>,
    shown: SafeText,
    /// The bytes of what is shown.
    rows: Vec<Range<usize>>,
    first_row: usize,
}

impl Layout {
    /// Lays out what is different.
    fn lay_out(&mut self, text: &str, columns: usize) {
        if self.columns != columns {
            self.lines.clear();
        }
        let sources: Vec<&str> = text.split('\n').collect();
        let is_same = |(line, source): &(&Line, &&str)| *line.source == ***source;
        let before = self.lines.iter().zip(&sources).take_while(is_same).count();
        let rest = self.lines[before..].iter().rev().zip(sources[before..].iter().rev());
        let after = rest.take_while(is_same).count();
        let fresh = &sources[before..sources.len() - after];
        let gone = before..self.lines.len() - after;
        self.lines.splice(gone, fresh.iter().map(|source| Line::of(source, columns)));
        (self.columns, self.count) = (columns, 0);
        for line in &mut self.lines {
            line.first_row = self.count;
            self.count += line.rows.len();
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Some rows from one on, at most so many.
    pub(super) fn rows(&self, first: usize, most: usize) -> Vec<SafeText> {
        let from = self.lines.partition_point(|line| line.first_row <= first).saturating_sub(1);
        let lines = self.lines[from..].iter();
        let rows =
            lines.flat_map(|line| line.rows.iter().map(|row| &line.shown.as_str()[row.clone()]));
        let skipped = first - self.lines.get(from).map_or(0, |line| line.first_row);
        rows.skip(skipped).take(most).map(SafeText::line).collect()
    }

    /// The row and the column of a caret, in bytes of the text.
    pub(super) fn place(&self, text: &str, caret: usize) -> (usize, usize) {
        let before = &text[..caret];
        let index = before.matches('\n').count();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        self.lines.get(index).map_or((0, 0), |line| line.place(caret - start))
    }

    /// The caret that is seen at a row and a column, or the last one before.
    pub(super) fn caret_at(&self, wanted: (usize, usize)) -> usize {
        let after = self.lines.partition_point(|line| line.first_row <= wanted.0);
        let Some(index) = after.checked_sub(1) else { return 0 };
        let line = &self.lines[index];
        let starts = line.source.grapheme_indices(true).map(|(at, _)| at);
        let carets: Vec<usize> = starts.chain([line.source.len()]).collect();
        let before = carets.partition_point(|caret| line.place(*caret) <= wanted);
        let lines_before = self.lines[..index].iter().map(|line| line.source.len() + 1);
        lines_before.sum::<usize>() + carets[before.saturating_sub(1)]
    }
}

impl Line {
    fn of(source: &str, columns: usize) -> Self {
        let shown = SafeText::body(source);
        // One column stays free for a caret at the end of a full row.
        let rows = wrap(shown.as_str(), columns.saturating_sub(1));
        Self { source: source.into(), shown, rows, first_row: 0 }
    }

    fn place(&self, caret: usize) -> (usize, usize) {
        let text = self.shown.as_str();
        let caret = SafeText::body(&self.source[..caret]).as_str().len();
        let caret = text.floor_char_boundary(caret);
        let row = self.rows.iter().rposition(|row| row.start <= caret).unwrap_or(0);
        let Range { start, end } = self.rows[row];
        (self.first_row + row, columns_of(&text[start..caret.clamp(start, end)]))
    }
}

/// The last layout, until the text changes. A copy of a draft begins without one, and no two
/// drafts differ by it.
#[derive(Debug, Default)]
pub(super) struct LastLayout {
    last: RefCell<Layout>,
    is_current: std::cell::Cell<bool>,
}

impl LastLayout {
    /// The text is another one.
    pub(super) fn text_changed(&self) {
        self.is_current.set(false);
    }

    /// The layout of the text at a width.
    pub(super) fn at(&self, text: &str, columns: usize) -> Ref<'_, Layout> {
        if !self.is_current.replace(true) || self.last.borrow().columns != columns {
            self.last.borrow_mut().lay_out(text, columns);
        }
        self.last.borrow()
    }
}

impl Clone for LastLayout {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for LastLayout {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for LastLayout {}
