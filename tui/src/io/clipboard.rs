//! Copying by OSC 52: the terminal owns the clipboard, over SSH and in multiplexers too.
//!
//! Nothing is read back, and nothing is copied that nobody asked for.

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;

/// What to write to the terminal. tmux takes the sequence for itself where `set-clipboard` is `on`,
/// and hands it on in its envelope where `allow-passthrough` is; both at once do no harm.
#[must_use]
pub fn sequence(text: &str, is_tmux: bool) -> Vec<u8> {
    let mut plain = String::new();
    if CopyToClipboard::to_clipboard_from(text).write_ansi(&mut plain).is_err() {
        return Vec::new();
    }
    if is_tmux {
        let enveloped = plain.replace('\x1b', "\x1b\x1b");
        plain.push_str(&format!("\x1bPtmux;{enveloped}\x1b\\"));
    }
    plain.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::sequence;

    #[test]
    fn a_text_is_copied_to_the_byte_and_cannot_end_the_sequence() {
        let text = "héllo\x1b\\\x07\n";
        let expected = "\x1b]52;c;aMOpbGxvG1wHCg==\x1b\\";
        assert_eq!(sequence(text, false), expected.as_bytes());
    }

    #[test]
    fn tmux_gets_it_for_itself_and_for_the_terminal_around_it() {
        let in_envelope = "\x1bPtmux;\x1b\x1b]52;c;aQ==\x1b\x1b\\\x1b\\";
        let expected = format!("\x1b]52;c;aQ==\x1b\\{in_envelope}");
        assert_eq!(sequence("i", true), expected.as_bytes());
    }
}
