//! What an account has on this machine: drafts, what is unsent, and what the server said.
//!
//! One SQLite file per account, on a thread of its own; the loop only hands things over. Of two
//! clients on one account the first one keeps. It is a cache: what is in it is trusted no more
//! than what comes from the server, and a damaged file is set aside and begun anew.

mod answers;
mod contents;
mod coverage;
mod file;
mod kept;
mod lists;
mod messages;
mod search;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context;
use pail_protocol::UserId;
use pail_protocol::frame::ServerFrame;
use rusqlite::InterruptHandle;
use tokio::sync::oneshot;

use super::accounts::Account;
use super::files::{self, ClientDirs};
use crate::state::cached::Cached;
use crate::state::keepsake::{Changes, Keepsake};
use crate::state::{Answer, Call, Generation};
use file::Store;
use worker::{Job, Worker};

pub use answers::nothing;

/// Things that may wait for the thread. Beyond it what was said is not kept, and fetched again
/// when somebody asks for it; drafts and unsent messages never wait here.
pub const JOBS_MAX: usize = 4096;

/// What is said to whoever opens an account a second time.
const ELSEWHERE: &str = "another pail has this account open: what is unsent here is not kept when \
                         you quit";

/// What has become different of drafts and unsent messages, until the thread takes it. Of each the
/// newest is here, so it is never more than there is.
type Newest = Arc<Mutex<Option<Changes>>>;

/// Says what whoever types must know.
type Tell = Box<dyn Fn(String) + Send>;

/// The hand that gives things to the thread.
pub struct Cache {
    jobs: SyncSender<Job>,
    newest: Newest,
    thread: Option<JoinHandle<()>>,
    check: Option<InterruptHandle>,
}

/// Where the file of an account is.
#[must_use]
pub fn path_for(dirs: &ClientDirs, account: &Account) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let server: String = account.server.chars().map(plain).collect();
    dirs.state.join(format!("{server}_{}.db", account.user_id))
}

/// What earlier runs left.
#[derive(Debug, Default)]
pub struct Left {
    /// Drafts, unsent messages, where one was.
    pub keepsake: Keepsake,
    /// What the server said.
    pub cached: Cached,
}

/// What earlier runs left, and who goes on from there: when another client has the account, only
/// reading. `tell` gets what whoever types must know.
pub fn open(
    path: &Path,
    me: UserId,
    tell: impl Fn(String) + Send + 'static,
) -> (Left, Option<Cache>) {
    let tell: Tell = Box::new(tell);
    let lock = match files::lock(&path.with_extension("lock")) {
        Ok(Some(lock)) => Some(lock),
        Ok(None) => {
            tell(ELSEWHERE.to_owned());
            return beside_another(path, me, tell).unwrap_or_default();
        }
        // If it matters, writing fails, too, and says so.
        Err(_) => None,
    };
    let opened = Store::open(path, &tell).and_then(|(store, keepsake)| {
        let worker = Worker::new(store, me, keepsake.clone(), lock)?;
        Ok((worker, keepsake))
    });
    match opened {
        Ok((worker, keepsake)) => start(worker, keepsake, tell),
        Err(error) => {
            tell(format!("what is unsent here is not kept when you quit: {error:#}"));
            Default::default()
        }
    }
}

/// Drafts and unsent messages belong to the other one.
fn beside_another(path: &Path, me: UserId, tell: Tell) -> anyhow::Result<(Left, Option<Cache>)> {
    let store = Store::to_read(path)?;
    let whereabouts = kept::read(&store.conn)?.whereabouts;
    let keepsake = Keepsake { whereabouts, ..Keepsake::default() };
    let worker = Worker::new(store, me, Keepsake::default(), None)?;
    Ok(start(worker, keepsake, tell))
}

/// What cannot be read is fetched again; the check beside the work finds what is wrong.
fn start(worker: Worker, keepsake: Keepsake, tell: Tell) -> (Left, Option<Cache>) {
    let cached = worker.first(&keepsake).unwrap_or_default();
    (Left { keepsake, cached }, Some(Cache::start(worker, tell)))
}

impl Cache {
    fn start(worker: Worker, tell: Tell) -> Self {
        let (jobs, waiting) = sync_channel(JOBS_MAX);
        let newest = Newest::default();
        let theirs = Arc::clone(&newest);
        let check = check_beside(&worker, jobs.clone());
        let thread = std::thread::spawn(move || worker.run(&waiting, &theirs, &tell));
        Self { jobs, newest, thread: Some(thread), check }
    }

    /// Keeps what has become different.
    pub fn keep(&self, changes: Changes) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.get_or_insert_default().extend(changes);
        drop(newest);
        // A thread with so much to do that this finds no room looks for the newest by itself.
        let _ = self.jobs.try_send(Job::Look);
    }

    /// Takes in a frame of a connection to the database of that epoch. One that finds no room
    /// leaves a step in the numbers of its channel, which is noticed with the next one.
    pub fn hear(&self, generation: Generation, epoch: &Arc<str>, frame: &ServerFrame) {
        let is_of_us = matches!(
            frame,
            ServerFrame::Ready(_) | ServerFrame::ReadUpdated(_) | ServerFrame::MuteUpdated(_)
        );
        if is_of_us || frame.place().is_some() {
            let job = Job::Hear(generation, Arc::clone(epoch), Box::new(frame.clone()));
            let _ = self.jobs.try_send(job);
        }
    }

    /// Somebody to ask.
    #[must_use]
    pub fn asker(&self) -> Asker {
        Asker(self.jobs.clone())
    }

    /// Waits until everything is on the disk.
    pub async fn finish(self) {
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }
}

impl Drop for Cache {
    /// Whoever opens the same account next finds its file written and free.
    fn drop(&mut self) {
        if let Some(check) = self.check.take() {
            check.interrupt();
        }
        let _ = self.jobs.send(Job::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Asks the thread.
#[derive(Clone)]
pub struct Asker(SyncSender<Job>);

impl Asker {
    /// The answer to a call, as far as it is known here. While there is a connection, only what is
    /// certainly up to date.
    pub async fn answer(&self, call: &Call, is_live: bool) -> Option<Answer> {
        let (to, answer) = oneshot::channel();
        self.0.try_send(Job::Answer { call: call.clone(), is_live, to }).ok()?;
        answer.await.ok().flatten()
    }

    /// Takes in what a server answered to a call that was made on that connection.
    pub fn learn(&self, asked: Generation, call: &Call, answer: &Answer) {
        let _ = self.0.try_send(Job::Learn(asked, call.clone(), Box::new(answer.clone())));
    }
}

/// Reads the whole file once, beside the work: a long one takes seconds, which nobody waits for.
fn check_beside(worker: &Worker, jobs: SyncSender<Job>) -> Option<InterruptHandle> {
    let check = worker.check().ok()?;
    let handle = check.handle();
    std::thread::spawn(move || {
        if let Err(why) = check.run() {
            let _ = jobs.send(Job::Damaged(why));
        }
    });
    Some(handle)
}

/// Deletes what is kept for an account.
///
/// # Errors
/// When the folder does not allow it.
pub fn forget(path: &Path) -> anyhow::Result<()> {
    for path in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm"), former(path)] {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("{} cannot be deleted", path.display()))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The file in which earlier versions kept drafts and unsent messages.
fn former(path: &Path) -> PathBuf {
    path.with_extension("json")
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod said_tests;
#[cfg(test)]
mod tests;
