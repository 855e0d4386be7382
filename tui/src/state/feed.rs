//! A timeline as items with rows: days, the line "new", who speaks, what is said.
//!
//! Scrolling moves among these rows; the view paints them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use pail_protocol::{MessageId, Seq, Timestamp, UserId};

use super::geometry::Geometry;
use super::layouts::Layouts;
use super::outbox::{Progress, Unsent};
use super::page::PRESENT;
use super::pictures::Frame;
use super::spans::Spans;
use super::timeline::{Entry, ItemId, Scroll};
use crate::text::SafeText;

/// Messages of one author within so many milliseconds share a header.
const GROUP_MS: i64 = 5 * 60 * 1000;

/// What an item says.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// Nothing is older than this.
    Beginning,
    /// A message.
    Message(&'a Entry),
    /// One of ours that is not acknowledged.
    Unsent(&'a Unsent),
}

/// A part of the timeline that scrolls as one.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// What it says.
    pub content: Content<'a>,
    /// The day that begins with it.
    pub day: Option<Date>,
    /// Whether messages are missing before it.
    pub is_after_gap: bool,
    /// Whether the unread messages begin with it.
    pub is_first_unread: bool,
    /// Whether its author is named.
    pub has_header: bool,
    /// Whether an empty row sets it apart.
    pub is_set_apart: bool,
}

/// What the items are made of.
#[derive(Debug)]
pub struct Feed<'a> {
    /// The items, oldest first.
    pub items: Vec<Item<'a>>,
    /// Whether it is one thread, of which nothing needs to be said.
    pub is_thread: bool,
    pub(super) layouts: &'a Layouts,
    /// When the newest reply of each thread came.
    pub(super) last_replies: BTreeMap<MessageId, Timestamp>,
    /// The pictures among them.
    pub pictures: Frame<'a>,
    columns: usize,
}

struct Previous {
    author: UserId,
    at: Timestamp,
    day: Option<Date>,
}

impl<'a> Feed<'a> {
    /// The items of a channel.
    pub fn new(
        me: UserId,
        is_complete: bool,
        entries: impl Iterator<Item = &'a Entry>,
        unsent: impl Iterator<Item = &'a Unsent>,
        seen_to: Option<Seq>,
        geometry: &Geometry,
        (layouts, pictures): (&'a Layouts, Frame<'a>),
    ) -> Self {
        let columns = geometry.text_columns();
        let (items, last_replies) = (Vec::new(), BTreeMap::new());
        let mut feed = Self { items, is_thread: false, layouts, last_replies, pictures, columns };
        let is_roomy = geometry.is_roomy();
        if is_complete {
            feed.items.push(Item::plain(Content::Beginning));
        }
        let mut previous: Option<Previous> = None;
        let mut unread_begins = seen_to;
        for entry in entries {
            let is_first_unread =
                unread_begins.is_some_and(|seq| entry.seq > seq && entry.author != me);
            if is_first_unread {
                unread_begins = None;
            }
            let day = Some(entry.day);
            let now = Previous { author: entry.author, at: entry.at, day };
            feed.push(Content::Message(entry), now, &mut previous, is_first_unread, is_roomy);
        }
        for unsent in unsent {
            let day = previous.as_ref().and_then(|previous| previous.day);
            let now = Previous { author: me, at: unsent.written_at, day };
            feed.push(Content::Unsent(unsent), now, &mut previous, false, is_roomy);
        }
        feed
    }

    fn push(
        &mut self,
        content: Content<'a>,
        now: Previous,
        previous: &mut Option<Previous>,
        is_first_unread: bool,
        is_roomy: bool,
    ) {
        let day = now.day.filter(|day| previous.as_ref().and_then(|p| p.day) != Some(*day));
        let continues = previous.as_ref().is_some_and(|before| {
            before.author == now.author
                && now.at.as_millis().saturating_sub(before.at.as_millis()) < GROUP_MS
        });
        let has_header = !continues || day.is_some() || is_first_unread;
        let is_set_apart = is_roomy && has_header && !self.items.is_empty();
        *previous = Some(now);
        let is_after_gap = false;
        let item = Item { content, day, is_after_gap, is_first_unread, has_header, is_set_apart };
        self.items.push(item);
    }

    /// With the items marked before which messages are missing.
    #[must_use]
    pub fn with_gaps(mut self, missing: &Spans) -> Self {
        let mut previous = Seq(i64::MIN);
        for item in self.items.iter_mut().filter(|_| !missing.is_empty()) {
            let seq = match item.content {
                Content::Beginning => continue,
                Content::Message(entry) => entry.seq,
                Content::Unsent(_) => PRESENT,
            };
            item.is_after_gap = missing.below(seq).is_some_and(|gap| gap.upto > previous);
            item.has_header |= item.is_after_gap;
            previous = seq;
        }
        self
    }

    /// With the time of the newest reply of each thread: everything up to the present is here.
    #[must_use]
    pub fn with_last_replies(mut self) -> Self {
        let entries = self.items.iter().filter_map(|item| match item.content {
            Content::Message(entry) if !entry.is_deleted => Some((entry.thread?, entry.at)),
            _ => None,
        });
        self.last_replies = entries.collect();
        self
    }

    /// Rows of the item at an index.
    #[must_use]
    pub fn rows_of(&self, index: usize) -> usize {
        self.lines(index).len()
    }

    /// Columns of what messages say.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The item on the last row, and how many rows of it are below the edge. `None` when there is
    /// no item at all.
    #[must_use]
    pub fn bottom(&self, scroll: &Scroll) -> Option<(usize, usize)> {
        let last = self.items.len().checked_sub(1)?;
        match scroll {
            Scroll::Bottom => Some((last, 0)),
            Scroll::At { item, hidden } => {
                let index = self.items.iter().rposition(|candidate| candidate.is(item));
                Some(index.map_or((last, 0), |index| {
                    (index, (*hidden).min(self.rows_of(index).saturating_sub(1)))
                }))
            }
        }
    }

    /// Where `rows` upwards leads, and how many rows are above the area then, counted up to one
    /// area's height.
    #[must_use]
    pub fn up(&self, scroll: &Scroll, rows: usize, area_rows: usize) -> (Scroll, usize) {
        let Some((mut index, mut hidden)) = self.bottom(scroll) else {
            return (Scroll::Bottom, 0);
        };
        hidden += rows;
        while index > 0 && hidden >= self.rows_of(index) {
            hidden -= self.rows_of(index);
            index -= 1;
        }
        let mut above = 0;
        for i in (0..=index).rev() {
            above += self.rows_of(i);
            if above >= hidden + 2 * area_rows {
                break;
            }
        }
        let missing = (hidden + area_rows).saturating_sub(above);
        let scroll = self.scroll_at(index, hidden);
        let scroll = if missing > 0 { self.down(&scroll, missing) } else { scroll };
        (scroll, above.saturating_sub(hidden + area_rows))
    }

    /// Where `rows` downwards leads.
    #[must_use]
    pub fn down(&self, scroll: &Scroll, rows: usize) -> Scroll {
        let Scroll::At { item, hidden } = scroll else { return Scroll::Bottom };
        let Some(mut index) = self.items.iter().rposition(|candidate| candidate.is(item)) else {
            return Scroll::Bottom;
        };
        let (mut hidden, mut rows) = (*hidden, rows);
        while rows > hidden {
            rows -= hidden;
            index += 1;
            if index >= self.items.len() {
                return Scroll::Bottom;
            }
            hidden = self.rows_of(index);
        }
        self.scroll_at(index, hidden - rows)
    }

    /// Whether the line "new" is above an area of so many rows.
    #[must_use]
    pub fn is_first_unread_above(&self, scroll: &Scroll, area_rows: usize) -> bool {
        let first = self.items.iter().position(|item| item.is_first_unread);
        let Some((first, (last, hidden))) = first.zip(self.bottom(scroll)) else { return false };
        let above = usize::from(self.items[first].day.is_some());
        let mut rows = 0;
        for index in (first..=last).rev() {
            rows += self.rows_of(index);
            if rows > area_rows + hidden + above {
                return true;
            }
        }
        false
    }

    pub(super) fn scroll_at(&self, index: usize, hidden: usize) -> Scroll {
        if index + 1 == self.items.len() && hidden == 0 {
            return Scroll::Bottom;
        }
        Scroll::At { item: self.items[index].id(), hidden }
    }
}

impl<'a> Item<'a> {
    fn plain(content: Content<'a>) -> Self {
        Self {
            content,
            day: None,
            is_after_gap: false,
            is_first_unread: false,
            has_header: false,
            is_set_apart: false,
        }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> ItemId {
        match self.content {
            Content::Beginning => ItemId::Beginning,
            Content::Message(entry) => ItemId::Message(entry.seq),
            Content::Unsent(unsent) => ItemId::Unsent(unsent.nonce.clone()),
        }
    }

    /// Whether this is its name.
    #[must_use]
    pub fn is(&self, id: &ItemId) -> bool {
        match (self.content, id) {
            (Content::Beginning, ItemId::Beginning) => true,
            (Content::Message(entry), ItemId::Message(seq)) => entry.seq == *seq,
            (Content::Unsent(unsent), ItemId::Unsent(nonce)) => unsent.nonce == *nonce,
            _ => false,
        }
    }

    /// Whether a row under the text says why it was refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&'a SafeText> {
        match self.content {
            Content::Unsent(Unsent { progress: Progress::Refused(reason), .. }) => Some(reason),
            _ => None,
        }
    }
}
