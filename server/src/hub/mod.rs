//! Live fan-out: an actor around a pure `state`. It follows the log with its own cursor; nothing
//! on the write path calls it. Connections join and leave; each has a bounded outbox, and one
//! that is full is closed as slow, never waited for.

mod outbox;
#[cfg(test)]
mod sim;
mod state;

use std::sync::{Arc, Mutex, PoisonError};

use pail_protocol::close::CloseCode;
use pail_protocol::event::Recorded;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::auth::Caller;
use crate::store::{Store, StoreError, Tail};

pub use outbox::{Delivery, Inbox};
pub use state::Audience;
use state::{ConnectionId, Joining, State};

/// What one connection may be given before all of them get to write: a fraction of an outbox.
const SLICE_BYTES: usize = 64 * 1024;
/// Connections waiting to join. Beyond it, they wait for room.
const JOIN_QUEUE_MAX: usize = 256;

/// The handle. Clones are cheap.
#[derive(Clone)]
pub struct Hub {
    joins: mpsc::Sender<(Joining, oneshot::Sender<Seat>)>,
}

/// Connections that have ended and that the hub has yet to forget. Bounded by their number.
#[derive(Default)]
struct Departures {
    ids: Mutex<Vec<ConnectionId>>,
    wake: Notify,
}

/// A connection in the hub; dropping it leaves.
pub struct Attached {
    /// What the hub delivers.
    pub inbox: Inbox,
    _seat: Seat,
}

struct Seat {
    id: ConnectionId,
    departures: Arc<Departures>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.departures.ids.lock().unwrap_or_else(PoisonError::into_inner).push(self.id);
        self.departures.wake.notify_one();
    }
}

/// The hub has ended: the server is shutting down.
#[derive(Debug, Clone, Copy)]
pub struct HubEnded;

impl Hub {
    /// Loads the memberships and starts following the log, until `shutdown`; then closes every
    /// connection.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn start(
        store: &Store,
        shutdown: CancellationToken,
    ) -> Result<(Self, impl Future<Output = ()> + use<>), StoreError> {
        let (state, pos) = store.read(State::load).await?;
        let (joins, join_queue) = mpsc::channel(JOIN_QUEUE_MAX);
        let departures = Arc::new(Departures::default());
        let actor = Actor { state, tail: store.tail(pos), join_queue, departures, last_id: 0 };
        Ok((Self { joins }, actor.run(shutdown)))
    }

    /// Joins the live stream: from the moment this returns, nothing the audience covers is
    /// missed. Read what was before it *after* this, and skip what both cover.
    ///
    /// # Errors
    /// When the server is shutting down.
    pub async fn attach(&self, caller: &Caller, audience: Audience) -> Result<Attached, HubEnded> {
        let (outbox, inbox) = outbox::outbox(outbox::OUTBOX_FRAMES_MAX);
        let joining = Joining { user: caller.id(), login: caller.login, audience, outbox };
        let (answer, joined) = oneshot::channel();
        self.joins.send((joining, answer)).await.map_err(|_| HubEnded)?;
        let seat = joined.await.map_err(|_| HubEnded)?;
        Ok(Attached { inbox, _seat: seat })
    }
}

struct Actor {
    state: State,
    tail: Tail,
    join_queue: mpsc::Receiver<(Joining, oneshot::Sender<Seat>)>,
    departures: Arc<Departures>,
    last_id: u64,
}

impl Actor {
    async fn run(mut self, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                () = self.departures.wake.notified() => self.forget(),
                Some((joining, answer)) = self.join_queue.recv() => self.join(joining, answer),
                batch = self.tail.next() => match batch {
                    Ok(events) => self.apply(&events).await,
                    Err(StoreError::Closed) => break,
                    Err(error) => self.stumble(&error).await,
                },
            }
        }
        self.state.close_all(CloseCode::GoingAway);
        // Those who were about to join would wait for ever.
        self.join_queue.close();
    }

    /// Delivers in slices: connections get to write what they were given before they are given
    /// more, so that a burst finds only those slow that are.
    async fn apply(&mut self, events: &[Recorded]) {
        let mut given = 0;
        for event in events {
            given += self.state.apply(event);
            if given >= SLICE_BYTES {
                given = 0;
                tokio::task::yield_now().await;
            }
        }
    }

    fn join(&mut self, joining: Joining, answer: oneshot::Sender<Seat>) {
        self.last_id += 1;
        let id = ConnectionId(self.last_id);
        self.state.join(id, joining);
        // Whoever no longer wants the seat drops it, and thereby leaves.
        let _ = answer.send(Seat { id, departures: Arc::clone(&self.departures) });
    }

    fn forget(&mut self) {
        let mut ids = self.departures.ids.lock().unwrap_or_else(PoisonError::into_inner);
        ids.drain(..).for_each(|id| self.state.leave(id));
    }

    /// The log cannot be read. The cursor has not moved, so trying again loses nothing.
    async fn stumble(&self, error: &StoreError) {
        tracing::error!(%error, "the hub cannot read the log; trying again");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
