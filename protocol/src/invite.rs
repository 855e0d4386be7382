//! Invites: a code that lets somebody register and join a bucket.

use serde::{Deserialize, Serialize};

use crate::bucket::Role;
use crate::{BucketId, ChannelId, InviteId, Timestamp};

/// Answer to `POST /api/chat/buckets/<id>/invites/create/`. The code is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invite {
    /// Unique id, with which it is listed and revoked.
    pub id: InviteId,
    /// The secret part; `pail join <server>/join/<code>`.
    pub code: String,
    /// The bucket it leads to.
    pub bucket: BucketId,
    /// The role it gives.
    pub role: Role,
    /// How many people may use it.
    pub max_uses: u32,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// The channels it leads into; the bucket's oldest one when there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelId>,
}

/// A row of `GET /api/chat/buckets/<id>/invites/`. The code is not told again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InviteSummary {
    /// Unique id.
    pub id: InviteId,
    /// The bucket it leads to.
    pub bucket: BucketId,
    /// The role it gives.
    pub role: Role,
    /// How many people may use it.
    pub max_uses: u32,
    /// How many have.
    pub uses: u32,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// The channels it leads into; the bucket's oldest one when there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelId>,
}

/// Body of `POST /api/chat/buckets/<id>/invites/create/`; every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateInvite {
    /// Defaults to `member`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Defaults to [`crate::limits::INVITE_USES_DEFAULT`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::invite_uses"))]
    pub max_uses: Option<u32>,
    /// In seconds; defaults to [`crate::limits::INVITE_SECONDS_DEFAULT`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::invite_seconds"))]
    pub expires_in: Option<u32>,
    /// Channels of the bucket that people join along with it, at most
    /// [`crate::limits::INVITE_CHANNELS_MAX`]; defaults to the oldest one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::invite_channels"))]
    pub channels: Vec<ChannelId>,
}
