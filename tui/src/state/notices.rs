//! Who is disturbed, and by what: mentions, notifications, and the passing notice in the status
//! line. It decides; it shows nothing.

use pail_protocol::Timestamp;

use super::Surroundings;
use super::effect::Notification;
use super::input::Me;
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

/// Whether a message says one of some words, in any case.
#[must_use]
pub fn says_one_of(entry: &Entry, words: &[String]) -> bool {
    let text = entry.text.as_str().to_lowercase();
    let mut said = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'));
    said.any(|said| words.iter().any(|word| word.to_lowercase() == said))
}

/// Where the clock on the reader's wall stands, in minutes.
#[must_use]
pub fn minute_of_day(around: &Surroundings) -> u16 {
    let Ok(now) = jiff::Timestamp::from_millisecond(around.now.as_millis()) else { return 0 };
    let now = around.zone.to_datetime(now);
    u16::from(now.hour().unsigned_abs()) * 60 + u16::from(now.minute().unsigned_abs())
}

/// What is said of a message to who looks elsewhere, to one of several accounts if `account` names it.
#[must_use]
pub fn notification(
    entry: &Entry,
    channel: &Channel,
    account: Option<&Me>,
    settings: &Notify,
) -> Notification {
    let title = if channel.is_direct() {
        entry.name.clone()
    } else {
        SafeText::line(&format!("{} in {}", entry.name, channel.label()))
    };
    let title = match account {
        Some(me) => SafeText::line(&format!("{title} · {}", me.label())),
        None => title,
    };
    let body = match settings.hide_content {
        true => SafeText::line("New message"),
        false if entry.text.as_str().is_empty() => entry.excerpt(),
        false => SafeText::line(entry.text.as_str()).first_characters(NOTIFICATION_CHARACTERS_MAX),
    };
    Notification { title, body, via: settings.via }
}
