//! Channels of buckets: create, read, change, delete, list.
//!
//! The names of a bucket's `group` channels are unique. Those of private channels need not be: a name
//! that is refused would tell who is not in the channel that there is one.

use pail_protocol::channel::{Channel, ChannelDetail, ChannelSummary, ChannelType};
use pail_protocol::event::Event;
use pail_protocol::limits::{NAME_CHARS_MAX, TOPIC_CHARS_MAX};
use pail_protocol::{BucketId, ChannelId, Seq, UserId};

use super::names::{Blankable, name};
use super::record::record;
use super::{ChatError, Ruled, Wrong, access, members};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::{ChannelRow, Noun};

/// Creates a channel; the caller becomes its member.
///
/// # Errors
/// Bucket missing; not a member; not an admin or moderator; then the fields.
pub fn create(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    bucket: BucketId,
    wanted: &str,
    channel_type: &str,
) -> Ruled<Channel> {
    access::has_role(tx, by, bucket, access::ADMINS_AND_MODERATORS)?;
    let (name, channel_type) = checked(tx, bucket, wanted, channel_type)?;
    let channel = ChannelId(tx.next_id(Noun::Channel)?);
    let bucket = Some(bucket);
    record(tx, stamp, Event::ChannelCreated { channel, bucket, name, channel_type, by })?;
    members::join_channel(tx, stamp, channel, by)?;
    Ok(resource(access::channel(tx, by, channel)?))
}

/// All wrong fields at once, or name and type.
fn checked(
    tx: &mut dyn Tx,
    bucket: BucketId,
    wanted: &str,
    channel_type: &str,
) -> Ruled<(String, ChannelType)> {
    let mut wrong = Wrong::default();
    let channel_type = wrong.keep(parse_type(channel_type).map(Some))?;
    let channel_type = channel_type.unwrap_or(ChannelType::Group);
    let name = wrong.keep(free_name(tx, bucket, channel_type, None, wanted))?;
    wrong.finish()?;
    Ok((name, channel_type))
}

/// A name that a new channel, or the one that is to be renamed, may have.
fn free_name(
    tx: &mut dyn Tx,
    bucket: BucketId,
    channel_type: ChannelType,
    renamed: Option<ChannelId>,
    wanted: &str,
) -> Ruled<String> {
    let name = name("name", wanted, NAME_CHARS_MAX, Blankable::No)?;
    let holder = match channel_type {
        ChannelType::Group => tx.group_channel_named(bucket, &name)?,
        ChannelType::Private | ChannelType::Direct => None,
    };
    if holder.is_some() && holder != renamed {
        let sentence = "A channel with this name already exists in the bucket";
        return Err(ChatError::field("name", sentence));
    }
    Ok(name)
}

fn parse_type(word: &str) -> Ruled<ChannelType> {
    let sentence = match ChannelType::parse(word) {
        Some(kind @ (ChannelType::Group | ChannelType::Private)) => return Ok(kind),
        Some(ChannelType::Direct) => {
            "Open direct messages with /api/chat/direct-messages/create/".to_owned()
        }
        None => format!("\"{word}\" is not a valid choice"),
    };
    Err(ChatError::field("channel_type", sentence))
}

/// One channel as the caller stands to it.
///
/// # Errors
/// Channel missing; neither in it nor in its bucket.
pub fn detail(tx: &mut dyn Tx, by: UserId, id: ChannelId) -> Ruled<ChannelDetail> {
    let channel = access::sees_channel(tx, by, id)?;
    let standing = tx.unread_in(by, id)?;
    let peer = match channel.channel_type {
        ChannelType::Direct => tx.peer(id, by)?,
        ChannelType::Group | ChannelType::Private => None,
    };
    Ok(ChannelDetail {
        member_count: tx.count_channel_members(id)?,
        is_member: standing.is_some(),
        last_seq: standing.map_or(Seq(0), |unread| unread.last_seq),
        read_seq: standing.map_or(Seq(0), |unread| unread.read_seq),
        unread: standing.map_or(0, |unread| unread.unread),
        mentions: standing.map_or(0, |unread| unread.mentions),
        muted: standing.is_some_and(|unread| unread.muted),
        channel: Channel { peer, ..resource(channel) },
    })
}

/// What somebody wants to change about a channel.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// How it is to be called.
    pub name: Option<String>,
    /// What it is to be about.
    pub topic: Option<String>,
}

/// Whether somebody may change a channel's name, its topic, or both; with neither, whether they
/// may see it.
///
/// # Errors
/// Channel missing; a direct message; not in the bucket, or its role; for the topic, not in the
/// channel.
pub fn may_change(
    tx: &mut dyn Tx,
    by: UserId,
    id: ChannelId,
    name: bool,
    topic: bool,
) -> Ruled<ChannelRow> {
    let channel = access::sees_channel(tx, by, id)?;
    let bucket = access::managed(tx, by, id)?;
    if name {
        access::has_role(tx, by, bucket, access::ADMINS_AND_MODERATORS)?;
    }
    if topic {
        access::in_channel(tx, by, id)?;
    }
    Ok(channel)
}

/// Changes a channel. What changes nothing is not recorded.
///
/// # Errors
/// Those of [`may_change`]; then the fields.
pub fn change(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    id: ChannelId,
    wanted: &Changes,
) -> Ruled<ChannelDetail> {
    let before = may_change(tx, by, id, wanted.name.is_some(), wanted.topic.is_some())?;
    let bucket = access::managed(tx, by, id)?;
    let mut wrong = Wrong::default();
    let name = match &wanted.name {
        Some(text) => wrong.keep(free_name(tx, bucket, before.channel_type, Some(id), text))?,
        None => before.name.clone(),
    };
    let topic = wanted.topic.as_ref().unwrap_or(&before.topic);
    let topic = wrong.keep(super::name("topic", topic, TOPIC_CHARS_MAX, Blankable::Yes))?;
    wrong.finish()?;
    if (&name, &topic) != (&before.name, &before.topic) {
        let bucket = Some(bucket);
        record(tx, stamp, Event::ChannelChanged { channel: id, bucket, name, topic })?;
    }
    detail(tx, by, id)
}

/// Deletes a channel.
///
/// # Errors
/// Missing; a direct message; not a member of the bucket; not an admin.
pub fn delete(tx: &mut dyn Tx, by: UserId, stamp: Stamp, id: ChannelId) -> Ruled<()> {
    let bucket = access::managed(tx, by, id)?;
    access::has_role(tx, by, bucket, access::ADMINS)?;
    record(tx, stamp, Event::ChannelDeleted { channel: id, bucket: Some(bucket) })?;
    Ok(())
}

/// A bucket's channels by id.
///
/// # Errors
/// Bucket missing; not a member.
pub fn list(tx: &mut dyn Tx, by: UserId, bucket: BucketId) -> Ruled<Vec<ChannelSummary>> {
    access::in_bucket(tx, by, bucket)?;
    Ok(tx.channels_in(bucket, by)?)
}

/// A stored channel as it is answered.
pub(super) fn resource(channel: ChannelRow) -> Channel {
    Channel {
        id: channel.id,
        name: channel.name,
        channel_type: channel.channel_type,
        bucket: channel.bucket,
        created_at: channel.created_at,
        updated_at: channel.updated_at,
        peer: None,
        topic: channel.topic,
    }
}
