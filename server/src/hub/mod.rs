//! Live fan-out: an actor around a pure `state`. It follows the log with its own cursor; nothing
//! on the write path calls it. Connections join and leave; each has a bounded outbox, and one
//! that is full is closed as slow, never waited for.

mod outbox;
#[cfg(test)]
mod sim;
mod state;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pail_protocol::close::CloseCode;
use pail_protocol::event::Recorded;
use pail_protocol::{ChannelId, UserId};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::auth::Caller;
use crate::presence::Presence;
use crate::store::{Store, StoreError, Tail};

pub use outbox::{Delivery, Inbox};
pub use state::Audience;
use state::{ConnectionId, Joining, State};

/// What one connection may be given before all of them get to write: a fraction of an outbox.
const SLICE_BYTES: usize = 64 * 1024;
/// Batches of events read ahead of the one that is being delivered.
const BATCHES_AHEAD: usize = 1;
/// Connections waiting to join. Beyond it, they wait for room.
const JOIN_QUEUE_MAX: usize = 256;

/// Signals on their way to the hub. Beyond it, they are lost.
const SIGNAL_QUEUE_MAX: usize = 256;

/// The handle. Clones are cheap.
#[derive(Clone)]
pub struct Hub {
    joins: mpsc::Sender<(Joining, oneshot::Sender<Joined>)>,
    signals: mpsc::Sender<Typing>,
}

/// A signal: somebody types in a channel.
struct Typing {
    channel: ChannelId,
    user: UserId,
}

/// The hub's answer to a connection that joins.
struct Joined {
    seat: Seat,
    online: Vec<UserId>,
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
    /// Who was there at that moment, of the people in the user's buckets. Empty unless the audience
    /// asked for presence.
    pub online: Vec<UserId>,
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
    /// connection. Who has no connection counts as there for `presence_grace` more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn start(
        store: &Store,
        presence: Presence,
        presence_grace: Duration,
        shutdown: CancellationToken,
    ) -> Result<(Self, impl Future<Output = ()> + use<>), StoreError> {
        let (state, pos) = store.read(State::load).await?;
        let (joins, join_queue) = mpsc::channel(JOIN_QUEUE_MAX);
        let (signals, signal_queue) = mpsc::channel(SIGNAL_QUEUE_MAX);
        let actor = Actor {
            state: state.with_presence(presence),
            join_queue,
            signal_queue,
            departures: Arc::new(Departures::default()),
            last_id: 0,
            presence_grace,
            leaving: VecDeque::new(),
        };
        Ok((Self { joins, signals }, actor.run(store.tail(pos), shutdown)))
    }

    /// Tells the other members of a channel that somebody types. Best effort.
    pub fn typing(&self, channel: ChannelId, user: UserId) {
        let _ = self.signals.try_send(Typing { channel, user });
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
        let Joined { seat, online } = joined.await.map_err(|_| HubEnded)?;
        Ok(Attached { inbox, online, _seat: seat })
    }
}

/// Waits until somebody who is leaving is gone; for ever when nobody is leaving.
async fn due(next: Option<&(Instant, UserId)>) {
    match next {
        Some((at, _)) => sleep_until(*at).await,
        None => std::future::pending().await,
    }
}

struct Actor {
    state: State,
    join_queue: mpsc::Receiver<(Joining, oneshot::Sender<Joined>)>,
    signal_queue: mpsc::Receiver<Typing>,
    departures: Arc<Departures>,
    last_id: u64,
    presence_grace: Duration,
    /// Whose last connection has ended, and from when on they are gone; soonest first.
    leaving: VecDeque<(Instant, UserId)>,
}

impl Actor {
    /// Reads the log beside serving, so that connections that join do not put off events.
    async fn run(mut self, tail: Tail, shutdown: CancellationToken) {
        let (batches, queue) = mpsc::channel(BATCHES_AHEAD);
        tokio::select! {
            () = self.serve(queue, shutdown) => {}
            () = follow(tail, batches) => {}
        }
        self.state.close_all(CloseCode::GoingAway);
        // Those who were about to join would wait for ever.
        self.join_queue.close();
    }

    /// Takes whatever is next, without preference: a flood of one kind starves no other.
    async fn serve(
        &mut self,
        mut batches: mpsc::Receiver<Vec<Recorded>>,
        shutdown: CancellationToken,
    ) {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.departures.wake.notified() => self.forget(),
                Some((joining, answer)) = self.join_queue.recv() => self.join(joining, answer),
                () = due(self.leaving.front()) => self.depart(),
                Some(events) = batches.recv() => self.apply(&events).await,
                Some(signal) = self.signal_queue.recv() => {
                    self.state.typing(signal.channel, signal.user);
                }
            }
            let gone_at = Instant::now() + self.presence_grace;
            self.leaving.extend(self.state.take_left().into_iter().map(|user| (gone_at, user)));
        }
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

    fn join(&mut self, joining: Joining, answer: oneshot::Sender<Joined>) {
        self.last_id += 1;
        let id = ConnectionId(self.last_id);
        let asked = joining.audience == Audience::Everything { presence: true };
        let online = if asked { self.state.online_around(joining.user) } else { Vec::new() };
        self.state.join(id, joining);
        let seat = Seat { id, departures: Arc::clone(&self.departures) };
        // Whoever no longer wants the seat drops it, and thereby leaves.
        let _ = answer.send(Joined { seat, online });
    }

    fn depart(&mut self) {
        if let Some((_, user)) = self.leaving.pop_front() {
            self.state.depart(user);
        }
    }

    fn forget(&mut self) {
        let mut ids = self.departures.ids.lock().unwrap_or_else(PoisonError::into_inner);
        ids.drain(..).for_each(|id| self.state.leave(id));
    }
}

/// Reads the log, and hands on what it says. When it cannot be read, the cursor has not moved, so
/// trying again loses nothing.
async fn follow(mut tail: Tail, batches: mpsc::Sender<Vec<Recorded>>) {
    loop {
        match tail.next().await {
            Ok(events) => {
                if batches.send(events).await.is_err() {
                    return;
                }
            }
            Err(StoreError::Closed) => return,
            Err(error) => {
                tracing::error!(%error, "the hub cannot read the log; trying again");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}
