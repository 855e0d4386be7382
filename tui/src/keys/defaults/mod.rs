//! The keys as they come: every binding with the words the help shows for it.
//!
//! Chosen to survive tmux, zellij and old terminals: Ctrl-J is a line break everywhere.

mod layers;
mod messages;
mod moving;
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
    Binding { contexts, chords, action, help: Some(help) }
}

const fn quiet(contexts: &'static [Context], chords: &'static [Chord], action: Action) -> Binding {
    Binding { contexts, chords, action, help: None }
}

/// All bindings, in the order of the help.
pub fn bindings() -> impl Iterator<Item = &'static Binding> {
    let tables = [writing::BINDINGS, moving::BINDINGS, messages::BINDINGS, layers::BINDINGS];
    tables.into_iter().flatten()
}
