//! The names that are in people's `config.toml`: of actions, of places, of settings and their values.
//!
//! A name that goes, or means something else, breaks somebody's file. Whoever changes one of these
//! snapshots takes the old name along, or says so in the changelog.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use pail::keys::KeyMap;
use pail::state::keytable::name_of;
use pail::state::settings::{Kind, TABLE};

#[test]
fn actions_and_where_they_can_be_bound() {
    let map = KeyMap::default();
    let names = map.bound();
    let names: BTreeSet<String> = names
        .map(|(context, action, _)| format!("{} in {}", name_of(&action), name_of(&context)))
        .collect();
    assert_snapshot!(names.into_iter().collect::<Vec<_>>().join("\n"));
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
