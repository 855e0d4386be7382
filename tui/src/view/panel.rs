//! The panel right of the chat, or in its place.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{Piece, foreign, indented, named, own, row, row_of, row_right, width};
use super::theme::Theme;
use super::{Cache, thread};
use crate::state::Surroundings;
use crate::state::chat::Chat;
use crate::state::panel::{Member, Members, Panel, Shows};

/// In fewer columns names go first.
const ROLES_FROM_COLUMNS: u16 = 28;
/// Where fewer columns are left of a status than this, the username makes room.
const STATUS_COLUMNS_MIN: u16 = 16;

/// Draws the panel, with a border where it is beside the chat; returns where the caret is.
pub(super) fn draw(
    panel: &Panel,
    is_beside: bool,
    chat: &Chat,
    around: &Surroundings,
    cache: &Cache,
    buffer: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let theme = cache.theme;
    // In the place of the chat it has the border of the sidebar, if there is one.
    let inside = if is_beside { indented(area, 1) } else { area };
    for down in (0..usize::from(area.height)).filter(|_| is_beside) {
        row(buffer, row_of(area, down), &[own("│", theme.faint())]);
    }
    match &panel.shows {
        Shows::Members(members) => {
            draw_members(members, panel.has_keys, chat, theme, buffer, inside);
            None
        }
        Shows::Thread(thread) => thread::draw(thread, chat, around, cache, buffer, inside),
    }
}

fn draw_members(
    members: &Members,
    has_keys: bool,
    chat: &Chat,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let rows = members.rows(chat.roster());
    let count = if members.is_known() { format!("  {}", rows.len()) } else { String::new() };
    let style = if has_keys { theme.accent() } else { theme.strong() };
    row(buffer, row_of(area, 0), &[own(" Members", style), own(count, theme.faint())]);
    if !members.is_known() {
        let words = match chat.connection().is_live() {
            true => " One moment…",
            false => " Not known while offline.",
        };
        return row(buffer, row_of(area, 1), &[own(words, theme.faint())]);
    }
    let room = usize::from(area.height.saturating_sub(1));
    let first = members.first_shown(chat.roster(), room);
    for (down, member) in rows.into_iter().skip(first).take(room).enumerate() {
        let is_marked = has_keys && Some(member.id) == members.marked;
        let role = members.role_of(member.id);
        draw_member(member, role, is_marked, chat, theme, buffer, row_of(area, 1 + down));
    }
}

fn draw_member(
    member: &Member,
    role: Option<&str>,
    is_marked: bool,
    chat: &Chat,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let is_online = chat.roster().is_online(member.id);
    let (dot, dot_style) =
        if is_online { (" ● ", theme.good()) } else { (" ○ ", theme.faint()) };
    let you = if member.id == chat.me().id { "  you" } else { "" };
    let name_style = if is_online { theme.text() } else { theme.faint() };
    let name = vec![own(dot, dot_style), named(&member.name, name_style, theme)];
    let username = vec![own("  @", theme.faint()), foreign(&member.username, theme.faint())];
    let you = vec![own(you, theme.faint())];
    let style = if is_marked { theme.marked() } else { theme.accent() };
    let role = role.filter(|_| area.width >= ROLES_FROM_COLUMNS);
    let role: Vec<Piece> = role.map(|role| own(format!(" {role} "), style)).into_iter().collect();
    let room = area.width.saturating_sub(width(&role));
    let status = status(member, chat, theme);
    let left = room.saturating_sub(width(&name) + width(&username) + width(&you));
    let has_room = width(&status).min(STATUS_COLUMNS_MIN) <= left;
    let username = if has_room { username } else { Vec::new() };
    let mut pieces = [name, username, you, status].concat();
    if is_marked {
        buffer.set_style(area, theme.marked());
        pieces = pieces.into_iter().map(|piece| piece.styled(theme.marked())).collect();
    }
    row(buffer, Rect { width: room, ..area }, &pieces);
    row_right(buffer, area, &role);
}

/// What somebody says of themselves.
fn status(member: &Member, chat: &Chat, theme: Theme) -> Vec<Piece> {
    let says = chat
        .status_of(member.id)
        .map(|says| [own(" · ", theme.faint()), named(&says.text, theme.text(), theme)]);
    says.into_iter().flatten().collect()
}
