//! Text that is marked with the pointer: which columns of which rows, and what of it is copied.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::Chat;
use crate::state::feed::Feed;
use crate::state::lines::Line;
use crate::state::pointer::{Marking, Spot};
use crate::text::columns;
use crate::text::markup::Row;

/// A place in a feed that can be compared: item, row of the item, column.
type At = (usize, usize, usize);

impl Chat {
    /// Whether text is being marked there.
    #[must_use]
    pub fn is_marking(&self, is_thread: bool) -> bool {
        self.marking.as_ref().is_some_and(|marking| marking.is_thread == is_thread)
    }

    /// What is marked of an item's row, in columns of its text.
    #[must_use]
    pub fn marked_columns(
        &self,
        feed: &Feed<'_>,
        index: usize,
        line: usize,
    ) -> Option<Range<usize>> {
        let (from, to) = ends(feed, self.marking.as_ref()?)?;
        if (index, line) < (from.0, from.1) || (index, line) > (to.0, to.1) {
            return None;
        }
        let text = text_of(&feed.lines(index), line)?;
        let start = if (index, line) == (from.0, from.1) { from.2 } else { 0 };
        let end = if (index, line) == (to.0, to.1) { to.2 } else { columns(&text) };
        (start < end).then_some(start..end.min(columns(&text)))
    }
}

fn ends(feed: &Feed<'_>, marking: &Marking) -> Option<(At, At)> {
    let at = |spot: &Spot| Some((feed.position(&spot.item)?, spot.line, spot.column));
    let (from, to) = (at(&marking.from)?, at(&marking.to)?);
    Some((from.min(to), from.max(to)))
}

/// What is marked, without gutters, headers and whatever else is not said; broken where it was
/// broken, not where it was wrapped.
pub(super) fn copied(feed: &Feed<'_>, marking: &Marking) -> Option<String> {
    let (from, to) = ends(feed, marking)?;
    let mut copied = String::new();
    let mut before: Option<(usize, Row)> = None;
    for index in from.0..=to.0 {
        let lines = feed.lines(index);
        for (line, row) in lines.iter().enumerate().filter_map(|(at, line)| Some((at, row(line)?)))
        {
            if (index, line) < (from.0, from.1) || (index, line) > (to.0, to.1) {
                continue;
            }
            let text = text_of(&lines, line)?;
            let start = if (index, line) == (from.0, from.1) { from.2 } else { 0 };
            let end = if (index, line) == (to.0, to.1) { to.2 } else { usize::MAX };
            if let Some((item, before)) = &before {
                let is_same = *item == index;
                copied.push_str(between(before, &row, is_same, feed.columns()));
            }
            copied.push_str(cut_out(&text, start..end));
            before = Some((index, row));
        }
    }
    Some(copied).filter(|copied| !copied.is_empty())
}

/// What stood between two rows before they were wrapped.
fn between(before: &Row, after: &Row, is_same_message: bool, room: usize) -> &'static str {
    if !is_same_message || before.source.block != after.source.block {
        return "\n";
    }
    match (&before.source.code, &after.source.code) {
        (Some(before), Some(after)) if before.end == after.start => "",
        (Some(_), _) => "\n",
        (None, _) => {
            let text = text(after);
            let word = text.split_whitespace().next().unwrap_or_default();
            let width = columns(&self::text(before));
            match width + 1 + columns(word) > room {
                true if width >= room => "",
                true => " ",
                false => "\n",
            }
        }
    }
}

pub(super) fn row(line: &Line<'_>) -> Option<Row> {
    match line {
        Line::Text { layout, row } => layout.rows.get(*row).cloned(),
        _ => None,
    }
}

fn text(row: &Row) -> String {
    row.spans.iter().map(|span| span.text.as_str()).collect()
}

pub(super) fn text_of(lines: &[Line<'_>], line: usize) -> Option<String> {
    lines.get(line).and_then(row).map(|row| text(&row))
}

/// The graphemes that begin in some columns.
fn cut_out(text: &str, range: Range<usize>) -> &str {
    let begins = |column: usize| {
        let mut at = 0;
        let found = text.grapheme_indices(true).find(|(_, grapheme)| {
            let is_there = at >= column;
            at += columns(grapheme);
            is_there
        });
        found.map_or(text.len(), |(byte, _)| byte)
    };
    text.get(begins(range.start)..begins(range.end)).unwrap_or_default()
}

/// The columns of the word at a column.
pub(super) fn word_at(text: &str, column: usize) -> Option<Range<usize>> {
    let mut at = 0;
    for word in text.split_word_bounds() {
        let wide = columns(word);
        if (at..at + wide).contains(&column) && !word.trim().is_empty() {
            return Some(at..at + wide);
        }
        at += wide;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{cut_out, word_at};

    #[test]
    fn text_is_cut_by_columns_and_never_within_a_character() {
        assert_eq!(cut_out("hello world", 6..usize::MAX), "world");
        assert_eq!(cut_out("日本語 ok", 2..6), "本語");
        assert_eq!(cut_out("日本語", 1..3), "本");
        assert_eq!(cut_out("short", 9..12), "");
    }

    #[test]
    fn a_word_is_found_by_any_of_its_columns() {
        assert_eq!(word_at("so, hello there", 6), Some(4..9));
        assert_eq!(word_at("so, hello there", 3), None);
        assert_eq!(word_at("so", 9), None);
    }
}
