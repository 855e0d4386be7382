//! Reactions in SQLite. What reads them looks at each emoji of a message, never at each person.

use std::collections::BTreeMap;

use pail_protocol::limits::REACTION_USERS_MAX;
use pail_protocol::message::Reaction;
use pail_protocol::{MessageId, Seq, UserId};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use crate::store::tx::{Reactions, Stored};

/// A reaction without the emoji's message: emoji, count, and the people as a JSON array.
fn reaction(row: &Row<'_>) -> rusqlite::Result<Reaction> {
    let users = serde_json::from_str(&row.get::<_, String>(3)?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(3, Type::Text, error.into()))?;
    Ok(Reaction { emoji: row.get(1)?, count: row.get::<_, u32>(2)?.into(), users })
}

impl Reactions for SqliteTx<'_> {
    fn has_reacted(&mut self, message: MessageId, user: UserId, emoji: &str) -> Stored<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM reactions
                                  WHERE message_id = ?1 AND emoji = ?2 AND user_id = ?3)";
        Ok(self.query(sql)?.query_row(params![message.0, emoji, user.0], |row| row.get(0))?)
    }

    fn reaction_count(&mut self, message: MessageId, emoji: &str) -> Stored<u64> {
        let sql = "SELECT people FROM message_emoji WHERE message_id = ?1 AND emoji = ?2";
        let values = params![message.0, emoji];
        let people = self.query(sql)?.query_row(values, |row| row.get::<_, u32>(0)).optional()?;
        Ok(people.unwrap_or_default().into())
    }

    fn emoji_count(&mut self, message: MessageId) -> Stored<usize> {
        let sql = "SELECT count(*) FROM message_emoji WHERE message_id = ?1";
        Ok(self.query(sql)?.query_row([message.0], |row| row.get::<_, u32>(0))? as usize)
    }

    fn put_reaction(
        &mut self,
        message: MessageId,
        user: UserId,
        emoji: &str,
        seq: Seq,
    ) -> Stored<()> {
        self.put_reaction_event(message, seq)?;
        let sql = "INSERT OR IGNORE INTO reactions (message_id, emoji, seq, user_id)
                   VALUES (?1, ?2, ?3, ?4)";
        if self.query(sql)?.execute(params![message.0, emoji, seq.0, user.0])? == 0 {
            return Ok(());
        }
        let sql =
            "INSERT INTO message_emoji (message_id, emoji, seq, people) VALUES (?1, ?2, ?3, 1)
                   ON CONFLICT DO UPDATE SET people = people + 1";
        self.query(sql)?.execute(params![message.0, emoji, seq.0])?;
        Ok(())
    }

    fn end_reaction(
        &mut self,
        message: MessageId,
        user: UserId,
        emoji: &str,
        seq: Seq,
    ) -> Stored<()> {
        self.put_reaction_event(message, seq)?;
        let sql = "DELETE FROM reactions WHERE message_id = ?1 AND emoji = ?2 AND user_id = ?3";
        if self.query(sql)?.execute(params![message.0, emoji, user.0])? == 0 {
            return Ok(());
        }
        for sql in [
            "UPDATE message_emoji SET people = people - 1 WHERE message_id = ?1 AND emoji = ?2",
            "DELETE FROM message_emoji WHERE message_id = ?1 AND emoji = ?2 AND people = 0",
        ] {
            self.query(sql)?.execute(params![message.0, emoji])?;
        }
        Ok(())
    }
}

impl SqliteTx<'_> {
    fn put_reaction_event(&self, message: MessageId, seq: Seq) -> Stored<()> {
        let sql = "INSERT INTO reaction_events (message_id, seq) VALUES (?1, ?2)";
        self.query(sql)?.execute([message.0, seq.0])?;
        Ok(())
    }

    /// The reactions to some messages, whose ids are a JSON array; per message in the order of
    /// first use.
    pub(super) fn reactions_to(
        &self,
        messages: &str,
    ) -> Stored<BTreeMap<MessageId, Vec<Reaction>>> {
        let sql = format!(
            "SELECT e.message_id, e.emoji, e.people,
                    (SELECT json_group_array(user_id ORDER BY seq) FROM (
                         SELECT user_id, seq FROM reactions
                         WHERE message_id = e.message_id AND emoji = e.emoji
                         ORDER BY seq LIMIT {REACTION_USERS_MAX}))
             FROM message_emoji e
             WHERE e.message_id IN (SELECT value FROM json_each(?1)) ORDER BY e.message_id, e.seq"
        );
        let mut query = self.query(&sql)?;
        let mut rows = query.query([messages])?;
        let mut found: BTreeMap<MessageId, Vec<Reaction>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            found.entry(MessageId(row.get(0)?)).or_default().push(reaction(row)?);
        }
        Ok(found)
    }

    /// The log forgets how people reacted to a message; that they did stays.
    pub(super) fn forget_reactions(&self, message: MessageId) -> Stored<()> {
        let log = "UPDATE events SET body = json_set(body, '$.emoji', '')
                   WHERE channel_id = (SELECT channel_id FROM messages WHERE id = ?1)
                     AND seq IN (SELECT seq FROM reaction_events WHERE message_id = ?1)";
        self.query(log)?.execute([message.0])?;
        for table in ["reactions", "message_emoji", "reaction_events"] {
            self.forget(table, message)?;
        }
        Ok(())
    }
}
