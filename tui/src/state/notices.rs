//! Who is disturbed, and by what: mentions, notifications, and the passing notice in the status
//! line. It decides; it shows nothing.

use pail_protocol::Timestamp;

use super::effect::Notification;
use super::roster::Channel;
use super::settings::Notify;
use super::timeline::Entry;
use crate::text::SafeText;

/// How long a passing notice stays, in milliseconds.
pub const NOTICE_MS: i64 = 6_000;
/// Most characters of a message a notification shows.
pub const NOTIFICATION_CHARACTERS_MAX: usize = 200;
/// Notifications closer together than this are left to the bell, in milliseconds.
pub const NOTIFICATION_GAP_MS: i64 = 2_000;

/// A sentence that goes away by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: SafeText,
    /// Whether something went wrong.
    pub is_error: bool,
    /// Until when it stays.
    pub until: Timestamp,
}

impl Notice {
    /// Says something until a while from now.
    #[must_use]
    pub fn new(text: &str, is_error: bool, now: Timestamp) -> Self {
        let until = Timestamp::from_millis(now.as_millis() + NOTICE_MS);
        Self { text: SafeText::line(text), is_error, until }
    }
}

/// Whether a text names somebody: `@username` as a word of its own, in any case, or `@here`.
#[must_use]
pub fn mentions(text: &SafeText, username: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let text = text.as_str();
    text.match_indices('@').any(|(at, _)| {
        let begins_word = !text[..at].chars().next_back().is_some_and(is_part);
        let after = &text[at + 1..];
        let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
        // A full stop after a name ends a sentence.
        let name = after[..end].trim_end_matches(['.', '-']);
        let is = |who: &str| name.to_lowercase() == who.to_lowercase();
        begins_word
            && !name.is_empty()
            && (is(username) || is("here") || after[..end].eq_ignore_ascii_case(username))
    })
}

/// What the desktop says of a message.
#[must_use]
pub fn notification(entry: &Entry, channel: &Channel, settings: &Notify) -> Notification {
    let title = if channel.is_direct() {
        entry.name.clone()
    } else {
        SafeText::line(&format!("{} in {}", entry.name, channel.label()))
    };
    let body = match settings.hide_content {
        true => SafeText::line("New message"),
        false => SafeText::line(entry.text.as_str()).first_characters(NOTIFICATION_CHARACTERS_MAX),
    };
    Notification { title, body }
}

#[cfg(test)]
mod tests {
    use super::mentions;
    use crate::text::SafeText;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(mentions(&SafeText::body(text), "ana"), expected, "{text}");
    }

    #[test]
    fn a_mention_is_a_whole_word_in_any_case() {
        check("hi @ana", true);
        check("@Ana: look.", true);
        check("ask @ana.", true);
        check("(@ana)", true);
        check("@here please", true);
        check("@anabel", false);
        check("mail@ana", false);
        check("ana", false);
        check("@", false);
    }
}
