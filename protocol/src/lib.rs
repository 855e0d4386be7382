//! The words Pail's server and its clients share: identifiers, resources, frames, error codes,
//! close codes and limits, each in the spelling of `docs/api.md`.
//!
//! This crate does no IO, reads no clock and carries no secrets. `tests/golden.rs` round-trips
//! every example of the documents through these types, so the two cannot drift.

pub mod account;
pub mod attachment;
pub mod bucket;
pub mod channel;
pub mod close;
pub mod error;
pub mod event;
pub mod export;
pub mod frame;
pub mod ids;
pub mod invite;
pub mod limits;
pub mod message;
#[cfg(feature = "schema")]
pub mod schema;
pub mod search;
pub mod server;
pub mod time;
pub mod token;
pub mod webhook;

pub use ids::{
    AttachmentId, BucketId, ChannelId, InviteId, LoginId, MemberId, MessageId, Nonce, Seq, UserId,
    WebhookId,
};
pub use time::Timestamp;

/// The port a Pail server listens on when nothing else is said.
pub const DEFAULT_PORT: u16 = 7245;
