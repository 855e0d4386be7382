//! The full-text index in SQLite: FTS5, without the texts themselves.

use pail_protocol::MessageId;
use pail_protocol::message::Message;
use rusqlite::{OptionalExtension, params};

use super::SqliteTx;
use super::messages::MESSAGES;
use crate::store::tx::{Find, Search, Stored};

/// The index is walked from the newest message on and left as soon as there are enough: `CROSS`
/// keeps SQLite from starting anywhere else.
const FOUND: &str = "SELECT m.id FROM search s
     CROSS JOIN messages m ON m.id = s.rowid
     CROSS JOIN channels c ON c.id = m.channel_id
     WHERE s.search MATCH ?1 AND s.rowid < ?3 AND s.rowid > ?4
       AND m.deleted_at IS NULL AND c.deleted_at IS NULL
       AND EXISTS (SELECT 1 FROM channel_members a WHERE a.channel_id = m.channel_id
                   AND a.user_id = ?2 AND a.left_pos IS NULL)
       AND (?5 IS NULL OR c.bucket_id = ?5)
       AND (?6 IS NULL OR m.channel_id = ?6)
       AND (?7 IS NULL OR m.sender_id = ?7)
     ORDER BY s.rowid DESC LIMIT ?8";

impl Search for SqliteTx<'_> {
    fn find_messages(&mut self, find: &Find<'_>) -> Stored<Vec<Message>> {
        let sql = format!("{MESSAGES} WHERE m.id IN ({FOUND}) ORDER BY m.id DESC");
        let values = params![
            find.expression,
            find.by.0,
            find.before.map_or(i64::MAX, |id| id.0),
            find.after.map_or(0, |id| id.0),
            find.bucket.map(|id| id.0),
            find.channel.map(|id| id.0),
            find.from.map(|id| id.0),
            find.limit as i64,
        ];
        self.messages(&sql, values)
    }

    fn index_message(&mut self, id: MessageId, words: &str) -> Stored<()> {
        let sql = "INSERT OR REPLACE INTO search (rowid, text) VALUES (?1, ?2)";
        self.query(sql)?.execute(params![id.0, words])?;
        Ok(())
    }

    fn unindex_message(&mut self, id: MessageId) -> Stored<()> {
        self.query("DELETE FROM search WHERE rowid = ?1")?.execute([id.0])?;
        Ok(())
    }

    fn cursor(&mut self, reader: &str) -> Stored<i64> {
        let sql = "SELECT pos FROM cursors WHERE reader = ?1";
        let pos = self.query(sql)?.query_row([reader], |row| row.get(0)).optional()?;
        Ok(pos.unwrap_or_default())
    }

    fn put_cursor(&mut self, reader: &str, pos: i64) -> Stored<()> {
        let sql = "INSERT INTO cursors (reader, pos) VALUES (?1, ?2)
                   ON CONFLICT DO UPDATE SET pos = excluded.pos";
        self.query(sql)?.execute(params![reader, pos])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::migrate;
    use super::*;

    /// 20,000 messages of one word in one channel, of which user 1 is a member and user 2 is not.
    fn crowded() -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate::run(&mut conn).unwrap();
        conn.execute_batch(
            "INSERT INTO users (id, username, name, email, password_hash, created_at)
             VALUES (1, 'ann', 'Ann', '', '', 0), (2, 'bob', 'Bob', '', '', 0);
             INSERT INTO channels (id, name, channel_type, last_seq, created_at, updated_at)
             VALUES (1, 'c', 'group', 20000, 0, 0);
             INSERT INTO channel_members (id, channel_id, user_id, created_at, updated_at,
                                          joined_pos)
             VALUES (1, 1, 1, 0, 0, 0);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO messages (id, channel_id, seq, sender_id, text, created_at)
             SELECT i, 1, i, 1, 'deploy', 0 FROM n;
             INSERT INTO search (rowid, text) SELECT id, text FROM messages;",
        )
        .unwrap();
        conn
    }

    fn find(by: i64) -> Find<'static> {
        let (expression, by) = ("\"deploy\"*", pail_protocol::UserId(by));
        let (bucket, channel, from, before, after) = (None, None, None, None, None);
        Find { expression, by, bucket, channel, from, before, after, limit: 50 }
    }

    #[test]
    fn a_word_with_many_hits_costs_no_more_than_its_newest() {
        let conn = crowded();
        let found = SqliteTx { conn: &conn }.find_messages(&find(1)).unwrap();
        let ids: Vec<i64> = found.iter().map(|message| message.id.0).collect();
        assert_eq!(ids, (19_951..=20_000).rev().collect::<Vec<_>>());
        let mut query = conn.prepare(FOUND).unwrap();
        query.reset_status(rusqlite::StatementStatus::VmStep);
        let none = None::<i64>;
        let values = params!["\"deploy\"*", 1, i64::MAX, 0, none, none, none, 50];
        assert_eq!(query.query_map(values, |_| Ok(())).unwrap().count(), 50);
        let steps = query.get_status(rusqlite::StatementStatus::VmStep);
        assert!(steps < 5_000, "{steps} steps");
    }

    #[test]
    fn who_is_not_in_the_channel_finds_nothing() {
        let conn = crowded();
        assert!(SqliteTx { conn: &conn }.find_messages(&find(2)).unwrap().is_empty());
    }
}
