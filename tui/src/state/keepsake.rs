//! What of one's own survives a restart: drafts, unsent messages, the channel that was open. What
//! others said is in `cached`.

use std::collections::BTreeMap;

use pail_protocol::message::Refers;
use pail_protocol::{ChannelId, Nonce, Seq, Timestamp};
use serde::{Deserialize, Serialize};

use super::intent::{Conversation, Intent};

/// What one run leaves to the next, per account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keepsake {
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
    /// What was being written where.
    #[serde(default)]
    pub drafts: BTreeMap<ChannelId, String>,
    /// What else is to be known of what is being written.
    #[serde(default)]
    pub composing: Composing,
    /// What was not acknowledged, oldest first.
    #[serde(default)]
    pub unsent: Vec<KeptMessage>,
}

impl Keepsake {
    /// All but drafts and unsent messages, which belong to the client that keeps them.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let Self { current, recents, positions, snoozed, .. } = self;
        let (recents, positions) = (recents.clone(), positions.clone());
        let snoozed = snoozed.clone();
        Self { current: *current, recents, positions, snoozed, ..Self::default() }
    }
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
    pub text: String,
    /// What it refers to.
    #[serde(default)]
    pub refers: Refers,
    /// Files that go along with it and are not at the server yet: where they lie.
    #[serde(default)]
    pub files: Vec<String>,
    /// When it was written, in milliseconds since 1970.
    pub written_ms: i64,
}

impl KeptMessage {
    /// When it was written.
    #[must_use]
    pub fn written_at(&self) -> Timestamp {
        Timestamp::from_millis(self.written_ms)
    }
}
