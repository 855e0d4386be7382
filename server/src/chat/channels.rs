//! Channels of buckets: create, delete, list.

use pail_protocol::channel::{Channel, ChannelSummary, ChannelType};
use pail_protocol::event::Event;
use pail_protocol::limits::NAME_CHARS_MAX;
use pail_protocol::{BucketId, ChannelId, UserId};

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
    let name = checked(tx, bucket, wanted, channel_type)?;
    let channel = ChannelId(tx.next_id(Noun::Channel)?);
    record(
        tx,
        stamp,
        Event::ChannelCreated {
            channel,
            bucket: Some(bucket),
            name,
            channel_type: ChannelType::Group,
            by,
        },
    )?;
    members::join_channel(tx, stamp, channel, by)?;
    Ok(resource(access::channel(tx, channel)?))
}

/// All wrong fields at once, or the name.
fn checked(tx: &mut dyn Tx, bucket: BucketId, wanted: &str, channel_type: &str) -> Ruled<String> {
    let mut wrong = Wrong::default();
    let name = wrong.keep(free_name(tx, bucket, wanted))?;
    wrong.keep(check_type(channel_type))?;
    wrong.finish()?;
    Ok(name)
}

fn free_name(tx: &mut dyn Tx, bucket: BucketId, wanted: &str) -> Ruled<String> {
    let name = name("name", wanted, NAME_CHARS_MAX, Blankable::No)?;
    if tx.channel_name_taken(bucket, &name)? {
        let sentence = "A channel with this name already exists in the bucket";
        return Err(ChatError::field("name", sentence));
    }
    Ok(name)
}

fn check_type(word: &str) -> Ruled<()> {
    let sentence = match ChannelType::parse(word) {
        Some(ChannelType::Group | ChannelType::Private) => return Ok(()),
        Some(ChannelType::Direct) => {
            "Open direct messages with /api/chat/direct-messages/create/".to_owned()
        }
        None => format!("\"{word}\" is not a valid choice"),
    };
    Err(ChatError::field("channel_type", sentence))
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
