//! What happened while one was away, on one screen: what calls by name, one's threads, what came
//! directly, then channels by how much was said. What is not at hand is said to be missing.
//!
//! It holds what is shown and what was decided; what that does is the chat's business.

use jiff::ToSpan;
use jiff::tz::TimeZone;
use pail_protocol::{ChannelId, Seq, Timestamp, UserId};

use super::boxes;
use super::roster::Channel;
use super::timeline::{Entry, Timeline};
use crate::text::SafeText;

/// Channels that are listed; the rest is a number.
pub const ROWS_MAX: usize = 50;
/// First messages that are shown of a channel.
pub const LINES_MAX: usize = 2;
/// Channels whose first messages are fetched because they are not at hand.
pub const FETCHED_MAX: usize = 12;
/// Away for longer than this, in milliseconds, one is shown it when one comes back.
pub const AWAY_MS: i64 = 30 * 60 * 1000;
/// At the start it is shown with more unread messages than this, in more channels than that.
pub const START_FROM: (u64, usize) = (20, 3);
/// The hour at which what was put off comes back.
const SNOOZED_TO_HOUR: i8 = 9;

/// Why a channel is listed where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Somebody mentions us.
    Mentions,
    /// Somebody answers us, or goes on in a thread of ours.
    Threads,
    /// Somebody wrote to us alone.
    Direct,
    /// Something was said.
    Channel,
}

impl Why {
    /// As a heading.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Mentions => "Mentions",
            Self::Threads => "Your threads",
            Self::Direct => "Direct messages",
            Self::Channel => "Channels",
        }
    }
}

/// What was decided about a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet.
    Open,
    /// One has been there.
    Visited,
    /// It counts as read.
    Done,
    /// It is put off.
    Snoozed,
    /// It is to be quiet.
    Muted,
}

/// A channel in which something is unread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub channel: ChannelId,
    /// What it is called.
    pub label: SafeText,
    /// Why it is listed here.
    pub why: Why,
    /// Unread messages in it.
    pub unread: u64,
    /// Those that mention us.
    pub mentions: u64,
    /// The first unread messages: who, and what. None while they are not at hand.
    pub lines: Option<Vec<(SafeText, SafeText)>>,
    /// Up to where everything was read.
    pub read_seq: Seq,
    /// What was decided.
    pub fate: Fate,
}

/// All that is unread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    rows: Vec<Row>,
    /// Channels beyond the bound.
    pub beyond: usize,
    /// The marked row.
    pub marked: usize,
}

/// A line of it; channels by their place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Why the next ones are listed.
    Section(Why),
    /// A channel.
    Head(usize),
    /// What was said in one: the place among its lines.
    Said(usize, usize),
    /// What was said in one is not at hand.
    NotHere(usize),
    /// There are more.
    Beyond,
}

impl Line {
    /// The channel it is about.
    #[must_use]
    pub fn of(self) -> Option<usize> {
        match self {
            Self::Head(at) | Self::Said(at, _) | Self::NotHere(at) => Some(at),
            Self::Section(_) | Self::Beyond => None,
        }
    }
}

impl Row {
    /// A channel with what is known of it.
    #[must_use]
    pub fn of(channel: &Channel, timeline: Option<&Timeline>, me: UserId) -> Self {
        let mut row = Self {
            channel: channel.id,
            label: channel.label(),
            why: if channel.is_direct() { Why::Direct } else { Why::Channel },
            unread: channel.unread,
            mentions: channel.mentions,
            lines: None,
            read_seq: channel.read_seq,
            fate: Fate::Open,
        };
        let is_thread = timeline.is_some_and(|timeline| has_answers(timeline, row.read_seq, me));
        match (row.mentions > 0, is_thread) {
            (true, _) => row.why = Why::Mentions,
            (false, true) => row.why = Why::Threads,
            (false, false) => {}
        }
        if let Some(kept) = timeline.filter(|timeline| timeline.reaches_back_to(row.read_seq)) {
            row.show(kept.entries(), me);
        }
        row
    }

    /// Shows the first unread ones of some messages: those that call us, if any does.
    pub fn show<'a>(&mut self, entries: impl Iterator<Item = &'a Entry>, me: UserId) {
        let unread = entries.filter(|e| e.seq > self.read_seq && e.author != me && !e.is_deleted);
        let line = |entry: &Entry| (entry.name.clone(), entry.excerpt());
        let (calls, others): (Vec<_>, Vec<_>) = unread.partition(|entry| entry.calls(me));
        let first = if calls.is_empty() { others } else { calls };
        self.lines = Some(first.into_iter().take(LINES_MAX).map(line).collect());
    }
}

/// Whether something unread answers us or is in a thread in which we have written.
fn has_answers(timeline: &Timeline, read_seq: Seq, me: UserId) -> bool {
    let is_ours = |id| timeline.by_id(id).is_some_and(|entry| entry.author == me);
    let unread = timeline.entries().rev().take_while(|entry| entry.seq > read_seq);
    let mut answers =
        unread.filter(|entry| entry.author != me).filter_map(|e| e.reply_to.or(e.thread));
    answers.any(is_ours)
}

impl Digest {
    /// Lists channels, the most urgent first.
    #[must_use]
    pub fn new(mut rows: Vec<Row>) -> Self {
        rows.sort_by_key(|row| (row.why, std::cmp::Reverse(row.unread)));
        let beyond = rows.len().saturating_sub(ROWS_MAX);
        rows.truncate(ROWS_MAX);
        Self { rows, beyond, marked: 0 }
    }

    /// The channels.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The marked one.
    #[must_use]
    pub fn marked_row(&self) -> Option<&Row> {
        self.rows.get(self.marked)
    }

    /// What it says, line by line.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut section = None;
        for (at, row) in self.rows.iter().enumerate() {
            if section.replace(row.why) != Some(row.why) {
                lines.push(Line::Section(row.why));
            }
            lines.push(Line::Head(at));
            match &row.lines {
                _ if row.fate != Fate::Open => {}
                Some(said) => lines.extend((0..said.len()).map(|line| Line::Said(at, line))),
                None => lines.push(Line::NotHere(at)),
            }
        }
        lines.extend((self.beyond > 0).then_some(Line::Beyond));
        lines
    }

    /// Those that are seen where so many fit: the marked channel is among them.
    pub fn lines_shown(&self, room: usize) -> impl Iterator<Item = Line> {
        let lines = self.lines();
        let last = lines.iter().rposition(|line| line.of() == Some(self.marked)).unwrap_or(0);
        lines.into_iter().skip(boxes::first_shown(last, room)).take(room)
    }

    /// Marks what is so many below.
    pub fn mark(&mut self, step: isize) {
        let last = self.rows.len().saturating_sub(1);
        self.marked = self.marked.saturating_add_signed(step).min(last);
    }

    /// Something was decided about the marked one; the next open one is marked.
    pub fn decide(&mut self, fate: Fate) {
        if let Some(row) = self.rows.get_mut(self.marked) {
            row.fate = fate;
        }
        let count = self.rows.len();
        let places = (1..count).map(|step| (self.marked + step) % count);
        let next = places.into_iter().find(|at| self.rows[*at].fate == Fate::Open);
        self.marked = next.unwrap_or(self.marked);
    }

    /// The channels whose first messages are to be fetched: where, and from which one on.
    #[must_use]
    pub fn wanted(&self) -> Vec<(ChannelId, Seq)> {
        let missing = self.rows.iter().filter(|row| row.lines.is_none()).take(FETCHED_MAX);
        missing.map(|row| (row.channel, Seq(row.read_seq.0.saturating_add(1)))).collect()
    }

    /// A page of a channel has come.
    pub fn take_in(&mut self, channel: ChannelId, entries: &[Entry], me: UserId) {
        let mut rows = self.rows.iter_mut().filter(|row| row.channel == channel);
        if let Some(row) = rows.find(|row| row.lines.is_none()) {
            row.show(entries.iter(), me);
        }
    }

    /// Whether nothing is left to decide.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.rows.iter().all(|row| row.fate != Fate::Open)
    }
}

/// When what is put off now comes back: the next morning.
#[must_use]
pub fn next_morning(now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let now = jiff::Timestamp::from_millisecond(now.as_millis()).ok()?.to_zoned(zone.clone());
    let today = now.date().at(SNOOZED_TO_HOUR, 0, 0, 0);
    let morning = if now.datetime() < today { today } else { today.checked_add(1.day()).ok()? };
    let at = morning.to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_millis(at.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use pail_protocol::Timestamp;

    use super::next_morning;

    #[test]
    fn what_is_put_off_comes_back_at_nine_where_the_reader_is() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let check = |now: &str, expected: &str| {
            let at: jiff::Timestamp = now.parse().unwrap();
            let morning = next_morning(Timestamp::from_millis(at.as_millisecond()), &zone);
            let expected: jiff::Timestamp = expected.parse().unwrap();
            assert_eq!(morning.map(|at| at.as_millis()), Some(expected.as_millisecond()));
        };
        check("2026-03-04T07:59:59Z", "2026-03-04T08:00:00Z");
        check("2026-03-04T08:00:00Z", "2026-03-05T08:00:00Z");
        check("2026-12-31T22:00:00Z", "2027-01-01T08:00:00Z");
    }
}
