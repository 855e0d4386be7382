//! What the two sockets have in common: texts in, frames out.

use pail_protocol::close::CloseCode;
use pail_protocol::message::PostMessage;
use pail_protocol::{ChannelId, Nonce, Seq};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::channel_socket::ChannelSocket;
use super::events_socket;
use crate::chat::ChatError;

/// What a client's message means.
#[derive(Debug, PartialEq)]
pub enum Received {
    /// To be answered at once.
    Reply(Utf8Bytes),
    /// To be posted.
    Post {
        /// Where.
        channel: ChannelId,
        /// What.
        wanted: PostMessage,
    },
    /// The user types there.
    Typing(ChannelId),
    /// To be marked as read.
    Read {
        /// Which channel.
        channel: ChannelId,
        /// Up to where.
        seq: Seq,
    },
    /// Against the protocol.
    Close(CloseCode),
}

impl Received {
    /// Whether it says something, for which a token needs the scope `write`; with the name its
    /// sender gave it.
    pub fn says(&self) -> Option<Option<&Nonce>> {
        match self {
            Self::Post { wanted, .. } => Some(wanted.nonce.as_ref()),
            Self::Typing(_) | Self::Read { .. } => Some(None),
            Self::Reply(_) | Self::Close(_) => None,
        }
    }
}

/// The frames of one kind of socket.
#[derive(Debug, Clone, Copy)]
pub enum Dialect {
    /// `/ws/chat/<channel_id>/`
    Channel(ChannelSocket),
    /// `/ws/events/`
    Events,
}

impl Dialect {
    /// What a client's text means.
    pub fn receive(self, text: &str) -> Received {
        match self {
            Self::Channel(socket) => socket.receive(text),
            Self::Events => events_socket::receive(text),
        }
    }

    /// What a client's binary message means.
    pub fn receive_binary(self) -> Received {
        match self {
            Self::Channel(socket) => socket.receive_binary(),
            Self::Events => events_socket::receive_binary(),
        }
    }

    /// The frame that refuses what the token's scopes do not allow.
    pub fn out_of_scope(self, nonce: Option<Nonce>) -> Utf8Bytes {
        match self {
            Self::Channel(socket) => socket.out_of_scope(nonce),
            Self::Events => events_socket::out_of_scope(nonce),
        }
    }

    /// The frame that refuses a message.
    pub fn refusal(self, error: &ChatError, nonce: Option<Nonce>) -> Utf8Bytes {
        match self {
            Self::Channel(socket) => socket.refusal(error, nonce),
            Self::Events => events_socket::refusal(error, nonce),
        }
    }
}

/// A frame as text. Protocol types always serialize.
pub fn encode(frame: &impl serde::Serialize) -> Utf8Bytes {
    serde_json::to_string(frame).unwrap_or_default().into()
}
