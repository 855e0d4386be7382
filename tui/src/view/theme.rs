//! Colours and weights: the terminal's own foreground and background, and its named colours.

use pail_protocol::UserId;
use ratatui::style::{Color, Modifier, Style};

use crate::text::highlight::Tint;
use crate::text::markup::{Role, Stress};

/// How things look. Without colours, weights still tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    has_colours: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self { has_colours: true }
    }
}

/// Readable on light and on dark; red is for what went wrong, yellow for what is new.
const AUTHORS: [Color; 4] = [Color::Cyan, Color::Green, Color::Magenta, Color::Blue];

impl Theme {
    /// Without colours, as `NO_COLOR` asks for.
    #[must_use]
    pub fn without_colours() -> Self {
        Self { has_colours: false }
    }

    fn fg(self, colour: Color) -> Style {
        if self.has_colours { Style::new().fg(colour) } else { Style::new() }
    }

    /// Plain text.
    #[must_use]
    pub fn text(self) -> Style {
        Style::new()
    }

    /// What matters.
    #[must_use]
    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What may be overlooked.
    #[must_use]
    pub fn faint(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// What is marked.
    #[must_use]
    pub fn marked(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// What went wrong.
    #[must_use]
    pub fn error(self) -> Style {
        self.fg(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// What is well.
    #[must_use]
    pub fn good(self) -> Style {
        self.fg(Color::Green)
    }

    /// What is under way.
    #[must_use]
    pub fn pending(self) -> Style {
        self.fg(Color::Yellow)
    }

    /// What is new.
    #[must_use]
    pub fn fresh(self) -> Style {
        self.fg(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// What calls for attention without alarm: titles, keys.
    #[must_use]
    pub fn accent(self) -> Style {
        self.fg(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// A span of what a message says.
    #[must_use]
    pub fn span(self, role: Role, stress: Stress) -> Style {
        let style = match role {
            Role::Plain | Role::Code => Style::new(),
            Role::InlineCode => self.fg(Color::Magenta),
            Role::Link => self.fg(Color::Cyan).add_modifier(Modifier::UNDERLINED),
            Role::Mention | Role::Number => self.accent(),
            Role::Channel => self.fg(Color::Cyan),
            Role::Mark => self.faint(),
        };
        let stressed = [
            (stress.is_strong, Modifier::BOLD),
            (stress.is_emphasised, Modifier::ITALIC),
            (stress.is_struck, Modifier::CROSSED_OUT),
        ];
        let modifiers = stressed.into_iter().filter(|(is, _)| *is).map(|(_, modifier)| modifier);
        style.add_modifier(modifiers.collect())
    }

    /// A stretch of code.
    #[must_use]
    pub fn tint(self, tint: Tint) -> Style {
        match tint {
            Tint::Comment => self.faint(),
            Tint::Keyword if self.has_colours => self.fg(Color::Magenta),
            Tint::Keyword => self.strong(),
            Tint::String | Tint::Inserted => self.fg(Color::Green),
            Tint::Constant | Tint::Type => self.fg(Color::Cyan),
            Tint::Function => self.fg(Color::Blue),
            Tint::Deleted => self.fg(Color::Red),
        }
    }

    /// An author's own colour. It follows the account, not the name they chose.
    #[must_use]
    pub fn author(self, user: UserId) -> Style {
        let colour = AUTHORS[user.0.rem_euclid(AUTHORS.len() as i64) as usize];
        self.fg(colour).add_modifier(Modifier::BOLD)
    }
}
