//! What is pressed, chord by chord, until it means something.
//!
//! There is no timeout: a sequence that has begun waits, and Esc or any key that does not continue
//! it ends it.

use std::sync::Arc;

use super::chord::{Chord, Key, Sequence};
use super::map::{KeyMap, Meaning};
use crate::state::vim::{Stop, parse};
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
        if let Some(input) = self.vim(context, chord) {
            return Some(input);
        }
        match self.meaning(context, chord) {
            (Meaning::Action(action), _) => {
                self.begun.clear();
                Some(Input::Do(action))
            }
            (Meaning::Beginning, chords) => Some(self.begin(chords)),
            (Meaning::Nothing, chords) if chords.len() > 1 => {
                self.begun.clear();
                let shown = format!("{} is not bound", Sequence(chords));
                Some(Input::Sequence(SafeText::line(&shown)))
            }
            (Meaning::Nothing, _) => chord.character().map(Input::Typed),
        }
    }

    /// Keys of normal mode that make a command, unless somebody chose something else for them.
    fn vim(&mut self, context: Context, chord: Chord) -> Option<Input> {
        let chords: Vec<Chord> = self.begun.iter().copied().chain([chord]).collect();
        if context != Context::Normal || !self.map.is_as_it_came(context, &chords) {
            return None;
        }
        let keys: Vec<char> =
            chords.iter().map(|chord| chord.character()).collect::<Option<_>>()?;
        match parse(&keys) {
            Ok(command) => {
                self.begun.clear();
                Some(Input::Command(command))
            }
            Err(Stop::Unfinished) => Some(self.begin(chords)),
            Err(Stop::Unknown) => None,
        }
    }

    fn begin(&mut self, chords: Vec<Chord>) -> Input {
        let shown = format!("{} …", Sequence(chords.clone()));
        self.begun = chords;
        Input::Sequence(SafeText::line(&shown))
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
    use std::sync::Arc;

    use super::Keyboard;
    use crate::keys::{Chord, KeyMap, Override};
    use crate::state::settings::Settings;
    use crate::state::vim::parse;
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

    /// What keys of normal mode lead to at last, with some of them chosen.
    fn press_all(chosen: &[(&str, &str)], keys: &str) -> Option<Input> {
        let change = |(action, keys): &(&str, &str)| Override {
            context: Some("normal".to_owned()),
            action: (*action).to_owned(),
            keys: vec![(*keys).to_owned()],
            line: 1,
        };
        let changes: Vec<Override> = chosen.iter().map(change).collect();
        let (map, _) = KeyMap::new(&Settings::default(), &changes);
        let mut keyboard = Keyboard::new(Arc::new(map));
        let press = |key: &str| keyboard.press(Context::Normal, Chord::parse(key).unwrap());
        keys.split(' ').map(press).last().flatten()
    }

    #[test]
    fn keys_of_normal_mode_make_commands_unless_somebody_chose_otherwise() {
        let command =
            |keys: &str| parse(&keys.chars().collect::<Vec<_>>()).map(Input::Command).ok();
        let left = Some(Input::Do(Action::Edit(Edit::Left)));
        assert_eq!(press_all(&[], "d 2 i ("), command("d2i("));
        assert_eq!(press_all(&[], "d d"), command("dd"));
        assert_eq!(press_all(&[], "ctrl-r"), Some(Input::Do(Action::Edit(Edit::Redo))));
        assert_eq!(press_all(&[("edit-left", "d")], "d"), left);
        assert_eq!(press_all(&[("edit-left", "s t")], "s t"), left);
        assert_eq!(press_all(&[("edit-left", "d x")], "d x"), left);
        assert_eq!(press_all(&[("edit-left", "d x")], "d w"), command("dw"));
        assert_eq!(press_all(&[("edit-left", "z")], "h"), Some(Input::Typed('h')), "given up");
        let unbound = press_all(&[("modal-delete-line", "none")], "d d");
        assert!(matches!(unbound, Some(Input::Sequence(s)) if s.as_str() == "d d is not bound"));
    }
}
