//! Files that go along with messages.

use serde::{Deserialize, Serialize};

use crate::AttachmentId;

/// An uploaded file: the answer to `POST /api/chat/attachments/create/`, and a part of the
/// messages that carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attachment {
    /// Unique id.
    pub id: AttachmentId,
    /// The file's name, without any path.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// The media type its uploader gave it, or `application/octet-stream`.
    pub content_type: String,
    /// Where its bytes are, for whoever may read the message.
    pub url: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}
