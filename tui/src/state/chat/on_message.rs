//! What is done about the message that is selected.
//!
//! Moving among messages is in `selection`; what the server makes of a deed comes as events.

use pail_protocol::Nonce;

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::OnMessage;
use crate::state::feed::Content;
use crate::state::timeline::ItemId;

impl Chat {
    /// A key that is about messages.
    pub(super) fn on_message(&mut self, on_message: OnMessage, around: &Surroundings) {
        match on_message {
            OnMessage::Select | OnMessage::Last => self.select_newest(around),
            OnMessage::First => self.select_oldest(around),
            OnMessage::Unfold => self.unfold_selected(around),
            OnMessage::Edit => self.edit_selected(around),
        }
    }

    fn unfold_selected(&mut self, around: &Surroundings) {
        let feed = self.feed(around);
        let index = feed.as_ref().zip(self.selection.as_ref()).and_then(|(f, id)| f.position(id));
        if let Some(Content::Message(entry)) =
            feed.zip(index).map(|(feed, index)| feed.items[index].content)
        {
            let id = entry.id;
            self.layouts.toggle_fold(id);
        }
    }

    fn edit_selected(&mut self, around: &Surroundings) {
        if let Some(ItemId::Unsent(nonce)) = self.selection.clone() {
            self.take_back(&nonce, around);
        }
    }

    fn take_back(&mut self, nonce: &Nonce, around: &Surroundings) {
        match self.outbox.take_back(nonce) {
            Some(unsent) => {
                self.selection = None;
                let cut = self.write(&unsent.text, around);
                self.say_cut(cut, around);
            }
            None => self.complain("It is on its way already; edit it once it has arrived.", around),
        }
    }
}
