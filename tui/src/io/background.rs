//! What the terminal's background is. While the terminal's events are keys, its answer comes as keys
//! too: a [`Listener`] picks it out of them, however late it comes over a slow connection.
//!
//! What dark and light look like is the theme's.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use terminal_colorsaurus::{Color, QueryOptions, ThemeMode, theme_mode};
use tokio::time::Instant;

use crate::view::theme::Background;

/// The question.
pub const QUERY: &str = "\x1b]11;?\x1b\\";
/// How an answer begins, behind what makes it a string.
const PREFIX: &str = "11;rgb:";
/// The longest answer: three times four hexadecimal digits.
const ANSWER_CHARACTERS_MAX: usize = PREFIX.len() + 14;
/// An answer that takes longer is none.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// How long [`ask`] waits. Terminals that never answer this are told by what they answer instead.
const ASK_TIMEOUT: Duration = Duration::from_millis(100);
/// From this lightness on a background is light.
const LIGHT: f32 = 0.5;

/// Asks, and waits a moment for the answer. Only where nobody reads the terminal's events.
#[must_use]
pub fn ask() -> Option<Background> {
    let mut options = QueryOptions::default();
    options.timeout = ASK_TIMEOUT;
    theme_mode(options).ok().map(|mode| match mode {
        ThemeMode::Dark => Background::Dark,
        ThemeMode::Light => Background::Light,
    })
}

/// Whether a terminal takes the question for what it is. Others show it, or answer somebody else.
#[must_use]
pub fn may_be_asked(term: &str) -> bool {
    let is_silent = ["", "dumb", "linux", "Eterm", "screen"].contains(&term);
    !is_silent && !term.starts_with("screen.")
}

/// Red, green and blue of an answer, without what begins and ends it.
#[must_use]
pub fn parse(text: &str) -> Option<[u16; 3]> {
    let parts: Option<Vec<u16>> = text.strip_prefix(PREFIX)?.split('/').map(channel).collect();
    parts?.try_into().ok()
}

/// One to four hexadecimal digits are a share of the most they can say.
fn channel(digits: &str) -> Option<u16> {
    let most = match digits.len() {
        length @ 1..=4 => (1u32 << (4 * length)) - 1,
        _ => return None,
    };
    let value = u32::from_str_radix(digits, 16).ok()?;
    u16::try_from(value * u32::from(u16::MAX) / most).ok()
}

/// What a colour is behind text.
#[must_use]
pub fn of_colour([red, green, blue]: [u16; 3]) -> Background {
    match Color::rgb(red, green, blue).perceived_lightness() > LIGHT {
        true => Background::Light,
        false => Background::Dark,
    }
}

/// Something the terminal said.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A key, or whatever else is no answer.
    Event(Event),
    /// The answer.
    Background(Background),
}

/// Listens for the answer to one question at a time.
#[derive(Debug, Default)]
pub struct Listener {
    /// Until when an answer may come.
    until: Option<Instant>,
    /// What may be the beginning of an answer, and is kept until it is known.
    held: Vec<Event>,
    /// What it says so far.
    text: String,
    /// A lone Esc went by, which may have been the first byte of an answer cut in two.
    is_cut: bool,
}

impl Listener {
    /// The question has been asked.
    pub fn expect(&mut self, now: Instant) {
        self.until = Some(now + ANSWER_TIMEOUT);
    }

    /// Whether an answer may still come.
    #[must_use]
    pub fn is_expecting(&self) -> bool {
        self.until.is_some()
    }

    /// Takes in an event; returns what it comes to, in order.
    pub fn hear(&mut self, event: Event, now: Instant) -> Vec<Heard> {
        if self.until.is_some_and(|until| now > until) {
            self.until = None;
        }
        if self.until.is_none() && self.held.is_empty() {
            return vec![Heard::Event(event)];
        }
        match (pressed(&event), self.held.is_empty()) {
            (Some((KeyCode::Char(']'), modifiers)), true) if self.begins(modifiers) => {
                self.held.push(event);
                Vec::new()
            }
            (Some((KeyCode::Esc, _)), true) => {
                self.is_cut = true;
                vec![Heard::Event(event)]
            }
            (_, true) => {
                self.is_cut = false;
                vec![Heard::Event(event)]
            }
            (key, false) => self.go_on(event, key),
        }
    }

    fn begins(&self, modifiers: KeyModifiers) -> bool {
        modifiers == KeyModifiers::ALT || (modifiers.is_empty() && self.is_cut)
    }

    fn go_on(&mut self, event: Event, key: Option<(KeyCode, KeyModifiers)>) -> Vec<Heard> {
        self.held.push(event);
        let (alt, control) = (KeyModifiers::ALT, KeyModifiers::CONTROL);
        match key {
            Some((KeyCode::Char('\\'), held)) if held == alt => self.end(),
            Some((KeyCode::Char('g'), held)) if held == control => self.end(),
            Some((KeyCode::Char(character), held))
                if held.difference(KeyModifiers::SHIFT).is_empty() =>
            {
                self.text.push(character);
                if may_be_answer(&self.text) { Vec::new() } else { self.let_go() }
            }
            _ => self.let_go(),
        }
    }

    fn end(&mut self) -> Vec<Heard> {
        let Some(colour) = parse(&self.text) else { return self.let_go() };
        *self = Self::default();
        vec![Heard::Background(of_colour(colour))]
    }

    /// It was no answer.
    fn let_go(&mut self) -> Vec<Heard> {
        self.text.clear();
        self.is_cut = false;
        std::mem::take(&mut self.held).into_iter().map(Heard::Event).collect()
    }
}

/// Whether a text is an answer so far.
fn may_be_answer(text: &str) -> bool {
    match text.strip_prefix(PREFIX) {
        Some(colour) => {
            colour.chars().all(|character| character == '/' || character.is_ascii_hexdigit())
                && text.len() <= ANSWER_CHARACTERS_MAX
        }
        None => PREFIX.starts_with(text),
    }
}

fn pressed(event: &Event) -> Option<(KeyCode, KeyModifiers)> {
    match event {
        Event::Key(KeyEvent { code, modifiers, .. }) => Some((*code, *modifiers)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
    use tokio::time::Instant;

    use super::{ANSWER_TIMEOUT, Heard, Listener, may_be_asked};
    use crate::view::theme::Background;

    /// Keys as they come of bytes.
    fn keys(bytes: &str) -> Vec<Event> {
        let mut modifiers = KeyModifiers::NONE;
        let mut keys = Vec::new();
        for character in bytes.chars() {
            let (code, held) = match character {
                '\x1b' => {
                    modifiers = KeyModifiers::ALT;
                    continue;
                }
                '\x07' => (KeyCode::Char('g'), KeyModifiers::CONTROL),
                character => (KeyCode::Char(character), KeyModifiers::NONE),
            };
            keys.push(Event::Key(KeyEvent::new(code, held | modifiers)));
            modifiers = KeyModifiers::NONE;
        }
        keys
    }

    fn heard(events: impl IntoIterator<Item = Event>) -> Vec<Heard> {
        let mut listener = Listener::default();
        let now = Instant::now();
        listener.expect(now);
        events.into_iter().flat_map(|event| listener.hear(event, now)).collect()
    }

    #[track_caller]
    fn passes(bytes: &str) {
        let expected: Vec<Heard> = keys(bytes).into_iter().map(Heard::Event).collect();
        assert_eq!(heard(keys(bytes)), expected, "{bytes:?}");
    }

    #[test]
    fn an_answer_is_picked_out_of_what_is_typed_meanwhile() {
        let dark = Heard::Background(Background::Dark);
        let light = Heard::Background(Background::Light);
        assert_eq!(heard(keys("\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\")), [dark]);
        assert_eq!(heard(keys("\x1b]11;rgb:ff/FF/f\x07")), std::slice::from_ref(&light));
        let typed = |text| keys(text).into_iter().map(Heard::Event).collect::<Vec<_>>();
        let mixed = heard(keys("ab\x1b]11;rgb:ffff/ffff/ffff\x1b\\c"));
        assert_eq!(mixed, [typed("ab"), vec![light], typed("c")].concat());
    }

    #[test]
    fn what_is_no_answer_is_what_it_was() {
        passes("hello]11;rgb:0/0/0");
        passes("\x1b]x");
        passes("\x1b]11;rgb:0/0\x07");
        passes("\x1b]11;rgb:0000/0000/00000\x07");
        passes("\x1b]11;rgb:é");
        passes("\x1b]1é");
        passes("\x1b]11\x1bx\x1b]11;rgb:zz/00/00\x1b\\");
    }

    #[test]
    fn an_answer_cut_behind_its_first_byte_is_an_answer() {
        let escape = Event::Key(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
        let events = [escape.clone()].into_iter().chain(keys("]11;rgb:0/0/0\x07"));
        assert_eq!(heard(events), [Heard::Event(escape), Heard::Background(Background::Dark)]);
    }

    #[test]
    fn one_question_has_one_answer_and_not_for_ever() {
        let (mut listener, now) = (Listener::default(), Instant::now());
        let begin = || keys("\x1b]").remove(0);
        assert_eq!(listener.hear(begin(), now), [Heard::Event(begin())]);
        listener.expect(now);
        for event in keys("\x1b]11;rgb:0/0/0\x07") {
            listener.hear(event, now);
        }
        assert!(!listener.is_expecting());
        listener.expect(now);
        let later = now + ANSWER_TIMEOUT * 2;
        assert_eq!(listener.hear(begin(), later), [Heard::Event(begin())]);
    }

    #[test]
    fn terminals_that_would_show_the_question_are_not_asked() {
        assert!(
            ["xterm-256color", "tmux-256color", "screen-256color"].map(may_be_asked) == [true; 3]
        );
        assert!(["", "dumb", "linux", "screen", "screen.xterm"].map(may_be_asked) == [false; 5]);
    }
}
