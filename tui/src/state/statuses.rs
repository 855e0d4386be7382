//! What people say of themselves beside their names, and until when; and how one's own is asked for.
//!
//! Nothing is told when one ends: who asks gives the time. What has ended is not kept.

use std::collections::BTreeMap;

use pail_protocol::account::{Profile, Status};
use pail_protocol::limits::{STATUS_CHARS_MAX, STATUS_SECONDS_MAX};
use pail_protocol::{Timestamp, UserId};

use super::{Surroundings, clock};
use crate::text::SafeText;

/// People of whom it is kept. Of whoever comes beyond it nothing is.
pub const STATUSES_MAX: usize = 10_000;
/// What a time alone is answered with.
const USAGE: &str = "A status needs words: /status on the train for 2h, or until 18:00.";
const TOO_LONG: &str =
    "A status holds for 30 days at most; without a time, until you take it back.";

/// What somebody says of themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Says {
    /// What.
    pub text: SafeText,
    /// From when on it no longer holds, if ever.
    pub until: Option<Timestamp>,
}

impl Says {
    /// What, and until when.
    #[must_use]
    pub fn in_words(&self, around: &Surroundings) -> SafeText {
        let until = self.until.map(|until| format!(" until {}", clock::moment(until, around)));
        SafeText::line(&format!("{}{}", self.text, until.unwrap_or_default()))
    }
}

/// What everybody says of themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statuses {
    of: BTreeMap<UserId, Says>,
}

impl Statuses {
    /// Everybody was listed.
    pub fn listed(&mut self, people: &[Profile], now: Timestamp) {
        self.of.clear();
        people.iter().for_each(|person| self.set(person.user.id, person.status.as_ref(), now));
    }

    /// Somebody says this from now on, or nothing.
    pub fn set(&mut self, user: UserId, status: Option<&Status>, now: Timestamp) {
        self.of.remove(&user);
        let Some(status) = status.filter(|status| status.holds(now)) else { return };
        let text = SafeText::line(&status.text).first_characters(STATUS_CHARS_MAX);
        if !text.as_str().trim().is_empty() && self.of.len() < STATUSES_MAX {
            self.of.insert(user, Says { text, until: status.until });
        }
    }

    /// Time passed. Whether anything has ended.
    pub fn at(&mut self, now: Timestamp) -> bool {
        let before = self.of.len();
        self.of.retain(|_, says| says.until.is_none_or(|until| until > now));
        self.of.len() < before
    }

    /// What somebody says of themselves.
    #[must_use]
    pub fn of(&self, user: UserId) -> Option<&Says> {
        self.of.get(&user)
    }

    /// When one ends.
    #[must_use]
    pub fn next_change(&self) -> Option<Timestamp> {
        self.of.values().filter_map(|says| says.until).min()
    }
}

/// What somebody wants to say of themselves; nothing takes back what they say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewStatus {
    /// What.
    pub text: String,
    /// For how many seconds; for good when it is not there.
    pub seconds: Option<i64>,
}

impl NewStatus {
    /// What is asked for in words: `on the train`, `on the train for 2h`, `at lunch until 13:00`.
    ///
    /// # Errors
    /// A sentence that says what can be asked for.
    pub fn read(words: &str, around: &Surroundings) -> Result<Self, String> {
        let (text, until) = split(words, around);
        if text.is_empty() && until.is_some() {
            return Err(USAGE.to_owned());
        }
        let count = text.chars().count();
        if count > STATUS_CHARS_MAX {
            return Err(format!(
                "A status has at most {STATUS_CHARS_MAX} characters, not {count}."
            ));
        }
        let ms = until.map(|until| until.as_millis().saturating_sub(around.now.as_millis()));
        let seconds = ms.map(|ms| (ms / 1_000).max(1));
        if seconds.is_some_and(|seconds| seconds > STATUS_SECONDS_MAX.into()) {
            return Err(TOO_LONG.to_owned());
        }
        Ok(Self { text: text.to_owned(), seconds })
    }
}

/// The words, and until when they hold if their end is a time.
fn split<'a>(words: &'a str, around: &Surroundings) -> (&'a str, Option<Timestamp>) {
    let words = words.trim();
    let ends = |word, read: &dyn Fn(&str) -> Option<Timestamp>| {
        let (text, end) = around_last(words, word)?;
        Some((text, Some(read(end)?)))
    };
    ends("for", &|end| clock::after(end, around.now))
        .or_else(|| ends("until", &|end| clock::next(end, around)))
        .unwrap_or((words, None))
}

/// What stands before a word and what behind it, where it stands last.
fn around_last<'a>(words: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let (before, behind) = words.rsplit_once(word)?;
    let begins = before.is_empty() || before.ends_with(char::is_whitespace);
    (begins && behind.starts_with(char::is_whitespace)).then_some((before.trim(), behind.trim()))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use pail_protocol::account::Status;
    use pail_protocol::{Timestamp, UserId};

    use super::{NewStatus, STATUSES_MAX, Statuses, Surroundings};
    use crate::state::welcome::{Suggestions, Welcome};
    use crate::state::{Size, State};

    /// Half past nine, UTC.
    fn around() -> Surroundings {
        let welcome = Welcome::chooser(Suggestions::default(), None);
        let state = State::new(welcome, Size { columns: 80, rows: 24 }, TimeZone::UTC, 7);
        Surroundings { now: Timestamp::from_millis(1_772_616_600_000), ..state.around }
    }

    #[test]
    fn a_time_is_what_ends_the_words_and_can_be_read_as_one() {
        const HOUR: i64 = 3_600;
        for (words, text, seconds) in [
            ("", "", None),
            ("  on the train ", "on the train", None),
            ("on the train for 2h", "on the train", Some(2 * HOUR)),
            ("away for 3d", "away", Some(72 * HOUR)),
            ("at lunch until 10:30", "at lunch", Some(HOUR)),
            ("at home until tomorrow 09:30", "at home", Some(24 * HOUR)),
            ("waiting for you for 30m", "waiting for you", Some(HOUR / 2)),
            ("looking for lunch", "looking for lunch", None),
            ("away until Monday", "away until Monday", None),
            ("reforming therefor 2h", "reforming therefor 2h", None),
        ] {
            let new = NewStatus { text: text.to_owned(), seconds };
            assert_eq!(NewStatus::read(words, &around()), Ok(new), "{words}");
        }
    }

    #[test]
    fn what_cannot_be_a_status_says_why() {
        let refused = |words: &str| NewStatus::read(words, &around()).unwrap_err();
        assert!(refused("for 2h").contains("needs words"));
        assert!(refused("until 18:00").contains("needs words"));
        assert!(refused("away for 31d").contains("30 days"));
        assert!(refused("away for 9223372036854775d").contains("30 days"));
        assert!(refused(&"é".repeat(101)).contains("at most 100 characters, not 101"));
    }

    #[test]
    fn so_many_are_kept_and_what_has_ended_is_not() {
        let at = Timestamp::from_millis;
        let status = |until| Status { text: "away".to_owned(), until };
        let mut statuses = Statuses::default();
        statuses.set(UserId(1), Some(&status(Some(at(10)))), at(10));
        assert_eq!(statuses.of(UserId(1)), None, "it had ended when it came");
        statuses.set(UserId(1), Some(&status(Some(at(11)))), at(10));
        statuses.set(UserId(2), Some(&status(None)), at(10));
        assert_eq!(statuses.next_change(), Some(at(11)));
        assert!(!statuses.at(at(10)));
        assert!(statuses.at(at(11)));
        assert_eq!((statuses.of(UserId(1)), statuses.next_change()), (None, None));
        (0..=STATUSES_MAX as i64).for_each(|id| {
            statuses.set(UserId(id), Some(&status(None)), at(12));
        });
        assert!(statuses.of(UserId(STATUSES_MAX as i64)).is_none());
        assert!(statuses.of(UserId(2)).is_some());
    }
}
