//! What is written in the composer, and sent: text, and how it gets there.

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::Edit;
use crate::state::draft::Draft;
use crate::state::effect::Effect;
use crate::state::outbox::UNSENT_MAX;
use crate::state::prose;
use crate::state::random::Random;
use crate::state::slash::{self, Written};
use crate::text::SafeText;
use pail_protocol::Timestamp;

impl Chat {
    /// Writes what was typed. Returns how many bytes did not fit.
    pub(super) fn write(&mut self, text: &str, around: &Surroundings) -> usize {
        self.write_with(|draft| draft.insert(text), around)
    }

    /// Writes what was pasted: it is never a command. As [`Self::write`].
    pub(super) fn write_pasted(&mut self, text: &str, around: &Surroundings) -> usize {
        self.write_with(|draft| draft.paste(text), around)
    }

    fn write_with(
        &mut self,
        write: impl FnOnce(&mut Draft) -> usize,
        around: &Surroundings,
    ) -> usize {
        let Some(here) = self.conversation() else { return write(&mut self.early) };
        self.remember_soon(around);
        let cut = write(self.drafts.begin(here));
        self.tell_typing(here.channel, around);
        self.offer_completion();
        cut
    }

    pub(super) fn say_cut(&mut self, bytes: usize, around: &Surroundings) {
        if bytes > 0 {
            self.complain(&format!("Too long: {bytes} bytes at the end were cut off."), around);
        }
    }

    pub(super) fn edit(&mut self, edit: Edit, around: &Surroundings) {
        if edit == Edit::Undo && self.take_back_held(around) {
            return;
        }
        if let Some(draft) = self.draft_mut() {
            draft.edit(edit);
            self.offer_completion();
            self.remember_soon(around);
        }
    }

    /// Changes the draft with keys that are commands: nothing is offered to complete. The change
    /// tells how many bytes did not fit.
    pub(in crate::state) fn change_draft(
        &mut self,
        change: impl FnOnce(&mut Draft) -> usize,
        around: &Surroundings,
    ) -> Vec<Effect> {
        if let Some(draft) = self.draft_mut() {
            let cut = change(draft);
            self.completion.end();
            self.say_cut(cut, around);
            self.remember_soon(around);
        }
        self.finish(around)
    }

    /// What was sent a moment ago and is still held comes back into an empty composer.
    fn take_back_held(&mut self, around: &Surroundings) -> bool {
        let is_empty = self.draft().is_none_or(Draft::is_empty);
        let held = self.current.filter(|_| is_empty).and_then(|id| self.outbox.held(id));
        let Some(nonce) = held.map(|unsent| unsent.nonce.clone()) else { return false };
        self.take_back(&nonce, around);
        true
    }

    pub(super) fn clear_draft(&mut self, around: &Surroundings) {
        if let Some(draft) = self.draft_mut() {
            draft.clear();
            self.completion.end();
            self.say("Draft cleared. Ctrl-_ brings it back, Ctrl-C again quits.", around);
            self.remember_soon(around);
        }
    }

    /// Has the draft edited in another program.
    pub(super) fn edit_elsewhere(&mut self) {
        self.completion.end();
        self.edited_elsewhere = self.conversation();
        let text = self.draft().map(|draft| draft.text().to_owned()).unwrap_or_default();
        self.out.push(Effect::EditElsewhere(text));
    }

    /// The draft comes back, or why it does not.
    pub(in crate::state) fn edited(
        &mut self,
        result: Result<String, SafeText>,
        around: &Surroundings,
    ) -> Vec<Effect> {
        match (result, self.edited_elsewhere.take()) {
            (Ok(text), Some(place)) => {
                let cut = self.drafts.begin(place).rewrite(&text);
                self.say_cut(cut, around);
                self.remember_soon(around);
            }
            (Ok(_), None) => {}
            (Err(why), _) => self.complain(why.as_str(), around),
        }
        self.finish(around)
    }

    /// Enter: says what is written, or does it. What does not work stays in the composer.
    pub(super) fn submit(&mut self, around: &Surroundings, random: &mut Random) {
        let Some(here) = self.conversation() else { return };
        let is_blank = self.draft().is_none_or(|draft| draft.text().trim().is_empty());
        if is_blank && self.attached().is_empty() {
            return;
        }
        if let Some(message) = self.edited_message() {
            return self.submit_edit(message, around);
        }
        // Carrying out a command may open another channel.
        let mut draft = self.drafts.take(here);
        self.completion.end();
        let done = match slash::read(draft.text(), draft.is_start_typed()) {
            Written::Text(text) => self.say_here(&text, around, random),
            Written::Command(command, words) => self.carry_out(command, words, around, random),
            Written::Substitution(substitution) => self.substitute(&substitution),
            Written::Unknown(name) => Err(format!(
                "There is no command /{name}. Tab behind / lists all; // sends a slash."
            )),
            Written::Pasted(command) => Err(format!(
                "Only what is typed is carried out. Type the / of /{} anew, or // to send it.",
                command.names[0]
            )),
        };
        match done {
            Ok(()) => {
                draft.take();
                self.drafts.put_back(here, draft);
                self.remember();
            }
            Err(why) => {
                self.drafts.put(here, draft);
                self.complain(&why, around);
            }
        }
    }

    /// Says something in the open channel, or why it cannot be said.
    pub(super) fn say_here(
        &mut self,
        text: &str,
        around: &Surroundings,
        random: &mut Random,
    ) -> Result<(), String> {
        let here = self.conversation().ok_or("No channel is open.")?;
        let channel = here.channel;
        if text.trim().is_empty() && self.attached().is_empty() {
            return Err("That says nothing.".to_owned());
        }
        self.check_files()?;
        let text = prose::with_emoji(text);
        self.check_length(&text)?;
        if self.outbox.is_full() {
            return Err(format!("{UNSENT_MAX} messages wait already; this one stays here."));
        }
        let refers = self.take_refers(here);
        self.outbox.push(channel, random.nonce(), text, refers, around.now);
        self.outbox.attach_to_newest(self.uploads.take(channel));
        let delay_ms = i64::from(around.chosen.settings.compose.send_delay.0) * 1000;
        if delay_ms > 0 {
            let at = around.now.as_millis().saturating_add(delay_ms);
            self.outbox.hold_newest(Timestamp::from_millis(at));
        }
        self.send_waiting(around);
        self.typing.told_all();
        let has_seen_all = self.current().is_some_and(|channel| channel.unread == 0);
        if let Some(timeline) = self.timelines.get_mut(&channel).filter(|_| has_seen_all) {
            timeline.seen_to = None;
        }
        self.jump_to_bottom();
        Ok(())
    }

    pub(super) fn check_length(&self, text: &str) -> Result<(), String> {
        match text.len().saturating_sub(self.limits.message_text_bytes) {
            0 => Ok(()),
            beyond => Err(format!("Too long by {beyond} bytes. Nothing was sent.")),
        }
    }
}
