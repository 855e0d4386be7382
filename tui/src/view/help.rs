//! The help: the table of keys, as it is bound.

use ratatui::Frame;

use super::paint::{framed, own, row, row_of};
use super::theme::Theme;
use crate::keys::bindings;

/// Columns for the keys.
const KEYS_COLUMNS: usize = 32;

/// Draws the help over everything.
pub(super) fn draw(scrolled: usize, theme: Theme, frame: &mut Frame<'_>) {
    let lines: Vec<(String, &str)> = bindings()
        .filter_map(|binding| {
            let keys: Vec<String> = binding.chords.iter().map(ToString::to_string).collect();
            Some((keys.join(", "), binding.help?))
        })
        .collect();
    let buffer = frame.buffer_mut();
    let wanted = u16::try_from(lines.len() + 4).unwrap_or(u16::MAX);
    let inside = framed(buffer, (78, wanted), own("Keys", theme.strong()), theme.faint());
    let room = usize::from(inside.height).saturating_sub(2);
    let first = scrolled.min(lines.len().saturating_sub(room));
    for (down, (keys, words)) in lines.iter().skip(first).take(room).enumerate() {
        let keys = own(format!("{keys:<KEYS_COLUMNS$} "), theme.accent());
        row(buffer, row_of(inside, down), &[keys, own(words, theme.text())]);
    }
    let more = if first + room < lines.len() { "↓ more · " } else { "" };
    let words = own(format!("{more}Esc closes · everything is also in Ctrl-K"), theme.faint());
    row(buffer, row_of(inside, usize::from(inside.height).saturating_sub(1)), &[words]);
}
