//! What keys do in the chat: write, send, scroll, go elsewhere, open and peel layers.

use pail_protocol::{BucketId, ChannelId};

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::{Action, Compose, Go, Open};
use crate::state::effect::Effect;
use crate::state::intent::Conversation;
use crate::state::overlay::{Confirms, Overlay, card_rows};
use crate::state::palette::Scope;
use crate::state::pasted::Asked;
use crate::state::random::Random;
use crate::state::timeline::Scroll;

impl Chat {
    /// A key.
    pub(in crate::state) fn perform(
        &mut self,
        action: Action,
        around: &Surroundings,
        random: &mut Random,
    ) -> Vec<Effect> {
        match action {
            Action::Quit => self.out.push(Effect::Quit),
            Action::Paste(choice) => self.perform_on_paste(choice, around, random),
            _ if matches!(self.overlay, Some(Overlay::Card(_))) => {
                self.perform_in_overlay(action, around);
            }
            Action::Open(Open::Palette) => {
                self.open_palette(Scope::Everything, "Go anywhere, do anything");
            }
            Action::Open(Open::Members) => self.toggle_members(),
            Action::Open(Open::Digest) => self.open_digest(around),
            Action::Open(Open::Threads) => self.open_inbox(),
            Action::Open(Open::Search) => self.open_search("", around),
            Action::Open(Open::Thread) => self.toggle_thread(around),
            Action::Open(Open::Recents) => self.open_palette(Scope::Recents, "Where you were"),
            Action::Go(Go::NextUnread) => self.next_unread(around),
            Action::Go(Go::NextMention) => self.next_mention(around),
            Action::Go(Go::FirstUnread) => self.jump_to_unread(around),
            Action::Go(Go::Back) => self.go_back(around),
            Action::Go(Go::Forward) => self.go_forward(around),
            Action::Go(Go::PreviousChannel) => self.step_channel(-1, around),
            Action::Go(Go::NextChannel) => self.step_channel(1, around),
            _ if self.overlay.is_some() => self.perform_in_overlay(action, around),
            _ if self.members_have_keys() => self.perform_in_members(action, around),
            _ if self.selection.is_some() => self.perform_on_selection(action, around, random),
            _ => self.perform_in_timeline(action, around, random),
        }
        self.finish(around)
    }

    /// Text that was typed.
    pub(in crate::state) fn type_text(&mut self, text: &str, around: &Surroundings) -> Vec<Effect> {
        self.take_text(text, around, Self::write)
    }

    /// What is being written gives way to a whole line; returned to be put back.
    pub(in crate::state) fn lay_draft_aside(&mut self) -> Option<(Conversation, String)> {
        let place = self.conversation()?;
        self.drafts.get_mut(place).map(|draft| (place, draft.take()))
    }

    /// What was laid aside is being written again; a line that could not be sent was told.
    pub(in crate::state) fn take_draft_up(&mut self, (place, text): (Conversation, String)) {
        self.drafts.put(place, text.as_str().into());
    }

    /// A whole line; nothing is offered for its end.
    pub(in crate::state) fn type_line(&mut self, line: &str, around: &Surroundings) -> Vec<Effect> {
        let effects = self.type_text(line, around);
        self.completion.end();
        effects
    }

    pub(super) fn take_text(
        &mut self,
        text: &str,
        around: &Surroundings,
        write: impl FnOnce(&mut Self, &str, &Surroundings) -> usize,
    ) -> Vec<Effect> {
        let cut = match &mut self.overlay {
            Some(Overlay::Palette(palette)) => {
                let cut = palette.draft.insert_line(text);
                palette.narrow();
                self.seek_from_palette(around);
                cut
            }
            Some(Overlay::Search(finder)) => {
                let cut = finder.draft.insert_line(text);
                finder.changed(around.now);
                cut
            }
            Some(Overlay::Prompt(prompt)) if !prompt.is_busy => {
                prompt.error = None;
                prompt.draft.insert_line(text)
            }
            Some(_) => 0,
            None => {
                if self.members_have_keys() {
                    self.panel_gives_keys_back();
                }
                self.selection = None;
                write(self, text, around)
            }
        };
        self.say_cut(cut, around);
        self.finish(around)
    }

    pub(super) fn perform_in_timeline(
        &mut self,
        action: Action,
        around: &Surroundings,
        random: &mut Random,
    ) {
        if self.perform_in_completion(action, around) {
            return;
        }
        match action {
            Action::Compose(Compose::Elsewhere) => self.edit_elsewhere(),
            Action::Compose(Compose::Complete) => self.complete(around),
            Action::Compose(Compose::Paste) => self.out.push(Effect::Ask(Asked::Clipboard)),
            Action::Submit => self.submit(around, random),
            Action::Edit(edit) => self.edit(edit, around),
            Action::Compose(Compose::Clear) => self.clear_draft(around),
            Action::PageUp => self.scroll_up(around),
            Action::PageDown => self.scroll_down(around),
            Action::Go(Go::Newest) => self.jump_to_bottom(),
            Action::Cancel => self.peel(around),
            Action::Message(on_message) => self.on_message(on_message, around),
            _ => {}
        }
    }

    pub(super) fn perform_in_overlay(&mut self, action: Action, around: &Surroundings) {
        match (action, &mut self.overlay) {
            (Action::Cancel, _) => self.close_overlay(),
            (action, Some(Overlay::Search(_))) => self.perform_in_search(action, around),
            (action, Some(Overlay::Digest(_))) => self.perform_in_digest(action, around),
            (action, Some(Overlay::Threads(_))) => self.perform_in_inbox(action, around),
            (action, Some(Overlay::Picture(_))) => self.perform_in_viewer(action),
            (Action::Submit, _) => self.submit_overlay(around),
            (Action::Up, Some(Overlay::Palette(palette))) => palette.mark(-1),
            (Action::Down, Some(Overlay::Palette(palette))) => palette.mark(1),
            (Action::PageUp, Some(Overlay::Palette(palette))) => palette.mark(-8),
            (Action::PageDown, Some(Overlay::Palette(palette))) => palette.mark(8),
            (Action::Up, Some(Overlay::Card(card))) => card.scroll_by(-1, around.size),
            (Action::Down, Some(Overlay::Card(card))) => card.scroll_by(1, around.size),
            (Action::PageUp, Some(Overlay::Card(card))) => {
                card.scroll_by(-(page_step(card_rows(around.size)) as isize), around.size);
            }
            (Action::PageDown, Some(Overlay::Card(card))) => {
                card.scroll_by(page_step(card_rows(around.size)) as isize, around.size);
            }
            (Action::Edit(edit), Some(Overlay::Palette(palette))) => {
                palette.draft.edit(edit);
                palette.narrow();
                self.seek_from_palette(around);
            }
            (Action::Edit(edit), Some(Overlay::Prompt(prompt))) if !prompt.is_busy => {
                prompt.draft.edit(edit);
            }
            _ => {}
        }
    }

    fn submit_overlay(&mut self, around: &Surroundings) {
        match &mut self.overlay {
            Some(Overlay::Palette(_)) => self.choose_marked(around),
            Some(Overlay::Prompt(prompt)) if prompt.is_complete() => self.submit_prompt(),
            Some(Overlay::Card(_)) => self.confirm(around),
            Some(_) | None => {}
        }
    }

    fn confirm(&mut self, around: &Surroundings) {
        let Some(Overlay::Card(card)) = self.overlay.take() else { return };
        match card.confirms {
            Some(Confirms::Call(call)) => self.call(call),
            Some(Confirms::OpenLink(link)) => self.out.push(Effect::OpenLink(link)),
            Some(Confirms::AttachPicture(path)) => self.attach_instead(&[path], "", around),
            Some(Confirms::AttachFiles { paths, text }) => {
                self.attach_instead(&paths, &text, around);
            }
            Some(Confirms::LogOut) => {
                self.out.push(Effect::LogOut);
                self.end_login("You are logged out.");
            }
            Some(Confirms::MarkEverythingRead) => self.mark_everything_read(),
            Some(Confirms::Paste(_)) | None => {}
        }
    }

    /// Esc: one layer at a time, then what is unread further up, and in the end to the messages.
    fn peel(&mut self, around: &Surroundings) {
        if self.leave_intent(around) || self.detach_last(around) {
            return;
        }
        if let Some(thread) = self.thread_with_keys() {
            match thread.scroll {
                Scroll::Bottom => drop(self.panel_gives_keys_back()),
                Scroll::At { .. } => self.set_scroll(Scroll::Bottom),
            }
            return;
        }
        let unread = self.unread_above(around);
        match (self.timeline(), self.current) {
            (Some(timeline), _) if timeline.scroll != Scroll::Bottom => self.jump_to_bottom(),
            (_, Some(id)) if unread > 0 => {
                self.mark_all_read(id);
                self.say(&format!("{unread} marked as read without being seen."), around);
            }
            _ => self.select_newest(around),
        }
    }

    pub(super) fn scroll_up(&mut self, around: &Surroundings) {
        let rows = self.rows_here(around);
        let Some((feed, scroll)) = self.feed_here(around).zip(self.scroll_here()) else { return };
        let (scroll, _) = feed.up(scroll, page_step(rows), rows);
        self.aim = None;
        self.set_scroll(scroll);
    }

    pub(super) fn scroll_down(&mut self, around: &Surroundings) {
        let rows = self.rows_here(around);
        let Some((feed, scroll)) = self.feed_here(around).zip(self.scroll_here()) else { return };
        let scroll = feed.down(scroll, page_step(rows));
        self.aim = None;
        self.set_scroll(scroll);
    }

    pub(super) fn jump_to_bottom(&mut self) {
        if self.thread_with_keys().is_some() {
            return self.set_scroll(Scroll::Bottom);
        }
        self.aim = None;
        let Some(id) = self.current else { return };
        if let Some(timeline) = self.timelines.get_mut(&id)
            && timeline.is_detached()
        {
            timeline.restart_after(timeline.cursor());
        }
        self.set_scroll(Scroll::Bottom);
    }

    pub(super) fn set_scroll(&mut self, scroll: Scroll) {
        if self.thread_with_keys().is_some() {
            self.thread_mut().into_iter().for_each(|thread| thread.scroll = scroll.clone());
            return;
        }
        self.set_channel_scroll(scroll);
    }

    pub(super) fn set_channel_scroll(&mut self, scroll: Scroll) {
        let Some(id) = self.current else { return };
        if let Some(timeline) = self.timelines.get_mut(&id) {
            if scroll == Scroll::Bottom && !timeline.is_detached() {
                timeline.new_below = 0;
            }
            timeline.scroll = scroll;
        }
    }

    fn step_channel(&mut self, step: isize, around: &Surroundings) {
        let order = self.roster.in_order();
        let count = order.len() as isize;
        if count > 0 {
            let at = order.iter().position(|channel| Some(channel.id) == self.current);
            let at = at.map_or(0, |at| (at as isize + step).rem_euclid(count)) as usize;
            let id = order[at].id;
            self.go(id, around);
        }
    }

    /// As [`Self::go`], from outside of the chat.
    pub(in crate::state) fn go_to(&mut self, id: ChannelId, around: &Surroundings) -> Vec<Effect> {
        self.go(id, around);
        self.finish(around)
    }

    /// Opens the channel of a bucket where one was last.
    pub(in crate::state) fn go_into(
        &mut self,
        bucket: BucketId,
        around: &Surroundings,
    ) -> Vec<Effect> {
        self.go_to_bucket(bucket, around);
        self.finish(around)
    }

    /// Opens a channel because somebody asked for it.
    pub(super) fn go(&mut self, id: ChannelId, around: &Surroundings) {
        self.overlay = None;
        self.walk = None;
        if self.current != Some(id) {
            self.leave_place();
        }
        self.open_channel(id, around);
    }
}

/// A page, with two rows in common with the one before.
fn page_step(area_rows: usize) -> usize {
    area_rows.saturating_sub(2).max(1)
}
