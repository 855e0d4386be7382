//! The digest: channels by why they call, with the first words of what was said.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{Piece, foreign, own, row, row_of, row_right, unread_count};
use super::theme::Theme;
use crate::state::digest::{Digest, Fate, Line, Row};

/// Draws the digest in its box; there is no caret.
pub(super) fn draw(
    digest: &Digest,
    theme: Theme,
    buffer: &mut Buffer,
    inside: Rect,
) -> Option<Position> {
    for (down, line) in digest.lines_shown(usize::from(inside.height)).enumerate() {
        let area = row_of(inside, down);
        row(buffer, area, &pieces(digest, line, theme));
        if let Line::Head(at) = line {
            row_right(buffer, area, &[standing(&digest.rows()[at], theme)]);
            if at == digest.marked {
                buffer.set_style(area, theme.marked());
            }
        }
    }
    None
}

fn pieces(digest: &Digest, line: Line, theme: Theme) -> Vec<Piece> {
    match line {
        Line::Section(why) => vec![own(why.words(), theme.strong().patch(theme.faint()))],
        Line::Head(at) => head(&digest.rows()[at], at == digest.marked, theme),
        Line::Said(at, line) => said(&digest.rows()[at], line, theme),
        Line::NotHere(_) => vec![own("    not on this machine yet", theme.faint())],
        Line::Beyond => {
            vec![own(format!("  and {} channels more", digest.beyond), theme.faint())]
        }
    }
}

fn head(of: &Row, is_marked: bool, theme: Theme) -> Vec<Piece> {
    let sign = if is_marked { own("› ", theme.accent()) } else { own("  ", theme.text()) };
    let style = if of.fate == Fate::Open { theme.strong() } else { theme.faint() };
    vec![sign, foreign(&of.label, style)]
}

fn said(of: &Row, line: usize, theme: Theme) -> Vec<Piece> {
    let said = of.lines.as_ref().and_then(|lines| lines.get(line));
    let pieces = said.map(|(who, what)| {
        let who = [own("    ", theme.text()), foreign(who, theme.accent())];
        let what = [own(": ", theme.faint()), foreign(what, theme.text())];
        who.into_iter().chain(what).collect()
    });
    pieces.unwrap_or_default()
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
