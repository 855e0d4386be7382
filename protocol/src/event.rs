//! The durable facts of buckets and channels: what the log keeps.
//!
//! Everything else follows from these: the tables, what a socket is sent, what an absent member
//! is told. Typing and presence are signals, never events.

mod ids;

use serde::{Deserialize, Serialize};

use crate::account::Status;
use crate::bucket::Role;
use crate::channel::ChannelType;
use crate::message::Context;
use crate::{BucketId, ChannelId, LoginId, MemberId, MessageId, Nonce, Seq, Timestamp, UserId};

pub use ids::IdMut;

/// Somebody, as they were called when the event happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Actor {
    /// Their id.
    pub id: UserId,
    /// Their username then.
    pub username: String,
    /// Their full name then.
    pub name: String,
}

/// A durable fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of the resources of the same name")]
pub enum Event {
    /// A bucket exists.
    BucketCreated { bucket: BucketId, name: String, by: UserId },
    /// A bucket is called this from now on.
    BucketChanged { bucket: BucketId, name: String, icon: Option<String> },
    /// A bucket and all its channels are gone.
    BucketDeleted { bucket: BucketId },
    /// Somebody is in a bucket.
    BucketMemberAdded { bucket: BucketId, member: MemberId, user: Actor, role: Role },
    /// Somebody has another role in a bucket.
    BucketRoleChanged { bucket: BucketId, user: UserId, role: Role },
    /// Somebody is no longer in a bucket.
    BucketMemberRemoved { bucket: BucketId, user: UserId },
    /// A channel exists. `bucket` is `None` for a direct message.
    ChannelCreated {
        channel: ChannelId,
        bucket: Option<BucketId>,
        name: String,
        channel_type: ChannelType,
        by: UserId,
    },
    /// A channel is called this, and is about that, from now on.
    ChannelChanged { channel: ChannelId, bucket: Option<BucketId>, name: String, topic: String },
    /// A channel is gone.
    ChannelDeleted { channel: ChannelId, bucket: Option<BucketId> },
    /// Somebody is in a channel.
    ChannelMemberAdded {
        channel: ChannelId,
        channel_name: String,
        channel_type: ChannelType,
        member: MemberId,
        user: Actor,
    },
    /// Somebody is no longer in a channel.
    ChannelMemberRemoved { channel: ChannelId, user: UserId },
    /// Somebody said something.
    MessagePosted {
        channel: ChannelId,
        message: MessageId,
        sender: Actor,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nonce: Option<Nonce>,
        #[serde(flatten)]
        context: Context,
    },
    /// A message says something else from now on.
    MessageEdited {
        channel: ChannelId,
        message: MessageId,
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<UserId>,
        #[serde(default)]
        here: bool,
    },
    /// A message is gone but for its place; the log forgets what it said.
    MessageDeleted { channel: ChannelId, message: MessageId, by: UserId },
    /// Somebody reacted to a message.
    ReactionAdded { channel: ChannelId, message: MessageId, user: Actor, emoji: String },
    /// Somebody took a reaction back.
    ReactionRemoved { channel: ChannelId, message: MessageId, user: UserId, emoji: String },
    /// Somebody has read a channel up to here. Their own affair: it takes no `seq`.
    ReadMoved { user: UserId, channel: ChannelId, read_seq: Seq },
    /// Somebody wants to hear less of a channel, or again more. Their own affair as well.
    ChannelMuted { user: UserId, channel: ChannelId, muted: bool },
    /// Somebody is called this from now on, and says this of themselves. The log forgets what they
    /// said before.
    ProfileChanged {
        user: Actor,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<Status>,
    },
    /// A token no longer stands for its user.
    LoginEnded { login: LoginId, user: UserId },
}

impl Event {
    /// The channel whose `seq` this event takes, if it takes one.
    #[must_use]
    pub fn channel(&self) -> Option<ChannelId> {
        match self {
            Self::ChannelCreated { channel, .. }
            | Self::ChannelChanged { channel, .. }
            | Self::ChannelDeleted { channel, .. }
            | Self::ChannelMemberAdded { channel, .. }
            | Self::ChannelMemberRemoved { channel, .. }
            | Self::MessagePosted { channel, .. }
            | Self::MessageEdited { channel, .. }
            | Self::MessageDeleted { channel, .. }
            | Self::ReactionAdded { channel, .. }
            | Self::ReactionRemoved { channel, .. } => Some(*channel),
            Self::BucketCreated { .. }
            | Self::BucketChanged { .. }
            | Self::BucketDeleted { .. }
            | Self::BucketMemberAdded { .. }
            | Self::BucketRoleChanged { .. }
            | Self::BucketMemberRemoved { .. }
            | Self::ReadMoved { .. }
            | Self::ChannelMuted { .. }
            | Self::ProfileChanged { .. }
            | Self::LoginEnded { .. } => None,
        }
    }
}

/// An event with its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its position in the whole log, in commit order. Never sent to clients.
    pub pos: i64,
    /// Its number within its channel, when [`Event::channel`] is `Some`.
    pub seq: Option<Seq>,
    /// When it was recorded.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}
