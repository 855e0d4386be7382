//! Putting what a message says through a command of the shell: it is asked for, and a card shows
//! what it said and how it ended.

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::Effect;
use crate::state::export::{ExportId, Piped, text_of};
use crate::state::overlay::{Card, Overlay, Prompt, Purpose};
use crate::state::timeline::Entry;
use crate::text::SafeText;

impl Chat {
    pub(super) fn pipe(&mut self, entry: &Entry, around: &Surroundings) {
        let (is_code, text) = text_of(entry);
        if text.is_empty() {
            return self.complain("That message has no text.", around);
        }
        let what = if is_code { "the block of code" } else { "the message" };
        let title = format!("Pipe {what} through");
        self.overlay = Some(Overlay::Prompt(Prompt::new(&title, Purpose::Pipe(text))));
    }

    /// What came of a command. Whoever has put it away wants no card.
    pub(in crate::state) fn piped(
        &mut self,
        id: ExportId,
        result: Result<Piped, SafeText>,
        around: &Surroundings,
    ) -> Vec<Effect> {
        let is_last = id == self.last_export;
        let Some(prompt) = self.asks_for_export().filter(|_| is_last) else {
            return self.finish(around);
        };
        match result {
            Ok(piped) => {
                let title = format!("{} · {}", piped.ending, prompt.draft.text().trim());
                let output = SafeText::body(&piped.output);
                let output = output.as_str().trim_end_matches('\n');
                let said = if output.is_empty() { "It said nothing." } else { output };
                let lines: Vec<&str> = said.split('\n').collect();
                self.overlay = Some(Overlay::Card(Card::new(&title, &lines)));
            }
            Err(why) => (prompt.is_busy, prompt.error) = (false, Some(why)),
        }
        self.finish(around)
    }
}
