//! Read markers and mutes in SQLite.

use pail_protocol::channel::Unread;
use pail_protocol::limits::{UNREAD_COUNT_MAX, UNREAD_MESSAGES_MAX};
use pail_protocol::{ChannelId, Seq, UserId};
use rusqlite::{OptionalExtension, Row};

use super::SqliteTx;
use crate::store::tx::{Reads, Standing, Stored};

/// Whether user ?1 has muted channel `c`.
const MUTED: &str = "EXISTS (SELECT 1 FROM mutes WHERE user_id = ?1 AND channel_id = c.id)";
/// The channels user ?1 is in, with their markers.
const CHANNELS: &str = "channel_members m JOIN channels c ON c.id = m.channel_id
         LEFT JOIN reads r ON r.user_id = ?1 AND r.channel_id = c.id
         WHERE m.user_id = ?1 AND m.left_pos IS NULL AND c.deleted_at IS NULL";

/// The columns [`unread_at`] reads, for user ?1: a row per channel they are in. Each count is a
/// walk over an index from the newest event back to the marker. It stops at the bound of what it
/// finds, and at the bound of what it looks at: somebody may have said a million things themselves.
fn unread_sql(condition: &str) -> String {
    format!(
        "SELECT c.id, c.last_seq, coalesce(r.read_seq, 0),
                (SELECT count(*) FROM (
                     SELECT 1 FROM (
                         SELECT sender_id FROM messages WHERE channel_id = c.id
                           AND seq > coalesce(r.read_seq, 0) AND deleted_at IS NULL
                         ORDER BY seq DESC LIMIT {UNREAD_MESSAGES_MAX})
                     WHERE sender_id <> ?1 LIMIT {UNREAD_COUNT_MAX})),
                (SELECT count(*) FROM (
                     SELECT t.seq FROM (
                         SELECT seq, message_id FROM mentions
                         WHERE user_id = ?1 AND channel_id = c.id
                           AND seq > coalesce(r.read_seq, 0)
                         ORDER BY seq DESC LIMIT {UNREAD_MESSAGES_MAX}) t
                     JOIN messages s ON s.id = t.message_id WHERE s.sender_id <> ?1
                     UNION
                     SELECT seq FROM (
                         SELECT seq, sender_id FROM messages WHERE channel_id = c.id AND here = 1
                           AND seq > coalesce(r.read_seq, 0)
                         ORDER BY seq DESC LIMIT {UNREAD_MESSAGES_MAX})
                     WHERE sender_id <> ?1
                     LIMIT {UNREAD_COUNT_MAX})),
                {MUTED}
         FROM {CHANNELS} {condition} ORDER BY c.id"
    )
}

fn unread_at(row: &Row<'_>) -> rusqlite::Result<Unread> {
    Ok(Unread {
        channel: ChannelId(row.get(0)?),
        last_seq: Seq(row.get(1)?),
        read_seq: Seq(row.get(2)?),
        unread: row.get::<_, u32>(3)?.into(),
        mentions: row.get::<_, u32>(4)?.into(),
        muted: row.get(5)?,
    })
}

impl Reads for SqliteTx<'_> {
    fn standing(&mut self, user: UserId, channel: ChannelId) -> Stored<Option<Standing>> {
        let sql = format!(
            "SELECT c.last_seq, coalesce(r.read_seq, 0), {MUTED} FROM {CHANNELS} AND c.id = ?2"
        );
        let read = |row: &Row<'_>| {
            let (last_seq, read_seq) = (Seq(row.get(0)?), Seq(row.get(1)?));
            Ok(Standing { last_seq, read_seq, muted: row.get(2)? })
        };
        Ok(self.query(&sql)?.query_row([user.0, channel.0], read).optional()?)
    }

    fn unread(&mut self, user: UserId) -> Stored<Vec<Unread>> {
        let sql = unread_sql("");
        Ok(self.query(&sql)?.query_map([user.0], unread_at)?.collect::<Result<_, _>>()?)
    }

    fn unread_in(&mut self, user: UserId, channel: ChannelId) -> Stored<Option<Unread>> {
        let sql = unread_sql("AND c.id = ?2");
        Ok(self.query(&sql)?.query_row([user.0, channel.0], unread_at).optional()?)
    }

    fn put_read(&mut self, user: UserId, channel: ChannelId, seq: Seq, pos: i64) -> Stored<()> {
        let sql = "DELETE FROM events WHERE pos = (
                       SELECT pos FROM reads WHERE user_id = ?1 AND channel_id = ?2 AND pos < ?3)";
        self.query(sql)?.execute([user.0, channel.0, pos])?;
        let sql = "INSERT INTO reads (user_id, channel_id, read_seq, pos) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO UPDATE SET read_seq = excluded.read_seq, pos = excluded.pos";
        self.query(sql)?.execute([user.0, channel.0, seq.0, pos])?;
        Ok(())
    }

    fn put_mute(&mut self, user: UserId, channel: ChannelId, muted: bool) -> Stored<()> {
        let sql = match muted {
            true => "INSERT OR IGNORE INTO mutes (user_id, channel_id) VALUES (?1, ?2)",
            false => "DELETE FROM mutes WHERE user_id = ?1 AND channel_id = ?2",
        };
        self.query(sql)?.execute([user.0, channel.0])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::store::sqlite::migrate;

    #[test]
    fn what_is_unread_is_counted_without_a_look_at_the_messages() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate::run(&mut conn).unwrap();
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", unread_sql(""))).unwrap();
        let steps = plan.query_map([1], |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> = steps.collect::<Result<_, _>>().unwrap();
        for index in ["messages_counted", "messages_here"] {
            let covering = format!("SEARCH messages USING COVERING INDEX {index} (");
            let walk = steps.iter().position(|step| step.starts_with(&covering));
            let next = walk.and_then(|walk| steps.get(walk + 1));
            let sorted = next.is_none_or(|step| step.contains("ORDER BY"));
            assert!(!sorted, "{index}: {steps:#?}");
        }
    }
}
