//! Invites: a code that lets somebody register and join a bucket.

use serde::{Deserialize, Serialize};

use crate::bucket::Role;
use crate::{BucketId, Timestamp};

/// Answer to `POST /api/chat/buckets/<id>/invites/create/`. The code is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
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
}

/// Body of `POST /api/chat/buckets/<id>/invites/create/`; every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateInvite {
    /// Defaults to `member`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Defaults to [`crate::limits::INVITE_USES_DEFAULT`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u32>,
    /// In seconds; defaults to [`crate::limits::INVITE_SECONDS_DEFAULT`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u32>,
}
