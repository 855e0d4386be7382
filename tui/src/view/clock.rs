//! Times as people read them, where the reader is.

use jiff::Zoned;
use pail_protocol::Timestamp;

use crate::state::Surroundings;

/// A moment as short as it is unambiguous: the time today, the day before that.
pub(super) fn moment(at: Timestamp, around: &Surroundings) -> String {
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
