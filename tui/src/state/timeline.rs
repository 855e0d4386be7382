//! The messages of one channel: merged by `seq`, so that order and duplicates do not matter.
//!
//! A timeline holds everything in `(floor, cursor]`, or up to a ceiling below the cursor when its
//! newest part was let go while somebody reads far up. Without a server there may be ranges missing
//! in it, and what is older than those may have changed since: that is known, said, and fetched
//! anew on the next connection. It knows nothing of rows or screens.

use std::collections::BTreeMap;
use std::ops::Bound;

use pail_protocol::frame::{MessageDeleted, MessageEdited, ReactionChanged};
use pail_protocol::{MessageId, Nonce, Seq, UserId};

use crate::text::SafeText;

pub use super::entry::Entry;
use super::page::Page;
use super::spans::{Span, Spans};

/// Messages kept of a channel that is open. Beyond it the far end is let go and fetched again.
pub const OPEN_MESSAGES_MAX: usize = 2_000;
/// Messages kept of a channel that is not: two screens. The cache has the rest.
pub const CLOSED_MESSAGES_MAX: usize = 120;

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

/// What is to be fetched from a server although something is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anew {
    /// What is just before an event.
    Before(Seq),
    /// What is around an event, where somebody reads.
    Around(Seq),
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
    /// What came while a page was on its way that may end just before it; none when it was too
    /// much.
    ahead: Option<Vec<Entry>>,
    /// What is not there although it lies between what is.
    missing: Spans,
    /// Up to where something may be missing or have changed since.
    unsure_to: Option<Seq>,
    /// What is on the last row.
    pub scroll: Scroll,
    /// Messages that came while the bottom was out of sight.
    pub new_below: usize,
    /// The reader had seen up to here when they came: where the line "new" goes.
    pub seen_to: Option<Seq>,
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
            ahead: Some(Vec::new()),
            missing: Spans::default(),
            unsure_to: None,
            scroll: Scroll::Bottom,
            new_below: 0,
            seen_to: None,
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

    /// So many messages below the last row, then those from it on upwards.
    pub fn from_sight(&self, below: usize) -> impl Iterator<Item = &Entry> {
        let last = match self.scroll {
            Scroll::At { item: ItemId::Message(seq), .. } => seq,
            _ => Seq(i64::MAX),
        };
        let beyond = self.entries.range((Bound::Excluded(last), Bound::Unbounded)).take(below);
        beyond.chain(self.entries.range(..=last).rev()).map(|(_, entry)| entry)
    }

    /// The message at a place.
    #[must_use]
    pub fn at(&self, seq: Seq) -> Option<&Entry> {
        self.entries.get(&seq)
    }

    /// One message, the newer the faster.
    #[must_use]
    pub fn by_id(&self, id: MessageId) -> Option<&Entry> {
        self.entries.values().rev().find(|entry| entry.id == id)
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
        self.floor == Seq(0) && self.missing.around(after(self.floor)).is_none()
    }

    /// What is not there although it lies between what is, or before all that is.
    #[must_use]
    pub fn missing(&self) -> &Spans {
        &self.missing
    }

    /// From where older messages are to be fetched, if there are any and none are on their way.
    #[must_use]
    pub fn wants_before(&self) -> Option<Seq> {
        (self.floor != Seq(0) && self.may_ask()).then_some(after(self.floor))
    }

    /// From where what is missing or may have changed is to be fetched from a server.
    #[must_use]
    pub fn wants_anew(&self) -> Option<Anew> {
        let unsure_to = self.unsure_to.filter(|_| self.may_ask())?;
        match self.anchor() {
            Some(seq) if seq <= unsure_to => Some(Anew::Around(seq)),
            _ => Some(Anew::Before(after(unsure_to))),
        }
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

    /// The connection is live, and the channel stands at `last`; `recovered` when everything up to
    /// there has arrived. What is in sight stays there until it has been fetched anew.
    pub fn resumed(&mut self, last: Seq, recovered: bool, is_open: bool) {
        if !recovered || self.cursor < last {
            self.missing.insert(Span::new(self.top(), last));
            self.unsure_to = Some(last);
            self.cursor = last;
        }
        let is_all_unsure = self.unsure_to >= Some(self.top());
        if is_all_unsure && (!is_open || self.entries.is_empty()) {
            self.restart_after(self.cursor);
        } else if let Some(unsure_to) = self.unsure_to.filter(|_| !is_open) {
            self.forget_to(unsure_to);
        }
    }

    /// A page is on its way.
    pub fn asked(&mut self) {
        (self.loading, self.ahead) = (true, Some(Vec::new()));
    }

    /// The newest event up to which everything is kept.
    #[must_use]
    pub fn top(&self) -> Seq {
        self.ceiling.unwrap_or(self.cursor)
    }

    /// Whether an event is among what is kept.
    #[must_use]
    pub fn holds(&self, seq: Seq) -> bool {
        self.floor < seq && seq <= self.top() && self.missing.around(seq).is_none()
    }

    /// Whether nothing between an event and what is kept is missing.
    #[must_use]
    pub fn reaches_back_to(&self, seq: Seq) -> bool {
        self.floor <= seq
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

    /// Whether everything from the oldest message that is kept up to the present is there.
    #[must_use]
    pub fn reaches_present(&self) -> bool {
        !self.is_detached() && self.missing.is_empty()
    }

    /// Forgets everything up to `seq`, which becomes the cursor.
    pub fn restart_after(&mut self, seq: Seq) {
        let seen_to = self.seen_to;
        *self = Self { seen_to, ..Self::starting_after(seq) };
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
        if self.ceiling.is_some() {
            self.keep_ahead(entry);
        } else if seq > self.floor {
            self.entries.entry(seq).or_insert(entry);
        }
        arrival
    }

    fn keep_ahead(&mut self, entry: Entry) {
        self.ahead = self.ahead.take().filter(|ahead| ahead.len() < CLOSED_MESSAGES_MAX);
        if let Some(ahead) = self.ahead.as_mut().filter(|_| self.loading) {
            ahead.push(entry);
        }
    }

    /// A message says something else from now on.
    pub fn edited(&mut self, edited: &MessageEdited) {
        self.change(edited.id, |entry| entry.edited(edited));
    }

    /// A message has one more reply.
    pub fn replied(&mut self, root: MessageId) {
        self.change(root, |entry| entry.reply_count = entry.reply_count.saturating_add(1));
    }

    /// A message is gone but for its place, and no reply any more.
    pub fn deleted(&mut self, gone: &MessageDeleted) {
        let entry = self.by_id(gone.id).filter(|entry| !entry.is_deleted);
        if let Some(root) = entry.and_then(|entry| entry.thread) {
            self.change(root, |entry| entry.reply_count = entry.reply_count.saturating_sub(1));
        }
        self.change(gone.id, |entry| entry.deleted());
    }

    /// Somebody has another name from now on.
    pub fn renamed(&mut self, author: UserId, name: &SafeText) {
        for entry in self.entries.values_mut().filter(|entry| entry.author == author) {
            entry.name = name.clone();
        }
    }

    /// Somebody reacted to a message, or took it back.
    pub fn reacted(&mut self, change: &ReactionChanged, is_added: bool) {
        self.change(change.message_id, |entry| {
            entry.reacted(change.user_id, &change.emoji, is_added);
        });
    }

    fn change(&mut self, id: MessageId, change: impl FnOnce(&mut Entry)) {
        let ahead = self.ahead.iter_mut().flatten();
        if let Some(entry) = self.entries.values_mut().chain(ahead).find(|entry| entry.id == id) {
            change(entry);
        }
    }

    /// A page of what is just before `end`. A page that no longer fits is left aside.
    pub fn page_before(&mut self, end: Seq, page: Page<Entry>) {
        self.loading = false;
        if let Some(unsure_to) = self.unsure_to.filter(|to| !page.is_stale && end == after(*to)) {
            self.forget_to(unsure_to);
        }
        if end != after(self.floor) {
            return;
        }
        self.note_gap(Span::new(page.span.upto, self.floor));
        self.floor = page.span.after.min(self.floor);
        self.take_in(page);
    }

    /// A page of what is just after `start`, to a timeline that let its newest part go.
    pub fn page_after(&mut self, start: Seq, page: Page<Entry>) {
        self.loading = false;
        if self.ceiling != Some(start) {
            return;
        }
        self.note_gap(Span::new(start, page.span.after));
        self.rise_to(page.span.upto, &page);
        self.take_in(page);
    }

    /// A page from another place, instead of all that is kept. One that nobody could give leaves
    /// everything as it is.
    pub fn page_around(&mut self, page: Page<Entry>) {
        self.loading = false;
        if page.is_stale && page.messages.is_empty() {
            return;
        }
        let newest = page.messages.iter().map(|entry| entry.seq).max();
        let end = newest.unwrap_or(page.span.after);
        // What came live while the page was on its way follows it.
        let came_since = self.entries.split_off(&after(end));
        let was_attached = self.ceiling.is_none();
        self.entries.clear();
        (self.missing, self.unsure_to) = (Spans::default(), None);
        self.floor = page.span.after;
        self.rise_to(page.span.upto, &page);
        self.take_in(page);
        if was_attached && self.ceiling.is_none() {
            self.entries.extend(came_since);
        }
    }

    /// A page reaches up to here: perhaps to all that came since it was asked for.
    fn rise_to(&mut self, upto: Seq, page: &Page<Entry>) {
        let ahead = self.ahead.replace(Vec::new());
        let last = page.messages.iter().map(|entry| entry.seq).max();
        let last = last.unwrap_or(page.span.after);
        self.cursor = self.cursor.max(last);
        self.ceiling = match ahead {
            _ if upto < self.cursor => Some(upto),
            None => Some(last),
            Some(ahead) => {
                self.entries.extend(ahead.into_iter().map(|entry| (entry.seq, entry)));
                None
            }
        };
    }

    fn take_in(&mut self, page: Page<Entry>) {
        if page.is_stale {
            self.unsure_to = self.unsure_to.max(Some(page.span.upto.min(self.cursor)));
        }
        self.entries.extend(page.messages.into_iter().map(|entry| (entry.seq, entry)));
    }

    fn note_gap(&mut self, gap: Span) {
        if !gap.is_empty() {
            self.missing.insert(gap);
            self.unsure_to = self.unsure_to.max(Some(gap.upto));
        }
    }

    /// Lets go what may have changed, or everything up to another place.
    fn forget_to(&mut self, seq: Seq) {
        self.entries = self.entries.split_off(&after(seq));
        self.rise_floor(seq);
    }

    fn rise_floor(&mut self, seq: Seq) {
        self.floor = seq;
        self.missing.remove(Span::new(Seq(i64::MIN), seq));
        self.unsure_to = self.unsure_to.filter(|to| *to > seq);
        self.ceiling = self.ceiling.filter(|ceiling| *ceiling > seq);
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
            self.rise_floor(seq);
        }
    }

    fn trim_far_end(&mut self, max: usize) {
        let below = self.entries.range(self.anchor().unwrap_or(self.cursor)..).count();
        if below <= self.entries.len() / 2 {
            return self.trim_oldest(max);
        }
        while self.entries.len() > max {
            self.entries.pop_last();
        }
        self.ceiling = self.entries.keys().next_back().copied();
    }

    /// The message on the last row, when it is not just the newest.
    fn anchor(&self) -> Option<Seq> {
        match &self.scroll {
            Scroll::At { item: ItemId::Message(seq), .. } => Some(*seq),
            Scroll::At { item: ItemId::Beginning, .. } => Some(Seq(0)),
            Scroll::At { item: ItemId::Unsent(_), .. } | Scroll::Bottom => None,
        }
    }

    /// Whether a page may be asked for.
    #[must_use]
    pub fn may_ask(&self) -> bool {
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
