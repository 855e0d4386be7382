//! What the server sends on `/ws/events/`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::chat::ChatMessage;
use super::client::by_channel;
use crate::account::{Limits, Status, User};
use crate::bucket::Role;
use crate::channel::ChannelType;
use crate::error::ErrorCode;
use crate::{BucketId, ChannelId, MessageId, Nonce, Seq, Timestamp, UserId};

/// What the server sends on `/ws/events/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type")]
pub enum ServerFrame {
    /// The first frame.
    #[serde(rename = "hello")]
    Hello(Hello),
    /// The replay is over; what follows is live.
    #[serde(rename = "ready")]
    Ready(Ready),
    /// Somebody said something.
    #[serde(rename = "chat.message")]
    Message(ChatMessage),
    /// The caller has created a bucket.
    #[serde(rename = "bucket.created")]
    BucketCreated(BucketCreated),
    /// A bucket has another name or icon.
    #[serde(rename = "bucket.updated")]
    BucketUpdated(BucketUpdated),
    /// A bucket and all its channels are gone.
    #[serde(rename = "bucket.deleted")]
    BucketDeleted(BucketDeleted),
    /// A channel exists in a bucket of the caller's. A direct message announces itself by
    /// [`ServerFrame::MemberAdded`].
    #[serde(rename = "channel.created")]
    ChannelCreated(ChannelCreated),
    /// A channel has another name or topic.
    #[serde(rename = "channel.updated")]
    ChannelUpdated(ChannelUpdated),
    /// A channel is gone.
    #[serde(rename = "channel.deleted")]
    ChannelDeleted(ChannelDeleted),
    /// Somebody, perhaps the caller, is in a bucket (no `channel_id`) or channel.
    #[serde(rename = "member.added")]
    MemberAdded(MemberAdded),
    /// Somebody, perhaps the caller, is no longer in a bucket (no `channel_id`) or channel.
    #[serde(rename = "member.removed")]
    MemberRemoved(MemberRemoved),
    /// Somebody has another role in a bucket.
    #[serde(rename = "member.updated")]
    MemberUpdated(MemberUpdated),
    /// Somebody who shares a bucket with the caller is called something else, or says something else
    /// of themselves.
    #[serde(rename = "user.updated")]
    UserUpdated(UserUpdated),
    /// A message says something else.
    #[serde(rename = "message.edited")]
    MessageEdited(MessageEdited),
    /// A message is gone but for its place.
    #[serde(rename = "message.deleted")]
    MessageDeleted(MessageDeleted),
    /// Somebody reacted to a message.
    #[serde(rename = "reaction.added")]
    ReactionAdded(ReactionChanged),
    /// Somebody took a reaction back.
    #[serde(rename = "reaction.removed")]
    ReactionRemoved(ReactionChanged),
    /// The caller's read marker moved, here or on another device.
    #[serde(rename = "read.updated")]
    ReadUpdated(ReadUpdated),
    /// The caller muted a channel or took that back, here or on another device.
    #[serde(rename = "mute.updated")]
    MuteUpdated(MuteUpdated),
    /// Somebody else is typing. Never stored, never repeated.
    #[serde(rename = "typing")]
    Typing(SomebodyTyping),
    /// Somebody came or went. Never stored; only to those who asked when they subscribed.
    #[serde(rename = "presence")]
    Presence(Presence),
    /// Answers a ping.
    #[serde(rename = "pong")]
    Pong {},
    /// A frame of this client was refused.
    #[serde(rename = "error")]
    Error(FrameError),
}

/// Who is connected to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hello {
    /// The database's identity.
    pub epoch: String,
    /// `pail-server`'s version.
    pub server_version: String,
    /// The caller.
    pub user: User,
    /// What the server accepts.
    pub limits: Limits,
}

/// Where each of the caller's channels stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ready {
    /// The database's identity.
    pub epoch: String,
    /// All channels the caller is a member of.
    #[serde(deserialize_with = "by_channel")]
    pub channels: BTreeMap<ChannelId, Resumed>,
    /// Who is connected of those who share a bucket with the caller, when they asked for presence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<Vec<UserId>>,
}

/// How the replay of one channel went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resumed {
    /// The newest event; what is live is beyond it.
    pub last_seq: Seq,
    /// Whether everything after the client's cursor was replayed. If not, the client has a gap
    /// and fetches pages.
    pub recovered: bool,
}

/// See [`ServerFrame::BucketCreated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BucketCreated {
    /// Which bucket.
    pub bucket_id: BucketId,
    /// Its name.
    pub name: String,
}

/// See [`ServerFrame::BucketDeleted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BucketDeleted {
    /// Which bucket.
    pub bucket_id: BucketId,
}

/// See [`ServerFrame::ChannelCreated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChannelCreated {
    /// Which channel.
    pub channel_id: ChannelId,
    /// The event's number in it.
    pub seq: Seq,
    /// `null` for a direct message.
    pub bucket_id: Option<BucketId>,
    /// Its name.
    pub name: String,
    /// Its type.
    pub channel_type: ChannelType,
}

/// See [`ServerFrame::ChannelDeleted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChannelDeleted {
    /// Which channel.
    pub channel_id: ChannelId,
    /// The event's number in it.
    pub seq: Seq,
    /// `null` for a direct message.
    pub bucket_id: Option<BucketId>,
}

/// See [`ServerFrame::MemberAdded`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberAdded {
    /// The bucket, when the membership is in a bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket_id: Option<BucketId>,
    /// The channel, when the membership is in a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<ChannelId>,
    /// The channel's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_name: Option<String>,
    /// The channel's type; a direct message announces itself in this way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_type: Option<ChannelType>,
    /// The event's number in the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// Who.
    pub user_id: UserId,
    /// Their full name.
    pub user_name: String,
    /// Their username.
    pub username: String,
    /// Their role, in a bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// See [`ServerFrame::MemberRemoved`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberRemoved {
    /// The bucket, when the membership was in a bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket_id: Option<BucketId>,
    /// The channel, when the membership was in a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<ChannelId>,
    /// The event's number in the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// Who.
    pub user_id: UserId,
}

/// See [`ServerFrame::BucketUpdated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BucketUpdated {
    /// Which bucket.
    pub bucket_id: BucketId,
    /// Its name.
    pub name: String,
    /// Its icon; `null` when it has none.
    pub icon: Option<String>,
}

/// See [`ServerFrame::ChannelUpdated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChannelUpdated {
    /// Which channel.
    pub channel_id: ChannelId,
    /// The event's number in it.
    pub seq: Seq,
    /// Of which bucket.
    pub bucket_id: Option<BucketId>,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub topic: String,
}

/// See [`ServerFrame::MemberUpdated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberUpdated {
    /// In which bucket.
    pub bucket_id: BucketId,
    /// Who.
    pub user_id: UserId,
    /// Their role now.
    pub role: Role,
}

/// See [`ServerFrame::UserUpdated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserUpdated {
    /// Who.
    pub user_id: UserId,
    /// Their full name.
    pub name: String,
    /// Their username.
    pub username: String,
    /// What they say of themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// See [`ServerFrame::MessageEdited`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageEdited {
    /// Which message.
    pub id: MessageId,
    /// In which channel.
    pub channel_id: ChannelId,
    /// The event's number in it, not the message's.
    pub seq: Seq,
    /// What it says now.
    pub message_text: String,
    /// The members it mentions now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// Whether it calls everybody now.
    #[serde(default)]
    pub here: bool,
    /// When it was changed.
    pub edited_at: Timestamp,
}

/// See [`ServerFrame::MessageDeleted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageDeleted {
    /// Which message.
    pub id: MessageId,
    /// In which channel.
    pub channel_id: ChannelId,
    /// The event's number in it, not the message's.
    pub seq: Seq,
    /// When.
    pub deleted_at: Timestamp,
    /// By whom.
    pub deleted_by: UserId,
}

/// See [`ServerFrame::ReactionAdded`] and [`ServerFrame::ReactionRemoved`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReactionChanged {
    /// On which message.
    pub message_id: MessageId,
    /// In which channel.
    pub channel_id: ChannelId,
    /// The event's number in it.
    pub seq: Seq,
    /// Whose.
    pub user_id: UserId,
    /// Which.
    pub emoji: String,
}

/// See [`ServerFrame::ReadUpdated`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReadUpdated {
    /// Which channel.
    pub channel_id: ChannelId,
    /// The newest event the caller has seen.
    pub read_seq: Seq,
}

/// See [`ServerFrame::MuteUpdated`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MuteUpdated {
    /// Which channel.
    pub channel_id: ChannelId,
    /// Whether it is muted now.
    pub muted: bool,
}

/// See [`ServerFrame::Typing`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SomebodyTyping {
    /// Where.
    pub channel_id: ChannelId,
    /// Who.
    pub user_id: UserId,
}

/// See [`ServerFrame::Presence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Presence {
    /// Who.
    pub user_id: UserId,
    /// Whether they are connected now.
    pub online: bool,
}

/// See [`ServerFrame::Error`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FrameError {
    /// The sentence.
    pub error: String,
    /// For programs.
    pub code: ErrorCode,
    /// The nonce of the [`Send`] that was refused. It will be refused again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
}
