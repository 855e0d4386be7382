//! The log in SQLite, and the ids its events carry.

use pail_protocol::event::{Actor, Event, Recorded};
use pail_protocol::{ChannelId, Seq, Timestamp, UserId};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use crate::store::StoreError;
use crate::store::tx::{Events, Noun, Stored};

/// The columns [`recorded`] reads.
const EVENTS: &str = "SELECT pos, seq, at, body FROM events";

fn recorded(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    let body: String = row.get(3)?;
    let event = serde_json::from_str(&body)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, Type::Text, error.into()))?;
    Ok(Recorded {
        pos: row.get(0)?,
        seq: row.get::<_, Option<i64>>(1)?.map(Seq),
        at: Timestamp::from_millis(row.get(2)?),
        event,
    })
}

fn word(noun: Noun) -> &'static str {
    match noun {
        Noun::Bucket => "bucket",
        Noun::Channel => "channel",
        Noun::Member => "member",
        Noun::Message => "message",
        Noun::Webhook => "webhook",
    }
}

impl Events for SqliteTx<'_> {
    fn next_id(&mut self, noun: Noun) -> Stored<i64> {
        let sql = "INSERT INTO ids (noun, last) VALUES (?1, 1)
                   ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last";
        Ok(self.query(sql)?.query_row([word(noun)], |row| row.get(0))?)
    }

    fn append(&mut self, at: Timestamp, event: Event) -> Stored<Recorded> {
        let channel = event.channel().map(|id| id.0);
        let seq = match channel {
            None => None,
            Some(channel) => {
                let sql = "SELECT last_seq + 1 FROM channels WHERE id = ?1";
                let next = self.query(sql)?.query_row([channel], |row| row.get(0)).optional()?;
                Some(next.unwrap_or(1))
            }
        };
        let body = serde_json::to_string(&event)
            .map_err(|error| StoreError::Unexpected(error.to_string()))?;
        let sql = "INSERT INTO events (channel_id, seq, at, body) VALUES (?1, ?2, ?3, ?4)
                   RETURNING pos";
        let values = params![channel, seq, at.as_millis(), body];
        let pos = self.query(sql)?.query_row(values, |row| row.get(0))?;
        Ok(Recorded { pos, seq: seq.map(Seq), at, event })
    }

    fn head(&mut self) -> Stored<i64> {
        let sql = "SELECT coalesce(max(pos), 0) FROM events";
        Ok(self.query(sql)?.query_row([], |row| row.get(0))?)
    }

    fn events_after(&mut self, pos: i64, limit: usize) -> Stored<Vec<Recorded>> {
        let sql = format!("{EVENTS} WHERE pos > ?1 ORDER BY pos LIMIT ?2");
        let values = params![pos, limit as i64];
        Ok(self.query(&sql)?.query_map(values, recorded)?.collect::<Result<_, _>>()?)
    }

    fn channel_events_after(
        &mut self,
        channel: ChannelId,
        seq: Seq,
        limit: usize,
    ) -> Stored<Vec<Recorded>> {
        let sql = format!("{EVENTS} WHERE channel_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3");
        let values = params![channel.0, seq.0, limit as i64];
        Ok(self.query(&sql)?.query_map(values, recorded)?.collect::<Result<_, _>>()?)
    }

    fn actor(&mut self, user: UserId) -> Stored<Option<Actor>> {
        let sql = "SELECT id, username, name FROM users WHERE id = ?1";
        let read = |row: &Row<'_>| {
            Ok(Actor { id: UserId(row.get(0)?), username: row.get(1)?, name: row.get(2)? })
        };
        Ok(self.query(sql)?.query_row([user.0], read).optional()?)
    }
}
