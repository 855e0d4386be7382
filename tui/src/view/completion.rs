//! The list over the composer: what the word at the caret may become.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{foreign, framed_at, own, row, row_of, row_right, width};
use super::theme::Theme;
use crate::state::completion::{Choice, Kind, Popup};

/// Choices that are seen at once when there is room.
const CHOICES_SHOWN: usize = 8;
/// Most columns of the list.
const COLUMNS_MAX: u16 = 56;
/// Columns between a choice and what is said of it.
const GAP_COLUMNS: usize = 3;
/// Frame and margin, left and right.
const EDGE_COLUMNS: u16 = 4;

/// Draws the list above the composer, where the word begins; `above` is the room there is.
pub(super) fn draw(popup: &Popup, caret: Position, theme: Theme, buffer: &mut Buffer, above: Rect) {
    let shown = popup.choices.len().min(CHOICES_SHOWN);
    let height = u16::try_from(shown + 2).unwrap_or(u16::MAX).min(above.height);
    let columns = columns(popup).clamp(EDGE_COLUMNS, COLUMNS_MAX).min(above.width);
    if height < 3 || above.width < EDGE_COLUMNS {
        return;
    }
    let typed = u16::try_from(popup.word.typed.chars().count()).unwrap_or(u16::MAX);
    let x =
        caret.x.saturating_sub(typed + EDGE_COLUMNS - 1).clamp(above.x, above.right() - columns);
    let area = Rect::new(x, above.bottom() - height, columns, height);
    let title = own(title(popup), theme.strong());
    let inside = framed_at(buffer, area, title, theme.faint());
    let room = usize::from(inside.height);
    let first = (popup.marked + 1).saturating_sub(room);
    for (index, choice) in popup.choices.iter().enumerate().skip(first).take(room) {
        draw_choice(choice, index == popup.marked, theme, buffer, row_of(inside, index - first));
    }
}

fn columns(popup: &Popup) -> u16 {
    let of = |choice: &Choice| choice.label.width() + GAP_COLUMNS + choice.detail.width();
    let widest = popup.choices.iter().map(of).max().unwrap_or(0);
    u16::try_from(widest).unwrap_or(u16::MAX).saturating_add(EDGE_COLUMNS)
}

fn title(popup: &Popup) -> String {
    let words = match popup.word.kind {
        Kind::Person => "people",
        Kind::Channel => "channels",
        Kind::Emoji => "emoji",
        Kind::Language => "languages",
        Kind::Path => "files",
        Kind::Command => "commands",
    };
    match popup.choices.len() {
        ..=CHOICES_SHOWN => words.to_owned(),
        count => format!("{words} · {} of {count}", popup.marked + 1),
    }
}

fn draw_choice(choice: &Choice, is_marked: bool, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let style = if is_marked { theme.marked() } else { theme.text() };
    let faint = if is_marked { theme.marked() } else { theme.faint() };
    if is_marked {
        buffer.set_style(area, style);
    }
    let label = [foreign(&choice.label, style)];
    let taken = width(&label).saturating_add(1).min(area.width);
    let rest = Rect { x: area.x + taken, width: area.width - taken, ..area };
    row(buffer, area, &label);
    row_right(buffer, rest, &[foreign(&choice.detail, faint)]);
}
