//! What the key map promises, of the keys as they come and of those somebody chose.

use super::defaults::bindings;
use super::{Chord, Key, KeyMap, Meaning, Override, Sequence};
use crate::state::keytable::name_of;
use crate::state::settings::{CtrlK, Settings};
use crate::state::{Action, Context, Edit, Open};

fn change(context: Option<&str>, action: &str, keys: &[&str]) -> Override {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    Override { context: context.map(str::to_owned), action: action.to_owned(), keys, line: 7 }
}

fn meaning(map: &KeyMap, context: Context, keys: &str) -> Meaning {
    map.meaning(context, &Sequence::parse(keys).unwrap().0)
}

/// What is said of one change.
fn sentences(changes: &[Override]) -> Vec<String> {
    let (_, problems) = KeyMap::new(&Settings::default(), changes);
    assert!(problems.iter().all(|problem| problem.line == 7));
    problems.into_iter().map(|problem| problem.sentence).collect()
}

#[test]
fn no_chord_means_two_things_in_one_context() {
    let mut seen = std::collections::HashSet::new();
    for (_, binding) in bindings() {
        for context in binding.contexts {
            for chord in binding.chords {
                assert!(seen.insert((*context, vec![*chord])), "{chord} in {context:?}");
            }
            for chords in binding.sequences {
                assert!(seen.insert((*context, chords.to_vec())), "{chords:?} in {context:?}");
            }
        }
    }
    for (context, chords) in &seen {
        for length in 1..chords.len() {
            let beginning = (*context, chords[..length].to_vec());
            assert!(!seen.contains(&beginning), "{chords:?} cannot be reached in {context:?}");
        }
    }
}

#[test]
fn every_default_can_be_written_in_the_file() {
    for (_, binding) in bindings() {
        for chord in binding.chords {
            assert_eq!(Chord::parse(&chord.spelled()), Ok(*chord));
        }
    }
}

#[test]
fn names_of_different_actions_differ() {
    let mut names = std::collections::HashMap::new();
    for (_, binding) in bindings() {
        let known = names.insert(name_of(&binding.action), binding.action);
        assert!(known.is_none_or(|known| known == binding.action), "{known:?}");
    }
}

#[test]
fn an_empty_composer_adds_to_the_keys_of_the_chat() {
    let map = KeyMap::default();
    let help = Meaning::Action(Action::Open(Open::Help));
    assert_eq!(meaning(&map, Context::EmptyDraft, "?"), help);
    assert_eq!(meaning(&map, Context::Chat, "?"), Meaning::Nothing);
    assert_eq!(meaning(&map, Context::EmptyDraft, "enter"), Meaning::Action(Action::Submit));
    let newline = Meaning::Action(Action::Edit(Edit::NewLine));
    assert_eq!(meaning(&map, Context::Chat, "ctrl-j"), newline);
}

#[test]
fn an_action_gets_the_keys_somebody_chose_and_loses_its_own() {
    let changes = [change(Some("chat"), "submit", &["alt-s", "ctrl-x ctrl-s"])];
    let (map, problems) = KeyMap::new(&Settings::default(), &changes);
    assert_eq!(problems, []);
    let submit = Meaning::Action(Action::Submit);
    assert_eq!(meaning(&map, Context::Chat, "alt-s"), submit);
    assert_eq!(meaning(&map, Context::Chat, "ctrl-x"), Meaning::Beginning);
    assert_eq!(meaning(&map, Context::EmptyDraft, "ctrl-x ctrl-s"), submit);
    assert_eq!(meaning(&map, Context::Chat, "enter"), Meaning::Nothing);
    assert_eq!(meaning(&map, Context::Palette, "enter"), submit, "elsewhere it stays");
    assert_eq!(map.table().key(Context::EmptyDraft, Action::Submit), Some("Alt-S"));
}

#[test]
fn none_takes_all_keys_away() {
    let changes = [change(None, "quit", &["none"])];
    let (map, problems) = KeyMap::new(&Settings::default(), &changes);
    assert_eq!(problems, []);
    assert_eq!(meaning(&map, Context::Chat, "ctrl-q"), Meaning::Nothing);
    assert_eq!(meaning(&map, Context::Form, "ctrl-q"), Meaning::Nothing);
}

#[test]
fn a_default_gives_way_and_both_are_named() {
    let said = sentences(&[change(Some("chat"), "redraw", &["ctrl-k"])]);
    assert_eq!(said, ["in chat, Ctrl-K is now redraw and no longer open-palette (Ctrl-K)"]);
    let said = sentences(&[change(Some("chat"), "redraw", &["ctrl-x"])]);
    assert!(said[0].contains("edit-kill-to-end (Ctrl-X Ctrl-K)"), "{said:?}");
    let moved =
        [change(None, "open-palette", &["alt-g"]), change(Some("chat"), "redraw", &["ctrl-k"])];
    assert_eq!(sentences(&moved), Vec::<String>::new());
}

#[test]
fn of_two_choices_the_first_one_stands() {
    let said = sentences(&[
        change(Some("chat"), "redraw", &["alt-z"]),
        change(Some("chat"), "quit", &["alt-z alt-q"]),
    ]);
    let expected = "in chat, Alt-Z Alt-Q for quit clashes with Alt-Z for redraw; redraw keeps it";
    assert_eq!(said, [expected]);
}

#[test]
fn what_there_is_not_is_said() {
    let said = |change| sentences(&[change]).join("\n");
    assert!(said(change(None, "sing", &["f5"])).contains("no action \"sing\""));
    assert!(said(change(None, "submit", &["ctrl-m"])).contains("to a terminal Ctrl-M is Enter"));
    let elsewhere = said(change(Some("palette"), "go-newest", &["f5"]));
    assert!(elsewhere.starts_with("go-newest means nothing in palette, but in: "), "{elsewhere}");
}

#[test]
fn a_choice_that_cannot_be_read_leaves_the_default() {
    let changes = [change(Some("chat"), "submit", &["ctrl-m"])];
    let (map, _) = KeyMap::new(&Settings::default(), &changes);
    assert_eq!(meaning(&map, Context::Chat, "enter"), Meaning::Action(Action::Submit));
}

#[test]
fn ctrl_k_can_be_readline_s() {
    let mut settings = Settings::default();
    settings.keys.ctrl_k = CtrlK::KillLine;
    let (map, _) = KeyMap::new(&settings, &[]);
    let kill = Meaning::Action(Action::Edit(Edit::KillToEnd));
    assert_eq!(meaning(&map, Context::EmptyDraft, "ctrl-k"), kill);
    let palette = Meaning::Action(Action::Open(Open::Palette));
    assert_eq!(meaning(&map, Context::EmptyDraft, "alt-g"), palette);
}

#[test]
fn a_plain_key_is_only_bound_where_nobody_types() {
    for (_, binding) in bindings() {
        let types = binding.contexts.contains(&Context::Chat);
        let plain = |chord: &&Chord| matches!(chord.key, Key::Char(_)) && !chord.ctrl && !chord.alt;
        assert!(!types || !binding.chords.iter().any(|chord| plain(&chord)), "{binding:?}");
    }
}
