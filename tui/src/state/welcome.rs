//! Before the chat: the choice of ways in, and their forms.

use super::action::{Action, Context, Edit};
use super::draft::Draft;
use super::effect::{Effect, Entry, Secret};
use crate::text::SafeText;

/// The ways in, as the chooser lists them.
pub const WAYS: [Way; 4] = [Way::Join, Way::Host, Way::LogIn, Way::Demo];

/// A way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the labels say it")]
pub enum Way {
    Join,
    Host,
    LogIn,
    Demo,
}

/// What is known already, to fill forms with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// What the person is called on this machine.
    pub name: String,
    /// A join line that was given.
    pub link: String,
    /// A server that was given.
    pub server: String,
    /// A username that was given.
    pub username: String,
}

/// The screens before the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// What is known already.
    pub suggestions: Suggestions,
    /// The marked way.
    pub marked: usize,
    /// The form that is open.
    pub form: Option<Form>,
    /// What to say above everything: why one is here.
    pub message: Option<SafeText>,
}

/// A few lines to be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Which way it belongs to.
    pub way: Way,
    /// What is asked.
    pub fields: Vec<Field>,
    /// Which field has the caret.
    pub focus: usize,
    /// Why it did not work.
    pub error: Option<SafeText>,
    /// Whether it is being tried.
    pub is_busy: bool,
}

/// A line to be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What is asked.
    pub label: &'static str,
    /// What was typed.
    pub draft: Draft,
    /// Whether only dots are shown.
    pub is_secret: bool,
}

impl Way {
    /// What the chooser calls it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Join => "Join with an invite",
            Self::Host => "Start a server here",
            Self::LogIn => "Log in to an account",
            Self::Demo => "Try the demo",
        }
    }

    /// What the chooser adds to it.
    #[must_use]
    pub fn detail(self) -> &'static str {
        match self {
            Self::Join => "somebody sent you a line like http://host:7245/join/CODE",
            Self::Host => "this machine keeps the messages, you invite the others",
            Self::LogIn => "you have a username and a password",
            Self::Demo => "a pretend team in memory, nothing is kept",
        }
    }
}

impl Form {
    fn new(way: Way, known: &Suggestions) -> Self {
        let field = |label, text: &str| Field { label, draft: text.into(), is_secret: false };
        let name = field("Your name", &known.name);
        let fields = match way {
            Way::Join => vec![field("Join line", &known.link), name],
            Way::Host => vec![name, field("Name of the team", "")],
            Way::LogIn => {
                let password =
                    Field { is_secret: true, ..field("Password (empty: the one saved here)", "") };
                vec![field("Server", &known.server), field("Username", &known.username), password]
            }
            Way::Demo => Vec::new(),
        };
        // The caret starts where something is missing.
        let focus = fields.iter().position(|field| field.draft.is_empty()).unwrap_or(0);
        let focus = if way == Way::Join && !known.link.is_empty() { 1 } else { focus };
        Self { way, fields, focus, error: None, is_busy: false }
    }

    fn text(&self, field: usize) -> String {
        self.fields.get(field).map(|field| field.draft.text().trim().to_owned()).unwrap_or_default()
    }

    fn entry(&self) -> Entry {
        match self.way {
            Way::Join => Entry::Join { link: self.text(0), name: self.text(1) },
            Way::Host => Entry::Host { name: self.text(0), team: self.text(1) },
            Way::LogIn => Entry::LogIn {
                server: self.text(0),
                username: self.text(1),
                password: Secret(self.fields[2].draft.text().to_owned()),
            },
            Way::Demo => Entry::Demo,
        }
    }

    /// The next field that must be filled and is not.
    fn missing(&self) -> Option<usize> {
        let optional = |at: usize| matches!((self.way, at), (Way::Host, 1) | (Way::LogIn, 2));
        (0..self.fields.len()).find(|at| self.text(*at).is_empty() && !optional(*at))
    }

    fn submit(&mut self) -> Vec<Effect> {
        if self.is_busy {
            return Vec::new();
        }
        let is_last = self.focus + 1 >= self.fields.len();
        match self.missing() {
            Some(at) => {
                if is_last || at <= self.focus {
                    let label = self.fields[at].label;
                    self.error = Some(SafeText::line(&format!("{label} is missing.")));
                }
                self.focus = at;
                Vec::new()
            }
            None if is_last => {
                (self.is_busy, self.error) = (true, None);
                vec![Effect::Enter(self.entry())]
            }
            None => {
                self.focus += 1;
                Vec::new()
            }
        }
    }

    fn edit(&mut self, edit: Edit) {
        if let Some(field) = self.fields.get_mut(self.focus).filter(|_| !self.is_busy) {
            field.draft.edit(edit);
        }
    }

    fn step(&mut self, step: isize) {
        let count = self.fields.len().max(1) as isize;
        self.focus = (self.focus as isize + step).rem_euclid(count) as usize;
    }
}

impl Welcome {
    /// The chooser.
    #[must_use]
    pub fn chooser(suggestions: Suggestions, message: Option<&str>) -> Self {
        Self { suggestions, marked: 0, form: None, message: message.map(SafeText::line) }
    }

    /// Marks a way in the chooser.
    pub fn mark(&mut self, way: Way) {
        self.marked = WAYS.iter().position(|candidate| *candidate == way).unwrap_or(0);
    }

    /// One form, without the chooser before it.
    #[must_use]
    pub fn form(way: Way, suggestions: Suggestions) -> Self {
        let form = Some(Form::new(way, &suggestions));
        Self { suggestions, marked: 0, form, message: None }
    }

    /// One form that is being tried already.
    #[must_use]
    pub fn entering(way: Way, suggestions: Suggestions) -> Self {
        let mut welcome = Self::form(way, suggestions);
        if let Some(form) = &mut welcome.form {
            form.is_busy = true;
        }
        welcome
    }

    /// Where the keys go.
    #[must_use]
    pub fn context(&self) -> Context {
        if self.form.is_some() { Context::Form } else { Context::Chooser }
    }

    /// Text for the field with the caret.
    pub fn type_text(&mut self, text: &str) {
        if let Some(form) = self.form.as_mut().filter(|form| !form.is_busy)
            && let Some(field) = form.fields.get_mut(form.focus)
        {
            field.draft.insert_line(text);
            form.error = None;
        }
    }

    /// A key.
    pub fn perform(&mut self, action: Action) -> Vec<Effect> {
        match (&mut self.form, action) {
            (_, Action::Quit) => return vec![Effect::Quit],
            (Some(form), Action::Submit) => return form.submit(),
            (None, Action::Submit) => return self.open_marked(),
            (Some(form), Action::NextField) => form.step(1),
            (Some(form), Action::PreviousField) => form.step(-1),
            (Some(form), Action::Edit(edit)) => form.edit(edit),
            (Some(_), Action::Cancel) => self.form = None,
            (None, Action::Up) => self.marked = (self.marked + WAYS.len() - 1) % WAYS.len(),
            (None, Action::Down) => self.marked = (self.marked + 1) % WAYS.len(),
            _ => {}
        }
        Vec::new()
    }

    /// It did not work.
    pub fn refused(&mut self, why: SafeText) {
        match &mut self.form {
            Some(form) if !form.fields.is_empty() => {
                (form.is_busy, form.error) = (false, Some(why));
            }
            _ => (self.form, self.message) = (None, Some(why)),
        }
    }

    fn open_marked(&mut self) -> Vec<Effect> {
        let mut form = Form::new(WAYS[self.marked], &self.suggestions);
        let effects = if form.fields.is_empty() { form.submit() } else { Vec::new() };
        (self.form, self.message) = (Some(form), None);
        effects
    }
}
