//! The accounts that are open: each a chat of its own, all of them connected, one in front.
//!
//! It knows which is which and which is seen. What an account is told, and what comes of it, is
//! routed by the state.

use super::chat::Chat;
use crate::text::SafeText;

/// Accounts that may be open at once. Further ones stay closed until one of these is left.
pub const OPEN_ACCOUNTS_MAX: usize = 16;

/// Names an open account for one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey(pub u32);

/// An account as the others know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Which one.
    pub key: AccountKey,
    /// Who, and where.
    pub label: SafeText,
    /// The server, as people write it.
    pub server: SafeText,
}

/// The open accounts, in the order in which they were opened.
#[derive(Debug, Default)]
pub struct Accounts {
    open: Vec<(AccountKey, Box<Chat>)>,
    front: Option<AccountKey>,
}

impl Accounts {
    /// The one in front.
    #[must_use]
    pub fn front(&self) -> Option<AccountKey> {
        self.front
    }

    /// The chat in front.
    #[must_use]
    pub fn chat(&self) -> Option<&Chat> {
        self.front.and_then(|key| self.get(key))
    }

    /// The chat of one account.
    #[must_use]
    pub fn get(&self, key: AccountKey) -> Option<&Chat> {
        self.iter().find(|(open, _)| *open == key).map(|(_, chat)| chat)
    }

    /// The chat of one account, to change.
    pub(super) fn get_mut(&mut self, key: AccountKey) -> Option<&mut Chat> {
        self.open.iter_mut().find(|(open, _)| *open == key).map(|(_, chat)| &mut **chat)
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (AccountKey, &Chat)> {
        self.open.iter().map(|(key, chat)| (*key, &**chat))
    }

    /// The names of all of them.
    #[must_use]
    pub fn keys(&self) -> Vec<AccountKey> {
        self.open.iter().map(|(key, _)| *key).collect()
    }

    /// Opens one more; it comes forward when no other is there.
    pub(super) fn add(&mut self, key: AccountKey, chat: Chat) {
        self.open.push((key, Box::new(chat)));
        self.front.get_or_insert(key);
        self.introduce();
    }

    /// Closes one. When it was in front, the one next to it comes forward.
    pub(super) fn remove(&mut self, key: AccountKey) -> Option<Chat> {
        let at = self.open.iter().position(|(open, _)| *open == key)?;
        let (_, chat) = self.open.remove(at);
        if self.front == Some(key) {
            let next = self.open.get(at).or_else(|| self.open.last());
            self.front = next.map(|(key, _)| *key);
        }
        self.introduce();
        Some(*chat)
    }

    /// Brings one to the front.
    pub(super) fn bring_forward(&mut self, key: AccountKey) {
        if self.get(key).is_some() {
            self.front = Some(key);
        }
    }

    /// Tells every account which others there are.
    fn introduce(&mut self) {
        let neighbour = |(key, chat): (AccountKey, &Chat)| {
            let (label, server) = (chat.me().label(), chat.me().server.clone());
            Neighbour { key, label, server }
        };
        let all: Vec<Neighbour> = self.iter().map(neighbour).collect();
        for (key, chat) in &mut self.open {
            chat.neighbours = all.iter().filter(|other| other.key != *key).cloned().collect();
        }
    }
}
