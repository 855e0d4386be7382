//! The sidebar: buckets with their channels, direct messages, what is unread.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{Piece, foreign, named, own, row, row_of, row_right, unread_count, width};
use super::theme::Theme;
use crate::state::State;
use crate::state::accounts::{AccountKey, Accounts};
use crate::state::chat::Chat;
use crate::state::roster::{Channel, Home};
use crate::state::sidebar::Row;
use crate::text::SafeText;

/// Draws the sidebar with its border.
pub(super) fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Rect) {
    if area.is_empty() {
        return;
    }
    for down in 0..usize::from(area.height) {
        row_right(buffer, row_of(area, down), &[own("│", theme.faint())]);
    }
    let inside = Rect { width: area.width - 1, ..area };
    let inside = draw_filter(state, theme, buffer, inside);
    let rows = state.sidebar_rows();
    let room = usize::from(inside.height);
    let first = state.sidebar.first_shown(&rows, room, &state.accounts);
    for (down, line) in rows.iter().enumerate().skip(first).take(room) {
        draw_row(*line, state, theme, buffer, row_of(inside, down - first));
    }
    draw_unseen(&rows[..first], "↑", state, theme, buffer, row_of(inside, 0));
    let last = (first + room).min(rows.len());
    let bottom = row_of(inside, room.saturating_sub(1));
    draw_unseen(&rows[last..], "↓", state, theme, buffer, bottom);
    if rows.is_empty() && state.sidebar.filter().is_some() {
        row(buffer, row_of(inside, 0), &[own(" Nothing like that.", theme.faint())]);
    }
}

/// What is typed to narrow it, above the rows; returns the room below.
fn draw_filter(state: &State, theme: Theme, buffer: &mut Buffer, area: Rect) -> Rect {
    let Some(filter) = state.sidebar.filter() else { return area };
    let text = SafeText::line(filter.text());
    let pieces =
        [own(" / ", theme.accent()), foreign(&text, theme.text()), own("▏", theme.accent())];
    row(buffer, row_of(area, 0), &pieces);
    Rect { y: area.y + 1, height: area.height - 1, ..area }
}

fn draw_row(line: Row, state: &State, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let accounts = &state.accounts;
    let is_marked = state.sidebar.marked() == Some(line);
    match line {
        Row::Account(key) => draw_account(key, is_marked, accounts, theme, buffer, area),
        Row::Bucket(key, id) => {
            let Some(chat) = accounts.get(key) else { return };
            let Some(bucket) = chat.roster().bucket(id) else { return };
            let sign = if state.sidebar.is_folded(key, id) { "▸" } else { " " };
            heading(sign, &bucket.name, is_marked, theme, buffer, area);
        }
        Row::Directs(_) => {
            heading(" ", &SafeText::line("Direct messages"), false, theme, buffer, area);
        }
        Row::Channel(key, id) => {
            let Some(chat) = accounts.get(key) else { return };
            let Some(channel) = chat.roster().channel(id) else { return };
            let is_open = accounts.front() == Some(key)
                && chat.current().is_some_and(|current| current.id == id);
            let look = match (is_marked, is_open && !state.sidebar.has_keys(), is_open) {
                (true, ..) | (_, true, _) => Look::Marked,
                (_, _, true) => Look::Open,
                _ => Look::Plain,
            };
            draw_channel(channel, look, chat, theme, buffer, area);
        }
        Row::Gap => {}
    }
}

/// The server, and whose account it is where there are two of them.
fn account_name(chat: &Chat, accounts: &Accounts) -> SafeText {
    let me = chat.me();
    let on_server = accounts.iter().filter(|(_, other)| other.me().server == me.server);
    match on_server.count() {
        1 => SafeText::line(me.host()),
        _ => SafeText::line(&format!("{}@{}", me.username, me.host())),
    }
}

/// In place of the row at an edge: what is unread beyond it.
fn draw_unseen(
    beyond: &[Row],
    sign: &str,
    state: &State,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let unread = beyond.iter().filter_map(|row| match row {
        Row::Channel(key, id) => state.accounts.get(*key)?.roster().channel(*id),
        _ => None,
    });
    let unread: u64 = unread.filter(|c| !c.is_muted).map(|channel| channel.unread).sum();
    if unread > 0 && !area.is_empty() {
        row(buffer, area, &[own(" ".repeat(usize::from(area.width)), theme.text())]);
        let words = format!(" {sign} {} unread", unread_count(unread));
        row(buffer, area, &[own(words, theme.fresh())]);
    }
}

fn draw_account(
    key: AccountKey,
    is_marked: bool,
    accounts: &Accounts,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let Some(chat) = accounts.get(key) else { return };
    let is_front = accounts.front() == Some(key);
    let style = match (is_marked, is_front) {
        (true, _) => theme.marked(),
        (false, true) => theme.accent(),
        (false, false) => theme.faint(),
    };
    let unread = if is_front { 0 } else { chat.roster().unread() };
    let count = match unread {
        0 => Vec::new(),
        unread => vec![own(format!("{} ", unread_count(unread)), theme.fresh())],
    };
    if is_marked {
        buffer.set_style(area, style);
    }
    let room = Rect { width: area.width.saturating_sub(width(&count) + 1), ..area };
    let name = account_name(chat, accounts);
    row(buffer, room, &[own(" ", style), named(&name, style, theme)]);
    row_right(buffer, area, &count);
}

fn heading(
    sign: &str,
    name: &SafeText,
    is_marked: bool,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let style = if is_marked { theme.marked() } else { theme.faint().patch(theme.strong()) };
    if is_marked {
        buffer.set_style(area, style);
    }
    row(buffer, area, &[own(sign, style), named(name, style, theme)]);
}

/// How a channel's row looks, besides what is new in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Plain,
    /// Open, while another row is marked.
    Open,
    Marked,
}

fn draw_channel(
    channel: &Channel,
    look: Look,
    chat: &Chat,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let style = match (look, channel.unread) {
        (Look::Marked, _) => theme.marked(),
        (Look::Open, _) => theme.accent(),
        (Look::Plain, _) if channel.is_muted => theme.faint(),
        (Look::Plain, 0) => theme.text(),
        (Look::Plain, _) => theme.strong(),
    };
    if look == Look::Marked {
        buffer.set_style(area, style);
    }
    let count = unread_pieces(channel, look, chat, theme);
    let name_columns = area.width.saturating_sub(width(&count) + 1);
    let pieces = [sign(channel, look, chat, theme), named(&channel.name, style, theme)];
    row(buffer, Rect { width: name_columns, ..area }, &pieces);
    row_right(buffer, area, &count);
}

/// A channel's sign; for somebody who is there, a dot.
fn sign(channel: &Channel, look: Look, chat: &Chat, theme: Theme) -> Piece {
    let style = if look == Look::Marked { theme.marked() } else { theme.faint() };
    match channel.home {
        Home::Bucket(_) => own("  #", style),
        Home::Direct(Some(peer)) if chat.roster().is_online(peer) => {
            let style = if look == Look::Marked { style } else { theme.good() };
            own(" ●@", style)
        }
        Home::Direct(_) => own("  @", style),
    }
}

fn unread_pieces(channel: &Channel, look: Look, chat: &Chat, theme: Theme) -> Vec<Piece> {
    let calls = channel.mentions > 0 || channel.is_direct();
    let style = match look {
        Look::Marked => theme.marked(),
        _ if calls => theme.fresh(),
        _ if channel.is_muted => theme.faint(),
        _ => theme.strong(),
    };
    match (channel.unread, channel.mentions) {
        (0, _) if chat.has_draft(channel.id) && look == Look::Plain => {
            vec![own("✎ ", theme.faint())]
        }
        (0, _) => Vec::new(),
        (unread, 0) => vec![own(format!("{} ", unread_count(unread)), style)],
        (unread, _) => vec![own(format!("@{} ", unread_count(unread)), style)],
    }
}
