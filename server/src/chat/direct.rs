//! Direct messages: two people, no bucket.

use pail_protocol::channel::{Channel, ChannelType, DirectMessage};
use pail_protocol::event::Event;
use pail_protocol::{ChannelId, UserId};

use super::channels::resource;
use super::record::record;
use super::{ChatError, Ruled, access, members};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::Noun;

/// Whether a command made something or found it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// It is new.
    New,
    /// It was there already, and is unchanged.
    Before,
}

/// Opens the direct message with somebody, or returns the one there is.
///
/// # Errors
/// User missing or in no bucket with the caller; the caller themselves.
pub fn open(tx: &mut dyn Tx, by: UserId, stamp: Stamp, with: UserId) -> Ruled<(Channel, Made)> {
    let peer = access::person(tx, with)?;
    if by == with {
        return Err(ChatError::field("user", "You cannot open a direct message with yourself"));
    }
    if let Some(channel) = tx.direct_between(by, with)? {
        return Ok((seen_by(tx, by, channel)?, Made::Before));
    }
    if !tx.share_a_bucket(by, with)? {
        return Err(ChatError::Missing("User"));
    }
    let name = format!("{} and {}", first(&access::user(tx, by)?.name), first(&peer.name));
    let channel = ChannelId(tx.next_id(Noun::Channel)?);
    let channel_type = ChannelType::Direct;
    record(tx, stamp, Event::ChannelCreated { channel, bucket: None, name, channel_type, by })?;
    members::join_channel(tx, stamp, channel, by)?;
    members::join_channel(tx, stamp, channel, with)?;
    Ok((seen_by(tx, by, channel)?, Made::New))
}

fn first(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

fn seen_by(tx: &mut dyn Tx, by: UserId, id: ChannelId) -> Ruled<Channel> {
    let peer = tx.peer(id, by)?;
    Ok(Channel { peer, ..resource(access::channel(tx, by, id)?) })
}

/// The caller's direct messages, newest first; the empty ones last, or left out.
///
/// # Errors
/// Only the store's.
pub fn list(
    tx: &mut dyn Tx,
    by: UserId,
    with_empty: bool,
    limit: usize,
) -> Ruled<Vec<DirectMessage>> {
    Ok(tx.directs(by, with_empty, limit)?)
}
