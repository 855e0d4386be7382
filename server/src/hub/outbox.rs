//! The bounded queue between the hub and one connection. The hub never waits on it: what does not
//! fit closes the connection, which resumes from its cursor.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};

use pail_protocol::close::CloseCode;
use tokio::sync::{Notify, mpsc};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Frames a connection may have waiting.
pub const OUTBOX_FRAMES_MAX: usize = 1024;
/// Bytes a connection may have waiting: a reader this far behind is better served by a replay.
const OUTBOX_BYTES_MAX: usize = 256 * 1024;

/// An encoded frame, shared by everyone who gets it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The event's position in the log, for a reader who has read beyond it already.
    pub pos: i64,
    /// The frame.
    pub frame: Utf8Bytes,
}

/// What hub and connection share beside the queue.
#[derive(Default)]
struct Shared {
    bytes: AtomicUsize,
    /// 0 while open, then a close code's number.
    closed: AtomicU16,
    wake: Notify,
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
}

/// Both ends of a new queue with room for `frames_max` frames.
#[must_use]
pub fn outbox(frames_max: usize) -> (Outbox, Inbox) {
    let (sender, receiver) = mpsc::channel(frames_max);
    let shared = Arc::new(Shared::default());
    (Outbox { queue: sender, shared: Arc::clone(&shared) }, Inbox { queue: receiver, shared })
}

impl Outbox {
    /// Queues a frame without waiting; says whether there was room.
    #[must_use]
    pub fn offer(&self, delivery: &Delivery) -> bool {
        let len = delivery.frame.len();
        let before = self.shared.bytes.fetch_add(len, Ordering::Relaxed);
        before + len <= OUTBOX_BYTES_MAX && self.queue.try_send(delivery.clone()).is_ok()
    }

    /// Closes the connection with a code, ahead of all that is queued. The first code counts.
    pub fn close(&self, code: CloseCode) {
        let closed = &self.shared.closed;
        let _ = closed.compare_exchange(0, code.number(), Ordering::AcqRel, Ordering::Acquire);
        self.shared.wake.notify_one();
    }
}

impl Inbox {
    /// Why the hub closed this connection, if it did.
    #[must_use]
    pub fn closed(&self) -> Option<CloseCode> {
        CloseCode::from_number(self.shared.closed.load(Ordering::Acquire))
    }

    /// Waits until there are frames and takes up to `limit` of them, or returns why the hub
    /// closed this connection, ahead of what is queued. Safe to drop while it waits.
    ///
    /// # Errors
    /// The close code.
    pub async fn take(&mut self, into: &mut Vec<Delivery>, limit: usize) -> Result<(), CloseCode> {
        if let Some(code) = self.closed() {
            return Err(code);
        }
        tokio::select! {
            biased;
            () = self.shared.wake.notified() => {}
            _ = self.queue.recv_many(into, limit) => {}
        }
        let bytes = into.iter().map(|delivery| delivery.frame.len()).sum();
        self.shared.bytes.fetch_sub(bytes, Ordering::Relaxed);
        match self.closed() {
            Some(code) => Err(code),
            // The hub only lets go of an outbox without a code when it ends.
            None if into.is_empty() => Err(CloseCode::GoingAway),
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
    async fn closing_overtakes_what_is_queued_and_the_first_code_counts() {
        let (outbox, mut inbox) = outbox(OUTBOX_FRAMES_MAX);
        assert!(outbox.offer(&delivery(1)));
        outbox.close(CloseCode::NotAMember);
        outbox.close(CloseCode::GoingAway);
        let mut taken = Vec::new();
        assert_eq!(inbox.take(&mut taken, 8).await, Err(CloseCode::NotAMember));
        assert_eq!(inbox.closing().await, CloseCode::NotAMember);
    }
}
