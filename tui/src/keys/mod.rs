//! What keys mean: a table from context and chord to action. The help prints the same table.
//!
//! It knows neither the terminal's events (see `io::terminal`) nor what an action does.

mod defaults;

use std::fmt;

use crate::state::{Action, Context};

pub use defaults::{Binding, bindings};

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Key {
    Char(char),
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Function(u8),
}

/// A key with its modifiers. Shift counts only where it does not make another character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words say it")]
pub struct Chord {
    pub key: Key,
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
}

impl Chord {
    /// A key alone.
    #[must_use]
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false, alt: false, shift: false }
    }

    /// A key with Control.
    #[must_use]
    pub const fn ctrl(key: Key) -> Self {
        Self { key, ctrl: true, alt: false, shift: false }
    }

    /// A key with Alt.
    #[must_use]
    pub const fn alt(key: Key) -> Self {
        Self { key, ctrl: false, alt: true, shift: false }
    }

    /// A key with Shift.
    #[must_use]
    pub const fn shift(key: Key) -> Self {
        Self { key, ctrl: false, alt: false, shift: true }
    }

    /// The character it writes when it is not bound.
    #[must_use]
    pub fn character(self) -> Option<char> {
        match self.key {
            Key::Char(character) if !self.ctrl && !self.alt => Some(character),
            _ => None,
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.key {
            Key::Char(' ') => f.write_str("Space"),
            Key::Char(character) if self.ctrl || self.alt => {
                write!(f, "{}", character.to_uppercase())
            }
            // `g` and `G` are two keys.
            Key::Char(character) => write!(f, "{character}"),
            Key::Function(number) => write!(f, "F{number}"),
            Key::Up => f.write_str("↑"),
            Key::Down => f.write_str("↓"),
            Key::Left => f.write_str("←"),
            Key::Right => f.write_str("→"),
            Key::PageUp => f.write_str("PgUp"),
            Key::PageDown => f.write_str("PgDn"),
            key => write!(f, "{key:?}"),
        }
    }
}

/// What a chord means in a context, if anything.
#[must_use]
pub fn resolve(context: Context, chord: Chord) -> Option<Action> {
    let bound = |context: Context| {
        let binding = |b: &&Binding| b.contexts.contains(&context) && b.chords.contains(&chord);
        bindings().find(binding).map(|binding| binding.action)
    };
    match context {
        Context::EmptyDraft | Context::Completion => {
            bound(context).or_else(|| bound(Context::Chat))
        }
        _ => bound(context),
    }
}

/// The first chord of an action in a context, for hints.
#[must_use]
pub fn chord_for(context: Context, action: Action) -> Option<Chord> {
    let fits = |b: &&Binding| b.contexts.contains(&context) && b.action == action;
    bindings().find(fits).and_then(|binding| binding.chords.first().copied())
}

#[cfg(test)]
mod tests {
    use super::{Chord, Key, bindings, resolve};
    use crate::state::{Action, Context, Edit, Open};

    #[test]
    fn no_chord_means_two_things_in_one_context() {
        let mut seen = std::collections::HashSet::new();
        for binding in bindings() {
            for context in binding.contexts {
                for chord in binding.chords {
                    assert!(seen.insert((*context, *chord)), "{chord} in {context:?}");
                }
            }
        }
    }

    #[test]
    fn keys_that_terminals_confuse_are_not_bound() {
        for binding in bindings() {
            for chord in binding.chords {
                let confused = matches!(chord.key, Key::Char('i' | 'm' | 'h' | '['));
                assert!(!(chord.ctrl && confused), "{chord}");
            }
        }
    }

    #[test]
    fn an_empty_composer_adds_to_the_keys_of_the_chat() {
        let question = Chord::plain(Key::Char('?'));
        assert_eq!(resolve(Context::EmptyDraft, question), Some(Action::Open(Open::Help)));
        assert_eq!(resolve(Context::Chat, question), None);
        let enter = Chord::plain(Key::Enter);
        assert_eq!(resolve(Context::EmptyDraft, enter), Some(Action::Submit));
        let newline = Chord::ctrl(Key::Char('j'));
        assert_eq!(resolve(Context::Chat, newline), Some(Action::Edit(Edit::NewLine)));
    }
}
