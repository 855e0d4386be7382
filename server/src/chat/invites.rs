//! Invites: what a code opens, and for whom.

use pail_protocol::bucket::{BucketSummary, Role};
use pail_protocol::limits::{
    INVITE_SECONDS_DEFAULT, INVITE_SECONDS_MAX, INVITE_USES_DEFAULT, INVITE_USES_MAX,
};
use pail_protocol::{BucketId, InviteId, Timestamp, UserId};

use super::members::{self, parse_role};
use super::{ChatError, Ruled, access, buckets, channels, within};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::{InviteRow, NewInvite, SecretHash};

/// The first channel of a server's first bucket.
pub const FIRST_CHANNEL: &str = "general";
/// How long the invite that founds the first bucket lives: until it is used, in practice.
const FOUNDING_SECONDS: i64 = 10 * 365 * 24 * 3600;

/// What an admin asks of an invite; `None` takes the default.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// A role's name.
    pub role: Option<String>,
    /// How many may use it.
    pub max_uses: Option<i64>,
    /// In seconds.
    pub expires_in: Option<i64>,
}

/// What an admin got.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Unique id.
    pub id: InviteId,
    /// The role it gives.
    pub role: Role,
    /// How many may use it.
    pub max_uses: u32,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Creates an invite whose code has that hash.
///
/// # Errors
/// Bucket missing; not a member; not an admin; then the fields.
pub fn create(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    bucket: BucketId,
    code_hash: SecretHash,
    wish: &Wish,
) -> Ruled<Terms> {
    access::has_role(tx, by, bucket, access::ADMINS)?;
    let role = parse_role(wish.role.as_deref())?;
    let max_uses = within("max_uses", wish.max_uses, INVITE_USES_DEFAULT, INVITE_USES_MAX)?;
    let seconds =
        within("expires_in", wish.expires_in, INVITE_SECONDS_DEFAULT, INVITE_SECONDS_MAX)?;
    let expires_at = stamp.now.plus_seconds(seconds.into());
    let id = tx.insert_invite(&NewInvite {
        code_hash,
        bucket: Some(bucket),
        role,
        max_uses,
        expires_at,
    })?;
    Ok(Terms { id, role, max_uses, expires_at })
}

/// Replaces the invite that founds the first bucket, while nobody has registered. Says whether
/// that is so.
///
/// # Errors
/// Only the store's.
pub fn renew_founding(tx: &mut dyn Tx, stamp: Stamp, code_hash: SecretHash) -> Ruled<bool> {
    tx.delete_founding_invites()?;
    if tx.has_users()? {
        return Ok(false);
    }
    tx.insert_invite(&NewInvite {
        code_hash,
        bucket: None,
        role: Role::Admin,
        max_uses: 1,
        expires_at: stamp.now.plus_seconds(FOUNDING_SECONDS),
    })?;
    Ok(true)
}

/// The invite of that code, if it can still be used.
///
/// # Errors
/// [`ChatError::InviteInvalid`]
pub fn valid(tx: &mut dyn Tx, stamp: Stamp, code_hash: &SecretHash) -> Ruled<InviteRow> {
    let invite = tx.invite(code_hash)?.ok_or(ChatError::InviteInvalid)?;
    let usable = invite.uses < invite.max_uses && stamp.now < invite.expires_at;
    let leads_somewhere = match invite.bucket {
        Some(bucket) => tx.bucket(bucket)?.is_some(),
        None => true,
    };
    if usable && leads_somewhere { Ok(invite) } else { Err(ChatError::InviteInvalid) }
}

/// Lets somebody in: into the invite's bucket and its oldest channel. Who is in already uses
/// nothing up. The founding invite makes a bucket called `team_name` with a first channel.
///
/// # Errors
/// [`ChatError::InviteInvalid`]
pub fn accept(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    code_hash: &SecretHash,
    team_name: &str,
) -> Ruled<BucketSummary> {
    let invite = valid(tx, stamp, code_hash)?;
    let Some(bucket) = invite.bucket else {
        tx.delete_founding_invites()?;
        let bucket = buckets::create(tx, by, stamp, team_name)?.id;
        channels::create(tx, by, stamp, bucket, FIRST_CHANNEL, "group")?;
        return buckets::summary(tx, by, bucket);
    };
    if tx.bucket_member(bucket, by)?.is_none() {
        tx.use_invite(invite.id)?;
        members::join_bucket(tx, stamp, bucket, by, invite.role)?;
        if let Some(channel) = tx.first_channel(bucket)? {
            members::join_channel(tx, stamp, channel, by)?;
        }
    }
    buckets::summary(tx, by, bucket)
}
