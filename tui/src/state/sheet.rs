//! The settings while they are open: which one is marked, and what is typed for it.
//!
//! A choice is in force at once; that it is written down is an effect.

use super::action::{Action, Context, Edit};
use super::draft::Draft;
use super::effect::Effect;
use super::settings::{Kind, Origin, Setting, Settings, TABLE, Value};
use super::{Outgoing, State, alone};
use crate::text::SafeText;

/// Items between the commas of a list that is typed.
const SEPARATOR: char = ',';

/// The settings, open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    marked: usize,
    /// What is typed for the marked one.
    pub draft: Option<Draft>,
    /// Why the last choice would not do, or does nothing yet.
    pub message: Option<SafeText>,
}

/// What comes of a key.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing outside.
    Stays,
    /// Something was chosen.
    Chooses(Box<Effect>),
    /// The settings are put away.
    Closes,
}

impl Sheet {
    /// Where the keys go.
    #[must_use]
    pub fn context(&self) -> Context {
        if self.draft.is_some() { Context::Prompt } else { Context::Settings }
    }

    /// The marked setting's place in the table.
    #[must_use]
    pub fn marked(&self) -> usize {
        self.marked
    }

    /// A key.
    pub fn perform(&mut self, action: Action, settings: &mut Settings) -> Outcome {
        let kind = self.setting().kind;
        match (action, &mut self.draft) {
            (Action::Cancel, Some(_)) => self.draft = None,
            (Action::Submit, Some(draft)) => {
                let value = read(draft.text(), kind);
                return self.choose(value, settings);
            }
            (Action::Edit(edit), Some(draft)) => draft.edit(edit),
            (_, Some(_)) => {}
            (Action::Cancel | Action::Quit, None) => return Outcome::Closes,
            (Action::Up, None) => self.mark(-1),
            (Action::Down, None) => self.mark(1),
            (Action::PageUp, None) => self.mark(-8),
            (Action::PageDown, None) => self.mark(8),
            (Action::Edit(Edit::Left), None) => return self.step(-1, settings),
            (Action::Edit(Edit::Right), None) => return self.step(1, settings),
            (Action::Submit, None) => return self.submit(settings),
            _ => {}
        }
        Outcome::Stays
    }

    /// Text, typed or pasted.
    pub fn type_text(&mut self, text: &str) {
        if let Some(draft) = &mut self.draft {
            draft.insert_line(text);
            self.message = None;
        }
    }

    fn setting(&self) -> &'static Setting {
        &TABLE[self.marked.min(TABLE.len() - 1)]
    }

    fn mark(&mut self, by: isize) {
        let last = TABLE.len() - 1;
        self.marked = self.marked.saturating_add_signed(by).min(last);
        self.message = None;
    }

    /// What can be gone through is; for the rest there is a line to type in.
    fn submit(&mut self, settings: &mut Settings) -> Outcome {
        match self.setting().kind {
            Kind::Switch | Kind::OneOf(_) => self.step(1, settings),
            _ => {
                let text = written((self.setting().get)(settings));
                self.draft = Some(Draft::from(text.as_str()));
                Outcome::Stays
            }
        }
    }

    fn step(&mut self, by: i64, settings: &mut Settings) -> Outcome {
        let setting = self.setting();
        let value = match ((setting.get)(settings), setting.kind) {
            (Value::Switch(is_on), _) => Value::Switch(!is_on),
            (Value::Number(number), Kind::Number(from, to)) => {
                Value::Number((number + by).clamp(from, to))
            }
            (Value::Word(word), Kind::OneOf(words) | Kind::Named(words)) => {
                let at = words.iter().position(|known| *known == word).unwrap_or(0) as i64;
                let next = (at + by).rem_euclid(words.len() as i64) as usize;
                Value::Word(words[next].to_owned())
            }
            _ => return Outcome::Stays,
        };
        self.choose(value, settings)
    }

    fn choose(&mut self, value: Value, settings: &mut Settings) -> Outcome {
        let setting = self.setting();
        if let Err(sentence) = settings.choose(setting, &value, Origin::File) {
            self.message = Some(SafeText::line(&sentence));
            return Outcome::Stays;
        }
        self.draft = None;
        self.message = match settings.origin(setting) {
            Origin::File | Origin::Default => None,
            other => {
                let sentence = format!("Written down; until then the {} decides.", other.words());
                Some(SafeText::line(&sentence))
            }
        };
        let (section, key) = (setting.section, setting.key);
        Outcome::Chooses(Box::new(Effect::Choose { section, key, value }))
    }
}

impl State {
    pub(super) fn perform_in_sheet(&mut self, action: Action) -> Vec<Outgoing> {
        let Some(sheet) = &mut self.sheet else { return Vec::new() };
        match sheet.perform(action, &mut self.around.chosen.settings) {
            Outcome::Stays => Vec::new(),
            Outcome::Chooses(effect) => {
                let mut out = alone(*effect);
                out.extend(self.tell_all());
                out
            }
            Outcome::Closes => {
                self.sheet = None;
                Vec::new()
            }
        }
    }
}

/// A value as people type it.
#[must_use]
pub fn written(value: Value) -> String {
    match value {
        Value::Switch(is_on) => (if is_on { "on" } else { "off" }).to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Word(word) => word,
        Value::List(words) => words.join(", "),
    }
}

fn read(text: &str, kind: Kind) -> Value {
    let text = text.trim();
    match kind {
        Kind::Number(..) => match text.parse() {
            Ok(number) => Value::Number(number),
            Err(_) => Value::Word(text.to_owned()),
        },
        Kind::List => {
            let items = text.split(SEPARATOR).map(str::trim).filter(|item| !item.is_empty());
            Value::List(items.map(str::to_owned).collect())
        }
        _ => Value::Word(text.to_owned()),
    }
}
