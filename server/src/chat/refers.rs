//! What a new message refers to: the message it answers, its thread, the people it mentions, the
//! files it carries.

use pail_protocol::attachment::Attachment;
use pail_protocol::limits::MESSAGE_ATTACHMENTS_MAX;
use pail_protocol::message::{Context, Refers};
use pail_protocol::{AttachmentId, ChannelId, MessageId, UserId};

use super::mentions::{mentioned, spellings};
use super::{ChatError, Ruled};
use crate::store::Tx;

/// All a message of that text and those references refers to.
///
/// # Errors
/// A reference to what is not there: no message of the channel, no upload of the sender's that is
/// still free; more attachments than a message may carry.
pub(super) fn context(
    tx: &mut dyn Tx,
    by: UserId,
    channel: ChannelId,
    text: &str,
    refers: Refers,
) -> Ruled<Context> {
    let reply_to = refers.reply_to;
    if let Some(id) = reply_to {
        root(tx, channel, id, "reply_to")?;
    }
    let thread = refers.thread.map(|id| root(tx, channel, id, "thread")).transpose()?;
    let attachments = attachments(tx, by, refers.attachments)?;
    let (mentions, here) = mentions(tx, channel, text)?;
    Ok(Context { reply_to, thread, mentions, here, attachments })
}

/// The root of the thread that a message of the channel is in, or begins.
///
/// # Errors
/// No such message in this channel; the same whether there is one in another.
pub(super) fn root(
    tx: &mut dyn Tx,
    channel: ChannelId,
    id: MessageId,
    field: &str,
) -> Ruled<MessageId> {
    let message = tx.message_row(id)?.filter(|message| message.channel == channel);
    let message = message.ok_or_else(|| {
        ChatError::field(field, format!("Invalid pk \"{id}\" - no such message in this channel"))
    })?;
    Ok(message.thread.unwrap_or(id))
}

/// The members a text mentions, by id, and whether it calls everybody.
pub(super) fn mentions(
    tx: &mut dyn Tx,
    channel: ChannelId,
    text: &str,
) -> Ruled<(Vec<UserId>, bool)> {
    let found = mentioned(text);
    let mut users = Vec::new();
    for name in &found.names {
        for spelling in spellings(name) {
            if let Some(user) = tx.member_named(channel, spelling)? {
                users.push(user);
                break;
            }
        }
    }
    users.sort_unstable();
    users.dedup();
    Ok((users, found.here))
}

fn attachments(tx: &mut dyn Tx, by: UserId, mut ids: Vec<AttachmentId>) -> Ruled<Vec<Attachment>> {
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > MESSAGE_ATTACHMENTS_MAX {
        let sentence =
            format!("Ensure this field has no more than {MESSAGE_ATTACHMENTS_MAX} items");
        return Err(ChatError::field("attachments", sentence));
    }
    ids.into_iter().map(|id| attachment(tx, by, id)).collect()
}

fn attachment(tx: &mut dyn Tx, by: UserId, id: AttachmentId) -> Ruled<Attachment> {
    let row = tx.attachment(id)?.filter(|row| row.user == by && row.carried.is_none());
    row.map(|row| row.attachment).ok_or_else(|| {
        let sentence = format!("Invalid pk \"{id}\" - no upload of yours that is still free");
        ChatError::field("attachments", sentence)
    })
}
