//! Messages as rows: each as the server said it, with what became of it since.
//!
//! Which of them are all there is of a range is `coverage`'s to know.

use pail_protocol::account::User;
use pail_protocol::frame::{ChatMessage, MessageEdited, ReactionChanged};
use pail_protocol::limits::HISTORY_PAGE_DEFAULT;
use pail_protocol::message::{Message, Reaction};
use pail_protocol::{ChannelId, MessageId, Seq, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, Params, params};

use super::kept::{understood, written};
use super::search;
use crate::state::page::PRESENT;
use crate::state::spans::Span;
use crate::state::threads;

/// Messages kept of a channel, the newest ones.
pub(super) const PER_CHANNEL_MAX: i64 = 50_000;
/// What the file may take, in bytes. Beyond it the oldest messages go, wherever they are.
const FILE_BYTES_MAX: i64 = 256 * 1024 * 1024;
/// Threads of which it is looked at who is in them.
const THREADS_LOOKED_AT_MAX: i64 = 200;
/// Of so many messages one goes when the file is too large.
const SHARE_OF_OLD: i64 = 8;

/// Puts a message in its place. Whether it was not there.
pub(super) fn put(conn: &Connection, message: &Message) -> rusqlite::Result<bool> {
    let (id, thread) = (message.id.0, message.context.thread.map(|root| root.0));
    let known = "SELECT 1 FROM message WHERE channel = ?1 AND seq = ?2";
    let is_known = conn.prepare_cached(known)?.exists(params![message.channel.0, message.seq.0])?;
    let sql = "INSERT OR REPLACE INTO message (channel, seq, id, thread, body)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let row = params![message.channel.0, message.seq.0, id, thread, written(message)?];
    conn.prepare_cached(sql)?.execute(row)?;
    search::index(conn, message, is_known)?;
    Ok(!is_known)
}

/// A message came over the socket. One more is in its thread.
pub(super) fn posted(conn: &Connection, frame: &ChatMessage) -> rusqlite::Result<()> {
    if put(conn, &of_frame(frame))?
        && let Some(root) = frame.context.thread
    {
        change(conn, root, |root| root.reply_count += 1)?;
    }
    Ok(())
}

/// A message says something else.
pub(super) fn edited(conn: &Connection, edited: &MessageEdited) -> rusqlite::Result<()> {
    change(conn, edited.id, |message| {
        message.message_text.clone_from(&edited.message_text);
        message.context.mentions.clone_from(&edited.mentions);
        (message.context.here, message.edited_at) = (edited.here, Some(edited.edited_at));
    })
}

/// Nothing but its place is left of a message.
pub(super) fn deleted(conn: &Connection, id: MessageId, at: Timestamp) -> rusqlite::Result<()> {
    change(conn, id, |message| {
        message.message_text.clear();
        message.context.attachments.clear();
        message.reactions.clear();
        message.deleted_at = Some(at);
    })
}

/// Somebody reacted to a message, or took it back.
pub(super) fn reacted(
    conn: &Connection,
    it: &ReactionChanged,
    is_added: bool,
) -> rusqlite::Result<()> {
    // A reaction to a message that was deleted meanwhile is replayed without its emoji.
    if it.emoji.is_empty() {
        return Ok(());
    }
    change(conn, it.message_id, |message| {
        let known = message.reactions.iter_mut().find(|reaction| reaction.emoji == it.emoji);
        match (known, is_added) {
            (Some(reaction), true) if reaction.users.contains(&it.user_id) => {}
            (Some(reaction), true) => {
                reaction.users.push(it.user_id);
                reaction.count += 1;
            }
            (None, true) => {
                let (emoji, users) = (it.emoji.clone(), vec![it.user_id]);
                message.reactions.push(Reaction { emoji, count: 1, users });
            }
            (Some(reaction), false) => {
                reaction.users.retain(|user| *user != it.user_id);
                reaction.count = reaction.count.saturating_sub(1);
            }
            (None, false) => {}
        }
        message.reactions.retain(|reaction| reaction.count > 0);
    })
}

fn change(
    conn: &Connection,
    id: MessageId,
    change: impl FnOnce(&mut Message),
) -> rusqlite::Result<()> {
    if let Some(mut message) = one(conn, id)? {
        change(&mut message);
        put(conn, &message)?;
    }
    Ok(())
}

/// A message by its id.
pub(super) fn one(conn: &Connection, id: MessageId) -> rusqlite::Result<Option<Message>> {
    let mut found = conn.prepare_cached("SELECT body FROM message WHERE id = ?1")?;
    found.query_row([id.0], |row| understood(&row.get::<_, String>(0)?)).optional()
}

/// The newest messages of a range, oldest first.
pub(super) fn newest(
    conn: &Connection,
    channel: ChannelId,
    span: Span,
    count: usize,
) -> rusqlite::Result<Vec<Message>> {
    let sql = "SELECT body FROM message WHERE channel = ?1 AND seq > ?2 AND seq <= ?3
               ORDER BY seq DESC LIMIT ?4";
    let mut page = all(conn, sql, params![channel.0, span.after.0, span.upto.0, count as i64])?;
    page.reverse();
    Ok(page)
}

/// The oldest messages of a range, oldest first.
pub(super) fn oldest(
    conn: &Connection,
    channel: ChannelId,
    span: Span,
    count: usize,
) -> rusqlite::Result<Vec<Message>> {
    let sql = "SELECT body FROM message WHERE channel = ?1 AND seq > ?2 AND seq <= ?3
               ORDER BY seq LIMIT ?4";
    all(conn, sql, params![channel.0, span.after.0, span.upto.0, count as i64])
}

/// A thread's root, and the newest of its replies before an event, oldest first.
pub(super) fn thread(
    conn: &Connection,
    root: MessageId,
    before: Seq,
    count: usize,
) -> rusqlite::Result<Vec<Message>> {
    let sql = "SELECT body FROM message WHERE thread = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";
    let mut found = all(conn, sql, params![root.0, before.0, count as i64])?;
    found.extend(one(conn, root)?);
    found.reverse();
    Ok(found)
}

/// The newest threads that somebody is in, each as [`thread`] has it.
pub(super) fn threads(conn: &Connection, user: UserId) -> rusqlite::Result<Vec<Message>> {
    let sql = "SELECT thread FROM message WHERE thread IS NOT NULL
               GROUP BY thread ORDER BY max(id) DESC LIMIT ?1";
    let mut newest = conn.prepare_cached(sql)?;
    let roots = newest.query_map([THREADS_LOOKED_AT_MAX], |row| row.get(0).map(MessageId))?;
    let (mut found, mut count) = (Vec::new(), 0);
    for root in roots {
        let thread = thread(conn, root?, PRESENT, HISTORY_PAGE_DEFAULT)?;
        if threads::is_in(user, &thread) {
            found.extend(thread);
            count += 1;
        }
        if count >= threads::ROWS_MAX {
            break;
        }
    }
    Ok(found)
}

pub(super) fn all(
    conn: &Connection,
    sql: &str,
    params: impl Params,
) -> rusqlite::Result<Vec<Message>> {
    let mut found = conn.prepare_cached(sql)?;
    let rows = found.query_map(params, |row| understood(&row.get::<_, String>(0)?))?;
    rows.collect()
}

/// Lets the oldest messages of a channel go that are too many. Up to where they are gone.
pub(super) fn trim(conn: &Connection, channel: ChannelId) -> rusqlite::Result<Option<Seq>> {
    let sql = "SELECT seq FROM message WHERE channel = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2";
    let beyond = params![channel.0, PER_CHANNEL_MAX];
    let last: Option<i64> = conn.prepare_cached(sql)?.query_row(beyond, |r| r.get(0)).optional()?;
    if let Some(last) = last {
        forget_to(conn, channel, Seq(last))?;
    }
    Ok(last.map(Seq))
}

/// Lets the oldest messages of all channels go when the file is too large. Up to where they are
/// gone, by channel.
pub(super) fn trim_file(conn: &Connection) -> rusqlite::Result<Vec<(ChannelId, Seq)>> {
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let pages = pragma("page_count")? - pragma("freelist_count")?;
    if pages.saturating_mul(pragma("page_size")?) <= FILE_BYTES_MAX {
        return Ok(Vec::new());
    }
    let sql = "SELECT channel, max(seq) FROM
                 (SELECT channel, seq FROM message ORDER BY id
                  LIMIT (SELECT count(*) / ?1 + 1 FROM message))
               GROUP BY channel";
    let mut oldest = conn.prepare_cached(sql)?;
    let rows =
        oldest.query_map([SHARE_OF_OLD], |row| Ok((ChannelId(row.get(0)?), Seq(row.get(1)?))))?;
    let gone: Vec<_> = rows.collect::<Result<_, _>>()?;
    gone.iter().try_for_each(|(channel, upto)| forget_to(conn, *channel, *upto))?;
    Ok(gone)
}

/// Forgets the messages of a channel, up to an event.
pub(super) fn forget_to(conn: &Connection, channel: ChannelId, seq: Seq) -> rusqlite::Result<()> {
    search::forget_to(conn, channel, seq)?;
    let sql = "DELETE FROM message WHERE channel = ?1 AND seq <= ?2";
    conn.prepare_cached(sql)?.execute(params![channel.0, seq.0]).map(|_| ())
}

fn of_frame(frame: &ChatMessage) -> Message {
    Message {
        id: frame.id,
        sender: User {
            id: frame.sender_id,
            username: frame.sender_username.clone(),
            name: frame.sender.clone(),
            email: String::new(),
            bot: false,
        },
        channel: frame.channel_id,
        message_text: frame.message.clone(),
        created_at: frame.timestamp,
        seq: frame.seq,
        ts_ms: frame.ts_ms,
        nonce: frame.nonce.clone(),
        context: frame.context.clone(),
        reply_count: 0,
        reactions: Vec::new(),
        edited_at: None,
        deleted_at: None,
    }
}
