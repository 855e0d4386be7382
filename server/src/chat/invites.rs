//! Invites: what a code opens, and for whom.

use pail_protocol::bucket::{BucketSummary, Role};
use pail_protocol::invite::InviteSummary;
use pail_protocol::limits::{
    INVITE_CHANNELS_MAX, INVITE_SECONDS_DEFAULT, INVITE_SECONDS_MAX, INVITE_USES_DEFAULT,
    INVITE_USES_MAX,
};
use pail_protocol::{BucketId, ChannelId, InviteId, Timestamp, UserId};

use super::members::{self, parse_role};
use super::{ChatError, Ruled, Wrong, access, buckets, channels, within};
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
    /// Channels people join along with it.
    pub channels: Vec<i64>,
}

/// What an admin got.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Unique id.
    pub id: InviteId,
    /// The role it gives.
    pub role: Role,
    /// How many may use it.
    pub max_uses: u32,
    /// Until when.
    pub expires_at: Timestamp,
    /// The channels it leads into.
    pub channels: Vec<ChannelId>,
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
    let mut wrong = Wrong::default();
    let role = wrong.keep(parse_role(wish.role.as_deref()).map(Some))?.unwrap_or(Role::Member);
    let max_uses =
        wrong.keep(within("max_uses", wish.max_uses, INVITE_USES_DEFAULT, INVITE_USES_MAX))?;
    let (default, max) = (INVITE_SECONDS_DEFAULT, INVITE_SECONDS_MAX);
    let seconds = wrong.keep(within("expires_in", wish.expires_in, default, max))?;
    let channels = wrong.keep(joinable(tx, by, bucket, &wish.channels))?;
    wrong.finish()?;
    let expires_at = stamp.now.plus_seconds(seconds.into());
    let bucket = Some(bucket);
    let invite = NewInvite { code_hash, bucket, role, max_uses, expires_at, channels: &channels };
    let id = tx.insert_invite(&invite)?;
    Ok(Terms { id, role, max_uses, expires_at, channels })
}

/// Channels of the bucket that the inviter may see, each once.
fn joinable(
    tx: &mut dyn Tx,
    by: UserId,
    bucket: BucketId,
    wanted: &[i64],
) -> Ruled<Vec<ChannelId>> {
    if wanted.len() > INVITE_CHANNELS_MAX {
        let sentence = format!("Ensure this field has no more than {INVITE_CHANNELS_MAX} elements");
        return Err(ChatError::field("channels", sentence));
    }
    let mut channels: Vec<ChannelId> = wanted.iter().map(|id| ChannelId(*id)).collect();
    channels.sort_unstable();
    channels.dedup();
    for id in &channels {
        let fits = match access::channel(tx, by, *id) {
            Ok(channel) => channel.bucket == Some(bucket),
            Err(ChatError::Missing(_)) => false,
            Err(other) => return Err(other),
        };
        if !fits {
            let sentence = format!("Invalid pk \"{id}\" - object does not exist.");
            return Err(ChatError::field("channels", sentence));
        }
    }
    Ok(channels)
}

/// A bucket's invites that can still be used, by id.
///
/// # Errors
/// Bucket missing; not a member; not an admin.
pub fn list(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    bucket: BucketId,
) -> Ruled<Vec<InviteSummary>> {
    access::has_role(tx, by, bucket, access::ADMINS)?;
    let usable = tx.invites_to(bucket)?.into_iter().filter(|invite| is_usable(invite, stamp));
    Ok(usable.map(|invite| summary(bucket, invite)).collect())
}

fn summary(bucket: BucketId, invite: InviteRow) -> InviteSummary {
    let InviteRow { id, role, max_uses, uses, expires_at, channels, .. } = invite;
    InviteSummary { id, bucket, role, max_uses, uses, expires_at, channels }
}

/// Ends an invite.
///
/// # Errors
/// Bucket missing; not a member; not an admin; it is no invite of the bucket.
pub fn revoke(tx: &mut dyn Tx, by: UserId, bucket: BucketId, id: InviteId) -> Ruled<()> {
    access::has_role(tx, by, bucket, access::ADMINS)?;
    if tx.delete_invite(bucket, id)? { Ok(()) } else { Err(ChatError::Missing("Invite")) }
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
        channels: &[],
    })?;
    Ok(true)
}

/// The invite of that code, if it can still be used.
///
/// # Errors
/// [`ChatError::InviteInvalid`]
pub fn valid(tx: &mut dyn Tx, stamp: Stamp, code_hash: &SecretHash) -> Ruled<InviteRow> {
    let invite = tx.invite(code_hash)?.ok_or(ChatError::InviteInvalid)?;
    let leads_somewhere = match invite.bucket {
        Some(bucket) => tx.bucket(bucket)?.is_some(),
        None => true,
    };
    if is_usable(&invite, stamp) && leads_somewhere {
        Ok(invite)
    } else {
        Err(ChatError::InviteInvalid)
    }
}

fn is_usable(invite: &InviteRow, stamp: Stamp) -> bool {
    invite.uses < invite.max_uses && stamp.now < invite.expires_at
}

/// Lets somebody in: into the invite's bucket and channels. Who is in already uses
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
        for channel in led_into(tx, bucket, &invite.channels)? {
            members::join_channel(tx, stamp, channel, by)?;
        }
    }
    buckets::summary(tx, by, bucket)
}

/// The channels of an invite that are still there; the bucket's oldest one if it names none.
fn led_into(tx: &mut dyn Tx, bucket: BucketId, channels: &[ChannelId]) -> Ruled<Vec<ChannelId>> {
    if channels.is_empty() {
        return Ok(tx.first_channel(bucket)?.into_iter().collect());
    }
    let mut there = Vec::with_capacity(channels.len());
    for id in channels {
        there.extend(tx.channel(*id)?.map(|channel| channel.id));
    }
    Ok(there)
}
