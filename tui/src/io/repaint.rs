//! When a difference is not enough and the screen must be painted anew.
//!
//! Terminals disagree with us, and with each other, about the width of some characters. What stands
//! behind one of them on its row is then elsewhere than we think, and writing only the cells that
//! changed leaves fragments. So a row that held such a character is not changed in part.

use std::collections::BTreeMap;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

/// Below it nobody disagrees about a single character.
const FIRST_IN_DOUBT: char = '\u{300}';
/// Two of them are a flag.
const REGIONAL_INDICATORS: std::ops::RangeInclusive<char> = '\u{1F1E6}'..='\u{1F1FF}';

/// What stood on the rows of the last frame whose width is in doubt, by row and first column.
#[derive(Debug, Default)]
pub struct Doubts {
    rows: BTreeMap<(u16, u16), String>,
}

impl Doubts {
    /// Takes in a frame; whether it must be painted whole. While somebody types into `typing` it
    /// need not be: only when nothing there is in doubt any more.
    pub fn take_in(&mut self, frame: &Buffer, typing: Rect) -> bool {
        let now = rows_in_doubt(frame, typing);
        let before = std::mem::replace(&mut self.rows, now);
        before.iter().any(|(place, text)| match self.rows.get(place) {
            Some(_) if is_typing(*place, typing) => false,
            Some(now) => now != text,
            None => true,
        })
    }
}

fn is_typing((y, x): (u16, u16), typing: Rect) -> bool {
    (typing.top()..typing.bottom()).contains(&y) && x == typing.x
}

fn rows_in_doubt(frame: &Buffer, typing: Rect) -> BTreeMap<(u16, u16), String> {
    let area = frame.area;
    let columns = usize::from(area.width.max(1));
    let mut found = BTreeMap::new();
    for (y, cells) in (area.y..).zip(frame.content.chunks(columns)) {
        let has_composer = (typing.top()..typing.bottom()).contains(&y);
        let split = if has_composer { usize::from(typing.x).min(cells.len()) } else { 0 };
        let (beside, rest) = cells.split_at(split);
        for (x, part) in [(0, beside), (split as u16, rest)] {
            if part.iter().any(is_in_doubt) {
                found.insert((y, x), part.iter().map(Cell::symbol).collect());
            }
        }
    }
    found
}

fn is_in_doubt(cell: &Cell) -> bool {
    let mut characters = cell.symbol().chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if one < FIRST_IN_DOUBT => false,
        (Some(one), None) => REGIONAL_INDICATORS.contains(&one) || is_mark(one),
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

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::{Doubts, is_mark};

    /// The last row, behind the first four columns.
    const TYPING: Rect = Rect::new(4, 2, 16, 1);

    /// Whether each frame after the first must be painted whole.
    #[track_caller]
    fn check(frames: &[[&str; 3]], expected: &[bool]) {
        let mut doubts = Doubts::default();
        let painted = frames.iter().map(|lines| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 3));
            for (y, line) in (0..).zip(lines) {
                buffer.set_string(0, y, line, ratatui::style::Style::default());
            }
            doubts.take_in(&buffer, TYPING)
        });
        let painted: Vec<bool> = painted.collect();
        assert_eq!(painted[1..], *expected);
    }

    #[test]
    fn a_row_with_doubtful_characters_is_not_changed_in_part() {
        let thai = "ที่นี่ here";
        check(&[[thai, "plain", ""], [thai, "changed", ""], ["gone", thai, ""]], &[false, true]);
        check(&[["🇵🇹 flag", "", ""], ["🇵🇹 flags", "", ""]], &[true]);
        check(&[["ｶﾞ", "", ""], ["", "", ""]], &[true]);
        check(&[["क्षि", "", ""], ["ab", "", ""]], &[true]);
        check(&[["plain é 日本 ☕ │", "", ""], ["other", "", ""]], &[false]);
    }

    #[test]
    fn typing_paints_no_more_than_it_must_and_sending_cleans_up() {
        let frames = [
            ["", "", "ab  › "],
            ["", "", "ab  › ที่"],
            ["", "", "ab  › ที่น"],
            ["", "", "ab  › ที่นี่"],
            ["ที่นี่", "", "ab  › "],
        ];
        check(&frames, &[false, false, false, true]);
        check(&[["ที่", "", "ab  › "], ["ที่", "", "ab  › typed"]], &[false]);
        check(&[["", "", "ที  › a"], ["", "", "x   › a"]], &[true]);
    }

    #[test]
    fn marks_join_what_stands_before_them() {
        assert!(is_mark('\u{E34}') && is_mark('\u{BBE}') && is_mark('\u{FF9E}'));
        assert!(!is_mark('│') && !is_mark('日') && !is_mark('☕'));
    }
}
