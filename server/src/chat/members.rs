//! Who is in buckets and channels: join, add, remove, list.

use pail_protocol::bucket::{BucketMember, Role};
use pail_protocol::channel::ChannelMember;
use pail_protocol::event::Event;
use pail_protocol::{BucketId, ChannelId, MemberId, UserId};

use super::record::record;
use super::{ChatError, Ruled, access};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::Noun;

/// Adds somebody to a bucket. A missing role is `member`.
///
/// # Errors
/// Bucket or user missing; not a member; not an admin; then role and user.
pub fn add_to_bucket(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    bucket: BucketId,
    user: UserId,
    role: Option<&str>,
) -> Ruled<BucketMember> {
    may_add_to_bucket(tx, by, bucket, user)?;
    let role = parse_role(role)?;
    if tx.bucket_member(bucket, user)?.is_some() {
        return Err(ChatError::field("user", "This user is already a member of the bucket"));
    }
    join_bucket(tx, stamp, bucket, user, role)
}

/// Whether somebody may be added at all.
///
/// # Errors
/// Bucket or user missing; not a member; not an admin.
pub fn may_add_to_bucket(tx: &mut dyn Tx, by: UserId, bucket: BucketId, user: UserId) -> Ruled<()> {
    access::bucket(tx, bucket)?;
    access::user(tx, user)?;
    access::has_role(tx, by, bucket, access::ADMINS)
}

/// The role of that name; none is `member`.
pub(super) fn parse_role(word: Option<&str>) -> Ruled<Role> {
    let Some(word) = word else { return Ok(Role::Member) };
    Role::parse(word)
        .ok_or_else(|| ChatError::field("role", format!("\"{word}\" is not a valid choice")))
}

/// Puts somebody who is not in a bucket into it. Asks for no permission.
pub(super) fn join_bucket(
    tx: &mut dyn Tx,
    stamp: Stamp,
    bucket: BucketId,
    user: UserId,
    role: Role,
) -> Ruled<BucketMember> {
    let actor = tx.actor(user)?.ok_or(ChatError::Missing("User"))?;
    let member = MemberId(tx.next_id(Noun::Member)?);
    record(tx, stamp, Event::BucketMemberAdded { bucket, member, user: actor, role })?;
    tx.bucket_member(bucket, user)?.ok_or(ChatError::Missing("Member"))
}

/// Removes somebody, or the caller, from a bucket and all its channels.
///
/// # Errors
/// Bucket or user missing; not a member; not an admin; the last admin.
pub fn remove_from_bucket(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    bucket: BucketId,
    user: UserId,
) -> Ruled<()> {
    access::bucket(tx, bucket)?;
    access::user(tx, user)?;
    if by == user {
        access::in_bucket(tx, by, bucket)?;
    } else {
        access::has_role(tx, by, bucket, access::ADMINS)?;
    }
    let member = tx.bucket_member(bucket, user)?.ok_or(ChatError::Missing("Member"))?;
    if member.role == Role::Admin && tx.count_role(bucket, Role::Admin)? == 1 {
        return Err(ChatError::field("user", "The last admin cannot leave the bucket"));
    }
    for channel in tx.channels_joined(bucket, user)? {
        record(tx, stamp, Event::ChannelMemberRemoved { channel, user })?;
    }
    record(tx, stamp, Event::BucketMemberRemoved { bucket, user })?;
    Ok(())
}

/// A bucket's members, by membership id.
///
/// # Errors
/// Bucket missing; not a member.
pub fn of_bucket(tx: &mut dyn Tx, by: UserId, bucket: BucketId) -> Ruled<Vec<BucketMember>> {
    access::in_bucket(tx, by, bucket)?;
    Ok(tx.bucket_members(bucket)?)
}

/// Adds a member of the bucket to one of its channels.
///
/// # Errors
/// Channel or user missing; a direct message; not a member; not an admin or moderator; then user.
pub fn add_to_channel(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    id: ChannelId,
    user: UserId,
) -> Ruled<ChannelMember> {
    access::channel(tx, id)?;
    access::user(tx, user)?;
    let bucket = access::managed(tx, by, id)?;
    access::has_role(tx, by, bucket, access::ADMINS_AND_MODERATORS)?;
    if tx.bucket_member(bucket, user)?.is_none() {
        return Err(ChatError::field("user", "This user is not a member of the bucket"));
    }
    if tx.channel_member(id, user)?.is_some() {
        return Err(ChatError::field("user", "This user is already a member of the channel"));
    }
    join_channel(tx, stamp, id, user)
}

/// Puts somebody who is not in a channel into it. Asks for no permission.
pub(super) fn join_channel(
    tx: &mut dyn Tx,
    stamp: Stamp,
    channel: ChannelId,
    user: UserId,
) -> Ruled<ChannelMember> {
    let user_then = tx.actor(user)?.ok_or(ChatError::Missing("User"))?;
    let joined = access::channel(tx, channel)?;
    let event = Event::ChannelMemberAdded {
        channel,
        channel_name: joined.name,
        channel_type: joined.channel_type,
        member: MemberId(tx.next_id(Noun::Member)?),
        user: user_then,
    };
    record(tx, stamp, event)?;
    tx.channel_member(channel, user)?.ok_or(ChatError::Missing("Member"))
}

/// Removes somebody, or the caller, from a channel.
///
/// # Errors
/// Channel or user missing; a direct message; not a member; not an admin or moderator.
pub fn remove_from_channel(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    id: ChannelId,
    user: UserId,
) -> Ruled<()> {
    access::channel(tx, id)?;
    access::user(tx, user)?;
    let bucket = access::managed(tx, by, id)?;
    if by == user {
        access::in_bucket(tx, by, bucket)?;
    } else {
        access::has_role(tx, by, bucket, access::ADMINS_AND_MODERATORS)?;
    }
    tx.channel_member(id, user)?.ok_or(ChatError::Missing("Member"))?;
    record(tx, stamp, Event::ChannelMemberRemoved { channel: id, user })?;
    Ok(())
}

/// A channel's members, by membership id.
///
/// # Errors
/// Channel missing; not a member.
pub fn of_channel(tx: &mut dyn Tx, by: UserId, id: ChannelId) -> Ruled<Vec<ChannelMember>> {
    access::in_channel(tx, by, id)?;
    Ok(tx.channel_members(id)?)
}
