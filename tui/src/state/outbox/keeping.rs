//! The queue over restarts: what an earlier run left, and what is to be kept anew.

use std::collections::BTreeMap;

use super::{Outbox, Progress, UNSENT_MAX, Unsent};
use crate::state::keepsake::KeptMessage;
use crate::state::uploads::{Upload, Uploads};
use crate::text::SafeText;

impl Outbox {
    /// What an earlier run left.
    pub fn restore(&mut self, kept: BTreeMap<u64, KeptMessage>) {
        for (place, message) in kept.into_iter().take(UNSENT_MAX) {
            let at = message.written_at();
            self.last_place = place.saturating_sub(1);
            self.push(message.channel, message.nonce, message.text, message.refers, at);
            let unnamed = |path: &String| Uploads::default().begin(path);
            self.attach_to_newest(message.files.iter().map(unnamed).collect());
            if let Some((newest, why)) = self.messages.back_mut().zip(message.refused) {
                newest.progress = Progress::Refused(SafeText::line(&why));
            }
        }
        self.changed.clear();
    }

    /// What is to be kept anew, by its place in the queue; nothing where it has left.
    pub fn take_changes(&mut self) -> BTreeMap<u64, Option<KeptMessage>> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().map(|place| (place, self.at(place).map(Unsent::kept))).collect()
    }

    fn at(&self, place: u64) -> Option<&Unsent> {
        let index = self.messages.binary_search_by_key(&place, |message| message.place).ok()?;
        self.messages.get(index)
    }
}

impl Unsent {
    fn kept(&self) -> KeptMessage {
        let coming = self.files.iter().filter(|file| file.attachment().is_none());
        let refused = match &self.progress {
            Progress::Refused(why) => Some(why.to_string()),
            _ => None,
        };
        KeptMessage {
            channel: self.channel,
            nonce: self.nonce.clone(),
            text: self.text.clone(),
            refers: self.refers_with_files(),
            files: coming.map(|file: &Upload| file.path.clone()).collect(),
            written_ms: self.written_at.as_millis(),
            refused,
        }
    }
}
