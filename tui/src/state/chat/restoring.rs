//! Before any server is reached: what earlier runs learned is taken in as if it had just been said.

use super::{Chat, day_in};
use crate::state::Surroundings;
use crate::state::cached::Cached;
use crate::state::effect::Call;
use crate::state::input::Answer;
use crate::state::timeline::{Entry, Timeline};

impl Chat {
    /// Takes in what earlier runs learned.
    pub(super) fn restore(&mut self, cached: Cached, around: &Surroundings) {
        let Cached { epoch: _, lists, cursors, page } = cached;
        if lists.is_empty() {
            return;
        }
        lists.into_iter().for_each(|(call, answer)| self.restore_list(&call, &answer, around));
        for (id, cursor) in cursors {
            if self.roster.channel(id).is_some() {
                self.timelines.insert(id, Timeline::starting_after(cursor));
            }
        }
        if let Some((page, id)) = page.zip(self.current) {
            let page = page.map(|message| Entry::of_message(&message, day_in(around)));
            page.messages.iter().for_each(|entry| self.reconcile(entry, around));
            if let Some(timeline) = self.timelines.get_mut(&id) {
                timeline.page_around(page);
            }
        }
        self.settle(around);
    }

    fn restore_list(&mut self, call: &Call, answer: &Answer, around: &Surroundings) {
        match (call, answer) {
            (_, Answer::Buckets(buckets)) => self.roster.set_buckets(buckets),
            (Call::Channels { bucket }, Answer::Channels(channels)) => {
                self.roster.set_channels(*bucket, channels);
            }
            (_, Answer::Directs(directs)) => self.roster.set_directs(directs),
            (_, Answer::People(people)) => self.people_listed(people, around),
            (_, Answer::Unread(rows)) => rows.iter().for_each(|row| self.set_unread(row)),
            _ => {}
        }
    }
}
