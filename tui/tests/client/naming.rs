//! The names that are in people's `config.toml`: of actions, of places, of settings and their values.
//!
//! A name that goes, or means something else, breaks somebody's file. Whoever changes one of these
//! snapshots takes the old name along, or says so in the changelog.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use pail::keys::KeyMap;
use pail::state::keytable::name_of;
use pail::state::settings::{Kind, TABLE};

#[test]
fn actions_and_where_they_can_be_bound() {
    let mut actions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (context, action, _) in KeyMap::default().bound() {
        let places = actions.entry(name_of(&action)).or_default();
        let place = name_of(&context);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let line = |(action, mut places): (String, Vec<String>)| {
        places.sort();
        format!("{action}: {}", places.join(" "))
    };
    assert_snapshot!(actions.into_iter().map(line).collect::<Vec<_>>().join("\n"));
}

#[test]
fn settings_and_what_they_take() {
    let takes = |kind| match kind {
        Kind::OneOf(words) => words.join(" | "),
        Kind::Text(_) => "text".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    };
    let rows = TABLE.iter();
    let rows = rows.map(|row| format!("{}.{} = {}", row.section, row.key, takes(row.kind)));
    assert_snapshot!(rows.collect::<Vec<_>>().join("\n"));
}
