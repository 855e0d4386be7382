//! The frames of both WebSockets, in JSON text messages.
//!
//! `/ws/chat/<channel_id>/` is the documented socket: [`ChatSend`] in, [`ChatMessage`] and
//! [`ChatError`] out. `/ws/events/` carries everything of one user: [`ClientFrame`] in,
//! [`ServerFrame`] out. Receivers ignore types and fields they do not know.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::account::{Limits, User};
use crate::bucket::Role;
use crate::channel::ChannelType;
use crate::error::ErrorCode;
use crate::event::{Actor, Event, Recorded};
use crate::time::millis;
use crate::{BucketId, ChannelId, MessageId, Nonce, Seq, Timestamp, UserId};

/// What a client sends on `/ws/chat/<channel_id>/`. The ids are redundant: they may be left out,
/// and must fit the connection when they are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatSend {
    /// What to say.
    pub message_text: String,
    /// The channel of the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<ChannelId>,
    /// The authenticated user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_id: Option<UserId>,
    /// The same nonce again changes nothing and is answered with the first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
}

/// The error frame of `/ws/chat/<channel_id>/`: goes to the sender only and closes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatError {
    /// The sentence.
    pub error: String,
    /// The bound that was passed, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<usize>,
    /// The nonce of the frame that was refused, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
}

/// A message, live. The first five fields are the document's; the others repeat them in the
/// spelling of REST, so that one structure reads both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// What it says.
    pub message: String,
    /// The sender's full name.
    pub sender: String,
    /// The sender.
    pub sender_id: UserId,
    /// When the server took it in.
    pub timestamp: Timestamp,
    /// Unique id.
    #[serde(default)]
    pub id: MessageId,
    /// Its place in the channel.
    #[serde(default)]
    pub seq: Seq,
    /// In which channel.
    #[serde(default)]
    pub channel_id: ChannelId,
    /// `sender` again.
    #[serde(default)]
    pub sender_name: String,
    /// The sender's username.
    #[serde(default)]
    pub sender_username: String,
    /// `message` again.
    #[serde(default)]
    pub message_text: String,
    /// `timestamp` again.
    #[serde(default)]
    pub created_at: Timestamp,
    /// `timestamp` with milliseconds.
    #[serde(default, with = "millis")]
    pub ts_ms: Timestamp,
    /// The sender's own name for it, if they gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
}

/// What a client sends on `/ws/events/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum ClientFrame {
    /// The first frame: from where to go on. Live events follow after [`ServerFrame::Ready`].
    #[serde(rename = "subscribe")]
    Subscribe(Subscribe),
    /// Say something.
    #[serde(rename = "send")]
    Send(Send),
}

/// From where to go on, per channel. Channels that are not named start at the present.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscribe {
    /// The epoch the numbers belong to. Another epoch voids them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// At most [`crate::limits::SUBSCRIBE_CHANNELS_MAX`].
    #[serde(default, deserialize_with = "by_channel")]
    pub channels: BTreeMap<ChannelId, Cursor>,
}

/// What a client has of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The newest event it has.
    pub after: Seq,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Send {
    /// Where.
    pub channel_id: ChannelId,
    /// What.
    pub message_text: String,
    /// Under which name; comes back in the message or in the refusal.
    pub nonce: Nonce,
}

/// What the server sends on `/ws/events/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// A bucket and all its channels are gone.
    #[serde(rename = "bucket.deleted")]
    BucketDeleted(BucketDeleted),
    /// A channel exists in a bucket of the caller's. A direct message announces itself by
    /// [`ServerFrame::MemberAdded`].
    #[serde(rename = "channel.created")]
    ChannelCreated(ChannelCreated),
    /// A channel is gone.
    #[serde(rename = "channel.deleted")]
    ChannelDeleted(ChannelDeleted),
    /// Somebody, perhaps the caller, is in a bucket (no `channel_id`) or channel.
    #[serde(rename = "member.added")]
    MemberAdded(MemberAdded),
    /// Somebody, perhaps the caller, is no longer in a bucket (no `channel_id`) or channel.
    #[serde(rename = "member.removed")]
    MemberRemoved(MemberRemoved),
    /// A frame of this client was refused.
    #[serde(rename = "error")]
    Error(FrameError),
}

/// Who is connected to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct Ready {
    /// The database's identity.
    pub epoch: String,
    /// All channels the caller is a member of.
    #[serde(deserialize_with = "by_channel")]
    pub channels: BTreeMap<ChannelId, Resumed>,
}

/// Reads a map whose keys are channel ids. JSON has only text keys, and serde does not parse them
/// inside a tagged enum.
fn by_channel<'de, D: Deserializer<'de>, V: Deserialize<'de>>(
    deserializer: D,
) -> Result<BTreeMap<ChannelId, V>, D::Error> {
    let by_text = BTreeMap::<String, V>::deserialize(deserializer)?;
    let parse = |key: String| key.parse().map(ChannelId).map_err(|_| key);
    by_text
        .into_iter()
        .map(|(key, value)| Ok((parse(key)?, value)))
        .collect::<Result<_, String>>()
        .map_err(|key| de::Error::custom(format!("`{key}` is not a channel id")))
}

/// How the replay of one channel went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumed {
    /// The newest event; what is live is beyond it.
    pub last_seq: Seq,
    /// Whether everything after the client's cursor was replayed. If not, the client has a gap
    /// and fetches pages.
    pub recovered: bool,
}

/// See [`ServerFrame::BucketCreated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketCreated {
    /// Which bucket.
    pub bucket_id: BucketId,
    /// Its name.
    pub name: String,
}

/// See [`ServerFrame::BucketDeleted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketDeleted {
    /// Which bucket.
    pub bucket_id: BucketId,
}

/// See [`ServerFrame::ChannelCreated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// See [`ServerFrame::Error`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameError {
    /// The sentence.
    pub error: String,
    /// For programs.
    pub code: ErrorCode,
    /// The nonce of the [`Send`] that was refused. It will be refused again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
}

impl ServerFrame {
    /// The frame that tells members of an event; `None` for events that close connections
    /// without a word.
    #[must_use]
    pub fn of(recorded: &Recorded) -> Option<Self> {
        let seq = recorded.seq;
        let seq_or_zero = seq.unwrap_or_default();
        Some(match recorded.event.clone() {
            Event::BucketCreated { bucket, name, .. } => {
                Self::BucketCreated(BucketCreated { bucket_id: bucket, name })
            }
            Event::BucketDeleted { bucket } => {
                Self::BucketDeleted(BucketDeleted { bucket_id: bucket })
            }
            Event::BucketMemberAdded { bucket, user, role, .. } => Self::MemberAdded(MemberAdded {
                bucket_id: Some(bucket),
                role: Some(role),
                ..MemberAdded::of(user)
            }),
            Event::BucketMemberRemoved { bucket, user } => Self::MemberRemoved(MemberRemoved {
                bucket_id: Some(bucket),
                channel_id: None,
                seq: None,
                user_id: user,
            }),
            Event::ChannelCreated { channel, bucket, name, channel_type, .. } => {
                Self::ChannelCreated(ChannelCreated {
                    channel_id: channel,
                    seq: seq_or_zero,
                    bucket_id: bucket,
                    name,
                    channel_type,
                })
            }
            Event::ChannelDeleted { channel, bucket } => Self::ChannelDeleted(ChannelDeleted {
                channel_id: channel,
                seq: seq_or_zero,
                bucket_id: bucket,
            }),
            Event::ChannelMemberAdded { channel, channel_name, channel_type, user, .. } => {
                Self::MemberAdded(MemberAdded {
                    channel_id: Some(channel),
                    channel_name: Some(channel_name),
                    channel_type: Some(channel_type),
                    seq,
                    ..MemberAdded::of(user)
                })
            }
            Event::ChannelMemberRemoved { channel, user } => Self::MemberRemoved(MemberRemoved {
                bucket_id: None,
                channel_id: Some(channel),
                seq,
                user_id: user,
            }),
            Event::MessagePosted { channel, message, sender, text, nonce } => {
                Self::Message(ChatMessage {
                    message: text.clone(),
                    sender: sender.name.clone(),
                    sender_id: sender.id,
                    timestamp: recorded.at,
                    id: message,
                    seq: seq_or_zero,
                    channel_id: channel,
                    sender_name: sender.name,
                    sender_username: sender.username,
                    message_text: text,
                    created_at: recorded.at,
                    ts_ms: recorded.at,
                    nonce,
                })
            }
            Event::LoginEnded { .. } => return None,
        })
    }
}

impl MemberAdded {
    /// Somebody, in nothing yet.
    fn of(user: Actor) -> Self {
        Self {
            bucket_id: None,
            channel_id: None,
            channel_name: None,
            channel_type: None,
            seq: None,
            user_id: user.id,
            user_name: user.name,
            username: user.username,
            role: None,
        }
    }
}
