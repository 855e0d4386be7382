//! One upload: bounded while it streams, durable before it is answered.

use pail_protocol::UserId;
use pail_protocol::attachment::Attachment;
use pail_protocol::limits::ATTACHMENT_BYTES_MAX;

use super::blobs::Incoming;
use super::{AttachmentError, Attachments};
use crate::chat::attachments::{self, File};
use crate::chat::{ChatError, Ruled};
use crate::clock::Stamp;

/// A file on its way in. Dropping it leaves nothing behind.
pub struct Upload {
    attachments: Attachments,
    /// `None` once it is over.
    incoming: Option<Incoming>,
    by: UserId,
    name: String,
    size: u64,
    /// What it counts for among the uploads of its person, in bytes.
    charged: u64,
    /// What all uploads of its person may take together, in bytes.
    room: u64,
}

impl Upload {
    pub(super) fn new(
        attachments: Attachments,
        incoming: Incoming,
        by: UserId,
        name: String,
        room: u64,
    ) -> Self {
        Self { attachments, incoming: Some(incoming), by, name, size: 0, charged: 0, room }
    }

    /// Counts the file as it is now.
    ///
    /// # Errors
    /// Its person has no room for it.
    pub(super) fn charge(&mut self) -> Result<(), AttachmentError> {
        let charge = attachments::charge(self.size);
        let together = self.attachments.underway.add(self.by, charge - self.charged);
        self.charged = charge;
        if together > self.room { Err(ChatError::QuotaExceeded.into()) } else { Ok(()) }
    }

    /// Adds to the file.
    ///
    /// # Errors
    /// It is too large, its person has no room for more, the disk's. The upload is over then.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), AttachmentError> {
        let Some(incoming) = self.incoming.take() else { return Err(over()) };
        self.size += bytes.len() as u64;
        if self.size > ATTACHMENT_BYTES_MAX {
            return Err(AttachmentError::TooLarge { max: ATTACHMENT_BYTES_MAX });
        }
        self.charge()?;
        self.incoming = Some(incoming.write(bytes).await?);
        Ok(())
    }

    /// Ends the file; it is kept whoever waits for it.
    ///
    /// # Errors
    /// Its person has no room for it, the disk's, the store's.
    pub async fn finish(mut self, content_type: String) -> Result<Attachment, AttachmentError> {
        let Some(incoming) = self.incoming.take() else { return Err(over()) };
        // A task of its own: nothing must come between the file in its place and its row.
        let kept = tokio::spawn(async move { self.keep(incoming, content_type).await });
        kept.await.unwrap_or_else(|error| Err(AttachmentError::Failed(error.to_string())))
    }

    async fn keep(
        &self,
        incoming: Incoming,
        content_type: String,
    ) -> Result<Attachment, AttachmentError> {
        let brought = self.attachments.blobs.bring(incoming).await?;
        let (by, stamp) = (self.by, Stamp::now());
        let (sha256, size, name) = (brought.sha256, brought.size, self.name.clone());
        let file = File { name, size, content_type, sha256 };
        let kept: Ruled<_> =
            self.attachments.store.write(move |tx| attachments::keep(tx, by, stamp, &file)).await;
        drop(brought);
        Ok(kept?)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.attachments.underway.subtract(self.by, self.charged);
    }
}

fn over() -> AttachmentError {
    AttachmentError::Failed("the upload is over".to_owned())
}
