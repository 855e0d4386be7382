//! Buckets (organizations) and who is in them.

use serde::{Deserialize, Serialize};

use crate::{BucketId, MemberId, Timestamp, UserId};

/// What a member may do in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads and writes where they are a member.
    Member,
    /// Also creates channels and manages their members.
    Moderator,
    /// Also manages the bucket, its members and the deletion of channels.
    Admin,
}

impl Role {
    /// All roles, least first.
    pub const ALL: [Self; 3] = [Self::Member, Self::Moderator, Self::Admin];

    /// The word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// A row of `GET /api/chat/buckets/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BucketSummary {
    /// Unique id.
    pub id: BucketId,
    /// Shown name.
    pub name: String,
    /// How many members it has.
    pub member_count: u64,
    /// What the caller may do in it.
    #[serde(default = "least_role")]
    pub role: Role,
    /// An emoji or a few letters; there only when one was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
}

fn least_role() -> Role {
    Role::Member
}

/// Answer to `POST /api/chat/buckets/create/`, and to reading and changing a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bucket {
    /// Unique id.
    pub id: BucketId,
    /// Shown name.
    pub name: String,
    /// The document's spelling of `created_at`; both are sent.
    pub create_at: Timestamp,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// An emoji or a few letters; there only when one was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
}

/// Body of `PATCH /api/chat/buckets/<id>/`; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateBucket {
    /// 1 to [`crate::limits::NAME_CHARS_MAX`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::name"))]
    pub name: Option<String>,
    /// At most [`crate::limits::ICON_CHARS_MAX`] characters; an empty one takes the icon away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::icon_or_none"))]
    pub icon: Option<String>,
}

/// Body of `POST /api/chat/buckets/<id>/members/<user_id>/role/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeRole {
    /// The role they are to have.
    pub role: Role,
}

/// Body of `POST /api/chat/buckets/create/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateBucket {
    /// 1 to [`crate::limits::NAME_CHARS_MAX`] characters.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::name"))]
    pub name: String,
}

/// Somebody's membership in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BucketMember {
    /// The membership's own id.
    pub id: MemberId,
    /// Of which bucket.
    pub bucket: BucketId,
    /// Whose.
    pub user: UserId,
    /// With which role.
    pub role: Role,
    /// The document's spelling of `created_at`; both are sent.
    pub create_at: Timestamp,
    /// When they joined.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The user's full name.
    #[serde(default)]
    pub user_name: String,
    /// The user's username.
    #[serde(default)]
    pub username: String,
}

/// Body of `POST /api/chat/buckets/members/add/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddBucketMember {
    /// To which bucket.
    pub bucket: BucketId,
    /// Whom.
    pub user: UserId,
    /// With which role; `member` when it is left out.
    #[serde(default = "least_role")]
    pub role: Role,
}

/// The body of an answer that only says what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Done {
    /// `Bucket deleted` or `user removed from bucket`.
    pub message: String,
}
