//! Saving what a message carries: which file is chosen when there are several, where it is to lie
//! is asked. The question stays until it is there, so that another name can be given.

use pail_protocol::MessageId;

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::Effect;
use crate::state::export::{ExportId, Savable};
use crate::state::overlay::{Card, Confirms, Overlay, Prompt, Purpose};
use crate::state::palette::{Choice, Scope, Target};
use crate::state::pasted::Asked;
use crate::state::timeline::Entry;
use crate::text::SafeText;

impl Chat {
    pub(super) fn save(&mut self, entry: &Entry) {
        match entry.files.as_slice() {
            [] => self.ask_where(Savable::text(entry)),
            [file] => self.ask_where(Savable::file(file)),
            _ => self.choose_from(Scope::Files(entry.id), "Save which file?"),
        }
    }

    pub(super) fn save_file_at(&mut self, message: MessageId, at: usize) {
        let file = self.entry_of(message).and_then(|entry| entry.files.get(at));
        if let Some(savable) = file.map(Savable::file) {
            self.ask_where(savable);
        }
    }

    pub(super) fn file_choices(&self, message: MessageId) -> Vec<Choice> {
        let files = self.entry_of(message).map(|entry| entry.files.as_slice()).unwrap_or_default();
        let choices = files.iter().enumerate();
        choices
            .map(|(at, file)| {
                Choice::new(file.name.as_str(), file.content_type.as_str(), Target::File(at))
            })
            .collect()
    }

    pub(super) fn ask_where(&mut self, savable: Savable) {
        let title = format!("Save {} to", savable.name);
        let name = savable.name.clone();
        let prompt = Prompt::new(&title, Purpose::Save(Box::new(savable))).with(&name);
        self.overlay = Some(Overlay::Prompt(prompt));
    }

    /// What a prompt asked for is carried out; it waits for what comes of it.
    pub(super) fn submit_prompt(&mut self) {
        let Some(Overlay::Prompt(prompt)) = &mut self.overlay else { return };
        prompt.is_busy = true;
        let line = prompt.draft.text().trim().to_owned();
        let call = prompt.call();
        match prompt.purpose.clone() {
            Purpose::Save(savable) => {
                let (id, content) = (self.begin_export(), savable.content);
                self.out.push(Effect::Save { id, content, path: line });
            }
            Purpose::Pipe(text) => {
                let id = self.begin_export();
                self.out.push(Effect::Pipe { id, command: line, text });
            }
            _ => call.into_iter().for_each(|call| self.call(call)),
        }
    }

    fn begin_export(&mut self) -> ExportId {
        self.last_export.0 += 1;
        self.last_export
    }

    /// Whoever puts the question away does not want the answer.
    pub(super) fn close_overlay(&mut self) {
        if self.asks_for_export().is_some() {
            self.out.push(Effect::CancelExport(self.last_export));
        }
        if let Some(Overlay::Card(Card { confirms: Some(Confirms::AttachPicture(path)), .. })) =
            &self.overlay
        {
            self.out.push(Effect::Ask(Asked::Forget(path.clone())));
        }
        self.overlay = None;
    }

    /// The prompt that waits for what was exported last.
    pub(super) fn asks_for_export(&mut self) -> Option<&mut Prompt> {
        match &mut self.overlay {
            Some(Overlay::Prompt(prompt)) => Some(prompt).filter(|prompt| prompt.is_exporting()),
            _ => None,
        }
    }

    /// It was saved, or why not. Whoever has put the question away is told in passing.
    pub(in crate::state) fn saved(
        &mut self,
        id: ExportId,
        result: Result<SafeText, SafeText>,
        around: &Surroundings,
    ) -> Vec<Effect> {
        let is_last = id == self.last_export;
        match (result, self.asks_for_export().filter(|_| is_last)) {
            (Ok(path), prompt) => {
                if prompt.is_some() {
                    self.overlay = None;
                }
                self.say(&format!("Saved to {path}."), around);
            }
            (Err(why), Some(prompt)) => (prompt.is_busy, prompt.error) = (false, Some(why)),
            (Err(why), None) => self.complain(&format!("Not saved: {why}."), around),
        }
        self.finish(around)
    }
}
