//! Invites to buckets, of whose codes only the hash is known.

use pail_protocol::bucket::Role;
use pail_protocol::{BucketId, ChannelId, InviteId, Timestamp};

use super::{SecretHash, Stored};

/// A stored invite.
#[derive(Debug, Clone)]
pub struct InviteRow {
    /// Its id.
    pub id: InviteId,
    /// Where it leads; `None` founds the first bucket.
    pub bucket: Option<BucketId>,
    /// The role it gives.
    pub role: Role,
    /// How many may use it.
    pub max_uses: u32,
    /// How many have.
    pub uses: u32,
    /// Until when.
    pub expires_at: Timestamp,
    /// The channels it leads into; the bucket's oldest one when there is none.
    pub channels: Vec<ChannelId>,
}

/// An invite to be inserted.
pub struct NewInvite<'a> {
    /// Of the code.
    pub code_hash: SecretHash,
    /// Where it leads; `None` founds the first bucket.
    pub bucket: Option<BucketId>,
    /// The role it gives.
    pub role: Role,
    /// How many may use it.
    pub max_uses: u32,
    /// Until when.
    pub expires_at: Timestamp,
    /// The channels it leads into; the bucket's oldest one when there is none.
    pub channels: &'a [ChannelId],
}

/// Invites.
pub trait Invites {
    /// Adds an invite.
    fn insert_invite(&mut self, invite: &NewInvite<'_>) -> Stored<InviteId>;
    /// The invite whose code has that hash.
    fn invite(&mut self, code_hash: &SecretHash) -> Stored<Option<InviteRow>>;
    /// All invites of a bucket, by id.
    fn invites_to(&mut self, bucket: BucketId) -> Stored<Vec<InviteRow>>;
    /// Counts one use.
    fn use_invite(&mut self, id: InviteId) -> Stored<()>;
    /// Removes an invite of a bucket; says whether it was there.
    fn delete_invite(&mut self, bucket: BucketId, id: InviteId) -> Stored<bool>;
    /// Removes the invites that found the first bucket.
    fn delete_founding_invites(&mut self) -> Stored<()>;
}
