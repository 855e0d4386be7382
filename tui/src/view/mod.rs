//! How the state looks: a pure function from state to cells.
//!
//! The cache holds nothing that cannot be computed again. Text of others arrives here as
//! [`SafeText`](crate::text::SafeText) and in no other way; styles are the terminal's own colours.

mod completion;
mod composer;
mod help;
mod highlights;
mod item;
mod links;
mod overlay;
mod paint;
mod palette;
mod sidebar;
mod status;
mod theme;
mod timeline;
mod welcome;

use std::rc::Rc;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::state::chat::Chat;
use crate::state::{Screen, State};

pub use highlights::Highlights;
pub use links::Links;
pub use theme::Theme;

/// What a drawing may keep for the next one.
#[derive(Debug, Default)]
pub struct Cache {
    /// The colours.
    pub theme: Theme,
    /// What is what in blocks of code.
    pub highlights: Highlights,
    /// Where cells lead.
    pub links: Rc<Links>,
    /// What the terminal can do.
    pub abilities: Abilities,
}

/// What a terminal can do. Where it is not told, everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Links that can be clicked.
    pub links: bool,
}

impl Default for Abilities {
    fn default() -> Self {
        Self { links: true }
    }
}

/// Draws everything.
pub fn draw(state: &State, cache: &mut Cache, frame: &mut Frame<'_>) {
    let theme = cache.theme;
    let look = &state.around.chosen.settings.look;
    cache.links.begin(look.links.is_on(cache.abilities.links));
    match state.screen() {
        Screen::Welcome(welcome) => {
            welcome::draw(welcome, state.accounts.front().is_some(), theme, frame);
        }
        Screen::Chat(chat) => draw_chat(state, chat, cache, frame),
    }
    if let Some(help) = &state.help
        && let Some(caret) = help::draw(help, &state.around.chosen.keys, theme, frame)
    {
        frame.set_cursor_position(caret);
    }
}

fn draw_chat(state: &State, chat: &Chat, cache: &Cache, frame: &mut Frame<'_>) {
    let theme = cache.theme;
    let around = &state.around;
    let screen = frame.area();
    let geometry = chat.geometry(around);
    let [sidebar_columns, main_columns] = [geometry.sidebar_columns, geometry.main_columns];
    let above_status = screen.height.saturating_sub(1);
    let main = |y, height| Rect::new(sidebar_columns, y, main_columns, height).intersection(screen);
    let timeline_bottom = 1 + geometry.timeline_rows;
    let sidebar = Rect::new(0, 0, sidebar_columns, above_status).intersection(screen);
    sidebar::draw(&state.accounts, theme, frame.buffer_mut(), sidebar);
    status::draw_title(chat, sidebar_columns == 0, theme, frame.buffer_mut(), main(0, 1));
    timeline::draw(chat, around, cache, frame.buffer_mut(), main(1, geometry.timeline_rows));
    let composer = main(timeline_bottom, 1 + geometry.composer_rows);
    let caret = composer::draw(chat, theme, frame.buffer_mut(), composer);
    if let Some((popup, caret)) = chat.completion().popup().zip(caret) {
        let above = main(1, geometry.timeline_rows);
        completion::draw(popup, caret, theme, frame.buffer_mut(), above);
    }
    let status = Rect::new(0, above_status, screen.width, 1).intersection(screen);
    status::draw(chat, around, theme, frame.buffer_mut(), status);
    let caret = match chat.overlay() {
        Some(overlay) => overlay::draw(overlay, &around.chosen.keys, theme, frame),
        None if chat.selection().is_some() => None,
        None => caret,
    };
    if let Some(caret) = caret {
        frame.set_cursor_position(caret);
    }
}
