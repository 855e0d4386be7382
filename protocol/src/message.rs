//! Messages over REST.

use serde::{Deserialize, Serialize};

use crate::account::User;
use crate::attachment::Attachment;
use crate::time::millis;
use crate::{AttachmentId, ChannelId, MessageId, Nonce, Seq, Timestamp, UserId};

/// A message, as history lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Message {
    /// Unique id.
    pub id: MessageId,
    /// Who wrote it.
    pub sender: User,
    /// In which channel.
    pub channel: ChannelId,
    /// What it says; empty when it was deleted.
    pub message_text: String,
    /// When the server took it in.
    pub created_at: Timestamp,
    /// Its place in the channel.
    #[serde(default)]
    pub seq: Seq,
    /// `created_at` with milliseconds.
    #[serde(default, with = "millis")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::millis"))]
    pub ts_ms: Timestamp,
    /// The sender's own name for it, if they gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Nonce>,
    /// What it refers to.
    #[serde(flatten)]
    pub context: Context,
    /// How many messages are in the thread of which it is the root.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reply_count: u64,
    /// Who reacted to it how, in the order of first use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// When its text was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// When it was deleted. All that is left of it is its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

/// What a message refers to: other messages, people, files. What is not there is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Context {
    /// The message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// The root of the thread it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<MessageId>,
    /// The members it mentions by name, at most [`crate::limits::MENTIONS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// Whether it calls everybody in the channel, with `@here`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub here: bool,
    /// The files that came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}

/// One emoji on one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reaction {
    /// An emoji, or another short text without white space.
    pub emoji: String,
    /// How many people.
    pub count: u64,
    /// The first [`crate::limits::REACTION_USERS_MAX`] people, in the order in which they did, and
    /// the caller behind them when they are one of the others.
    pub users: Vec<UserId>,
}

/// Body of `PATCH /api/chat/messages/<id>/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EditMessage {
    /// What it is to say: as [`PostMessage::message_text`].
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::message_text"))]
    pub message_text: String,
}

/// Body of `POST /api/chat/messages/<id>/reactions/add/` and `…/remove/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct React {
    /// 1 to [`crate::limits::EMOJI_BYTES_MAX`] bytes without white space.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::emoji"))]
    pub emoji: String,
}

/// A row of `GET /api/chat/messages/<id>/revisions/`: what the message said, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Revision {
    /// What it said.
    pub message_text: String,
    /// From when on.
    pub created_at: Timestamp,
}

/// Body of `POST /api/chat/channels/<id>/messages/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::text_or_attachments))]
pub struct PostMessage {
    /// 1 to [`crate::limits::MESSAGE_TEXT_BYTES_MAX`] bytes, of which something can be
    /// seen; with attachments it may be empty.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::message_text_or_blank"))]
    pub message_text: String,
    /// The same nonce again returns the first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::nonce_or_none"))]
    pub nonce: Option<Nonce>,
    /// What it refers to.
    #[serde(flatten)]
    pub refers: Refers,
}

/// What a new message refers to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refers {
    /// The message of the same channel it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// The thread it goes into: its root, or any message of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<MessageId>,
    /// Files of the sender's that are in no message yet, at most
    /// [`crate::limits::MESSAGE_ATTACHMENTS_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::attachments"))]
    pub attachments: Vec<AttachmentId>,
}
