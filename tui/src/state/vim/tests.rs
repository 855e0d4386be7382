//! Keys in normal mode on texts with a `|` for the caret. `⎋` is Esc.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::{COUNT_MAX, Command, Deed, Memory, Stop, parse, rest};
use crate::state::Edit;
use crate::state::draft::{DRAFT_BYTES_MAX, Draft};

/// Somebody in vim.
#[derive(Default)]
struct Typist {
    draft: Draft,
    memory: Memory,
    begun: Vec<char>,
    inserts: bool,
}

impl Typist {
    fn press(&mut self, key: char) {
        match (self.inserts, key) {
            (true, '⎋') => {
                self.memory.end_writing(&mut self.draft);
                self.inserts = false;
            }
            (true, key) => drop(self.draft.insert(key.encode_utf8(&mut [0; 4]))),
            (false, '⎋') => self.begun.clear(),
            (false, key) => {
                self.begun.push(key);
                match parse(&self.begun) {
                    Err(Stop::Unfinished) => return,
                    Err(Stop::Unknown) => {}
                    Ok(command) => self.perform(command),
                }
                self.begun.clear();
            }
        }
    }

    fn perform(&mut self, command: Command) {
        let edit = match command.deed {
            Deed::Undo => Edit::Undo,
            Deed::Redo => Edit::Redo,
            _ => {
                self.inserts = self.memory.perform(command, &mut self.draft).inserts;
                return;
            }
        };
        (0..command.count.unwrap_or(1)).for_each(|_| self.draft.edit(edit));
        rest(&mut self.draft);
    }
}

#[track_caller]
fn check(table: &[(&str, &str, &str)]) {
    for (before, keys, after) in table {
        let mut typist =
            Typist { draft: Draft::from(&*before.replace('|', "")), ..Typist::default() };
        typist.draft.put_caret(before.find('|').expect("a caret"));
        keys.chars().for_each(|key| typist.press(key));
        let (before_caret, behind) = typist.draft.text().split_at(typist.draft.caret());
        assert_eq!(format!("{before_caret}|{behind}"), *after, "{before} {keys}");
    }
}

#[test]
fn motions_go_where_they_go_in_vim() {
    check(&[
        ("|one two", "w", "one |two"),
        ("|one.two x", "w", "one|.two x"),
        ("|one.two x", "W", "one.two |x"),
        ("|a b c d", "3w", "a b c |d"),
        ("|one", "w", "on|e"),
        ("|one\n\ntwo", "w", "one\n|\ntwo"),
        ("one\n\n|two", "b", "one\n|\ntwo"),
        ("one two|", "b", "one |two"),
        ("one.tw|o", "b", "one.|two"),
        ("one.tw|o", "B", "|one.two"),
        ("|one two", "e", "on|e two"),
        ("on|e two", "e", "one tw|o"),
        ("|a.b cd", "2E", "a.b c|d"),
        ("  on|e", "0", "|  one"),
        ("  on|e", "^", "  |one"),
        ("o|ne\ntwo", "$", "on|e\ntwo"),
        ("o|ne\ntwo", "2$", "one\ntw|o"),
        ("ab|c", "9h", "|abc"),
        ("|abc", "9l", "ab|c"),
        ("|abc", "2 ", "ab|c"),
        ("ab|c\nd\nef", "2j", "abc\nd\ne|f"),
        ("ab|c\nd\nef", "9j", "abc\nd\ne|f"),
        ("abc\nd\ne|f", "2k", "a|bc\nd\nef"),
        ("one\ntw|o", "gg", "|one\ntwo"),
        ("|one\n  two", "G", "one\n  |two"),
        ("|a\nb\nc", "2G", "a\n|b\nc"),
        ("a\nb\n|c", "2gg", "a\n|b\nc"),
        ("|a-b-c", "f-", "a|-b-c"),
        ("|a-b-c", "2f-", "a-b|-c"),
        ("|a-b-c", "f-;", "a-b|-c"),
        ("|a-b-c", "f-;,", "a|-b-c"),
        ("|ab-cd-e", "t-;", "ab-c|d-e"),
        ("a-b-|c", "F-;", "a|-b-c"),
        ("a-bc-|d", "2T-", "a-|bc-d"),
        ("|abc", "fx", "|abc"),
        ("|a 👩‍👩‍👧 é", "ww", "a 👩‍👩‍👧 |é"),
        ("a|👩‍👩‍👧b", "l", "a👩‍👩‍👧|b"),
    ]);
}

#[test]
fn operators_take_motions_and_counts() {
    check(&[
        ("|one two three", "dw", "|two three"),
        ("|a b c d", "d3w", "|d"),
        ("|a b c d", "3dw", "|d"),
        ("|a b c d e f g h", "2d3w", "|g h"),
        ("one |two", "dw", "one| "),
        ("one |two\nthree", "dw", "one| \nthree"),
        ("one |two  \n  three", "dw", "one| \n  three"),
        ("|one two", "cwx⎋", "|x two"),
        ("|one two three", "c2wx⎋", "|x three"),
        ("|a b", "cwxy⎋", "x|y b"),
        ("one| two", "cwx⎋", "one|xtwo"),
        ("|one two", "de", "| two"),
        ("|one two", "d$", "|"),
        ("o|ne two", "D", "|o"),
        ("o|ne two", "Cx⎋", "o|x"),
        ("one t|wo", "d0", "|wo"),
        ("one tw|o", "db", "one |o"),
        ("|a,b,c", "df,", "|b,c"),
        ("|a,b,c", "dt,", "|,b,c"),
        ("|a,b,c", "f,d;", "a|c"),
        ("a,b|,c", "dF,", "a|,c"),
        ("|abc", "dfx", "|abc"),
        ("a\n|b\nc", "dj", "|a"),
        ("a\n|b\nc", "dk", "|c"),
        ("a\n|b\nc", "dgg", "|c"),
        ("a\n|b\nc", "dG", "|a"),
        ("a\nb\n|c", "dj", "a\nb\n|c"),
        ("a\n|b\nc", "cjx⎋", "a\n|x"),
        ("|one two", "ywP", "one| one two"),
        ("one |two", "y0P", "one| one two"),
        ("|one\ntwo", "yjjp", "one\ntwo\n|one\ntwo"),
    ]);
}

#[test]
fn an_operator_twice_takes_lines() {
    check(&[
        ("a\n|b\nc", "dd", "a\n|c"),
        ("a\n|b\nc", "2dd", "|a"),
        ("a\n|b\nc", "d9d", "|a"),
        ("|one", "dd", "|"),
        ("|", "dd", "|"),
        ("a\n  b|", "ggdd", "  |b"),
        ("a\n|b\nc", "ccx⎋", "a\n|x\nc"),
        ("a\nb|b\nc", "Sx⎋", "a\n|x\nc"),
        ("|a\nb", "yyjp", "a\nb\n|a"),
        ("|a\nb", "yyjP", "a\n|a\nb"),
        ("|a\nb", "ddp", "b\n|a"),
        ("|one", "ddp", "|one"),
        ("o|ne", "Yp", "one\n|one"),
        ("|a\nb\nc", "2yyG3p", "a\nb\nc\n|a\nb\na\nb\na\nb"),
    ]);
}

#[test]
fn text_objects_are_what_the_caret_is_in() {
    check(&[
        ("one t|wo three", "diw", "one | three"),
        ("one t|wo three", "daw", "one |three"),
        ("one t|wo", "daw", "on|e"),
        ("one|  two", "diw", "one|two"),
        ("a |b c d", "d2aw", "a |d"),
        ("x a.|b y", "diW", "x | y"),
        ("x a.|b y", "daW", "x |y"),
        ("say \"he|y you\" now", "di\"", "say \"|\" now"),
        ("|say \"hey\" now", "ci\"x⎋", "say \"|x\" now"),
        ("say \"h|ey\" now", "da\"", "say |now"),
        ("a 'b\\'|c' d", "di'", "a '|' d"),
        ("run `l|s` x", "ci`pwd⎋", "run `pw|d` x"),
        ("|say hey", "di\"", "|say hey"),
        ("f(a, (b|), c)", "di(", "f(a, (|), c)"),
        ("f(a, (b|), c)", "2di(", "f(|)"),
        ("f(a|, (b), c)", "da)", "|f"),
        ("f(|a)", "cibx⎋", "f(|x)"),
        ("v[|1]", "di[", "v[|]"),
        ("{\n  |a\n}", "di{", "{|}"),
        ("<|a>", "di<", "<|>"),
        ("|no brackets", "di(", "|no brackets"),
        ("a\nb|\n\nc", "dip", "|\nc"),
        ("a\nb|\n\nc", "dap", "|c"),
        ("a\n\nc|", "dap", "|a"),
        ("|a\nb\n\nc", "yipGp", "a\nb\n\nc\n|a\nb"),
    ]);
}

#[test]
fn single_keys_do_what_they_do_in_vim() {
    check(&[
        ("|abc", "x", "|bc"),
        ("ab|c", "x", "a|b"),
        ("|abc", "2x", "|c"),
        ("ab|c", "X", "a|c"),
        ("a|bc", "sxy⎋", "ax|yc"),
        ("|abc", "rx", "|xbc"),
        ("|abc", "2rx", "x|xc"),
        ("|abc", "4rx", "|abc"),
        ("|aBc", "3~", "Ab|C"),
        ("|ab", "xp", "b|a"),
        ("a|b", "xP", "|ba"),
        ("|ab", "x3p", "baa|a"),
        ("a|b", "ix⎋", "a|xb"),
        ("|ab", "ax⎋", "a|xb"),
        ("  a|b", "Ix⎋", "  |xab"),
        ("|ab", "Ax⎋", "ab|x"),
        ("|ab", "ox⎋", "ab\n|x"),
        ("|ab", "Ox⎋", "|x\nab"),
    ]);
}

#[test]
fn a_change_is_undone_at_once_and_done_again_with_a_dot() {
    check(&[
        ("|one two", "cwa new word⎋u", "|one two"),
        ("|one two", "cwten⎋uU", "ten| two"),
        ("|a b c", "dw.", "|c"),
        ("|a b c d", "dw2.", "|d"),
        ("|a b c d e", "2dw.", "|e"),
        ("|a b c", "cwx⎋w.w.", "x x |x"),
        ("|a b", "cwx⎋w.u", "x |b"),
        ("|a-b-c", "dt-.", "|-c"),
        ("a\n|b", "A!⎋k.", "a|!\nb!"),
        ("|a", "ob⎋.", "a\nb\n|b"),
        ("|abc", "xxu", "|bc"),
        ("|abc", "xx2u", "|abc"),
        ("|abc", "xx2u2U", "|c"),
        ("|abc", "r-l.", "-|-c"),
        ("|abc", ".", "|abc"),
        ("|a b", "yw.", "|a b"),
    ]);
}

#[test]
fn what_is_not_finished_or_not_known_does_nothing() {
    check(&[
        ("|one two", "d⎋w", "one |two"),
        ("|one two", "3⎋w", "one |two"),
        ("|one two", "dq", "|one two"),
        ("|one two", "dizw", "one |two"),
        ("|one two", "3i⎋", "|one two"),
        ("|one two", "gx", "|one two"),
    ]);
    assert_eq!(parse(&['2', 'd', '3', 'i']), Err(Stop::Unfinished));
    let digits = |count: usize| count.to_string().chars().collect::<Vec<_>>();
    assert_eq!(parse(&digits(COUNT_MAX)), Err(Stop::Unfinished));
    assert_eq!(parse(&digits(COUNT_MAX + 1)), Err(Stop::Unknown));
    let product = parse(&"999d999w".chars().collect::<Vec<_>>());
    assert_eq!(product.map(|command| command.count), Ok(Some(COUNT_MAX)));
}

#[test]
fn what_is_put_often_ends_where_a_draft_ends() {
    let mut typist = Typist { draft: Draft::from(&*"x".repeat(999)), ..Typist::default() };
    "yy999p".chars().for_each(|key| typist.press(key));
    assert_eq!(typist.draft.text().len(), DRAFT_BYTES_MAX);
}

proptest! {
    #[test]
    fn no_keys_break_a_draft(
        text in "([a-c.(\\[{\"'` \n]|\\PC|e\u{301}|👩‍👩‍👧|\r\n){0,24}",
        keys in "([1-9dcywbeWBEhjkl0^$gGfFtT;,iap\"'`(){}\\[\\]xXsSDCYr~pPuU.oOIA⎋]|\\PC|\u{301}){0,40}",
    ) {
        let mut typist = Typist { draft: Draft::from(&*text), ..Typist::default() };
        for key in keys.chars() {
            typist.press(key);
            let (text, caret) = (typist.draft.text(), typist.draft.caret());
            let mut starts = text.grapheme_indices(true).map(|(start, _)| start);
            prop_assert!(caret == text.len() || starts.any(|start| start == caret), "{text:?} {caret}");
            prop_assert!(text.len() <= DRAFT_BYTES_MAX);
        }
    }
}
