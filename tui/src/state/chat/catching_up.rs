//! Catching up after being away: when the digest is shown, and what is decided in it.

use pail_protocol::{ChannelId, Seq};

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::{Action, InDigest};
use crate::state::digest::{AWAY_MS, Digest, Fate, Row, START_FROM, next_morning};
use crate::state::draft::Draft;
use crate::state::effect::Call;
use crate::state::overlay::Overlay;
use crate::state::timeline::Entry;

impl Chat {
    /// Shows what is unread; a digest that was left goes on.
    pub(super) fn open_digest(&mut self, around: &Surroundings) {
        let digest = match self.left_digest.take().filter(|digest| !digest.is_done()) {
            Some(digest) => digest,
            None => Box::new(self.digest()),
        };
        if digest.rows().is_empty() {
            return self.say("You are all caught up: nothing is unread.", around);
        }
        for (channel, seq) in digest.wanted() {
            self.call(Call::HistoryAround { channel, seq });
        }
        self.overlay = Some(Overlay::Digest(digest));
    }

    fn digest(&self) -> Digest {
        let unread = self.roster.in_order().into_iter().filter(|channel| channel.unread > 0);
        let listed = unread.filter(|channel| {
            let is_quiet = channel.is_muted && channel.mentions == 0;
            !is_quiet && !self.snoozed.contains_key(&channel.id)
        });
        let row = |channel| Row::of(channel, self.timelines.get(&channel.id), self.me.id);
        Digest::new(listed.map(row).collect())
    }

    /// All lists are there: whoever was away for long, or starts with much to read, is shown it.
    pub(super) fn offer_digest(&mut self, is_start: bool, around: &Surroundings) {
        let is_in_use = self.overlay.is_some() || !self.draft().is_none_or(Draft::is_empty);
        let was_away = self.away_since.take().is_some_and(|since| {
            around.now.as_millis().saturating_sub(since.as_millis()) > AWAY_MS
        });
        let digest = self.digest();
        let unread: u64 = digest.rows().iter().map(|row| row.unread).sum();
        let is_much = unread > START_FROM.0 && digest.rows().len() > START_FROM.1;
        if !is_in_use && unread > 0 && (was_away || (is_start && is_much)) {
            self.open_digest(around);
        }
    }

    /// A key while the digest is open.
    pub(super) fn perform_in_digest(&mut self, action: Action, around: &Surroundings) {
        let Some(Overlay::Digest(digest)) = &mut self.overlay else { return };
        match action {
            Action::Up => digest.mark(-1),
            Action::Down => digest.mark(1),
            Action::PageUp => digest.mark(-5),
            Action::PageDown => digest.mark(5),
            Action::Submit => self.leave_digest_for_row(around),
            Action::Digest(decision) => self.decide(decision, around),
            _ => {}
        }
    }

    /// Goes to the marked channel; going back leads here again.
    fn leave_digest_for_row(&mut self, around: &Surroundings) {
        let Some(Overlay::Digest(mut digest)) = self.overlay.take() else { return };
        let Some(row) = digest.marked_row() else { return };
        let (channel, read_seq, has_mentions) = (row.channel, row.read_seq, row.mentions > 0);
        digest.decide(Fate::Visited);
        if has_mentions {
            self.jump_to_mention(channel, Seq(read_seq.0.saturating_add(1)), around);
        } else {
            self.go(channel, around);
            self.aim_at_unread();
        }
        self.left_digest = Some(digest);
        self.say("Back leads to the digest again.", around);
    }

    fn decide(&mut self, decision: InDigest, around: &Surroundings) {
        let Some(Overlay::Digest(digest)) = &mut self.overlay else { return };
        let Some(channel) = digest.marked_row().map(|row| row.channel) else { return };
        match decision {
            InDigest::Done => digest.decide(Fate::Done),
            InDigest::Snooze => digest.decide(Fate::Snoozed),
            InDigest::Mute => digest.decide(Fate::Muted),
        }
        match decision {
            InDigest::Done => self.mark_all_read(channel),
            InDigest::Snooze => self.snooze(channel, around),
            InDigest::Mute => self.call(Call::Mute { channel, is_muted: true }),
        }
    }

    /// Nothing calls from a channel until the next morning, and then it says so.
    fn snooze(&mut self, channel: ChannelId, around: &Surroundings) {
        if let Some(until) = next_morning(around.now, &around.zone) {
            self.snoozed.insert(channel, until);
            self.remember_soon(around);
        }
    }

    /// What was put off comes back.
    pub(super) fn wake_snoozed(&mut self, around: &Surroundings) {
        let due = self.snoozed.iter().filter(|(_, until)| **until <= around.now);
        let due: Vec<ChannelId> = due.map(|(channel, _)| *channel).collect();
        for channel in &due {
            self.snoozed.remove(channel);
        }
        if let Some(first) = due.first() {
            let more = if due.len() > 1 { " and others" } else { "" };
            let sentence =
                format!("{}{more}: you wanted to come back to this.", self.label(*first));
            self.say(&sentence, around);
            self.remember_soon(around);
        }
    }

    /// A page for the digest. Whether it was one.
    pub(super) fn digest_page(&mut self, channel: ChannelId, entries: &[Entry]) -> bool {
        match &mut self.overlay {
            Some(Overlay::Digest(digest)) if self.current != Some(channel) => {
                digest.take_in(channel, entries, self.me.id);
                true
            }
            _ => false,
        }
    }
}
