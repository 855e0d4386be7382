//! What a command does to a text: which range becomes what, and where the caret is then.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::grammar::{Command, Deed, Kind, Motion, Operator, Side, Start, Target};
use super::lines::{self, Class};
use super::motion::{self, Reach};
use super::object;
use crate::state::draft::DRAFT_BYTES_MAX;

/// A change of a text that is one step to undo.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub range: Range<usize>,
    pub with: String,
    /// Afterwards; within what is new or next to it where one writes then.
    pub caret: usize,
    /// What can be put elsewhere. Whole lines end with a line end.
    pub killed: Option<String>,
    pub inserts: bool,
}

impl Plan {
    fn moving(caret: usize) -> Self {
        Self { range: caret..caret, caret, ..Self::default() }
    }

    fn replacing(range: Range<usize>, with: String, caret: usize) -> Self {
        Self { range, with, caret, ..Self::default() }
    }

    /// Writes at the caret what one wrote before, and writes no more.
    pub(super) fn write(&mut self, text: &str) {
        self.with.insert_str(self.caret - self.range.start, text);
        self.caret += lines::before(text, text.len());
        self.inserts = false;
    }
}

/// What a command does here; nothing when it cannot be done. `newest` is what was killed last.
pub(super) fn plan(command: Command, text: &str, at: usize, newest: &str) -> Option<Plan> {
    let times = command.count.unwrap_or(1);
    match command.deed {
        Deed::Move(motion) => motion::goal(text, at, motion, command.count).map(Plan::moving),
        Deed::Operate(operator, target) => {
            match covered(operator, target, text, at, command.count)? {
                Covered::Piece(range) => Some(piece(operator, range, text)),
                Covered::Lines(range) => Some(whole_lines(operator, range, text, at)),
            }
        }
        Deed::Replace(with) => replace(text, at, with, times),
        Deed::FlipCase => Some(flip_case(text, at, times)),
        Deed::Put(side) => put(side, text, at, newest, times),
        Deed::Write(start) => Some(write(start, text, at)),
        Deed::Undo | Deed::Redo | Deed::Again => None,
    }
}

/// What an operator is applied to. Lines are without the end of the last one.
enum Covered {
    Piece(Range<usize>),
    Lines(Range<usize>),
}

fn covered(
    operator: Operator,
    target: Target,
    text: &str,
    at: usize,
    count: Option<usize>,
) -> Option<Covered> {
    let times = count.unwrap_or(1);
    match target {
        Target::Line => {
            let last = match times {
                1 => at,
                _ => motion::goal(text, at, Motion::Down, Some(times - 1)).unwrap_or(at),
            };
            Some(Covered::Lines(lines::around(text, at..last)))
        }
        Target::Object(of) => {
            let range = object::range(text, at, of, times)?;
            Some(match of.kind {
                Kind::Paragraph => Covered::Lines(range),
                _ => Covered::Piece(range),
            })
        }
        Target::Motion(Motion::Word(_)) => {
            Some(Covered::Piece(at..words_end(operator, target, text, at, times)?))
        }
        Target::Motion(motion) => {
            let goal = motion::goal(text, at, motion, count)?;
            let range = at.min(goal)..at.max(goal);
            Some(match motion::reach(motion) {
                Reach::Exclusive => Covered::Piece(range),
                Reach::Inclusive => Covered::Piece(range.start..lines::after(text, range.end)),
                Reach::Lines => Covered::Lines(lines::around(text, range)),
            })
        }
    }
}

/// As in vim, `cw` leaves the blank behind the word, and `dw` the line end.
fn words_end(
    operator: Operator,
    target: Target,
    text: &str,
    at: usize,
    times: usize,
) -> Option<usize> {
    let Target::Motion(Motion::Word(size)) = target else { return None };
    let here = text[at..].graphemes(true).next().unwrap_or_default();
    if operator == Operator::Change && Class::of(here, size) != Class::Blank {
        let end = motion::run_end(text, at, size);
        return match times {
            1 => Some(end),
            _ => {
                let last = lines::before(text, end);
                let goal = motion::goal(text, last, Motion::End(size), Some(times - 1))?;
                Some(lines::after(text, goal))
            }
        };
    }
    let goal = motion::goal(text, at, Motion::Word(size), Some(times))?;
    let blank = at + text[at..goal].trim_end().len();
    Some(text[blank..goal].find('\n').map_or(goal, |length| blank + length))
}

fn piece(operator: Operator, range: Range<usize>, text: &str) -> Plan {
    let killed = Some(text[range.clone()].to_owned()).filter(|piece| !piece.is_empty());
    let caret = range.start;
    match operator {
        Operator::Yank => Plan { killed, ..Plan::moving(caret) },
        _ => {
            Plan { range, caret, killed, inserts: operator == Operator::Change, ..Plan::default() }
        }
    }
}

fn whole_lines(operator: Operator, range: Range<usize>, text: &str, at: usize) -> Plan {
    let killed = Some(format!("{}\n", &text[range.clone()])).filter(|_| !text.is_empty());
    let Range { start, end } = range;
    let plan = match operator {
        Operator::Yank if start >= lines::start(text, at) => Plan::moving(at),
        Operator::Yank => Plan::moving(start),
        Operator::Change => Plan { inserts: true, ..Plan::replacing(range, String::new(), start) },
        Operator::Delete if end < text.len() => {
            let next = lines::first_word(text, end + 1) - (end + 1 - start);
            Plan::replacing(start..end + 1, String::new(), next)
        }
        Operator::Delete => {
            let before = start.saturating_sub(1);
            let caret = lines::first_word(text, before).min(before);
            Plan::replacing(before..end, String::new(), caret)
        }
    };
    Plan { killed, ..plan }
}

fn replace(text: &str, at: usize, with: char, times: usize) -> Option<Plan> {
    let line = &text[at..lines::end(text, at)];
    let replaced: Vec<&str> = line.graphemes(true).take(times).collect();
    if replaced.len() < times {
        return None;
    }
    let length: usize = replaced.iter().map(|grapheme| grapheme.len()).sum();
    let with = with.to_string().repeat(times);
    let caret = at + lines::before(&with, with.len());
    Some(Plan::replacing(at..at + length, with, caret))
}

fn flip_case(text: &str, at: usize, times: usize) -> Plan {
    let range = at..motion::right(text, at, times);
    let flip = |character: char| -> String {
        if character.is_uppercase() {
            character.to_lowercase().collect()
        } else {
            character.to_uppercase().collect()
        }
    };
    let flipped: String = text[range.clone()].chars().map(flip).collect();
    let caret = at + flipped.len();
    Plan::replacing(range, flipped, caret)
}

fn put(side: Side, text: &str, at: usize, newest: &str, times: usize) -> Option<Plan> {
    let most = DRAFT_BYTES_MAX / newest.len().max(1) + 1;
    let pieces = newest.repeat(times.min(most));
    let indent = newest.len() - newest.trim_start_matches([' ', '\t']).len();
    let plan = match (newest.strip_suffix('\n'), side) {
        _ if newest.is_empty() => return None,
        (Some(_), _) if text.is_empty() => {
            Plan::replacing(0..0, pieces.trim_end_matches('\n').to_owned(), indent)
        }
        (Some(_), Side::Before) => {
            let start = lines::start(text, at);
            Plan::replacing(start..start, pieces, start + indent)
        }
        (Some(_), Side::After) => {
            let end = lines::end(text, at);
            let below = format!("\n{}", pieces.strip_suffix('\n').unwrap_or_default());
            Plan::replacing(end..end, below, end + 1 + indent)
        }
        (None, side) => {
            let place = if side == Side::After { motion::right(text, at, 1) } else { at };
            let is_one_line = !pieces.contains('\n');
            let last = if is_one_line { lines::before(&pieces, pieces.len()) } else { 0 };
            Plan::replacing(place..place, pieces, place + last)
        }
    };
    Some(plan)
}

fn write(start: Start, text: &str, at: usize) -> Plan {
    let (line_start, line_end) = (lines::start(text, at), lines::end(text, at));
    let plan = match start {
        Start::Here => Plan::moving(at),
        Start::Behind => Plan::moving(motion::right(text, at, 1)),
        Start::FirstWord => Plan::moving(lines::first_word(text, at)),
        Start::LineEnd => Plan::moving(line_end),
        Start::Below => Plan::replacing(line_end..line_end, "\n".to_owned(), line_end + 1),
        Start::Above => Plan::replacing(line_start..line_start, "\n".to_owned(), line_start),
    };
    Plan { inserts: true, ..plan }
}
