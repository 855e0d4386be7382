//! Opening a channel, and leaving the one that was open; what is left of a channel that is gone.
//!
//! Going somewhere because somebody asked for it is in `actions` and `jumping`.

use pail_protocol::ChannelId;

use super::Chat;
use super::jumping::Aim;
use crate::state::Surroundings;
use crate::state::intent::Conversation;
use crate::state::settings::OpenAt;
use crate::state::timeline::{Scroll, Timeline};

impl Chat {
    pub(super) fn open_channel(&mut self, id: ChannelId, around: &Surroundings) {
        if self.current == Some(id) {
            return;
        }
        if let Some(left) = self.current.and_then(|left| self.timelines.get_mut(&left)) {
            leave(left);
        }
        self.current = Some(id);
        self.selection = None;
        self.places.look(id);
        self.desired = None;
        self.completion.end();
        if !self.early.is_empty() {
            let text = self.early.take();
            self.drafts.begin(Conversation::channel(id)).insert(&text);
        }
        (self.aim, self.held) = (None, None);
        let unread_after = self.current().filter(|c| c.unread > 0).map(|c| c.read_seq);
        if let Some(timeline) = self.timelines.get_mut(&id) {
            timeline.seen_to = unread_after;
        }
        let is_at_bottom = self.timeline().is_none_or(|t| t.scroll == Scroll::Bottom);
        let opens_at_unread = around.chosen.settings.look.open_at == OpenAt::Unread;
        match self.positions.remove(&id) {
            Some(seq) if is_at_bottom => self.aim = Some(Aim::as_left(id, seq)),
            _ if is_at_bottom && unread_after.is_some() && opens_at_unread => {
                self.aim_at_unread();
            }
            _ => {}
        }
        self.remember_soon(around);
    }

    /// Opens some channel, when there is one and none is open.
    pub(super) fn settle(&mut self, around: &Surroundings) {
        let listed = |id: &ChannelId| self.roster.channel(*id).is_some_and(|c| c.is_member);
        self.current = self.current.filter(listed);
        let first = self.roster.in_order().first().map(|channel| channel.id);
        let target = self.desired.filter(listed).or(self.current).or(first);
        if self.desired.is_some() && self.desired == self.current {
            self.current = None;
        }
        if let Some(id) = target {
            self.open_channel(id, around);
        }
    }

    pub(super) fn forget_channel(&mut self, id: ChannelId, around: &Surroundings) {
        self.roster.remove_channel(id);
        self.timelines.remove(&id);
        self.drafts.forget_channel(id);
        self.close_thread_of(|channel| channel == id);
        self.forget_intents(id);
        self.marks.remove(&id);
        let files = self.uploads.take(id);
        self.cancel_files(&files);
        self.outbox.forget_channel(id);
        self.places.forget(id);
        self.remember_soon(around);
        self.settle(around);
    }
}

/// Whoever was at the newest message comes back to the newest; whoever was further up, to there.
fn leave(timeline: &mut Timeline) {
    if timeline.is_detached() && timeline.scroll == Scroll::Bottom {
        timeline.restart_after(timeline.cursor());
    }
    timeline.new_below = 0;
    timeline.seen_to = None;
    timeline.pages_lost();
}
