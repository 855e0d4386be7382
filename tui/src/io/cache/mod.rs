//! What an account has on this machine: drafts, what is unsent, and what the server said.
//!
//! One SQLite file per account, on a thread of its own; the loop only hands things over. Of two
//! clients on one account the first one keeps. It is a cache: what is in it is trusted no more
//! than what comes from the server, and a damaged file is set aside and begun anew.

mod file;
mod kept;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::Context;
use rusqlite::InterruptHandle;

use super::accounts::Account;
use super::files::{self, ClientDirs};
use crate::state::keepsake::Keepsake;
use file::Store;
use worker::{Job, Worker};

/// Things that may wait for the thread. Beyond it what was said is not kept, and fetched again
/// when somebody asks for it; drafts and unsent messages never wait here.
pub const JOBS_MAX: usize = 4096;

/// What is said to whoever opens an account a second time.
const ELSEWHERE: &str = "another pail has this account open: what is unsent here is not kept when \
                         you quit";

/// The newest drafts and unsent messages, until they are on the disk.
type Newest = Arc<Mutex<Option<Keepsake>>>;

/// The hand that gives things to the thread.
pub struct Cache {
    jobs: Option<SyncSender<Job>>,
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

/// What earlier runs left, and who keeps what this one leaves: nobody while another client has
/// the account. `tell` gets what whoever types must know.
pub fn open(path: &Path, tell: impl Fn(String) + Send + 'static) -> (Keepsake, Option<Cache>) {
    let lock = match files::lock(&path.with_extension("lock")) {
        Ok(Some(lock)) => Some(lock),
        Ok(None) => {
            tell(ELSEWHERE.to_owned());
            let store = Store::to_read(path);
            let kept = store.and_then(|store| Ok(kept::read(&store.conn)?));
            return (kept.unwrap_or_default().without_words(), None);
        }
        // If it matters, writing fails, too, and says so.
        Err(_) => None,
    };
    match Store::open(path, &tell) {
        Ok((store, keepsake)) => {
            let worker = Worker::new(store, keepsake.clone(), lock, Box::new(tell));
            (keepsake, Some(Cache::start(worker)))
        }
        Err(error) => {
            tell(format!("what is unsent here is not kept when you quit: {error:#}"));
            (Keepsake::default(), None)
        }
    }
}

impl Cache {
    fn start(worker: Worker) -> Self {
        let (jobs, waiting) = sync_channel(JOBS_MAX);
        let newest = Newest::default();
        let theirs = Arc::clone(&newest);
        let check = check_beside(&worker, jobs.clone());
        let thread = std::thread::spawn(move || worker.run(&waiting, &theirs));
        Self { jobs: Some(jobs), newest, thread: Some(thread), check }
    }

    /// Keeps this from now on. An older one that was not written yet is skipped: each is whole.
    pub fn keep(&self, keepsake: Keepsake) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(keepsake);
        // A thread with so much to do that this finds no room looks for the newest by itself.
        self.give(Job::Look);
    }

    fn give(&self, job: Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }

    /// Waits until everything is on the disk.
    pub async fn finish(self) {
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }
}

impl Drop for Cache {
    /// Whoever opens the same account next finds its file written and free.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(check) = self.check.take() {
            check.interrupt();
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
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
mod tests;
