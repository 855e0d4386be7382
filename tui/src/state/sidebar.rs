//! The sidebar and the rail: which rows they have, which is marked, what is folded, and what is
//! typed to narrow them.
//!
//! It lists places and walks among them; going to one is the state's business.

use std::collections::BTreeSet;

use pail_protocol::{BucketId, ChannelId};

use super::accounts::{AccountKey, Accounts};
use super::chat::Chat;
use super::draft::Draft;
use super::geometry::Wanted;
use super::roster::Channel;

/// A row of the sidebar or the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// An account, where there are several.
    Account(AccountKey),
    /// A bucket.
    Bucket(AccountKey, BucketId),
    /// What stands above direct messages.
    Directs(AccountKey),
    /// A channel or direct message.
    Channel(AccountKey, ChannelId),
    /// Nothing, to set apart.
    Gap,
}

/// What is wanted of the sidebar.
#[derive(Debug, Default)]
pub struct Sidebar {
    is_hidden: bool,
    has_keys: bool,
    marked: Option<Row>,
    filter: Option<Draft>,
    folded: BTreeSet<(AccountKey, BucketId)>,
    /// The first row, as the wheel left it for this open channel.
    scrolled: Option<(usize, Option<Row>)>,
}

impl Row {
    fn can_be_marked(self) -> bool {
        !matches!(self, Self::Gap | Self::Directs(_))
    }
}

impl Sidebar {
    /// Whether it has the keys.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.has_keys
    }

    /// The row that is marked while it has the keys.
    #[must_use]
    pub fn marked(&self) -> Option<Row> {
        self.marked.filter(|_| self.has_keys)
    }

    /// What was typed to narrow it.
    #[must_use]
    pub fn filter(&self) -> Option<&Draft> {
        self.filter.as_ref()
    }

    pub(super) fn filter_mut(&mut self) -> Option<&mut Draft> {
        self.filter.as_mut()
    }

    /// Whether it is to be seen.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        match (self.has_keys, self.is_hidden) {
            (true, _) => Wanted::WithKeys,
            (false, false) => Wanted::Beside,
            (false, true) => Wanted::No,
        }
    }

    /// Whether only the news of a bucket are listed.
    #[must_use]
    pub fn is_folded(&self, account: AccountKey, bucket: BucketId) -> bool {
        self.folded.contains(&(account, bucket))
    }

    /// It gets the keys, with the open channel marked.
    pub(super) fn take_keys(&mut self, accounts: &Accounts) {
        (self.has_keys, self.is_hidden, self.filter) = (true, false, None);
        self.marked = open_row(accounts);
    }

    /// The keys go back to the chat.
    pub(super) fn give_keys_back(&mut self) {
        (self.has_keys, self.marked, self.filter) = (false, None, None);
    }

    pub(super) fn hide(&mut self) {
        self.give_keys_back();
        self.is_hidden = true;
    }

    pub(super) fn begin_filter(&mut self) {
        self.filter = Some(Draft::default());
    }

    /// Whether there was one to put away.
    pub(super) fn end_filter(&mut self) -> bool {
        self.filter.take().is_some()
    }

    pub(super) fn fold(&mut self, account: AccountKey, bucket: BucketId) {
        if !self.folded.remove(&(account, bucket)) {
            self.folded.insert((account, bucket));
        }
    }

    /// Marks the row so many further; what cannot be marked is stepped over.
    pub(super) fn step(&mut self, rows: &[Row], step: isize) {
        let places: Vec<Row> = rows.iter().copied().filter(|row| row.can_be_marked()).collect();
        let last = places.len().saturating_sub(1) as isize;
        let at = places.iter().position(|row| Some(*row) == self.marked);
        let to = at.map_or(0, |at| (at as isize).saturating_add(step).clamp(0, last));
        self.marked = places.get(to as usize).copied();
    }

    /// The row that is seen first in so many rows: as the wheel left it, or just as far down as the
    /// marked row, or else the open channel, needs.
    #[must_use]
    pub fn first_shown(&self, rows: &[Row], room: usize, accounts: &Accounts) -> usize {
        let end = rows.len().saturating_sub(room);
        let wanted = self.marked().or_else(|| open_row(accounts));
        match self.scrolled {
            Some((first, of)) if of == wanted => first.min(end),
            _ => {
                let at = rows.iter().position(|row| Some(*row) == wanted).unwrap_or(0);
                (at + 2).saturating_sub(room).min(end)
            }
        }
    }

    pub(super) fn scroll(&mut self, rows: &[Row], room: usize, accounts: &Accounts, by: isize) {
        let first = self.first_shown(rows, room, accounts).saturating_add_signed(by);
        let first = first.min(rows.len().saturating_sub(room));
        self.scrolled = Some((first, self.marked().or_else(|| open_row(accounts))));
    }

    /// What was marked may be gone: then the first channel is.
    pub(super) fn settle(&mut self, rows: &[Row]) {
        if self.has_keys && !self.marked.is_some_and(|marked| rows.contains(&marked)) {
            let first = rows.iter().find(|row| matches!(row, Row::Channel(..)));
            self.marked = first.copied();
        }
    }

    /// The rows of the sidebar. Beside a rail, which lists the buckets, only the open one's.
    #[must_use]
    pub fn rows(&self, accounts: &Accounts, has_rail: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        for (key, chat) in accounts.iter() {
            let is_front = accounts.front() == Some(key);
            if accounts.iter().len() > 1 && (is_front || !has_rail) {
                rows.push(Row::Account(key));
            }
            match &self.filter {
                Some(filter) => self.found(key, chat, filter.text(), &mut rows),
                None if is_front => self.all(key, chat, has_rail, &mut rows),
                None => {}
            }
        }
        while rows.last() == Some(&Row::Gap) {
            rows.pop();
        }
        rows
    }

    fn all(&self, key: AccountKey, chat: &Chat, has_rail: bool, rows: &mut Vec<Row>) {
        let open = chat.bucket_in_view();
        let buckets = chat.roster().buckets().iter().map(|bucket| bucket.id);
        for bucket in buckets.filter(|bucket| !has_rail || Some(*bucket) == open) {
            rows.push(Row::Bucket(key, bucket));
            let is_folded = self.is_folded(key, bucket);
            let is_open = |channel: &Channel| chat.current().is_some_and(|c| c.id == channel.id);
            let channels = chat.roster().channels_of(bucket);
            let listed = channels.filter(|c| !is_folded || c.unread > 0 || is_open(c));
            rows.extend(listed.map(|channel| Row::Channel(key, channel.id)));
            rows.push(Row::Gap);
        }
        let mut directs = chat.roster().directs().peekable();
        if directs.peek().is_some() {
            rows.push(Row::Directs(key));
            rows.extend(directs.map(|channel| Row::Channel(key, channel.id)));
            rows.push(Row::Gap);
        }
    }

    fn found(&self, key: AccountKey, chat: &Chat, words: &str, rows: &mut Vec<Row>) {
        let words = words.trim().to_lowercase();
        let fits = |c: &&Channel| c.label().as_str().to_lowercase().contains(&words);
        let found = chat.roster().in_order().into_iter().filter(fits);
        rows.extend(found.map(|channel| Row::Channel(key, channel.id)));
    }
}

fn open_row(accounts: &Accounts) -> Option<Row> {
    let open = accounts.front().zip(accounts.chat().and_then(Chat::current));
    open.map(|(account, channel)| Row::Channel(account, channel.id))
}

/// The rows of the rail: the buckets of every account, and its direct messages.
#[must_use]
pub fn rail(accounts: &Accounts) -> Vec<Row> {
    let mut rows = Vec::new();
    for (key, chat) in accounts.iter() {
        if !rows.is_empty() {
            rows.push(Row::Gap);
        }
        rows.extend(chat.roster().buckets().iter().map(|bucket| Row::Bucket(key, bucket.id)));
        if chat.roster().directs().next().is_some() {
            rows.push(Row::Directs(key));
        }
    }
    rows
}

/// The buckets of every account, in the order of the rail.
#[must_use]
pub fn buckets(accounts: &Accounts) -> Vec<(AccountKey, BucketId)> {
    let of = |(key, chat)| {
        let chat: &Chat = chat;
        chat.roster().buckets().iter().map(move |bucket| (key, bucket.id))
    };
    accounts.iter().flat_map(of).collect()
}
