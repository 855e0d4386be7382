//! What of a feed is in sight, and where to scroll so that something is.
//!
//! It moves nothing itself: it answers with a [`Scroll`] or the name of an item.

use super::feed::{Content, Feed};
use super::timeline::{ItemId, Scroll};

impl Feed<'_> {
    /// The place of an item.
    #[must_use]
    pub fn position(&self, id: &ItemId) -> Option<usize> {
        self.items.iter().rposition(|item| item.is(id))
    }

    /// The newest item that is a message, at a place or before it.
    #[must_use]
    pub fn message_at_or_before(&self, index: usize) -> Option<ItemId> {
        let end = (index + 1).min(self.items.len());
        self.items[..end]
            .iter()
            .rev()
            .map(super::feed::Item::id)
            .find(|id| *id != ItemId::Beginning)
    }

    /// The oldest item that is a message, at a place or after it; the newest when there is none.
    #[must_use]
    pub fn message_at_or_after(&self, index: usize) -> Option<ItemId> {
        let start = index.min(self.items.len());
        let found = self.items[start..].iter().map(super::feed::Item::id);
        found.into_iter().find(|id| *id != ItemId::Beginning).or_else(|| self.newest_message())
    }

    /// The newest message.
    #[must_use]
    pub fn newest_message(&self) -> Option<ItemId> {
        self.message_at_or_before(self.items.len().checked_sub(1)?)
    }

    /// The message that stands where one stood that is gone.
    #[must_use]
    pub fn nearest(&self, gone: &ItemId) -> Option<ItemId> {
        let ItemId::Message(seq) = gone else { return self.newest_message() };
        let is_before = |content: &Content<'_>| match content {
            Content::Beginning => true,
            Content::Message(entry) => entry.seq < *seq,
            Content::Unsent(_) => false,
        };
        self.message_at_or_after(self.items.partition_point(|item| is_before(&item.content)))
    }

    /// The items of which something is seen in an area of so many rows: the first and the last.
    #[must_use]
    pub fn in_sight(&self, scroll: &Scroll, area_rows: usize) -> Option<(usize, usize)> {
        let (last, hidden) = self.bottom(scroll)?;
        let mut rows = self.rows_of(last).saturating_sub(hidden);
        let mut first = last;
        while first > 0 && rows < area_rows {
            first -= 1;
            rows += self.rows_of(first);
        }
        Some((first, last))
    }

    /// The item that is first in an area, and the row of it that is.
    #[must_use]
    pub fn top(&self, scroll: &Scroll, area_rows: usize) -> Option<(usize, usize)> {
        let (first, last) = self.in_sight(scroll, area_rows)?;
        let (_, hidden) = self.bottom(scroll)?;
        let rows: usize = (first..=last).map(|index| self.rows_of(index)).sum();
        Some((first, rows.saturating_sub(hidden + area_rows)))
    }

    /// Where to scroll so that a row of an item is first in an area.
    #[must_use]
    pub fn with_top(&self, index: usize, line: usize, area_rows: usize) -> Scroll {
        let mut last = index;
        let mut rows = self.rows_of(index).saturating_sub(line);
        while rows < area_rows && last + 1 < self.items.len() {
            last += 1;
            rows += self.rows_of(last);
        }
        self.scroll_at(last, rows.saturating_sub(area_rows))
    }

    /// The nearest place to scroll to at which an item is seen: whole, or some of it when it is
    /// taller than the area.
    #[must_use]
    pub fn reveal(&self, scroll: &Scroll, index: usize, area_rows: usize) -> Scroll {
        let Some(((first, last), (_, hidden))) =
            self.in_sight(scroll, area_rows).zip(self.bottom(scroll))
        else {
            return Scroll::Bottom;
        };
        let rows = self.rows_of(index);
        if rows > area_rows && (first..=last).contains(&index) {
            return scroll.clone();
        }
        if index > last || (index == last && hidden > 0) {
            return self.scroll_at(index, rows.saturating_sub(area_rows));
        }
        let mut rows = 0;
        for below in index..=last {
            rows += self.rows_of(below);
            let is_cut = if below == last { rows > area_rows + hidden } else { rows >= area_rows };
            if is_cut {
                return self.scroll_at(below, rows - area_rows);
            }
        }
        scroll.clone()
    }
}
