//! The client as a pure machine: inputs in, effects out.
//!
//! No clock, no randomness of its own, no socket, no terminal: time and a seed are given, and
//! what must happen outside is returned as data. `update` only routes; each part owns its state.

pub mod action;
pub mod chat;
pub mod completion;
pub mod connection;
pub mod draft;
pub mod effect;
pub mod entry;
pub mod feed;
pub mod geometry;
pub mod input;
pub mod keepsake;
pub mod languages;
pub mod notices;
pub mod outbox;
pub mod overlay;
pub mod page;
pub mod palette;
pub mod places;
pub mod prose;
pub mod random;
pub mod roster;
pub mod sight;
pub mod spans;
pub mod timeline;
pub mod welcome;

use jiff::tz::TimeZone;
use pail_protocol::Timestamp;

pub use action::{Action, Compose, Context, Edit, Go, OnMessage, Open};
pub use chat::Chat;
pub use effect::{Call, Effect, Entry, Generation};
pub use input::{Answer, Entered, Input, NetEvent, Refusal, Size};
use random::Random;
use welcome::{Suggestions, Way, Welcome};

use crate::text::SafeText;

/// What is shown.
#[derive(Debug)]
pub enum Screen {
    /// The ways in.
    Welcome(Welcome),
    /// The chat.
    Chat(Box<Chat>),
}

/// What every part may need to know of the world around it.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The last time that was told.
    pub now: Timestamp,
    /// The terminal's size.
    pub size: Size,
    /// Whether the terminal has the focus; assumed until it says otherwise.
    pub is_focused: bool,
    /// Where the reader is.
    pub zone: TimeZone,
}

/// Everything there is to know.
#[derive(Debug)]
pub struct State {
    /// The world around.
    pub around: Surroundings,
    /// What is shown.
    pub screen: Screen,
    /// How far the help is scrolled down, in rows, while it is open.
    pub help: Option<usize>,
    random: Random,
}

impl State {
    /// Begins with the ways in.
    #[must_use]
    pub fn new(welcome: Welcome, size: Size, zone: TimeZone, seed: u128) -> Self {
        let now = Timestamp::default();
        let around = Surroundings { now, size, is_focused: true, zone };
        Self { around, screen: Screen::Welcome(welcome), help: None, random: Random::new(seed) }
    }

    /// Takes in what happened; returns what must happen.
    #[must_use]
    pub fn update(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Time(now) => self.around.now = now,
            Input::Resized(size) => self.around.size = size,
            Input::Focus(is_focused) => self.around.is_focused = is_focused,
            Input::Do(action) => return self.perform(action),
            Input::Typed(character) => return self.type_text(character.encode_utf8(&mut [0; 4])),
            Input::Pasted(text) => return self.type_text(&text),
            Input::Entered(entered) => return self.entered(entered),
            Input::Net(generation, event) => return self.net(generation, event),
            Input::Warned(warning) => {
                return self.with_chat(|chat, _, _| chat.warned(warning));
            }
            Input::Answered(generation, call, result) => {
                let effects = self.with_chat(|chat, around, random| {
                    chat.answered(generation, &call, result, around, random)
                });
                return self.after_log_out(effects);
            }
        }
        self.with_chat(|chat, around, _| chat.surroundings_changed(around))
    }

    /// Where the keys go.
    #[must_use]
    pub fn context(&self) -> Context {
        if self.help.is_some() {
            return Context::Help;
        }
        match &self.screen {
            Screen::Welcome(welcome) => welcome.context(),
            Screen::Chat(chat) => chat.context(),
        }
    }

    /// When [`Input::Time`] is needed although nothing happens.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        match &self.screen {
            Screen::Welcome(_) => None,
            Screen::Chat(chat) => chat.next_wake(&self.around),
        }
    }

    fn perform(&mut self, action: Action) -> Vec<Effect> {
        if let Some(scrolled) = self.help.as_mut().filter(|_| action != Action::Quit) {
            match action {
                Action::Up => *scrolled = scrolled.saturating_sub(1),
                Action::Down => *scrolled += 1,
                Action::PageUp => *scrolled = scrolled.saturating_sub(10),
                Action::PageDown => *scrolled += 10,
                Action::Redraw => return vec![Effect::Redraw],
                _ => self.help = None,
            }
            return Vec::new();
        }
        match (action, &mut self.screen) {
            (Action::Open(Open::Help), _) => self.help = Some(0),
            (Action::Redraw, _) => return vec![Effect::Redraw],
            (_, Screen::Welcome(welcome)) => return welcome.perform(action),
            (_, Screen::Chat(_)) => return self.perform_in_chat(action),
        }
        Vec::new()
    }

    fn perform_in_chat(&mut self, action: Action) -> Vec<Effect> {
        let mut chosen = None;
        let mut effects = self.with_chat(|chat, around, random| {
            let effects = chat.perform(action, around, random);
            chosen = chat.chosen.take();
            effects
        });
        // Once: what is chosen chooses nothing by itself.
        if let Some(chosen) = chosen {
            effects.extend(self.perform(chosen));
        }
        self.after_log_out(effects)
    }

    fn type_text(&mut self, text: &str) -> Vec<Effect> {
        if self.help.take().is_some() {
            return Vec::new();
        }
        match &mut self.screen {
            Screen::Welcome(welcome) => {
                welcome.type_text(text);
                Vec::new()
            }
            Screen::Chat(chat) => chat.type_text(text, &self.around),
        }
    }

    fn entered(&mut self, entered: Result<Entered, SafeText>) -> Vec<Effect> {
        match (entered, &mut self.screen) {
            (Ok(entered), _) => {
                let (chat, effects) = Chat::open(entered, &self.around);
                self.screen = Screen::Chat(Box::new(chat));
                effects
            }
            (Err(why), Screen::Welcome(welcome)) => {
                welcome.refused(why);
                Vec::new()
            }
            (Err(_), Screen::Chat(_)) => Vec::new(),
        }
    }

    fn net(&mut self, generation: Generation, event: NetEvent) -> Vec<Effect> {
        let effects =
            self.with_chat(|chat, around, random| chat.net(generation, event, around, random));
        self.after_log_out(effects)
    }

    /// Once the login is gone there is no chat to show.
    fn after_log_out(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        if let Screen::Chat(chat) = &self.screen
            && let Some(why) = chat.logged_out()
        {
            let suggestions = Suggestions {
                name: chat.me().name.as_str().to_owned(),
                server: chat.me().server.as_str().to_owned(),
                username: chat.me().username.as_str().to_owned(),
                ..Suggestions::default()
            };
            let mut welcome = Welcome::chooser(suggestions, Some(why.as_str()));
            welcome.mark(Way::LogIn);
            self.screen = Screen::Welcome(welcome);
        }
        effects
    }

    fn with_chat(
        &mut self,
        change: impl FnOnce(&mut Chat, &Surroundings, &mut Random) -> Vec<Effect>,
    ) -> Vec<Effect> {
        match &mut self.screen {
            Screen::Chat(chat) => change(chat, &self.around, &mut self.random),
            Screen::Welcome(_) => Vec::new(),
        }
    }
}
