//! Selecting a message: moving among the messages, keeping the selected one in sight, leaving.
//!
//! What is done about a selected message is in `on_message`.

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::{Action, Go};
use crate::state::random::Random;
use crate::state::timeline::{ItemId, Scroll};

impl Chat {
    /// A key while a message is selected.
    pub(super) fn perform_on_selection(
        &mut self,
        action: Action,
        around: &Surroundings,
        random: &mut Random,
    ) {
        match action {
            Action::Up => self.select_older(around),
            Action::Down => self.select_newer(around),
            Action::PageUp => self.select_page(true, around),
            Action::PageDown => self.select_page(false, around),
            Action::Cancel => self.selection = None,
            Action::Go(Go::Newest) => self.select_newest(around),
            _ => self.perform_in_timeline(action, around, random),
        }
    }

    pub(super) fn select_newest(&mut self, around: &Surroundings) {
        self.jump_to_bottom();
        self.selection = self.feed_here(around).and_then(|feed| feed.newest_message());
        if self.selection.is_none() {
            self.say("There is no message to select yet.", around);
        }
    }

    pub(super) fn select_oldest(&mut self, around: &Surroundings) {
        self.selection = self.feed_here(around).and_then(|feed| feed.message_at_or_after(0));
    }

    fn select_older(&mut self, around: &Surroundings) {
        let Some((feed, selected)) = self.feed_here(around).zip(self.selection.as_ref()) else {
            return;
        };
        let before = feed.position(selected).and_then(|at| at.checked_sub(1));
        if let Some(older) = before.and_then(|at| feed.message_at_or_before(at)) {
            self.selection = Some(older);
        }
    }

    /// Beyond the newest message is the composer.
    fn select_newer(&mut self, around: &Surroundings) {
        let Some((feed, selected)) = self.feed_here(around).zip(self.selection.as_ref()) else {
            return;
        };
        let next = feed.position(selected).map_or(0, |at| at + 1);
        let newer = feed.items.get(next).map(crate::state::feed::Item::id);
        if newer.is_some() || !self.is_detached_here() {
            self.selection = newer;
        }
    }

    /// The view moves by a page; what is selected stays, or is what is nearest in sight.
    fn select_page(&mut self, is_up: bool, around: &Surroundings) {
        let before = self.scroll_here().cloned();
        if is_up {
            self.scroll_up(around);
        } else {
            self.scroll_down(around);
        }
        let rows = self.rows_here(around);
        let Some((feed, scroll)) = self.feed_here(around).zip(self.scroll_here()) else { return };
        let Some((first, last)) = feed.in_sight(scroll, rows) else { return };
        let has_moved = before.as_ref() != Some(scroll);
        let selected = self.selection.as_ref().and_then(|id| feed.position(id));
        if has_moved && selected.is_some_and(|at| (first..=last).contains(&at)) {
            return;
        }
        // At an end of what there is, the mark goes to that end.
        self.selection = match has_moved == is_up {
            true => feed.message_at_or_before(last),
            false => feed.message_at_or_after(first),
        };
    }

    /// New messages must not push what is selected out of sight. What is gone gives way to its
    /// neighbour; one of ours that has arrived stays selected.
    pub(super) fn keep_selection_in_sight(&mut self, around: &Surroundings) {
        let Some(selected) = self.selection.clone() else { return };
        let rows = self.rows_here(around);
        let Some(feed) = self.feed_here(around) else { return self.selection = None };
        let selected = match feed.position(&selected) {
            Some(_) => Some(selected),
            None => self.arrived(&selected).or_else(|| feed.nearest(&selected)),
        };
        let scroll = self.scroll_here().unwrap_or(&Scroll::Bottom);
        let at = selected.as_ref().and_then(|id| feed.position(id));
        let scroll = at.map_or(Scroll::Bottom, |at| feed.reveal(scroll, at, rows));
        self.selection = selected;
        self.set_scroll(scroll);
    }

    /// The message that one of ours has become.
    fn arrived(&self, id: &ItemId) -> Option<ItemId> {
        let ItemId::Unsent(nonce) = id else { return None };
        let mut entries = self.timeline()?.entries().rev();
        let entry = entries.find(|entry| entry.nonce.as_ref() == Some(nonce))?;
        Some(ItemId::Message(entry.seq))
    }
}
