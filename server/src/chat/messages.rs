//! Messages: post (idempotent by nonce), read one, read a part of a history or thread.

use std::slice;

use pail_protocol::account::User;
use pail_protocol::event::{Actor, Event};
use pail_protocol::limits::MESSAGE_TEXT_BYTES_MAX;
use pail_protocol::message::{Message, PostMessage, Reaction};
use pail_protocol::{ChannelId, MessageId, Seq, UserId};

use super::direct::Made;
use super::record::record;
use super::{ChatError, Ruled, access, names, refers};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::{Among, Noun, Page};

/// Says something. The same sender and nonce again returns the first message and changes
/// nothing, whatever the text.
///
/// # Errors
/// Channel missing; not a member; the text is blank or too long; a reference to what is not there.
pub fn post(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    channel: ChannelId,
    wanted: PostMessage,
) -> Ruled<(Message, Made)> {
    access::may_say(tx, by, channel)?;
    say(tx, by, stamp, channel, wanted)
}

/// As [`post`], by somebody who may: a member, or the bot of a webhook.
///
/// # Errors
/// The text is blank or too long; a reference to what is not there.
pub(super) fn say(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    channel: ChannelId,
    wanted: PostMessage,
) -> Ruled<(Message, Made)> {
    let PostMessage { message_text: text, nonce, refers } = wanted;
    if let Some(nonce) = &nonce
        && let Some(first) = tx.message_by_nonce(by, nonce)?
    {
        return repeated(tx, by, first, channel);
    }
    check_text(&text, !refers.attachments.is_empty())?;
    let context = refers::context(tx, by, channel, &text, refers)?;
    let mut message = Message {
        id: MessageId(tx.next_id(Noun::Message)?),
        sender: access::user(tx, by)?,
        channel,
        message_text: text,
        created_at: stamp.now,
        seq: Seq::default(),
        ts_ms: stamp.now,
        nonce,
        context,
        reply_count: 0,
        reactions: Vec::new(),
        edited_at: None,
        deleted_at: None,
    };
    message.seq = record(tx, stamp, posted(&message))?.seq.unwrap_or_default();
    Ok((message, Made::New))
}

/// The fact that a message was said, from which its rows follow.
fn posted(message: &Message) -> Event {
    let User { id, username, name, .. } = message.sender.clone();
    Event::MessagePosted {
        channel: message.channel,
        message: message.id,
        sender: Actor { id, username, name },
        text: message.message_text.clone(),
        nonce: message.nonce.clone(),
        context: message.context.clone(),
    }
}

/// A nonce names one message for ever; in another channel it is a client's mistake, and must not
/// pass for a message that was sent.
fn repeated(
    tx: &mut dyn Tx,
    by: UserId,
    mut first: Message,
    channel: ChannelId,
) -> Ruled<(Message, Made)> {
    if first.channel == channel {
        name_caller(tx, by, slice::from_mut(&mut first))?;
        return Ok((first, Made::Before));
    }
    Err(ChatError::field("nonce", "This nonce names a message in another channel"))
}

/// Whether a message may say this; one that carries attachments may say nothing.
pub(super) fn check_text(text: &str, has_attachments: bool) -> Ruled<()> {
    if names::is_blank(text) && !has_attachments {
        return Err(ChatError::TextMissing);
    }
    if text.len() > MESSAGE_TEXT_BYTES_MAX {
        return Err(ChatError::TextTooLong { max: MESSAGE_TEXT_BYTES_MAX });
    }
    Ok(())
}

/// One message.
///
/// # Errors
/// Missing; not a member of its channel.
pub fn read(tx: &mut dyn Tx, by: UserId, id: MessageId) -> Ruled<Message> {
    access::message(tx, by, id)?;
    shown(tx, by, id)
}

/// A message as it is answered to somebody who may read it.
///
/// # Errors
/// Missing.
pub(super) fn shown(tx: &mut dyn Tx, by: UserId, id: MessageId) -> Ruled<Message> {
    let mut message = tx.message(id)?.ok_or(ChatError::Missing("Message"))?;
    name_caller(tx, by, slice::from_mut(&mut message))?;
    Ok(message)
}

/// Of many people who reacted in the same way only the first are named; the caller is named too, so
/// that they know what they can take back.
pub(super) fn name_caller(tx: &mut dyn Tx, by: UserId, messages: &mut [Message]) -> Ruled<()> {
    for message in messages {
        for reaction in &mut message.reactions {
            let Reaction { emoji, count, users } = reaction;
            let all_named = users.len() as u64 == *count;
            if !all_named && !users.contains(&by) && tx.has_reacted(message.id, by, emoji)? {
                users.push(by);
            }
        }
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

/// Up to `limit` messages of a channel, or of one thread of it.
///
/// # Errors
/// Channel missing; not a member; `thread` is no message of the channel.
pub fn history(
    tx: &mut dyn Tx,
    by: UserId,
    channel: ChannelId,
    thread: Option<MessageId>,
    page: Page,
    limit: usize,
) -> Ruled<History> {
    let last_seq = access::in_channel(tx, by, channel)?.last_seq;
    let among = match thread {
        None => Among::Channel(channel),
        Some(id) => Among::Thread(refers::root(tx, channel, id, "thread")?),
    };
    part(tx, by, among, page, limit, last_seq)
}

/// The root of the thread a message is in, and up to `limit` of its replies.
///
/// # Errors
/// Message missing; not a member of its channel.
pub fn thread(
    tx: &mut dyn Tx,
    by: UserId,
    id: MessageId,
    page: Page,
    limit: usize,
) -> Ruled<(Message, History)> {
    let named = access::message(tx, by, id)?;
    let root = shown(tx, by, named.thread.unwrap_or(id))?;
    let last_seq = access::in_channel(tx, by, root.channel)?.last_seq;
    let replies = part(tx, by, Among::Thread(root.id), page, limit, last_seq)?;
    Ok((root, replies))
}

fn part(
    tx: &mut dyn Tx,
    by: UserId,
    among: Among,
    page: Page,
    limit: usize,
    last_seq: Seq,
) -> Ruled<History> {
    let mut messages = tx.history(among, page, limit)?;
    name_caller(tx, by, &mut messages)?;
    let mut beyond = |page| Ok::<_, ChatError>(!tx.history(among, page, 1)?.is_empty());
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

/// The next messages after a number, for a stream of the whole history up to `until`, without
/// deleted ones. Asks for permission each time, so that a stream ends when its reader is removed.
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
    let mut messages = tx.history(Among::Kept(channel), Page::After(after), limit)?;
    messages.retain(|message| message.seq <= until);
    name_caller(tx, by, &mut messages)?;
    Ok(messages)
}
