//! How an item of a feed looks, row by row: days, the line "new", authors, what they say.
//!
//! Every row that is about a message starts with its gutter, so no text can pass for a header.

use std::ops::Range;

use jiff::civil::Date;
use pail_protocol::{MessageId, Timestamp};
use ratatui::style::Style;

use super::Cache;
use super::paint::{Piece, foreign, in_visual_order, named, own, restyled, width};
use super::pictures::Seen;
use crate::state::Surroundings;
use crate::state::chat::Chat;
use crate::state::clock;
use crate::state::entry::{File, Reacted};
use crate::state::feed::{Content, Feed, Item};
use crate::state::geometry::GUTTER_COLUMNS;
use crate::state::layouts::Layout;
use crate::state::lines::{Line, REACTION_GAP};
use crate::state::outbox::{Progress, Unsent};
use crate::state::pictures::{Fate, Fit, Pixels};
use crate::state::timeline::{ItemId, Scroll};
use crate::text::markup::{self, Role, Span, Stress};
use crate::text::{SafeText, columns};

/// Columns of the time in a header, with the space before it.
const TIME_COLUMNS: usize = 7;

/// Stands where messages are missing that no connection could bring so far.
const MISSING: &str = " messages are missing here · fetched when connected ";

/// A row of a feed.
pub(super) enum Row {
    /// From the left.
    Pieces(Vec<Piece>),
    /// A line across, with words on it.
    Rule(Vec<Piece>, Style),
    /// A row of the message that is selected.
    Selected(Vec<Piece>),
    /// A row of a picture behind its gutter.
    Picture {
        /// The gutter, and words in the place of a picture that is not there.
        pieces: Vec<Piece>,
        /// The picture.
        seen: Option<Seen>,
        /// Which of its rows.
        row: u16,
        /// Whether the message is selected.
        is_selected: bool,
    },
}

/// Paints the items of a feed.
pub(super) struct Painter<'a> {
    pub(super) chat: &'a Chat,
    pub(super) around: &'a Surroundings,
    pub(super) cache: &'a Cache,
    /// What is selected here.
    pub(super) selection: Option<&'a ItemId>,
}

impl Painter<'_> {
    /// The rows that are seen, first to last.
    pub(super) fn rows_from_below(
        &self,
        feed: &Feed<'_>,
        scroll: &Scroll,
        height: usize,
    ) -> Vec<Row> {
        let Some((last, hidden)) = feed.bottom(scroll) else { return Vec::new() };
        let mut items = Vec::new();
        let mut count = 0;
        for index in (0..=last).rev() {
            let mut rows = self.item(feed, index);
            if index == last {
                rows.truncate(rows.len().saturating_sub(hidden));
            }
            count += rows.len();
            items.push(rows);
            if count >= height {
                break;
            }
        }
        items.into_iter().rev().flatten().skip(count.saturating_sub(height)).collect()
    }

    fn item(&self, feed: &Feed<'_>, index: usize) -> Vec<Row> {
        let item = &feed.items[index];
        let is_selected = self.selection.is_some_and(|id| item.is(id));
        let (gutter, style) = self.manner(item);
        let painting = Painting { painter: self, feed, item, gutter, style };
        let lines = feed.lines(index);
        let mut rows: Vec<Row> = lines.iter().map(|line| painting.row(line, is_selected)).collect();
        if let Content::Unsent(unsent) = item.content
            && let Some(mark) = self.mark(unsent)
            && let Some(Row::Pieces(last) | Row::Selected(last)) = rows.last_mut()
            && usize::from(width(last)) + columns(&mark)
                <= feed.columns() + usize::from(GUTTER_COLUMNS)
        {
            last.push(own(mark, self.cache.theme.pending()));
        }
        rows
    }

    /// How far a message of ours has come; what was refused has a row of its own.
    fn mark(&self, unsent: &Unsent) -> Option<String> {
        let seconds = unsent.goes_in_s(self.around.now).unwrap_or(0);
        if let Some(percent) = unsent.uploading() {
            return Some(format!("  ⇡ {percent}%"));
        }
        Some(match &unsent.progress {
            Progress::Later { reason: Some(_), .. } => format!("  ↻ {seconds}s"),
            Progress::Later { reason: None, .. } if seconds > 0 => format!("  ⋯ {seconds}s"),
            Progress::Waiting | Progress::Later { .. } => "  ⋯ waiting".to_owned(),
            Progress::Sent => "  ↑".to_owned(),
            Progress::Refused(_) => return None,
        })
    }

    /// The gutter and the style of a text.
    fn manner(&self, item: &Item<'_>) -> (Piece, Style) {
        let theme = self.cache.theme;
        debug_assert_eq!(columns(" ▏ "), usize::from(GUTTER_COLUMNS));
        match item.content {
            Content::Message(_) if self.calls_us(item) => {
                (own(" ▌ ", theme.fresh()), theme.strong())
            }
            Content::Unsent(_) if item.refusal().is_none() => {
                (own(" ▏ ", theme.faint()), theme.faint())
            }
            Content::Unsent(_) => (own(" ▏ ", theme.error()), theme.text()),
            Content::Message(_) | Content::Beginning => (own(" ▏ ", theme.faint()), theme.text()),
        }
    }

    fn calls_us(&self, item: &Item<'_>) -> bool {
        let me = self.chat.me().id;
        match item.content {
            Content::Message(entry) => entry.author != me && entry.calls(me),
            _ => false,
        }
    }

    fn time(&self, at: Timestamp) -> String {
        match jiff::Timestamp::from_millisecond(at.as_millis()) {
            Ok(at) => self.around.zone.to_datetime(at).strftime("%H:%M").to_string(),
            Err(_) => String::new(),
        }
    }

    fn day(&self, day: Date) -> String {
        let now = jiff::Timestamp::from_millisecond(self.around.now.as_millis());
        let today = now.map(|now| self.around.zone.to_datetime(now).date()).unwrap_or_default();
        if day == today {
            "Today".to_owned()
        } else if today.yesterday().is_ok_and(|yesterday| day == yesterday) {
            "Yesterday".to_owned()
        } else if day.year() == today.year() {
            day.strftime("%A, %-d %B").to_string()
        } else {
            day.strftime("%A, %-d %B %Y").to_string()
        }
    }
}

/// One item being painted.
struct Painting<'a> {
    painter: &'a Painter<'a>,
    feed: &'a Feed<'a>,
    item: &'a Item<'a>,
    gutter: Piece,
    style: Style,
}

impl Painting<'_> {
    fn row(&self, line: &Line<'_>, is_selected: bool) -> Row {
        let theme = self.painter.cache.theme;
        let pieces = match line {
            Line::Day(day) => {
                let words = own(format!(" {} ", self.painter.day(*day)), theme.faint());
                return Row::Rule(vec![words], theme.faint());
            }
            Line::Missing => {
                return Row::Rule(vec![own(MISSING, theme.pending())], theme.pending());
            }
            Line::New => return Row::Rule(vec![own(" new ", theme.fresh())], theme.fresh()),
            Line::Apart => return Row::Pieces(Vec::new()),
            Line::Beginning => {
                let words = " This is where it begins. Type a message, Enter sends it.";
                return Row::Pieces(vec![own(words, theme.faint())]);
            }
            Line::Header => self.header(),
            Line::Refers { to, is_in_thread } => self.refers(*to, *is_in_thread),
            Line::Text { layout, row } => self.text(layout, &layout.rows[*row]),
            Line::Folded(rows) => self.note(format!("… {rows} more lines")),
            Line::File(file) => self.file(file),
            Line::Picture { file, fit, row } => {
                return self.picture(file, *fit, *row, is_selected);
            }
            Line::Reactions(reactions) => self.reactions(reactions),
            Line::Replies(count, last) => self.replies(*count, *last),
            Line::Refusal(reason) => self.refusal(reason),
        };
        if is_selected { Row::Selected(pieces) } else { Row::Pieces(pieces) }
    }

    fn header(&self) -> Vec<Piece> {
        let (painter, theme) = (self.painter, self.painter.cache.theme);
        let me = painter.chat.me();
        let (author, name, at) = match self.item.content {
            Content::Beginning => return Vec::new(),
            Content::Message(entry) => (entry.author, &entry.name, entry.at),
            Content::Unsent(unsent) => (me.id, &me.name, unsent.written_at),
        };
        let margin = own(" ", theme.text());
        // However long the name, the time after it is ours and is seen.
        let name = name.cut(self.feed.columns().saturating_sub(TIME_COLUMNS));
        let time = own(format!("  {}", painter.time(at)), theme.faint());
        let name = self.name(&name, theme.author(author));
        vec![margin, name, time]
    }

    fn text(&self, layout: &Layout, row: &markup::Row) -> Vec<Piece> {
        let (cache, theme) = (self.painter.cache, self.painter.cache.theme);
        let mut pieces = Vec::new();
        // Bars and bullets before a row are no part of what is read.
        let leads_count = row.spans.iter().take_while(|span| span.role == Role::Mark).count();
        for span in &row.spans[leads_count..] {
            let style = match span.role {
                Role::Mention if self.is_us(&span.text) => theme.fresh(),
                Role::Code => {
                    pieces.extend(self.code(layout, row, &span.text));
                    continue;
                }
                role => theme.span(role, span.stress),
            };
            let style = cache.links.marked(style, span.link.as_ref());
            pieces.push(foreign(&span.text, self.style.patch(style)));
        }
        let lead =
            |span: &Span| foreign(&span.text, self.style.patch(theme.span(span.role, span.stress)));
        let leads = row.spans[..leads_count].iter().map(lead);
        let gutter = std::iter::once(self.gutter.clone());
        let said: String = row.spans[leads_count..].iter().map(|span| span.text.as_str()).collect();
        let files = self.painter.chat.nearby().places(&said);
        if !files.is_empty() {
            let stretches: Vec<_> = files.into_iter().map(|(range, _)| range).collect();
            pieces = restyled(pieces, &stretches, theme.span(Role::Link, Stress::default()));
        }
        if theme.orders_names {
            pieces = in_visual_order(pieces, row.is_rtl);
        }
        gutter.chain(leads).chain(pieces).collect()
    }

    fn name(&self, name: &SafeText, style: Style) -> Piece {
        named(name, style, self.painter.cache.theme)
    }

    /// A row of code, in the colours of its language as soon as they are known.
    fn code(&self, layout: &Layout, row: &markup::Row, text: &SafeText) -> Vec<Piece> {
        let of = layout.codes.iter().find(|code| code.block == row.source.block);
        let stretches = of.and_then(|code| self.painter.cache.highlights.of(code));
        let Some((range, stretches)) = row.source.code.clone().zip(stretches) else {
            return vec![foreign(text, self.style)];
        };
        let mut pieces = Vec::new();
        let mut at = range.start;
        let begins = stretches.partition_point(|stretch| stretch.range.end <= range.start);
        for stretch in stretches[begins..].iter().take_while(|s| s.range.start < range.end) {
            let from = stretch.range.start.clamp(at, range.end);
            let to = stretch.range.end.clamp(from, range.end);
            let tinted = self.style.patch(self.painter.cache.theme.tint(stretch.tint));
            pieces.extend(part(text, at - range.start..from - range.start, self.style));
            pieces.extend(part(text, from - range.start..to - range.start, tinted));
            at = to;
        }
        pieces.extend(part(text, at - range.start..text.as_str().len(), self.style));
        pieces
    }

    fn is_us(&self, mention: &SafeText) -> bool {
        let username = self.painter.chat.me().username.as_str();
        let name = mention.as_str().trim_start_matches('@');
        name.eq_ignore_ascii_case(username) || name.eq_ignore_ascii_case("here")
    }

    fn replies(&self, count: u64, last: Option<Timestamp>) -> Vec<Piece> {
        let last = last.map(|at| format!(", last {}", clock::moment(at, self.painter.around)));
        let noun = if count == 1 { "reply" } else { "replies" };
        self.note(format!("↳ {count} {noun}{}", last.unwrap_or_default()))
    }

    fn note(&self, words: String) -> Vec<Piece> {
        vec![self.gutter.clone(), own(words, self.painter.cache.theme.faint())]
    }

    /// The start of another message, on one row.
    fn refers(&self, to: MessageId, is_in_thread: bool) -> Vec<Piece> {
        let theme = self.painter.cache.theme;
        let mut pieces = vec![self.gutter.clone(), own("↳ ", theme.faint())];
        let entry = self.feed.entry(to);
        match (is_in_thread, entry.is_some()) {
            (true, true) => pieces.push(own("in a thread · ", theme.faint())),
            (true, false) => pieces.push(own("in a thread", theme.faint())),
            (false, true) => {}
            (false, false) => pieces.push(own("an earlier message", theme.faint())),
        }
        if let Some(entry) = entry {
            pieces.push(self.name(&entry.name, theme.author(entry.author)));
            pieces.push(own(": ", theme.faint()));
            let room = self.feed.columns().saturating_sub(usize::from(width(&pieces)));
            pieces.push(self.name(&entry.excerpt().cut(room), theme.faint()));
        }
        pieces
    }

    fn picture(&self, file: &File, fit: Fit, row: u16, is_selected: bool) -> Row {
        let Painter { cache, around, .. } = self.painter;
        let found = around.canvas.and_then(|canvas| cache.pictures.of(file, fit, canvas));
        let words = match found {
            Some(None) if row == 0 => "(the picture is not at hand)",
            _ => "",
        };
        let pieces = vec![self.gutter.clone(), own(words, cache.theme.faint())];
        Row::Picture { pieces, seen: found.flatten(), row, is_selected }
    }

    fn file(&self, file: &File) -> Vec<Piece> {
        let theme = self.painter.cache.theme;
        let size = match self.feed.pictures.fate(file) {
            Some(Fate::Here(Pixels { width, height })) => {
                format!(" {} · {width} × {height}", in_words(file.size))
            }
            Some(Fate::Never(why)) => format!(" {} · {why}", in_words(file.size)),
            _ => format!(" {}", in_words(file.size)),
        };
        let name = file.name.cut(self.feed.columns().saturating_sub(columns(&size) + 2));
        let (open, close) = (own("[", theme.faint()), own("]", theme.faint()));
        let name = self.name(&name, theme.accent());
        let size = own(size, theme.faint());
        vec![self.gutter.clone(), open, name, size, close]
    }

    fn reactions(&self, reactions: &[Reacted]) -> Vec<Piece> {
        let theme = self.painter.cache.theme;
        let me = self.painter.chat.me().id;
        let mut pieces = vec![self.gutter.clone()];
        for (index, reaction) in reactions.iter().enumerate() {
            let is_ours = reaction.users.contains(&me);
            let style = if is_ours { theme.accent() } else { theme.faint() };
            let gap = if index > 0 { REACTION_GAP } else { 0 };
            pieces.push(own(" ".repeat(gap), theme.text()));
            pieces.push(foreign(&reaction.shown, style));
            pieces.push(own(format!(" {}", reaction.count), style));
        }
        pieces
    }

    fn refusal(&self, reason: &SafeText) -> Vec<Piece> {
        let theme = self.painter.cache.theme;
        let mark = own("   ✕ refused: ", theme.error());
        let advice = own(" · ↑ R again, e edit, x discard", theme.faint());
        vec![mark, foreign(reason, theme.error()), advice]
    }
}

fn part(text: &SafeText, range: Range<usize>, style: Style) -> Option<Piece> {
    let part = text.as_str().get(range).filter(|part| !part.is_empty())?;
    Some(foreign(&SafeText::line(part), style))
}

/// A number of bytes, as people say it.
fn in_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..10_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        10_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}
