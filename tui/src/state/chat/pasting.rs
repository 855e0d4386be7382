//! The guard before a large paste: it asks what the text is to be. Nothing that is pasted is sent or
//! carried out.

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::Effect;
use crate::state::languages::guess;
use crate::state::overlay::{Card, Confirms, Overlay};
use crate::state::prose::fenced;

/// Bytes from which on a paste is large, however few its lines.
pub const PASTE_BYTES: usize = 4 * 1024;
/// Lines of it that are shown.
const LINES_SHOWN: usize = 6;
/// Characters of a line that are shown.
const CHARACTERS_SHOWN: usize = 60;

impl Chat {
    /// Text from the clipboard.
    pub(in crate::state) fn paste(&mut self, text: &str, around: &Surroundings) -> Vec<Effect> {
        let most = around.chosen.settings.compose.paste_lines.0 as usize;
        let is_large = most > 0 && (text.lines().count() > most || text.len() > PASTE_BYTES);
        if is_large && self.overlay.is_none() && self.current.is_some() {
            self.ask_about_paste(text);
            return self.finish(around);
        }
        self.take_text(text, around, Self::write_pasted)
    }

    fn ask_about_paste(&mut self, text: &str) {
        let count = text.lines().count();
        let title = format!("Paste {count} lines, {} bytes?", text.len());
        let cut = |line: &str| line.chars().take(CHARACTERS_SHOWN).collect::<String>();
        let shown: Vec<String> = text.lines().take(LINES_SHOWN).map(cut).collect();
        let mut lines: Vec<&str> = shown.iter().map(String::as_str).collect();
        let more = format!("… and {} more", count.saturating_sub(LINES_SHOWN));
        if count > LINES_SHOWN {
            lines.push(&more);
        }
        lines.extend(["", "Enter puts it into the composer, c as a code block.", "Esc drops it."]);
        let confirms = Some(Confirms::Paste(text.to_owned()));
        self.overlay = Some(Overlay::Card(Card { confirms, ..Card::new(&title, &lines) }));
    }

    /// `c` on the card: the text is code.
    pub(super) fn paste_as_code(&mut self, around: &Surroundings) {
        let Some(Overlay::Card(Card { confirms: Some(Confirms::Paste(text)), .. })) =
            self.overlay.take()
        else {
            return;
        };
        let is_inside = self.draft().is_some_and(|draft| !draft.text()[..draft.caret()].is_empty());
        let before = if is_inside { "\n" } else { "" };
        let block = format!("{before}{}\n", fenced(&text, guess(&text)));
        let cut = self.write_pasted(&block, around);
        self.say_cut(cut, around);
    }

    /// `/snippet`: the editor opens with a block of code.
    pub(super) fn write_snippet(&mut self, language: &str) {
        self.edited_elsewhere = self.conversation();
        self.out.push(Effect::EditElsewhere(fenced("", language)));
    }
}
