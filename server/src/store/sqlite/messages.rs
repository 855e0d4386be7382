//! Messages in SQLite.

use pail_protocol::message::{Context, Message};
use pail_protocol::{ChannelId, MessageId, Nonce, Seq, Timestamp, UserId};
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use super::accounts::user_at;
use crate::store::tx::{Messages, NewMessage, Page, Stored};

/// The columns [`message`] reads.
const MESSAGES: &str = "SELECT m.id, m.channel_id, m.seq, m.text, m.nonce, m.created_at,
                               u.id, u.username, u.name, u.email, u.is_bot
                        FROM messages m JOIN users u ON u.id = m.sender_id";

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let at = Timestamp::from_millis(row.get(5)?);
    Ok(Message {
        id: MessageId(row.get(0)?),
        channel: ChannelId(row.get(1)?),
        seq: Seq(row.get(2)?),
        message_text: row.get(3)?,
        nonce: row.get::<_, Option<String>>(4)?.and_then(|text| Nonce::new(text).ok()),
        created_at: at,
        ts_ms: at,
        sender: user_at(row, 6)?,
        context: Context::default(),
        reply_count: 0,
        reactions: Vec::new(),
        edited_at: None,
        deleted_at: None,
    })
}

impl Messages for SqliteTx<'_> {
    fn message_by_nonce(&mut self, sender: UserId, nonce: &Nonce) -> Stored<Option<Message>> {
        let sql = format!("{MESSAGES} WHERE m.sender_id = ?1 AND m.nonce = ?2");
        let values = params![sender.0, nonce.as_str()];
        Ok(self.query(&sql)?.query_row(values, message).optional()?)
    }

    fn message(&mut self, id: MessageId) -> Stored<Option<Message>> {
        let sql = format!("{MESSAGES} WHERE m.id = ?1");
        Ok(self.query(&sql)?.query_row([id.0], message).optional()?)
    }

    fn history(&mut self, channel: ChannelId, page: Page, limit: usize) -> Stored<Vec<Message>> {
        let (condition, seq, newest_first) = match page {
            Page::Newest => ("m.seq < ?2 ORDER BY m.seq DESC", Seq(i64::MAX), true),
            Page::Before(seq) => ("m.seq < ?2 ORDER BY m.seq DESC", seq, true),
            Page::After(seq) => ("m.seq > ?2 ORDER BY m.seq", seq, false),
        };
        let sql = format!("{MESSAGES} WHERE m.channel_id = ?1 AND {condition} LIMIT ?3");
        let values = params![channel.0, seq.0, limit as i64];
        let mut page: Vec<Message> =
            self.query(&sql)?.query_map(values, message)?.collect::<Result<_, _>>()?;
        if newest_first {
            page.reverse();
        }
        Ok(page)
    }

    fn put_message(&mut self, message: &NewMessage<'_>) -> Stored<()> {
        let sql = "INSERT INTO messages (id, channel_id, seq, sender_id, text, nonce, created_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.query(sql)?.execute(params![
            message.id.0,
            message.channel.0,
            message.seq.0,
            message.sender.0,
            message.text,
            message.nonce.map(Nonce::as_str),
            message.at.as_millis(),
        ])?;
        Ok(())
    }
}
