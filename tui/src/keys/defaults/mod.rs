//! The keys as they come: every binding with the words the help shows for it.
//!
//! Chosen to survive tmux, zellij and old terminals: Ctrl-J is a line break everywhere.

mod layers;
mod messages;
mod moving;
mod parts;
mod settings;
mod vim;
mod writing;

use super::{Chord, Key};
use crate::state::{Action, Context};

/// Chords that mean an action in some contexts.
#[derive(Debug)]
pub struct Binding {
    /// Where.
    pub contexts: &'static [Context],
    /// Which keys; the first is the one hints show.
    pub chords: &'static [Chord],
    /// Which keys one after the other.
    pub sequences: &'static [&'static [Chord]],
    /// What they mean.
    pub action: Action,
    /// What the help says of it; nothing for what goes without saying.
    pub help: Option<&'static str>,
}

const fn key(character: char) -> Key {
    Key::Char(character)
}

const fn bind(
    contexts: &'static [Context],
    chords: &'static [Chord],
    action: Action,
    help: &'static str,
) -> Binding {
    Binding { contexts, chords, sequences: &[], action, help: Some(help) }
}

const fn quiet(contexts: &'static [Context], chords: &'static [Chord], action: Action) -> Binding {
    Binding { contexts, chords, sequences: &[], action, help: None }
}

impl Binding {
    /// Also these keys, one after the other.
    const fn or(self, sequences: &'static [&'static [Chord]]) -> Self {
        Self { sequences, ..self }
    }
}

/// What the help calls a group, and its bindings.
const NOUNS: &[(&str, &[Binding])] = &[
    ("Writing", writing::BINDINGS),
    ("Getting around", moving::BINDINGS),
    ("Beside the chat", parts::BINDINGS),
    ("A selected message", messages::BINDINGS),
    (vim::NOUN, vim::BINDINGS),
    ("Settings", settings::BINDINGS),
    ("Everywhere", layers::BINDINGS),
];

/// All bindings with their groups, in the order of the help.
pub fn bindings() -> impl Iterator<Item = (&'static str, &'static Binding)> {
    NOUNS.iter().flat_map(|(noun, rows)| rows.iter().map(|row| (*noun, row)))
}
