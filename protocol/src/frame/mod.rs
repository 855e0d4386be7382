//! The frames of both WebSockets, in JSON text messages.
//!
//! `/ws/chat/<channel_id>/` is the documented socket: [`ChatSend`] in, [`ChatMessage`] and
//! [`ChatError`] out. `/ws/events/` carries everything of one user: [`ClientFrame`] in,
//! [`ServerFrame`] out. Receivers ignore types and fields they do not know.

mod chat;
mod client;
mod of;
mod server;

pub use chat::{ChatError, ChatFrame, ChatMessage, ChatReady, ChatSend};
pub use client::{ClientFrame, Cursor, Read, Send, Subscribe, Typing};
pub use server::{
    BucketCreated, BucketDeleted, BucketUpdated, ChannelCreated, ChannelDeleted, ChannelUpdated,
    FrameError, Hello, MemberAdded, MemberRemoved, MemberUpdated, MessageDeleted, MessageEdited,
    MuteUpdated, Presence, ReactionChanged, ReadUpdated, Ready, Resumed, ServerFrame,
    SomebodyTyping, UserUpdated,
};
