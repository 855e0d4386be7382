//! The sidebar: buckets with their channels, direct messages, what is unread.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{Piece, foreign, own, row, row_of, row_right, unread_count, width};
use super::theme::Theme;
use crate::state::accounts::Accounts;
use crate::state::chat::Chat;
use crate::state::roster::Channel;
use crate::text::SafeText;

enum Line<'a> {
    /// An account, where there are several, and what is unread in it while it is not in front.
    Account(SafeText, Option<u64>),
    Heading(SafeText),
    Channel(&'a Channel),
    Empty,
}

/// Draws the sidebar with its border.
pub(super) fn draw(accounts: &Accounts, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let Some(chat) = accounts.chat().filter(|_| !area.is_empty()) else { return };
    for down in 0..usize::from(area.height) {
        row_right(buffer, row_of(area, down), &[own("│", theme.faint())]);
    }
    let inside = Rect { width: area.width - 1, ..area };
    let lines = lines(accounts);
    let first = first_shown(&lines, chat, usize::from(area.height));
    for (down, line) in lines.iter().skip(first).take(usize::from(area.height)).enumerate() {
        match line {
            Line::Account(name, unread) => {
                account(name, *unread, theme, buffer, row_of(inside, down));
            }
            Line::Heading(name) => heading(name, theme, buffer, row_of(inside, down)),
            Line::Channel(channel) => {
                draw_channel(channel, chat, theme, buffer, row_of(inside, down));
            }
            Line::Empty => {}
        }
    }
}

fn lines(accounts: &Accounts) -> Vec<Line<'_>> {
    let is_alone = accounts.iter().len() == 1;
    let mut lines = Vec::new();
    for (key, chat) in accounts.iter() {
        let is_front = accounts.front() == Some(key);
        if !is_alone {
            let unread = (!is_front).then(|| chat.roster().unread());
            lines.push(Line::Account(account_name(chat, accounts), unread));
        }
        if is_front {
            lines.extend(lines_of(chat));
            lines.push(Line::Empty);
        }
    }
    lines
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

fn lines_of(chat: &Chat) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for bucket in chat.roster().buckets() {
        lines.push(Line::Heading(bucket.name.clone()));
        lines.extend(chat.roster().channels_of(bucket.id).map(Line::Channel));
        lines.push(Line::Empty);
    }
    let mut directs = chat.roster().directs().peekable();
    if directs.peek().is_some() {
        lines.push(Line::Heading(SafeText::line("Direct messages")));
        lines.extend(directs.map(Line::Channel));
    }
    lines
}

/// Scrolls just as far as the open channel needs.
fn first_shown(lines: &[Line<'_>], chat: &Chat, rows: usize) -> usize {
    let current = chat.current().map(|channel| channel.id);
    let is_open = |line: &Line<'_>| matches!(line, Line::Channel(c) if Some(c.id) == current);
    let at = lines.iter().position(is_open).unwrap_or(0);
    (at + 2).saturating_sub(rows).min(lines.len().saturating_sub(rows))
}

fn account(name: &SafeText, unread: Option<u64>, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let style = if unread.is_none() { theme.accent() } else { theme.faint() };
    let count = unread.filter(|unread| *unread > 0);
    let count = count.map(|unread| own(format!("{} ", unread_count(unread)), theme.fresh()));
    let count: Vec<Piece> = count.into_iter().collect();
    let room = Rect { width: area.width.saturating_sub(width(&count) + 1), ..area };
    row(buffer, room, &[own(" ", style), foreign(name, style)]);
    row_right(buffer, area, &count);
}

fn heading(name: &SafeText, theme: Theme, buffer: &mut Buffer, area: Rect) {
    row(
        buffer,
        area,
        &[own(" ", theme.text()), foreign(name, theme.faint().patch(theme.strong()))],
    );
}

fn draw_channel(channel: &Channel, chat: &Chat, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let is_open = chat.current().is_some_and(|current| current.id == channel.id);
    let style = match (is_open, channel.unread) {
        (true, _) => theme.marked(),
        (false, 0) => theme.text(),
        (false, _) => theme.strong(),
    };
    if is_open {
        buffer.set_style(area, style);
    }
    let count = unread_pieces(channel, chat, theme, is_open);
    let sign = if channel.is_direct() { "  @" } else { "  #" };
    let name_columns = area.width.saturating_sub(width(&count) + 1);
    let pieces = [own(sign, style), foreign(&channel.name, style)];
    row(buffer, Rect { width: name_columns, ..area }, &pieces);
    row_right(buffer, area, &count);
}

fn unread_pieces(channel: &Channel, chat: &Chat, theme: Theme, is_open: bool) -> Vec<Piece> {
    let style = if is_open { theme.marked() } else { theme.fresh() };
    let count = match channel.unread {
        0 if chat.has_draft(channel.id) && !is_open => "✎ ".to_owned(),
        0 => return Vec::new(),
        unread => format!("{} ", unread_count(unread)),
    };
    let style = if channel.unread == 0 { theme.faint() } else { style };
    vec![own(count, style)]
}
