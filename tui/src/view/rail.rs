//! The rail: the buckets of every account as short names, with their numbers and what is unread.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{Piece, foreign, own, row, row_of, row_right, unread_count, width};
use super::theme::Theme;
use crate::state::State;
use crate::state::roster::{Bucket, Channel, Home};
use crate::state::sidebar::{self, Row};
use crate::text::SafeText;

/// Columns of a bucket's short name.
const SHORT_COLUMNS: usize = 4;
/// Buckets that have a key of their own.
const NUMBERED_MAX: usize = 9;

/// Draws the rail with its border.
pub(super) fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let Some(front) = state.accounts.front().filter(|_| !area.is_empty()) else { return };
    for down in 0..usize::from(area.height) {
        row_right(buffer, row_of(area, down), &[own("│", theme.faint())]);
    }
    let inside = Rect { width: area.width - 1, ..area };
    let mut number = 0;
    for (down, line) in sidebar::rail(&state.accounts).into_iter().enumerate() {
        let area = row_of(inside, down);
        let (Row::Bucket(key, _) | Row::Directs(key)) = line else { continue };
        let Some(chat) = state.accounts.get(key) else { continue };
        let open = chat.current().map(|channel| channel.home).filter(|_| key == front);
        match line {
            Row::Bucket(_, id) => {
                number += 1;
                let Some(bucket) = chat.roster().bucket(id) else { continue };
                let is_open = open == Some(Home::Bucket(id));
                let news = News::of(chat.roster().channels_of(id));
                let name = short(bucket);
                draw_line(&sign(number), &name, news, is_open, theme, buffer, area);
            }
            _ => {
                let is_open = matches!(open, Some(Home::Direct(_)));
                let news = News::of(chat.roster().directs());
                draw_line(" ", &SafeText::line("@"), news, is_open, theme, buffer, area);
            }
        }
    }
}

fn sign(number: usize) -> String {
    if number <= NUMBERED_MAX { number.to_string() } else { " ".to_owned() }
}

fn short(bucket: &Bucket) -> SafeText {
    let name = bucket.icon.as_ref().filter(|icon| !icon.as_str().is_empty());
    let name = name.unwrap_or(&bucket.name);
    (1..=SHORT_COLUMNS)
        .rev()
        .map(|count| name.first_characters(count))
        .find(|short| short.width() <= SHORT_COLUMNS)
        .unwrap_or_default()
}

/// What is new in some channels. What is muted calls only by mentions.
#[derive(Clone, Copy, Default)]
struct News {
    unread: u64,
    mentions: u64,
}

impl News {
    fn of<'a>(channels: impl Iterator<Item = &'a Channel>) -> Self {
        channels.fold(Self::default(), |sum, channel| Self {
            unread: sum.unread + if channel.is_muted { 0 } else { channel.unread },
            mentions: sum.mentions + channel.mentions,
        })
    }

    fn pieces(self, theme: Theme) -> Vec<Piece> {
        match (self.mentions, self.unread) {
            (0, 0) => Vec::new(),
            (0, _) => vec![own("•", theme.strong())],
            (mentions, _) => vec![own(unread_count(mentions), theme.fresh())],
        }
    }
}

fn draw_line(
    sign: &str,
    name: &SafeText,
    news: News,
    is_open: bool,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let style = match (is_open, news.unread) {
        (true, _) => theme.marked(),
        (false, 0) => theme.text(),
        (false, _) => theme.strong(),
    };
    if is_open {
        buffer.set_style(area, style);
    }
    let faint = if is_open { style } else { theme.faint() };
    let news = news.pieces(theme);
    let room = Rect { width: area.width.saturating_sub(width(&news)), ..area };
    row(buffer, room, &[own(sign, faint), own(" ", style), foreign(name, style)]);
    row_right(buffer, area, &news);
}
