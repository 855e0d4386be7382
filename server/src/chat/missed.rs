//! What a client that was away has not seen, or "start over".

use std::collections::BTreeMap;

use pail_protocol::event::Recorded;
use pail_protocol::frame::{Resumed, Subscribe};
use pail_protocol::limits::REPLAY_EVENTS_MAX;
use pail_protocol::{ChannelId, Seq, UserId};

use super::{Ruled, access};
use crate::store::Tx;

/// Where each of the caller's channels stands, and what of it is to be replayed: events after
/// the first number up to and including the second.
#[derive(Debug, Default)]
pub struct Missed {
    /// The position of the log all this is true at.
    pub head: i64,
    /// All channels the caller is in.
    pub channels: BTreeMap<ChannelId, Resumed>,
    /// Those with something to replay.
    pub replay: Vec<(ChannelId, Seq, Seq)>,
}

/// What `user` lacks, given what they say they have. Attach to the hub first, ask this second:
/// live events up to `head` are then covered.
///
/// It is the position that counts, not the `seq` of each channel: a hub that lags behind still
/// delivers from channels the user has left, and those are not among the channels here.
///
/// # Errors
/// Only the store's.
pub fn missed(tx: &mut dyn Tx, user: UserId, have: &Subscribe, epoch: &str) -> Ruled<Missed> {
    let same_epoch = have.epoch.as_deref().is_none_or(|theirs| theirs == epoch);
    let mut missed = Missed { head: tx.head()?, ..Missed::default() };
    for (channel, last_seq) in tx.channels_of(user)? {
        let cursor = have.channels.get(&channel).map(|cursor| cursor.after);
        let recovered = match cursor {
            None => true,
            Some(after) => same_epoch && replayable(after, last_seq),
        };
        missed.channels.insert(channel, Resumed { last_seq, recovered });
        if let Some(after) = cursor
            && recovered
            && after < last_seq
        {
            missed.replay.push((channel, after, last_seq));
        }
    }
    Ok(missed)
}

/// Whether the events between a cursor and the newest can be replayed: they are not too many,
/// and the cursor is not from a future this database does not have.
fn replayable(after: Seq, last: Seq) -> bool {
    let behind = last.0.checked_sub(after.0);
    behind.is_some_and(|behind| (0..=REPLAY_EVENTS_MAX as i64).contains(&behind)) && after.0 >= 0
}

/// A part of a replay: up to `limit` events after one number, up to another. Asks for permission
/// each time, so that a replay ends when its reader is removed.
///
/// # Errors
/// Channel missing; not a member.
pub fn replay(
    tx: &mut dyn Tx,
    user: UserId,
    channel: ChannelId,
    after: Seq,
    until: Seq,
    limit: usize,
) -> Ruled<Vec<Recorded>> {
    access::in_channel(tx, user, channel)?;
    let mut events = tx.channel_events_after(channel, after, limit)?;
    events.retain(|event| event.seq.is_some_and(|seq| seq <= until));
    Ok(events)
}

/// What a client of one channel says it has of it.
#[derive(Debug, Clone)]
pub struct Have {
    /// The newest event.
    pub after: Seq,
    /// The epoch that number belongs to.
    pub epoch: Option<String>,
}

/// The position of the log up to which somebody who may listen to a channel need not be told of
/// it, and how the replay of what they lack will go, if they say what they have.
///
/// # Errors
/// Channel missing; not a member.
pub fn listen(
    tx: &mut dyn Tx,
    user: UserId,
    channel: ChannelId,
    have: Option<&Have>,
    epoch: &str,
) -> Ruled<(i64, Option<Resumed>)> {
    let last_seq = access::in_channel(tx, user, channel)?.last_seq;
    let resumed = have.map(|have| {
        let same_epoch = have.epoch.as_deref().is_none_or(|theirs| theirs == epoch);
        Resumed { last_seq, recovered: same_epoch && replayable(have.after, last_seq) }
    });
    Ok((tx.head()?, resumed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_is_bounded_and_never_from_the_future() {
        let far = REPLAY_EVENTS_MAX as i64;
        let cases =
            [(0, 0, true), (0, far, true), (0, far + 1, false), (5, 4, false), (-1, 3, false)];
        for (after, last, expected) in cases {
            assert_eq!(replayable(Seq(after), Seq(last)), expected, "{after}..{last}");
        }
        assert!(!replayable(Seq(i64::MIN), Seq(i64::MAX)));
    }
}
