//! The messages: days, the line "new", authors, and what they say behind a gutter.
//!
//! Every row of a message's own text starts with the gutter, so no text can pass for a header.

use jiff::civil::Date;
use pail_protocol::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::paint::{
    Piece, foreign, indented, own, row, row_of, row_right, rule, unread_count, width,
};
use super::theme::Theme;
use crate::state::Surroundings;
use crate::state::chat::Chat;
use crate::state::feed::{Content, Feed, Item};
use crate::state::geometry::GUTTER_COLUMNS;
use crate::state::notices::mentions;
use crate::state::outbox::Progress;
use crate::state::timeline::{Scroll, Timeline};
use crate::text::wrap::wrap;
use crate::text::{SafeText, columns};

/// Columns of the time in a header, with the space before it.
const TIME_COLUMNS: usize = 7;

/// Rows of the sentence that stands where no messages are yet, with an empty one below.
const SENTENCE_ROWS: usize = 2;

/// Stands where messages are missing that no connection could bring so far.
const MISSING: &str = " messages are missing here · fetched when connected ";

/// A row of the timeline.
enum Row {
    Pieces(Vec<Piece>),
    Rule(Vec<Piece>, Style),
    /// A row of the message that is selected.
    Selected(Vec<Piece>),
}

/// Draws the open channel.
pub(super) fn draw(
    chat: &Chat,
    around: &Surroundings,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let scroll = chat.timeline().map_or(&Scroll::Bottom, |timeline| &timeline.scroll);
    let columns = chat.geometry(around).text_columns();
    let painter = Painter { chat, around, theme, columns };
    let sentence_rows = if chat.timeline().is_some() { 0 } else { SENTENCE_ROWS };
    let room = usize::from(area.height).saturating_sub(sentence_rows);
    let rows = chat.feed(around).map(|feed| painter.rows_from_below(&feed, scroll, room));
    let rows = rows.unwrap_or_default();
    let blank = usize::from(area.height).saturating_sub(rows.len());
    draw_rows(rows, theme, buffer, area);
    match chat.timeline() {
        Some(timeline) => draw_marks(timeline, theme, buffer, area),
        None => draw_sentence(chat, blank, theme, buffer, area),
    }
}

fn draw_rows(rows: Vec<Row>, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let blank = usize::from(area.height).saturating_sub(rows.len());
    for (down, line) in rows.into_iter().enumerate() {
        let area = row_of(area, blank + down);
        match line {
            Row::Pieces(pieces) => row(buffer, area, &pieces),
            Row::Rule(words, style) => rule(buffer, indented(area, 1), &words, style),
            Row::Selected(pieces) => {
                row(buffer, area, &pieces);
                mark_selected(buffer, area, theme);
            }
        }
    }
}

/// The gutter of a selected message is reversed, with a sign for whoever does not see that.
fn mark_selected(buffer: &mut Buffer, area: Rect, theme: Theme) {
    let gutter = Rect { width: area.width.min(GUTTER_COLUMNS - 1), ..area };
    row(buffer, gutter, &[own("›", theme.text())]);
    buffer.set_style(gutter, theme.marked());
}

/// What is out of sight, at the edges where it is.
fn draw_marks(timeline: &Timeline, theme: Theme, buffer: &mut Buffer, area: Rect) {
    if timeline.loading {
        row_right(buffer, row_of(area, 0), &[own(" loading… ", theme.faint())]);
    } else if timeline.new_above > 0 {
        let words = format!(" ↑ {} new above · PgUp ", unread_count(timeline.new_above));
        row_right(buffer, row_of(area, 0), &[own(words, theme.marked())]);
    }
    if timeline.scroll != Scroll::Bottom {
        let words = match timeline.new_below {
            0 => " ↓ Alt-End to the newest ".to_owned(),
            count => format!(" ↓ {count} new below · Alt-End "),
        };
        row_right(
            buffer,
            row_of(area, usize::from(area.height).saturating_sub(1)),
            &[own(words, theme.marked())],
        );
    }
}

/// Why there are no messages, above what is unsent.
fn draw_sentence(chat: &Chat, blank: usize, theme: Theme, buffer: &mut Buffer, area: Rect) {
    let words = match (chat.connection().is_live(), chat.is_loading_lists()) {
        (true, false) if chat.roster().in_order().is_empty() => {
            "You are in no channel yet. Ctrl-K creates one, or writes to somebody."
        }
        (true, _) => "One moment…",
        (false, _) => "Your messages appear as soon as the server is reached.",
    };
    let words = own(words, theme.faint());
    let down = (usize::from(area.height) / 2).min(blank.saturating_sub(SENTENCE_ROWS));
    row(buffer, indented(row_of(area, down), 2), &[words]);
}

struct Painter<'a> {
    chat: &'a Chat,
    around: &'a Surroundings,
    theme: Theme,
    columns: usize,
}

impl Painter<'_> {
    /// The rows that are seen, first to last.
    fn rows_from_below(&self, feed: &Feed<'_>, scroll: &Scroll, height: usize) -> Vec<Row> {
        let Some((last, hidden)) = feed.bottom(scroll) else { return Vec::new() };
        let mut items = Vec::new();
        let mut count = 0;
        for index in (0..=last).rev() {
            let mut rows = self.item(&feed.items[index]);
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

    fn item(&self, item: &Item<'_>) -> Vec<Row> {
        let mut rows = Vec::new();
        if let Some(day) = item.day {
            rows.push(Row::Rule(
                vec![own(format!(" {} ", self.day(day)), self.theme.faint())],
                self.theme.faint(),
            ));
        }
        if item.is_after_gap {
            rows.push(Row::Rule(vec![own(MISSING, self.theme.pending())], self.theme.pending()));
        }
        if item.is_first_unread {
            rows.push(Row::Rule(vec![own(" new ", self.theme.fresh())], self.theme.fresh()));
        }
        if item.is_set_apart {
            rows.push(Row::Pieces(Vec::new()));
        }
        let row = if self.chat.selection().is_some_and(|id| item.is(id)) {
            Row::Selected
        } else {
            Row::Pieces
        };
        rows.extend(item.has_header.then(|| self.header(item)).map(row));
        rows.extend(self.body(item).into_iter().map(row));
        rows
    }

    fn header(&self, item: &Item<'_>) -> Vec<Piece> {
        let me = self.chat.me();
        let (author, name, at) = match item.content {
            Content::Beginning => return Vec::new(),
            Content::Message(entry) => (entry.author, &entry.name, entry.at),
            Content::Unsent(unsent) => (me.id, &me.name, unsent.written_at),
        };
        let margin = own(" ", self.theme.text());
        // However long the name, the time after it is ours and is seen.
        let name = name.cut(self.columns.saturating_sub(TIME_COLUMNS));
        let time = own(format!("  {}", self.time(at)), self.theme.faint());
        vec![margin, foreign(&name, self.theme.author(author)), time]
    }

    fn body(&self, item: &Item<'_>) -> Vec<Vec<Piece>> {
        let Some(text) = item.text() else {
            let words = " This is where it begins. Type a message, Enter sends it.";
            return vec![vec![own(words, self.theme.faint())]];
        };
        let (gutter, style) = self.manner(item);
        let ranges = wrap(text.as_str(), self.columns);
        let last = ranges.len() - 1;
        let mut rows: Vec<Vec<Piece>> = ranges
            .into_iter()
            .map(|range| {
                let shown = SafeText::line(&text.as_str()[range]);
                vec![gutter.clone(), foreign(&shown, style)]
            })
            .collect();
        if let Content::Unsent(unsent) = item.content
            && matches!(unsent.progress, Progress::Waiting | Progress::Sent)
            && usize::from(width(&rows[last])) < self.columns
        {
            rows[last].push(own(" …", self.theme.pending()));
        }
        if let Some(reason) = item.refusal() {
            let mark = own("   ✗ not sent: ", self.theme.error());
            let advice = own(" (↑ e takes it back)", self.theme.faint());
            rows.push(vec![mark, foreign(reason, self.theme.error()), advice]);
        }
        rows
    }

    /// The gutter and the style of a text.
    fn manner(&self, item: &Item<'_>) -> (Piece, Style) {
        let theme = self.theme;
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
        let me = self.chat.me();
        match item.content {
            Content::Message(entry) => {
                entry.author != me.id && mentions(&entry.text, me.username.as_str())
            }
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
