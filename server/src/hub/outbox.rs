//! The bounded queue between the hub and one connection. The hub never waits on it: what does not
//! fit closes the connection, which resumes from its cursor.
//!
//! A connection has read the store up to some position. What the hub says about earlier ones, a
//! frame or a closing, is not news to it: see [`Inbox::cover`].

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pail_protocol::close::CloseCode;
use tokio::sync::{Notify, mpsc};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Frames a connection may have waiting.
pub const OUTBOX_FRAMES_MAX: usize = 1024;
/// Bytes a connection may have waiting: five of the largest frames there are. Members of a channel
/// share the bytes, so a hundred stalled ones cost little more than one.
const OUTBOX_BYTES_MAX: usize = 1024 * 1024;

/// An encoded frame, shared by everyone who gets it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The event's position in the log.
    pub pos: i64,
    /// The frame.
    pub frame: Utf8Bytes,
}

/// What the hub decided about a connection.
#[derive(Debug, Clone, Copy)]
struct Closing {
    code: CloseCode,
    /// The position of the event that did it.
    pos: i64,
}

/// What hub and connection share beside the queue.
#[derive(Default)]
struct Shared {
    bytes: AtomicUsize,
    closing: Mutex<Option<Closing>>,
    wake: Notify,
}

impl Shared {
    fn closing(&self) -> MutexGuard<'_, Option<Closing>> {
        self.closing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hub's end.
pub struct Outbox {
    queue: mpsc::Sender<Delivery>,
    shared: Arc<Shared>,
}

/// The connection's end.
pub struct Inbox {
    queue: mpsc::Receiver<Delivery>,
    shared: Arc<Shared>,
    covered: i64,
}

/// Both ends of a new queue with room for `frames_max` frames.
#[must_use]
pub fn outbox(frames_max: usize) -> (Outbox, Inbox) {
    let (sender, receiver) = mpsc::channel(frames_max);
    let shared = Arc::new(Shared::default());
    (
        Outbox { queue: sender, shared: Arc::clone(&shared) },
        Inbox { queue: receiver, shared, covered: 0 },
    )
}

impl Outbox {
    /// Queues a frame without waiting; says whether there was room.
    #[must_use]
    pub fn offer(&self, delivery: &Delivery) -> bool {
        let len = delivery.frame.len();
        let before = self.shared.bytes.fetch_add(len, Ordering::Relaxed);
        before + len <= OUTBOX_BYTES_MAX && self.queue.try_send(delivery.clone()).is_ok()
    }

    /// Queues a frame that may be lost, while there is plenty of room: a signal never costs a
    /// connection its place.
    pub fn hint(&self, delivery: &Delivery) {
        let bytes = self.shared.bytes.load(Ordering::Relaxed) + delivery.frame.len();
        let roomy = self.queue.capacity() > self.queue.max_capacity() / 2;
        if roomy && bytes <= OUTBOX_BYTES_MAX / 2 {
            let _ = self.offer(delivery);
        }
    }

    /// Closes the connection, ahead of all that is queued, because of the event at `pos`. A later
    /// event overrules an earlier one.
    pub fn close(&self, code: CloseCode, pos: i64) {
        let mut closing = self.shared.closing();
        if closing.is_none_or(|earlier| earlier.pos < pos) {
            *closing = Some(Closing { code, pos });
        }
        drop(closing);
        self.shared.wake.notify_one();
    }
}

impl Inbox {
    /// The connection has read the store up to this position: what happened up to there, it knows,
    /// and it was let in all the same.
    pub fn cover(&mut self, pos: i64) {
        self.covered = pos;
    }

    /// Why the hub closed this connection, if it did.
    #[must_use]
    pub fn closed(&self) -> Option<CloseCode> {
        self.shared.closing().filter(|closing| closing.pos > self.covered).map(|it| it.code)
    }

    /// Waits for frames and takes up to `limit` of those that are news, perhaps none, or returns
    /// why the hub closed this connection, ahead of what is queued. Safe to drop while it waits.
    ///
    /// # Errors
    /// The close code.
    pub async fn take(&mut self, into: &mut Vec<Delivery>, limit: usize) -> Result<(), CloseCode> {
        if let Some(code) = self.closed() {
            return Err(code);
        }
        let ended = tokio::select! {
            biased;
            () = self.shared.wake.notified() => false,
            count = self.queue.recv_many(into, limit) => count == 0,
        };
        let bytes = into.iter().map(|delivery| delivery.frame.len()).sum();
        self.shared.bytes.fetch_sub(bytes, Ordering::Relaxed);
        into.retain(|delivery| delivery.pos > self.covered);
        match self.closed() {
            Some(code) => Err(code),
            // The hub only lets go of an outbox without a code when it ends.
            None if ended => Err(CloseCode::GoingAway),
            None => Ok(()),
        }
    }

    /// Waits until the hub closes this connection.
    pub async fn closing(&self) -> CloseCode {
        loop {
            let woken = self.shared.wake.notified();
            if let Some(code) = self.closed() {
                return code;
            }
            woken.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(len: usize) -> Delivery {
        Delivery { pos: 1, frame: "x".repeat(len).into() }
    }

    #[tokio::test]
    async fn what_does_not_fit_is_refused_and_taking_makes_room() {
        let (outbox, mut inbox) = outbox(OUTBOX_FRAMES_MAX);
        assert!(outbox.offer(&delivery(OUTBOX_BYTES_MAX)));
        assert!(!outbox.offer(&delivery(1)));
        let mut taken = Vec::new();
        inbox.take(&mut taken, 8).await.unwrap();
        assert_eq!(taken.len(), 1);
    }

    #[tokio::test]
    async fn the_number_of_frames_is_bounded_too() {
        let (outbox, _inbox) = outbox(OUTBOX_FRAMES_MAX);
        let fitting = (0..OUTBOX_FRAMES_MAX * 2).filter(|_| outbox.offer(&delivery(1))).count();
        assert_eq!(fitting, OUTBOX_FRAMES_MAX);
    }

    #[tokio::test]
    async fn a_hint_leaves_half_of_the_room_to_events() {
        let (outbox, _inbox) = outbox(OUTBOX_FRAMES_MAX);
        (0..OUTBOX_FRAMES_MAX * 2).for_each(|_| outbox.hint(&delivery(1)));
        let fitting = (0..OUTBOX_FRAMES_MAX).filter(|_| outbox.offer(&delivery(1))).count();
        assert_eq!(fitting, OUTBOX_FRAMES_MAX / 2);
        let (narrow, _inbox) = super::outbox(OUTBOX_FRAMES_MAX);
        narrow.hint(&delivery(OUTBOX_BYTES_MAX / 2 + 1));
        assert!(narrow.offer(&delivery(OUTBOX_BYTES_MAX)));
    }

    #[tokio::test]
    async fn closing_overtakes_what_is_queued_and_the_first_code_counts() {
        let (outbox, mut inbox) = outbox(OUTBOX_FRAMES_MAX);
        assert!(outbox.offer(&delivery(1)));
        outbox.close(CloseCode::NotAMember, 5);
        outbox.close(CloseCode::GoingAway, 5);
        let mut taken = Vec::new();
        assert_eq!(inbox.take(&mut taken, 8).await, Err(CloseCode::NotAMember));
        assert_eq!(inbox.closing().await, CloseCode::NotAMember);
    }

    #[tokio::test]
    async fn what_happened_before_the_read_is_no_news() {
        let (outbox, mut inbox) = outbox(OUTBOX_FRAMES_MAX);
        outbox.close(CloseCode::NotAMember, 5);
        assert!(outbox.offer(&Delivery { pos: 6, frame: "old".into() }));
        assert!(outbox.offer(&Delivery { pos: 8, frame: "new".into() }));
        inbox.cover(7);
        let mut taken = Vec::new();
        while taken.is_empty() {
            inbox.take(&mut taken, 8).await.unwrap();
        }
        assert_eq!(taken.len(), 1);
        outbox.close(CloseCode::NoSuchChannel, 9);
        assert_eq!(inbox.closed(), Some(CloseCode::NoSuchChannel));
    }
}
