//! The frames of `/ws/chat/<channel_id>/`, the documented socket.

use serde::{Deserialize, Serialize};

use crate::message::{Context, Refers};
use crate::time::millis;
use crate::{ChannelId, MessageId, Nonce, Seq, Timestamp, UserId};

/// What a client sends on `/ws/chat/<channel_id>/`. The ids are redundant: they may be left out,
/// and must fit the connection when they are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// What it refers to.
    #[serde(flatten)]
    pub refers: Refers,
}

/// The error frame of `/ws/chat/<channel_id>/`: goes to the sender only and closes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::millis"))]
    pub ts_ms: Timestamp,
    /// The sender's own name for it, if they gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
    /// What it refers to.
    #[serde(flatten)]
    pub context: Context,
}

/// After a replay that the client asked for with `?after=`: what follows is live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type")]
pub enum ChatFrame {
    /// The replay is over.
    #[serde(rename = "chat.ready")]
    Ready(ChatReady),
}

/// See [`ChatFrame::Ready`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChatReady {
    /// The database's identity.
    pub epoch: String,
    /// The channel's newest event; what is live is beyond it.
    pub last_seq: Seq,
    /// Whether every message after the client's cursor was replayed. If not, none was: the client
    /// has a gap and fetches pages.
    pub recovered: bool,
}
