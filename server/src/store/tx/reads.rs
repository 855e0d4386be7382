//! Read markers and mutes: where each person stands in a channel. Their own affair, so the events
//! behind it take no `seq`.

use pail_protocol::channel::Unread;
use pail_protocol::{ChannelId, Seq, UserId};

use super::Stored;

/// Where somebody stands in a channel, without counting what is unread.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The channel's newest event.
    pub last_seq: Seq,
    /// The newest event they have seen.
    pub read_seq: Seq,
    /// Whether they want to hear less of it.
    pub muted: bool,
}

/// Read markers and mutes.
pub trait Reads {
    /// Where a user stands in one channel they are in. Counts nothing, for commands.
    fn standing(&mut self, user: UserId, channel: ChannelId) -> Stored<Option<Standing>>;
    /// Where a user stands in each channel they are in, by channel.
    fn unread(&mut self, user: UserId) -> Stored<Vec<Unread>>;
    /// Where a user stands in one channel they are in.
    fn unread_in(&mut self, user: UserId, channel: ChannelId) -> Stored<Option<Unread>>;

    /// Projection: somebody has read a channel up to here, which the event at `pos` says. The event
    /// it replaces leaves the log, which would otherwise grow with every reader of every message.
    fn put_read(&mut self, user: UserId, channel: ChannelId, seq: Seq, pos: i64) -> Stored<()>;
    /// Projection: somebody has muted a channel, or no longer.
    fn put_mute(&mut self, user: UserId, channel: ChannelId, muted: bool) -> Stored<()>;
}
