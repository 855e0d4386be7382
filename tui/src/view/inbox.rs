//! The threads one is in: where each began, and what was said in it last, two rows each.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{Piece, foreign, own, row, row_of, row_right, unread_count, width};
use super::theme::Theme;
use crate::state::Surroundings;
use crate::state::boxes::{ENTRY_ROWS, first_shown};
use crate::state::clock;
use crate::state::threads::{Inbox, Row};

/// Draws the list in its box; there is no caret.
pub(super) fn draw(
    inbox: &Inbox,
    around: &Surroundings,
    theme: Theme,
    buffer: &mut Buffer,
    inside: Rect,
) -> Option<Position> {
    let room = usize::from(inside.height).saturating_sub(1);
    let shown = room / ENTRY_ROWS;
    let first = first_shown(inbox.marked, shown);
    for (at, thread) in inbox.rows().iter().enumerate().skip(first).take(shown) {
        let down = (at - first) * ENTRY_ROWS;
        let rows = [row_of(inside, down), row_of(inside, down + 1)];
        draw_thread(thread, at == inbox.marked, around, theme, buffer, rows);
    }
    row(buffer, row_of(inside, room), &[standing(inbox, theme)]);
    None
}

fn draw_thread(
    thread: &Row,
    is_marked: bool,
    around: &Surroundings,
    theme: Theme,
    buffer: &mut Buffer,
    [head, body]: [Rect; 2],
) {
    let sign = if is_marked { own("› ", theme.accent()) } else { own("  ", theme.text()) };
    let mut began = vec![sign, foreign(&thread.label, theme.strong()), own("  ", theme.text())];
    match &thread.began {
        Some(said) => began.extend([
            foreign(&said.name, theme.accent()),
            own(": ", theme.faint()),
            foreign(&said.excerpt, theme.text()),
        ]),
        None => began.push(own("where it began is not on this machine yet", theme.faint())),
    }
    let mut beside = vec![own(" ", theme.text())];
    if thread.unread > 0 {
        beside.push(own(format!("{} new", unread_count(thread.unread)), theme.fresh()));
        beside.push(own(" · ", theme.faint()));
    }
    beside.push(own(format!("{} ", clock::moment(thread.at(), around)), theme.faint()));
    let room = head.width.saturating_sub(width(&beside));
    row(buffer, Rect { width: room, ..head }, &began);
    row_right(buffer, head, &beside);
    row(buffer, body, &last(thread, theme));
    if is_marked {
        buffer.set_style(head, theme.marked());
    }
}

fn last(thread: &Row, theme: Theme) -> Vec<Piece> {
    let count = match thread.replies {
        1 => "    1 reply".to_owned(),
        count => format!("    {count} replies"),
    };
    let mut pieces = vec![own(count, theme.faint())];
    if let Some(said) = &thread.last {
        pieces.extend([
            own(" · ", theme.faint()),
            foreign(&said.name, theme.accent()),
            own(": ", theme.faint()),
            foreign(&said.excerpt, theme.text()),
        ]);
    }
    pieces
}

/// How far it reaches.
fn standing(inbox: &Inbox, theme: Theme) -> Piece {
    match (inbox.rows().len(), inbox.is_complete) {
        (0, false) => own("One moment…", theme.pending()),
        (0, true) => own(
            "None that this machine has seen. With a message selected t begins one.",
            theme.faint(),
        ),
        (1, _) => own("1 thread, as far as this machine has seen", theme.faint()),
        (count, _) => {
            own(format!("{count} threads, as far as this machine has seen"), theme.faint())
        }
    }
}
