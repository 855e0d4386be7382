//! Writing a row of styled pieces into cells, and boxes to write in.
//!
//! A piece is either a word of the program itself or [`SafeText`]; nothing else can be written.

use std::ops::Range;

use pail_protocol::limits::UNREAD_COUNT_MAX;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};

use super::theme::Theme;
use crate::state::boxes;
use crate::state::input::Size;
use crate::text::bidi::{self, Placed};
use crate::text::{SafeText, columns};

/// A piece of a row.
#[derive(Debug, Clone)]
pub(super) struct Piece(SafeText, Style);

impl Piece {
    /// The same words in another style.
    pub(super) fn styled(self, style: Style) -> Self {
        Self(self.0, style)
    }
}

/// A word of the program itself, or a number.
pub(super) fn own(words: impl AsRef<str>, style: Style) -> Piece {
    Piece(SafeText::line(words.as_ref()), style)
}

/// Text of somebody.
pub(super) fn foreign(text: &SafeText, style: Style) -> Piece {
    Piece(text.clone(), style)
}

/// The name of somebody or something, ordered by itself: it moves nothing beside it.
pub(super) fn named(name: &SafeText, style: Style, theme: Theme) -> Piece {
    match theme.orders_names.then(|| bidi::visual(name.as_str(), false)).flatten() {
        Some(placed) => {
            let seen: String = placed.iter().map(Placed::shown).collect();
            Piece(SafeText::line(&seen), style)
        }
        None => foreign(name, style),
    }
}

/// Pieces of one row in the order in which they are seen. A row that has nothing from right to left
/// stays as it is.
pub(super) fn in_visual_order(pieces: Vec<Piece>, is_rtl: bool) -> Vec<Piece> {
    let text: String = pieces.iter().map(|Piece(text, _)| text.as_str()).collect();
    let Some(placed) = bidi::visual(&text, is_rtl) else { return pieces };
    let mut end = 0;
    let styles = pieces.iter().map(|Piece(text, style)| {
        end += text.as_str().len();
        (end, *style)
    });
    let styles: Vec<(usize, Style)> = styles.collect();
    let mut seen: Vec<(String, Style)> = Vec::new();
    for placed in placed {
        let found = styles.partition_point(|(end, _)| *end <= placed.at);
        let style = styles.get(found).map_or_else(Style::default, |(_, style)| *style);
        if seen.last().is_none_or(|(_, last)| *last != style) {
            seen.push((String::new(), style));
        }
        if let Some((text, _)) = seen.last_mut() {
            text.push_str(&placed.shown());
        }
    }
    seen.into_iter().map(|(text, style)| Piece(SafeText::line(&text), style)).collect()
}

/// The same pieces with some stretches of their text in another style over their own.
pub(super) fn restyled(pieces: Vec<Piece>, stretches: &[Range<usize>], over: Style) -> Vec<Piece> {
    let mut start = 0;
    let mut out = Vec::new();
    for Piece(text, style) in pieces {
        let text = text.as_str();
        let end = start + text.len();
        let mut cuts: Vec<usize> =
            stretches.iter().flat_map(|stretch| [stretch.start, stretch.end]).collect();
        cuts.retain(|cut| start < *cut && *cut < end);
        cuts.push(end);
        let mut at = start;
        for cut in cuts {
            let is_within = stretches.iter().any(|it| it.start <= at && cut <= it.end);
            let style = if is_within { style.patch(over) } else { style };
            out.push(Piece(SafeText::line(&text[at - start..cut - start]), style));
            at = cut;
        }
        start = end;
    }
    out
}

/// A number of messages, which is counted only so far.
pub(super) fn unread_count(count: u64) -> String {
    match count {
        UNREAD_COUNT_MAX.. => format!("{}+", UNREAD_COUNT_MAX - 1),
        count => count.to_string(),
    }
}

/// The columns of some pieces.
pub(super) fn width(pieces: &[Piece]) -> u16 {
    let total: usize = pieces.iter().map(|Piece(text, _)| text.width()).sum();
    u16::try_from(total).unwrap_or(u16::MAX)
}

/// Writes pieces from the left edge of a row; what does not fit is cut with `…`.
pub(super) fn row(buffer: &mut Buffer, area: Rect, pieces: &[Piece]) {
    if area.is_empty() {
        return;
    }
    let mut x = area.x;
    for Piece(text, style) in pieces {
        let room = usize::from(area.right().saturating_sub(x));
        let text = text.cut(room);
        (x, _) = buffer.set_stringn(x, area.y, text.as_str(), room, *style);
    }
}

/// Writes pieces so that they end at the right edge of a row.
pub(super) fn row_right(buffer: &mut Buffer, area: Rect, pieces: &[Piece]) {
    let width = width(pieces).min(area.width);
    row(buffer, Rect { x: area.right() - width, width, ..area }, pieces);
}

/// The row of an area so many rows down; empty when that is outside.
pub(super) fn row_of(area: Rect, down: usize) -> Rect {
    let down = u16::try_from(down).unwrap_or(u16::MAX);
    let height = u16::from(down < area.height);
    Rect { y: area.y.saturating_add(down), height, ..area }
}

/// The area without so many columns at its left.
pub(super) fn indented(area: Rect, by: u16) -> Rect {
    let by = by.min(area.width);
    Rect { x: area.x + by, width: area.width - by, ..area }
}

/// A rule over the whole width, with words on it.
pub(super) fn rule(buffer: &mut Buffer, area: Rect, words: &[Piece], style: Style) {
    let line = "─".repeat(usize::from(area.width));
    row(buffer, area, &[own(line, style)]);
    if !words.is_empty() {
        row(buffer, indented(area, 2), words);
    }
}

/// Clears and frames a box in the middle of the screen; returns the room inside.
pub(super) fn framed(buffer: &mut Buffer, wanted: (u16, u16), title: Piece, style: Style) -> Rect {
    let area = boxes::centered(size_of(buffer), wanted);
    framed_at(buffer, Rect::new(area.x, area.y, area.columns, area.rows), title, style)
}

/// The size of a screen.
pub(super) fn size_of(buffer: &Buffer) -> Size {
    Size { columns: buffer.area().width, rows: buffer.area().height }
}

/// As [`framed`], at a place.
pub(super) fn framed_at(buffer: &mut Buffer, area: Rect, title: Piece, style: Style) -> Rect {
    let Rect { x, y, width, height } = area;
    Clear.render(area, buffer);
    if width < 4 || height < 3 {
        return area;
    }
    let line = "─".repeat(usize::from(width) - 2);
    row(buffer, row_of(area, 0), &[own(format!("╭{line}╮"), style)]);
    row(buffer, row_of(area, usize::from(height) - 1), &[own(format!("╰{line}╯"), style)]);
    for down in 1..usize::from(height) - 1 {
        row(buffer, row_of(area, down), &[own("│", style)]);
        row_right(buffer, row_of(area, down), &[own("│", style)]);
    }
    let Piece(title, title_style) = title;
    let title = title.cut(usize::from(width).saturating_sub(6));
    let pieces = [own(" ", style), Piece(title, title_style), own(" ", style)];
    row(buffer, indented(row_of(area, 0), 2), &pieces);
    Rect::new(x + 2, y + 1, width - 4, height - 2)
}

/// The part of a one-line text that fits beside its caret, and the caret's column in it.
pub(super) fn window(text: &SafeText, caret: usize, room: usize) -> (SafeText, usize) {
    let room = room.max(1);
    if caret < room {
        return (text.cut(room), caret);
    }
    // Enough is left out at the start that the caret stands on the last column.
    let mut skipped = 0;
    let rest = text.as_str().char_indices().find(|(at, _)| {
        skipped = columns(&text.as_str()[..*at]);
        caret - skipped < room
    });
    let start = rest.map_or(0, |(at, _)| at);
    let shown = SafeText::line(&text.as_str()[start..]);
    (shown.cut(room), caret.saturating_sub(skipped))
}
