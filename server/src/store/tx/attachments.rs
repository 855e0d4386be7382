//! What a transaction can do with attachments: who uploaded what, and which message carries it.
//! Their bytes are elsewhere, under their hash.

use pail_protocol::attachment::Attachment;
use pail_protocol::{AttachmentId, ChannelId, MessageId, Timestamp, UserId};

use super::Stored;

/// The SHA-256 of an attachment's bytes: the name under which they are kept.
pub type ContentHash = [u8; 32];

/// An attachment to be inserted; no message carries it yet.
pub struct NewAttachment<'a> {
    /// Who uploaded it.
    pub user: UserId,
    /// The file's name.
    pub name: &'a str,
    /// In bytes.
    pub size: u64,
    /// A media type.
    pub content_type: &'a str,
    /// Of its bytes.
    pub sha256: ContentHash,
    /// When.
    pub created_at: Timestamp,
}

/// A stored attachment.
#[derive(Debug, Clone)]
pub struct AttachmentRow {
    /// As it is answered.
    pub attachment: Attachment,
    /// Who uploaded it.
    pub user: UserId,
    /// Of its bytes.
    pub sha256: ContentHash,
    /// The message that carries it, if one does, and that message's channel.
    pub carried: Option<(MessageId, ChannelId)>,
}

/// Attachments.
pub trait Attachments {
    /// The attachment of that id.
    fn attachment(&mut self, id: AttachmentId) -> Stored<Option<AttachmentRow>>;
    /// What a message carries, by id.
    fn attachments_of(&mut self, message: MessageId) -> Stored<Vec<Attachment>>;
    /// What somebody's attachments take together, in bytes, each at least so many; the same content
    /// twice counts twice.
    fn attachment_bytes_of(&mut self, user: UserId, each_at_least: u64) -> Stored<u64>;
    /// Whether an attachment has that content.
    fn is_content_used(&mut self, sha256: &ContentHash) -> Stored<bool>;
    /// Adds an attachment.
    fn insert_attachment(&mut self, attachment: &NewAttachment<'_>) -> Stored<AttachmentId>;
    /// Up to `limit` uploads from before `until` that no message carries, oldest first.
    fn uncarried_attachments(
        &mut self,
        until: Timestamp,
        limit: usize,
    ) -> Stored<Vec<AttachmentId>>;
    /// Up to `limit` attachments beyond an id that messages carry, by id, and of each whether the
    /// channel of its message was deleted.
    fn carried_attachments(
        &mut self,
        after: AttachmentId,
        limit: usize,
    ) -> Stored<Vec<(AttachmentId, bool)>>;
    /// Forgets those of some attachments which no message carries, or one of a deleted channel;
    /// says how many those were.
    fn delete_unreachable_attachments(&mut self, ids: &[AttachmentId]) -> Stored<usize>;
    /// Up to `limit` contents an attachment of which was forgotten; another may have them still.
    fn forgotten(&mut self, limit: usize) -> Stored<Vec<ContentHash>>;
    /// Takes contents off that list.
    fn unlist_forgotten(&mut self, contents: &[ContentHash]) -> Stored<()>;

    /// Projection: a message carries an attachment.
    fn attach(&mut self, id: AttachmentId, message: MessageId) -> Stored<()>;
    /// Projection: a message carries nothing any more; its attachments are forgotten.
    fn detach_all(&mut self, message: MessageId) -> Stored<()>;
}
