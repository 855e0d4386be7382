//! The screens before the chat: the choice of ways in, and their forms.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::overlay::line;
use super::paint::{foreign, own, row, row_of};
use super::theme::Theme;
use crate::state::draft::Draft;
use crate::state::welcome::{Field, Form, WAYS, Welcome};
use crate::text::SafeText;
use crate::text::wrap::wrap;

/// Columns the screens take when there is room.
const COLUMNS: u16 = 70;

/// Draws the screen. Whoever has a chat behind it can go back there.
pub(super) fn draw(welcome: &Welcome, has_chat: bool, theme: Theme, frame: &mut Frame<'_>) {
    let screen = frame.area();
    let width = COLUMNS.min(screen.width.saturating_sub(4));
    let x = (screen.width - width) / 2;
    let y = screen.height / 6;
    let area = Rect::new(x, y, width, screen.height.saturating_sub(y));
    let buffer = frame.buffer_mut();
    row(buffer, row_of(area, 0), &[own("Pail", theme.accent())]);
    row(buffer, row_of(area, 1), &[own("team chat that lives in the terminal", theme.faint())]);
    let below = Rect { y: area.y + 3, height: area.height.saturating_sub(3), ..area };
    let caret = match &welcome.form {
        Some(form) => draw_form(form, theme, buffer, below),
        None => draw_chooser(welcome, has_chat, theme, buffer, below),
    };
    if let Some(caret) = caret {
        frame.set_cursor_position(caret);
    }
}

fn draw_chooser(
    welcome: &Welcome,
    has_chat: bool,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let mut down = 0;
    if let Some(message) = &welcome.message {
        down = draw_sentence(message, theme, buffer, area, 0) + 1;
    }
    for (at, way) in WAYS.iter().enumerate() {
        let is_marked = at == welcome.marked;
        let (sign, style) = if is_marked { ("› ", theme.strong()) } else { ("  ", theme.text()) };
        row(buffer, row_of(area, down), &[own(sign, theme.accent()), own(way.label(), style)]);
        row(buffer, row_of(area, down + 1), &[own(format!("  {}", way.detail()), theme.faint())]);
        down += 3;
    }
    let escape = if has_chat { "back" } else { "quit" };
    let keys = format!("↑↓ choose   Enter go on   Esc {escape}   F1 help");
    row(buffer, row_of(area, down), &[own(keys, theme.faint())]);
    None
}

fn draw_form(form: &Form, theme: Theme, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    row(buffer, row_of(area, 0), &[own(form.way.label(), theme.strong())]);
    let mut caret = None;
    let mut down = 2;
    for (at, field) in form.fields.iter().enumerate() {
        let has_focus = at == form.focus;
        let style = if has_focus { theme.text() } else { theme.faint() };
        row(buffer, row_of(area, down), &[own(field.label, style)]);
        let at_field = draw_field(field, has_focus, theme, buffer, row_of(area, down + 1));
        caret = if has_focus { at_field } else { caret };
        down += 3;
    }
    if form.is_busy {
        row(buffer, row_of(area, down), &[own("One moment…", theme.pending())]);
        return None;
    }
    if let Some(error) = &form.error {
        down += draw_sentence(error, theme, buffer, area, down) + 1;
    }
    row(
        buffer,
        row_of(area, down),
        &[own("Enter go on   Tab next field   Esc back", theme.faint())],
    );
    caret
}

fn draw_field(
    field: &Field,
    has_focus: bool,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let sign = if has_focus { "› " } else { "  " };
    if field.is_secret {
        let dots = "•".repeat(field.draft.text().chars().count());
        return line(&Draft::from(dots.as_str()), sign, theme, buffer, area);
    }
    line(&field.draft, sign, theme, buffer, area)
}

fn draw_sentence(
    text: &SafeText,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
    down: usize,
) -> usize {
    let ranges = wrap(text.as_str(), usize::from(area.width));
    let rows = ranges.len();
    for (at, range) in ranges.into_iter().enumerate() {
        let text = SafeText::line(&text.as_str()[range]);
        row(buffer, row_of(area, down + at), &[foreign(&text, theme.error())]);
    }
    rows
}
