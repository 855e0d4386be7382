//! The thread that writes: takes what it is given in batches, one transaction and one sync each.

use std::fs::File;
use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use anyhow::Context;
use tokio::time::Instant;

use super::Newest;
use super::file::{self, Check, Store};
use super::kept;
use crate::state::keepsake::Keepsake;

/// How long what the server said may wait for company before it is written. Drafts and unsent
/// messages do not wait.
const BATCH: Duration = Duration::from_millis(250);

/// Something for the thread to do.
#[derive(Debug)]
pub(super) enum Job {
    /// Something newer is to be kept.
    Look,
    /// The file does not hold together.
    Damaged(anyhow::Error),
}

type Tell = Box<dyn Fn(String) + Send>;

/// Who writes.
pub(super) struct Worker {
    store: Option<Store>,
    /// What of the drafts and unsent messages is on the disk.
    kept: Keepsake,
    /// When the open transaction is to be committed.
    due: Option<Instant>,
    has_told: bool,
    tell: Tell,
    /// Held as long as we write; none where files cannot be locked.
    _lock: Option<File>,
}

impl Worker {
    pub(super) fn new(store: Store, kept: Keepsake, lock: Option<File>, tell: Tell) -> Self {
        Self { store: Some(store), kept, due: None, has_told: false, tell, _lock: lock }
    }

    /// A second look at the file.
    pub(super) fn check(&self) -> anyhow::Result<Check> {
        self.store.as_ref().context("there is no file")?.check()
    }

    /// Works until nobody can give it anything any more; what was given is on the disk then.
    pub(super) fn run(mut self, jobs: &Receiver<Job>, newest: &Newest) {
        loop {
            let job = match self.due {
                None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => jobs.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            let is_over = matches!(job, Err(RecvTimeoutError::Disconnected));
            if let Ok(job) = job {
                self.attempt(|worker| worker.work(job));
            }
            let keepsake = newest.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(keepsake) = keepsake {
                self.keep(&keepsake);
            }
            if is_over || self.due.is_some_and(|due| due <= Instant::now()) {
                self.attempt(Self::commit);
            }
            if is_over {
                return;
            }
        }
    }

    fn work(&mut self, job: Job) -> anyhow::Result<()> {
        match job {
            Job::Look => Ok(()),
            Job::Damaged(why) => Err(why),
        }
    }

    /// Once more if the file had to be replaced.
    fn keep(&mut self, keepsake: &Keepsake) {
        let is_kept = |worker: &mut Self| worker.attempt(|worker| worker.write_kept(keepsake));
        if is_kept(self) || is_kept(self) {
            self.kept.clone_from(keepsake);
        }
    }

    fn write_kept(&mut self, keepsake: &Keepsake) -> anyhow::Result<()> {
        self.begin()?;
        if let Some(store) = &self.store {
            kept::write(&store.conn, &self.kept, keepsake)?;
        }
        self.commit()
    }

    /// Begins a transaction if none is open.
    fn begin(&mut self) -> anyhow::Result<()> {
        if let (None, Some(store)) = (self.due, &self.store) {
            store.conn.execute_batch("BEGIN IMMEDIATE")?;
            self.due = Some(Instant::now() + BATCH);
        }
        Ok(())
    }

    fn commit(&mut self) -> anyhow::Result<()> {
        if let (Some(_), Some(store)) = (self.due.take(), &self.store) {
            store.conn.execute_batch("COMMIT")?;
        }
        Ok(())
    }

    /// Does something; when that fails, the batch is given up, and a damaged file replaced.
    fn attempt(&mut self, what: impl FnOnce(&mut Self) -> anyhow::Result<()>) -> bool {
        let Err(error) = what(self) else { return true };
        self.due = None;
        if let Some(store) = &self.store {
            let _ = store.conn.execute_batch("ROLLBACK");
        }
        if file::is_damage(&error) {
            self.replace(&error);
        } else if !std::mem::replace(&mut self.has_told, true) {
            (self.tell)(format!("what is unsent here is not kept when you quit: {error:#}"));
        }
        false
    }

    fn replace(&mut self, why: &anyhow::Error) {
        let Some(store) = self.store.take() else { return };
        match store.replace(&self.kept, &self.tell, why) {
            Ok(store) => self.store = Some(store),
            Err(error) => {
                (self.tell)(format!("what is unsent here is not kept when you quit: {error:#}"));
            }
        }
    }
}
