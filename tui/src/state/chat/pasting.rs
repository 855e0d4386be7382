//! What becomes of a paste. It is never carried out, and sent only when somebody says so: a large one
//! asks what it is to be, a path offers its file, a picture is offered as one.

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::InPaste;
use crate::state::effect::Effect;
use crate::state::languages::{extension, guess};
use crate::state::overlay::{Card, Confirms, Overlay};
use crate::state::pasted::{Asked, Clip, Found, Meant, paths_in};
use crate::state::prose::fenced;
use crate::state::random::Random;
use crate::state::slash::{self, Written};
use pail_protocol::ChannelId;

/// Bytes from which on a paste is large, however few its lines.
pub const PASTE_BYTES: usize = 4 * 1024;
/// Lines of it that are shown.
const LINES_SHOWN: usize = 6;
/// Characters of a line that are shown.
const CHARACTERS_SHOWN: usize = 60;

impl Chat {
    /// Text from the clipboard.
    pub(in crate::state) fn paste(&mut self, text: &str, around: &Surroundings) -> Vec<Effect> {
        // Terminals paste a line end as the key that makes one.
        let text = &text.replace("\r\n", "\n").replace('\r', "\n");
        let is_here = self.overlay.is_none() && self.current.is_some();
        let readings = if is_here { paths_in(text) } else { Vec::new() };
        let most = around.chosen.settings.compose.paste_lines.0 as usize;
        let is_large = most > 0 && (text.lines().count() > most || text.len() > PASTE_BYTES);
        let mut effects = if is_large && is_here {
            self.ask_about_paste(text);
            self.finish(around)
        } else {
            self.take_text(text, around, Self::write_pasted)
        };
        if !readings.is_empty() {
            effects.push(Effect::Ask(Asked::Files { text: text.clone(), readings }));
        }
        effects
    }

    /// What the clipboard or the disk says.
    pub(in crate::state) fn found_here(
        &mut self,
        found: Found,
        around: &Surroundings,
    ) -> Vec<Effect> {
        match found {
            Found::Clipboard(Ok(Clip::Text(text))) => return self.paste(&text, around),
            Found::Clipboard(Ok(Clip::Picture(picture))) => self.offer_picture(picture, around),
            Found::Clipboard(Err(why)) => self.complain(why.as_str(), around),
            Found::Files { text, files } => self.offer_files(text, files, around),
            Found::File(channel, Ok(path)) => self.attach_pasted(channel, &path, around),
            Found::File(_, Err(why)) => self.complain(why.as_str(), around),
            Found::Names(sought, names) => self.offer_names(&sought, names, around),
        }
        self.finish(around)
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
        let (name, language) = (file_name(text), guess(text));
        let code = match language {
            "" => "as a block of code".to_owned(),
            language => format!("as a block of code in {language}"),
        };
        let choices = [
            "Enter   into the composer, to go on writing".to_owned(),
            "s       send it as it is".to_owned(),
            format!("c       {code}, into the composer"),
            format!("f       attach it as the file {name}"),
            "Esc     drop it".to_owned(),
        ];
        lines.push("");
        lines.extend(choices.iter().map(String::as_str));
        let confirms = Some(Confirms::Paste(text.to_owned()));
        self.overlay = Some(Overlay::Card(Card { confirms, ..Card::new(&title, &lines) }));
    }

    /// A key on the card that asks about a paste.
    pub(super) fn perform_on_paste(
        &mut self,
        choice: InPaste,
        around: &Surroundings,
        random: &mut Random,
    ) {
        let Some(Overlay::Card(Card { confirms: Some(Confirms::Paste(text)), .. })) =
            self.overlay.take()
        else {
            return;
        };
        match choice {
            InPaste::Edit => self.put_pasted(&text, around),
            InPaste::Code => self.put_as_code(&text, around),
            InPaste::Send => self.send_pasted(&text, around, random),
            InPaste::File => self.paste_as_file(text, around),
        }
    }

    fn put_pasted(&mut self, text: &str, around: &Surroundings) {
        let cut = self.write_pasted(text, around);
        self.say_cut(cut, around);
    }

    fn put_as_code(&mut self, text: &str, around: &Surroundings) {
        let is_inside = self.draft().is_some_and(|draft| !draft.text()[..draft.caret()].is_empty());
        let before = if is_inside { "\n" } else { "" };
        self.put_pasted(&format!("{before}{}\n", fenced(text, guess(text))), around);
    }

    /// With what stands around it in the composer. What would be a command, or was cut, stays there.
    fn send_pasted(&mut self, text: &str, around: &Surroundings, random: &mut Random) {
        let cut = self.write_pasted(text, around);
        let is_text = self.draft().is_some_and(|draft| {
            matches!(slash::read(draft.text(), draft.is_start_typed()), Written::Text(_))
        });
        match (cut, is_text) {
            (0, true) => self.submit(around, random),
            (0, false) => self.complain("It would be a command. It is in the composer.", around),
            (cut, _) => self.say_cut(cut, around),
        }
    }

    fn paste_as_file(&mut self, text: String, around: &Surroundings) {
        let Some(channel) = self.conversation().map(|here| here.channel) else { return };
        let name = file_name(&text);
        self.out.push(Effect::Ask(Asked::File { channel, name, text }));
        self.say("It goes along with the next message.", around);
    }

    fn offer_picture(&mut self, picture: Meant, around: &Surroundings) {
        if self.overlay.is_some() || self.current.is_none() {
            self.out.push(Effect::Ask(Asked::Forget(picture.path)));
            return self.complain("A picture can be pasted in a channel only.", around);
        }
        let shown = picture.shown();
        let lines = [shown.as_str(), "", "Enter attaches it to your message, Esc drops it."];
        let confirms = Some(Confirms::AttachPicture(picture.path));
        let card = Card { confirms, ..Card::new("Attach this picture?", &lines) };
        self.overlay = Some(Overlay::Card(card));
    }

    /// The path stays where it is until somebody wants its file instead; whoever went on writing does
    /// not.
    fn offer_files(&mut self, text: String, files: Vec<Meant>, around: &Surroundings) {
        if self.asks_about(&text) {
            self.overlay = None;
            self.put_pasted(&text, around);
        }
        if self.overlay.is_some() || !self.is_behind(&text) {
            return;
        }
        let title = match files.len() {
            1 => "Attach this file?".to_owned(),
            count => format!("Attach these {count} files?"),
        };
        let shown: Vec<String> = files.iter().map(|file| file.shown().to_string()).collect();
        let mut lines: Vec<&str> = shown.iter().map(String::as_str).collect();
        lines.extend([
            "",
            "Enter attaches, in the place of the path.",
            "Esc leaves the path as text.",
        ]);
        let paths = files.into_iter().map(|file| file.path).collect();
        let confirms = Some(Confirms::AttachFiles { paths, text });
        self.overlay = Some(Overlay::Card(Card { confirms, ..Card::new(&title, &lines) }));
    }

    fn asks_about(&self, text: &str) -> bool {
        let Some(Overlay::Card(card)) = &self.overlay else { return false };
        matches!(&card.confirms, Some(Confirms::Paste(pasted)) if pasted == text)
    }

    /// Whether the caret is right behind what was pasted.
    fn is_behind(&self, text: &str) -> bool {
        self.draft().is_some_and(|draft| draft.text()[..draft.caret()].ends_with(text))
    }

    pub(super) fn attach_instead(&mut self, paths: &[String], text: &str, around: &Surroundings) {
        if self.is_behind(text)
            && let Some(draft) = self.draft_mut()
        {
            let end = draft.caret();
            draft.replace(end - text.len()..end, "");
        }
        for path in paths {
            if let Err(why) = self.attach_file(path) {
                return self.complain(&why, around);
            }
        }
        self.remember_soon(around);
    }

    fn attach_pasted(&mut self, channel: ChannelId, path: &str, around: &Surroundings) {
        if let Err(why) = self.attach_to(channel, path) {
            self.out.push(Effect::Ask(Asked::Forget(path.to_owned())));
            self.complain(&why, around);
        }
    }

    /// `/snippet`: the editor opens with a block of code.
    pub(super) fn write_snippet(&mut self, language: &str) {
        self.edited_elsewhere = self.conversation();
        self.out.push(Effect::EditElsewhere(fenced("", language)));
    }
}

/// What a pasted text is called as a file.
fn file_name(text: &str) -> String {
    format!("paste.{}", extension(guess(text)))
}
