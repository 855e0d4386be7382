//! Attachments in SQLite.

use std::collections::BTreeMap;
use std::fmt::Write;

use pail_protocol::attachment::Attachment;
use pail_protocol::{AttachmentId, ChannelId, MessageId, Timestamp, UserId};
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use crate::store::tx::{AttachmentRow, Attachments, ContentHash, NewAttachment, Stored};

/// The columns [`attachment`] reads.
const ATTACHMENT: &str = "a.id, a.name, a.size, a.content_type, a.sha256";

fn attachment(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    let id = row.get(0)?;
    Ok(Attachment {
        id: AttachmentId(id),
        name: row.get(1)?,
        size: row.get::<_, i64>(2)?.cast_unsigned(),
        content_type: row.get(3)?,
        url: format!("/api/chat/attachments/{id}/"),
        sha256: hex(&row.get::<_, ContentHash>(4)?),
    })
}

fn hex(hash: &ContentHash) -> String {
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // A string always takes what is written to it.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl SqliteTx<'_> {
    /// What some messages carry, by id; the messages' ids are a JSON array.
    pub(super) fn attachments_in(
        &self,
        messages: &str,
    ) -> Stored<BTreeMap<MessageId, Vec<Attachment>>> {
        let sql = format!(
            "SELECT {ATTACHMENT}, a.message_id FROM attachments a
             WHERE a.message_id IN (SELECT value FROM json_each(?1)) ORDER BY a.id"
        );
        let mut query = self.query(&sql)?;
        let mut rows = query.query([messages])?;
        let mut found: BTreeMap<MessageId, Vec<Attachment>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            found.entry(MessageId(row.get(5)?)).or_default().push(attachment(row)?);
        }
        Ok(found)
    }
}

impl Attachments for SqliteTx<'_> {
    fn attachment(&mut self, id: AttachmentId) -> Stored<Option<AttachmentRow>> {
        let sql = format!(
            "SELECT {ATTACHMENT}, a.user_id, m.id, m.channel_id
             FROM attachments a LEFT JOIN messages m ON m.id = a.message_id WHERE a.id = ?1"
        );
        let read = |row: &Row<'_>| {
            let message = row.get::<_, Option<i64>>(6)?.map(MessageId);
            let channel = row.get::<_, Option<i64>>(7)?.map(ChannelId);
            Ok(AttachmentRow {
                attachment: attachment(row)?,
                user: UserId(row.get(5)?),
                sha256: row.get(4)?,
                carried: message.zip(channel),
            })
        };
        Ok(self.query(&sql)?.query_row([id.0], read).optional()?)
    }

    fn attachments_of(&mut self, message: MessageId) -> Stored<Vec<Attachment>> {
        let sql =
            format!("SELECT {ATTACHMENT} FROM attachments a WHERE a.message_id = ?1 ORDER BY a.id");
        let mut query = self.query(&sql)?;
        let rows = query.query_map([message.0], attachment)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn attachment_bytes_of(&mut self, user: UserId) -> Stored<u64> {
        let sql = "SELECT coalesce(sum(size), 0) FROM attachments WHERE user_id = ?1";
        Ok(self.query(sql)?.query_row([user.0], |row| row.get(0).map(i64::cast_unsigned))?)
    }

    fn is_content_used(&mut self, sha256: &ContentHash) -> Stored<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM attachments WHERE sha256 = ?1)";
        Ok(self.query(sql)?.query_row([sha256], |row| row.get(0))?)
    }

    fn insert_attachment(&mut self, new: &NewAttachment<'_>) -> Stored<AttachmentId> {
        let sql = "INSERT INTO attachments (user_id, name, size, content_type, sha256, created_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
        let at = new.created_at.as_millis();
        let size = new.size.cast_signed();
        let values = params![new.user.0, new.name, size, new.content_type, new.sha256, at];
        Ok(self.query(sql)?.query_row(values, |row| row.get(0).map(AttachmentId))?)
    }

    fn delete_unreachable_attachments(&mut self, until: Timestamp) -> Stored<usize> {
        let sql = "DELETE FROM attachments
                   WHERE (message_id IS NULL AND created_at < ?1) OR message_id IN (
                       SELECT m.id FROM messages m JOIN channels c ON c.id = m.channel_id
                       WHERE c.deleted_at IS NOT NULL)";
        Ok(self.query(sql)?.execute([until.as_millis()])?)
    }

    fn attach(&mut self, id: AttachmentId, message: MessageId) -> Stored<()> {
        self.query("UPDATE attachments SET message_id = ?2 WHERE id = ?1")?
            .execute([id.0, message.0])?;
        Ok(())
    }

    fn detach_all(&mut self, message: MessageId) -> Stored<()> {
        self.query("DELETE FROM attachments WHERE message_id = ?1")?.execute([message.0])?;
        Ok(())
    }
}
