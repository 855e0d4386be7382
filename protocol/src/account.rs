//! Accounts: register, log in, who am I.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId, limits};

/// A user as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct User {
    /// Unique id.
    pub id: UserId,
    /// Unique, without regard to case; what `@mentions` name.
    #[serde(default)]
    pub username: String,
    /// The full name, shown beside messages.
    pub name: String,
    /// Empty when none was given.
    #[serde(default)]
    pub email: String,
    /// Whether it is no person: a webhook speaks under its own name. There only when it is so.
    #[serde(default, skip_serializing_if = "is_false")]
    pub bot: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// What somebody says of themselves, perhaps for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Status {
    /// 1 to [`limits::STATUS_CHARS_MAX`] characters.
    pub text: String,
    /// From when on it no longer holds; never when it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Status {
    /// Whether it holds at a time.
    #[must_use]
    pub fn holds(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// A row of `GET /api/chat/users/`, and the answer to `GET /api/chat/users/<id>/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Profile {
    /// Who.
    #[serde(flatten)]
    pub user: User,
    /// Whether they are connected.
    #[serde(default)]
    pub online: bool,
    /// What they say of themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Since when they have the account.
    pub created_at: Timestamp,
}

/// Body of `PATCH /api/auth/me/`; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateMe {
    /// 1 to [`limits::USER_NAME_CHARS_MAX`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::full_name"))]
    pub name: Option<String>,
    /// At most [`limits::EMAIL_CHARS_MAX`] characters; may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::email_or_none"))]
    pub email: Option<String>,
    /// At most [`limits::STATUS_CHARS_MAX`] characters; empty takes it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::status_or_none"))]
    pub status: Option<String>,
    /// How long `status` holds, 1 to [`limits::STATUS_SECONDS_MAX`] seconds; for good when it is
    /// left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::status_seconds"))]
    pub status_expires_in: Option<i64>,
}

/// Body of `POST /api/auth/password/`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangePassword {
    /// The present one.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text"))]
    pub old_password: String,
    /// [`limits::PASSWORD_BYTES_MIN`] to [`limits::PASSWORD_BYTES_MAX`] bytes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::password"))]
    pub new_password: String,
}

/// Body of `POST /api/auth/me/delete/`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteMe {
    /// The account's password, so that a token alone is not enough.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text"))]
    pub password: String,
}

/// Body of `POST /api/auth/register/`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Register {
    /// See [`User::username`].
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::username"))]
    pub username: String,
    /// [`limits::PASSWORD_BYTES_MIN`] to [`limits::PASSWORD_BYTES_MAX`] bytes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::password"))]
    pub password: String,
    /// Defaults to the username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::full_name_or_none"))]
    pub name: Option<String>,
    /// Optional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::email_or_none"))]
    pub email: Option<String>,
    /// The code of an invite; needed unless the server registers everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_none"))]
    pub invite: Option<String>,
}

/// Body of `POST /api/auth/login/`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogIn {
    /// The username, in any case.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text"))]
    pub username: String,
    /// The password.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text"))]
    pub password: String,
    /// What the login is called in a list of logins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_none"))]
    pub device: Option<String>,
}

/// Answer to register and login. The token is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoggedIn {
    /// Goes into `Authorization: Token …`.
    pub token: String,
    /// Who it stands for.
    pub user: User,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Answer of `POST /api-token-auth/`, Django REST framework's own path.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BareToken {
    /// Goes into `Authorization: Token …`.
    pub token: String,
}

/// Answer of `GET /api/auth/me/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Me {
    /// The caller.
    #[serde(flatten)]
    pub user: User,
    /// What they say of themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The database's identity: when it changes, every remembered `seq` is void.
    pub epoch: String,
    /// `pail-server`'s version.
    pub server_version: String,
    /// What the server accepts.
    pub limits: Limits,
}

/// The bounds a client needs to know before it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Limits {
    /// Longest `message_text`, in bytes of UTF-8.
    pub message_text_bytes: usize,
    /// Longest WebSocket message, in bytes.
    pub frame_bytes: usize,
    /// Longest REST body, in bytes.
    pub body_bytes: usize,
    /// Largest `limit` of a history page, in messages.
    pub history_page: usize,
    /// Largest attachment, in bytes.
    #[serde(default = "attachment_bytes")]
    pub attachment_bytes: u64,
}

fn attachment_bytes() -> u64 {
    limits::ATTACHMENT_BYTES_MAX
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_text_bytes: limits::MESSAGE_TEXT_BYTES_MAX,
            frame_bytes: limits::FRAME_BYTES_MAX,
            body_bytes: limits::BODY_BYTES_MAX,
            history_page: limits::HISTORY_PAGE_MAX,
            attachment_bytes: limits::ATTACHMENT_BYTES_MAX,
        }
    }
}
