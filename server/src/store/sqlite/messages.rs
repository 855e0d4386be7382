//! Messages in SQLite. A message is a row, and rows of what it mentions, carries and was reacted
//! with; a page reads each kind once.

use std::collections::BTreeMap;

use pail_protocol::message::{Context, Message, Revision};
use pail_protocol::{ChannelId, MessageId, Nonce, Seq, Timestamp, UserId};
use rusqlite::{OptionalExtension, Params, Row, params};

use super::SqliteTx;
use super::accounts::user_at;
use crate::store::tx::{Among, MessageRow, Messages, NewMessage, NewText, Page, Stored};

/// The columns [`message`] reads.
pub(super) const MESSAGES: &str =
    "SELECT m.id, m.channel_id, m.seq, m.text, m.nonce, m.created_at, m.reply_to, m.thread_id,
            m.here, m.reply_count, m.edited_at, m.deleted_at,
            u.id, u.username, u.name, u.email, u.is_bot
     FROM messages m JOIN users u ON u.id = m.sender_id";

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let at = Timestamp::from_millis(row.get(5)?);
    let id = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(MessageId));
    let time = |column| {
        Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
    };
    Ok(Message {
        id: MessageId(row.get(0)?),
        channel: ChannelId(row.get(1)?),
        seq: Seq(row.get(2)?),
        message_text: row.get(3)?,
        nonce: row.get::<_, Option<String>>(4)?.and_then(|text| Nonce::new(text).ok()),
        created_at: at,
        ts_ms: at,
        context: Context {
            reply_to: id(6)?,
            thread: id(7)?,
            here: row.get(8)?,
            ..Context::default()
        },
        reply_count: row.get::<_, u32>(9)?.into(),
        edited_at: time(10)?,
        deleted_at: time(11)?,
        sender: user_at(row, 12)?,
        reactions: Vec::new(),
    })
}

impl SqliteTx<'_> {
    /// Messages with all that belongs to them, by a query that reads the columns of [`MESSAGES`].
    pub(super) fn messages(&self, sql: &str, values: impl Params) -> Stored<Vec<Message>> {
        let mut messages: Vec<Message> =
            self.query(sql)?.query_map(values, message)?.collect::<Result<_, _>>()?;
        self.complete(&mut messages)?;
        Ok(messages)
    }

    fn complete(&self, messages: &mut [Message]) -> Stored<()> {
        if messages.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = messages.iter().map(|message| message.id.to_string()).collect();
        let ids = format!("[{}]", ids.join(","));
        let mut mentions = self.mentions_in(&ids)?;
        let mut attachments = self.attachments_in(&ids)?;
        let mut reactions = self.reactions_to(&ids)?;
        for message in messages {
            message.context.mentions = mentions.remove(&message.id).unwrap_or_default();
            message.context.attachments = attachments.remove(&message.id).unwrap_or_default();
            message.reactions = reactions.remove(&message.id).unwrap_or_default();
        }
        Ok(())
    }

    /// Whom some messages mention; their ids are a JSON array.
    fn mentions_in(&self, messages: &str) -> Stored<BTreeMap<MessageId, Vec<UserId>>> {
        let sql = "SELECT message_id, user_id FROM mentions
                   WHERE message_id IN (SELECT value FROM json_each(?1)) ORDER BY user_id";
        let mut query = self.query(sql)?;
        let mut rows = query.query([messages])?;
        let mut found: BTreeMap<MessageId, Vec<UserId>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            found.entry(MessageId(row.get(0)?)).or_default().push(UserId(row.get(1)?));
        }
        Ok(found)
    }

    fn put_mentions(&self, message: MessageId, users: &[UserId]) -> Stored<()> {
        let sql = "INSERT OR IGNORE INTO mentions (user_id, channel_id, seq, message_id)
                   SELECT ?2, channel_id, seq, id FROM messages WHERE id = ?1";
        for user in users {
            self.query(sql)?.execute([message.0, user.0])?;
        }
        Ok(())
    }

    pub(super) fn forget(&self, table: &str, message: MessageId) -> Stored<()> {
        self.query(&format!("DELETE FROM {table} WHERE message_id = ?1"))?.execute([message.0])?;
        Ok(())
    }
}

impl Messages for SqliteTx<'_> {
    fn message_by_nonce(&mut self, sender: UserId, nonce: &Nonce) -> Stored<Option<Message>> {
        let sql = format!("{MESSAGES} WHERE m.sender_id = ?1 AND m.nonce = ?2");
        Ok(self.messages(&sql, params![sender.0, nonce.as_str()])?.pop())
    }

    fn message(&mut self, id: MessageId) -> Stored<Option<Message>> {
        Ok(self.messages(&format!("{MESSAGES} WHERE m.id = ?1"), [id.0])?.pop())
    }

    fn message_row(&mut self, id: MessageId) -> Stored<Option<MessageRow>> {
        let sql = "SELECT id, channel_id, sender_id, thread_id, text, created_at,
                          deleted_at IS NOT NULL
                   FROM messages WHERE id = ?1";
        let read = |row: &Row<'_>| {
            Ok(MessageRow {
                id: MessageId(row.get(0)?),
                channel: ChannelId(row.get(1)?),
                sender: UserId(row.get(2)?),
                thread: row.get::<_, Option<i64>>(3)?.map(MessageId),
                text: row.get(4)?,
                created_at: Timestamp::from_millis(row.get(5)?),
                is_deleted: row.get(6)?,
            })
        };
        Ok(self.query(sql)?.query_row([id.0], read).optional()?)
    }

    fn history(&mut self, among: Among, page: Page, limit: usize) -> Stored<Vec<Message>> {
        let (wanted, of) = match among {
            Among::Channel(channel) => ("m.channel_id = ?1", channel.0),
            Among::Kept(channel) => ("m.channel_id = ?1 AND m.deleted_at IS NULL", channel.0),
            Among::Thread(root) => ("m.thread_id = ?1", root.0),
        };
        let (condition, seq, newest_first) = match page {
            Page::Newest => ("m.seq < ?2 ORDER BY m.seq DESC", Seq(i64::MAX), true),
            Page::Before(seq) => ("m.seq < ?2 ORDER BY m.seq DESC", seq, true),
            Page::After(seq) => ("m.seq > ?2 ORDER BY m.seq", seq, false),
            Page::Around(seq) => {
                let from = Seq(seq.0.saturating_sub(1));
                let mut messages = self.history(among, Page::Before(seq), limit / 2)?;
                messages.extend(self.history(among, Page::After(from), limit - limit / 2)?);
                return Ok(messages);
            }
        };
        let sql = format!("{MESSAGES} WHERE {wanted} AND {condition} LIMIT ?3");
        let mut page = self.messages(&sql, params![of, seq.0, limit as i64])?;
        if newest_first {
            page.reverse();
        }
        Ok(page)
    }

    fn revisions(&mut self, id: MessageId) -> Stored<Vec<Revision>> {
        let sql = "SELECT text, created_at FROM revisions WHERE message_id = ?1 ORDER BY seq";
        let read = |row: &Row<'_>| {
            let created_at = Timestamp::from_millis(row.get(1)?);
            Ok(Revision { message_text: row.get(0)?, created_at })
        };
        Ok(self.query(sql)?.query_map([id.0], read)?.collect::<Result<_, _>>()?)
    }

    fn edit_count(&mut self, id: MessageId) -> Stored<usize> {
        let sql = "SELECT count(*) FROM revisions WHERE message_id = ?1";
        let texts = self.query(sql)?.query_row([id.0], |row| row.get::<_, u32>(0))?;
        Ok(texts.saturating_sub(1) as usize)
    }

    fn put_message(&mut self, message: &NewMessage<'_>) -> Stored<()> {
        let context = message.context;
        let sql = "INSERT INTO messages
                       (id, channel_id, seq, sender_id, text, nonce, created_at, reply_to,
                        thread_id, here)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        self.query(sql)?.execute(params![
            message.id.0,
            message.channel.0,
            message.seq.0,
            message.sender.0,
            message.text,
            message.nonce.map(Nonce::as_str),
            message.at.as_millis(),
            context.reply_to.map(|id| id.0),
            context.thread.map(|id| id.0),
            context.here,
        ])?;
        if let Some(root) = context.thread {
            let sql = "UPDATE messages SET reply_count = reply_count + 1 WHERE id = ?1";
            self.query(sql)?.execute([root.0])?;
        }
        self.put_mentions(message.id, &context.mentions)
    }

    fn put_text(&mut self, new: &NewText<'_>) -> Stored<()> {
        let first = "INSERT OR IGNORE INTO revisions (message_id, seq, text, created_at)
                     SELECT id, seq, text, created_at FROM messages WHERE id = ?1";
        self.query(first)?.execute([new.message.0])?;
        let next = "INSERT INTO revisions (message_id, seq, text, created_at)
                    VALUES (?1, ?2, ?3, ?4)";
        let at = new.at.as_millis();
        self.query(next)?.execute(params![new.message.0, new.seq.0, new.text, at])?;
        let sql = "UPDATE messages SET text = ?2, here = ?3, edited_at = ?4 WHERE id = ?1";
        self.query(sql)?.execute(params![new.message.0, new.text, new.here, at])?;
        self.forget("mentions", new.message)?;
        self.put_mentions(new.message, new.mentions)
    }

    fn put_deletion(&mut self, id: MessageId, at: Timestamp) -> Stored<()> {
        let log = "UPDATE events
                   SET body = json_remove(json_set(body, '$.text', ''),
                                          '$.mentions', '$.here', '$.attachments')
                   WHERE channel_id = (SELECT channel_id FROM messages WHERE id = ?1)
                     AND seq IN (SELECT seq FROM messages WHERE id = ?1
                                 UNION SELECT seq FROM revisions WHERE message_id = ?1)";
        self.query(log)?.execute([id.0])?;
        for table in ["revisions", "mentions"] {
            self.forget(table, id)?;
        }
        self.forget_reactions(id)?;
        let sql = "UPDATE messages SET reply_count = reply_count - 1
                   WHERE id = (SELECT thread_id FROM messages WHERE id = ?1)";
        self.query(sql)?.execute([id.0])?;
        let sql = "UPDATE messages SET text = '', here = 0, edited_at = NULL, deleted_at = ?2
                   WHERE id = ?1";
        self.query(sql)?.execute(params![id.0, at.as_millis()])?;
        Ok(())
    }
}
