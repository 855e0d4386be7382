//! Changing what was said: edit with revisions, and delete, which makes the server forget.

use pail_protocol::UserId;
use pail_protocol::bucket::Role;
use pail_protocol::event::Event;
use pail_protocol::limits::REVISIONS_MAX;
use pail_protocol::message::{Message, Revision};
use pail_protocol::{ChannelId, MessageId};

use super::record::record;
use super::{ChatError, Ruled, access, messages, refers};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::MessageRow;

/// The message, when the caller may edit it.
///
/// # Errors
/// Missing; not a member of its channel; not its sender.
pub fn may_edit(tx: &mut dyn Tx, by: UserId, id: MessageId) -> Ruled<MessageRow> {
    let message = access::message(tx, by, id)?;
    if message.sender == by { Ok(message) } else { Err(ChatError::NotTheSender) }
}

/// Makes a message say something else. The same text again changes nothing.
///
/// # Errors
/// As [`may_edit`]; deleted; the text is blank or too long; edited too often already.
pub fn edit(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    id: MessageId,
    text: String,
) -> Ruled<Message> {
    let message = may_edit(tx, by, id)?;
    if message.is_deleted {
        return Err(ChatError::field("message_text", "This message was deleted"));
    }
    messages::check_text(&text, !tx.attachments_of(id)?.is_empty())?;
    if text == message.text {
        return messages::shown(tx, by, id);
    }
    if tx.edit_count(id)? >= REVISIONS_MAX {
        let sentence = format!("This message was edited {REVISIONS_MAX} times already");
        return Err(ChatError::field("message_text", sentence));
    }
    let channel = message.channel;
    let (mentions, here) = refers::mentions(tx, channel, &text)?;
    let edited = Event::MessageEdited { channel, message: id, text, mentions, here };
    record(tx, stamp, edited)?;
    messages::shown(tx, by, id)
}

/// What a message said, oldest first, and what it says; nothing when it was deleted.
///
/// # Errors
/// Missing; not a member of its channel; neither its sender nor an admin of its bucket.
pub fn revisions(tx: &mut dyn Tx, by: UserId, id: MessageId) -> Ruled<Vec<Revision>> {
    let message = access::message(tx, by, id)?;
    if message.sender != by {
        manages(tx, by, message.channel, access::ADMINS)?;
    }
    let mut revisions = tx.revisions(id)?;
    if revisions.is_empty() && !message.is_deleted {
        let (message_text, created_at) = (message.text, message.created_at);
        revisions.push(Revision { message_text, created_at });
    }
    Ok(revisions)
}

/// Deletes a message; once more changes nothing.
///
/// # Errors
/// Missing; not a member of its channel; neither its sender nor one who manages its channel.
pub fn delete(tx: &mut dyn Tx, by: UserId, stamp: Stamp, id: MessageId) -> Ruled<()> {
    let message = access::message(tx, by, id)?;
    let channel = message.channel;
    if message.sender != by {
        manages(tx, by, channel, access::ADMINS_AND_MODERATORS)?;
    }
    if !message.is_deleted {
        record(tx, stamp, Event::MessageDeleted { channel, message: id, by })?;
    }
    Ok(())
}

/// The caller has one of these roles in the channel's bucket. Nobody has one in a direct message.
fn manages(tx: &mut dyn Tx, by: UserId, channel: ChannelId, roles: &'static [Role]) -> Ruled<()> {
    let bucket = access::channel(tx, by, channel)?.bucket.ok_or(ChatError::NotTheSender)?;
    access::has_role(tx, by, bucket, roles)
}
