//! A reader's cursor over the log: ordered, without gaps, and safe to drop while it waits.

use pail_protocol::event::Recorded;
use tokio::sync::watch;

use super::{Store, StoreError};

/// Events one [`Tail::next`] returns at the most: bounds the memory of a reader that is behind.
const BATCH_EVENTS_MAX: usize = 512;

/// Follows the log from a position. Every reader has its own.
pub struct Tail {
    store: Store,
    head: watch::Receiver<i64>,
    pos: i64,
}

impl Tail {
    pub(super) fn new(store: Store, head: watch::Receiver<i64>, pos: i64) -> Self {
        Self { store, head, pos }
    }

    /// Waits for events beyond the cursor and returns the oldest of them, at least one. The
    /// cursor moves only as the batch is returned, so that `select!` may drop this at any time.
    ///
    /// # Errors
    /// When the store cannot be read or is closed. The cursor has not moved.
    pub async fn next(&mut self) -> Result<Vec<Recorded>, StoreError> {
        let pos = self.pos;
        self.head.wait_for(|head| *head > pos).await.map_err(|_| StoreError::Closed)?;
        let batch = self.store.read(move |tx| tx.events_after(pos, BATCH_EVENTS_MAX)).await?;
        if let Some(last) = batch.last() {
            self.pos = last.pos;
        }
        Ok(batch)
    }
}
