//! Signals: who is typing, who is there. Best effort in both directions.

use pail_protocol::frame::{self, ClientFrame, SomebodyTyping, UserUpdated};
use pail_protocol::{ChannelId, UserId};

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::Effect;
use crate::state::timeline::Entry;
use crate::text::SafeText;

/// Names that are written out of those who type.
const NAMES_SHOWN: usize = 2;

impl Chat {
    pub(super) fn heard_typing(&mut self, typing: SomebodyTyping, around: &Surroundings) {
        if typing.user_id != self.me.id {
            self.typing.heard(typing.channel_id, typing.user_id, around.now);
        }
    }

    /// Somebody has another name, also over what they said before, or another status.
    pub(super) fn user_updated(&mut self, user: &UserUpdated, around: &Surroundings) {
        self.status_heard(user.user_id, user.status.as_ref(), around);
        self.renamed(user);
        if !self.roster.knows_as(user.user_id, &user.name, &user.username) {
            self.fetch_lists();
        }
    }

    fn renamed(&mut self, user: &UserUpdated) {
        let name = SafeText::name(&user.name);
        self.timelines.values_mut().for_each(|timeline| timeline.renamed(user.user_id, &name));
        let rename = |entry: &mut Entry| {
            if entry.author == user.user_id {
                entry.name = name.clone();
            }
        };
        self.thread_mut().into_iter().for_each(|thread| thread.change_all(rename));
        if user.user_id == self.me.id {
            self.me.name = name;
            self.me.username = SafeText::name(&user.username);
        }
    }

    /// What was typed here is on its way to be a message: the others may know. Commands are not.
    pub(super) fn tell_typing(&mut self, channel: ChannelId, around: &Surroundings) {
        let is_said = self.draft().is_some_and(|draft| {
            !draft.is_empty() && (!draft.text().starts_with('/') || draft.text().starts_with("//"))
        });
        let wants = around.chosen.settings.privacy.typing;
        if is_said && wants && self.connection.is_live() && self.typing.tell(channel, around.now) {
            let typing = ClientFrame::Typing(frame::Typing { channel_id: channel });
            self.out.push(Effect::SendFrame(self.connection.generation(), typing));
        }
    }

    /// Who is typing in the open channel, as a sentence.
    #[must_use]
    pub fn typing(&self) -> Option<SafeText> {
        let users: Vec<UserId> = self.typing.whom(self.current?).collect();
        let names: Vec<&str> = users.iter().take(NAMES_SHOWN).map(|id| self.name_of(*id)).collect();
        let sentence = match (names.as_slice(), users.len()) {
            ([], _) => return None,
            ([one], _) => format!("{one} is typing…"),
            ([one, two], 2) => format!("{one} and {two} are typing…"),
            ([one, ..], count) => format!("{one} and {} others are typing…", count - 1),
        };
        Some(SafeText::line(&sentence))
    }

    fn name_of(&self, user: UserId) -> &str {
        let mut people = self.roster.people().iter();
        people.find(|person| person.id == user).map_or("Somebody", |person| person.name.as_str())
    }
}
