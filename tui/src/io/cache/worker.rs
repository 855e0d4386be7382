//! The thread that reads and writes: takes what it is given in batches, one transaction and one
//! sync each.

use std::fs::File;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anyhow::Context;
use pail_protocol::UserId;
use pail_protocol::frame::ServerFrame;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::contents::Contents;
use super::file::{self, Check, Store};
use super::kept::{self, Owed};
use super::{Newest, Tell};
use crate::state::cached::Cached;
use crate::state::keepsake::{Changes, Keepsake};
use crate::state::{Answer, Call, Generation};

/// How long what the server said may wait for company before it is written. Drafts and unsent
/// messages do not wait.
const BATCH: Duration = Duration::from_millis(250);

/// Something for the thread to do.
pub(super) enum Job {
    /// Something newer is to be kept.
    Look,
    /// A frame came, of a connection to the database of that epoch.
    Hear(Generation, Arc<str>, Box<ServerFrame>),
    /// A server answered a call that was made on that connection.
    Learn(Generation, Call, Box<Answer>),
    /// A call that may be answered here.
    Answer { call: Call, is_live: bool, to: oneshot::Sender<Option<Answer>> },
    /// The file does not hold together.
    Damaged(anyhow::Error),
    /// That is all.
    End,
}

/// Who reads and writes.
pub(super) struct Worker {
    store: Option<Store>,
    me: UserId,
    /// Drafts and unsent messages, as they are to be on the disk.
    kept: Keepsake,
    /// What of them is not yet.
    owed: Owed,
    contents: Contents,
    /// The last connection that was heard.
    generation: Generation,
    /// When the open transaction is to be committed.
    due: Option<Instant>,
    has_told: bool,
    /// Held as long as we write; none where files cannot be locked.
    _lock: Option<File>,
}

impl Worker {
    /// Works on a file, in which this is kept.
    pub(super) fn new(
        store: Store,
        me: UserId,
        kept: Keepsake,
        lock: Option<File>,
    ) -> rusqlite::Result<Self> {
        let contents = Contents::read(&store.conn, me)?;
        let (store, generation) = (Some(store), Generation::default());
        let (owed, due, has_told) = (Owed::default(), None, false);
        Ok(Self { store, me, kept, owed, contents, generation, due, has_told, _lock: lock })
    }

    /// A second look at the file; none is needed where another client looks.
    pub(super) fn check(&self) -> anyhow::Result<Check> {
        self.writable().context("another client keeps the file")?.check()
    }

    /// What the first frame shows.
    pub(super) fn first(&self, left: &Keepsake) -> anyhow::Result<Cached> {
        let store = self.store.as_ref().context("there is no file")?;
        Ok(self.contents.first(&store.conn, &left.whereabouts)?)
    }

    /// Works until it is told to end; what was given is on the disk then.
    pub(super) fn run(mut self, jobs: &Receiver<Job>, newest: &Newest, tell: &Tell) {
        loop {
            let job = match self.due {
                None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => jobs.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            let is_over = matches!(job, Ok(Job::End) | Err(RecvTimeoutError::Disconnected));
            if let Ok(job) = job {
                self.attempt(tell, |worker| worker.work(job));
            }
            let changes = newest.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(changes) = changes {
                self.keep(changes, tell);
            }
            if is_over || self.due.is_some_and(|due| due <= Instant::now()) {
                self.attempt(tell, Self::commit);
            }
            if is_over {
                return;
            }
        }
    }

    fn work(&mut self, job: Job) -> anyhow::Result<()> {
        match job {
            Job::Look | Job::End => Ok(()),
            Job::Hear(generation, epoch, frame) => self.hear(generation, &epoch, &frame),
            Job::Learn(generation, call, answer) => self.learn(generation, &call, &answer),
            Job::Answer { call, is_live, to } => self.answer(&call, is_live, to),
            Job::Damaged(why) => Err(why),
        }
    }

    fn hear(
        &mut self,
        generation: Generation,
        epoch: &str,
        frame: &ServerFrame,
    ) -> anyhow::Result<()> {
        self.generation = generation;
        self.begin()?;
        let Some(store) = writable(self.store.as_ref()) else { return Ok(()) };
        Ok(self.contents.hear(&store.conn, epoch, frame)?)
    }

    /// What was asked on an older connection may have changed since.
    fn learn(&mut self, asked: Generation, call: &Call, answer: &Answer) -> anyhow::Result<()> {
        self.begin()?;
        let is_fresh = asked == self.generation;
        let Some(store) = writable(self.store.as_ref()) else { return Ok(()) };
        Ok(self.contents.learn(&store.conn, call, answer, is_fresh)?)
    }

    /// Of a file that another client keeps nothing is known for certain.
    fn answer(
        &mut self,
        call: &Call,
        is_live: bool,
        to: oneshot::Sender<Option<Answer>>,
    ) -> anyhow::Result<()> {
        let Some(store) = &self.store else { return Ok(()) };
        if store.is_read_only {
            self.contents = Contents::read(&store.conn, self.me)?;
        }
        let answer = match store.is_read_only && is_live {
            true => None,
            false => self.contents.answer(&store.conn, call, is_live)?,
        };
        // Whoever asked may have gone.
        let _ = to.send(answer);
        Ok(())
    }

    /// Once more if the file had to be replaced. What cannot be written is written with the next.
    fn keep(&mut self, changes: Changes, tell: &Tell) {
        self.owed.note(&self.kept, &changes);
        self.kept.apply(changes);
        let is_kept = |worker: &mut Self| worker.attempt(tell, Self::write_kept);
        if is_kept(self) || is_kept(self) {
            self.owed = Owed::default();
        }
    }

    fn write_kept(&mut self) -> anyhow::Result<()> {
        self.begin()?;
        if let Some(store) = self.writable() {
            kept::write(&store.conn, &self.kept, &self.owed)?;
        }
        self.commit()
    }

    fn writable(&self) -> Option<&Store> {
        writable(self.store.as_ref())
    }

    /// Begins a transaction if none is open.
    fn begin(&mut self) -> anyhow::Result<()> {
        if let (None, Some(store)) = (self.due, self.writable()) {
            store.conn.execute_batch("BEGIN IMMEDIATE")?;
            self.due = Some(Instant::now() + BATCH);
        }
        Ok(())
    }

    fn commit(&mut self) -> anyhow::Result<()> {
        if let (Some(_), Some(store)) = (self.due.take(), &self.store) {
            self.contents.save(&store.conn)?;
            store.conn.execute_batch("COMMIT")?;
        }
        Ok(())
    }

    /// Does something; when that fails, the batch is given up, and a damaged file replaced.
    fn attempt(&mut self, tell: &Tell, what: impl FnOnce(&mut Self) -> anyhow::Result<()>) -> bool {
        let Err(error) = what(self) else { return true };
        self.due = None;
        if let Some(store) = &self.store {
            let _ = store.conn.execute_batch("ROLLBACK");
            self.contents = Contents::read(&store.conn, self.me).unwrap_or_default();
        }
        if file::is_damage(&error) {
            self.replace(&error, tell);
        } else if !std::mem::replace(&mut self.has_told, true) {
            tell(format!("what is unsent here is not kept when you quit: {error:#}"));
        }
        false
    }

    fn replace(&mut self, why: &anyhow::Error, tell: &Tell) {
        let Some(store) = self.store.take_if(|store| !store.is_read_only) else { return };
        self.contents = Contents::of(self.me);
        match store.replace(&self.kept, tell, why) {
            Ok(store) => self.store = Some(store),
            Err(error) => {
                tell(format!("what is unsent here is not kept when you quit: {error:#}"));
            }
        }
    }
}

/// None of what another client keeps.
fn writable(store: Option<&Store>) -> Option<&Store> {
    store.filter(|store| !store.is_read_only)
}
