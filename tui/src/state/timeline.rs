//! The messages of one channel: merged by `seq`, so that order and duplicates do not matter.
//!
//! A timeline holds everything in `(floor, cursor]`, or up to a ceiling below the cursor when its
//! newest part was let go while somebody reads far up. It knows nothing of rows or screens.

use std::collections::BTreeMap;

use pail_protocol::frame::{MessageDeleted, MessageEdited, ReactionChanged};
use pail_protocol::{MessageId, Nonce, Seq};

pub use super::entry::Entry;

/// Messages kept of a channel that is open. Beyond it the far end is let go and fetched again.
pub const OPEN_MESSAGES_MAX: usize = 2_000;
/// Messages kept of a channel that is not.
pub const CLOSED_MESSAGES_MAX: usize = 300;

/// What an event was to a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// The next one.
    New,
    /// One it had.
    Known,
    /// One that leaves a gap before it: what was kept is gone.
    Gap,
}

/// What of the timeline is on the last row of its area.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Scroll {
    /// Whatever is newest.
    #[default]
    Bottom,
    /// An item, of which so many rows are below the edge.
    At {
        /// Which one.
        item: ItemId,
        /// Rows of it that are not seen.
        hidden: usize,
    },
}

/// What names an item of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemId {
    /// The line before the first message.
    Beginning,
    /// A message.
    Message(Seq),
    /// One of ours that is not acknowledged.
    Unsent(Nonce),
}

/// The messages of one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    entries: BTreeMap<Seq, Entry>,
    floor: Seq,
    cursor: Seq,
    ceiling: Option<Seq>,
    /// What is on the last row.
    pub scroll: Scroll,
    /// Messages that came while the bottom was out of sight.
    pub new_below: usize,
    /// The reader had seen up to here when they came: where the line "new" goes.
    pub seen_to: Option<Seq>,
    /// Messages that were unread when the reader came, until the line "new" has been on the
    /// screen.
    pub new_above: u64,
    /// Whether a page is on its way.
    pub loading: bool,
    /// Whether the server will not give a page. It is asked again on another visit or connection.
    is_refused: bool,
}

impl Timeline {
    /// Nothing, from here on.
    #[must_use]
    pub fn starting_after(seq: Seq) -> Self {
        Self {
            entries: BTreeMap::new(),
            floor: seq,
            cursor: seq,
            ceiling: None,
            scroll: Scroll::Bottom,
            new_below: 0,
            seen_to: None,
            new_above: 0,
            loading: false,
            is_refused: false,
        }
    }

    /// The newest event of which, and of all before it, we know.
    #[must_use]
    pub fn cursor(&self) -> Seq {
        self.cursor
    }

    /// The messages, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.values()
    }

    /// How many messages are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether there is nothing older than what is kept.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.floor == Seq(0)
    }

    /// From where older messages are to be fetched, if there are any and none are on their way.
    #[must_use]
    pub fn wants_before(&self) -> Option<Seq> {
        (!self.is_complete() && self.may_ask()).then_some(after(self.floor))
    }

    /// From where newer messages are to be fetched, if they were let go.
    #[must_use]
    pub fn wants_after(&self) -> Option<Seq> {
        self.ceiling.filter(|_| self.may_ask())
    }

    /// After which message the line "new" goes, if all that is new is kept.
    #[must_use]
    pub fn new_after(&self) -> Option<Seq> {
        self.seen_to.filter(|seen_to| self.floor <= *seen_to)
    }

    /// The server will not give the page that was asked for.
    pub fn page_refused(&mut self) {
        (self.loading, self.is_refused) = (false, true);
    }

    /// Nothing that was asked for will come any more.
    pub fn pages_lost(&mut self) {
        (self.loading, self.is_refused) = (false, false);
    }

    /// Whether the newest messages are not kept.
    #[must_use]
    pub fn is_detached(&self) -> bool {
        self.ceiling.is_some()
    }

    /// Forgets everything up to `seq`, which becomes the cursor.
    pub fn restart_after(&mut self, seq: Seq) {
        let (seen_to, new_above) = (self.seen_to, self.new_above);
        *self = Self { seen_to, new_above, ..Self::starting_after(seq) };
    }

    /// An event of the channel that is no message.
    pub fn event(&mut self, seq: Seq) -> Arrival {
        let arrival = self.arrival(seq);
        if arrival == Arrival::Gap {
            self.restart_after(before(seq));
        }
        self.cursor = self.cursor.max(seq);
        arrival
    }

    /// A message from the socket.
    pub fn message(&mut self, entry: Entry) -> Arrival {
        let seq = entry.seq;
        let arrival = self.event(seq);
        if seq > self.floor && self.ceiling.is_none() {
            self.entries.entry(seq).or_insert(entry);
        }
        arrival
    }

    /// A message says something else from now on.
    pub fn edited(&mut self, edited: &MessageEdited) {
        self.change(edited.id, |entry| entry.edited(edited));
    }

    /// A message is gone but for its place.
    pub fn deleted(&mut self, gone: &MessageDeleted) {
        self.change(gone.id, |entry| entry.deleted());
    }

    /// Somebody reacted to a message, or took it back.
    pub fn reacted(&mut self, change: &ReactionChanged, is_added: bool) {
        self.change(change.message_id, |entry| {
            entry.reacted(change.user_id, &change.emoji, is_added);
        });
    }

    fn change(&mut self, id: MessageId, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.entries.values_mut().find(|entry| entry.id == id) {
            change(entry);
        }
    }

    /// A page of what is just before `end`. A page that no longer fits is left aside.
    pub fn page_before(&mut self, end: Seq, page: Vec<Entry>, page_len: usize) {
        self.loading = false;
        if end != after(self.floor) {
            return;
        }
        let is_last = page.len() < page_len;
        let first = page.iter().map(|entry| entry.seq).min().unwrap_or(end);
        self.floor = if is_last { Seq(0) } else { before(first) };
        self.entries.extend(page.into_iter().map(|entry| (entry.seq, entry)));
    }

    /// A page of what is just after `start`, to a timeline that let its newest part go.
    pub fn page_after(&mut self, start: Seq, page: Vec<Entry>, page_len: usize) {
        self.loading = false;
        if self.ceiling != Some(start) {
            return;
        }
        let last = page.iter().map(|entry| entry.seq).max().unwrap_or(start);
        self.ceiling = (page.len() >= page_len).then_some(last);
        self.cursor = self.cursor.max(last);
        self.entries.extend(page.into_iter().map(|entry| (entry.seq, entry)));
    }

    /// Lets the end go that is farther from the reader, down to `max` messages.
    pub fn trim(&mut self, max: usize) {
        if self.entries.len() <= max {
            return;
        }
        if self.scroll == Scroll::Bottom {
            self.trim_oldest(max);
        } else {
            self.trim_far_end(max);
        }
    }

    fn trim_oldest(&mut self, max: usize) {
        while self.entries.len() > max
            && let Some((seq, _)) = self.entries.pop_first()
        {
            self.floor = seq;
        }
    }

    fn trim_far_end(&mut self, max: usize) {
        let anchor = match &self.scroll {
            Scroll::At { item: ItemId::Message(seq), .. } => *seq,
            Scroll::At { item: ItemId::Beginning, .. } => Seq(0),
            Scroll::At { item: ItemId::Unsent(_), .. } | Scroll::Bottom => self.cursor,
        };
        let below = self.entries.range(anchor..).count();
        if below <= self.entries.len() / 2 {
            return self.trim_oldest(max);
        }
        while self.entries.len() > max {
            self.entries.pop_last();
        }
        self.ceiling = self.entries.keys().next_back().copied();
    }

    fn may_ask(&self) -> bool {
        !self.loading && !self.is_refused
    }

    fn arrival(&self, seq: Seq) -> Arrival {
        match seq.0.saturating_sub(self.cursor.0) {
            ..=0 => Arrival::Known,
            1 => Arrival::New,
            _ => Arrival::Gap,
        }
    }
}

// Numbers come from a server that may be wrong: at the ends of their range they stay there.

fn before(seq: Seq) -> Seq {
    Seq(seq.0.saturating_sub(1))
}

fn after(seq: Seq) -> Seq {
    Seq(seq.0.saturating_add(1))
}

#[cfg(test)]
mod tests;
