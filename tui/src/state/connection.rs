//! The connection to the server as a state machine: offline, connecting, resuming, live.
//!
//! It decides when to come back and which connection counts; it opens nothing itself.

use pail_protocol::Timestamp;

use super::effect::{Effect, Generation};
use super::random::Random;
use crate::text::SafeText;

/// First wait before coming back, in milliseconds; it doubles with every failure.
pub const RETRY_FIRST_MS: u64 = 200;
/// Longest wait before coming back, in milliseconds.
pub const RETRY_MAX_MS: u64 = 30_000;
/// A connection that was live this long has proved itself: the waits begin anew. Milliseconds.
pub const PROVEN_MS: i64 = 10_000;

/// After so long in which nothing happened the server is asked whether it is there still: the machine
/// may have slept, and a connection says nothing of its end then. Milliseconds.
pub const PAUSE_MS: i64 = 30_000;
/// How long it may take to answer that. Milliseconds.
pub const PONG_MS: i64 = 10_000;

/// What time brings to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The server is to be asked whether it is there.
    Ping,
    /// A new connection is to be opened: the server did not answer, or the time to try again passed
    /// while the machine slept.
    Open,
}

/// How the connection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Waiting to try again.
    Offline {
        /// When the next try begins.
        retry_at: Timestamp,
        /// Why the last one ended.
        reason: SafeText,
    },
    /// The socket is being opened.
    Connecting,
    /// The server is replaying what was missed.
    Resuming,
    /// Everything arrives as it happens.
    Live {
        /// Since when.
        since: Timestamp,
    },
}

/// The connection of one account.
#[derive(Debug, Clone)]
pub struct Connection {
    generation: Generation,
    link: Link,
    failures: u32,
    epoch: Option<String>,
    /// The last time that was told.
    told_at: Timestamp,
    /// Until when the server may answer a ping.
    pong_by: Option<Timestamp>,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            generation: Generation(0),
            link: Link::Connecting,
            failures: 0,
            epoch: None,
            told_at: Timestamp::default(),
            pong_by: None,
        }
    }
}

impl Connection {
    /// None yet, to the database that the numbers of an earlier run belong to.
    #[must_use]
    pub fn to_epoch(epoch: Option<String>) -> Self {
        Self { epoch, ..Self::default() }
    }

    /// How it stands.
    #[must_use]
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// Which connection counts.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Whether what is sent now arrives now.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.link, Link::Live { .. })
    }

    /// Opens a new connection at once; older ones no longer count.
    pub fn open(&mut self) -> Effect {
        self.generation.0 += 1;
        self.pong_by = None;
        self.link = Link::Connecting;
        Effect::Connect { generation: self.generation, delay_ms: 0 }
    }

    /// The connection ended: a new one is opened after a wait with jitter.
    pub fn lost(&mut self, reason: SafeText, now: Timestamp, random: &mut Random) -> Effect {
        if let Link::Live { since } = self.link
            && now.as_millis() - since.as_millis() >= PROVEN_MS
        {
            self.failures = 0;
        }
        let ceiling = (RETRY_FIRST_MS << self.failures.min(16)).min(RETRY_MAX_MS);
        let delay_ms = ceiling / 2 + random.up_to(ceiling / 2);
        self.failures += 1;
        self.generation.0 += 1;
        self.pong_by = None;
        let retry_at = later(now, delay_ms);
        self.link = Link::Offline { retry_at, reason };
        Effect::Connect { generation: self.generation, delay_ms }
    }

    /// Nothing counts any more.
    pub fn end(&mut self) {
        self.generation.0 += 1;
    }

    /// The server said hello. Whether it is the database it was before.
    pub fn greeted(&mut self, epoch: &str) -> bool {
        self.link = Link::Resuming;
        let same = self.epoch.as_deref() == Some(epoch);
        self.epoch = Some(epoch.to_owned());
        same
    }

    /// The replay is over.
    pub fn ready(&mut self, now: Timestamp) {
        self.told_at = now;
        self.link = Link::Live { since: now };
    }

    /// The database the numbers belong to.
    #[must_use]
    pub fn epoch(&self) -> Option<&str> {
        self.epoch.as_deref()
    }

    /// Time passed: a wait may be over, or so much of it that nothing is certain any more.
    #[must_use]
    pub fn at(&mut self, now: Timestamp) -> Option<Due> {
        let pause_ms = now.as_millis().saturating_sub(self.told_at.as_millis());
        self.told_at = now;
        match self.link {
            Link::Offline { retry_at, .. } if now >= retry_at => {
                self.link = Link::Connecting;
                (pause_ms >= PAUSE_MS).then_some(Due::Open)
            }
            Link::Live { .. } => match self.pong_by {
                Some(by) => (by <= now).then_some(Due::Open),
                None if pause_ms >= PAUSE_MS => {
                    self.pong_by = Some(later(now, PONG_MS as u64));
                    Some(Due::Ping)
                }
                None => None,
            },
            _ => None,
        }
    }

    /// The server said something.
    pub fn heard(&mut self) {
        self.pong_by = None;
    }

    /// Seconds until the next try, rounded up.
    #[must_use]
    pub fn retry_in_s(&self, now: Timestamp) -> Option<i64> {
        match self.link {
            Link::Offline { retry_at, .. } => Some(wait_ms(retry_at, now).div_euclid(1000) + 1),
            _ => None,
        }
    }

    /// When something changes by itself: while offline, every second what is shown.
    #[must_use]
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        match self.link {
            Link::Offline { retry_at, .. } => {
                Some(later(now, wait_ms(retry_at, now).rem_euclid(1000) as u64 + 1))
            }
            _ => self.pong_by,
        }
    }
}

fn wait_ms(until: Timestamp, now: Timestamp) -> i64 {
    (until.as_millis() - now.as_millis()).max(0)
}

fn later(now: Timestamp, ms: u64) -> Timestamp {
    Timestamp::from_millis(now.as_millis() + i64::try_from(ms).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use pail_protocol::Timestamp;

    use super::{Connection, Due, PONG_MS, PROVEN_MS, RETRY_MAX_MS};
    use crate::state::effect::Effect;
    use crate::state::random::Random;
    use crate::text::SafeText;

    fn delay(effect: &Effect) -> u64 {
        match effect {
            Effect::Connect { delay_ms, .. } => *delay_ms,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_grow_to_a_bound_and_begin_anew_after_a_proven_connection() {
        let (mut connection, mut random) = (Connection::default(), Random::new(7));
        let now = Timestamp::from_millis(0);
        let waits: Vec<u64> = (0..12)
            .map(|_| delay(&connection.lost(SafeText::default(), now, &mut random)))
            .collect();
        assert!((100..=200).contains(&waits[0]), "{waits:?}");
        assert!((200..=400).contains(&waits[1]), "{waits:?}");
        assert!(waits.iter().all(|wait| *wait <= RETRY_MAX_MS), "{waits:?}");
        assert!(waits[11] >= RETRY_MAX_MS / 2, "{waits:?}");
        connection.ready(now);
        let much_later = Timestamp::from_millis(PROVEN_MS);
        let wait = delay(&connection.lost(SafeText::default(), much_later, &mut random));
        assert!(wait <= 200, "{wait}");
    }

    #[test]
    fn after_a_pause_the_server_is_asked_and_given_up_when_it_does_not_answer() {
        let at = Timestamp::from_millis;
        let mut connection = Connection::default();
        connection.ready(at(1_000));
        assert_eq!(connection.at(at(20_000)), None);
        assert_eq!(connection.at(at(60_000)), Some(Due::Ping));
        assert_eq!(connection.next_change(at(60_000)), Some(at(60_000 + PONG_MS)));
        assert_eq!(connection.at(at(61_000)), None);
        connection.heard();
        assert_eq!((connection.at(at(80_000)), connection.next_change(at(80_000))), (None, None));
        assert_eq!(connection.at(at(200_000)), Some(Due::Ping));
        assert_eq!(connection.at(at(200_000 + PONG_MS)), Some(Due::Open));
    }

    #[test]
    fn a_wait_that_was_slept_through_is_over() {
        let at = Timestamp::from_millis;
        let (mut connection, mut random) = (Connection::default(), Random::new(7));
        assert_eq!(connection.at(at(0)), None);
        let _ = connection.lost(SafeText::default(), at(0), &mut random);
        assert_eq!(connection.at(at(3_600_000)), Some(Due::Open));
        let _ = connection.lost(SafeText::default(), at(3_600_000), &mut random);
        assert_eq!(connection.at(at(3_600_500)), None, "the socket waits by itself");
    }
}
