//! The file: private, checked, of one version; what cannot be read is set aside and begun anew.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use rusqlite::{Connection, ErrorCode, InterruptHandle, OpenFlags};

use super::{beside, former, kept};
use crate::io::files;
use crate::state::keepsake::Keepsake;

/// How the tables are laid out. A file of another version is set aside.
const VERSION: i32 = 2;
/// What makes the file ours: "pail" in ASCII.
const APPLICATION: i32 = 0x7061_696c;
/// How long a second client waits for the first one's write.
const BUSY: Duration = Duration::from_millis(250);
/// Memory for pages of the file, in KiB.
const PAGES_KIB: i32 = 1024;
/// Statements that stay prepared; there are fewer different ones.
const STATEMENTS_MAX: usize = 64;

const TABLES: &str = "
    CREATE TABLE kept (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE draft (channel INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE unsent (place INTEGER PRIMARY KEY, nonce TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
    CREATE TABLE list (kind TEXT, of INTEGER, body TEXT NOT NULL, PRIMARY KEY (kind, of)) WITHOUT ROWID;
    CREATE TABLE standing (channel INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, read_seq INTEGER NOT NULL,
        unread INTEGER NOT NULL, mentions INTEGER NOT NULL, muted INTEGER NOT NULL);
    CREATE TABLE channel (channel INTEGER PRIMARY KEY, cursor INTEGER);
    CREATE TABLE span (channel INTEGER, after INTEGER, upto INTEGER NOT NULL, is_stale INTEGER NOT NULL,
        PRIMARY KEY (channel, after)) WITHOUT ROWID;
    CREATE TABLE message (channel INTEGER, seq INTEGER, id INTEGER NOT NULL, thread INTEGER,
        body TEXT NOT NULL, PRIMARY KEY (channel, seq)) WITHOUT ROWID;
    CREATE INDEX message_by_id ON message (id);
    CREATE INDEX message_by_thread ON message (thread, seq) WHERE thread IS NOT NULL;
    CREATE VIRTUAL TABLE words USING fts5(text, content = '', contentless_delete = 1,
        tokenize = 'unicode61 remove_diacritics 2');
";

/// An open file.
pub(super) struct Store {
    pub(super) conn: Connection,
    /// Whether another client keeps it.
    pub(super) is_read_only: bool,
    path: PathBuf,
}

impl Store {
    /// Opens the file to keep things in it, and reads what was kept. What an earlier version kept
    /// is taken over; what is damaged is set aside, but for what can still be read of it.
    pub(super) fn open(path: &Path, tell: &dyn Fn(String)) -> anyhow::Result<(Self, Keepsake)> {
        files::create_private_dir(path.parent().context("it has no folder")?)?;
        let path = real(path)?;
        match Self::try_open(&path) {
            Ok(opened) => Ok(opened),
            Err(error) if is_damage(&error) => {
                let (store, saved) = Self::renew(path, tell, &error)?;
                Ok((store, saved.unwrap_or_default()))
            }
            Err(error) => Err(error),
        }
    }

    /// Opens the file that another client keeps.
    pub(super) fn to_read(path: &Path) -> anyhow::Result<Self> {
        let path = real(path)?;
        let conn = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        ensure!(version(&conn)? == VERSION, "another version of pail has made it");
        Ok(Self { conn, is_read_only: true, path })
    }

    fn try_open(path: &Path) -> anyhow::Result<(Self, Keepsake)> {
        files::create_private_if_missing(path)?;
        let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = FAST;
             PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 16777216;",
        )?;
        if version(&conn)? == 0 {
            lay_out(&mut conn, path)?;
        }
        ensure!(version(&conn)? == VERSION, Foreign);
        let keepsake = kept::read(&conn)?;
        Ok((Self { conn, is_read_only: false, path: path.to_owned() }, keepsake))
    }

    /// Sets a damaged file aside and begins anew. Drafts and unsent messages come along if they
    /// can still be read.
    fn renew(
        path: PathBuf,
        tell: &dyn Fn(String),
        why: &anyhow::Error,
    ) -> anyhow::Result<(Self, Option<Keepsake>)> {
        let saved = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .ok()
            .and_then(|conn| kept::read(&conn).ok());
        let aside = files::set_aside(&path)?;
        for ending in ["-wal", "-shm"] {
            let _ = std::fs::rename(beside(&path, ending), beside(&aside, ending));
        }
        let words = if saved.is_some() { "what was kept here" } else { "what was unsent" };
        tell(format!("{words} cannot be read ({why:#}); the file is now {}", aside.display()));
        let (mut store, _) = Self::try_open(&path)?;
        if let Some(saved) = &saved {
            let write = store.conn.transaction()?;
            kept::write_anew(&write, saved)?;
            write.commit()?;
        }
        Ok((store, saved))
    }

    /// Puts a new file in the place of one that turned out to be damaged, with this in it.
    pub(super) fn replace(
        self,
        keepsake: &Keepsake,
        tell: &dyn Fn(String),
        why: &anyhow::Error,
    ) -> anyhow::Result<Self> {
        let path = self.path.clone();
        drop(self);
        let (mut store, _) = Self::renew(path, tell, why)?;
        let write = store.conn.transaction()?;
        kept::write_anew(&write, keepsake)?;
        write.commit()?;
        Ok(store)
    }

    /// A second look at the same file, for whoever checks it.
    pub(super) fn check(&self) -> anyhow::Result<Check> {
        connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY).map(Check)
    }
}

/// A connection that reads the whole file.
pub(super) struct Check(Connection);

impl Check {
    /// What ends it early.
    pub(super) fn handle(&self) -> InterruptHandle {
        self.0.get_interrupt_handle()
    }

    /// Whether the file holds together.
    pub(super) fn run(self) -> anyhow::Result<()> {
        let said: String = self.0.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        ensure!(said == "ok", Damaged(said));
        Ok(())
    }
}

/// Whether the file itself is at fault, not the disk, the permissions or us.
pub(super) fn is_damage(error: &anyhow::Error) -> bool {
    let sqlite = error.downcast_ref::<rusqlite::Error>();
    let code = sqlite.and_then(rusqlite::Error::sqlite_error_code);
    let is_broken = matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
    let is_nonsense = matches!(
        sqlite,
        Some(
            rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::SqlInputError { .. }
        )
    );
    is_broken || is_nonsense || error.is::<Foreign>() || error.is::<Damaged>()
}

/// The file is not one this version makes.
#[derive(Debug)]
struct Foreign;

impl std::fmt::Display for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("another version of pail has made it")
    }
}

impl std::error::Error for Foreign {}

/// What SQLite found wrong.
#[derive(Debug)]
struct Damaged(String);

impl std::fmt::Display for Damaged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Damaged {}

/// The path with its folder's links followed, so that a link in the file's own place is refused.
fn real(path: &Path) -> anyhow::Result<PathBuf> {
    let folder = path.parent().context("it has no folder")?;
    let name = path.file_name().context("it has no name")?;
    let folder = folder.canonicalize().with_context(|| format!("{}", folder.display()))?;
    Ok(folder.join(name))
}

fn connect(path: &Path, how: OpenFlags) -> anyhow::Result<Connection> {
    let flags = how | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    conn.execute_batch(&format!("PRAGMA cache_size = -{PAGES_KIB}; PRAGMA trusted_schema = OFF;"))?;
    Ok(conn)
}

/// 0 for an empty file, -1 for one that is not ours.
fn version(conn: &Connection) -> rusqlite::Result<i32> {
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let is_empty = pragma("page_count")? == 0 || (application, version) == (0, 0);
    match application {
        APPLICATION => Ok(version),
        _ if is_empty => Ok(0),
        _ => Ok(-1),
    }
}

/// Makes the tables, and takes over what an earlier version kept in a file of JSON.
fn lay_out(conn: &mut Connection, path: &Path) -> anyhow::Result<()> {
    let former = former(path);
    let read = files::read(&former).ok().flatten();
    let kept: Option<Keepsake> = read.and_then(|text| serde_json::from_str(&text).ok());
    let write = conn.transaction()?;
    write.execute_batch(TABLES)?;
    if let Some(kept) = &kept {
        kept::write_anew(&write, kept)?;
    }
    write.pragma_update(None, "application_id", APPLICATION)?;
    write.pragma_update(None, "user_version", VERSION)?;
    write.commit()?;
    if kept.is_some() {
        let _ = std::fs::remove_file(&former);
    }
    Ok(())
}
