//! What a terminal answers, read from its bytes. Keys pressed meanwhile, and answers to questions
//! nobody asked, are passed over; a sequence that does not end is none.

use crate::io::background;
use crate::text::SafeText;

const ESCAPE: u8 = 0x1B;
const BELL: u8 = 0x07;
const CONTROL_C: u8 = 0x03;

/// The modes that are asked for.
const FOCUS_MODE: &str = "1004";
const SYNC_MODE: &str = "2026";

/// What DA1 says of sixel graphics.
const SIXEL: &str = "4";

/// The capability with which a program sets the clipboard, in hexadecimal, as XTGETTCAP wants it.
const CLIPBOARD_CAPABILITY: &str = "4d73";

/// What was answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Replies {
    /// What the terminal calls itself.
    pub name: Option<SafeText>,
    /// Red, green and blue of the background.
    pub background: Option<[u16; 3]>,
    /// Whether a colour of all colours was still that colour when it was asked for.
    pub has_true_colour: bool,
    /// Whether it speaks kitty's keyboard protocol.
    pub has_keyboard: bool,
    /// Whether it reports the focus.
    pub focus: Option<bool>,
    /// Whether it shows a drawing at once.
    pub sync: Option<bool>,
    /// Whether programs may set the clipboard.
    pub clipboard: Option<bool>,
    /// Whether it shows images by kitty's protocol.
    pub has_kitty_images: bool,
    /// Whether it shows sixels.
    pub has_sixels: bool,
    /// How far the cursor went over each sample.
    pub columns: Vec<usize>,
    /// Whether the last question was answered, and so all that will ever be.
    pub is_complete: bool,
    /// Whether somebody pressed Ctrl-C.
    pub is_stopped: bool,
}

/// One sequence, without what begins and ends it.
enum Sequence<'a> {
    /// Parameters, and what ends it.
    Control(&'a str, char),
    /// Which of the strings it is, and its text.
    String(u8, &'a str),
}

/// Reads what came so far.
pub(super) fn read(bytes: &[u8]) -> Replies {
    let mut replies = Replies::default();
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match *first {
            ESCAPE => {
                if let Some((sequence, after)) = sequence(rest) {
                    rest = after;
                    replies.take(&sequence);
                }
            }
            CONTROL_C => replies.is_stopped = true,
            _ => {}
        }
    }
    replies
}

/// What begins behind an escape, and what comes after it.
fn sequence(bytes: &[u8]) -> Option<(Sequence<'_>, &[u8])> {
    let (kind, body) = bytes.split_first()?;
    let text = |length: usize| std::str::from_utf8(&body[..length]).ok();
    match kind {
        b'[' => {
            let length = body.iter().position(|byte| (0x40..=0x7E).contains(byte))?;
            let end = char::from(body[length]);
            Some((Sequence::Control(text(length)?, end), &body[length + 1..]))
        }
        b']' | b'P' | b'_' => {
            let length = body.iter().position(|byte| [ESCAPE, BELL].contains(byte))?;
            let after = match &body[length..] {
                [ESCAPE, b'\\', after @ ..] | [BELL, after @ ..] => after,
                _ => return None,
            };
            Some((Sequence::String(*kind, text(length)?), after))
        }
        _ => None,
    }
}

impl Replies {
    fn take(&mut self, sequence: &Sequence<'_>) {
        match *sequence {
            Sequence::Control(parameters, 'R') => self.columns.extend(columns(parameters)),
            Sequence::Control(parameters, 'u') if parameters.starts_with('?') => {
                self.has_keyboard = true;
            }
            Sequence::Control(parameters, 'y') => self.take_mode(parameters),
            Sequence::Control(parameters, 'c') if parameters.starts_with('?') => {
                self.has_sixels = parameters.split(';').skip(1).any(|said| said == SIXEL);
                self.is_complete = true;
            }
            Sequence::String(b']', text) => {
                self.background = background::parse(text).or(self.background);
            }
            Sequence::String(b'_', text) => {
                self.has_kitty_images |= text.starts_with('G') && text.ends_with(";OK");
            }
            Sequence::String(b'P', text) => self.take_device(text),
            _ => {}
        }
    }

    fn take_mode(&mut self, parameters: &str) {
        let said = parameters.strip_prefix('?').and_then(|rest| rest.strip_suffix('$'));
        let Some((mode, state)) = said.and_then(|said| said.split_once(';')) else { return };
        // 0 is not known, 4 never on.
        let is_there = Some(["1", "2", "3"].contains(&state));
        match mode {
            FOCUS_MODE => self.focus = is_there,
            SYNC_MODE => self.sync = is_there,
            _ => {}
        }
    }

    fn take_device(&mut self, text: &str) {
        if let Some(name) = text.strip_prefix(">|") {
            self.name = Some(SafeText::line(name));
        } else if let Some(style) = text.strip_prefix("1$r") {
            let style = style.replace(':', ";").replace(";;", ";");
            self.has_true_colour |= style.contains("48;2;1;2;3");
        } else if let Some((is_known, rest)) = text.split_once("+r")
            && rest.to_lowercase().starts_with(CLIPBOARD_CAPABILITY)
        {
            self.clipboard = Some(is_known == "1");
        }
    }
}

/// Columns before the cursor.
fn columns(parameters: &str) -> Option<usize> {
    let (_, column) = parameters.split_once(';')?;
    column.parse::<usize>().ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::{Replies, read};
    use crate::text::SafeText;

    #[track_caller]
    fn check(bytes: &str, expected: Replies) {
        assert_eq!(read(bytes.as_bytes()), expected, "{bytes:?}");
    }

    #[test]
    fn answers_are_read_and_the_rest_is_passed_over() {
        let none = Replies::default;
        let background = |background| Replies { background: Some(background), ..none() };
        check("", none());
        check("hello\r\x1b\x1b[A\x1bOP", none());
        check("\x1b[?62;4;22c", Replies { has_sixels: true, is_complete: true, ..none() });
        check("\x1b[?4c", Replies { is_complete: true, ..none() });
        check("\x1b[?1;2c\x03", Replies { is_complete: true, is_stopped: true, ..none() });
        check("\x1b]11;rgb:ffff/0000/8080\x1b\\", background([0xFFFF, 0, 0x8080]));
        check("\x1b]11;rgb:ff/0/80\x07", background([0xFFFF, 0, 0x8080]));
        check("\x1b]11;rgb:fffff/0/80\x07", none());
        check("\x1b]11;rgb:12/34\x07\x1b]11;rgb:zz/00/00\x07\x1b]10;rgb:1/1/1\x07", none());
        check("\x1b[?0u", Replies { has_keyboard: true, ..none() });
        check("\x1b[97u", none());
        check("\x1b[?1004;2$y", Replies { focus: Some(true), ..none() });
        check("\x1b[?1004;0$y", Replies { focus: Some(false), ..none() });
        check("\x1b[?2026;4$y", Replies { sync: Some(false), ..none() });
        check("\x1b[?2026;1$y\x1b[?7;1$y", Replies { sync: Some(true), ..none() });
        check("\x1b_Gi=31;OK\x1b\\", Replies { has_kitty_images: true, ..none() });
        check("\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\", none());
        check("\x1b[5;3R\x1b[5;1Rx\x1b[5;0R\x1b[R", Replies { columns: vec![2, 0], ..none() });
        check("\x1bP1$r0;48:2::1:2:3m\x1b\\", Replies { has_true_colour: true, ..none() });
        check("\x1bP1$r48;2;1;2;3m\x1b\\", Replies { has_true_colour: true, ..none() });
        check("\x1bP1$r0;48:5:16m\x1b\\\x1bP0$r\x1b\\", none());
        check("\x1bP1+r4D73=1b5d\x1b\\", Replies { clipboard: Some(true), ..none() });
        check("\x1bP0+r4d73\x1b\\", Replies { clipboard: Some(false), ..none() });
        let name = Some(SafeText::line("kitty(0.35)"));
        check("\x1bP>|kitty(0.35)\x1b\\", Replies { name, ..none() });
    }

    #[test]
    fn what_does_not_end_is_no_answer_and_what_it_says_of_itself_is_harmless() {
        for whole in ["\x1b[?62c", "\x1b]11;rgb:0/0/0\x1b\\", "\x1b_Gi=31;OK\x1b\\"] {
            for length in 0..whole.len() {
                check(&whole[..length], Replies::default());
            }
        }
        let told = read(b"\x1bP>|a\x01\xE2\x80\xAEb\x07").name.unwrap();
        assert!(!told.as_str().contains(['\x01', '\u{202E}']), "{told:?}");
        assert_eq!(read(b"\x1bP>|\xFF\x1b\\"), Replies::default());
    }
}
