//! The client as a pure machine: inputs in, effects out.
//!
//! No clock, no randomness of its own, no socket, no terminal: time and a seed are given, and
//! what must happen outside is returned as data. `update` only routes; each part owns its state.

pub mod accounts;
pub mod action;
pub mod boxes;
pub mod cached;
pub mod chat;
pub mod clock;
pub mod completion;
pub mod connection;
pub mod digest;
pub mod draft;
pub mod drafts;
pub mod effect;
pub mod entry;
pub mod export;
pub mod feed;
mod frame;
pub mod geometry;
pub mod help;
pub mod input;
pub mod intent;
pub mod keepsake;
pub mod keytable;
pub mod languages;
pub mod layouts;
pub mod lines;
pub mod modal;
pub mod nearby;
pub mod notices;
pub mod outbox;
pub mod overlay;
pub mod page;
pub mod palette;
pub mod panel;
pub mod pasted;
pub mod paths;
pub mod permalink;
pub mod pictures;
pub mod places;
pub mod pointer;
pub mod prose;
pub mod quiet;
pub mod random;
pub mod roster;
pub mod search;
pub mod settings;
pub mod sheet;
pub mod sidebar;
pub mod sight;
pub mod slash;
pub mod spans;
pub mod statuses;
pub mod substitution;
mod surroundings;
pub mod thread;
pub mod threads;
pub mod timeline;
pub mod typing;
pub mod uploads;
pub mod viewer;
pub mod vim;
pub mod welcome;
pub mod word_diff;

use jiff::tz::TimeZone;
use pail_protocol::{MessageId, Timestamp};

pub use accounts::{AccountKey, Accounts};
pub use action::{Action, Compose, Context, Edit, Go, OnMember, OnMessage, Open};
pub use chat::Chat;
pub use effect::{Call, Effect, Entry, Generation, Outgoing};
use help::Help;
pub use input::{Answer, Configuration, Entered, Input, Me, NetEvent, News, Refusal, Size};
use pointer::Pointer;
use quiet::Quiet;
use random::Random;
use sheet::Sheet;
use sidebar::Sidebar;
pub use surroundings::Surroundings;
use welcome::{Suggestions, Way, Welcome};

use crate::text::SafeText;

/// What is shown.
#[derive(Debug)]
pub enum Screen<'a> {
    /// The ways in.
    Welcome(&'a Welcome),
    /// The chat of the account in front.
    Chat(&'a Chat),
}

/// What a chat asks of what is around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// What a key does, chosen from a list.
    Do(Action),
    /// The ways in, for one more account.
    AddAccount,
    /// Another account.
    Account(AccountKey),
    /// A message of another account.
    Message(AccountKey, MessageId),
    /// Nothing disturbs, or what is to does again.
    Quiet(Quiet),
}

/// The line that goes back, where there are no keys.
const CANCEL_LINE: &str = "/cancel";

/// Everything there is to know.
#[derive(Debug)]
pub struct State {
    /// The world around.
    pub around: Surroundings,
    /// The accounts that are open.
    pub accounts: Accounts,
    /// What is wanted of the sidebar.
    pub sidebar: Sidebar,
    /// The last press, for telling double ones.
    pressed: Option<(Timestamp, Pointer)>,
    /// The ways in.
    welcome: Welcome,
    /// Whether the ways in are shown although there is a chat.
    is_welcoming: bool,
    /// The help, while it is open.
    pub help: Option<Help>,
    /// The settings, while they are open.
    pub sheet: Option<Sheet>,
    /// What vim's commands refer to.
    vim: vim::Memory,
    random: Random,
}

impl State {
    /// Begins with the ways in.
    #[must_use]
    pub fn new(welcome: Welcome, size: Size, zone: TimeZone, seed: u128) -> Self {
        let around = Surroundings::new(size, zone);
        let (accounts, random) = (Accounts::default(), Random::new(seed));
        let (sidebar, pressed) = (Sidebar::default(), None);
        Self {
            around,
            accounts,
            sidebar,
            pressed,
            welcome,
            is_welcoming: true,
            help: None,
            sheet: None,
            vim: vim::Memory::default(),
            random,
        }
    }

    /// What is shown.
    #[must_use]
    pub fn screen(&self) -> Screen<'_> {
        match self.accounts.chat() {
            Some(chat) if !self.is_welcoming => Screen::Chat(chat),
            _ => Screen::Welcome(&self.welcome),
        }
    }

    /// Takes in what happened; returns what must happen.
    #[must_use]
    pub fn update(&mut self, input: Input) -> Vec<Outgoing> {
        let mut out = self.take_in(input);
        if self.arrange() {
            out.extend(self.tell_all());
        }
        if out.iter().any(|outgoing| outgoing.effect == Effect::Quit) {
            // Leaving comes last.
            out.splice(0..0, self.tell_each(|chat, _| chat.leave()));
        }
        out
    }

    fn take_in(&mut self, input: Input) -> Vec<Outgoing> {
        match input {
            Input::Time(now) => self.around.now = now,
            Input::Resized(size) => self.around.size = size,
            Input::Focus(is_focused) => self.around.is_focused = is_focused,
            Input::Canvas(canvas) => self.around.canvas = canvas,
            Input::Sequence(keys) => self.around.sequence = keys,
            Input::Configured(chosen) => {
                self.around.chosen = *chosen;
                self.around.is_normal = false;
            }
            Input::Pointed(pointer) => return self.pointed(pointer),
            Input::Do(action) => {
                self.around.sequence = SafeText::default();
                return self.perform(action);
            }
            Input::Command(command) => {
                self.around.sequence = SafeText::default();
                return self.perform_command(command);
            }
            // A letter that means nothing in normal mode is no text.
            Input::Typed(_) if self.context() == Context::Normal => {
                self.around.sequence = SafeText::default();
                return Vec::new();
            }
            Input::Typed(character) => {
                self.around.sequence = SafeText::default();
                return self.take_text(character.encode_utf8(&mut [0; 4]), Chat::type_text);
            }
            Input::Pasted(text) => return self.take_text(&text, Chat::paste),
            Input::Line(line) => return self.take_line(&line),
            Input::Entered(entered) => return self.entered(entered),
            Input::Account(account, news) => return self.news(account, news),
        }
        self.tell_all()
    }

    /// Where the keys go.
    #[must_use]
    pub fn context(&self) -> Context {
        if let Some(help) = &self.help {
            return help.context();
        }
        if let Some(sheet) = &self.sheet {
            return sheet.context();
        }
        match self.screen() {
            Screen::Chat(chat) if self.sidebar.has_keys() && chat.overlay().is_none() => {
                match self.sidebar.filter() {
                    Some(_) => Context::Filter,
                    None => Context::Sidebar,
                }
            }
            Screen::Welcome(welcome) => welcome.context(),
            Screen::Chat(chat) if self.around.is_normal => modal::normal(chat.context()),
            Screen::Chat(chat) => chat.context(),
        }
    }

    /// When [`Input::Time`] is needed although nothing happens.
    #[must_use]
    pub fn next_wake(&self) -> Option<Timestamp> {
        let accounts = self.accounts.iter();
        accounts
            .filter_map(|(key, chat)| chat.next_wake(&self.around, self.shown() == Some(key)))
            .min()
    }

    fn perform(&mut self, action: Action) -> Vec<Outgoing> {
        if let Some(help) = self.help.as_mut().filter(|_| action != Action::Quit) {
            match action {
                Action::Redraw => return alone(Effect::Redraw),
                Action::Suspend => return alone(Effect::Suspend),
                _ => {}
            }
            let end = help.end(&self.around.chosen.keys, self.around.size.rows);
            if !help.perform(action, end) {
                self.help = None;
            }
            return Vec::new();
        }
        match action {
            Action::Open(Open::Settings) => self.sheet = Some(Sheet::default()),
            Action::Open(Open::Help) => self.help = Some(Help::default()),
            Action::Redraw => return alone(Effect::Redraw),
            Action::Suspend => return alone(Effect::Suspend),
            _ if self.sheet.is_some() => return self.perform_in_sheet(action),
            Action::Modal(modal) => return self.perform_modal(modal),
            Action::Cancel if self.leaves_insert() => return self.leave_insert(),
            _ => match self.shown() {
                Some(front) => {
                    // What was sent is followed by what is written next.
                    self.around.is_normal &= action != Action::Submit;
                    let done = self.perform_in_frame(action);
                    return done.unwrap_or_else(|| self.perform_in_chat(front, action));
                }
                None => return self.perform_in_welcome(action),
            },
        }
        Vec::new()
    }

    /// Leaving the ways in leads back to the chat, or out where there is none.
    fn perform_in_welcome(&mut self, action: Action) -> Vec<Outgoing> {
        match (action, self.welcome.context()) {
            (Action::Cancel, Context::Chooser) if self.accounts.front().is_none() => {
                alone(Effect::Quit)
            }
            (Action::Cancel, Context::Chooser) => {
                self.is_welcoming = false;
                self.tell_all()
            }
            _ => self.welcome.perform(action).into_iter().flat_map(alone).collect(),
        }
    }

    fn perform_in_chat(&mut self, front: AccountKey, action: Action) -> Vec<Outgoing> {
        let mut out = self.with(front, |chat, around, random| chat.perform(action, around, random));
        out.extend(self.grant_wish(front));
        out
    }

    fn take_text(
        &mut self,
        text: &str,
        take: fn(&mut Chat, &str, &Surroundings) -> Vec<Effect>,
    ) -> Vec<Outgoing> {
        if let Some(help) = &mut self.help {
            help.type_text(text);
            return Vec::new();
        }
        if let Some(sheet) = &mut self.sheet {
            sheet.type_text(text);
            return Vec::new();
        }
        match self.shown() {
            Some(_) if self.sidebar.has_keys() && self.type_in_sidebar(text) => Vec::new(),
            Some(front) => self.with(front, |chat, around, _| take(chat, text, around)),
            None => {
                self.welcome.type_text(text);
                Vec::new()
            }
        }
    }

    fn take_line(&mut self, line: &str) -> Vec<Outgoing> {
        // What lies over the chat has been told, and takes no lines.
        (self.help, self.sheet) = (None, None);
        let Some(front) = self.shown() else { return Vec::new() };
        if line == CANCEL_LINE {
            return self.perform(Action::Cancel);
        }
        let aside = self.accounts.get_mut(front).and_then(Chat::lay_draft_aside);
        let mut out = self.with(front, |chat, around, _| chat.type_line(line, around));
        out.extend(self.perform(Action::Submit));
        if let Some((chat, aside)) = self.accounts.get_mut(front).zip(aside) {
            chat.take_draft_up(aside);
        }
        out
    }

    /// Whether a message waits for the server, or for its answer.
    #[must_use]
    pub fn is_anything_unsent(&self) -> bool {
        self.accounts.iter().any(|(_, chat)| chat.has_unsent())
    }

    fn add_account(&mut self) -> Vec<Outgoing> {
        let name = self.accounts.chat().map(|chat| chat.me().name.as_str().to_owned());
        let suggestions = Suggestions { name: name.unwrap_or_default(), ..Suggestions::default() };
        self.welcome_again(Welcome::chooser(suggestions, None));
        self.tell_all()
    }

    fn welcome_again(&mut self, welcome: Welcome) {
        (self.welcome, self.is_welcoming) = (welcome, true);
    }

    fn entered(&mut self, entered: Result<Entered, SafeText>) -> Vec<Outgoing> {
        match entered {
            Ok(entered) => self.open(entered),
            Err(why) => {
                self.welcome.refused(why);
                Vec::new()
            }
        }
    }

    fn open(&mut self, entered: Entered) -> Vec<Outgoing> {
        let (key, is_background) = (entered.account, entered.is_background);
        let effects = match self.accounts.get_mut(key) {
            Some(chat) => chat.entered_again(),
            None => {
                let (chat, effects) = Chat::open(entered, &self.around);
                self.accounts.add(key, chat);
                effects
            }
        };
        let mut out: Vec<_> = effects.into_iter().map(|effect| of(key, effect)).collect();
        if !is_background {
            self.is_welcoming = false;
            out.extend(self.bring_forward(key));
        }
        out
    }

    fn bring_forward(&mut self, key: AccountKey) -> Vec<Outgoing> {
        self.accounts.bring_forward(key);
        let mut out = self.tell_all();
        out.push(of(key, Effect::CameForward));
        out
    }

    fn news(&mut self, account: AccountKey, news: News) -> Vec<Outgoing> {
        self.with(account, |chat, around, random| match news {
            News::Net(generation, event) => chat.net(generation, event, around, random),
            News::Warned(warning) => chat.warned(warning),
            News::Said(sentence) => chat.said(&sentence, around),
            News::Answered(generation, call, result) => {
                chat.answered(generation, &call, result, around, random)
            }
            News::Upload(id, stage) => chat.uploaded(id, stage, around),
            News::Saved(id, result) => chat.saved(id, result, around),
            News::Piped(id, result) => chat.piped(id, result, around),
            News::Edited(result) => chat.edited(result, around),
            News::FilesFound(paths) => chat.files_found(paths, around),
            News::Picture(id, result) => chat.pictured(id, result, around),
            News::Local(found) => chat.found_here(found, around),
        })
    }

    /// Once the login is gone there is no chat to show.
    fn close_if_over(&mut self, account: AccountKey) {
        let Some(why) = self.accounts.get(account).and_then(Chat::logged_out).cloned() else {
            return;
        };
        let was_front = self.accounts.front() == Some(account);
        let Some(chat) = self.accounts.remove(account) else { return };
        let me = chat.me();
        match self.accounts.front().and_then(|front| self.accounts.get_mut(front)) {
            Some(other) if !was_front => {
                let sentence = format!("{} on {}: {why}", me.username, me.host());
                other.warned(SafeText::line(&sentence));
            }
            // Whoever is on the way in already is not interrupted.
            _ if self.is_welcoming => self.welcome.message = Some(why),
            _ => self.welcome_again(welcome_back(me, &why)),
        }
    }

    /// The account whose chat is shown.
    fn shown(&self) -> Option<AccountKey> {
        self.accounts.front().filter(|_| !self.is_welcoming)
    }

    /// What is around has changed, or who is in front.
    fn tell_all(&mut self) -> Vec<Outgoing> {
        self.tell_each(Chat::surroundings_changed)
    }

    fn tell_each(
        &mut self,
        tell: impl Fn(&mut Chat, &Surroundings) -> Vec<Effect>,
    ) -> Vec<Outgoing> {
        let keys = self.accounts.keys().into_iter();
        keys.flat_map(|key| self.with(key, |chat, around, _| tell(chat, around))).collect()
    }

    /// Changes one account; what comes of it is in its name.
    fn with(
        &mut self,
        account: AccountKey,
        change: impl FnOnce(&mut Chat, &Surroundings, &mut Random) -> Vec<Effect>,
    ) -> Vec<Outgoing> {
        let is_focused = self.around.is_focused;
        self.around.is_focused = is_focused && self.shown() == Some(account);
        let chat = self.accounts.get_mut(account);
        let effects = chat.map(|chat| change(chat, &self.around, &mut self.random));
        self.around.is_focused = is_focused;
        self.close_if_over(account);
        effects.unwrap_or_default().into_iter().map(|effect| of(account, effect)).collect()
    }
}

/// The way back into an account whose login is gone.
fn welcome_back(me: &Me, why: &SafeText) -> Welcome {
    let suggestions = Suggestions {
        name: me.name.as_str().to_owned(),
        server: me.server.as_str().to_owned(),
        username: me.username.as_str().to_owned(),
        ..Suggestions::default()
    };
    let mut welcome = Welcome::chooser(suggestions, Some(why.as_str()));
    welcome.mark(Way::LogIn);
    welcome
}

fn of(account: AccountKey, effect: Effect) -> Outgoing {
    Outgoing { account: Some(account), effect }
}

fn alone(effect: Effect) -> Vec<Outgoing> {
    vec![Outgoing { account: None, effect }]
}
