//! How far people have read, and which channels they want to hear less of. Each is somebody's own
//! affair: an event is recorded only when something changes, so that their other devices hear of it.

use pail_protocol::channel::Unread;
use pail_protocol::event::Event;
use pail_protocol::{ChannelId, Seq, UserId};

use super::record::record;
use super::{ChatError, Ruled, access};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::Standing;

/// Where the caller stands in each of their channels. For readers, as [`one`]: counting takes time.
///
/// # Errors
/// Only the store's.
pub fn all(tx: &mut dyn Tx, by: UserId) -> Ruled<Vec<Unread>> {
    Ok(tx.unread(by)?)
}

/// Where the caller stands in one channel.
///
/// # Errors
/// Channel missing; not a member.
pub fn one(tx: &mut dyn Tx, by: UserId, channel: ChannelId) -> Ruled<Unread> {
    access::in_channel(tx, by, channel)?;
    tx.unread_in(by, channel)?.ok_or(ChatError::NotInChannel)
}

/// Moves the caller's marker forward, at most to the newest event; never back.
///
/// # Errors
/// Channel missing; not a member; a negative number.
pub fn mark_read(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    channel: ChannelId,
    seq: Seq,
) -> Ruled<()> {
    let before = standing(tx, by, channel)?;
    at_least(seq, 0)?;
    let read_seq = seq.min(before.last_seq).max(before.read_seq);
    move_marker(tx, by, stamp, channel, before.read_seq, read_seq)
}

/// Moves the caller's marker back, so that this event is the first one not seen; never forward.
///
/// # Errors
/// Channel missing; not a member; no number of an event.
pub fn mark_unread(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    channel: ChannelId,
    seq: Seq,
) -> Ruled<()> {
    let before = standing(tx, by, channel)?;
    at_least(seq, 1)?;
    let read_seq = Seq(seq.0 - 1).min(before.read_seq);
    move_marker(tx, by, stamp, channel, before.read_seq, read_seq)
}

/// Mutes a channel for the caller, or takes that back.
///
/// # Errors
/// Channel missing; not a member.
pub fn set_muted(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    channel: ChannelId,
    muted: bool,
) -> Ruled<()> {
    let before = standing(tx, by, channel)?;
    if before.muted != muted {
        record(tx, stamp, Event::ChannelMuted { user: by, channel, muted })?;
    }
    Ok(())
}

fn move_marker(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    channel: ChannelId,
    before: Seq,
    read_seq: Seq,
) -> Ruled<()> {
    if read_seq != before {
        record(tx, stamp, Event::ReadMoved { user: by, channel, read_seq })?;
    }
    Ok(())
}

fn standing(tx: &mut dyn Tx, by: UserId, channel: ChannelId) -> Ruled<Standing> {
    access::in_channel(tx, by, channel)?;
    tx.standing(by, channel)?.ok_or(ChatError::NotInChannel)
}

fn at_least(seq: Seq, least: i64) -> Ruled<()> {
    if seq.0 >= least {
        return Ok(());
    }
    let sentence = format!("Ensure this value is greater than or equal to {least}");
    Err(ChatError::field("seq", sentence))
}
