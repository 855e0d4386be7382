//! What is pressed, chord by chord, until it means something.
//!
//! There is no timeout: a sequence that has begun waits, and Esc or any key that does not continue
//! it ends it.

use std::sync::Arc;

use super::chord::{Chord, Key, Sequence};
use super::map::{KeyMap, Meaning};
use crate::state::{Context, Input};
use crate::text::SafeText;

/// The keys and what was pressed of a sequence.
#[derive(Debug, Default)]
pub struct Keyboard {
    map: Arc<KeyMap>,
    begun: Vec<Chord>,
}

impl Keyboard {
    /// With these keys.
    #[must_use]
    pub fn new(map: Arc<KeyMap>) -> Self {
        Self { map, begun: Vec::new() }
    }

    /// Takes in a chord; returns what comes of it.
    pub fn press(&mut self, context: Context, chord: Chord) -> Option<Input> {
        if !self.begun.is_empty() && chord == Chord::plain(Key::Esc) {
            self.begun.clear();
            return Some(Input::Sequence(SafeText::default()));
        }
        match self.meaning(context, chord) {
            (Meaning::Action(action), _) => {
                self.begun.clear();
                Some(Input::Do(action))
            }
            (Meaning::Beginning, chords) => {
                let shown = format!("{} …", Sequence(chords.clone()));
                self.begun = chords;
                Some(Input::Sequence(SafeText::line(&shown)))
            }
            (Meaning::Nothing, chords) if chords.len() > 1 => {
                self.begun.clear();
                let shown = format!("{} is not bound", Sequence(chords));
                Some(Input::Sequence(SafeText::line(&shown)))
            }
            (Meaning::Nothing, _) => chord.character().map(Input::Typed),
        }
    }

    fn meaning(&self, context: Context, chord: Chord) -> (Meaning, Vec<Chord>) {
        let with = |chord: Chord| self.begun.iter().copied().chain([chord]).collect::<Vec<_>>();
        let chords = with(chord);
        match self.map.meaning(context, &chords) {
            Meaning::Nothing => {
                let other = chord.without_caps().map(with).unwrap_or(chords);
                (self.map.meaning(context, &other), other)
            }
            meaning => (meaning, chords),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Keyboard;
    use crate::keys::Chord;
    use crate::state::{Action, Context, Edit, Go, Input};

    fn press(keyboard: &mut Keyboard, chord: &str) -> Option<Input> {
        keyboard.press(Context::Chat, Chord::parse(chord).unwrap())
    }

    #[test]
    fn a_sequence_waits_is_shown_and_means_one_thing() {
        let mut keyboard = Keyboard::default();
        let begun = press(&mut keyboard, "ctrl-x").unwrap();
        assert!(matches!(&begun, Input::Sequence(shown) if shown.as_str() == "Ctrl-X …"));
        let done = press(&mut keyboard, "ctrl-k");
        assert_eq!(done, Some(Input::Do(Action::Edit(Edit::KillToEnd))));
        assert_eq!(press(&mut keyboard, "x"), Some(Input::Typed('x')));
    }

    #[test]
    fn escape_ends_a_sequence_and_nothing_else() {
        let mut keyboard = Keyboard::default();
        press(&mut keyboard, "ctrl-x");
        let ended = press(&mut keyboard, "esc").unwrap();
        assert!(matches!(&ended, Input::Sequence(shown) if shown.as_str().is_empty()));
        assert_eq!(press(&mut keyboard, "esc"), Some(Input::Do(Action::Cancel)));
    }

    #[test]
    fn what_does_not_go_on_is_said_and_not_typed() {
        let mut keyboard = Keyboard::default();
        press(&mut keyboard, "ctrl-x");
        let ended = press(&mut keyboard, "q").unwrap();
        assert!(matches!(&ended, Input::Sequence(s) if s.as_str() == "Ctrl-X q is not bound"));
        assert_eq!(press(&mut keyboard, "q"), Some(Input::Typed('q')));
    }

    #[test]
    fn caps_lock_does_not_take_keys_away() {
        let mut keyboard = Keyboard::default();
        let next = Some(Input::Do(Action::Go(Go::NextUnread)));
        assert_eq!(press(&mut keyboard, "alt-a"), next);
    }
}
