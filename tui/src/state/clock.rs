//! Times as people write and read them, where they are: for `30m`, `2h` or `3d`, until `18:00` or
//! `tomorrow 09:00`.
//!
//! How long is too long is for whoever asks to say.

use jiff::civil::Time;
use jiff::{Span, ToSpan, Zoned};
use pail_protocol::Timestamp;

use super::Surroundings;

/// When so much time has passed: `30m`, `2h`, `3d`.
#[must_use]
pub fn after(words: &str, now: Timestamp) -> Option<Timestamp> {
    let unit = words.chars().last()?;
    let count: i64 = words.strip_suffix(unit)?.trim().parse().ok()?;
    let minutes: i64 = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return None,
    };
    let ms = count.saturating_mul(minutes * 60_000);
    (ms > 0).then(|| Timestamp::from_millis(now.as_millis().saturating_add(ms)))
}

/// `18:00` is the next one, `tomorrow 09:00` is tomorrow's.
#[must_use]
pub fn next(words: &str, around: &Surroundings) -> Option<Timestamp> {
    let now = jiff::Timestamp::from_millisecond(around.now.as_millis()).ok()?;
    let now = now.to_zoned(around.zone.clone());
    let (is_tomorrow, clock) = match words.strip_prefix("tomorrow ") {
        Some(clock) => (true, clock),
        None => (false, words),
    };
    let (hour, minute) = clock.trim().split_once(':')?;
    let clock = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    let on = |days: Span| -> Option<Zoned> {
        now.date().checked_add(days).ok()?.to_datetime(clock).to_zoned(around.zone.clone()).ok()
    };
    let today = on(0.days()).filter(|end| !is_tomorrow && *end > now);
    let end = today.or_else(|| on(1.day()))?;
    Some(Timestamp::from_millis(end.timestamp().as_millisecond()))
}

/// A moment as short as it is unambiguous: the time today, the day before that.
#[must_use]
pub fn moment(at: Timestamp, around: &Surroundings) -> String {
    let zoned = |at: Timestamp| -> Option<Zoned> {
        let at = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
        Some(at.to_zoned(around.zone.clone()))
    };
    let Some((at, now)) = zoned(at).zip(zoned(around.now)) else { return String::new() };
    let format = match (at.date() == now.date(), at.year() == now.year()) {
        (true, _) => "%H:%M",
        (false, true) => "%-d %b %H:%M",
        (false, false) => "%-d %b %Y",
    };
    at.strftime(format).to_string()
}
