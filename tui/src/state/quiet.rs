//! Do not disturb: for how long it was asked for, and until when it holds.
//!
//! It is a setting, so it holds for all accounts and survives a restart. Who is disturbed by what is
//! `notices`' business.

use pail_protocol::Timestamp;

use super::settings::{Chosen, Kind, Origin, Value, find};
use super::{Effect, Outgoing, State, Surroundings, alone, clock};

/// The longest time that can be asked for, in minutes: a month.
const MINUTES_MAX: i64 = 31 * 24 * 60;
/// What `/dnd` takes.
const USAGE: &str = "/dnd takes a time like 30m or 2h, until 18:00, until tomorrow 09:00, or off.";

/// Whether nothing disturbs, and for how long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Quiet {
    /// What is to disturb disturbs.
    #[default]
    Off,
    /// Nothing disturbs until somebody says so.
    On,
    /// Nothing disturbs until then.
    Until(Timestamp),
}

impl Quiet {
    /// Whether nothing disturbs now.
    #[must_use]
    pub fn holds(self, now: Timestamp) -> bool {
        match self {
            Self::Off => false,
            Self::On => true,
            Self::Until(end) => now < end,
        }
    }

    /// When it is over by itself.
    #[must_use]
    pub fn end(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Until(end) if now < end => Some(end),
            _ => None,
        }
    }

    /// What is asked for in words; without any, the opposite of what is.
    ///
    /// # Errors
    /// A sentence that says what can be asked for.
    pub fn asked(words: &str, around: &Surroundings) -> Result<Self, String> {
        let now = around.now;
        let is_quiet = around.chosen.settings.notify.do_not_disturb.holds(now);
        let asked = match words.trim() {
            "" if is_quiet => Some(Self::Off),
            "" | "on" => Some(Self::On),
            "off" => Some(Self::Off),
            words => match words.strip_prefix("until ") {
                Some(end) => clock::next(end.trim(), around).map(Self::Until),
                None => {
                    clock::after(words, now).filter(|end| is_fitting(now, *end)).map(Self::Until)
                }
            },
        };
        asked.ok_or_else(|| USAGE.to_owned())
    }
}

fn is_fitting(now: Timestamp, end: Timestamp) -> bool {
    end.as_millis().saturating_sub(now.as_millis()) <= MINUTES_MAX * 60_000
}

impl Chosen for Quiet {
    const KIND: Kind = Kind::Text(" like \"2026-03-04T17:00:00Z\", or \"on\", or \"\"");

    fn chosen(value: &Value) -> Option<Self> {
        match value {
            Value::Word(word) if word.trim().is_empty() => Some(Self::Off),
            Value::Word(word) if word == "on" => Some(Self::On),
            Value::Word(word) => {
                let end: jiff::Timestamp = word.parse().ok()?;
                Some(Self::Until(Timestamp::from_millis(end.as_millisecond())))
            }
            _ => None,
        }
    }

    fn value(&self) -> Value {
        Value::Word(match self {
            Self::Off => String::new(),
            Self::On => "on".to_owned(),
            Self::Until(end) => jiff::Timestamp::from_millisecond(end.as_millis())
                .map(|end| end.to_string())
                .unwrap_or_default(),
        })
    }
}

impl State {
    /// From now on nothing disturbs, or everything does that is to.
    pub(super) fn keep_quiet(&mut self, quiet: Quiet) -> Vec<Outgoing> {
        let (section, key, value) = ("notify", "do_not_disturb", quiet.value());
        if let Some(setting) = find(section, key) {
            // The value is of the setting's own type.
            let _ = self.around.chosen.settings.choose(setting, &value, Origin::File);
        }
        alone(Effect::Choose { section, key, value })
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use pail_protocol::Timestamp;

    use super::{Chosen, Quiet, Surroundings};
    use crate::state::welcome::{Suggestions, Welcome};
    use crate::state::{Size, State};

    fn at(moment: &str) -> Timestamp {
        let moment: jiff::Timestamp = moment.parse().unwrap();
        Timestamp::from_millis(moment.as_millisecond())
    }

    /// An hour east of Greenwich.
    fn around(now: &str) -> Surroundings {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let welcome = Welcome::chooser(Suggestions::default(), None);
        let state = State::new(welcome, Size { columns: 80, rows: 24 }, zone, 7);
        Surroundings { now: at(now), ..state.around }
    }

    #[track_caller]
    fn check(now: &str, words: &str, until: &str) {
        assert_eq!(Quiet::asked(words, &around(now)), Ok(Quiet::Until(at(until))), "{words}");
    }

    #[test]
    fn it_lasts_as_long_as_was_asked_for() {
        check("2026-03-04T09:30:00Z", "30m", "2026-03-04T10:00:00Z");
        check("2026-03-04T23:30:00Z", "2h", "2026-03-05T01:30:00Z");
        check("2026-12-31T09:30:00Z", " 3d ", "2027-01-03T09:30:00Z");
    }

    #[test]
    fn it_ends_at_the_next_such_time_where_the_reader_is() {
        check("2026-03-04T09:30:00Z", "until 18:00", "2026-03-04T17:00:00Z");
        check("2026-03-04T17:00:00Z", "until 18:00", "2026-03-05T17:00:00Z");
        check("2026-03-04T22:30:00Z", "until 0:00", "2026-03-04T23:00:00Z");
        check("2026-03-04T23:00:00Z", "until 00:00", "2026-03-05T23:00:00Z");
        check("2026-03-04T05:00:00Z", "until tomorrow 09:00", "2026-03-05T08:00:00Z");
        check("2026-12-31T22:59:59Z", "until tomorrow 09:00", "2027-01-01T08:00:00Z");
    }

    #[test]
    fn alone_it_is_the_opposite_of_what_is() {
        let mut around = around("2026-03-04T09:30:00Z");
        let asked = |around: &Surroundings| Quiet::asked("", around).unwrap();
        assert_eq!(asked(&around), Quiet::On);
        let set = |around: &mut Surroundings, quiet| {
            around.chosen.settings.notify.do_not_disturb = quiet;
        };
        set(&mut around, Quiet::On);
        assert_eq!(asked(&around), Quiet::Off);
        set(&mut around, Quiet::Until(at("2026-03-04T09:30:00Z")));
        assert_eq!(asked(&around), Quiet::On, "that is over");
    }

    #[test]
    fn what_is_no_time_is_answered_with_what_is() {
        for words in ["0m", "-1h", "99d", "2", "h", "until", "until 25:00", "until 18", "2h later"]
        {
            let refused = Quiet::asked(words, &around("2026-03-04T09:30:00Z")).unwrap_err();
            assert!(refused.contains("until 18:00"), "{words}: {refused}");
        }
    }

    #[test]
    fn it_is_written_and_read_again() {
        for quiet in [Quiet::Off, Quiet::On, Quiet::Until(at("2026-03-04T17:00:00Z"))] {
            assert_eq!(Quiet::chosen(&quiet.value()), Some(quiet));
        }
    }
}
