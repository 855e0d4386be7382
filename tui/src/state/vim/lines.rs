//! Lines and characters of a text, found from a place in it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::grammar::Size;

/// What a character is to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Blank,
    Letter,
    Sign,
}

impl Class {
    pub(super) fn of(grapheme: &str, size: Size) -> Self {
        match (grapheme.chars().next(), size) {
            (None, _) => Self::Blank,
            (Some(first), _) if first.is_whitespace() => Self::Blank,
            (_, Size::Big) => Self::Letter,
            (Some(first), _) if first.is_alphanumeric() || first == '_' => Self::Letter,
            _ => Self::Sign,
        }
    }
}

pub(super) fn start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Before the line's end.
pub(super) fn end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length)
}

pub(super) fn after(text: &str, at: usize) -> usize {
    at + text[at..].graphemes(true).next().map_or(0, str::len)
}

pub(super) fn before(text: &str, at: usize) -> usize {
    at - text[..at].graphemes(true).next_back().map_or(0, str::len)
}

/// Where the line's first word begins, or the line ends.
pub(super) fn first_word(text: &str, at: usize) -> usize {
    let line = &text[start(text, at)..end(text, at)];
    end(text, at) - line.trim_start().len()
}

/// The lines from one place to another, without the end of the last one.
pub(super) fn around(text: &str, range: Range<usize>) -> Range<usize> {
    start(text, range.start)..end(text, range.end)
}
