//! Files that go along with messages: up, down, and away once nobody can reach them.
//!
//! The bytes are durable before the row that names them, and the row before the answer. Who may do
//! what is for the rules; forms and headers are HTTP's.

mod blobs;
mod content;
mod sweep;
#[cfg(test)]
mod tests;
mod upload;

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use pail_protocol::error::ErrorCode;
use pail_protocol::{AttachmentId, UserId};

use crate::chat::{ChatError, attachments};
use crate::store::tx::AttachmentRow;
use crate::store::{Location, Store};

pub use crate::store::tx::ContentHash;
pub use blobs::{Brought, Incoming, Outgoing};
pub use upload::Upload;

use blobs::Blobs;

/// Why there is no upload, or no download.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AttachmentError {
    /// The file is longer than the bound, in bytes.
    #[error("The file is longer than {max} bytes.")]
    TooLarge {
        /// The bound.
        max: u64,
    },
    /// The disk is full or read-only.
    #[error("the disk is full or cannot be written")]
    Full,
    /// A file is not where it should be.
    #[error("a file is not where it should be")]
    NoFile,
    /// The disk failed.
    #[error("the disk failed: {0}")]
    Failed(String),
    /// The rules refused.
    #[error(transparent)]
    Chat(#[from] ChatError),
}

impl AttachmentError {
    /// What programs act on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::TooLarge { .. } => ErrorCode::PayloadTooLarge,
            Self::Full => ErrorCode::StorageFull,
            Self::NoFile | Self::Failed(_) => ErrorCode::Internal,
            Self::Chat(error) => error.code(),
        }
    }
}

impl From<io::Error> for AttachmentError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{
            FileTooLarge, NotFound, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
        };
        match error.kind() {
            NotFound => Self::NoFile,
            StorageFull | QuotaExceeded | ReadOnlyFilesystem | FileTooLarge => Self::Full,
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// The handle. Clones are cheap.
#[derive(Clone)]
pub struct Attachments {
    store: Store,
    blobs: Blobs,
    underway: Underway,
}

impl Attachments {
    /// Opens the folder beside the store's database. Blocks.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(location: &Location, store: Store) -> anyhow::Result<Self> {
        Ok(Self { store, blobs: Blobs::open(location)?, underway: Underway::default() })
    }

    /// Begins an upload of a file that is called so.
    ///
    /// # Errors
    /// The name is none, somebody has no room left, the disk's.
    pub async fn begin(&self, by: UserId, name: &str) -> Result<Upload, AttachmentError> {
        let name = attachments::file_name(name)?;
        let room = self.store.read(move |tx| attachments::room_of(tx, by)).await?;
        let incoming = self.blobs.begin().await?;
        let mut upload = Upload::new(self.clone(), incoming, by, name, room);
        upload.charge()?;
        Ok(upload)
    }

    /// What somebody may read, and its bytes.
    ///
    /// # Errors
    /// As [`attachments::readable`]; the disk's.
    pub async fn read(
        &self,
        by: UserId,
        id: AttachmentId,
    ) -> Result<(AttachmentRow, Outgoing), AttachmentError> {
        let row = self.store.read(move |tx| attachments::readable(tx, by, id)).await?;
        let outgoing = self.open_of(by, &row).await?;
        Ok((row, outgoing))
    }

    /// The bytes of what somebody could read a moment ago.
    async fn open_of(&self, by: UserId, row: &AttachmentRow) -> Result<Outgoing, AttachmentError> {
        let (id, opened) = (row.attachment.id, self.blobs.read(row.sha256).await);
        if matches!(opened, Err(AttachmentError::NoFile)) {
            // Swept since the row was read, if the row is gone by now.
            self.store.read(move |tx| attachments::readable(tx, by, id)).await?;
        }
        opened
    }
}

/// How many bytes each person is uploading just now: they count as taken, so that nobody fills the
/// disk with uploads that never end.
#[derive(Clone, Default)]
struct Underway(Arc<Mutex<HashMap<UserId, u64>>>);

impl Underway {
    /// Counts; returns what is underway for them together.
    fn add(&self, user: UserId, bytes: u64) -> u64 {
        let mut underway = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = underway.entry(user).or_default();
        *all += bytes;
        *all
    }

    fn subtract(&self, user: UserId, bytes: u64) {
        let mut underway = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = underway.get(&user).copied().unwrap_or_default().saturating_sub(bytes);
        if left == 0 {
            underway.remove(&user);
        } else {
            underway.insert(user, left);
        }
    }
}
