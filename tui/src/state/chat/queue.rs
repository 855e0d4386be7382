//! What is done about messages of ours that the server does not have yet.

use pail_protocol::Nonce;

use super::Chat;
use crate::state::Surroundings;
use crate::state::outbox::Unsent;
use crate::state::timeline::ItemId;

/// Why nothing is done about a message that may have arrived.
const ON_ITS_WAY: &str = "It is on its way, and may have arrived; wait until it has settled.";

impl Chat {
    /// What the server would not have.
    pub fn unsendable(&self) -> impl Iterator<Item = &Unsent> {
        self.outbox.refused()
    }

    /// Whether a message waits for the server, or for its answer.
    #[must_use]
    pub fn has_unsent(&self) -> bool {
        self.outbox.has_unsent()
    }

    /// `R`: sends again what is selected, if it was refused or put off.
    pub(super) fn retry_selected(&mut self, around: &Surroundings) {
        match self.selected_unsent() {
            Some(nonce) if self.outbox.retry(&nonce) => {
                self.retry_files(&nonce);
                self.send_waiting(around);
                self.remember();
            }
            Some(_) => self.complain("It goes out by itself as soon as it can.", around),
            None => self.complain("It was sent.", around),
        }
    }

    /// `x`: forgets what is selected, if the server cannot have it.
    pub(super) fn discard_selected(&mut self, around: &Surroundings) {
        let Some(nonce) = self.selected_unsent() else {
            return self.complain("It was sent; d deletes it.", around);
        };
        match self.outbox.take_back(&nonce) {
            Some(unsent) => {
                self.cancel_files(&unsent.files);
                self.selection = None;
                self.send_waiting(around);
                self.say("Discarded.", around);
                self.remember();
            }
            None => self.complain(ON_ITS_WAY, around),
        }
    }

    /// Sends again all that was refused in the open channel.
    pub(super) fn retry_refused(&mut self, around: &Surroundings) {
        if self.current.is_some_and(|channel| self.outbox.retry_refused(channel)) {
            self.send_waiting(around);
            self.remember();
        }
    }

    fn selected_unsent(&self) -> Option<Nonce> {
        match &self.selection {
            Some(ItemId::Unsent(nonce)) => Some(nonce.clone()),
            _ => None,
        }
    }
}
