//! Text from right to left, for terminals that show every cell where they are told to.
//!
//! One row at a time is put into its visual order, by the Unicode Bidirectional Algorithm (UAX 9).
//! Directional controls are not in safe text, so nothing reaches beyond its own row.

use std::borrow::Cow;

use unicode_bidi::{Direction, Level, ParagraphBidiInfo, get_base_direction};
use unicode_segmentation::UnicodeSegmentation;

/// What is shown mirrored when it is read from right to left.
const MIRRORED: [(char, char); 8] = [
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('<', '>'),
    ('«', '»'),
    ('‹', '›'),
    ('≤', '≥'),
    ('⟨', '⟩'),
];

/// A grapheme of a row in its visual place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<'a> {
    /// Where it stands in the text.
    pub at: usize,
    /// The grapheme.
    pub grapheme: &'a str,
    /// What is shown instead, when it is mirrored.
    pub mirrored: Option<char>,
}

impl Placed<'_> {
    /// What is shown.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        self.mirrored.map_or(Cow::Borrowed(self.grapheme), |mirrored| mirrored.to_string().into())
    }
}

/// Whether a line of text is read from right to left: its first letter decides.
#[must_use]
pub fn is_rtl(line: &str) -> bool {
    has_rtl(line) && get_base_direction(line) == Direction::Rtl
}

/// A row in its visual order. `None` when that is the order it has.
#[must_use]
pub fn visual(row: &str, is_rtl: bool) -> Option<Vec<Placed<'_>>> {
    if !has_rtl(row) {
        return None;
    }
    let level = if is_rtl { Level::rtl() } else { Level::ltr() };
    let bidi = ParagraphBidiInfo::new(row, Some(level));
    let (levels, runs) = bidi.visual_runs(0..row.len());
    let mut placed = Vec::with_capacity(row.len());
    for run in runs {
        let is_reversed = levels.get(run.start).is_some_and(Level::is_rtl);
        let start = run.start;
        let graphemes = row.get(run)?.grapheme_indices(true);
        let place = |(at, grapheme)| Placed {
            at: start + at,
            grapheme,
            mirrored: mirrored(grapheme).filter(|_| is_reversed),
        };
        if is_reversed {
            placed.extend(graphemes.rev().map(place));
        } else {
            placed.extend(graphemes.map(place));
        }
    }
    Some(placed)
}

/// Hebrew, Arabic and their kin, wherever they are in Unicode.
fn has_rtl(text: &str) -> bool {
    !text.is_ascii()
        && text.chars().any(|c| {
            matches!(c,
                '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}'
                | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
        })
}

fn mirrored(grapheme: &str) -> Option<char> {
    let mut characters = grapheme.chars();
    let (one, None) = (characters.next()?, characters.next()) else { return None };
    MIRRORED.iter().find_map(|(opens, closes)| match one {
        _ if one == *opens => Some(*closes),
        _ if one == *closes => Some(*opens),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_rtl, visual};
    use crate::text::columns;

    fn shown(row: &str) -> String {
        let Some(placed) = visual(row, is_rtl(row)) else { return row.to_owned() };
        placed.iter().map(super::Placed::shown).collect()
    }

    #[track_caller]
    fn check(row: &str, expected: &str) {
        assert_eq!(shown(row), expected);
    }

    #[test]
    fn letters_stand_where_they_are_read() {
        check("plain", "plain");
        check("אבג", "גבא");
        check("see אבג 12 ok", "see 12 גבא ok");
        check("אבג see 12 דה", "הד see 12 גבא");
        check("(אב) c", "c (בא)");
        check("שָׁלוֹם", "םוֹלשָׁ");
    }

    #[test]
    fn the_first_letter_decides() {
        assert!(is_rtl("12 אבג abc"));
        assert!(!is_rtl("abc אבג") && !is_rtl("12") && !is_rtl(""));
    }

    proptest! {
        #[test]
        fn every_grapheme_is_there_once(row in "[a-c אבגعربي0-9().,\u{5B0}]{0,30}") {
            if let Some(placed) = visual(&row, is_rtl(&row)) {
                let mut at: Vec<_> = placed.iter().map(|p| p.at..p.at + p.grapheme.len()).collect();
                at.sort_by_key(|range| range.start);
                let mut end = 0;
                for range in at {
                    prop_assert_eq!(range.start, end);
                    end = range.end;
                }
                prop_assert_eq!(end, row.len());
                prop_assert_eq!(columns(&shown(&row)), columns(&row));
            }
        }
    }
}
