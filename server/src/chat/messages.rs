//! Messages: post (idempotent by nonce) and history.

use pail_protocol::event::Event;
use pail_protocol::limits::MESSAGE_TEXT_BYTES_MAX;
use pail_protocol::message::{Context, Message};
use pail_protocol::{ChannelId, MessageId, Nonce, Seq, UserId};

use super::direct::Made;
use super::record::record;
use super::{ChatError, Ruled, access};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::{Noun, Page};

/// Says something. The same sender and nonce again returns the first message and changes
/// nothing, whatever the text.
///
/// # Errors
/// Channel missing; not a member; the text is blank or too long.
pub fn post(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    channel: ChannelId,
    text: String,
    nonce: Option<Nonce>,
) -> Ruled<(Message, Made)> {
    access::in_channel(tx, by, channel)?;
    if let Some(nonce) = &nonce
        && let Some(first) = tx.message_by_nonce(by, nonce)?
    {
        return repeated(first, channel);
    }
    check_text(&text)?;
    let sender = tx.actor(by)?.ok_or(ChatError::Missing("User"))?;
    let message = MessageId(tx.next_id(Noun::Message)?);
    let context = Context::default();
    let posted = Event::MessagePosted { channel, message, sender, text, nonce, context };
    record(tx, stamp, posted)?;
    Ok((tx.message(message)?.ok_or(ChatError::Missing("Message"))?, Made::New))
}

/// A nonce names one message for ever; in another channel it is a client's mistake, and must not
/// pass for a message that was sent.
fn repeated(first: Message, channel: ChannelId) -> Ruled<(Message, Made)> {
    if first.channel == channel {
        return Ok((first, Made::Before));
    }
    Err(ChatError::field("nonce", "This nonce names a message in another channel"))
}

fn check_text(text: &str) -> Ruled<()> {
    if text.trim().is_empty() {
        return Err(ChatError::TextMissing);
    }
    if text.len() > MESSAGE_TEXT_BYTES_MAX {
        return Err(ChatError::TextTooLong { max: MESSAGE_TEXT_BYTES_MAX });
    }
    Ok(())
}

/// A part of a channel's history, and where the channel stands.
pub struct History {
    /// Ascending.
    pub messages: Vec<Message>,
    /// The channel's newest event.
    pub last_seq: Seq,
    /// Whether there are older messages than these.
    pub older: bool,
    /// Whether there are newer messages than these.
    pub newer: bool,
}

/// Up to `limit` messages.
///
/// # Errors
/// Channel missing; not a member.
pub fn history(
    tx: &mut dyn Tx,
    by: UserId,
    channel: ChannelId,
    page: Page,
    limit: usize,
) -> Ruled<History> {
    let last_seq = access::in_channel(tx, by, channel)?.last_seq;
    let messages = tx.history(channel, page, limit)?;
    let mut beyond = |page| Ok::<_, ChatError>(!tx.history(channel, page, 1)?.is_empty());
    let (older, newer) = match (messages.first(), messages.last()) {
        (Some(first), Some(last)) => {
            (beyond(Page::Before(first.seq))?, beyond(Page::After(last.seq))?)
        }
        _ => (false, false),
    };
    Ok(History { messages, last_seq, older, newer })
}

/// A channel's newest event.
///
/// # Errors
/// Channel missing; not a member.
pub fn last_seq(tx: &mut dyn Tx, by: UserId, channel: ChannelId) -> Ruled<Seq> {
    Ok(access::in_channel(tx, by, channel)?.last_seq)
}

/// The next messages after a number, for a stream of the whole history up to `until`. Asks for
/// permission each time, so that a stream ends when its reader is removed.
///
/// # Errors
/// Channel missing; not a member.
pub fn history_up_to(
    tx: &mut dyn Tx,
    by: UserId,
    channel: ChannelId,
    after: Seq,
    until: Seq,
    limit: usize,
) -> Ruled<Vec<Message>> {
    access::in_channel(tx, by, channel)?;
    let mut messages = tx.history(channel, Page::After(after), limit)?;
    messages.retain(|message| message.seq <= until);
    Ok(messages)
}
