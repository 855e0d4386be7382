//! What a message said before it was changed: a card with what each change took away and added.

use pail_protocol::message::Revision;

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::Call;
use crate::state::overlay::{Card, Overlay};
use crate::state::timeline::Entry;
use crate::state::word_diff::word_diff;

/// Versions that are shown, the newest ones.
const VERSIONS_SHOWN: usize = 8;
/// Characters of a version that are shown.
const CHARACTERS_SHOWN: usize = 400;

impl Chat {
    pub(super) fn ask_history(&mut self, entry: &Entry, around: &Surroundings) {
        if entry.is_edited {
            self.call(Call::Revisions { message: entry.id });
        } else {
            self.complain("That message was never changed.", around);
        }
    }

    /// Whoever is typing somewhere else meanwhile is not interrupted.
    pub(super) fn show_history(&mut self, revisions: &[Revision], around: &Surroundings) {
        if self.overlay.is_some() {
            return;
        }
        let first = revisions.len().saturating_sub(VERSIONS_SHOWN);
        let mut lines = Vec::new();
        for at in first..revisions.len() {
            let said = revisions[at].message_text.as_str();
            let before = at.checked_sub(1).map(|before| revisions[before].message_text.as_str());
            let shown = before.map_or_else(|| said.to_owned(), |before| word_diff(before, said));
            let at = jiff::Timestamp::from_millisecond(revisions[at].created_at.as_millis());
            let at = at.map(|at| around.zone.to_datetime(at).strftime("%-d %b %H:%M").to_string());
            let shown: String = shown.chars().take(CHARACTERS_SHOWN).collect();
            lines.push(format!("{}  {shown}", at.unwrap_or_default()));
        }
        lines.push(String::new());
        lines.push("[-gone-] {+new+} · Esc closes".to_owned());
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        self.overlay = Some(Overlay::Card(Card::new("What it said", &lines)));
    }
}
