//! Numbered migrations, run once each when the database is opened. They are append-only.

use anyhow::{Context, bail};
use rusqlite::{Connection, TransactionBehavior};

use crate::clock;

/// Every migration, in order; `PRAGMA user_version` counts those that have run.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_spine.sql"),
    include_str!("migrations/0002_whole_api.sql"),
    include_str!("migrations/0003_status.sql"),
];

/// Brings the schema up to date, each step in its own transaction.
///
/// # Errors
/// When a step fails (the database is as before it), or the database is newer than this binary.
pub(super) fn run(conn: &mut Connection) -> anyhow::Result<()> {
    let done: usize =
        conn.query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0))? as usize;
    if done > MIGRATIONS.len() {
        bail!(
            "the database has schema {done}, this pail-server knows {}: use the newer version",
            MIGRATIONS.len()
        );
    }
    for (number, sql) in MIGRATIONS.iter().enumerate().skip(done) {
        step(conn, number + 1, sql).with_context(|| format!("migration {}", number + 1))?;
    }
    Ok(())
}

fn step(conn: &mut Connection, number: usize, sql: &str) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(sql)?;
    tx.execute_batch(&format!("PRAGMA user_version = {number}"))?;
    tx.commit()
}

/// The database's identity, made up on first use.
pub(super) fn epoch(conn: &Connection) -> rusqlite::Result<String> {
    let fresh = format!("{:016x}", u64::from_be_bytes(clock::random()));
    conn.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?1)", [fresh])?;
    conn.query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| row.get(0))
}

/// Gives the database another identity.
pub(super) fn renew_epoch(conn: &Connection) -> rusqlite::Result<String> {
    conn.execute("DELETE FROM meta WHERE key = 'epoch'", [])?;
    epoch(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrating_twice_changes_nothing() {
        let mut conn = Connection::open_in_memory().unwrap();
        run(&mut conn).unwrap();
        let first = epoch(&conn).unwrap();
        run(&mut conn).unwrap();
        assert_eq!(epoch(&conn).unwrap(), first);
    }

    #[test]
    fn a_database_from_the_future_is_refused() {
        let mut conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("PRAGMA user_version = 999").unwrap();
        let error = run(&mut conn).unwrap_err().to_string();
        assert!(error.contains("newer version"), "{error}");
    }
}
