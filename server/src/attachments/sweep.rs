//! What nobody can reach goes: uploads that no message carried in time, what deleted channels
//! carried, and files that no row names, also those a crash left behind.
//!
//! A reader of the log: a deletion wakes it for what was deleted, and every hour it looks at
//! everything. It chooses where reading is done, and deletes a little at a time.

use std::time::Duration;

use pail_protocol::event::Event;
use pail_protocol::{AttachmentId, Timestamp};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{AttachmentError, Attachments};
use crate::chat::{ChatError, Ruled};
use crate::clock::Stamp;
use crate::store::tx::ContentHash;
use crate::store::{StoreError, Tail, Tx};

/// Seconds an upload waits for a message: a day, as the document says.
const UNCARRIED_SECONDS_MAX: i64 = 24 * 3600;
/// Between two sweeps of everything.
const INTERVAL: Duration = Duration::from_secs(3600);
/// After a sweep, so that a burst of deletions costs few of them.
const PAUSE: Duration = Duration::from_millis(100);
/// After a failure to read the log.
const RETRY: Duration = Duration::from_secs(1);
/// Rows deleted in one command: others wait for it no longer than for a slow sync.
const DELETED_ROWS_MAX: usize = 500;
/// Rows looked at in one query: a reader is taken for a few milliseconds.
const PAGE_ROWS_MAX: usize = 1000;

/// How far a sweep goes; each goes as far as those above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Files that have lost a row.
    Forgotten,
    /// What deleted channels carried.
    Channels,
    /// Uploads that waited too long, and every file there is.
    Everything,
}

impl Reach {
    /// How far a sweep must go because of an event.
    fn after(event: &Event) -> Option<Self> {
        match event {
            Event::MessageDeleted { .. } => Some(Self::Forgotten),
            Event::ChannelDeleted { .. } | Event::BucketDeleted { .. } => Some(Self::Channels),
            _ => None,
        }
    }
}

/// What a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Swept {
    pub(super) rows: usize,
    pub(super) files: usize,
}

impl Attachments {
    /// Sweeps everything at once and then every hour, and after deletions what they concern, until
    /// it is told to stop or the store is closed.
    pub async fn sweep_until(self, stop: CancellationToken) {
        let mut tail = self.store.tail_from_now();
        let mut hourly = interval(INTERVAL);
        hourly.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let reach = tokio::select! {
                () = stop.cancelled() => return,
                _ = hourly.tick() => Some(Reach::Everything),
                woken = woken(&mut tail) => match woken {
                    Ok(reach) => reach,
                    Err(_) => return,
                },
            };
            let Some(reach) = reach else { continue };
            match self.sweep(Stamp::now().now, reach).await {
                Ok(Swept { rows: 0, files: 0 }) => {}
                Ok(Swept { rows, files }) => {
                    tracing::info!(rows, files, "attachments nobody can reach are gone");
                }
                Err(error) => tracing::warn!(%error, "attachments could not be swept"),
            }
            let _ = timeout(PAUSE, stop.cancelled()).await;
        }
    }

    pub(super) async fn sweep(
        &self,
        now: Timestamp,
        reach: Reach,
    ) -> Result<Swept, AttachmentError> {
        let mut rows = 0;
        if reach >= Reach::Everything {
            rows += self.delete_uncarried(now.plus_seconds(-UNCARRIED_SECONDS_MAX)).await?;
        }
        if reach >= Reach::Channels {
            rows += self.delete_carried_nowhere().await?;
        }
        let mut files = self.remove_forgotten().await?;
        if reach >= Reach::Everything {
            files += self.remove_unnamed().await?;
        }
        Ok(Swept { rows, files })
    }

    async fn delete_uncarried(&self, until: Timestamp) -> Result<usize, AttachmentError> {
        let mut deleted = 0;
        loop {
            let choose = move |tx: &mut dyn Tx| -> Ruled<_> {
                Ok(tx.uncarried_attachments(until, DELETED_ROWS_MAX)?)
            };
            let chosen = self.store.read(choose).await?;
            if chosen.is_empty() {
                return Ok(deleted);
            }
            deleted += self.delete_unreachable(chosen).await?;
        }
    }

    async fn delete_carried_nowhere(&self) -> Result<usize, AttachmentError> {
        let (mut deleted, mut after) = (0, AttachmentId(0));
        loop {
            let look = move |tx: &mut dyn Tx| -> Ruled<_> {
                Ok(tx.carried_attachments(after, PAGE_ROWS_MAX)?)
            };
            let page = self.store.read(look).await?;
            let Some((last, _)) = page.last() else { return Ok(deleted) };
            after = *last;
            let nowhere = page.into_iter().filter_map(|(id, is_gone)| is_gone.then_some(id));
            let nowhere: Vec<_> = nowhere.collect();
            for some in nowhere.chunks(DELETED_ROWS_MAX) {
                deleted += self.delete_unreachable(some.to_vec()).await?;
            }
        }
    }

    async fn delete_unreachable(&self, ids: Vec<AttachmentId>) -> Result<usize, AttachmentError> {
        let delete =
            move |tx: &mut dyn Tx| -> Ruled<_> { Ok(tx.delete_unreachable_attachments(&ids)?) };
        Ok(self.store.write(delete).await?)
    }

    /// Contents are taken off the list before it is asked whether a row names them: one that loses
    /// a row later is on it again.
    async fn remove_forgotten(&self) -> Result<usize, AttachmentError> {
        let mut removed = 0;
        loop {
            let list = |tx: &mut dyn Tx| -> Ruled<_> { Ok(tx.forgotten(DELETED_ROWS_MAX)?) };
            let forgotten = self.store.read(list).await?;
            if forgotten.is_empty() {
                return Ok(removed);
            }
            let contents = forgotten.clone();
            let unlist = move |tx: &mut dyn Tx| -> Ruled<_> { Ok(tx.unlist_forgotten(&contents)?) };
            self.store.write(unlist).await?;
            removed += self.blobs.remove(forgotten, |there| self.unused(there)).await?;
        }
    }

    async fn remove_unnamed(&self) -> Result<usize, AttachmentError> {
        let mut removed = 0;
        for subfolder in self.blobs.subfolders().await? {
            let there = self.blobs.contents(subfolder).await?;
            removed += self.blobs.remove(there, |there| self.unused(there)).await?;
        }
        Ok(removed)
    }

    async fn unused(&self, there: Vec<ContentHash>) -> Result<Vec<ContentHash>, AttachmentError> {
        let unused = self.store.read(move |tx| -> Result<_, ChatError> {
            let mut unused = Vec::new();
            for sha256 in there {
                if !tx.is_content_used(&sha256)? {
                    unused.push(sha256);
                }
            }
            Ok(unused)
        });
        Ok(unused.await?)
    }
}

/// Waits for events and says how far a sweep must go because of them.
///
/// # Errors
/// The store is closed.
async fn woken(tail: &mut Tail) -> Result<Option<Reach>, StoreError> {
    match tail.next().await {
        Ok(batch) => Ok(batch.iter().filter_map(|one| Reach::after(&one.event)).max()),
        Err(StoreError::Closed) => Err(StoreError::Closed),
        Err(error) => {
            tracing::warn!(%error, "the log could not be read; trying again");
            sleep(RETRY).await;
            Ok(None)
        }
    }
}
