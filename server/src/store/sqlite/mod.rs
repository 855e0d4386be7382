//! SQLite: connections and their settings, the writer thread with group commit, reader threads.
//!
//! One connection writes and is the only one that checkpoints; the readers are read-only.

mod accounts;
mod attachments;
mod buckets;
mod channels;
mod events;
mod invites;
mod logins;
mod messages;
mod migrate;
mod moving;
mod reactions;
mod reads;
mod search;
mod webhooks;

use std::fs::{self, File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, bail};
use rusqlite::limits::Limit;
use rusqlite::{CachedStatement, Connection, OpenFlags};
use tokio::sync::{mpsc, watch};

use super::tx::{Events, Stored};
use super::{Answer, Job, Location, Outcome, StoreError};

/// 3.51.3 fixed a defect by which two connections could corrupt a WAL file.
const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// Commands that share one commit at the most: at 250 the disk's sync is no longer what costs.
const COMMIT_COMMANDS_MAX: usize = 256;
/// Prepared statements kept per connection; there are fewer different ones.
const STATEMENTS_MAX: usize = 128;
/// Longest value SQLite accepts, in bytes: above every bound of the protocol, far below memory.
const VALUE_BYTES_MAX: i32 = 4 * 1024 * 1024;

/// A transaction on one connection.
pub(super) struct SqliteTx<'c> {
    conn: &'c Connection,
}

impl SqliteTx<'_> {
    /// A statement, from the connection's cache when it was used before.
    fn query(&self, sql: &str) -> Stored<CachedStatement<'_>> {
        Ok(self.conn.prepare_cached(sql)?)
    }
}

/// An open database, before its threads run.
pub(super) struct Opened {
    conn: Connection,
    /// Held as long as the writer lives.
    lock: Option<File>,
    pub(super) head: i64,
    pub(super) epoch: String,
}

/// Opens the writing connection, takes the lock and migrates.
pub(super) fn open(location: &Location) -> anyhow::Result<Opened> {
    let version = rusqlite::version_number();
    if version < SQLITE_VERSION_MIN {
        bail!("SQLite {version} can corrupt its file; at least {SQLITE_VERSION_MIN} is needed");
    }
    let (mut conn, lock) = match location {
        Location::Memory => (Connection::open_in_memory()?, None),
        Location::Directory(directory) => {
            create_private(directory)?;
            let lock = lock(directory)?;
            create_readable_by_owner(&database(directory))?;
            (Connection::open(database(directory)).context("opening the database")?, Some(lock))
        }
    };
    configure_writer(&conn)?;
    migrate::run(&mut conn)?;
    let epoch = migrate::epoch(&conn)?;
    let head = SqliteTx { conn: &conn }.head()?;
    Ok(Opened { conn, lock, head, epoch })
}

/// Gives the database at a location another identity.
pub(super) fn renew_epoch(location: &Location) -> anyhow::Result<String> {
    let opened = open(location)?;
    Ok(migrate::renew_epoch(&opened.conn)?)
}

fn database(directory: &Path) -> PathBuf {
    directory.join("pail.db")
}

fn create_private(directory: &Path) -> anyhow::Result<()> {
    let named = || format!("creating the data directory {}", directory.display());
    if directory.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(directory).with_context(named)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(directory, fs::Permissions::from_mode(0o700)).with_context(named)?;
    }
    Ok(())
}

/// SQLite gives its other files the permissions of this one.
fn create_readable_by_owner(path: &Path) -> anyhow::Result<()> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).with_context(|| format!("opening {}", path.display()))?;
    Ok(())
}

fn lock(directory: &Path) -> anyhow::Result<File> {
    let path = directory.join("pail.lock");
    let file = File::create(&path).with_context(|| format!("creating {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another server is running on {}", directory.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("locking the data directory"),
    }
}

fn configure_writer(conn: &Connection) -> anyhow::Result<()> {
    conn.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 1000;
         PRAGMA secure_delete = FAST;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA secure_delete = ON;",
    )?;
    configure(conn)
}

fn configure(conn: &Connection) -> anyhow::Result<()> {
    conn.execute_batch(
        "PRAGMA foreign_keys = ON;
         PRAGMA busy_timeout = 5000;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA mmap_size = 0;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -8192;",
    )?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)?;
    Ok(())
}

/// Starts the one thread that writes. It ends when every handle is gone.
pub(super) fn spawn_writer(
    opened: Opened,
    queue: mpsc::Receiver<Job>,
    head: watch::Sender<i64>,
    broken: watch::Sender<bool>,
) -> anyhow::Result<()> {
    let writer = Writer { conn: opened.conn, _lock: opened.lock, head, broken };
    thread::Builder::new().name("pail-writer".into()).spawn(move || writer.run(queue))?;
    Ok(())
}

/// Ends in this order: the connection closes, the lock is free, and only then do those who wait
/// for the store to close see the channels end.
struct Writer {
    conn: Connection,
    _lock: Option<File>,
    head: watch::Sender<i64>,
    broken: watch::Sender<bool>,
}

impl Writer {
    fn run(self, mut queue: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(COMMIT_COMMANDS_MAX);
        while queue.blocking_recv_many(&mut jobs, COMMIT_COMMANDS_MAX) > 0 {
            let mut answers = Vec::with_capacity(jobs.len());
            let result = self.commit(&mut jobs, &mut answers);
            if let Err(error) = &result {
                tracing::error!(%error, "a commit failed; nothing of it was kept");
                self.broken.send_if_modified(|broken| {
                    *broken |= matches!(error, StoreError::Broken(_));
                    *broken
                });
            }
            for answer in answers {
                answer(result.clone());
            }
        }
        // So that the one file is whole when nobody runs.
        let checkpoint = self.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        if let Err(error) = checkpoint {
            tracing::warn!(%error, "the last checkpoint failed; the next start makes up for it");
        }
    }

    /// Runs every job in its own savepoint of one transaction. The answers are for after it.
    fn commit(&self, jobs: &mut Vec<Job>, answers: &mut Vec<Answer>) -> Stored<()> {
        let mut ran = self.execute("BEGIN IMMEDIATE");
        for job in jobs.drain(..) {
            match &ran {
                Ok(()) => ran = self.run_job(job, answers),
                Err(error) => answers.push(job(Err(error.clone())).answer),
            }
        }
        let committed = ran
            .and_then(|()| SqliteTx { conn: &self.conn }.head())
            .and_then(|head| self.execute("COMMIT").map(|()| head));
        match committed {
            Ok(head) => {
                self.head.send_if_modified(|old| std::mem::replace(old, head) != head);
                Ok(())
            }
            Err(error) => {
                if !self.conn.is_autocommit() {
                    let _ = self.execute("ROLLBACK");
                }
                Err(error)
            }
        }
    }

    fn run_job(&self, job: Job, answers: &mut Vec<Answer>) -> Stored<()> {
        self.execute("SAVEPOINT command")?;
        let outcome = guarded(job, &self.conn);
        let keep = outcome.as_ref().is_some_and(|outcome| outcome.keep);
        answers.extend(outcome.map(|outcome| outcome.answer));
        if self.conn.is_autocommit() {
            // SQLite itself rolled everything back, which it does when the disk is full.
            return Err(StoreError::Full);
        }
        if !keep {
            self.execute("ROLLBACK TO command")?;
        }
        self.execute("RELEASE command")
    }

    fn execute(&self, sql: &str) -> Stored<()> {
        Ok(self.conn.prepare_cached(sql)?.execute([]).map(|_| ())?)
    }
}

/// Runs a job; a panic in it is logged, and its caller is told that the store failed.
fn guarded(job: Job, conn: &Connection) -> Option<Outcome> {
    let run = || job(Ok(&mut SqliteTx { conn }));
    catch_unwind(AssertUnwindSafe(run))
        .inspect_err(|_| tracing::error!("a command panicked; it changed nothing"))
        .ok()
}

/// Starts the threads that read.
pub(super) fn spawn_readers(
    location: &Location,
    queue: mpsc::Receiver<Job>,
    count: usize,
) -> anyhow::Result<()> {
    let Location::Directory(directory) = location else { return Ok(()) };
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..count {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(database(directory), flags)?;
        configure(&conn)?;
        let queue = Arc::clone(&queue);
        thread::Builder::new().name("pail-reader".into()).spawn(move || read(&conn, &queue))?;
    }
    Ok(())
}

fn read(conn: &Connection, queue: &Mutex<mpsc::Receiver<Job>>) {
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
    while let Some(job) = next() {
        let begun = conn.execute_batch("BEGIN").map_err(StoreError::from);
        let outcome = guarded(job, conn);
        let ended = conn.execute_batch("ROLLBACK").map_err(StoreError::from);
        if let Some(outcome) = outcome {
            (outcome.answer)(begun.and(ended));
        }
    }
}
