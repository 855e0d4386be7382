//! Tokens: a login on a device, or one made for a bot or CI, with scopes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{ChannelId, LoginId, Timestamp};

/// How far a token reaches. On the wire `read`, `write`, `admin` or `channel:<id>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Reading, and listening on WebSockets.
    Read,
    /// Saying something: messages, edits, reactions, attachments, read markers, typing.
    Write,
    /// Everything else that changes something: buckets, channels, members, invites, webhooks,
    /// tokens, the account.
    Admin,
    /// No URL but those of this channel. With several of them, of each.
    Channel(ChannelId),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read => f.write_str("read"),
            Self::Write => f.write_str("write"),
            Self::Admin => f.write_str("admin"),
            Self::Channel(id) => write!(f, "channel:{id}"),
        }
    }
}

/// Why a text is no [`Scope`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAScope;

impl fmt::Display for NotAScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("A scope is `read`, `write`, `admin` or `channel:<id>`")
    }
}

impl std::error::Error for NotAScope {}

impl FromStr for Scope {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        match (text, text.strip_prefix("channel:")) {
            ("read", _) => Ok(Self::Read),
            ("write", _) => Ok(Self::Write),
            ("admin", _) => Ok(Self::Admin),
            (_, Some(id)) if id.bytes().all(|byte| byte.is_ascii_digit()) => {
                id.parse().map(|id| Self::Channel(ChannelId(id))).map_err(|_| NotAScope)
            }
            _ => Err(NotAScope),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A row of `GET /api/auth/tokens/`. The token itself is not told again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Token {
    /// Unique id, with which it is revoked.
    pub id: LoginId,
    /// What its owner calls it; a login's is the device's name.
    pub label: String,
    /// How far it reaches.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute; `null` when never.
    pub last_used_at: Option<Timestamp>,
    /// Whether it is the one this request was made with.
    pub current: bool,
}

/// Body of `POST /api/auth/tokens/create/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateToken {
    /// 1 to [`crate::limits::LABEL_CHARS_MAX`] characters.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::label"))]
    pub label: String,
    /// Defaults to `read` and `write`; never more than the token it is made with has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::scopes"))]
    pub scopes: Option<Vec<Scope>>,
    /// In seconds; defaults to 90 days, at most [`crate::limits::TOKEN_SECONDS_MAX`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::token_seconds"))]
    pub expires_in: Option<u32>,
}

/// Answer to [`CreateToken`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewToken {
    /// Goes into `Authorization: Token …`. Shown this once.
    pub token: String,
    /// As it is listed from now on.
    #[serde(flatten)]
    pub row: Token,
}
