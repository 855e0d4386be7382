//! Somebody leaves for good.

use pail_protocol::UserId;
use pail_protocol::event::Event;

use super::record::record;
use super::{ChatError, Ruled, members};
use crate::clock::Stamp;
use crate::store::Tx;

/// Takes somebody out of all buckets and channels. A bucket that nobody else is in ends.
///
/// # Errors
/// They are the last admin of a bucket that others are in.
pub fn depart(tx: &mut dyn Tx, stamp: Stamp, user: UserId) -> Ruled<()> {
    for bucket in tx.buckets_of(user)? {
        let member = tx.bucket_member(bucket.id, user)?.ok_or(ChatError::Missing("Member"))?;
        if bucket.member_count == 1 {
            record(tx, stamp, Event::BucketDeleted { bucket: bucket.id })?;
        } else if members::is_last_admin(tx, &member)? {
            let sentence = format!("You are the last admin of the bucket \"{}\"", bucket.name);
            return Err(ChatError::field("non_field_errors", sentence));
        } else {
            members::part_from_bucket(tx, stamp, bucket.id, user)?;
        }
    }
    for (direct, _) in tx.channels_of(user)? {
        members::part_from_channel(tx, stamp, direct, user)?;
    }
    Ok(())
}
