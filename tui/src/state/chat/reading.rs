//! What has been read: exactly what was on the screen of a focused terminal, from the first unread
//! message on. Nothing that was not seen is marked, unless somebody says so.

use pail_protocol::{ChannelId, Seq};

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::Call;
use crate::state::feed::{Content, Feed};
use crate::state::overlay::Overlay;
use crate::state::roster::Channel;
use crate::state::timeline::{Entry, Scroll, Timeline};

impl Chat {
    /// The messages of every channel of which some are at hand.
    pub fn timelines(&self) -> impl Iterator<Item = (ChannelId, &Timeline)> {
        self.timelines.iter().map(|(id, timeline)| (*id, timeline))
    }

    /// How many unread messages are above what is seen.
    #[must_use]
    pub fn unread_above(&self, around: &Surroundings) -> u64 {
        let unread = self.current().map_or(0, |channel| channel.unread);
        if unread == 0 || self.aim.is_some() || !self.is_unread_above(around) {
            return 0;
        }
        unread
    }

    /// What is on the screen of a focused terminal has been read.
    pub(super) fn mark_read(&mut self, around: &Surroundings) {
        if !self.connection.is_live() {
            return;
        }
        if around.is_focused
            && self.aim.is_none()
            && !matches!(self.overlay, Some(Overlay::Digest(_)))
            && let Some(id) = self.current.filter(|id| self.held != Some(*id))
            && let Some(seq) = self.seen_to(around)
        {
            self.mark_read_to(id, seq);
        }
        self.post_marks();
    }

    /// All that there is in a channel counts as read.
    pub(super) fn mark_all_read(&mut self, id: ChannelId) {
        let Some(channel) = self.roster.channel_mut(id) else { return };
        let newest = channel.newest().max(self.timelines.get(&id).map_or(Seq(0), Timeline::cursor));
        channel.seen(newest);
        self.marks.entry(id).or_default().wanted = newest;
        self.held = self.held.filter(|held| *held != id);
    }

    /// All that there is counts as read.
    pub(super) fn mark_everything_read(&mut self) {
        let unread = self.roster.in_order().into_iter().filter(|channel| channel.unread > 0);
        let unread: Vec<_> = unread.map(|channel| channel.id).collect();
        unread.into_iter().for_each(|id| self.mark_all_read(id));
    }

    /// From the message that is meant on, nothing counts as read.
    pub(super) fn mark_unread(&mut self, around: &Surroundings) {
        let meant = self.conversation().zip(self.meant()).map(|(here, it)| (here.channel, it.seq));
        match meant {
            Some((channel, seq)) => self.call(Call::MarkUnread { channel, seq }),
            None => self.complain("There is no message of the server's to count from.", around),
        }
    }

    fn mark_read_to(&mut self, id: ChannelId, seq: Seq) {
        let me = self.me.id;
        let Some((timeline, channel)) = self.timelines.get(&id).zip(self.roster.channel_mut(id))
        else {
            return;
        };
        let read_seq = channel.read_seq;
        let entries = timeline.entries().rev().take_while(|entry| entry.seq > read_seq);
        let passed = entries.filter(|entry| entry.seq <= seq && entry.author != me);
        let (unread, mentions) = passed.fold((0, 0), |(unread, mentions), entry| {
            (unread + 1, mentions + u64::from(entry.calls(me)))
        });
        channel.read_to(seq, unread, mentions);
        let mark = self.marks.entry(id).or_default();
        mark.wanted = mark.wanted.max(seq);
    }

    /// Whether the server's marker and ours are the same as far as we have said anything.
    pub(super) fn is_settled(&self, id: ChannelId) -> bool {
        let mark = self.marks.get(&id).copied().unwrap_or_default();
        !mark.in_flight && mark.wanted <= mark.posted && !self.lists.marked_since.contains(&id)
    }

    fn post_marks(&mut self) {
        let mut due = Vec::new();
        for (channel, mark) in &mut self.marks {
            if mark.wanted > mark.posted && !mark.in_flight {
                (mark.posted, mark.in_flight) = (mark.wanted, true);
                self.lists.marked_since.insert(*channel);
                due.push(Call::MarkRead { channel: *channel, seq: mark.wanted });
            }
        }
        due.into_iter().for_each(|call| self.call(call));
    }

    /// The last event of the open channel that is seen, when it is new and nothing unread is above
    /// what is seen.
    fn seen_to(&self, around: &Surroundings) -> Option<Seq> {
        let (channel, timeline) = self.current().zip(self.timeline())?;
        if channel.unread == 0 {
            return None;
        }
        let is_at_end = timeline.scroll == Scroll::Bottom && !timeline.is_detached();
        // What comes in one by one is seen at once.
        let newest = timeline.entries().next_back();
        if is_at_end && channel.unread == 1 && newest.is_some_and(|n| n.author != self.me.id) {
            return Some(timeline.cursor());
        }
        if self.is_unread_above(around) {
            return None;
        }
        let last = self.last_in_sight(around)?;
        Some(if is_at_end { timeline.cursor() } else { last }).filter(|s| *s > channel.read_seq)
    }

    /// The newest message that is seen to its end.
    fn last_in_sight(&self, around: &Surroundings) -> Option<Seq> {
        let (feed, timeline) = self.feed(around).zip(self.timeline())?;
        let (last, hidden) = feed.bottom(&timeline.scroll)?;
        let whole = if hidden == 0 { Some(last) } else { last.checked_sub(1) }?;
        let seq = |index: usize| match feed.items[index].content {
            Content::Message(entry) => Some(entry.seq),
            Content::Beginning | Content::Unsent(_) => None,
        };
        (0..=whole).rev().find_map(seq)
    }

    /// Whether something unread is further up than what is seen.
    fn is_unread_above(&self, around: &Surroundings) -> bool {
        let Some((channel, timeline)) = self.current().zip(self.timeline()) else { return false };
        let mut kept = 0;
        let rows = usize::from(self.geometry(around).timeline_rows);
        let oldest = self.unread_kept(timeline, channel).inspect(|_| kept += 1).last();
        let is_all_kept = timeline.reaches_back_to(channel.read_seq)
            || (!timeline.is_detached() && kept >= channel.unread);
        if !is_all_kept {
            return true;
        }
        let Some(oldest) = oldest else { return false };
        // Every message takes a row: that many are not seen at once.
        if timeline.scroll == Scroll::Bottom && kept > rows as u64 {
            return true;
        }
        let first = self.feed(around).and_then(|feed| first_in_sight(&feed, timeline, rows));
        first.is_some_and(|first| oldest.seq < first)
    }

    /// The unread messages that are kept, newest first.
    fn unread_kept<'a>(
        &self,
        timeline: &'a Timeline,
        channel: &Channel,
    ) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let (me, read_seq) = (self.me.id, channel.read_seq);
        let count = usize::try_from(channel.unread).unwrap_or(usize::MAX);
        let beyond = timeline.entries().rev().take_while(move |entry| entry.seq > read_seq);
        beyond.filter(move |entry| entry.author != me && !entry.is_deleted).take(count)
    }

    /// Whoever looks away at the newest message has seen everything up to it.
    pub(super) fn leave_reading_mark(&mut self) {
        let Some((id, channel)) = self.current.zip(self.current()) else { return };
        let has_seen_all = channel.unread == 0;
        if let Some(timeline) = self.timelines.get_mut(&id)
            && timeline.scroll == Scroll::Bottom
            && has_seen_all
        {
            timeline.seen_to = Some(timeline.cursor());
        }
    }
}

/// The oldest message of which something is seen.
fn first_in_sight(feed: &Feed<'_>, timeline: &Timeline, rows: usize) -> Option<Seq> {
    let (first, last) = feed.in_sight(&timeline.scroll, rows)?;
    let seq = |index: usize| match feed.items[index].content {
        Content::Message(entry) => Some(entry.seq),
        Content::Beginning | Content::Unsent(_) => None,
    };
    (first..=last).find_map(seq)
}
