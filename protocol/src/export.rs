//! The lines of an export: a bucket as its log, in JSON, one line each. They come as a header, then
//! events with each person before the first event that names them, then what attachments contain,
//! then the end.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::time::millis;
use crate::{BucketId, Seq, Timestamp, UserId};

/// The format written here. It changes when an older server could misread it.
pub const FORMAT: u32 = 1;
/// Longest line, in bytes: above every event and every piece.
pub const LINE_BYTES_MAX: usize = 1024 * 1024;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Line {
    /// The first.
    Header(Header),
    /// Somebody the events name.
    Person(Person),
    /// Something that happened.
    Event(EventLine),
    /// A piece of what an attachment contains.
    Content(Content),
    /// The last.
    End(End),
}

/// What is exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// See [`FORMAT`].
    pub format: u32,
    /// Where it comes from.
    pub epoch: String,
    /// Its id there.
    pub bucket: BucketId,
    /// What it is called.
    pub name: String,
    /// When the export was made.
    pub at: Timestamp,
    /// How many channels are in it.
    pub channels: u64,
    /// How many private ones are not, because whoever made it is not a member.
    pub private_channels_left_out: u64,
}

/// Somebody the events name, as they are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Their username.
    pub username: String,
    /// Their full name.
    pub name: String,
    /// Empty when none was given.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Whether it is no person: a webhook speaks under its own name.
    #[serde(default, skip_serializing_if = "is_false")]
    pub bot: bool,
    /// Whether the account was deleted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub closed: bool,
    /// Since when they have the account.
    #[serde(with = "millis")]
    pub created_at_ms: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLine {
    /// When.
    #[serde(with = "millis")]
    pub at_ms: Timestamp,
    /// Its number in its channel, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<Seq>,
    /// What.
    pub event: Event,
}

/// A piece of what an attachment contains. Contents come whole, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// SHA-256 of the whole, in hexadecimal digits: what the attachments that contain it say.
    pub sha256: String,
    /// Whether nothing of it follows.
    pub last: bool,
    /// The piece, in base64.
    pub base64: String,
}

/// The end of a file that was not cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// How many lines are before this one.
    pub lines: u64,
}
