//! Files that go along with the next message: attached, shown, taken back, and sent with it.

use pail_protocol::{ChannelId, Nonce};

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::Effect;
use crate::state::pasted::Asked;
use crate::state::uploads::{Stage, Upload, UploadId};
use crate::text::SafeText;

impl Chat {
    /// `/upload`: a file goes along with the next message.
    pub(super) fn attach(&mut self, path: &str) -> Result<(), String> {
        self.attach_file(unquoted(path))
    }

    /// A file goes along with the next message here.
    pub(super) fn attach_file(&mut self, path: &str) -> Result<(), String> {
        let channel = self.conversation().map(|here| here.channel).ok_or("No channel is open.")?;
        self.attach_to(channel, path)
    }

    pub(super) fn attach_to(&mut self, channel: ChannelId, path: &str) -> Result<(), String> {
        if self.uploads.is_full(channel) {
            return Err("No more files fit into one message. Send these first.".to_owned());
        }
        let upload = self.uploads.begin(path);
        self.start(&upload);
        self.uploads.attach(channel, upload);
        Ok(())
    }

    /// Takes back the last file of the next message. Whether there was one.
    pub(super) fn detach_last(&mut self, around: &Surroundings) -> bool {
        let last = self
            .conversation()
            .map(|here| here.channel)
            .and_then(|channel| self.uploads.detach_last(channel));
        let Some(upload) = last else { return false };
        self.cancel_files(std::slice::from_ref(&upload));
        self.say(&format!("{} does not go along.", upload.name), around);
        true
    }

    /// Something has become of a file.
    pub(in crate::state) fn uploaded(
        &mut self,
        id: UploadId,
        stage: Stage,
        around: &Surroundings,
    ) -> Vec<Effect> {
        if let Some(upload) = self.uploads.find(id) {
            upload.stage = stage;
        } else if self.outbox.uploaded(id, stage) {
            self.send_waiting(around);
            self.remember_soon(around);
        }
        self.finish(around)
    }

    /// The files of the next message.
    #[must_use]
    pub fn attached(&self) -> &[Upload] {
        self.conversation().map_or(&[], |here| self.uploads.of(here.channel))
    }

    /// Files that an earlier run did not bring to the server.
    pub(super) fn upload_again(&mut self) {
        for upload in self.outbox.name_files(&mut self.uploads) {
            self.start(&upload);
        }
    }

    /// Files that failed begin anew.
    pub(super) fn retry_files(&mut self, nonce: &Nonce) {
        for upload in self.outbox.restart_files(nonce) {
            self.start(&upload);
        }
    }

    pub(super) fn cancel_files(&mut self, files: &[Upload]) {
        for file in files {
            self.out.push(Effect::CancelUpload(file.id));
        }
        self.forget_files(files);
    }

    /// Nobody wants them from this machine any more. Only what was pasted, and has no other place,
    /// is let go.
    pub(super) fn forget_files(&mut self, files: &[Upload]) {
        let forget = |file: &Upload| Effect::Ask(Asked::Forget(file.path.clone()));
        self.out.extend(files.iter().map(forget));
    }

    /// Why the next message cannot go with its files.
    pub(super) fn check_files(&self) -> Result<(), String> {
        let failed = self.attached().iter().find_map(|upload| match &upload.stage {
            Stage::Failed(why) => Some((&upload.name, why)),
            _ => None,
        });
        match failed {
            Some((name, why)) => Err(format!("{name} cannot go along: {why} Esc takes it off.")),
            None => Ok(()),
        }
    }

    fn start(&mut self, upload: &Upload) {
        self.out.push(Effect::Upload { id: upload.id, path: upload.path.clone() });
    }

    /// The files of the next message, as the rule over the composer shows them.
    #[must_use]
    pub fn attached_shown(&self) -> Option<SafeText> {
        let shown: Vec<String> =
            self.attached().iter().map(|upload| upload.shown().to_string()).collect();
        (!shown.is_empty()).then(|| SafeText::line(&format!("▤ {}", shown.join(" · "))))
    }
}

/// A path as a shell or a file manager writes it.
fn unquoted(path: &str) -> &str {
    let path = path.trim();
    let quoted = |sign: char| path.strip_prefix(sign).and_then(|rest| rest.strip_suffix(sign));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(path)
}
