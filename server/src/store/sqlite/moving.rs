//! Exports and imports in SQLite.

use pail_protocol::export::Person;
use pail_protocol::{Timestamp, UserId};
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use crate::store::tx::{Moving, Renamed, SecretHash, Stored};

fn word(of: Renamed) -> &'static str {
    match of {
        Renamed::User => "user",
        Renamed::Bucket => "bucket",
        Renamed::Channel => "channel",
        Renamed::Member => "member",
        Renamed::Message => "message",
        Renamed::Attachment => "attachment",
    }
}

impl Moving for SqliteTx<'_> {
    fn person(&mut self, id: UserId) -> Stored<Option<Person>> {
        let sql = "SELECT id, username, name, email, is_bot, closed_at IS NOT NULL, created_at
                   FROM users WHERE id = ?1";
        let read = |row: &Row<'_>| {
            Ok(Person {
                id: UserId(row.get(0)?),
                username: row.get(1)?,
                name: row.get(2)?,
                email: row.get(3)?,
                bot: row.get(4)?,
                closed: row.get(5)?,
                created_at_ms: Timestamp::from_millis(row.get(6)?),
            })
        };
        Ok(self.query(sql)?.query_row([id.0], read).optional()?)
    }

    fn insert_person(&mut self, person: &Person) -> Stored<UserId> {
        let sql = "INSERT INTO users
                       (username, name, email, password_hash, created_at, is_bot)
                   VALUES (?1, ?2, ?3, '', ?4, ?5) RETURNING id";
        let at = person.created_at_ms.as_millis();
        let values = params![person.username, person.name, person.email, at, person.bot];
        Ok(self.query(sql)?.query_row(values, |row| row.get(0).map(UserId))?)
    }

    fn begin_renaming(&mut self) -> Stored<()> {
        let sql = "CREATE TABLE renamed (
                       noun TEXT NOT NULL, old INTEGER NOT NULL, new INTEGER NOT NULL,
                       PRIMARY KEY (noun, old)
                   ) STRICT, WITHOUT ROWID";
        self.query(sql)?.execute([])?;
        Ok(())
    }

    fn rename(&mut self, of: Renamed, old: i64, new: i64) -> Stored<()> {
        let sql = "INSERT INTO renamed (noun, old, new) VALUES (?1, ?2, ?3)";
        self.query(sql)?.execute(params![word(of), old, new])?;
        Ok(())
    }

    fn renamed(&mut self, of: Renamed, old: i64) -> Stored<Option<i64>> {
        let sql = "SELECT new FROM renamed WHERE noun = ?1 AND old = ?2";
        Ok(self.query(sql)?.query_row(params![word(of), old], |row| row.get(0)).optional()?)
    }

    fn end_renaming(&mut self) -> Stored<()> {
        self.query("DROP TABLE renamed")?.execute([])?;
        Ok(())
    }

    fn insert_claim(
        &mut self,
        code_hash: SecretHash,
        user: UserId,
        expires_at: Timestamp,
    ) -> Stored<()> {
        let sql = "INSERT INTO invites (code_hash, role, max_uses, expires_at, user_id)
                   VALUES (?1, 'member', 1, ?2, ?3)";
        self.query(sql)?.execute(params![code_hash, expires_at.as_millis(), user.0])?;
        Ok(())
    }

    fn claim(&mut self, code_hash: &SecretHash, now: Timestamp) -> Stored<Option<UserId>> {
        let sql = "SELECT user_id FROM invites
                   WHERE code_hash = ?1 AND user_id IS NOT NULL AND expires_at > ?2";
        let values = params![code_hash, now.as_millis()];
        Ok(self.query(sql)?.query_row(values, |row| row.get(0).map(UserId)).optional()?)
    }

    fn claim_account(
        &mut self,
        code_hash: &SecretHash,
        user: UserId,
        password_hash: &str,
    ) -> Stored<()> {
        let sql = "UPDATE users SET password_hash = ?2 WHERE id = ?1";
        self.query(sql)?.execute(params![user.0, password_hash])?;
        let sql = "DELETE FROM invites WHERE code_hash = ?1 AND user_id IS NOT NULL";
        self.query(sql)?.execute([code_hash])?;
        Ok(())
    }
}
