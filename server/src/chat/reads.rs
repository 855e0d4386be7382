//! How far people have read.

use pail_protocol::channel::Unread;
use pail_protocol::{ChannelId, Seq, UserId};

use super::{ChatError, Ruled, access};
use crate::store::Tx;

/// Moves the caller's marker forward, at most to the newest event; never back.
///
/// # Errors
/// Channel missing; not a member; a negative number.
pub fn mark(tx: &mut dyn Tx, by: UserId, channel: ChannelId, seq: Seq) -> Ruled<Unread> {
    let last_seq = access::in_channel(tx, by, channel)?.last_seq;
    if seq.0 < 0 {
        return Err(ChatError::field("seq", "Ensure this value is greater than or equal to 0"));
    }
    tx.mark_read(by, channel, seq.min(last_seq))?;
    tx.unread_in(by, channel)?.ok_or(ChatError::NotInChannel)
}

/// Where the caller stands in each of their channels.
///
/// # Errors
/// Only the store's.
pub fn all(tx: &mut dyn Tx, by: UserId) -> Ruled<Vec<Unread>> {
    Ok(tx.unread(by)?)
}
