//! Messages over REST.

use serde::{Deserialize, Serialize};

use crate::account::User;
use crate::time::millis;
use crate::{ChannelId, MessageId, Nonce, Seq, Timestamp};

/// A message, as history lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Unique id.
    pub id: MessageId,
    /// Who wrote it.
    pub sender: User,
    /// In which channel.
    pub channel: ChannelId,
    /// What it says.
    pub message_text: String,
    /// When the server took it in.
    pub created_at: Timestamp,
    /// Its place in the channel.
    #[serde(default)]
    pub seq: Seq,
    /// `created_at` with milliseconds.
    #[serde(default, with = "millis")]
    pub ts_ms: Timestamp,
    /// The sender's own name for it, if they gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
}

/// Body of `POST /api/chat/channels/<id>/messages/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostMessage {
    /// 1 to [`crate::limits::MESSAGE_TEXT_BYTES_MAX`] bytes, not only white space.
    pub message_text: String,
    /// The same nonce again returns the first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
}
