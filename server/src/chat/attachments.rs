//! Attachments: how much room somebody has, what a file may be called, who may read it.

use pail_protocol::attachment::Attachment;
use pail_protocol::limits::{
    ATTACHMENT_CHARGE_BYTES_MIN, ATTACHMENTS_BYTES_PER_USER_MAX, FILE_NAME_CHARS_MAX,
};
use pail_protocol::{AttachmentId, UserId};

use super::names::{Blankable, name};
use super::{ChatError, Ruled, access};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::{AttachmentRow, ContentHash, NewAttachment};

/// A file that has arrived whole.
pub struct File {
    /// As [`file_name`] returns it.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// A media type.
    pub content_type: String,
    /// Of its bytes.
    pub sha256: ContentHash,
}

/// What a file is called, without the folders some clients send along.
///
/// # Errors
/// Nothing is left, it is too long, or it holds control or invisible characters.
pub fn file_name(given: &str) -> Ruled<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or(given);
    let file = name("file", last, FILE_NAME_CHARS_MAX, Blankable::No)?;
    if [".", ".."].contains(&file.as_str()) {
        return Err(ChatError::field("file", "A file name is required"));
    }
    Ok(file)
}

/// What a file of so many bytes takes of its uploader's room, in bytes.
#[must_use]
pub fn charge(size: u64) -> u64 {
    size.max(ATTACHMENT_CHARGE_BYTES_MIN)
}

/// How many bytes somebody may still upload, each file as [`charge`] has it.
///
/// # Errors
/// None.
pub fn room_of(tx: &mut dyn Tx, by: UserId) -> Ruled<u64> {
    let taken = tx.attachment_bytes_of(by, ATTACHMENT_CHARGE_BYTES_MIN)?;
    match ATTACHMENTS_BYTES_PER_USER_MAX.saturating_sub(taken) {
        0 => Err(ChatError::QuotaExceeded),
        room => Ok(room),
    }
}

/// Keeps a file whose bytes are durable. Nobody but its uploader sees it until a message carries it.
///
/// # Errors
/// They have no room for it.
pub fn keep(tx: &mut dyn Tx, by: UserId, stamp: Stamp, file: &File) -> Ruled<Attachment> {
    if charge(file.size) > room_of(tx, by)? {
        return Err(ChatError::QuotaExceeded);
    }
    let id = tx.insert_attachment(&NewAttachment {
        user: by,
        name: &file.name,
        size: file.size,
        content_type: &file.content_type,
        sha256: file.sha256,
        created_at: stamp.now,
    })?;
    let row = tx.attachment(id)?.ok_or(ChatError::Missing("Attachment"))?;
    Ok(row.attachment)
}

/// An attachment, for its uploader and the members of the channel of the message that carries it.
///
/// # Errors
/// Missing, or its channel is; neither its uploader nor a member.
pub fn readable(tx: &mut dyn Tx, by: UserId, id: AttachmentId) -> Ruled<AttachmentRow> {
    let row = tx.attachment(id)?.ok_or(ChatError::Missing("Attachment"))?;
    let gone = ChatError::Missing("Attachment");
    match row.carried {
        Some((_, channel)) if row.user == by => tx.channel(channel)?.map(|_| row).ok_or(gone),
        Some((_, channel)) => match access::in_channel(tx, by, channel) {
            Ok(_) => Ok(row),
            // Also when the channel is private: it tells nobody what is in it.
            Err(ChatError::Missing(_)) => Err(gone),
            Err(refused) => Err(refused),
        },
        None if row.user == by => Ok(row),
        None => Err(ChatError::NotUploader),
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_name_is_the_last_part_of_what_is_given() {
        let cases = [
            ("trace.txt", Some("trace.txt")),
            (" spaced name.txt ", Some("spaced name.txt")),
            ("/etc/passwd", Some("passwd")),
            ("C:\\Users\\jane\\cv.pdf", Some("cv.pdf")),
            ("../../x", Some("x")),
            ("日本語.txt", Some("日本語.txt")),
            (".profile", Some(".profile")),
            ("folder/", None),
            ("..", None),
            (".", None),
            ("", None),
            ("a\nb", None),
            ("a\u{202e}txt.exe", None),
            ("a\u{0}b", None),
        ];
        for (given, expected) in cases {
            assert_eq!(file_name(given).ok().as_deref(), expected, "{given:?}");
        }
        assert!(file_name(&"x".repeat(255)).is_ok());
        assert!(file_name(&"x".repeat(256)).is_err());
    }
}
