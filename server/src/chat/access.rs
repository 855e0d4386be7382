//! Who may do what, as small named questions. Each is asked inside the transaction it guards.

use pail_protocol::account::User;
use pail_protocol::bucket::{Bucket, BucketMember, Role};
use pail_protocol::channel::ChannelType;
use pail_protocol::{BucketId, ChannelId, MessageId, UserId};

use super::{ChatError, Ruled};
use crate::store::Tx;
use crate::store::tx::{ChannelRow, MessageRow};

/// Who manages a bucket.
pub const ADMINS: &[Role] = &[Role::Admin];
/// Who manages channels.
pub const ADMINS_AND_MODERATORS: &[Role] = &[Role::Admin, Role::Moderator];

/// The bucket, or 404.
pub fn bucket(tx: &mut dyn Tx, id: BucketId) -> Ruled<Bucket> {
    tx.bucket(id)?.ok_or(ChatError::Missing("Bucket"))
}

/// The user, or 404.
pub fn user(tx: &mut dyn Tx, id: UserId) -> Ruled<User> {
    tx.user(id)?.ok_or(ChatError::Missing("User"))
}

/// The person, or 404: a bot is nobody who is added or written to.
pub fn person(tx: &mut dyn Tx, id: UserId) -> Ruled<User> {
    Some(user(tx, id)?).filter(|user| !user.bot).ok_or(ChatError::Missing("User"))
}

/// The channel, or 404: a private one is there for its members alone.
pub fn channel(tx: &mut dyn Tx, by: UserId, id: ChannelId) -> Ruled<ChannelRow> {
    let channel = tx.channel(id)?.ok_or(ChatError::Missing("Channel"))?;
    if channel.channel_type == ChannelType::Private && tx.channel_member(id, by)?.is_none() {
        return Err(ChatError::Missing("Channel"));
    }
    Ok(channel)
}

/// The caller's membership in a bucket that exists.
pub fn in_bucket(tx: &mut dyn Tx, by: UserId, id: BucketId) -> Ruled<BucketMember> {
    bucket(tx, id)?;
    tx.bucket_member(id, by)?.ok_or(ChatError::NotInBucket)
}

/// The caller is in the bucket with one of these roles.
pub fn has_role(tx: &mut dyn Tx, by: UserId, id: BucketId, roles: &'static [Role]) -> Ruled<()> {
    let member = in_bucket(tx, by, id)?;
    if roles.contains(&member.role) { Ok(()) } else { Err(ChatError::RoleNeeded(roles)) }
}

/// The caller may read and write in a channel that exists.
pub fn in_channel(tx: &mut dyn Tx, by: UserId, id: ChannelId) -> Ruled<ChannelRow> {
    let channel = channel(tx, by, id)?;
    tx.channel_member(id, by)?.ok_or(ChatError::NotInChannel)?;
    Ok(channel)
}

/// A message of a channel in which the caller may read; what is in no channel any more is gone.
pub fn message(tx: &mut dyn Tx, by: UserId, id: MessageId) -> Ruled<MessageRow> {
    let message = tx.message_row(id)?.ok_or(ChatError::Missing("Message"))?;
    match in_channel(tx, by, message.channel) {
        Ok(_) => Ok(message),
        Err(ChatError::Missing(_)) => Err(ChatError::Missing("Message")),
        Err(refused) => Err(refused),
    }
}

/// The caller may say something in a channel that exists: to a person who has left for good
/// nobody does.
pub fn may_say(tx: &mut dyn Tx, by: UserId, id: ChannelId) -> Ruled<ChannelRow> {
    let channel = in_channel(tx, by, id)?;
    if channel.channel_type == ChannelType::Direct && tx.count_channel_members(id)? < 2 {
        return Err(ChatError::PeerGone);
    }
    Ok(channel)
}

/// The caller may see that a channel is there: they are in it, or in its bucket.
pub fn sees_channel(tx: &mut dyn Tx, by: UserId, id: ChannelId) -> Ruled<ChannelRow> {
    let channel = channel(tx, by, id)?;
    if tx.channel_member(id, by)?.is_none() {
        in_bucket(tx, by, channel.bucket.ok_or(ChatError::NotInChannel)?)?;
    }
    Ok(channel)
}

/// The bucket of a channel that exists. A direct message has none and cannot be managed; that it
/// is one is told only to its two people.
pub fn managed(tx: &mut dyn Tx, by: UserId, id: ChannelId) -> Ruled<BucketId> {
    let channel = channel(tx, by, id)?;
    if channel.bucket.is_none() {
        in_channel(tx, by, id)?;
    }
    channel.bucket.ok_or(ChatError::DirectMessage)
}
