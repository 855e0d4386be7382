//! What survives a restart: drafts, unsent messages, the channel that was open, and the names of
//! channels, so that one can read where one is before the server is reached. No messages of others.

use std::collections::BTreeMap;

use pail_protocol::bucket::Role;
use pail_protocol::message::Refers;
use pail_protocol::{BucketId, ChannelId, Nonce, Seq, Timestamp, UserId};
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
    /// What was being written where.
    #[serde(default)]
    pub drafts: BTreeMap<ChannelId, String>,
    /// What else is to be known of what is being written.
    #[serde(default)]
    pub composing: Composing,
    /// The buckets there were.
    #[serde(default)]
    pub buckets: Vec<KeptBucket>,
    /// The channels there were.
    #[serde(default)]
    pub channels: Vec<KeptChannel>,
    /// What was not acknowledged, oldest first.
    #[serde(default)]
    pub unsent: Vec<KeptMessage>,
}

impl Keepsake {
    /// All but drafts and unsent messages, which belong to the client that keeps them.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let Self { current, recents, positions, buckets, channels, .. } = self;
        let (buckets, channels) = (buckets.clone(), channels.clone());
        let (recents, positions) = (recents.clone(), positions.clone());
        Self { current: *current, recents, positions, buckets, channels, ..Self::default() }
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

/// A bucket as it was last listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptBucket {
    /// Its id.
    pub id: BucketId,
    /// Its name.
    pub name: String,
    /// What we could do in it.
    pub role: Role,
}

/// A channel as it was last listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptChannel {
    /// Its id.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// The bucket; none for a direct message.
    pub bucket: Option<BucketId>,
    /// The other person of a direct message.
    pub peer: Option<UserId>,
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
