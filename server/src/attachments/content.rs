//! The bytes of attachments without regard to whose they are: for whole buckets that move.

use super::blobs::{Brought, Incoming, Outgoing};
use super::{AttachmentError, Attachments};
use crate::store::tx::ContentHash;

impl Attachments {
    /// A content to be read.
    ///
    /// # Errors
    /// The disk's; it is not there.
    pub async fn content(&self, sha256: ContentHash) -> Result<Outgoing, AttachmentError> {
        self.blobs.read(sha256).await
    }

    /// Begins a content that is to be kept.
    ///
    /// # Errors
    /// The disk's.
    pub async fn begin_content(&self) -> Result<Incoming, AttachmentError> {
        self.blobs.begin().await
    }

    /// Keeps a content that is whole, under its hash.
    ///
    /// # Errors
    /// The disk's.
    pub async fn keep_content(&self, incoming: Incoming) -> Result<Brought, AttachmentError> {
        self.blobs.bring(incoming).await
    }
}
