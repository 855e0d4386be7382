//! What a text that is being written is for, when it is not simply the next message: an answer, or
//! a message of ours that is to say something else.
//!
//! It holds ids, so that what is shown of the other message is always what has become of it.

use pail_protocol::message::Refers;
use pail_protocol::{ChannelId, MessageId};
use serde::{Deserialize, Serialize};

/// Where one writes: in a channel, or in a thread of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Conversation {
    /// The channel.
    pub channel: ChannelId,
    /// The root of the thread.
    pub thread: Option<MessageId>,
}

impl Conversation {
    /// A channel itself.
    #[must_use]
    pub const fn channel(channel: ChannelId) -> Self {
        Self { channel, thread: None }
    }
}

/// What a draft is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// It answers a message.
    Reply(MessageId),
    /// A message is to say this.
    Edit {
        /// Which one.
        message: MessageId,
        /// What was being written before, to go on with afterwards.
        aside: String,
    },
}

impl Intent {
    /// The message it is about.
    #[must_use]
    pub fn message(&self) -> MessageId {
        match self {
            Self::Reply(message) | Self::Edit { message, .. } => *message,
        }
    }
}

/// What a message refers to that is sent from somewhere with an intent.
#[must_use]
pub fn refers(from: Conversation, intent: Option<&Intent>) -> Refers {
    let reply_to = match intent {
        Some(Intent::Reply(message)) => Some(*message),
        Some(Intent::Edit { .. }) | None => None,
    };
    Refers { reply_to, thread: from.thread, attachments: Vec::new() }
}
