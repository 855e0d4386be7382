//! How things look: roles, each with a colour of a palette, on the terminal's own background.
//!
//! Weights tell roles apart as well, so that nothing depends on colours alone.

mod depth;
mod palette;

use pail_protocol::UserId;
use ratatui::style::{Color, Modifier, Style};

pub use depth::{Depth, depth};
pub use palette::{AUTHORS, BUILT_IN, Background, Palette, READABLE, contrast};

use crate::text::highlight::Tint;
use crate::text::markup::{Role, Stress};

/// How things look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    palette: Palette,
    depth: Depth,
    /// Whether names from right to left are put into their visual order.
    pub orders_names: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self::new(Palette::TERMINAL, Depth::Sixteen)
    }
}

impl Theme {
    /// A palette, in as many colours as there are.
    #[must_use]
    pub fn new(palette: Palette, depth: Depth) -> Self {
        Self { palette, depth, orders_names: false }
    }

    /// Without colours, as `NO_COLOR` asks for.
    #[must_use]
    pub fn without_colours() -> Self {
        Self { depth: Depth::None, ..Self::default() }
    }

    /// The nearest colour there is.
    pub(super) fn nearest(self, colour: Color) -> Color {
        self.depth.nearest(colour)
    }

    fn fg(self, colour: Color) -> Style {
        match self.depth.nearest(colour) {
            Color::Reset => Style::new(),
            colour => Style::new().fg(colour),
        }
    }

    /// Plain text.
    #[must_use]
    pub fn text(self) -> Style {
        self.fg(self.palette.text)
    }

    /// What matters.
    #[must_use]
    pub fn strong(self) -> Style {
        self.text().add_modifier(Modifier::BOLD)
    }

    /// What may be overlooked.
    #[must_use]
    pub fn faint(self) -> Style {
        match self.fg(self.palette.faint) {
            style if style == Style::new() => style.add_modifier(Modifier::DIM),
            style => style,
        }
    }

    /// What is marked.
    #[must_use]
    pub fn marked(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// What went wrong.
    #[must_use]
    pub fn error(self) -> Style {
        self.fg(self.palette.error).add_modifier(Modifier::BOLD)
    }

    /// What is well.
    #[must_use]
    pub fn good(self) -> Style {
        self.fg(self.palette.good)
    }

    /// What is under way.
    #[must_use]
    pub fn pending(self) -> Style {
        self.fg(self.palette.pending)
    }

    /// What is new.
    #[must_use]
    pub fn fresh(self) -> Style {
        self.fg(self.palette.fresh).add_modifier(Modifier::BOLD)
    }

    /// What calls for attention without alarm: titles, keys.
    #[must_use]
    pub fn accent(self) -> Style {
        self.fg(self.palette.accent).add_modifier(Modifier::BOLD)
    }

    /// A span of what a message says, over the style of the message.
    #[must_use]
    pub fn span(self, role: Role, stress: Stress) -> Style {
        let style = match role {
            Role::Plain | Role::Code => Style::new(),
            Role::InlineCode => self.fg(self.palette.code),
            Role::Link => self.fg(self.palette.link).add_modifier(Modifier::UNDERLINED),
            Role::Mention | Role::Number => self.accent(),
            Role::Channel => self.fg(self.palette.link),
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
            Tint::Keyword if self.depth == Depth::None => self.strong(),
            Tint::Keyword => self.fg(self.palette.keyword),
            Tint::String => self.fg(self.palette.string),
            Tint::Constant | Tint::Type => self.fg(self.palette.constant),
            Tint::Function => self.fg(self.palette.function),
            Tint::Inserted => self.fg(self.palette.good),
            Tint::Deleted => self.fg(self.palette.error),
        }
    }

    /// An author's own colour. It follows the account, not the name they chose.
    #[must_use]
    pub fn author(self, user: UserId) -> Style {
        let which = user.0.rem_euclid(AUTHORS as i64) as usize;
        self.fg(self.palette.authors[which]).add_modifier(Modifier::BOLD)
    }
}
