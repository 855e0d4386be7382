//! The threads one is in, the newest first: those we began, wrote in, or are mentioned in.
//!
//! No server lists them. They are put together from what is at hand and what this machine has kept,
//! so they are there without a connection as well, and reach as far back as that does.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use pail_protocol::message::Message;
use pail_protocol::{ChannelId, MessageId, Seq, Timestamp, UserId};

use super::roster::Roster;
use super::timeline::Entry;
use crate::text::SafeText;

/// Threads that are listed.
pub const ROWS_MAX: usize = 50;
/// Threads of which what is missing is fetched.
pub const FETCHED_MAX: usize = 12;

/// A message of a thread, shortened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Who.
    pub name: SafeText,
    /// What, on one line.
    pub excerpt: SafeText,
    /// When.
    pub at: Timestamp,
    author: UserId,
}

/// A thread as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// In which channel.
    pub channel: ChannelId,
    /// What that is called.
    pub label: SafeText,
    /// The message that began it.
    pub root: MessageId,
    /// What that says; none while it is not at hand.
    pub began: Option<Said>,
    /// The newest reply; none while it is not at hand.
    pub last: Option<Said>,
    /// Replies, as far as is known.
    pub replies: u64,
    /// Those that were not seen.
    pub unread: u64,
}

impl Row {
    /// When something was said in it last.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        let newest = self.last.as_ref().or(self.began.as_ref());
        newest.map(|said| said.at).unwrap_or_default()
    }
}

/// What is known of a thread.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Known {
    began: Option<Said>,
    replies: BTreeMap<Seq, Said>,
    told: u64,
    is_ours: bool,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbox {
    me: UserId,
    known: BTreeMap<(ChannelId, MessageId), Known>,
    rows: Vec<Row>,
    /// The marked row.
    pub marked: usize,
    /// Whether this machine has been asked, and has answered.
    pub is_complete: bool,
}

impl Inbox {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(me: UserId) -> Self {
        Self { me, known: BTreeMap::new(), rows: Vec::new(), marked: 0, is_complete: false }
    }

    /// Messages of a channel, of threads or not. What is known already is not counted twice.
    pub fn take_in<'a>(&mut self, channel: ChannelId, entries: impl Iterator<Item = &'a Entry>) {
        for entry in entries {
            let root = match entry.thread {
                Some(root) => root,
                None if entry.reply_count > 0 => entry.id,
                None => continue,
            };
            let known = self.known.entry((channel, root)).or_default();
            known.is_ours |= entry.author == self.me || entry.mentions.contains(&self.me);
            if entry.id == root {
                known.began = Some(Said::of(entry));
                known.told = entry.reply_count;
            } else if !entry.is_deleted {
                known.replies.insert(entry.seq, Said::of(entry));
            }
        }
    }

    /// Lists what is known, in channels that we may read. What was marked stays marked.
    pub fn settle(&mut self, roster: &Roster) {
        let marked = self.marked_row().map(|row| row.root).filter(|_| self.marked > 0);
        let ours = self.known.iter().filter(|(_, known)| known.is_ours);
        let rows = ours.filter_map(|(place, known)| known.row(*place, self.me, roster));
        self.rows = rows.collect();
        self.rows.sort_by_key(|row| Reverse((row.at(), row.root)));
        self.rows.truncate(ROWS_MAX);
        let place = marked.and_then(|root| self.rows.iter().position(|row| row.root == root));
        self.marked = place.unwrap_or(0);
    }

    /// The threads.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The marked one.
    #[must_use]
    pub fn marked_row(&self) -> Option<&Row> {
        self.rows.get(self.marked)
    }

    /// Marks what is so many below.
    pub fn mark(&mut self, step: isize) {
        let last = self.rows.len().saturating_sub(1);
        self.marked = self.marked.saturating_add_signed(step).min(last);
    }

    /// The threads of which the beginning or the newest reply is not at hand.
    #[must_use]
    pub fn wanted(&self) -> Vec<MessageId> {
        let half = self.rows.iter().filter(|row| row.began.is_none() || row.last.is_none());
        half.take(FETCHED_MAX).map(|row| row.root).collect()
    }
}

impl Known {
    fn row(
        &self,
        (channel, root): (ChannelId, MessageId),
        me: UserId,
        roster: &Roster,
    ) -> Option<Row> {
        let listed = roster.channel(channel).filter(|channel| channel.is_member)?;
        let is_unread = |(seq, said): &(&Seq, &Said)| **seq > listed.read_seq && said.author != me;
        Some(Row {
            channel,
            label: listed.label(),
            root,
            began: self.began.clone(),
            last: self.replies.values().next_back().cloned(),
            replies: self.told.max(self.replies.len() as u64),
            unread: self.replies.iter().filter(is_unread).count() as u64,
        })
    }
}

impl Said {
    fn of(entry: &Entry) -> Self {
        let (name, excerpt) = (entry.name.clone(), entry.excerpt());
        Self { name, excerpt, at: entry.at, author: entry.author }
    }
}

/// Whether somebody is in the thread that these messages are.
#[must_use]
pub fn is_in(user: UserId, thread: &[Message]) -> bool {
    let is_theirs =
        |message: &Message| message.sender.id == user || message.context.mentions.contains(&user);
    thread.iter().any(is_theirs)
}
