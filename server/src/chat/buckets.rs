//! Buckets: create, read, change, delete, list.

use pail_protocol::bucket::{Bucket, BucketSummary, Role};
use pail_protocol::event::Event;
use pail_protocol::limits::{ICON_CHARS_MAX, NAME_CHARS_MAX};
use pail_protocol::{BucketId, UserId};

use super::names::{Blankable, name};
use super::record::record;
use super::{ChatError, Ruled, Wrong, access, members};
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

/// A bucket, for its members.
///
/// # Errors
/// Missing; not a member.
pub fn read(tx: &mut dyn Tx, by: UserId, bucket: BucketId) -> Ruled<Bucket> {
    access::in_bucket(tx, by, bucket)?;
    access::bucket(tx, bucket)
}

/// What somebody wants to change about a bucket.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// How it is to be called.
    pub name: Option<String>,
    /// An emoji or a few letters; an empty one takes the icon away.
    pub icon: Option<String>,
}

/// Changes a bucket. What changes nothing is not recorded.
///
/// # Errors
/// Missing; not a member; not an admin; then the fields.
pub fn change(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    bucket: BucketId,
    wanted: &Changes,
) -> Ruled<Bucket> {
    access::has_role(tx, by, bucket, access::ADMINS)?;
    let before = access::bucket(tx, bucket)?;
    let mut wrong = Wrong::default();
    let wanted_name = wanted.name.as_ref().unwrap_or(&before.name);
    let name = wrong.keep(name("name", wanted_name, NAME_CHARS_MAX, Blankable::No))?;
    let icon = match &wanted.icon {
        Some(text) => wrong.keep(icon(text))?,
        None => before.icon.clone(),
    };
    wrong.finish()?;
    if (&name, &icon) != (&before.name, &before.icon) {
        record(tx, stamp, Event::BucketChanged { bucket, name, icon })?;
    }
    access::bucket(tx, bucket)
}

fn icon(text: &str) -> Ruled<Option<String>> {
    let icon = name("icon", text, ICON_CHARS_MAX, Blankable::Yes)?;
    Ok(Some(icon).filter(|icon| !icon.is_empty()))
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
