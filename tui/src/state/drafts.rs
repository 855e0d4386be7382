//! What is being written, by place, and which of it is to be kept anew.
//!
//! Whoever may change a draft gets it here, so that no change goes unnoticed.

use std::collections::{BTreeMap, BTreeSet};

use pail_protocol::ChannelId;

use super::draft::Draft;
use super::intent::Conversation;

/// The drafts of an account.
#[derive(Debug, Clone, Default)]
pub struct Drafts {
    all: BTreeMap<Conversation, Draft>,
    changed: BTreeSet<Conversation>,
}

impl Drafts {
    /// What an earlier run left.
    #[must_use]
    pub fn restored(left: impl IntoIterator<Item = (Conversation, String)>) -> Self {
        let all = left.into_iter().map(|(place, text)| (place, text.as_str().into())).collect();
        Self { all, changed: BTreeSet::new() }
    }

    /// What is being written somewhere.
    #[must_use]
    pub fn get(&self, place: Conversation) -> Option<&Draft> {
        self.all.get(&place)
    }

    /// What is being written somewhere, to change.
    pub fn get_mut(&mut self, place: Conversation) -> Option<&mut Draft> {
        let draft = self.all.get_mut(&place)?;
        self.changed.insert(place);
        Some(draft)
    }

    /// What is being written somewhere, or begun there now.
    pub fn begin(&mut self, place: Conversation) -> &mut Draft {
        self.changed.insert(place);
        self.all.entry(place).or_default()
    }

    /// Takes a draft away from its place.
    pub fn take(&mut self, place: Conversation) -> Draft {
        self.changed.insert(place);
        self.all.remove(&place).unwrap_or_default()
    }

    /// This is being written there.
    pub fn put(&mut self, place: Conversation, draft: Draft) {
        self.changed.insert(place);
        self.all.insert(place, draft);
    }

    /// As [`Self::put`], unless something was begun there meanwhile.
    pub fn put_back(&mut self, place: Conversation, draft: Draft) {
        self.all.entry(place).or_insert(draft);
    }

    /// Nothing is written in a channel that is gone.
    pub fn forget_channel(&mut self, channel: ChannelId) {
        let gone = self.all.keys().filter(|place| place.channel == channel);
        self.changed.extend(gone);
        self.all.retain(|place, _| place.channel != channel);
    }

    /// What is to be kept anew.
    pub fn take_changes(&mut self) -> BTreeMap<Conversation, Option<String>> {
        let written = |place| self.all.get(&place).filter(|draft| !draft.is_empty());
        let text = |place| (place, written(place).map(|draft: &Draft| draft.text().to_owned()));
        std::mem::take(&mut self.changed).into_iter().map(text).collect()
    }
}
