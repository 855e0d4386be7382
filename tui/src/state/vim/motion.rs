//! Where a motion leads. A caret may be led behind the last character; whoever moves it decides.

use unicode_segmentation::UnicodeSegmentation;

use super::grammar::{Find, Motion, Size};
use super::lines::{self, Class};

/// What an operator takes of where a motion leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// What is before it.
    Exclusive,
    /// The character there, too.
    Inclusive,
    /// Whole lines.
    Lines,
}

pub(super) fn reach(motion: Motion) -> Reach {
    match motion {
        Motion::Up | Motion::Down | Motion::FirstLine | Motion::LastLine => Reach::Lines,
        Motion::End(_) => Reach::Inclusive,
        Motion::Find(find) if !find.is_back => Reach::Inclusive,
        _ => Reach::Exclusive,
    }
}

/// Where it leads from a place; nowhere when there is no such thing.
pub(super) fn goal(text: &str, at: usize, motion: Motion, count: Option<usize>) -> Option<usize> {
    let times = count.unwrap_or(1);
    Some(match motion {
        Motion::Left => left(text, at, times),
        Motion::Right => right(text, at, times),
        Motion::Up => up(text, at, times)?,
        Motion::Down => down(text, at, times)?,
        Motion::Word(size) => repeat(at, times, |at| word(text, at, size)),
        Motion::Back(size) => repeat(at, times, |at| back(text, at, size)),
        Motion::End(size) => repeat(at, times, |at| word_end(text, at, size)),
        Motion::LineStart => lines::start(text, at),
        Motion::FirstWord => lines::first_word(text, at),
        Motion::LineEnd if times == 1 => lines::end(text, at),
        Motion::LineEnd => lines::end(text, down(text, at, times - 1)?),
        Motion::FirstLine => line_numbered(text, times),
        Motion::LastLine => match count {
            Some(number) => line_numbered(text, number),
            None => lines::first_word(text, text.len()),
        },
        Motion::Find(find) => found(text, at, find, times)?,
        Motion::FindAgain { .. } => return None,
    })
}

/// The last character of a line when behind it.
pub(super) fn resting(text: &str, at: usize) -> usize {
    if at == lines::end(text, at) { left(text, at, 1) } else { at }
}

pub(super) fn left(text: &str, at: usize, times: usize) -> usize {
    let start = lines::start(text, at);
    repeat(at, times, |at| lines::before(text, at).max(start))
}

pub(super) fn right(text: &str, at: usize, times: usize) -> usize {
    let end = lines::end(text, at);
    repeat(at, times, |at| lines::after(text, at).min(end))
}

/// Goes on until nothing changes.
fn repeat(at: usize, times: usize, step: impl Fn(usize) -> usize) -> usize {
    let mut at = at;
    for _ in 0..times {
        let next = step(at);
        if next == at {
            break;
        }
        at = next;
    }
    at
}

fn up(text: &str, at: usize, times: usize) -> Option<usize> {
    let above = |start: usize| lines::start(text, start.saturating_sub(1));
    let start = lines::start(text, at);
    (start > 0).then(|| at_column(text, repeat(start, times, above), at))
}

fn down(text: &str, at: usize, times: usize) -> Option<usize> {
    let below = |start: usize| match lines::end(text, start) {
        end if end < text.len() => end + 1,
        _ => start,
    };
    let is_last = lines::end(text, at) == text.len();
    (!is_last).then(|| at_column(text, repeat(lines::start(text, at), times, below), at))
}

/// In the column that a place has in its own line.
fn at_column(text: &str, start: usize, place: usize) -> usize {
    let column = text[lines::start(text, place)..place].graphemes(true).count();
    right(text, start, column)
}

fn line_numbered(text: &str, number: usize) -> usize {
    let start = match number.checked_sub(2) {
        Some(before) => text.match_indices('\n').nth(before).map(|(end, _)| end + 1),
        None => Some(0),
    };
    lines::first_word(text, start.unwrap_or(text.len()))
}

fn word(text: &str, at: usize, size: Size) -> usize {
    let mut graphemes = text[at..].grapheme_indices(true);
    let Some((_, mut last)) = graphemes.next() else { return at };
    for (offset, grapheme) in graphemes {
        let (class, before) = (Class::of(grapheme, size), Class::of(last, size));
        let is_empty_line = grapheme == "\n" && last == "\n";
        if is_empty_line || class != Class::Blank && class != before {
            return at + offset;
        }
        last = grapheme;
    }
    text.len()
}

fn back(text: &str, at: usize, size: Size) -> usize {
    let mut found: Option<(usize, Class)> = None;
    for (start, grapheme) in text[..at].grapheme_indices(true).rev() {
        let class = Class::of(grapheme, size);
        let is_empty_line = grapheme == "\n" && (start == 0 || text[..start].ends_with('\n'));
        found = match found {
            None if is_empty_line => return start,
            None if class == Class::Blank => None,
            Some((word, of)) if of != class => return word,
            _ => Some((start, class)),
        };
    }
    found.map_or(0, |(word, _)| word)
}

fn word_end(text: &str, at: usize, size: Size) -> usize {
    let is_blank = |(_, grapheme): &(usize, &str)| Class::of(grapheme, size) == Class::Blank;
    let mut graphemes = text[at..].grapheme_indices(true).skip(1).skip_while(is_blank);
    let Some((begin, first)) = graphemes.next() else {
        return lines::before(text, text.len()).max(at);
    };
    let class = Class::of(first, size);
    let run = graphemes.take_while(|(_, grapheme)| Class::of(grapheme, size) == class);
    at + run.last().map_or(begin, |(offset, _)| offset)
}

/// The end of the run of characters a place is in.
pub(super) fn run_end(text: &str, at: usize, size: Size) -> usize {
    let mut graphemes = text[at..].grapheme_indices(true);
    let class = graphemes.next().map(|(_, first)| Class::of(first, size));
    let other = graphemes.find(|(_, grapheme)| Some(Class::of(grapheme, size)) != class);
    other.map_or(text.len(), |(offset, _)| at + offset)
}

fn found(text: &str, at: usize, find: Find, times: usize) -> Option<usize> {
    let is_wanted = |place: &usize| text[*place..].starts_with(find.wanted);
    let skips = |place: usize| find.is_again && find.is_till && place == at;
    let short_of = |place: usize| match (find.is_till, find.is_back) {
        (false, _) => place,
        (true, false) => lines::before(text, place),
        (true, true) => lines::after(text, place),
    };
    let (start, end) = (lines::start(text, at), lines::end(text, at));
    let behind = lines::after(text, at).min(end);
    let places: Vec<usize> = if find.is_back {
        text[start..at].grapheme_indices(true).rev().map(|(place, _)| start + place).collect()
    } else {
        text[behind..end].grapheme_indices(true).map(|(place, _)| behind + place).collect()
    };
    let goals = places.into_iter().filter(is_wanted).map(short_of);
    goals.skip_while(|goal| skips(*goal)).nth(times - 1)
}
