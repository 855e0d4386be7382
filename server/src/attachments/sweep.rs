//! What nobody can reach goes: uploads that no message carried in time, and files that no row
//! names, also those a crash left behind.

use std::time::Duration;

use pail_protocol::Timestamp;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{AttachmentError, Attachments};
use crate::chat::{ChatError, Ruled};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::ContentHash;

/// Seconds an upload waits for a message: a day, as the document says.
const UNCARRIED_SECONDS_MAX: i64 = 24 * 3600;
/// Between two sweeps.
const INTERVAL: Duration = Duration::from_secs(3600);

/// What a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Swept {
    pub(super) rows: usize,
    pub(super) files: usize,
}

impl Attachments {
    /// Sweeps at once and then every hour, until it is told to stop.
    pub async fn sweep_until(self, stop: CancellationToken) {
        loop {
            match self.sweep(Stamp::now().now).await {
                Ok(Swept { rows: 0, files: 0 }) => {}
                Ok(Swept { rows, files }) => {
                    tracing::info!(rows, files, "attachments nobody can reach are gone");
                }
                Err(error) => tracing::warn!(%error, "attachments could not be swept"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(INTERVAL) => {}
            }
        }
    }

    pub(super) async fn sweep(&self, now: Timestamp) -> Result<Swept, AttachmentError> {
        let until = now.plus_seconds(-UNCARRIED_SECONDS_MAX);
        let forget =
            move |tx: &mut dyn Tx| -> Ruled<_> { Ok(tx.delete_unreachable_attachments(until)?) };
        let rows = self.store.write(forget).await?;
        let mut files = 0;
        for subfolder in self.blobs.subfolders().await? {
            files += self.blobs.remove(subfolder, |there| self.unused(there)).await?;
        }
        Ok(Swept { rows, files })
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
