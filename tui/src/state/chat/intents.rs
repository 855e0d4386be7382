//! Answering and changing: what the draft is for, what comes of it, and how it is left.
//!
//! Another channel has another draft with another intent: what is begun here is never sent there.

use pail_protocol::MessageId;
use pail_protocol::message::Refers;

use super::Chat;
use crate::state::Surroundings;
use crate::state::draft::Draft;
use crate::state::effect::Call;
use crate::state::intent::{Conversation, Intent, refers};
use crate::state::prose;
use crate::state::timeline::Entry;

impl Chat {
    /// The open channel as a place to write to.
    #[must_use]
    pub fn current_conversation(&self) -> Option<Conversation> {
        self.current.map(Conversation::channel)
    }

    /// Where the keys write.
    #[must_use]
    pub fn conversation(&self) -> Option<Conversation> {
        let in_thread = self.thread_with_keys().map(|thread| thread.place);
        in_thread.or_else(|| self.current.map(Conversation::channel))
    }

    /// What is being written there, to change.
    pub(super) fn draft_mut(&mut self) -> Option<&mut Draft> {
        self.conversation().map(|here| self.drafts.begin(here))
    }

    /// What the draft is for, and the message that is about, if it is at hand.
    #[must_use]
    pub fn intent(&self) -> Option<(&Intent, Option<&Entry>)> {
        let intent = self.intents.get(&self.conversation()?)?;
        Some((intent, self.entry_of(intent.message())))
    }

    /// The next message answers this one. An edit that was begun is put aside first.
    pub(super) fn begin_reply(&mut self, to: MessageId, around: &Surroundings) {
        let Some(here) = self.conversation() else { return };
        self.leave_edit();
        self.selection = None;
        self.intents.insert(here, Intent::Reply(to));
        self.remember_soon(around);
    }

    /// The text of a message comes into the composer, and what was there goes aside.
    pub(super) fn begin_edit(&mut self, message: MessageId, text: &str, around: &Surroundings) {
        let Some(here) = self.conversation() else { return };
        self.leave_edit();
        self.selection = None;
        let Some(draft) = self.draft_mut() else { return };
        let aside = draft.text().to_owned();
        draft.take();
        draft.insert(text);
        self.intents.insert(here, Intent::Edit { message, aside });
        self.remember_soon(around);
    }

    /// Esc: the draft is a message like any other again. Whether there was an intent.
    pub(super) fn leave_intent(&mut self, around: &Surroundings) -> bool {
        let Some(here) = self.conversation() else { return false };
        let had_one = self.intents.contains_key(&here);
        self.leave_edit();
        self.intents.remove(&here);
        if had_one {
            self.remember_soon(around);
        }
        had_one
    }

    /// An edit that is given up can be yanked; what was put aside for it comes back.
    fn leave_edit(&mut self) {
        let Some(here) = self.conversation() else { return };
        if let Some(Intent::Edit { aside, .. }) = self.intents.get(&here).cloned() {
            self.intents.remove(&here);
            if let Some(draft) = self.draft_mut() {
                draft.clear();
                draft.insert(&aside);
            }
        }
    }

    /// What the message that is sent now refers to; it is used up by that.
    pub(super) fn take_refers(&mut self, from: Conversation) -> Refers {
        refers(from, self.intents.remove(&from).as_ref())
    }

    /// The message that is being changed here.
    pub(super) fn edited_message(&self) -> Option<MessageId> {
        match self.intents.get(&self.conversation()?)? {
            Intent::Edit { message, .. } => Some(*message),
            Intent::Reply(_) => None,
        }
    }

    /// Enter while a message is being changed. The text stays until the server has it.
    pub(super) fn submit_edit(&mut self, message: MessageId, around: &Surroundings) {
        let Some(text) = self.draft_mut().map(|draft| prose::with_emoji(draft.text())) else {
            return;
        };
        if self.entry_of(message).is_some_and(|entry| entry.raw() == text) {
            self.leave_intent(around);
        } else if let Err(why) = self.check_length(&text) {
            self.complain(&why, around);
        } else {
            self.call(Call::EditMessage { message, text });
        }
    }

    /// A message says what was asked for. If that is still what stands in a composer, it is done.
    pub(super) fn edit_saved(&mut self, message: MessageId, text: &str, around: &Surroundings) {
        let is_it =
            |intent: &Intent| matches!(intent, Intent::Edit { message: it, .. } if *it == message);
        let places = self.intents.iter().filter(|(_, intent)| is_it(intent));
        let places: Vec<Conversation> = places.map(|(place, _)| *place).collect();
        for place in places {
            let is_it = |draft: &&mut Draft| prose::with_emoji(draft.text()) == text;
            let Some(draft) = self.draft_of(place).filter(is_it) else {
                continue;
            };
            draft.take();
            if let Some(Intent::Edit { aside, .. }) = self.intents.remove(&place)
                && let Some(draft) = self.draft_of(place)
            {
                draft.insert(&aside);
            }
        }
        self.remember_soon(around);
    }

    fn draft_of(&mut self, place: Conversation) -> Option<&mut Draft> {
        self.drafts.get_mut(place)
    }

    /// Whether a message was ours to change.
    pub(super) fn is_mine(&self, entry: &Entry) -> bool {
        entry.author == self.me.id
    }

    /// Nothing begun in a channel that is gone is kept.
    pub(super) fn forget_intents(&mut self, channel: pail_protocol::ChannelId) {
        self.intents.retain(|place, _| place.channel != channel);
    }
}
