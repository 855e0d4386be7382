//! Channels, direct messages, who is in them, and what of them is unread.

use serde::{Deserialize, Serialize};

use crate::{BucketId, ChannelId, MemberId, MessageId, Seq, Timestamp, UserId};

/// What `latest_message` says in a channel where nobody has spoken.
pub const NO_MESSAGES_YET: &str = "No messages yet";

/// What kind of conversation a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChannelType {
    /// A named channel of a bucket, which all its members see and may join.
    Group,
    /// A named channel of a bucket that only its own members know of.
    Private,
    /// Two people, no bucket.
    Direct,
}

impl ChannelType {
    /// The word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Private => "private",
            Self::Direct => "direct",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Group, Self::Private, Self::Direct].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A channel, as answered to its creation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Channel {
    /// Unique id, also among direct messages.
    pub id: ChannelId,
    /// Shown name; of a direct message `"John and Jane"`, the same for both.
    pub name: String,
    /// See [`ChannelType`].
    pub channel_type: ChannelType,
    /// `null` for a direct message.
    pub bucket: Option<BucketId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The other person of a direct message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<Peer>,
    /// What it is about; may be empty.
    #[serde(default)]
    pub topic: String,
}

/// Answer to `GET` and `PATCH /api/chat/channels/<id>/`: a channel as the caller stands to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChannelDetail {
    /// The channel.
    #[serde(flatten)]
    pub channel: Channel,
    /// How many members it has.
    pub member_count: u64,
    /// Whether the caller is one. If not, the numbers below say nothing.
    pub is_member: bool,
    /// Its newest event.
    pub last_seq: Seq,
    /// The newest event the caller has seen.
    pub read_seq: Seq,
    /// As in [`Unread`].
    pub unread: u64,
    /// As in [`Unread`].
    pub mentions: u64,
    /// As in [`Unread`].
    pub muted: bool,
}

/// Body of `PATCH /api/chat/channels/<id>/`; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateChannel {
    /// 1 to [`crate::limits::NAME_CHARS_MAX`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::name"))]
    pub name: Option<String>,
    /// At most [`crate::limits::TOPIC_CHARS_MAX`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::topic_or_none"))]
    pub topic: Option<String>,
}

/// The other person of a direct message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Peer {
    /// Their id.
    pub id: UserId,
    /// Their full name.
    pub name: String,
    /// Their username.
    pub username: String,
    /// Whether they are connected.
    #[serde(default)]
    pub online: bool,
}

/// A row of `GET /api/chat/buckets/<id>/channels/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChannelSummary {
    /// Unique id.
    pub id: ChannelId,
    /// Shown name.
    pub name: String,
    /// See [`ChannelType`].
    pub channel_type: ChannelType,
    /// The newest message's text, or `No messages yet`.
    pub latest_message: String,
    /// The newest message's id; `null` when there is none.
    #[serde(default)]
    pub latest_message_id: Option<MessageId>,
    /// When it was sent; `null` when there is none.
    #[serde(default)]
    pub latest_at: Option<Timestamp>,
    /// Whether the caller is a member and may read it.
    #[serde(default)]
    pub is_member: bool,
    /// What it is about; may be empty.
    #[serde(default)]
    pub topic: String,
}

/// A row of `GET /api/chat/direct-messages/recent/` and `GET /api/chat/direct-messages/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DirectMessage {
    /// The conversation's channel.
    pub channel_id: ChannelId,
    /// `"John and Jane"`, the same for both.
    pub channel_name: String,
    /// The newest message's text, or `No messages yet`.
    pub latest_message: String,
    /// Who sent it; `null` when there is none.
    pub latest_sender: Option<String>,
    /// When it was sent; `null` when there is none.
    pub timestamp: Option<Timestamp>,
    /// The other person, for clients to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<Peer>,
}

/// Body of `POST /api/chat/channels/create/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateChannel {
    /// 1 to [`crate::limits::NAME_CHARS_MAX`] characters.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::name"))]
    pub name: String,
    /// `group` or `private`; `group` when it is left out.
    #[serde(default = "group")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::created_type"))]
    pub channel_type: ChannelType,
    /// In which bucket.
    pub bucket: BucketId,
}

fn group() -> ChannelType {
    ChannelType::Group
}

/// Body of `POST /api/chat/direct-messages/create/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateDirectMessage {
    /// With whom.
    pub user: UserId,
}

/// Body of `POST /api/chat/channels/members/add/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddChannelMember {
    /// To which channel.
    pub channel: ChannelId,
    /// Whom.
    pub user: UserId,
}

/// Somebody's membership in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChannelMember {
    /// The membership's own id.
    pub id: MemberId,
    /// Of which channel.
    pub channel: ChannelId,
    /// Whose.
    pub user: UserId,
    /// When they joined.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The user's full name.
    #[serde(default)]
    pub user_name: String,
    /// The user's username.
    #[serde(default)]
    pub username: String,
}

/// Body of `POST /api/chat/channels/<id>/read/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MarkRead {
    /// Everything up to here has been seen.
    pub seq: Seq,
}

/// Body of `POST /api/chat/channels/<id>/unread/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MarkUnread {
    /// Everything from here on counts as not seen.
    pub seq: Seq,
}

/// Where the caller stands in one channel: a row of `GET /api/chat/unread/`, and the answer to
/// whatever moves the read marker or mutes the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unread {
    /// In which channel.
    pub channel: ChannelId,
    /// The channel's newest event.
    pub last_seq: Seq,
    /// The newest event the caller has seen.
    pub read_seq: Seq,
    /// Messages of others among the newest [`crate::limits::UNREAD_MESSAGES_MAX`] beyond it,
    /// counted up to [`crate::limits::UNREAD_COUNT_MAX`].
    pub unread: u64,
    /// Those of them that mention the caller, by name or with `@here`.
    #[serde(default)]
    pub mentions: u64,
    /// Whether the caller wants to hear nothing of this channel that does not mention them.
    #[serde(default)]
    pub muted: bool,
}
