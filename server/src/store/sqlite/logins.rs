//! Logins in SQLite.

use pail_protocol::token::Scope;
use pail_protocol::{LoginId, Timestamp, UserId};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteTx;
use super::accounts::{USER, user_at};
use crate::store::tx::{Login, Logins, NewLogin, Origin, SecretHash, Stored};

/// The columns [`login_at`] reads behind those of the user.
const LOGIN: &str = "l.id, l.label, l.origin, l.scopes, l.created_at, l.expires_at, l.last_used_at";

fn login_at(row: &Row<'_>) -> rusqlite::Result<Login> {
    Ok(Login {
        user: user_at(row, 0)?,
        id: LoginId(row.get(5)?),
        label: row.get(6)?,
        origin: origin(row, 7)?,
        scopes: scopes(row, 8)?,
        created_at: Timestamp::from_millis(row.get(9)?),
        expires_at: Timestamp::from_millis(row.get(10)?),
        last_used_at: row.get::<_, Option<i64>>(11)?.map(Timestamp::from_millis),
    })
}

fn origin(row: &Row<'_>, column: usize) -> rusqlite::Result<Origin> {
    let word: String = row.get(column)?;
    let known = [Origin::Password, Origin::Token].into_iter();
    known.into_iter().find(|origin| origin.as_str() == word).ok_or_else(|| {
        let error = format!("`{word}` is not the origin of a token");
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
    })
}

fn scopes(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<Scope>> {
    let words: String = row.get(column)?;
    let scopes: Result<_, _> = words.split(' ').map(str::parse).collect();
    scopes.map_err(|error: pail_protocol::token::NotAScope| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
    })
}

impl Logins for SqliteTx<'_> {
    fn insert_login(&mut self, login: &NewLogin<'_>) -> Stored<LoginId> {
        let sql = "INSERT INTO logins
                       (user_id, token_hash, label, origin, scopes, created_at, expires_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id";
        let scopes = login.scopes.iter().map(Scope::to_string).collect::<Vec<_>>().join(" ");
        let values = params![
            login.user.0,
            login.token_hash,
            login.label,
            login.origin.as_str(),
            scopes,
            login.created_at.as_millis(),
            login.expires_at.as_millis(),
        ];
        Ok(self.query(sql)?.query_row(values, |row| row.get(0).map(LoginId))?)
    }

    fn login(&mut self, token_hash: &SecretHash) -> Stored<Option<Login>> {
        let sql = format!(
            "SELECT {USER}, {LOGIN} FROM logins l JOIN users u ON u.id = l.user_id
             WHERE l.token_hash = ?1"
        );
        Ok(self.query(&sql)?.query_row([token_hash], login_at).optional()?)
    }

    fn logins_of(&mut self, user: UserId) -> Stored<Vec<Login>> {
        let sql = format!(
            "SELECT {USER}, {LOGIN} FROM logins l JOIN users u ON u.id = l.user_id
             WHERE l.user_id = ?1 ORDER BY l.id"
        );
        Ok(self.query(&sql)?.query_map([user.0], login_at)?.collect::<Result<_, _>>()?)
    }

    fn has_login(&mut self, id: LoginId, now: Timestamp) -> Stored<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM logins WHERE id = ?1 AND expires_at > ?2)";
        Ok(self.query(sql)?.query_row([id.0, now.as_millis()], |row| row.get(0))?)
    }

    fn touch_login(&mut self, id: LoginId, at: Timestamp, apart_ms: i64) -> Stored<()> {
        let sql = "UPDATE logins SET last_used_at = ?2
                   WHERE id = ?1 AND coalesce(last_used_at <= ?2 - ?3, TRUE)";
        self.query(sql)?.execute([id.0, at.as_millis(), apart_ms])?;
        Ok(())
    }

    fn delete_login(&mut self, id: LoginId) -> Stored<bool> {
        Ok(self.query("DELETE FROM logins WHERE id = ?1")?.execute([id.0])? > 0)
    }

    fn delete_expired_logins(&mut self, user: UserId, now: Timestamp) -> Stored<()> {
        let sql = "DELETE FROM logins WHERE user_id = ?1 AND expires_at <= ?2";
        self.query(sql)?.execute([user.0, now.as_millis()])?;
        Ok(())
    }
}
