//! Files on their way to the server, for the message that is being written.
//!
//! It knows paths and how far they are; bytes are read at the edge. Once a message is sent, its
//! files are the queue's.

use std::collections::BTreeMap;

use pail_protocol::limits::MESSAGE_ATTACHMENTS_MAX;
use pail_protocol::{AttachmentId, ChannelId};

use crate::text::SafeText;

/// Names the uploads of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UploadId(pub u64);

/// A file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Which one.
    pub id: UploadId,
    /// Where it lies on this machine.
    pub path: String,
    /// What it is called.
    pub name: SafeText,
    /// How far it is.
    pub stage: Stage,
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// So much of a hundred is there.
    Going(u8),
    /// The server has it.
    There(AttachmentId),
    /// It will not get there, and why.
    Failed(SafeText),
}

/// The files of what is being written, by channel.
#[derive(Debug, Clone, Default)]
pub struct Uploads {
    last: UploadId,
    files: BTreeMap<ChannelId, Vec<Upload>>,
}

impl Upload {
    /// The server's name for it, once it is there.
    #[must_use]
    pub fn attachment(&self) -> Option<AttachmentId> {
        match self.stage {
            Stage::There(attachment) => Some(attachment),
            Stage::Going(_) | Stage::Failed(_) => None,
        }
    }

    /// As it is shown: its name, and how far it is.
    #[must_use]
    pub fn shown(&self) -> SafeText {
        SafeText::line(&match &self.stage {
            Stage::Going(percent) => format!("{} {percent}%", self.name),
            Stage::There(_) => format!("{} ✓", self.name),
            Stage::Failed(why) => format!("{} ✕ {why}", self.name),
        })
    }
}

impl Uploads {
    /// A file begins its way: a new name for it.
    pub fn begin(&mut self, path: &str) -> Upload {
        self.last.0 += 1;
        let name = path.trim_end_matches('/').rsplit(['/', '\\']).next().unwrap_or(path);
        let (id, path, stage) = (self.last, path.to_owned(), Stage::Going(0));
        Upload { id, path, name: SafeText::name(name), stage }
    }

    /// Whether no other file fits into the next message.
    #[must_use]
    pub fn is_full(&self, channel: ChannelId) -> bool {
        self.of(channel).len() >= MESSAGE_ATTACHMENTS_MAX
    }

    /// Goes along with the next message of a channel.
    pub fn attach(&mut self, channel: ChannelId, upload: Upload) {
        self.files.entry(channel).or_default().push(upload);
    }

    /// What goes along with the next message of a channel.
    #[must_use]
    pub fn of(&self, channel: ChannelId) -> &[Upload] {
        self.files.get(&channel).map_or(&[], Vec::as_slice)
    }

    /// What goes along with the message that is sent now.
    pub fn take(&mut self, channel: ChannelId) -> Vec<Upload> {
        self.files.remove(&channel).unwrap_or_default()
    }

    /// Takes back the last file.
    pub fn detach_last(&mut self, channel: ChannelId) -> Option<Upload> {
        self.files.get_mut(&channel)?.pop()
    }

    /// A file of what is being written.
    pub fn find(&mut self, id: UploadId) -> Option<&mut Upload> {
        self.files.values_mut().flatten().find(|upload| upload.id == id)
    }
}
