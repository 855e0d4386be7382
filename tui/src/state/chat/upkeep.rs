//! What follows from every change, whatever it was: what is aimed at is shown, what is seen is marked
//! read, what comes near is fetched, what is too much is let go, what must survive is kept.

use std::collections::BTreeMap;

use pail_protocol::{ChannelId, Seq, Timestamp};

use super::Chat;
use crate::state::Surroundings;
use crate::state::connection::Due;
use crate::state::effect::{Call, Effect};
use crate::state::keepsake::{Changes, Whereabouts};
use crate::state::timeline::{Anew, CLOSED_MESSAGES_MAX, ItemId, OPEN_MESSAGES_MAX, Scroll};
use crate::text::SafeText;

/// How long a change to a draft may wait before it is kept for the next start, in milliseconds.
const REMEMBER_AFTER_MS: i64 = 500;

impl Chat {
    /// Something is wrong, and stays so.
    pub(in crate::state) fn warned(&mut self, warning: SafeText) -> Vec<Effect> {
        self.warning = Some(warning);
        Vec::new()
    }

    /// Something to be said in passing.
    pub(in crate::state) fn said(
        &mut self,
        sentence: &SafeText,
        around: &Surroundings,
    ) -> Vec<Effect> {
        self.say(sentence.as_str(), around);
        Vec::new()
    }

    /// The same account was entered once more, with a login that is newer.
    pub(in crate::state) fn entered_again(&mut self) -> Vec<Effect> {
        vec![self.connection.open()]
    }

    /// Time passed, or the terminal changed.
    pub(in crate::state) fn surroundings_changed(&mut self, around: &Surroundings) -> Vec<Effect> {
        match self.connection.at(around.now) {
            Some(Due::Ping) => self.ping(),
            Some(Due::Open) => self.connect_anew(),
            None => {}
        }
        self.typing.at(around.now);
        self.end_statuses(around);
        if self.notice.as_ref().is_some_and(|notice| notice.until <= around.now) {
            self.notice = None;
        }
        if self.outbox.has_due(around.now) {
            self.send_waiting(around);
        }
        if self.remember_by.is_some_and(|by| by <= around.now) {
            self.remember();
        }
        self.wake_snoozed(around);
        if self.was_focused && !around.is_focused {
            self.leave_reading_mark();
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
        self.ask_what_is_sought(around);
        self.trim();
        self.take_aim(around);
        self.keep_selection_in_sight(around);
        self.mark_read(around);
        self.follow_with_members();
        self.fetch_history(around);
        self.follow_with_thread(around);
        self.look_for_files();
        self.ask_for_pictures(around);
        std::mem::take(&mut self.out)
    }

    fn trim(&mut self) {
        for (id, timeline) in &mut self.timelines {
            let is_open = self.current == Some(*id);
            timeline.trim(if is_open { OPEN_MESSAGES_MAX } else { CLOSED_MESSAGES_MAX });
        }
    }

    /// Fetches what is about to come into sight, and anew what may have changed.
    fn fetch_history(&mut self, around: &Surroundings) {
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
        let timeline = self.timelines.get(&channel).filter(|_| self.connection.is_live())?;
        Some(match timeline.wants_anew()? {
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
        let changes = self.changes();
        self.out.push(Effect::Remember(changes));
    }

    /// What has become different since the last time.
    fn changes(&mut self) -> Changes {
        let (recents, positions) = (self.places.recents().collect(), self.kept_positions());
        let (current, snoozed) = (self.current, self.snoozed.clone());
        let intents = self.intents.iter().map(|(place, it)| (*place, it.clone())).collect();
        Changes {
            whereabouts: Whereabouts { current, recents, positions, snoozed },
            intents,
            drafts: self.drafts.take_changes(),
            unsent: self.outbox.take_changes(),
        }
    }

    /// Where the channels are scrolled to that are not at their newest message.
    fn kept_positions(&self) -> BTreeMap<ChannelId, Seq> {
        let scrolled = self.timelines.iter().filter_map(|(id, timeline)| match timeline.scroll {
            Scroll::At { item: ItemId::Message(seq), .. } => Some((*id, seq)),
            _ => None,
        });
        self.positions.iter().map(|(id, seq)| (*id, *seq)).chain(scrolled).collect()
    }
}
