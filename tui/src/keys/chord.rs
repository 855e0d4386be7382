//! A key with its modifiers, how people write it, and which ones a terminal cannot tell apart.

use std::fmt;

/// Most chords one after the other.
pub const SEQUENCE_MAX: usize = 4;

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

/// Keys that write no character: as the file names them, and as people read them.
const NAMED: &[(Key, &str, &str)] = &[
    (Key::Enter, "enter", "Enter"),
    (Key::Esc, "esc", "Esc"),
    (Key::Tab, "tab", "Tab"),
    (Key::Backspace, "backspace", "Backspace"),
    (Key::Delete, "delete", "Delete"),
    (Key::Up, "up", "↑"),
    (Key::Down, "down", "↓"),
    (Key::Left, "left", "←"),
    (Key::Right, "right", "→"),
    (Key::Home, "home", "Home"),
    (Key::End, "end", "End"),
    (Key::PageUp, "pgup", "PgUp"),
    (Key::PageDown, "pgdn", "PgDn"),
    (Key::Char(' '), "space", "Space"),
];

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

    /// The same key as it comes while Caps Lock is on, when that is another one.
    pub(super) fn without_caps(self) -> Option<Self> {
        match self.key {
            Key::Char(character) if self.alt && character.is_uppercase() => {
                Some(Self { key: Key::Char(character.to_ascii_lowercase()), ..self })
            }
            _ => None,
        }
    }

    /// Reads what people write: `ctrl-k`, `alt-shift-a`, `f1`, `?`.
    ///
    /// # Errors
    /// A sentence, when there is no such key or terminals take it for another one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut chord = Self::plain(Key::Esc);
        let mut rest = text;
        while let Some((modifier, after)) = rest.split_once('-').filter(|(_, a)| !a.is_empty()) {
            match modifier.to_ascii_lowercase().as_str() {
                "ctrl" | "c" => chord.ctrl = true,
                "alt" | "a" | "m" => chord.alt = true,
                "shift" | "s" => chord.shift = true,
                _ => break,
            }
            rest = after;
        }
        chord.key = key_named(rest).ok_or_else(|| {
            format!("there is no key {text:?}; write it like \"ctrl-k\", \"alt-enter\", \"f5\"")
        })?;
        chord.normal().and_then(Self::told_apart)
    }

    /// Letters carry their Shift themselves.
    fn normal(self) -> Result<Self, String> {
        let Key::Char(character) = self.key else { return Ok(self) };
        let key = match (self.ctrl, self.shift) {
            (true, true) => {
                return Err("with Ctrl terminals do not see Shift; choose another key".to_owned());
            }
            (true, false) => Key::Char(character.to_ascii_lowercase()),
            (false, true) => Key::Char(character.to_ascii_uppercase()),
            (false, false) => self.key,
        };
        Ok(Self { key, shift: false, ..self })
    }

    fn told_apart(self) -> Result<Self, String> {
        let same_as = match self.key {
            Key::Char('i') => "Tab",
            Key::Char('m') => "Enter",
            Key::Char('h') => "Backspace",
            Key::Char('[') => "Esc",
            _ => return Ok(self),
        };
        match self.ctrl {
            true => Err(format!("to a terminal {self} is {same_as}; choose another key")),
            false => Ok(self),
        }
    }

    /// As the file names it.
    #[must_use]
    pub fn spelled(self) -> String {
        let mut spelled = String::new();
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                spelled.push_str(name);
            }
        }
        match (self.key, NAMED.iter().find(|(key, ..)| *key == self.key)) {
            (_, Some((_, name, _))) => spelled.push_str(name),
            (Key::Char(c), _) if self.alt && c.is_uppercase() => {
                spelled.push_str("shift-");
                spelled.extend(c.to_lowercase());
            }
            (Key::Char(c), _) => spelled.push(c),
            (Key::Function(number), _) => spelled.push_str(&format!("f{number}")),
            _ => {}
        }
        spelled
    }
}

fn key_named(name: &str) -> Option<Key> {
    let lower = name.to_lowercase();
    if let Some((key, ..)) = NAMED.iter().find(|(_, named, _)| *named == lower) {
        return Some(*key);
    }
    let mut characters = name.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if !one.is_control() => return Some(Key::Char(one)),
        _ => {}
    }
    match lower.as_str() {
        "escape" => Some(Key::Esc),
        "return" => Some(Key::Enter),
        "del" => Some(Key::Delete),
        "pageup" => Some(Key::PageUp),
        "pagedown" => Some(Key::PageDown),
        _ => {
            let number = lower.strip_prefix('f')?.parse().ok()?;
            (1..=24).contains(&number).then_some(Key::Function(number))
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
        match (self.key, NAMED.iter().find(|(key, ..)| *key == self.key)) {
            (_, Some((_, _, shown))) => f.write_str(shown),
            (Key::Char(c), _) if !self.ctrl && !self.alt => write!(f, "{c}"),
            (Key::Char(c), _) if self.alt && c.is_uppercase() => write!(f, "Shift-{c}"),
            (Key::Char(c), _) => write!(f, "{}", c.to_uppercase()),
            (Key::Function(number), _) => write!(f, "F{number}"),
            _ => Ok(()),
        }
    }
}

/// Chords one after the other, most of them of one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sequence(pub Vec<Chord>);

impl Sequence {
    /// Reads chords with spaces between them: `ctrl-x ctrl-e`.
    ///
    /// # Errors
    /// A sentence, as with [`Chord::parse`].
    pub fn parse(text: &str) -> Result<Self, String> {
        let chords = text.split_whitespace().map(Chord::parse).collect::<Result<Vec<_>, _>>()?;
        match chords.len() {
            1..=SEQUENCE_MAX => Ok(Self(chords)),
            0 => Err("no key is named; \"none\" takes all keys away".to_owned()),
            _ => Err(format!("more than {SEQUENCE_MAX} keys one after the other")),
        }
    }

    /// As the file names it.
    #[must_use]
    pub fn spelled(&self) -> String {
        self.0.iter().map(|chord| chord.spelled()).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, chord) in self.0.iter().enumerate() {
            write!(f, "{}{chord}", if at > 0 { " " } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Chord, Sequence};

    #[track_caller]
    fn check(written: &str, spelled: &str, shown: &str) {
        let sequence = Sequence::parse(written).unwrap();
        assert_eq!((sequence.spelled().as_str(), &*sequence.to_string()), (spelled, shown));
        assert_eq!(Sequence::parse(&sequence.spelled()), Ok(sequence));
    }

    #[test]
    fn keys_are_read_as_people_write_them() {
        check("ctrl-k", "ctrl-k", "Ctrl-K");
        check("Ctrl-K", "ctrl-k", "Ctrl-K");
        check("C-x C-e", "ctrl-x ctrl-e", "Ctrl-X Ctrl-E");
        check("alt-shift-a", "alt-shift-a", "Alt-Shift-A");
        check("M-A", "alt-shift-a", "Alt-Shift-A");
        check("shift-tab", "shift-tab", "Shift-Tab");
        check("G", "G", "G");
        check("shift-g", "G", "G");
        check("g g", "g g", "g g");
        check("ctrl--", "ctrl--", "Ctrl--");
        check("-", "-", "-");
        check("ctrl-space", "ctrl-space", "Ctrl-Space");
        check("F12", "f12", "F12");
        check("pgup", "pgup", "PgUp");
    }

    #[test]
    fn what_no_terminal_can_tell_apart_is_refused_with_a_reason() {
        let refused = |text: &str| Sequence::parse(text).unwrap_err();
        assert_eq!(refused("ctrl-i"), "to a terminal Ctrl-I is Tab; choose another key");
        assert!(refused("ctrl-[").contains("is Esc"));
        assert!(refused("ctrl-shift-k").contains("do not see Shift"));
        assert!(refused("hyper-k").contains("there is no key \"hyper-k\""));
        assert!(refused("").contains("no key is named"));
        assert!(refused("a b c d e").contains("more than 4"));
        assert!(Chord::parse("f25").is_err() && Chord::parse("ctrl-").is_err());
    }
}
