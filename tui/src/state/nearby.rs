//! Files of this machine that messages name. Which of them there are is told from outside; a file
//! that was looked for once is not looked for again.

use std::collections::{BTreeMap, BTreeSet};

use pail_protocol::MessageId;

use super::entry::Entry;
use crate::text::located::{self, Located};

/// Messages in sight that are looked through, the newest ones.
pub const LOOKED_THROUGH_MAX: usize = 60;
/// Files of one message that are looked for.
const OF_MESSAGE_MAX: usize = 20;
/// Files that are remembered, and messages. Beyond it all of them are looked for anew.
const KNOWN_MAX: usize = 1_000;

/// What is known of them.
#[derive(Debug, Default)]
pub struct Nearby {
    /// Whether each is there; until that is told, not.
    known: BTreeMap<String, bool>,
    looked_through: BTreeSet<(MessageId, u64)>,
    has_any: bool,
}

impl Nearby {
    /// The files that some messages name and nobody has looked for yet.
    pub fn unknown<'a>(&mut self, entries: impl Iterator<Item = &'a Entry>) -> Vec<String> {
        if self.known.len() > KNOWN_MAX || self.looked_through.len() > KNOWN_MAX {
            *self = Self::default();
        }
        let mut unknown = Vec::new();
        for entry in entries.take(LOOKED_THROUGH_MAX) {
            if !self.looked_through.insert((entry.id, entry.fingerprint())) {
                continue;
            }
            for (_, located) in located::all(entry.text.as_str()).take(OF_MESSAGE_MAX) {
                if !self.known.contains_key(&located.path) {
                    self.known.insert(located.path.clone(), false);
                    unknown.push(located.path);
                }
            }
        }
        unknown
    }

    /// These are there.
    pub fn found(&mut self, paths: Vec<String>) {
        self.has_any |= !paths.is_empty();
        self.known.extend(paths.into_iter().map(|path| (path, true)));
    }

    /// Whether one is there.
    #[must_use]
    pub fn has(&self, located: &Located) -> bool {
        self.has_any && self.known.get(&located.path).copied().unwrap_or(false)
    }

    /// The places a text names in files that are there, and where it does.
    pub fn places(&self, text: &str) -> Vec<(std::ops::Range<usize>, Located)> {
        if !self.has_any {
            return Vec::new();
        }
        located::all(text).filter(|(_, located)| self.has(located)).collect()
    }
}
