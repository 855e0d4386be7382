//! A moment, and its wire form.
//!
//! Milliseconds inside; on the wire exactly `2023-10-01T12:00:00Z`, whole seconds, as the
//! document shows. Order comes from `seq` and `id`, never from a timestamp.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// The latest moment that still has a four-digit year: 9999-12-30T22:00:00Z, jiff's bound.
const MILLIS_MAX: i64 = 253_402_207_200_000;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// A moment from milliseconds since 1970, clamped to the years 0 to 9999 that the wire form
    /// can say: a server whose clock lies must not panic.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(-62_135_596_800_000, MILLIS_MAX))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// This moment, later by a number of seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// The wire form.
    #[must_use]
    pub fn to_wire(self) -> String {
        let seconds = self.0.div_euclid(1000);
        jiff::Timestamp::from_second(seconds).map(|at| at.to_string()).unwrap_or_default()
    }

    /// Reads any RFC 3339 moment with an offset.
    #[must_use]
    pub fn from_wire(text: &str) -> Option<Self> {
        let at: jiff::Timestamp = text.parse().ok()?;
        Some(Self::from_millis(at.as_millisecond()))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_wire())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_wire(&text).ok_or_else(|| de::Error::custom("expected an RFC 3339 time"))
    }
}

/// A [`Timestamp`] as bare milliseconds, for fields named `…_ms`:
/// `#[serde(with = "pail_protocol::time::millis")]`.
pub mod millis {
    use super::{Deserialize, Deserializer, Serializer, Timestamp};

    /// Writes the milliseconds.
    ///
    /// # Errors
    /// Whatever the serializer says.
    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(at.as_millis())
    }

    /// Reads the milliseconds.
    ///
    /// # Errors
    /// When the value is not an integer.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(from).map(Timestamp::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn the_wire_form_has_whole_seconds_and_z() {
        let at = Timestamp::from_millis(1_696_161_600_999);
        assert_eq!(at.to_wire(), "2023-10-01T12:00:00Z");
        assert_eq!(
            Timestamp::from_wire("2023-10-01T14:00:00+02:00").unwrap().to_wire(),
            "2023-10-01T12:00:00Z"
        );
        assert_eq!(Timestamp::from_wire("yesterday"), None);
    }

    #[test]
    fn a_clock_that_lies_is_clamped_not_a_panic() {
        for millis in [i64::MIN, -1, i64::MAX] {
            assert!(Timestamp::from_millis(millis).to_wire().ends_with('Z'), "{millis}");
        }
    }
}
