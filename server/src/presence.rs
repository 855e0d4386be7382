//! Who is connected at this moment. The hub writes it as connections come and go; requests read it.
//!
//! It is a signal, never a fact: nothing that must be right depends on it, and it starts empty.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use pail_protocol::UserId;

/// The handle. Clones share one set, bounded by the number of connections.
#[derive(Debug, Clone, Default)]
pub struct Presence {
    online: Arc<RwLock<HashSet<UserId>>>,
}

impl Presence {
    /// Whether somebody is connected, or was a moment ago.
    #[must_use]
    pub fn is_online(&self, user: UserId) -> bool {
        self.online.read().unwrap_or_else(PoisonError::into_inner).contains(&user)
    }

    /// Everybody who is connected, or was a moment ago.
    #[must_use]
    pub fn everybody(&self) -> Vec<UserId> {
        self.online.read().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Somebody is there; says whether they were not before.
    pub fn arrive(&self, user: UserId) -> bool {
        self.online.write().unwrap_or_else(PoisonError::into_inner).insert(user)
    }

    /// Somebody is gone; says whether they were there before.
    pub fn depart(&self, user: UserId) -> bool {
        self.online.write().unwrap_or_else(PoisonError::into_inner).remove(&user)
    }
}
