//! How the state looks: a pure function from state to cells.
//!
//! The cache holds nothing that cannot be computed again. Text of others arrives here as
//! [`SafeText`](crate::text::SafeText) and in no other way; styles are the terminal's own colours.

mod areas;
mod completion;
mod composer;
mod digest;
mod help;
mod highlights;
mod inbox;
mod item;
mod links;
mod overlay;
mod paint;
mod palette;
mod panel;
pub mod pictures;
mod plain;
mod rail;
mod search;
mod sheet;
mod sidebar;
mod status;
pub mod theme;
mod thread;
mod timeline;
mod viewer;
mod welcome;

use std::rc::Rc;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::state::chat::Chat;
use crate::state::{Context, Screen, State};
use crate::text::wrap::wrap;
use areas::Areas;
use paint::{own, row, row_of};

pub use highlights::Highlights;
pub use links::Links;
pub use pictures::Pictures;
pub use plain::Transcript;
pub use theme::Theme;

/// What a drawing may keep for the next one.
#[derive(Debug, Default)]
pub struct Cache {
    /// The colours.
    pub theme: Theme,
    /// What is what in blocks of code.
    pub highlights: Highlights,
    /// Pictures.
    pub pictures: Rc<Pictures>,
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
    /// Cells that stay where they are, so that text from right to left must be put into its visual
    /// order for it.
    pub stays: bool,
}

impl Default for Abilities {
    fn default() -> Self {
        Self { links: true, stays: true }
    }
}

/// Draws everything.
pub fn draw(state: &State, cache: &mut Cache, frame: &mut Frame<'_>) {
    let look = &state.around.chosen.settings.look;
    cache.theme.orders_names = look.bidi.is_on(cache.abilities.stays);
    let theme = cache.theme;
    cache.links.begin(look.links.is_on(cache.abilities.links));
    cache.pictures.begin(state.accounts.front().unwrap_or_default());
    match state.screen() {
        _ if !state.fits() => return draw_too_small(theme, frame),
        Screen::Welcome(welcome) => {
            welcome::draw(welcome, state.accounts.front().is_some(), theme, frame);
        }
        Screen::Chat(chat) => draw_chat(state, chat, cache, frame),
    }
    let chosen = &state.around.chosen;
    if let Some(sheet) = &state.sheet
        && let Some(caret) = sheet::draw(sheet, &chosen.settings, theme, frame)
    {
        frame.set_cursor_position(caret);
    }
    if let Some(help) = &state.help
        && let Some(caret) = help::draw(help, &chosen.keys, theme, frame)
    {
        frame.set_cursor_position(caret);
    }
}

fn draw_too_small(theme: Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let words = wrap("Make the window larger.", usize::from(area.width));
    for (down, range) in words.into_iter().enumerate() {
        let words = own(&"Make the window larger."[range], theme.text());
        row(frame.buffer_mut(), row_of(area, down), &[words]);
    }
}

fn draw_chat(state: &State, chat: &Chat, cache: &Cache, frame: &mut Frame<'_>) {
    let theme = cache.theme;
    let (around, areas) = (&state.around, Areas::of(state, chat, frame.area()));
    let buffer = frame.buffer_mut();
    rail::draw(state, theme, buffer, areas.rail);
    sidebar::draw(state, theme, buffer, areas.sidebar);
    let is_alone = areas.sidebar.is_empty();
    status::draw_title(state, chat, is_alone, theme, buffer, areas.title);
    timeline::draw(chat, around, cache, buffer, areas.timeline);
    let place = chat.current_conversation();
    let in_chat = composer::draw(chat, place, theme, buffer, areas.composer);
    let in_panel = chat.panel().and_then(|panel| {
        let is_beside = !areas.timeline.is_empty();
        panel::draw(panel, is_beside, chat, around, cache, buffer, areas.panel)
    });
    let above = match in_panel.and_then(|_| chat.thread_geometry(around)) {
        Some(thread) => Rect { height: 1 + thread.timeline_rows, ..areas.panel },
        None => areas.timeline,
    };
    let caret = in_panel.or(in_chat);
    if let Some((popup, caret)) = chat.completion().popup().zip(caret) {
        completion::draw(popup, caret, theme, buffer, above);
    }
    status::draw(chat, state.context(), around, theme, buffer, areas.status);
    let writes =
        matches!(state.context(), Context::Chat | Context::EmptyDraft | Context::Completion);
    let caret = match chat.overlay() {
        Some(overlay) => overlay::draw(overlay, chat, around, cache, frame),
        None => caret.filter(|_| writes),
    };
    if let Some(caret) = caret {
        frame.set_cursor_position(caret);
    }
}
