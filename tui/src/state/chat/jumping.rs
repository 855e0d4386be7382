//! Going to a message, wherever it is: what is around it is fetched, and it is shown.
//!
//! Where one goes back to is remembered in `places`; walks through what is unread are in `walking`.

use pail_protocol::message::Message;
use pail_protocol::{ChannelId, MessageId, Seq};

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::{Call, Effect};
use crate::state::feed::Feed;
use crate::state::places::Place;
use crate::state::timeline::{Entry, ItemId, Scroll};

/// Pages that are fetched to find one mention: as far as the server counts them.
const MENTION_PAGES_MAX: usize = 20;
/// Rows above the first unread message that say what it follows.
const CONTEXT_ROWS: usize = 2;

/// A place in a channel that is to be shown as soon as it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Aim {
    channel: ChannelId,
    seq: Seq,
    how: How,
    /// Whether all that there is around it has come.
    has_come: bool,
}

/// How it is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// In the middle, selected.
    Selected,
    /// With so many of its rows below the edge, as it was left.
    AsLeft { hidden: usize },
    /// At the top, if what follows does not fit otherwise: it is the first unread one.
    FirstUnread,
    /// The first message from there on that calls us; so many more pages are looked through.
    Mention { pages: usize },
}

impl Aim {
    fn at(channel: ChannelId, seq: Seq, how: How) -> Self {
        Self { channel, seq, how, has_come: false }
    }

    /// Where a channel was left in an earlier run.
    pub(super) fn as_left(channel: ChannelId, seq: Seq) -> Self {
        Self::at(channel, seq, How::AsLeft { hidden: 0 })
    }
}

impl Chat {
    /// Goes to a message.
    pub(super) fn jump(&mut self, channel: ChannelId, seq: Seq, around: &Surroundings) {
        self.leave_place();
        self.look_at(channel, seq, How::Selected, around);
    }

    /// Goes to the message that the selected one answers, or to the root of its thread.
    pub(super) fn jump_to_answered(&mut self, around: &Surroundings) {
        let Some(timeline) = self.timeline() else { return };
        let Some(ItemId::Message(selected)) = self.selection else { return };
        let answers = |entry: &Entry| entry.reply_to.or(entry.thread);
        let id = timeline.at(selected).and_then(answers);
        match id {
            None => self.say("It answers no other message.", around),
            Some(id) => self.jump_to_known(id, around),
        }
    }

    /// Goes to a message, at once if it is at hand.
    pub(super) fn jump_to_known(&mut self, id: MessageId, around: &Surroundings) {
        let known = self.timeline().and_then(|timeline| timeline.by_id(id));
        match self.current.zip(known.map(|entry| entry.seq)) {
            Some((channel, seq)) => self.jump(channel, seq, around),
            None => self.jump_to_message(id),
        }
    }

    /// As [`Self::jump_to_known`], from outside of the chat.
    pub(in crate::state) fn show_message(
        &mut self,
        id: MessageId,
        around: &Surroundings,
    ) -> Vec<Effect> {
        self.jump_to_known(id, around);
        self.finish(around)
    }

    /// Goes to a message of which only the id is known.
    pub(super) fn jump_to_message(&mut self, id: MessageId) {
        self.wanted = Some(id);
        self.call(Call::Message { message: id });
    }

    /// A message that was asked for is there.
    pub(super) fn found(&mut self, message: &Message, around: &Surroundings) {
        if self.wanted.take_if(|id| *id == message.id).is_none() {
            return;
        }
        match self.roster.channel(message.channel) {
            Some(channel) if channel.is_member => self.jump(message.channel, message.seq, around),
            _ => self.say("That message is in a channel you are not in.", around),
        }
    }

    /// Goes to the first message of a channel that calls us, from a place on.
    pub(super) fn jump_to_mention(&mut self, id: ChannelId, from: Seq, around: &Surroundings) {
        self.leave_place();
        self.look_at(id, from, How::Mention { pages: MENTION_PAGES_MAX }, around);
    }

    fn look_at(&mut self, channel: ChannelId, seq: Seq, how: How, around: &Surroundings) {
        self.overlay = None;
        self.panel_gives_keys_back();
        self.open_channel(channel, around);
        self.aim = Some(Aim::at(channel, seq, how));
    }

    /// Shows the first unread message of the open channel, or where the line "new" is.
    pub(super) fn jump_to_unread(&mut self, around: &Surroundings) {
        let Some(channel) = self.current() else { return };
        let read_seq = (channel.unread > 0).then_some(channel.read_seq);
        let line = self.timeline().and_then(|timeline| timeline.seen_to);
        match line.or(read_seq) {
            Some(_) => self.aim_at_unread(),
            None => self.say("Nothing is unread here.", around),
        }
    }

    /// The open channel is to be shown from its first unread message on.
    pub(super) fn aim_at_unread(&mut self) {
        let Some((channel, timeline)) = self.current().zip(self.timeline()) else { return };
        let seen_to = timeline.seen_to.unwrap_or(channel.read_seq);
        let (channel, seq) = (channel.id, Seq(seen_to.0.saturating_add(1)));
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.seen_to = Some(seen_to);
        }
        self.aim = Some(Aim::at(channel, seq, How::FirstUnread));
    }

    /// One step back, to where it was left, or to the digest from which one came.
    pub(super) fn go_back(&mut self, around: &Surroundings) {
        if self.left_digest.is_some() {
            return self.open_digest(around);
        }
        match self.places.back(self.place()) {
            Some(place) => self.return_to(place, around),
            None => self.say("There is nothing further back.", around),
        }
    }

    /// One step forward again.
    pub(super) fn go_forward(&mut self, around: &Surroundings) {
        match self.places.forward(self.place()) {
            Some(place) => self.return_to(place, around),
            None => self.say("There is nothing further forward.", around),
        }
    }

    /// What is on the screen is a place to come back to.
    pub(super) fn leave_place(&mut self) {
        if let Some(place) = self.place() {
            self.places.leave(place);
        }
    }

    fn place(&self) -> Option<Place> {
        let scroll = self.timeline().map(|timeline| timeline.scroll.clone()).unwrap_or_default();
        Some(Place { channel: self.current?, scroll })
    }

    fn return_to(&mut self, place: Place, around: &Surroundings) {
        let was_open = self.current == Some(place.channel);
        self.overlay = None;
        self.selection = None;
        self.open_channel(place.channel, around);
        match place.scroll {
            Scroll::At { item: ItemId::Message(seq), hidden } => {
                self.aim = Some(Aim::at(place.channel, seq, How::AsLeft { hidden }));
            }
            Scroll::Bottom if was_open => self.jump_to_bottom(),
            Scroll::Bottom => {}
            scroll @ Scroll::At { .. } => self.set_scroll(scroll),
        }
    }

    /// Shows what is aimed at, once it is there; until then it is fetched.
    pub(super) fn take_aim(&mut self, around: &Surroundings) {
        let Some(aim) = self.aim else { return };
        if self.current != Some(aim.channel) {
            self.aim = None;
            return;
        }
        let Some(timeline) = self.timeline() else { return };
        if timeline.holds(aim.seq) || aim.has_come {
            self.aim = None;
            self.show(aim, around);
        } else if timeline.may_ask() {
            self.fetch(Call::HistoryAround { channel: aim.channel, seq: aim.seq });
        }
    }

    /// What is around the place that is aimed at has come.
    pub(super) fn aim_has_come(&mut self, channel: ChannelId) {
        if let Some(aim) = self.aim.as_mut().filter(|aim| aim.channel == channel) {
            aim.has_come = true;
        }
    }

    fn show(&mut self, aim: Aim, around: &Surroundings) {
        match aim.how {
            How::Selected => self.select_in_middle(aim.seq, around),
            How::AsLeft { hidden } => {
                self.set_scroll(Scroll::At { item: ItemId::Message(aim.seq), hidden });
            }
            How::FirstUnread => self.show_first_unread(around),
            How::Mention { pages } => self.show_mention(aim, pages, around),
        }
    }

    fn select_in_middle(&mut self, seq: Seq, around: &Surroundings) {
        let rows = usize::from(self.geometry(around).timeline_rows);
        let id = ItemId::Message(seq);
        let Some(feed) = self.feed(around) else { return };
        let id = if feed.position(&id).is_some() { Some(id) } else { feed.nearest(&id) };
        let at = id.as_ref().and_then(|id| feed.position(id));
        let middle = |at| {
            let below = rows.saturating_sub(feed.rows_of(at)) / 2;
            scroll_with_below(&feed, at, below)
        };
        let scroll = at.map(middle).unwrap_or_default();
        self.set_scroll(scroll);
        self.selection = id;
    }

    fn show_first_unread(&mut self, around: &Surroundings) {
        let rows = usize::from(self.geometry(around).timeline_rows);
        let Some(feed) = self.feed(around) else { return };
        let first = feed.items.iter().position(|item| item.is_first_unread);
        let at_top = |at| {
            let below = rows.saturating_sub(feed.rows_of(at) + CONTEXT_ROWS);
            scroll_with_below(&feed, at, below)
        };
        let scroll = first.map(at_top).unwrap_or_default();
        self.set_scroll(scroll);
    }

    fn show_mention(&mut self, aim: Aim, pages: usize, around: &Surroundings) {
        let (me, Some(timeline)) = (self.me.id, self.timeline()) else { return };
        let calls_us =
            |entry: &&Entry| entry.seq >= aim.seq && entry.author != me && entry.calls(me);
        let found = { timeline.entries().find(calls_us).map(|entry| entry.seq) };
        let (top, is_detached) = (timeline.top(), timeline.is_detached());
        match (found, is_detached, pages.checked_sub(1)) {
            (Some(seq), ..) => self.select_in_middle(seq, around),
            (None, true, Some(pages)) => {
                let how = How::Mention { pages };
                self.aim = Some(Aim::at(aim.channel, Seq(top.0.saturating_add(1)), how));
                self.fetch(Call::HistoryAfter { channel: aim.channel, after: top });
            }
            _ => self.say("The message that mentions you is not there any more.", around),
        }
    }

    fn fetch(&mut self, call: Call) {
        if let Some(timeline) = self.current.and_then(|id| self.timelines.get_mut(&id)) {
            timeline.asked();
        }
        self.call(call);
    }
}

/// Where to scroll so that so many rows are below an item.
fn scroll_with_below(feed: &Feed<'_>, index: usize, below: usize) -> Scroll {
    let item = feed.items[index].id();
    feed.down(&Scroll::At { item, hidden: 0 }, below)
}
