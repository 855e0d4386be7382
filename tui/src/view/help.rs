//! The help: what can be done and with which keys, as they are bound now.

use ratatui::Frame;
use ratatui::layout::Position;

use super::overlay::line;
use super::paint::{Piece, framed, own, row, row_of};
use super::theme::Theme;
use crate::state::help::{Help, Row};
use crate::state::keytable::{KeyRow, KeyTable};

/// Columns for the keys.
const KEYS_COLUMNS: usize = 32;
/// Columns of the box when there is room.
const BOX_COLUMNS: u16 = 78;

/// Draws the help over everything; returns where the caret is.
pub(super) fn draw(
    help: &Help,
    keys: &KeyTable,
    theme: Theme,
    frame: &mut Frame<'_>,
) -> Option<Position> {
    let rows = help.rows(keys);
    let buffer = frame.buffer_mut();
    let wanted = u16::try_from(rows.len() + 4).unwrap_or(u16::MAX);
    let inside = framed(buffer, (BOX_COLUMNS, wanted), own("Keys", theme.strong()), theme.faint());
    let room = usize::from(inside.height).saturating_sub(2);
    let first = help.scrolled.min(rows.len().saturating_sub(room));
    for (down, of) in rows.iter().skip(first).take(room).enumerate() {
        row(buffer, row_of(inside, down), &pieces(of, theme));
    }
    if rows.is_empty() {
        row(buffer, row_of(inside, 0), &[own("Nothing like that.", theme.faint())]);
    }
    let foot = row_of(inside, usize::from(inside.height).saturating_sub(1));
    if let Some(sought) = &help.sought {
        return line(sought, "/ ", theme, buffer, foot);
    }
    let more = if first + room < rows.len() { "↓ more · " } else { "" };
    let words = format!("{more}type to find · Esc closes · everything is also in Ctrl-K");
    row(buffer, foot, &[own(words, theme.faint())]);
    None
}

fn pieces(of: &Row<'_>, theme: Theme) -> Vec<Piece> {
    match of {
        Row::Gap => Vec::new(),
        Row::Noun(noun) => vec![own(noun, theme.strong())],
        Row::Keys(bound) => key_row(bound, theme),
    }
}

fn key_row(bound: &KeyRow, theme: Theme) -> Vec<Piece> {
    let keys = bound.all_keys().join(", ");
    let keys = if keys.is_empty() { "no key".to_owned() } else { keys };
    let words = bound.words.unwrap_or_default();
    vec![own(format!("{keys:<KEYS_COLUMNS$} "), theme.accent()), own(words, theme.text())]
}
