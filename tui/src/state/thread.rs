//! One thread: its root and its replies, the newest at least, and what of them is in sight.
//!
//! The numbers of its messages skip those of the channel around it, so it has pages of its own.

use std::collections::BTreeMap;

use pail_protocol::limits::HISTORY_PAGE_DEFAULT;
use pail_protocol::{MessageId, Seq};

use super::effect::Call;
use super::intent::Conversation;
use super::timeline::{Entry, Scroll};

/// Messages kept of a thread. Beyond it the oldest replies are let go and fetched again.
pub const THREAD_MESSAGES_MAX: usize = 1_000;

/// An open thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Where it is.
    pub place: Conversation,
    /// Its root.
    pub root: MessageId,
    /// What is on the last row.
    pub scroll: Scroll,
    entries: BTreeMap<Seq, Entry>,
    /// Whether no reply is older than those that are kept.
    is_complete: bool,
    asked: Asked,
}

/// How the newest replies stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    No,
    OnTheirWay,
    Known,
    Refused,
}

impl Thread {
    /// A thread of which nothing is known but what is at hand.
    #[must_use]
    pub fn new<'a>(
        place: Conversation,
        root: MessageId,
        at_hand: impl Iterator<Item = &'a Entry>,
    ) -> Self {
        let of_thread = at_hand.filter(|entry| entry.id == root || entry.thread == Some(root));
        let entries = of_thread.map(|entry| (entry.seq, entry.clone())).collect();
        let (scroll, is_complete, asked) = (Scroll::Bottom, false, Asked::No);
        Self { place, root, scroll, entries, is_complete, asked }
    }

    /// Its root, if that is at hand, and its replies, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.values()
    }

    /// The message at a place.
    #[must_use]
    pub fn at(&self, seq: Seq) -> Option<&Entry> {
        self.entries.get(&seq)
    }

    /// How many replies there are, as far as is known.
    #[must_use]
    pub fn reply_count(&self) -> u64 {
        let root = self.entries.values().next().filter(|entry| entry.id == self.root);
        let at_hand = self.entries.len() - usize::from(root.is_some());
        root.map_or(0, |root| root.reply_count).max(at_hand as u64)
    }

    /// Whether its newest replies are on their way.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        matches!(self.asked, Asked::No | Asked::OnTheirWay)
    }

    /// What is to be asked of a server: the newest replies, or older ones when somebody is near the
    /// oldest at hand.
    pub fn ask(&mut self, is_top_near: bool) -> Option<Call> {
        let oldest = || self.entries.values().find(|entry| entry.id != self.root);
        let before = match self.asked {
            Asked::No => None,
            Asked::Known if is_top_near && !self.is_complete => Some(oldest()?.seq),
            Asked::Known | Asked::OnTheirWay | Asked::Refused => return None,
        };
        self.asked = Asked::OnTheirWay;
        Some(Call::Thread { root: self.root, before })
    }

    /// What is at hand may be out of date.
    pub fn ask_again(&mut self) {
        self.asked = Asked::No;
    }

    /// The server will not say more.
    pub fn refused(&mut self) {
        self.asked = Asked::Refused;
    }

    /// A page: the root, and replies that are the newest, or those just before others.
    pub fn page(&mut self, page: Vec<Entry>, before: Option<Seq>) {
        self.asked = Asked::Known;
        let replies = page.iter().filter(|entry| entry.id != self.root).count();
        let last = page.last().map_or(Seq(0), |entry| entry.seq);
        if before.is_none() {
            self.entries.retain(|seq, _| *seq > last);
        }
        self.is_complete = replies < HISTORY_PAGE_DEFAULT;
        self.entries.extend(page.into_iter().map(|entry| (entry.seq, entry)));
    }

    /// A message from the socket.
    pub fn message(&mut self, entry: &Entry) {
        if entry.id != self.root && entry.thread != Some(self.root) {
            return;
        }
        self.entries.entry(entry.seq).or_insert_with(|| entry.clone());
        while self.entries.len() > THREAD_MESSAGES_MAX && self.scroll == Scroll::Bottom {
            let oldest = self.entries.values().find(|entry| entry.id != self.root);
            let Some(seq) = oldest.map(|entry| entry.seq) else { break };
            self.entries.remove(&seq);
            self.is_complete = false;
        }
    }

    /// Something happened to one of its messages.
    pub fn change(&mut self, id: MessageId, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.entries.values_mut().find(|entry| entry.id == id) {
            change(entry);
        }
    }

    /// Something is true of all its messages.
    pub fn change_all(&mut self, change: impl FnMut(&mut Entry)) {
        self.entries.values_mut().for_each(change);
    }
}
