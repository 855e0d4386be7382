//! When tokens were last used, true to the minute. Requests only leave a note; a task of its own
//! writes the notes down, many at once.

use std::collections::HashMap;

use pail_protocol::{LoginId, Timestamp};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::store::tx::Login;
use crate::store::{Store, StoreError};

/// Notes that wait to be written. Beyond it they are dropped: the next use leaves another.
const NOTES_MAX: usize = 1024;
/// A use that is less than this much later than the last one is not noted, in milliseconds.
const APART_MS: i64 = 60_000;

/// Takes notes; never waits. Clones are cheap.
#[derive(Clone)]
pub struct LastUsed {
    notes: mpsc::Sender<(LoginId, Timestamp)>,
}

/// Writes the notes down.
pub struct Scribe {
    notes: mpsc::Receiver<(LoginId, Timestamp)>,
}

/// Both ends.
#[must_use]
pub fn last_used() -> (LastUsed, Scribe) {
    let (sender, notes) = mpsc::channel(NOTES_MAX);
    (LastUsed { notes: sender }, Scribe { notes })
}

impl LastUsed {
    /// Notes that a token was used now, unless that is known well enough.
    pub fn note(&self, login: &Login, now: Timestamp) {
        let known =
            login.last_used_at.is_some_and(|at| now.as_millis() - at.as_millis() < APART_MS);
        if !known {
            let _ = self.notes.try_send((login.id, now));
        }
    }
}

impl Scribe {
    /// Writes until nobody takes notes any more, or the server shuts down.
    pub async fn run(mut self, store: Store, shutdown: CancellationToken) {
        let mut batch = Vec::new();
        loop {
            let count = tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                count = self.notes.recv_many(&mut batch, NOTES_MAX) => count,
            };
            if count == 0 {
                return;
            }
            let uses: HashMap<LoginId, Timestamp> = batch.drain(..).collect();
            let written: Result<(), StoreError> = store
                .write(move |tx| {
                    uses.into_iter().try_for_each(|(id, at)| tx.touch_login(id, at, APART_MS))
                })
                .await;
            if let Err(error) = written {
                tracing::warn!(%error, "when tokens were used could not be noted");
            }
        }
    }
}
