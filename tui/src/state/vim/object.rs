//! Text objects: the word, the quotes, the brackets or the paragraph that a place is in.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::grammar::{Kind, Object, Size};
use super::lines::{self, Class};

/// What it covers, if a place is in one; a paragraph without its last line end.
pub(super) fn range(text: &str, at: usize, object: Object, count: usize) -> Option<Range<usize>> {
    let Object { kind, is_around } = object;
    match kind {
        Kind::Word(size) => words(text, at, size, is_around, count),
        Kind::Quotes(quote) => quoted(text, at, quote, is_around),
        Kind::Brackets(open, close) => bracketed(text, at, (open, close), is_around, count),
        Kind::Paragraph => paragraphs(text, at, is_around, count),
    }
}

/// A stretch of one kind.
struct Run {
    range: Range<usize>,
    is_blank: bool,
}

/// So many runs from one on; with `is_around` so many that are not blank, and the blank beside.
fn stretch(runs: &[Run], at: usize, is_around: bool, count: usize) -> Option<Range<usize>> {
    let first = runs.iter().position(|run| at < run.range.end).or(runs.len().checked_sub(1))?;
    let from = runs.get(first)?;
    let whole = |first: usize, last: usize| runs[first].range.start..runs[last].range.end;
    if !is_around {
        return Some(whole(first, (first + count - 1).min(runs.len() - 1)));
    }
    let later = runs.iter().enumerate().skip(first);
    let last = later.filter(|(_, run)| !run.is_blank).nth(count - 1).map(|(index, _)| index)?;
    if from.is_blank {
        return Some(whole(first, last));
    }
    let is_blank = |index: usize| runs.get(index).is_some_and(|run| run.is_blank);
    Some(match first.checked_sub(1) {
        _ if is_blank(last + 1) => whole(first, last + 1),
        Some(before) if is_blank(before) => whole(before, last),
        _ => whole(first, last),
    })
}

fn words(text: &str, at: usize, size: Size, is_around: bool, count: usize) -> Option<Range<usize>> {
    let (start, end) = (lines::start(text, at), lines::end(text, at));
    let mut runs: Vec<Run> = Vec::new();
    let mut class = None;
    for (offset, grapheme) in text[start..end].grapheme_indices(true) {
        let here = Class::of(grapheme, size);
        let range = start + offset..start + offset + grapheme.len();
        match runs.last_mut().filter(|_| class == Some(here)) {
            Some(run) => run.range.end = range.end,
            None => runs.push(Run { range, is_blank: here == Class::Blank }),
        }
        class = Some(here);
    }
    stretch(&runs, at, is_around, count)
}

fn paragraphs(text: &str, at: usize, is_around: bool, count: usize) -> Option<Range<usize>> {
    let mut runs: Vec<Run> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (is_blank, range) = (line.trim().is_empty(), start..start + line.len());
        start = range.end;
        match runs.last_mut().filter(|run| run.is_blank == is_blank) {
            Some(run) => run.range.end = range.end,
            None => runs.push(Run { range, is_blank }),
        }
    }
    let Range { start, end } = stretch(&runs, at, is_around, count)?;
    let has_end = text[start..end].ends_with('\n');
    Some(start..if has_end { end - 1 } else { end })
}

/// The pair a place is in, or the next one of the line.
fn quoted(text: &str, at: usize, quote: char, is_around: bool) -> Option<Range<usize>> {
    let (start, end) = (lines::start(text, at), lines::end(text, at));
    let line = &text[start..end];
    let is_escaped = |place: usize| line[..place].chars().rev().take_while(|c| *c == '\\').count();
    let quotes = line.match_indices(quote).map(|(place, _)| place);
    let quotes: Vec<usize> = quotes.filter(|place| is_escaped(*place) % 2 == 0).collect();
    let mut pairs = quotes.chunks_exact(2).map(|pair| start + pair[0]..start + pair[1]);
    let pair = pairs.find(|pair| at <= pair.end)?;
    let inner = pair.start + quote.len_utf8()..pair.end;
    if !is_around {
        return Some(inner);
    }
    let behind = pair.end + quote.len_utf8();
    let blank_behind = blank(&text[behind..end], str::trim_start);
    let blank_before = blank(&text[start..pair.start], str::trim_end);
    Some(match blank_behind {
        0 => pair.start - blank_before..behind,
        length => pair.start..behind + length,
    })
}

fn blank(text: &str, trimmed: fn(&str) -> &str) -> usize {
    text.len() - trimmed(text).len()
}

fn bracketed(
    text: &str,
    at: usize,
    (open, close): (char, char),
    is_around: bool,
    count: usize,
) -> Option<Range<usize>> {
    let on_open = text[at..].starts_with(open).then_some(at);
    let mut start = on_open.or_else(|| opening(&text[..at], open, close))?;
    for _ in 1..count {
        start = opening(&text[..start], open, close)?;
    }
    let inner = start + open.len_utf8();
    let end = inner + closing(&text[inner..], open, close)?;
    Some(if is_around { start..end + close.len_utf8() } else { inner..end })
}

fn opening(before: &str, open: char, close: char) -> Option<usize> {
    partner(before.char_indices().rev(), close, open)
}

fn closing(behind: &str, open: char, close: char) -> Option<usize> {
    partner(behind.char_indices(), open, close)
}

/// The first one that is wanted, but for those of other pairs.
fn partner(
    characters: impl Iterator<Item = (usize, char)>,
    other: char,
    wanted: char,
) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, character) in characters {
        if character == other {
            depth += 1;
        } else if character == wanted {
            match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(place),
            }
        }
    }
    None
}
