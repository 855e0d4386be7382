//! Reactions: one emoji of one person on one message, there or not.

use pail_protocol::event::Event;
use pail_protocol::limits::MESSAGE_EMOJI_MAX;
use pail_protocol::message::Message;
use pail_protocol::{MessageId, UserId};

use super::direct::Made;
use super::record::record;
use super::{ChatError, Ruled, access, messages, names};
use crate::clock::Stamp;
use crate::store::Tx;

/// Reacts to a message; who has reacted so already changes nothing.
///
/// # Errors
/// Missing; not a member of its channel; no emoji; deleted; too many different ones.
pub fn add(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    id: MessageId,
    emoji: &str,
) -> Ruled<(Message, Made)> {
    let message = access::message(tx, by, id)?;
    names::emoji("emoji", emoji)?;
    if message.is_deleted {
        return Err(ChatError::field("emoji", "This message was deleted"));
    }
    if tx.has_reacted(id, by, emoji)? {
        return Ok((messages::shown(tx, by, id)?, Made::Before));
    }
    if tx.reaction_count(id, emoji)? == 0 && tx.emoji_count(id)? >= MESSAGE_EMOJI_MAX {
        let sentence = format!("A message has at most {MESSAGE_EMOJI_MAX} different emoji");
        return Err(ChatError::field("emoji", sentence));
    }
    let user = tx.actor(by)?.ok_or(ChatError::Missing("User"))?;
    let (channel, emoji) = (message.channel, emoji.to_owned());
    record(tx, stamp, Event::ReactionAdded { channel, message: id, user, emoji })?;
    Ok((messages::shown(tx, by, id)?, Made::New))
}

/// Takes a reaction back; who has not reacted so changes nothing.
///
/// # Errors
/// Missing; not a member of its channel; no emoji.
pub fn remove(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    id: MessageId,
    emoji: &str,
) -> Ruled<Message> {
    let channel = access::message(tx, by, id)?.channel;
    names::emoji("emoji", emoji)?;
    if tx.has_reacted(id, by, emoji)? {
        let emoji = emoji.to_owned();
        record(tx, stamp, Event::ReactionRemoved { channel, message: id, user: by, emoji })?;
    }
    messages::shown(tx, by, id)
}
