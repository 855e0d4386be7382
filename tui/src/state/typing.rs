//! Who is typing where: told by others and soon forgotten; telling others, not too often.
//!
//! Nothing that must be right depends on it.

use pail_protocol::limits::TYPING_INTERVAL_MS;
use pail_protocol::{ChannelId, Timestamp, UserId};

/// People of whom it is known at once, in all channels. Beyond it the one told first is forgotten.
pub const TYPING_MAX: usize = 100;

/// Who is typing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typing {
    others: Vec<(ChannelId, UserId, Timestamp)>,
    told: Option<(ChannelId, Timestamp)>,
}

impl Typing {
    /// Somebody is typing; it counts for twice as long as it takes to be told again.
    pub fn heard(&mut self, channel: ChannelId, user: UserId, now: Timestamp) {
        self.stopped(channel, user);
        if self.others.len() >= TYPING_MAX {
            self.others.remove(0);
        }
        self.others.push((channel, user, later(now, 2 * TYPING_INTERVAL_MS)));
    }

    /// Somebody has said it, or is gone.
    pub fn stopped(&mut self, channel: ChannelId, user: UserId) {
        self.others.retain(|(place, who, _)| (*place, *who) != (channel, user));
    }

    /// Nobody can be heard any more.
    pub fn lost(&mut self) {
        *self = Self::default();
    }

    /// Time passed.
    pub fn at(&mut self, now: Timestamp) {
        self.others.retain(|(_, _, until)| *until > now);
    }

    /// When somebody will be forgotten.
    #[must_use]
    pub fn next_change(&self) -> Option<Timestamp> {
        self.others.iter().map(|(_, _, until)| *until).min()
    }

    /// Who is typing in a channel, whoever began first in front.
    pub fn whom(&self, channel: ChannelId) -> impl Iterator<Item = UserId> {
        self.others.iter().filter(move |(place, ..)| *place == channel).map(|(_, who, _)| *who)
    }

    /// We are typing: whether the others are to be told.
    pub fn tell(&mut self, channel: ChannelId, now: Timestamp) -> bool {
        let is_recent = |(place, at): (ChannelId, Timestamp)| {
            place == channel && now < later(at, TYPING_INTERVAL_MS)
        };
        let is_due = !self.told.is_some_and(is_recent);
        if is_due {
            self.told = Some((channel, now));
        }
        is_due
    }

    /// We have said it: what is typed next is told at once.
    pub fn told_all(&mut self) {
        self.told = None;
    }
}

fn later(at: Timestamp, ms: u64) -> Timestamp {
    Timestamp::from_millis(at.as_millis().saturating_add(i64::try_from(ms).unwrap_or(i64::MAX)))
}
