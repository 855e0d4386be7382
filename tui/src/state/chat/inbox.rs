//! The threads one is in: listed from what is at hand, then from what this machine has kept, and of
//! the newest what is missing is fetched. Enter opens one in its channel.

use pail_protocol::ChannelId;
use pail_protocol::message::Message;

use super::{Chat, day_in};
use crate::state::Surroundings;
use crate::state::action::Action;
use crate::state::effect::Call;
use crate::state::intent::Conversation;
use crate::state::overlay::Overlay;
use crate::state::threads::Inbox;
use crate::state::timeline::Entry;

/// Threads that a page is.
const PAGE_ROWS: isize = 5;

impl Chat {
    /// Lists what is at hand at once, and asks this machine for the rest.
    pub(super) fn open_inbox(&mut self) {
        let mut inbox = Inbox::new(self.me.id);
        for (channel, timeline) in &self.timelines {
            inbox.take_in(*channel, timeline.entries());
        }
        inbox.settle(&self.roster);
        self.overlay = Some(Overlay::Threads(Box::new(inbox)));
        self.call(Call::Threads);
    }

    /// What this machine has kept of threads.
    pub(super) fn inbox_arrived(&mut self, messages: &[Message], around: &Surroundings) {
        self.put_into_inbox(messages, around);
        let Some(Overlay::Threads(inbox)) = &mut self.overlay else { return };
        inbox.is_complete = true;
        let wanted = if self.connection.is_live() { inbox.wanted() } else { Vec::new() };
        wanted.into_iter().for_each(|root| self.call(Call::Thread { root, before: None }));
    }

    /// Messages of threads, for the list if it is open.
    pub(super) fn put_into_inbox(&mut self, messages: &[Message], around: &Surroundings) {
        let Some(Overlay::Threads(inbox)) = &mut self.overlay else { return };
        for message in messages {
            let entry = Entry::of_message(message, day_in(around));
            inbox.take_in(message.channel, std::iter::once(&entry));
        }
        inbox.settle(&self.roster);
    }

    /// A message that has just come, for the list if it is open.
    pub(super) fn heard_in_inbox(&mut self, channel: ChannelId, entry: &Entry) {
        if let Some(Overlay::Threads(inbox)) = &mut self.overlay {
            inbox.take_in(channel, std::iter::once(entry));
            inbox.settle(&self.roster);
        }
    }

    /// A key while the list is open.
    pub(super) fn perform_in_inbox(&mut self, action: Action, around: &Surroundings) {
        let Some(Overlay::Threads(inbox)) = &mut self.overlay else { return };
        match action {
            Action::Up => inbox.mark(-1),
            Action::Down => inbox.mark(1),
            Action::PageUp => inbox.mark(-PAGE_ROWS),
            Action::PageDown => inbox.mark(PAGE_ROWS),
            Action::Submit => self.open_marked_thread(around),
            _ => {}
        }
    }

    pub(super) fn open_marked_thread(&mut self, around: &Surroundings) {
        let Some(Overlay::Threads(inbox)) = &self.overlay else { return };
        let Some((channel, root)) = inbox.marked_row().map(|row| (row.channel, row.root)) else {
            return;
        };
        self.go(channel, around);
        self.show_thread(Conversation { channel, thread: Some(root) }, root);
    }
}
