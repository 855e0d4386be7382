//! What follows from every change, whatever it was: what is seen is marked read, what comes near is
//! fetched, what is too much is let go, what must survive is kept.

use std::collections::BTreeMap;

use pail_protocol::{ChannelId, Timestamp};

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::{Call, Effect};
use crate::state::feed::Feed;
use crate::state::keepsake::Keepsake;
use crate::state::timeline::{Anew, CLOSED_MESSAGES_MAX, OPEN_MESSAGES_MAX, Scroll};

/// How long a change to a draft may wait before it is kept for the next start, in milliseconds.
const REMEMBER_AFTER_MS: i64 = 500;

impl Chat {
    /// Time passed, or the terminal changed.
    pub(in crate::state) fn surroundings_changed(&mut self, around: &Surroundings) -> Vec<Effect> {
        self.connection.at(around.now);
        if self.notice.as_ref().is_some_and(|notice| notice.until <= around.now) {
            self.notice = None;
        }
        if self.remember_by.is_some_and(|by| by <= around.now) {
            self.remember();
        }
        if self.was_focused && !around.is_focused {
            self.leave_reading_mark();
        }
        if !self.was_focused && around.is_focused {
            self.expect_new_above();
        }
        self.was_focused = around.is_focused;
        self.finish(around)
    }

    /// The client ends.
    pub(in crate::state) fn leave(&mut self) -> Vec<Effect> {
        self.remember();
        std::mem::take(&mut self.out)
    }

    /// What follows from every change, and the effects of all.
    pub(super) fn finish(&mut self, around: &Surroundings) -> Vec<Effect> {
        self.trim();
        self.keep_selection_in_sight(around);
        self.mark_read(around);
        self.fetch_history(around);
        self.note_new_line_seen(around);
        std::mem::take(&mut self.out)
    }

    fn leave_reading_mark(&mut self) {
        let Some(id) = self.current else { return };
        if let Some(timeline) = self.timelines.get_mut(&id)
            && timeline.scroll == Scroll::Bottom
            && timeline.new_above == 0
        {
            timeline.seen_to = Some(timeline.cursor());
        }
    }

    /// What is marked read at once may be more than fits on the screen.
    pub(super) fn expect_new_above(&mut self) {
        let unread = self.current().map_or(0, |channel| channel.unread);
        let Some(id) = self.current else { return };
        if let Some(timeline) = self.timelines.get_mut(&id)
            && timeline.seen_to.is_some()
            && timeline.scroll == Scroll::Bottom
        {
            timeline.new_above = timeline.new_above.max(unread);
        }
    }

    fn note_new_line_seen(&mut self, around: &Surroundings) {
        let Some((id, timeline)) = self.current.zip(self.timeline()) else { return };
        if timeline.new_above == 0 || !around.is_focused {
            return;
        }
        let area_rows = usize::from(self.geometry(around).timeline_rows);
        let is_above = |feed: Feed<'_>| feed.is_first_unread_above(&timeline.scroll, area_rows);
        let is_unseen = timeline.new_after().is_none() || self.feed(around).is_some_and(is_above);
        if !is_unseen && let Some(timeline) = self.timelines.get_mut(&id) {
            timeline.new_above = 0;
        }
    }

    fn trim(&mut self) {
        for (id, timeline) in &mut self.timelines {
            let is_open = self.current == Some(*id);
            timeline.trim(if is_open { OPEN_MESSAGES_MAX } else { CLOSED_MESSAGES_MAX });
        }
    }

    /// What is on the screen of a focused terminal has been read.
    fn mark_read(&mut self, around: &Surroundings) {
        if !self.connection.is_live() {
            return;
        }
        if let Some(id) = self.current.filter(|_| around.is_focused)
            && let Some(timeline) = self.timelines.get_mut(&id)
            && timeline.scroll == Scroll::Bottom
            && !timeline.is_detached()
            && let Some(channel) = self.roster.channel_mut(id)
            && channel.unread > 0
        {
            // Several at once were missed while there was no connection.
            if channel.unread > 1 && timeline.new_above == 0 {
                timeline.seen_to = Some(channel.read_seq);
                timeline.new_above = channel.unread;
            }
            channel.seen(timeline.cursor());
            self.marks.entry(id).or_default().wanted = timeline.cursor();
        }
        let mut due = Vec::new();
        for (channel, mark) in &mut self.marks {
            if mark.wanted > mark.posted && !mark.in_flight {
                (mark.posted, mark.in_flight) = (mark.wanted, true);
                due.push(Call::MarkRead { channel: *channel, seq: mark.wanted });
            }
        }
        due.into_iter().for_each(|call| self.call(call));
    }

    /// Fetches what is about to come into sight, and anew what may have changed.
    fn fetch_history(&mut self, around: &Surroundings) {
        if !self.connection.is_live() {
            return;
        }
        let Some(channel) = self.current else { return };
        let Some(call) = self.anew(channel).or_else(|| self.next_page(channel, around)) else {
            return;
        };
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.asked();
        }
        self.call(call);
    }

    fn anew(&self, channel: ChannelId) -> Option<Call> {
        Some(match self.timelines.get(&channel)?.wants_anew()? {
            Anew::Before(before) => Call::HistoryBefore { channel, before },
            Anew::Around(seq) => Call::HistoryAround { channel, seq },
        })
    }

    fn next_page(&self, channel: ChannelId, around: &Surroundings) -> Option<Call> {
        let timeline = self.timelines.get(&channel).filter(|timeline| !timeline.loading)?;
        let area_rows = usize::from(self.geometry(around).timeline_rows);
        let is_filled = timeline.scroll == Scroll::Bottom && timeline.len() >= area_rows;
        if is_filled && !timeline.is_detached() {
            return None;
        }
        let feed = self.feed(around)?;
        let is_top_near = || feed.up(&timeline.scroll, 0, area_rows).1 < area_rows;
        let is_bottom_near = || feed.down(&timeline.scroll, area_rows) == Scroll::Bottom;
        let before =
            timeline.wants_before().filter(|_| timeline.len() < area_rows || is_top_near());
        let after = timeline.wants_after().filter(|_| is_bottom_near());
        match (after, before) {
            (Some(after), _) => Some(Call::HistoryAfter { channel, after }),
            (None, Some(before)) => Some(Call::HistoryBefore { channel, before }),
            (None, None) => None,
        }
    }

    pub(super) fn remember_soon(&mut self, around: &Surroundings) {
        let by = Timestamp::from_millis(around.now.as_millis().saturating_add(REMEMBER_AFTER_MS));
        self.remember_by.get_or_insert(by);
    }

    pub(super) fn remember(&mut self) {
        self.remember_by = None;
        let keepsake = self.keepsake();
        self.out.push(Effect::Remember(keepsake));
    }

    fn keepsake(&self) -> Keepsake {
        let (buckets, channels) = self.roster.kept();
        let (current, drafts, unsent) = (self.current, self.kept_drafts(), self.outbox.kept());
        let composing = self.composing();
        Keepsake { current, drafts, composing, buckets, channels, unsent }
    }

    /// What is being written, and behind it what was refused: the next run may better it.
    fn kept_drafts(&self) -> BTreeMap<ChannelId, String> {
        let written = self.drafts.iter().filter(|(_, draft)| !draft.is_empty());
        let mut drafts: BTreeMap<_, _> =
            written.map(|(id, draft)| (*id, draft.text().to_owned())).collect();
        for refused in self.outbox.refused() {
            let draft: &mut String = drafts.entry(refused.channel).or_default();
            if !draft.is_empty() {
                draft.push('\n');
            }
            draft.push_str(&refused.text);
        }
        drafts
    }
}
