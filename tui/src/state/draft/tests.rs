//! Edits, undo and yanks of a draft, on texts with a `|` for the caret.

use proptest::prelude::*;

use super::history::STEPS_MAX;
use super::{DRAFT_BYTES_MAX, Draft, Edit};

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
    assert_eq!(draft.shown(40, 1).caret, (0, 7));
    let draft = Draft::from("one two");
    assert_eq!(draft.shown(5, 1).caret, (1, 3));
    assert_eq!(Draft::from("one\n").shown(9, 1).caret, (1, 0));
}

fn typed(keys: &str) -> Draft {
    let mut draft = Draft::default();
    for key in keys.chars() {
        draft.insert(key.encode_utf8(&mut [0; 4]));
    }
    draft
}

#[track_caller]
fn check_undo(draft: &mut Draft, expected: &[&str]) {
    for text in expected {
        draft.edit(Edit::Undo);
        assert_eq!(draft.text(), *text);
    }
    draft.edit(Edit::Undo);
    assert_eq!(draft.text(), *expected.last().expect("a step"));
    for text in expected.iter().rev().skip(1) {
        draft.edit(Edit::Redo);
        assert_eq!(draft.text(), *text);
    }
}

#[test]
fn what_is_typed_is_undone_by_words_and_what_is_pasted_as_a_whole() {
    check_undo(&mut typed("one two  three"), &["one two  ", "one ", ""]);
    let mut draft = typed("say ");
    draft.insert("a whole\nparagraph");
    draft.insert("!");
    check_undo(&mut draft, &["say a whole\nparagraph", "say ", ""]);
}

#[test]
fn what_is_erased_comes_back_where_it_was() {
    let mut draft = typed("abcdef");
    draft.edit(Edit::Left);
    draft.edit(Edit::Left);
    for edit in [Edit::Backspace, Edit::Backspace, Edit::Delete] {
        draft.edit(edit);
    }
    assert_eq!(draft.text(), "abf");
    draft.edit(Edit::Undo);
    assert_eq!((draft.text(), draft.caret()), ("abcdef", 4));
    draft.insert("x");
    draft.edit(Edit::Redo);
    assert_eq!(draft.text(), "abcdxef", "what was undone is gone once something else was done");
}

#[test]
fn a_cleared_draft_is_undone_and_a_sent_one_is_not() {
    let mut draft = typed("precious");
    draft.clear();
    draft.edit(Edit::Undo);
    assert_eq!(draft.text(), "precious");
    draft.take();
    draft.edit(Edit::Undo);
    assert_eq!(draft.text(), "");
}

#[test]
fn what_a_draft_begins_with_was_typed_or_not() {
    let mut draft = typed("/quit");
    assert!(draft.is_start_typed());
    draft.clear();
    draft.edit(Edit::Undo);
    assert!(draft.is_start_typed(), "as before");
    let mut draft = Draft::default();
    draft.paste("/quit");
    draft.insert(" now");
    assert!(!draft.is_start_typed());
    let mut draft = typed("x");
    draft.paste("/quit");
    [Edit::LineStart, Edit::Delete].into_iter().for_each(|edit| draft.edit(edit));
    assert_eq!((draft.text(), draft.is_start_typed()), ("/quit", false));
    assert!(!Draft::from("/quit").is_start_typed());
}

#[test]
fn undoing_is_bounded_in_steps_and_bytes() {
    let mut draft = Draft::default();
    for _ in 0..STEPS_MAX + 9 {
        draft.insert("word ");
    }
    (0..STEPS_MAX + 9).for_each(|_| draft.edit(Edit::Undo));
    assert_eq!(draft.text().len(), 9 * 5);
    for _ in 0..9 {
        draft.insert(&"x".repeat(DRAFT_BYTES_MAX));
        draft.clear();
    }
    (0..99).for_each(|_| draft.edit(Edit::Undo));
    (0..99).for_each(|_| draft.edit(Edit::Redo));
    assert!(draft.is_empty());
}

#[test]
fn kills_in_one_go_are_yanked_together_and_older_ones_on_request() {
    let kill_twice = [Edit::DeleteWordBack, Edit::DeleteWordBack, Edit::Yank];
    check("one two three|", &kill_twice, "one two three|");
    let back_and_forth =
        [Edit::DeleteWordBack, Edit::DeleteWordForward, Edit::LineStart, Edit::Yank];
    check("a b|c d", &back_and_forth, "bc|a  d");
    let older =
        [Edit::DeleteWordBack, Edit::Left, Edit::DeleteWordBack, Edit::Yank, Edit::YankOlder];
    check("one two|", &older, "two| ");
    check("one two|", &[Edit::YankOlder], "one two|");
}

proptest! {
    #[test]
    fn no_edit_breaks_a_draft(text in "\\PC{0,12}\n?\\PC{0,6}", edits in proptest::collection::vec(0usize..19, 0..30)) {
        const ALL: [Edit; 19] = [
            Edit::NewLine, Edit::Backspace, Edit::Delete, Edit::DeleteWordBack,
            Edit::DeleteWordForward, Edit::KillToStart, Edit::KillToEnd, Edit::Yank,
            Edit::Left, Edit::Right, Edit::WordLeft, Edit::WordRight, Edit::LineUp,
            Edit::LineDown, Edit::LineStart, Edit::LineEnd, Edit::YankOlder, Edit::Undo,
            Edit::Redo,
        ];
        let mut draft = Draft::from(text.as_str());
        for edit in edits {
            draft.edit(ALL[edit]);
            prop_assert!(draft.text.is_char_boundary(draft.caret));
            let shown = draft.shown(10, usize::MAX);
            prop_assert!(shown.caret.0 < shown.rows.len());
            prop_assert!(shown.caret.1 <= 10);
            // A copy is laid out from nothing.
            prop_assert_eq!(&shown, &draft.clone().shown(10, usize::MAX));
        }
    }

    #[test]
    fn undoing_everything_leads_back_and_redoing_leads_here(
        edits in proptest::collection::vec((0usize..6, "\\PC{0,3}"), 0..40),
    ) {
        const SOME: [Edit; 5] = [
            Edit::Backspace, Edit::DeleteWordBack, Edit::Left, Edit::Yank, Edit::YankOlder,
        ];
        let mut draft = Draft::default();
        for (which, text) in &edits {
            match SOME.get(*which) {
                Some(edit) => draft.edit(*edit),
                None => drop(draft.insert(text)),
            }
        }
        let written = draft.text().to_owned();
        (0..edits.len() * 2).for_each(|_| draft.edit(Edit::Undo));
        prop_assert_eq!(draft.text(), "");
        (0..edits.len() * 2).for_each(|_| draft.edit(Edit::Redo));
        prop_assert_eq!(draft.text(), written);
    }
}
