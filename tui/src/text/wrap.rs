//! Breaking text into rows of at most so many columns, at spaces where possible.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::columns;

/// Fewest columns text is wrapped to; a wide character needs two.
pub const COLUMNS_MIN: usize = 2;

/// The byte ranges of the rows `text` takes at `columns_max` columns. Every line gives at least one row, so
/// an empty text has one empty row. The space at which a row was broken belongs to no row.
#[must_use]
pub fn wrap(text: &str, columns_max: usize) -> Vec<Range<usize>> {
    let columns_max = columns_max.max(COLUMNS_MIN);
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        wrap_line(line, start, columns_max, &mut rows);
        start += line.len() + 1;
    }
    rows
}

fn wrap_line(line: &str, offset: usize, columns_max: usize, rows: &mut Vec<Range<usize>>) {
    let mut row_start = 0;
    let mut width = 0;
    // Where the row could be broken: after the last space, and the width up to there.
    let mut opportunity: Option<(usize, usize)> = None;
    for (at, grapheme) in line.grapheme_indices(true) {
        let grapheme_width = columns(grapheme);
        if grapheme == " " && width >= columns_max && at > row_start {
            rows.push(offset + row_start..offset + at);
            (row_start, width, opportunity) = (at + 1, 0, None);
            continue;
        }
        while width + grapheme_width > columns_max && at > row_start {
            let (end, next_start, width_gone) = match opportunity.take() {
                Some((after_space, width_there)) => (after_space - 1, after_space, width_there),
                None => (at, at, width),
            };
            rows.push(offset + row_start..offset + end);
            row_start = next_start;
            width -= width_gone;
        }
        width += grapheme_width;
        if grapheme == " " && at > row_start {
            opportunity = Some((at + 1, width));
        }
    }
    rows.push(offset + row_start..offset + line.len());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr;

    use super::wrap;

    #[track_caller]
    fn check(text: &str, columns: usize, expected: &[&str]) {
        let rows: Vec<_> = wrap(text, columns).into_iter().map(|row| &text[row]).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn rows_break_at_spaces_and_long_words_anywhere() {
        check("", 10, &[""]);
        check("one two three", 7, &["one two", "three"]);
        check("abcdefghij", 4, &["abcd", "efgh", "ij"]);
        check("  indented code", 11, &["  indented", "code"]);
        check("a\n\nb", 5, &["a", "", "b"]);
    }

    #[test]
    fn wide_characters_are_never_split() {
        check("日本語", 4, &["日本", "語"]);
        check("a日本", 2, &["a", "日", "本"]);
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked_and_nothing_but_spaces_is_lost(
            text in "[a-z 日é\n]{0,60}", columns in 2usize..12,
        ) {
            let rows = wrap(&text, columns);
            for row in &rows {
                prop_assert!(text[row.clone()].trim_end().width() <= columns);
            }
            let kept: String = rows.into_iter().map(|row| &text[row]).collect();
            let squeeze = |t: &str| t.replace([' ', '\n'], "");
            prop_assert_eq!(squeeze(&kept), squeeze(&text));
        }
    }
}
