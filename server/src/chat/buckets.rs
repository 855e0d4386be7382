//! Buckets: create, delete, list.

use pail_protocol::bucket::{Bucket, BucketSummary, Role};
use pail_protocol::event::Event;
use pail_protocol::limits::NAME_CHARS_MAX;
use pail_protocol::{BucketId, UserId};

use super::names::{Blankable, name};
use super::record::record;
use super::{ChatError, Ruled, access, members};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::Noun;

/// Creates a bucket; the caller becomes its admin.
///
/// # Errors
/// [`ChatError::Invalid`] for the name.
pub fn create(tx: &mut dyn Tx, by: UserId, stamp: Stamp, wanted: &str) -> Ruled<Bucket> {
    let name = name("name", wanted, NAME_CHARS_MAX, Blankable::No)?;
    let bucket = BucketId(tx.next_id(Noun::Bucket)?);
    record(tx, stamp, Event::BucketCreated { bucket, name, by })?;
    members::join_bucket(tx, stamp, bucket, by, Role::Admin)?;
    access::bucket(tx, bucket)
}

/// Deletes a bucket with all its channels.
///
/// # Errors
/// Missing; not a member; not an admin.
pub fn delete(tx: &mut dyn Tx, by: UserId, stamp: Stamp, bucket: BucketId) -> Ruled<()> {
    access::has_role(tx, by, bucket, access::ADMINS)?;
    record(tx, stamp, Event::BucketDeleted { bucket })?;
    Ok(())
}

/// The caller's buckets, by id.
///
/// # Errors
/// Only the store's.
pub fn list(tx: &mut dyn Tx, by: UserId) -> Ruled<Vec<BucketSummary>> {
    Ok(tx.buckets_of(by)?)
}

/// One of the caller's buckets.
///
/// # Errors
/// Missing, or not a member.
pub fn summary(tx: &mut dyn Tx, by: UserId, bucket: BucketId) -> Ruled<BucketSummary> {
    let mut mine = tx.buckets_of(by)?.into_iter();
    mine.find(|row| row.id == bucket).ok_or(ChatError::NotInBucket)
}
