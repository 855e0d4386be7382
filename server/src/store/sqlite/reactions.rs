//! Reactions in SQLite.

use std::collections::BTreeMap;

use pail_protocol::message::Reaction;
use pail_protocol::{MessageId, Seq, UserId};
use rusqlite::params;

use super::SqliteTx;
use crate::store::tx::{Reactions, Stored};

impl Reactions for SqliteTx<'_> {
    fn put_reaction(
        &mut self,
        message: MessageId,
        user: UserId,
        emoji: &str,
        seq: Seq,
    ) -> Stored<()> {
        let sql = "INSERT INTO reactions (message_id, emoji, user_id, seq) VALUES (?1, ?2, ?3, ?4)";
        self.query(sql)?.execute(params![message.0, emoji, user.0, seq.0])?;
        Ok(())
    }

    fn end_reaction(&mut self, message: MessageId, user: UserId, emoji: &str) -> Stored<()> {
        let sql = "DELETE FROM reactions WHERE message_id = ?1 AND emoji = ?2 AND user_id = ?3";
        self.query(sql)?.execute(params![message.0, emoji, user.0])?;
        Ok(())
    }
}

impl SqliteTx<'_> {
    /// The reactions to some messages, whose ids are a JSON array; per message in the order of
    /// first use.
    pub(super) fn reactions_to(
        &self,
        messages: &str,
    ) -> Stored<BTreeMap<MessageId, Vec<Reaction>>> {
        let sql = "SELECT message_id, emoji, user_id FROM reactions
                   WHERE message_id IN (SELECT value FROM json_each(?1)) ORDER BY message_id, seq";
        let mut query = self.query(sql)?;
        let mut rows = query.query([messages])?;
        let mut found: BTreeMap<MessageId, Vec<Reaction>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (emoji, user) = (row.get::<_, String>(1)?, UserId(row.get(2)?));
            let reactions = found.entry(MessageId(row.get(0)?)).or_default();
            match reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
                Some(reaction) => {
                    reaction.count += 1;
                    reaction.users.push(user);
                }
                None => reactions.push(Reaction { emoji, count: 1, users: vec![user] }),
            }
        }
        Ok(found)
    }
}
