//! The digest: channels by why they call, with the first words of what was said.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{Piece, foreign, framed, own, row, row_of, row_right, unread_count};
use super::theme::Theme;
use crate::state::digest::{Digest, Fate, Row};

/// Columns the box takes at most.
const BOX_COLUMNS_MAX: u16 = 100;
/// Columns and rows left free around the box when there is room.
const MARGIN: u16 = 4;

/// A line of it: what it says, what stands at its right end, and whose it is.
struct Line {
    left: Vec<Piece>,
    right: Vec<Piece>,
    of: usize,
    is_head: bool,
}

/// Draws the digest.
pub(super) fn draw(digest: &Digest, theme: Theme, buffer: &mut Buffer) {
    let screen = *buffer.area();
    let columns = screen.width.saturating_sub(MARGIN).clamp(60, BOX_COLUMNS_MAX);
    let rows = screen.height.saturating_sub(MARGIN).max(12);
    let title = own("While you were away", theme.strong());
    let inside = framed(buffer, (columns, rows), title, theme.faint());
    let lines = lines(digest, theme);
    let room = usize::from(inside.height);
    let last = lines.iter().rposition(|line| line.of == digest.marked).unwrap_or(0);
    let first = (last + 1).saturating_sub(room);
    for (down, line) in lines.iter().skip(first).take(room).enumerate() {
        draw_line(line, digest.marked, theme, buffer, row_of(inside, down));
    }
}

fn draw_line(line: &Line, marked: usize, theme: Theme, buffer: &mut Buffer, area: Rect) {
    row(buffer, area, &line.left);
    row_right(buffer, area, &line.right);
    if line.is_head && line.of == marked {
        buffer.set_style(area, theme.marked());
    }
}

fn lines(digest: &Digest, theme: Theme) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut section = None;
    for (at, row) in digest.rows().iter().enumerate() {
        let plain = |left| Line { left, right: Vec::new(), of: at, is_head: false };
        if section.replace(row.why) != Some(row.why) {
            lines.push(plain(vec![own(row.why.words(), theme.strong().patch(theme.faint()))]));
        }
        let sign =
            if at == digest.marked { own("› ", theme.accent()) } else { own("  ", theme.text()) };
        let style = if row.fate == Fate::Open { theme.strong() } else { theme.faint() };
        let left = vec![sign, foreign(&row.label, style)];
        lines.push(Line { left, right: vec![standing(row, theme)], of: at, is_head: true });
        match &row.lines {
            Some(said) if row.fate == Fate::Open => lines.extend(said.iter().map(|(who, what)| {
                let who = [own("    ", theme.text()), foreign(who, theme.accent())];
                let what = [own(": ", theme.faint()), foreign(what, theme.text())];
                plain(who.into_iter().chain(what).collect())
            })),
            None if row.fate == Fate::Open => {
                lines.push(plain(vec![own("    not on this machine yet", theme.faint())]));
            }
            _ => {}
        }
    }
    if digest.beyond > 0 {
        let words = format!("  and {} channels more", digest.beyond);
        let of = digest.rows().len().saturating_sub(1);
        let left = vec![own(words, theme.faint())];
        lines.push(Line { left, right: Vec::new(), of, is_head: false });
    }
    lines
}

fn standing(row: &Row, theme: Theme) -> Piece {
    let counts = match row.mentions {
        0 => format!("{} unread ", unread_count(row.unread)),
        mentions => format!("@{} · {} unread ", unread_count(mentions), unread_count(row.unread)),
    };
    match row.fate {
        Fate::Open => own(counts, theme.fresh()),
        Fate::Visited => own("✓ visited ", theme.faint()),
        Fate::Done => own("✓ read ", theme.good()),
        Fate::Snoozed => own("till 09:00 ", theme.pending()),
        Fate::Muted => own("muted ", theme.faint()),
    }
}
