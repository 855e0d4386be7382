//! A notification as terminals take it: OSC 9, 99 or 777, handed through tmux and screen.
//!
//! Others chose its words: nothing in them ends the sequence, begins another, or makes it long. BEL ends
//! it everywhere, because ST ends the envelope of screen.

use unicode_segmentation::UnicodeSegmentation;

use crate::state::effect::Notification;
use crate::state::settings::Via;
use crate::text::SafeText;

/// Most bytes of a title.
pub const TITLE_BYTES_MAX: usize = 160;
/// Most bytes of a text. With the title they fit into the 768 of screen's envelope.
pub const BODY_BYTES_MAX: usize = 400;

/// How a terminal is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// iTerm2's: one text.
    Osc9,
    /// kitty's: a title and a text, a sequence each.
    Osc99,
    /// urxvt's: a title and a text.
    Osc777,
}

impl Protocol {
    /// The one that was chosen, if one was.
    #[must_use]
    pub const fn chosen(via: Via) -> Option<Self> {
        match via {
            Via::Osc9 => Some(Self::Osc9),
            Via::Osc99 => Some(Self::Osc99),
            Via::Osc777 => Some(Self::Osc777),
            Via::Auto | Via::Desktop | Via::Off => None,
        }
    }

    /// As people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Osc9 => "OSC 9",
            Self::Osc99 => "OSC 99",
            Self::Osc777 => "OSC 777",
        }
    }
}

/// What is between us and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inside {
    /// Nothing that would mind.
    Nothing,
    /// tmux, which hands on what is in its envelope where `allow-passthrough` is.
    Tmux,
    /// GNU screen, which does so always.
    Screen,
}

impl Inside {
    fn envelope(self, sequence: String) -> String {
        match self {
            Self::Nothing => sequence,
            Self::Tmux => format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
            Self::Screen => format!("\x1bP{sequence}\x1b\\"),
        }
    }
}

/// Tells a notification from others in kitty, where the same one would take an earlier one's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id {
    /// This run of pail.
    pub process: u32,
    /// Which of its notifications.
    pub number: u32,
}

/// What shows it.
#[must_use]
pub fn sequence(
    notification: &Notification,
    protocol: Protocol,
    inside: Inside,
    Id { process, number }: Id,
) -> String {
    let title = payload(&notification.title, TITLE_BYTES_MAX);
    let body = payload(&notification.body, BODY_BYTES_MAX);
    let sequences = match protocol {
        Protocol::Osc9 => {
            // After a number ConEmu, and who does as it does, takes it for a command.
            let space = if title.starts_with(|c: char| c.is_ascii_digit()) { " " } else { "" };
            vec![format!("9;{space}{title}: {body}")]
        }
        Protocol::Osc777 => vec![format!("777;notify;{title};{body}")],
        Protocol::Osc99 => vec![
            format!("99;i=pail{process}-{number}:d=0;{title}"),
            format!("99;i=pail{process}-{number}:p=body;{body}"),
        ],
    };
    sequences.into_iter().map(|words| inside.envelope(format!("\x1b]{words}\x07"))).collect()
}

/// A text that stays one parameter, shortened.
fn payload(text: &SafeText, bytes: usize) -> String {
    let text = text.as_str().replace(';', ",").replace(char::is_control, " ");
    if text.len() <= bytes {
        return text;
    }
    let mut kept = String::new();
    for grapheme in text.graphemes(true) {
        if kept.len() + grapheme.len() + '…'.len_utf8() > bytes {
            break;
        }
        kept.push_str(grapheme);
    }
    kept.push('…');
    kept
}
