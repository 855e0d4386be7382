//! Users in SQLite.

use pail_protocol::account::{Profile, Status, User};
use pail_protocol::event::Actor;
use pail_protocol::{Timestamp, UserId};
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use crate::store::tx::{Accounts, NewUser, Stored};

/// The columns [`user_at`] reads.
pub(super) const USER: &str = "u.id, u.username, u.name, u.email, u.is_bot";

/// Reads a user from five columns starting at `first`.
pub(super) fn user_at(row: &Row<'_>, first: usize) -> rusqlite::Result<User> {
    Ok(User {
        id: UserId(row.get(first)?),
        username: row.get(first + 1)?,
        name: row.get(first + 2)?,
        email: row.get(first + 3)?,
        bot: row.get(first + 4)?,
    })
}

/// The columns [`profile_at`] reads.
const PROFILE: &str = "u.id, u.username, u.name, u.email, u.is_bot, u.created_at, u.status,
                       u.status_until";

fn profile_at(row: &Row<'_>) -> rusqlite::Result<Profile> {
    let created_at = Timestamp::from_millis(row.get(5)?);
    let (text, until) = (row.get::<_, Option<String>>(6)?, row.get::<_, Option<i64>>(7)?);
    let status = text.map(|text| Status { text, until: until.map(Timestamp::from_millis) });
    Ok(Profile { user: user_at(row, 0)?, online: false, status, created_at })
}

impl Accounts for SqliteTx<'_> {
    fn user(&mut self, id: UserId) -> Stored<Option<User>> {
        let sql = format!("SELECT {USER} FROM users u WHERE id = ?1 AND closed_at IS NULL");
        Ok(self.query(&sql)?.query_row([id.0], |row| user_at(row, 0)).optional()?)
    }

    fn user_by_name(&mut self, username: &str) -> Stored<Option<(User, String)>> {
        let sql = format!(
            "SELECT {USER}, u.password_hash FROM users u
             WHERE username = ?1 AND is_bot = 0"
        );
        let read = |row: &Row<'_>| Ok((user_at(row, 0)?, row.get(5)?));
        Ok(self.query(&sql)?.query_row([username], read).optional()?)
    }

    fn is_username_taken(&mut self, username: &str) -> Stored<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE username = ?1)";
        Ok(self.query(sql)?.query_row([username], |row| row.get(0))?)
    }

    fn insert_user(&mut self, user: &NewUser<'_>) -> Stored<UserId> {
        let sql = "INSERT INTO users (username, name, email, password_hash, created_at)
                   VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";
        let at = user.created_at.as_millis();
        let values = params![user.username, user.name, user.email, user.password_hash, at];
        Ok(self.query(sql)?.query_row(values, |row| row.get(0).map(UserId))?)
    }

    fn has_users(&mut self) -> Stored<bool> {
        Ok(self.query("SELECT EXISTS (SELECT 1 FROM users)")?.query_row([], |row| row.get(0))?)
    }

    fn people(&mut self, of: UserId, text: &str, limit: usize) -> Stored<Vec<Profile>> {
        let sql = format!(
            "SELECT {PROFILE} FROM users u WHERE EXISTS (
                 SELECT 1 FROM bucket_members mine JOIN bucket_members theirs USING (bucket_id)
                 WHERE mine.user_id = ?1 AND mine.left_pos IS NULL
                   AND theirs.user_id = u.id AND theirs.left_pos IS NULL)
             AND (instr(lower(u.username), lower(?2)) > 0 OR instr(lower(u.name), lower(?2)) > 0)
             ORDER BY u.id LIMIT ?3"
        );
        let mut query = self.query(&sql)?;
        let rows = query.query_map(params![of.0, text, limit as i64], profile_at)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn profile(&mut self, id: UserId) -> Stored<Option<Profile>> {
        let sql = format!("SELECT {PROFILE} FROM users u WHERE u.id = ?1 AND u.closed_at IS NULL");
        Ok(self.query(&sql)?.query_row([id.0], profile_at).optional()?)
    }

    fn password_hash(&mut self, id: UserId) -> Stored<Option<String>> {
        let sql = "SELECT password_hash FROM users WHERE id = ?1 AND closed_at IS NULL";
        Ok(self.query(sql)?.query_row([id.0], |row| row.get(0)).optional()?)
    }

    fn change_user(&mut self, id: UserId, name: &str, email: &str) -> Stored<()> {
        let sql = "UPDATE users SET name = ?2, email = ?3 WHERE id = ?1";
        self.query(sql)?.execute(params![id.0, name, email])?;
        Ok(())
    }

    fn put_status(&mut self, id: UserId, status: Option<&Status>, pos: i64) -> Stored<()> {
        let forgotten = "UPDATE events SET body = json_remove(body, '$.status')
                         WHERE pos = (SELECT status_pos FROM users WHERE id = ?1)";
        self.query(forgotten)?.execute([id.0])?;
        let sql = "UPDATE users SET status = ?2, status_until = ?3, status_pos = ?4 WHERE id = ?1";
        let until = status.and_then(|status| status.until).map(|until| until.as_millis());
        let text = status.map(|status| &status.text);
        self.query(sql)?.execute(params![id.0, text, until, pos])?;
        Ok(())
    }

    fn change_password(&mut self, id: UserId, hash: &str) -> Stored<()> {
        let sql = "UPDATE users SET password_hash = ?2 WHERE id = ?1";
        self.query(sql)?.execute(params![id.0, hash])?;
        Ok(())
    }

    fn close_user(&mut self, user: &Actor, at: Timestamp) -> Stored<()> {
        let Actor { id, username, name } = user;
        let sql = "UPDATE users SET username = ?2, name = ?3, email = '', password_hash = '',
                                    closed_at = ?4 WHERE id = ?1";
        self.query(sql)?.execute(params![id.0, username, name, at.as_millis()])?;
        let said = "UPDATE events
                    SET body = json_set(body, '$.sender.username', ?2, '$.sender.name', ?3)
                    WHERE (channel_id, seq) IN
                        (SELECT channel_id, seq FROM messages WHERE sender_id = ?1)";
        self.query(said)?.execute(params![id.0, username, name])?;
        let named = "UPDATE events
                     SET body = json_set(body, '$.user.username', ?2, '$.user.name', ?3)
                     WHERE pos IN (SELECT joined_pos FROM bucket_members WHERE user_id = ?1
                                   UNION
                                   SELECT joined_pos FROM channel_members WHERE user_id = ?1)
                        OR (channel_id, seq) IN
                           (SELECT m.channel_id, r.seq FROM reactions r
                            JOIN messages m ON m.id = r.message_id WHERE r.user_id = ?1)";
        self.query(named)?.execute(params![id.0, username, name])?;
        Ok(())
    }

    fn share_a_bucket(&mut self, one: UserId, other: UserId) -> Stored<bool> {
        let sql = "SELECT EXISTS (
                       SELECT 1 FROM bucket_members a JOIN bucket_members b USING (bucket_id)
                       WHERE a.user_id = ?1 AND a.left_pos IS NULL
                         AND b.user_id = ?2 AND b.left_pos IS NULL)";
        Ok(self.query(sql)?.query_row([one.0, other.0], |row| row.get(0))?)
    }
}
