//! Drafts, unsent messages and where one was, as rows: only what changed is written.

use std::collections::BTreeSet;

use pail_protocol::ChannelId;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::state::keepsake::{Changes, Keepsake, KeptMessage};

/// The row of everything that has no table of its own.
const REST: &str = "rest";
/// The row of what drafts are for, and of those of threads.
const COMPOSING: &str = "composing";

/// What was kept.
pub(super) fn read(conn: &Connection) -> rusqlite::Result<Keepsake> {
    let (whereabouts, composing) = (read_row(conn, REST)?, read_row(conn, COMPOSING)?);
    let mut keepsake = Keepsake { whereabouts, composing, ..Keepsake::default() };
    let mut drafts = conn.prepare("SELECT channel, body FROM draft")?;
    let mut rows = drafts.query([])?;
    while let Some(row) = rows.next()? {
        let channel = ChannelId(row.get(0)?);
        keepsake.drafts.insert(channel, understood(&row.get::<_, String>(1)?)?);
    }
    let mut unsent = conn.prepare("SELECT place, body FROM unsent WHERE place > 0")?;
    let mut rows = unsent.query([])?;
    while let Some(row) = rows.next()? {
        let place = row.get::<_, i64>(0)?.unsigned_abs();
        keepsake.unsent.insert(place, understood(&row.get::<_, String>(1)?)?);
    }
    Ok(keepsake)
}

/// Rows that are not as they should be.
#[derive(Debug, Default)]
pub(super) struct Owed {
    whereabouts: bool,
    composing: bool,
    drafts: BTreeSet<ChannelId>,
    unsent: BTreeSet<u64>,
}

impl Owed {
    /// What these changes make of it.
    pub(super) fn note(&mut self, old: &Keepsake, changes: &Changes) {
        self.whereabouts |= old.whereabouts != changes.whereabouts;
        self.composing |= old.composing.intents != changes.intents;
        for place in changes.drafts.keys() {
            match place.thread {
                Some(_) => self.composing = true,
                None => drop(self.drafts.insert(place.channel)),
            }
        }
        self.unsent.extend(changes.unsent.keys());
    }
}

/// Writes the rows that are not as they should be.
pub(super) fn write(conn: &Connection, kept: &Keepsake, owed: &Owed) -> rusqlite::Result<()> {
    if owed.whereabouts {
        write_row(conn, REST, &kept.whereabouts)?;
    }
    if owed.composing {
        write_row(conn, COMPOSING, &kept.composing)?;
    }
    for channel in &owed.drafts {
        write_draft(conn, *channel, kept.drafts.get(channel))?;
    }
    for place in &owed.unsent {
        write_unsent(conn, *place, kept.unsent.get(place))?;
    }
    Ok(())
}

/// Writes all of it in the place of whatever there is.
pub(super) fn write_anew(conn: &Connection, keepsake: &Keepsake) -> rusqlite::Result<()> {
    conn.execute_batch("DELETE FROM kept; DELETE FROM draft; DELETE FROM unsent;")?;
    write_row(conn, REST, &keepsake.whereabouts)?;
    write_row(conn, COMPOSING, &keepsake.composing)?;
    let mut drafts = keepsake.drafts.iter();
    drafts.try_for_each(|(channel, draft)| write_draft(conn, *channel, Some(draft)))?;
    let mut unsent = keepsake.unsent.iter();
    unsent.try_for_each(|(place, message)| write_unsent(conn, *place, Some(message)))
}

fn read_row<T: Default + DeserializeOwned>(conn: &Connection, name: &str) -> rusqlite::Result<T> {
    let sql = "SELECT body FROM kept WHERE name = ?1";
    let body: Option<String> = conn.query_row(sql, [name], |row| row.get(0)).optional()?;
    body.map_or_else(|| Ok(T::default()), |body| understood(&body))
}

fn write_row(conn: &Connection, name: &str, value: &impl Serialize) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO kept (name, body) VALUES (?1, ?2)";
    conn.prepare_cached(sql)?.execute(params![name, written(value)?]).map(drop)
}

fn write_draft(
    conn: &Connection,
    channel: ChannelId,
    draft: Option<&String>,
) -> rusqlite::Result<()> {
    let Some(draft) = draft else {
        return conn
            .prepare_cached("DELETE FROM draft WHERE channel = ?1")?
            .execute([channel.0])
            .map(drop);
    };
    let sql = "INSERT OR REPLACE INTO draft (channel, body) VALUES (?1, ?2)";
    conn.prepare_cached(sql)?.execute(params![channel.0, written(draft)?]).map(drop)
}

fn write_unsent(
    conn: &Connection,
    place: u64,
    message: Option<&KeptMessage>,
) -> rusqlite::Result<()> {
    // A queue that has counted so far has been written to for a long time.
    let place = i64::try_from(place).unwrap_or(i64::MAX);
    let Some(message) = message else {
        return conn
            .prepare_cached("DELETE FROM unsent WHERE place = ?1")?
            .execute([place])
            .map(drop);
    };
    let sql = "INSERT OR REPLACE INTO unsent (place, nonce, body) VALUES (?1, ?2, ?3)";
    conn.prepare_cached(sql)?
        .execute(params![place, message.nonce.as_str(), written(message)?])
        .map(drop)
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
