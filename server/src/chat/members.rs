//! Who is in buckets and channels, and with which role: join, add, change, remove, list.

use pail_protocol::bucket::{BucketMember, Role};
use pail_protocol::channel::{ChannelMember, ChannelType};
use pail_protocol::event::Event;
use pail_protocol::{BucketId, ChannelId, MemberId, UserId};

use super::direct::Made;
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

/// Whether somebody's membership is the caller's to decide.
///
/// # Errors
/// Bucket or user missing; not a member; not an admin.
pub fn may_add_to_bucket(tx: &mut dyn Tx, by: UserId, bucket: BucketId, user: UserId) -> Ruled<()> {
    access::bucket(tx, bucket)?;
    access::person(tx, user)?;
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
    if is_last_admin(tx, &member)? {
        return Err(ChatError::field("user", "The last admin cannot leave the bucket"));
    }
    part_from_bucket(tx, stamp, bucket, user)
}

/// Takes somebody out of a bucket they are in, and of all its channels. Asks for no permission.
pub(super) fn part_from_bucket(
    tx: &mut dyn Tx,
    stamp: Stamp,
    bucket: BucketId,
    user: UserId,
) -> Ruled<()> {
    for channel in tx.channels_joined(bucket, user)? {
        part_from_channel(tx, stamp, channel, user)?;
    }
    record(tx, stamp, Event::BucketMemberRemoved { bucket, user })?;
    Ok(())
}

/// Gives a member of a bucket another role. The same one again changes nothing.
///
/// # Errors
/// Bucket or user missing; not a member; not an admin; the user is no member; then the role, and
/// the last admin's.
pub fn change_role(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    bucket: BucketId,
    user: UserId,
    role: &str,
) -> Ruled<BucketMember> {
    let member = may_change_role(tx, by, bucket, user)?;
    let role = parse_role(Some(role))?;
    if member.role == role {
        return Ok(member);
    }
    if is_last_admin(tx, &member)? {
        return Err(ChatError::field("role", "The last admin of the bucket stays one"));
    }
    record(tx, stamp, Event::BucketRoleChanged { bucket, user, role })?;
    tx.bucket_member(bucket, user)?.ok_or(ChatError::Missing("Member"))
}

/// The membership whose role somebody may change.
///
/// # Errors
/// Bucket or user missing; not a member; not an admin; the user is no member.
pub fn may_change_role(
    tx: &mut dyn Tx,
    by: UserId,
    bucket: BucketId,
    user: UserId,
) -> Ruled<BucketMember> {
    may_add_to_bucket(tx, by, bucket, user)?;
    tx.bucket_member(bucket, user)?.ok_or(ChatError::Missing("Member"))
}

/// Whether a bucket would be without an admin but for this member.
pub(super) fn is_last_admin(tx: &mut dyn Tx, member: &BucketMember) -> Ruled<bool> {
    Ok(member.role == Role::Admin && tx.count_role(member.bucket, Role::Admin)? == 1)
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
    access::channel(tx, by, id)?;
    access::person(tx, user)?;
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
    let joined = tx.channel(channel)?.ok_or(ChatError::Missing("Channel"))?;
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
    access::channel(tx, by, id)?;
    access::user(tx, user)?;
    let bucket = access::managed(tx, by, id)?;
    if by == user {
        access::in_bucket(tx, by, bucket)?;
    } else {
        access::has_role(tx, by, bucket, access::ADMINS_AND_MODERATORS)?;
    }
    tx.channel_member(id, user)?.ok_or(ChatError::Missing("Member"))?;
    part_from_channel(tx, stamp, id, user)
}

/// Takes somebody out of a channel they are in; a private one ends with its last member. Asks for
/// no permission.
pub(super) fn part_from_channel(
    tx: &mut dyn Tx,
    stamp: Stamp,
    id: ChannelId,
    user: UserId,
) -> Ruled<()> {
    let channel = tx.channel(id)?.ok_or(ChatError::Missing("Channel"))?;
    record(tx, stamp, Event::ChannelMemberRemoved { channel: id, user })?;
    if channel.channel_type == ChannelType::Private && tx.count_channel_members(id)? == 0 {
        record(tx, stamp, Event::ChannelDeleted { channel: id, bucket: channel.bucket })?;
    }
    Ok(())
}

/// The caller joins a channel of one of their buckets.
///
/// # Errors
/// Channel missing; a direct message; not in its bucket.
pub fn join(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    id: ChannelId,
) -> Ruled<(ChannelMember, Made)> {
    let bucket = access::managed(tx, by, id)?;
    access::in_bucket(tx, by, bucket)?;
    match tx.channel_member(id, by)? {
        Some(member) => Ok((member, Made::Before)),
        None => Ok((join_channel(tx, stamp, id, by)?, Made::New)),
    }
}

/// The caller leaves a channel.
///
/// # Errors
/// Channel missing; a direct message; not a member.
pub fn leave(tx: &mut dyn Tx, by: UserId, stamp: Stamp, id: ChannelId) -> Ruled<()> {
    access::in_channel(tx, by, id)?;
    access::managed(tx, by, id)?;
    part_from_channel(tx, stamp, id, by)
}

/// A channel's members, by membership id.
///
/// # Errors
/// Channel missing; not a member.
pub fn of_channel(tx: &mut dyn Tx, by: UserId, id: ChannelId) -> Ruled<Vec<ChannelMember>> {
    access::in_channel(tx, by, id)?;
    Ok(tx.channel_members(id)?)
}
