//! Reactions: one emoji of one person on one message, there or not.

use pail_protocol::event::Event;
use pail_protocol::limits::MESSAGE_EMOJI_MAX;
use pail_protocol::message::Message;
use pail_protocol::{MessageId, UserId};

use super::direct::Made;
use super::record::record;
use super::{ChatError, Ruled, access, names};
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
    if message.deleted_at.is_some() {
        return Err(ChatError::field("emoji", "This message was deleted"));
    }
    if has_reacted(&message, by, emoji) {
        return Ok((message, Made::Before));
    }
    let is_new = message.reactions.iter().all(|reaction| reaction.emoji != emoji);
    if is_new && message.reactions.len() >= MESSAGE_EMOJI_MAX {
        let sentence = format!("A message has at most {MESSAGE_EMOJI_MAX} different emoji");
        return Err(ChatError::field("emoji", sentence));
    }
    let user = tx.actor(by)?.ok_or(ChatError::Missing("User"))?;
    let (channel, emoji) = (message.channel, emoji.to_owned());
    record(tx, stamp, Event::ReactionAdded { channel, message: id, user, emoji })?;
    Ok((access::message(tx, by, id)?, Made::New))
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
    let message = access::message(tx, by, id)?;
    names::emoji("emoji", emoji)?;
    if !has_reacted(&message, by, emoji) {
        return Ok(message);
    }
    let (channel, emoji) = (message.channel, emoji.to_owned());
    record(tx, stamp, Event::ReactionRemoved { channel, message: id, user: by, emoji })?;
    access::message(tx, by, id)
}

fn has_reacted(message: &Message, user: UserId, emoji: &str) -> bool {
    let so = message.reactions.iter().find(|reaction| reaction.emoji == emoji);
    so.is_some_and(|reaction| reaction.users.contains(&user))
}
