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

const BYTES_OF: &str = "SELECT coalesce(sum(max(size, ?2)), 0) FROM attachments WHERE user_id = ?1";
const IS_CONTENT_USED: &str = "SELECT EXISTS (SELECT 1 FROM attachments WHERE sha256 = ?1)";
const UNCARRIED: &str = "SELECT id FROM attachments
    WHERE message_id IS NULL AND created_at < ?1 ORDER BY created_at LIMIT ?2";
const CARRIED: &str = "SELECT a.id, EXISTS (
        SELECT 1 FROM messages m JOIN channels c ON c.id = m.channel_id
        WHERE m.id = a.message_id AND c.deleted_at IS NOT NULL)
    FROM attachments a WHERE a.id > ?1 AND a.message_id IS NOT NULL ORDER BY a.id LIMIT ?2";
const DELETE_UNREACHABLE: &str = "DELETE FROM attachments WHERE id = ?1 AND (
    message_id IS NULL OR EXISTS (
        SELECT 1 FROM messages m JOIN channels c ON c.id = m.channel_id
        WHERE m.id = attachments.message_id AND c.deleted_at IS NOT NULL))";
const DETACH_ALL: &str = "DELETE FROM attachments WHERE message_id = ?1";

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

    fn attachment_bytes_of(&mut self, user: UserId, each_at_least: u64) -> Stored<u64> {
        let values = params![user.0, each_at_least.cast_signed()];
        let read = |row: &Row<'_>| row.get(0).map(i64::cast_unsigned);
        Ok(self.query(BYTES_OF)?.query_row(values, read)?)
    }

    fn is_content_used(&mut self, sha256: &ContentHash) -> Stored<bool> {
        Ok(self.query(IS_CONTENT_USED)?.query_row([sha256], |row| row.get(0))?)
    }

    fn insert_attachment(&mut self, new: &NewAttachment<'_>) -> Stored<AttachmentId> {
        let sql = "INSERT INTO attachments (user_id, name, size, content_type, sha256, created_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
        let at = new.created_at.as_millis();
        let size = new.size.cast_signed();
        let values = params![new.user.0, new.name, size, new.content_type, new.sha256, at];
        Ok(self.query(sql)?.query_row(values, |row| row.get(0).map(AttachmentId))?)
    }

    fn uncarried_attachments(
        &mut self,
        until: Timestamp,
        limit: usize,
    ) -> Stored<Vec<AttachmentId>> {
        let mut query = self.query(UNCARRIED)?;
        let values = params![until.as_millis(), limit as i64];
        let rows = query.query_map(values, |row| row.get(0).map(AttachmentId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn carried_attachments(
        &mut self,
        after: AttachmentId,
        limit: usize,
    ) -> Stored<Vec<(AttachmentId, bool)>> {
        let mut query = self.query(CARRIED)?;
        let read = |row: &Row<'_>| Ok((AttachmentId(row.get(0)?), row.get(1)?));
        let rows = query.query_map(params![after.0, limit as i64], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn delete_unreachable_attachments(&mut self, ids: &[AttachmentId]) -> Stored<usize> {
        let mut delete = self.query(DELETE_UNREACHABLE)?;
        let mut deleted = 0;
        for id in ids {
            deleted += delete.execute([id.0])?;
        }
        Ok(deleted)
    }

    fn forgotten(&mut self, limit: usize) -> Stored<Vec<ContentHash>> {
        let mut query = self.query("SELECT sha256 FROM forgotten_contents LIMIT ?1")?;
        let rows = query.query_map([limit as i64], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn unlist_forgotten(&mut self, contents: &[ContentHash]) -> Stored<()> {
        let mut delete = self.query("DELETE FROM forgotten_contents WHERE sha256 = ?1")?;
        for sha256 in contents {
            delete.execute([sha256])?;
        }
        Ok(())
    }

    fn attach(&mut self, id: AttachmentId, message: MessageId) -> Stored<()> {
        self.query("UPDATE attachments SET message_id = ?2 WHERE id = ?1")?
            .execute([id.0, message.0])?;
        Ok(())
    }

    fn detach_all(&mut self, message: MessageId) -> Stored<()> {
        self.query(DETACH_ALL)?.execute([message.0])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::migrate;
    use super::*;

    /// 20,000 messages in two channels, a quarter of which carry something, and uploads besides.
    const FILL: &str = "
        INSERT INTO users (id, username, name, email, password_hash, created_at)
            VALUES (1, 'ann', 'Ann', '', '', 0);
        INSERT INTO channels (id, name, channel_type, last_seq, created_at, updated_at, deleted_at)
            VALUES (1, 'a', 'group', 1, 0, 0, NULL), (2, 'b', 'group', 1, 0, 0, 1);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        INSERT INTO messages (id, channel_id, seq, sender_id, text, created_at)
            SELECT i, 1 + i % 2, i, 1, 'x', 0 FROM n;
        INSERT INTO attachments (user_id, name, size, content_type, sha256, created_at, message_id)
            SELECT 1, 'a', 1, 'text/plain', CAST(id AS BLOB), 0, iif(id % 8, id, NULL)
            FROM messages WHERE id % 4 = 0 OR channel_id = 2;";

    fn plan(conn: &Connection, sql: &str) -> Vec<String> {
        let mut query = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
        let count = query.parameter_count();
        let values = rusqlite::params_from_iter(std::iter::repeat_n(1, count));
        let rows = query.query_map(values, |row| row.get(3)).expect("a plan");
        rows.collect::<Result<_, _>>().expect("a plan")
    }

    #[test]
    fn no_statement_looks_at_all_messages_or_all_attachments() {
        let mut conn = Connection::open_in_memory().expect("a database");
        migrate::run(&mut conn).expect("a schema");
        conn.execute_batch(FILL).expect("rows");
        for statistics in ["", "ANALYZE"] {
            conn.execute_batch(statistics).expect("statistics");
            for sql in
                [BYTES_OF, IS_CONTENT_USED, UNCARRIED, CARRIED, DELETE_UNREACHABLE, DETACH_ALL]
            {
                let plan = plan(&conn, sql);
                let scans =
                    plan.iter().any(|step| step.starts_with("SCAN") && !step.contains("CONSTANT"));
                assert!(!scans && !plan.is_empty(), "{statistics} {sql}: {plan:#?}");
            }
            for (sql, index) in [
                (BYTES_OF, "COVERING INDEX attachments_by_user"),
                (UNCARRIED, "INDEX attachments_uncarried"),
            ] {
                let plan = plan(&conn, sql).join("; ");
                assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
            }
        }
    }
}
