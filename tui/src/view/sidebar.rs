//! The sidebar: buckets with their channels, direct messages, what is unread.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{Piece, foreign, own, row, row_of, row_right, unread_count, width};
use super::theme::Theme;
use crate::state::chat::Chat;
use crate::state::roster::Channel;
use crate::text::SafeText;

enum Line<'a> {
    Heading(SafeText),
    Channel(&'a Channel),
    Empty,
}

/// Draws the sidebar with its border.
pub(super) fn draw(chat: &Chat, theme: Theme, buffer: &mut Buffer, area: Rect) {
    if area.is_empty() {
        return;
    }
    for down in 0..usize::from(area.height) {
        row_right(buffer, row_of(area, down), &[own("│", theme.faint())]);
    }
    let inside = Rect { width: area.width - 1, ..area };
    let lines = lines(chat);
    let first = first_shown(&lines, chat, usize::from(area.height));
    for (down, line) in lines.iter().skip(first).take(usize::from(area.height)).enumerate() {
        match line {
            Line::Heading(name) => heading(name, theme, buffer, row_of(inside, down)),
            Line::Channel(channel) => {
                draw_channel(channel, chat, theme, buffer, row_of(inside, down));
            }
            Line::Empty => {}
        }
    }
}

fn lines(chat: &Chat) -> Vec<Line<'_>> {
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
