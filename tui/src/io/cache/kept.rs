//! Drafts, unsent messages and where one was, as rows: only what changed is written.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::state::keepsake::{Keepsake, KeptMessage};

/// The row of everything that has no table of its own.
const REST: &str = "rest";
/// The row of what drafts are for, and of those of threads.
const COMPOSING: &str = "composing";

/// What was kept.
pub(super) fn read(conn: &Connection) -> rusqlite::Result<Keepsake> {
    let mut keepsake: Keepsake = read_row(conn, REST)?;
    keepsake.composing = read_row(conn, COMPOSING)?;
    let mut drafts = conn.prepare("SELECT channel, body FROM draft")?;
    let mut rows = drafts.query([])?;
    while let Some(row) = rows.next()? {
        let channel = pail_protocol::ChannelId(row.get(0)?);
        keepsake.drafts.insert(channel, understood(&row.get::<_, String>(1)?)?);
    }
    let mut unsent = conn.prepare("SELECT body FROM unsent ORDER BY place")?;
    let mut rows = unsent.query([])?;
    while let Some(row) = rows.next()? {
        keepsake.unsent.push(understood(&row.get::<_, String>(0)?)?);
    }
    Ok(keepsake)
}

/// Writes what is different from what is there.
pub(super) fn write(conn: &Connection, old: &Keepsake, new: &Keepsake) -> rusqlite::Result<()> {
    write_row(conn, REST, &old.without_words(), &new.without_words())?;
    write_row(conn, COMPOSING, &old.composing, &new.composing)?;
    write_drafts(conn, old, new)?;
    write_unsent(conn, &old.unsent, &new.unsent)
}

fn read_row<T: Default + DeserializeOwned>(conn: &Connection, name: &str) -> rusqlite::Result<T> {
    let sql = "SELECT body FROM kept WHERE name = ?1";
    let body: Option<String> = conn.query_row(sql, [name], |row| row.get(0)).optional()?;
    body.map_or_else(|| Ok(T::default()), |body| understood(&body))
}

fn write_row<T>(conn: &Connection, name: &str, old: &T, new: &T) -> rusqlite::Result<()>
where
    T: PartialEq + Serialize,
{
    if old != new {
        let sql = "INSERT OR REPLACE INTO kept (name, body) VALUES (?1, ?2)";
        conn.prepare_cached(sql)?.execute(params![name, written(new)?])?;
    }
    Ok(())
}

fn write_drafts(conn: &Connection, old: &Keepsake, new: &Keepsake) -> rusqlite::Result<()> {
    for channel in old.drafts.keys().filter(|channel| !new.drafts.contains_key(channel)) {
        conn.prepare_cached("DELETE FROM draft WHERE channel = ?1")?.execute([channel.0])?;
    }
    for (channel, draft) in
        new.drafts.iter().filter(|(id, draft)| old.drafts.get(id) != Some(draft))
    {
        let sql = "INSERT OR REPLACE INTO draft (channel, body) VALUES (?1, ?2)";
        conn.prepare_cached(sql)?.execute(params![channel.0, written(draft)?])?;
    }
    Ok(())
}

/// Messages leave the queue anywhere and join it at its end: those that are still where they were
/// are left alone, whatever else happened is written anew.
fn write_unsent(
    conn: &Connection,
    old: &[KeptMessage],
    new: &[KeptMessage],
) -> rusqlite::Result<()> {
    let mut left = new.iter().peekable();
    for message in old {
        match left.next_if(|next| next.nonce == message.nonce) {
            Some(same) if same == message => {}
            Some(changed) => {
                let sql = "UPDATE unsent SET body = ?2 WHERE nonce = ?1";
                let params = params![changed.nonce.as_str(), written(changed)?];
                conn.prepare_cached(sql)?.execute(params)?;
            }
            None => {
                let sql = "DELETE FROM unsent WHERE nonce = ?1";
                conn.prepare_cached(sql)?.execute([message.nonce.as_str()])?;
            }
        }
    }
    for message in left {
        let sql = "INSERT OR REPLACE INTO unsent (nonce, body) VALUES (?1, ?2)";
        conn.prepare_cached(sql)?.execute(params![message.nonce.as_str(), written(message)?])?;
    }
    Ok(())
}

/// A value as a row has it.
pub(super) fn written(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// A row's value; what makes no sense is damage.
pub(super) fn understood<T: DeserializeOwned>(body: &str) -> rusqlite::Result<T> {
    let text = rusqlite::types::Type::Text;
    serde_json::from_str(body)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, text, error.into()))
}
