//! Where everything is kept; the only place that knows SQL.
//!
//! [`Store`] is a cheap handle that hides one writer thread, a few reader threads and group
//! commit. It runs commands and queries it is given and knows none of their rules. After a commit
//! it moves `head`, which wakes every [`Tail`]; it calls no reader.

mod error;
mod sqlite;
mod tail;
#[cfg(test)]
mod tests;
pub mod tx;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

pub use error::StoreError;
pub use tail::Tail;
pub use tx::Tx;

/// Commands waiting for the writer. Beyond it, callers wait for room.
const WRITE_QUEUE_MAX: usize = 1024;
/// Queries waiting for a reader. Beyond it, callers wait for room.
const READ_QUEUE_MAX: usize = 1024;
/// Reader threads, each with its own connection.
const READERS: usize = 2;

/// Where the database lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In memory, gone with the process.
    Memory,
    /// In `pail.db` of this directory, which is created if need be.
    Directory(PathBuf),
}

/// Tells a command's caller whether it became durable; runs after the shared commit.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// A command or query with its way back. It is given a transaction, or why there is none.
type Job = Box<dyn FnOnce(Result<&mut dyn Tx, StoreError>) -> Outcome + Send>;

/// How a job went inside its transaction: whether its changes are kept.
struct Outcome {
    keep: bool,
    answer: Answer,
}

/// The handle. Clones share one database.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    writer: mpsc::Sender<Job>,
    readers: mpsc::Sender<Job>,
    head: watch::Receiver<i64>,
    broken: watch::Receiver<bool>,
    epoch: String,
}

/// A command that is in the writer's queue, before all that are submitted after it.
#[must_use = "the command's result is lost"]
pub struct Receipt<T, E>(oneshot::Receiver<Result<T, E>>);

impl<T, E: From<StoreError>> Receipt<T, E> {
    /// Waits until the command is durable or refused.
    ///
    /// # Errors
    /// The command's own refusal, or [`StoreError`] when it could not be kept.
    pub async fn outcome(self) -> Result<T, E> {
        self.0.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }
}

impl Store {
    /// Opens the database, creating or migrating it. Takes a lock on its directory, so that two
    /// servers cannot share one file. Blocks; call it before there is load.
    ///
    /// # Errors
    /// When the directory cannot be used, another process holds it, or the file is not ours.
    pub fn open(location: &Location) -> anyhow::Result<Self> {
        let (writer, write_queue) = mpsc::channel(WRITE_QUEUE_MAX);
        let (head_sender, head) = watch::channel(0);
        let (broken_sender, broken) = watch::channel(false);
        let opened = sqlite::open(location)?;
        let readers = match location {
            // Another connection would see another database, so the writer answers queries too.
            Location::Memory => writer.clone(),
            Location::Directory(_) => {
                let (readers, read_queue) = mpsc::channel(READ_QUEUE_MAX);
                sqlite::spawn_readers(location, read_queue, READERS)?;
                readers
            }
        };
        head_sender.send_replace(opened.head);
        let epoch = opened.epoch.clone();
        sqlite::spawn_writer(opened, write_queue, head_sender, broken_sender)?;
        Ok(Self { shared: Arc::new(Shared { writer, readers, head, broken, epoch }) })
    }

    /// Runs a command in a transaction. When it returns `Ok`, its changes are on disk; when it
    /// returns `Err`, it changed nothing.
    ///
    /// # Errors
    /// The command's own refusal, or [`StoreError`] when it could not be kept.
    pub async fn write<T, E>(
        &self,
        command: impl FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(command).await.outcome().await
    }

    /// Queues a command and returns at once: commands submitted one after the other take effect
    /// in that order, and may share a commit.
    pub async fn submit<T, E>(
        &self,
        command: impl FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
    ) -> Receipt<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        submit(&self.shared.writer, command).await
    }

    /// Runs a query on a consistent snapshot that holds every command answered before.
    ///
    /// # Errors
    /// The query's own refusal, or [`StoreError`] when it could not be run.
    pub async fn read<T, E>(
        &self,
        query: impl FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        submit(&self.shared.readers, query).await.outcome().await
    }

    /// A cursor over the log, starting behind a position.
    #[must_use]
    pub fn tail(&self, pos: i64) -> Tail {
        Tail::new(self.clone(), self.shared.head.clone(), pos)
    }

    /// A cursor over the log, starting at the present.
    #[must_use]
    pub fn tail_from_now(&self) -> Tail {
        let head = *self.shared.head.borrow();
        self.tail(head)
    }

    /// The database's identity. It changes when a backup is restored.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.shared.epoch
    }

    /// Gives the database another identity, so that clients take every number they remember for
    /// void: for whoever put back a backup. Nobody else may have it open. Blocks.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn renew_epoch(location: &Location) -> anyhow::Result<String> {
        sqlite::renew_epoch(location)
    }

    /// Waits until the database is closed, which it is once every other handle is gone too.
    pub async fn close(self) {
        let mut writer = self.shared.broken.clone();
        drop(self);
        // Never true: this waits for the writer to let go of the other end.
        let _ = writer.wait_for(|_| false).await;
    }

    /// Returns once the disk has failed in a way that leaves its contents unknown. The process
    /// should end then: what it acknowledges from here on may not be true.
    pub async fn broken(&self) {
        let mut broken = self.shared.broken.clone();
        if broken.wait_for(|broken| *broken).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

async fn submit<T, E>(
    queue: &mpsc::Sender<Job>,
    work: impl FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
) -> Receipt<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (answer, receipt) = oneshot::channel();
    // A closed queue drops the job and with it `answer`: the receipt then says `Closed`.
    let _ = queue.send(job(work, answer)).await;
    Receipt(receipt)
}

fn job<T, E>(
    work: impl FnOnce(&mut dyn Tx) -> Result<T, E> + Send + 'static,
    answer: oneshot::Sender<Result<T, E>>,
) -> Job
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    Box::new(move |tx| {
        let result = tx.map_err(E::from).and_then(work);
        Outcome {
            keep: result.is_ok(),
            // A caller that has gone away does not undo its command.
            answer: Box::new(move |committed| {
                let _ = answer.send(committed.map_err(E::from).and(result));
            }),
        }
    })
}
