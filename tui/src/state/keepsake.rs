//! What of one's own survives a restart: drafts, unsent messages, the channel that was open. What
//! others said is in `cached`.
//!
//! A run begins with all of it, and tells from then on only what has become different: thousands of
//! messages may wait, and each key would cost what there is instead of what changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use pail_protocol::message::Refers;
use pail_protocol::{ChannelId, Nonce, Seq, Timestamp};
use serde::{Deserialize, Serialize};

use super::intent::{Conversation, Intent};

/// What one run leaves to the next, per account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keepsake {
    /// Where one was.
    #[serde(default)]
    pub whereabouts: Whereabouts,
    /// What was being written where.
    #[serde(default)]
    pub drafts: BTreeMap<ChannelId, String>,
    /// What else is to be known of what is being written.
    #[serde(default)]
    pub composing: Composing,
    /// What was not acknowledged, by its place in the queue.
    #[serde(default, with = "in_order")]
    pub unsent: BTreeMap<u64, KeptMessage>,
}

/// Where one was: all that is no words of one's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The channel that was open.
    #[serde(default)]
    pub current: Option<ChannelId>,
    /// The channels last looked at, newest first.
    #[serde(default)]
    pub recents: Vec<ChannelId>,
    /// What was on the last row of the channels that were not at their newest message.
    #[serde(default)]
    pub positions: BTreeMap<ChannelId, Seq>,
    /// The channels that are put off, and until when.
    #[serde(default)]
    pub snoozed: BTreeMap<ChannelId, Timestamp>,
}

/// What is being written besides the drafts of channels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composing {
    /// What drafts are for that are not simply the next message.
    #[serde(default)]
    pub intents: Vec<(Conversation, Intent)>,
    /// The drafts of threads.
    #[serde(default)]
    pub threads: Vec<(Conversation, String)>,
}

/// A message that was not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptMessage {
    /// Where it goes.
    pub channel: ChannelId,
    /// Its name; sending it again under this name is harmless.
    pub nonce: Nonce,
    /// What it says.
    #[serde(with = "shared")]
    pub text: Arc<str>,
    /// What it refers to.
    #[serde(default)]
    pub refers: Refers,
    /// Files that go along with it and are not at the server yet: where they lie.
    #[serde(default)]
    pub files: Vec<String>,
    /// When it was written, in milliseconds since 1970.
    pub written_ms: i64,
    /// Why the server would not have it; it is not sent again by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// What has become different since it was told last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Where one is now.
    pub whereabouts: Whereabouts,
    /// All that drafts are for now.
    pub intents: Vec<(Conversation, Intent)>,
    /// What is being written where; nothing where nothing is any more.
    pub drafts: BTreeMap<Conversation, Option<String>>,
    /// What waits at a place of the queue; nothing where it has left.
    pub unsent: BTreeMap<u64, Option<KeptMessage>>,
}

impl Changes {
    /// What came later is added.
    pub fn extend(&mut self, later: Self) {
        (self.whereabouts, self.intents) = (later.whereabouts, later.intents);
        self.drafts.extend(later.drafts);
        self.unsent.extend(later.unsent);
    }
}

impl Keepsake {
    /// Takes in what has become different.
    pub fn apply(&mut self, changes: Changes) {
        self.whereabouts = changes.whereabouts;
        self.composing.intents = changes.intents;
        for (place, draft) in changes.drafts {
            self.set_draft(place, draft);
        }
        for (place, message) in changes.unsent {
            match message {
                Some(message) => drop(self.unsent.insert(place, message)),
                None => drop(self.unsent.remove(&place)),
            }
        }
    }

    fn set_draft(&mut self, place: Conversation, draft: Option<String>) {
        let threads = &mut self.composing.threads;
        match (place.thread, draft) {
            (None, Some(draft)) => drop(self.drafts.insert(place.channel, draft)),
            (None, None) => drop(self.drafts.remove(&place.channel)),
            (Some(_), draft) => {
                threads.retain(|(thread, _)| *thread != place);
                threads.extend(draft.map(|draft| (place, draft)));
            }
        }
    }
}

impl KeptMessage {
    /// When it was written.
    #[must_use]
    pub fn written_at(&self) -> Timestamp {
        Timestamp::from_millis(self.written_ms)
    }
}

/// A queue is written as a list: its places are its own.
mod in_order {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::KeptMessage;

    pub(super) fn serialize<S: Serializer>(
        queue: &BTreeMap<u64, KeptMessage>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(queue.values())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<u64, KeptMessage>, D::Error> {
        Ok((1..).zip(Vec::deserialize(deserializer)?).collect())
    }
}

/// A text that is shared is written like any other.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        text: &Arc<str>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<str>, D::Error> {
        Ok(String::deserialize(deserializer)?.into())
    }
}
