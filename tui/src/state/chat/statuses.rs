//! What people say of themselves: heard, shown beside their names, and our own set or taken back.

use pail_protocol::UserId;
use pail_protocol::account::{Profile, Status};

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::Call;
use crate::state::roster::{Channel, Home};
use crate::state::statuses::{NewStatus, Says};

/// What is said where a status cannot be set.
const OFFLINE: &str =
    "Not connected: your status stays as it is. Try again once the server is reached.";
const NONE: &str = "You have no status. /status on the train sets one, for 2h behind it ends it.";

impl Chat {
    /// What somebody says of themselves.
    #[must_use]
    pub fn status_of(&self, user: UserId) -> Option<&Says> {
        self.statuses.of(user)
    }

    /// What the other one of a direct message says of themselves.
    #[must_use]
    pub fn status_in(&self, channel: &Channel) -> Option<&Says> {
        match channel.home {
            Home::Direct(Some(peer)) => self.statuses.of(peer),
            _ => None,
        }
    }

    pub(super) fn people_listed(&mut self, people: &[Profile], around: &Surroundings) {
        self.roster.set_people(people);
        self.statuses.listed(people, around.now);
    }

    /// Somebody says something of themselves, or nothing any more.
    pub(super) fn status_heard(
        &mut self,
        user: UserId,
        status: Option<&Status>,
        around: &Surroundings,
    ) {
        self.statuses.set(user, status, around.now);
        // A list that is on its way may be older.
        self.lists.people_again |= self.lists.people_awaited;
        self.renew_palette();
    }

    pub(super) fn end_statuses(&mut self, around: &Surroundings) {
        if self.statuses.at(around.now) {
            self.renew_palette();
        }
    }

    /// Asks for a status in the words of `/status`; without words, to take it back.
    pub(super) fn ask_for_status(
        &mut self,
        words: &str,
        around: &Surroundings,
    ) -> Result<(), String> {
        let new = NewStatus::read(words, around)?;
        if !self.connection.is_live() {
            return Err(OFFLINE.to_owned());
        }
        if new.text.is_empty() && self.status_of(self.me.id).is_none() {
            return Err(NONE.to_owned());
        }
        self.call(Call::SetStatus(new));
        Ok(())
    }

    pub(super) fn status_set(&mut self, status: Option<&Status>, around: &Surroundings) {
        self.status_heard(self.me.id, status, around);
        let sentence = match self.status_of(self.me.id) {
            Some(says) => format!("Beside your name: {}.", says.in_words(around)),
            None => "Nothing is beside your name any more.".to_owned(),
        };
        self.say(&sentence, around);
    }
}
