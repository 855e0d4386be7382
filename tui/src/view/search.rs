//! The search: the words, how far it reaches, and what was found, two rows each.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::overlay::line;
use super::paint::{Piece, foreign, own, row, row_of, row_right, rule};
use super::theme::Theme;
use crate::state::Surroundings;
use crate::state::boxes::{ENTRY_ROWS, first_shown};
use crate::state::clock;
use crate::state::search::{Finder, Hit};

/// Draws the search in its box; returns where the caret is.
pub(super) fn draw(
    finder: &Finder,
    around: &Surroundings,
    theme: Theme,
    buffer: &mut Buffer,
    inside: Rect,
) -> Option<Position> {
    let caret = line(&finder.draft, "/ ", theme, buffer, row_of(inside, 0));
    rule(buffer, row_of(inside, 1), &reaches(finder, theme), theme.faint());
    let list =
        Rect { y: inside.y.saturating_add(2), height: inside.height.saturating_sub(3), ..inside };
    let shown = usize::from(list.height) / ENTRY_ROWS;
    let first = first_shown(finder.marked, shown);
    for (at, hit) in finder.inquiry.hits().iter().enumerate().skip(first).take(shown) {
        let down = (at - first) * ENTRY_ROWS;
        let rows = [row_of(list, down), row_of(list, down + 1)];
        draw_hit(hit, at == finder.marked, around, theme, buffer, rows);
    }
    let last = row_of(inside, usize::from(inside.height).saturating_sub(1));
    row(buffer, last, &[standing(finder, theme)]);
    caret
}

/// How far it may reach, and how far it does.
fn reaches(finder: &Finder, theme: Theme) -> Vec<Piece> {
    let mut pieces = vec![own(" in ", theme.faint())];
    for (at, (_, name)) in finder.reaches.iter().enumerate() {
        let style = if at == finder.reach { theme.marked() } else { theme.faint() };
        pieces.extend([own(" ", style), foreign(name, style), own(" ", style)]);
    }
    pieces.push(own(" Tab widens ", theme.faint()));
    pieces
}

fn draw_hit(
    hit: &Hit,
    is_marked: bool,
    around: &Surroundings,
    theme: Theme,
    buffer: &mut Buffer,
    [head, body]: [Rect; 2],
) {
    let sign = if is_marked { own("› ", theme.accent()) } else { own("  ", theme.text()) };
    let head_pieces = [
        sign,
        foreign(&hit.place, theme.strong()),
        own("  ", theme.text()),
        foreign(&hit.author, theme.accent()),
    ];
    let when = [own(format!(" {} ", clock::moment(hit.at, around)), theme.faint())];
    row(buffer, head, &head_pieces);
    row_right(buffer, head, &when);
    let mut snippet = vec![own("    ", theme.text())];
    snippet.extend(hit.snippet.iter().map(|(piece, is_match)| {
        let style = theme.text();
        let found = style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        foreign(piece, if *is_match { found } else { style })
    }));
    row(buffer, body, &snippet);
    if is_marked {
        buffer.set_style(head, theme.marked());
    }
}

/// What there is to say about what was found.
fn standing(finder: &Finder, theme: Theme) -> Piece {
    let inquiry = &finder.inquiry;
    let count = inquiry.hits().len();
    match (inquiry.error(), inquiry.is_busy(), inquiry.is_idle()) {
        (Some(why), ..) => foreign(why, theme.error()),
        (_, _, true) => own(
            "Whole words, or the beginning of the last one; \"a phrase\" as it is.",
            theme.faint(),
        ),
        (_, true, _) => own("Searching…", theme.pending()),
        _ if inquiry.is_local() => own(
            format!("{count} found on this machine; the server is not reached"),
            theme.pending(),
        ),
        _ if count == 0 => own("Nothing like that here. Tab looks further.", theme.faint()),
        _ if inquiry.is_complete() => own(format!("{count} found"), theme.faint()),
        _ => own(format!("{count} found so far, more further down"), theme.faint()),
    }
}
