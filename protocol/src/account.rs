//! Accounts: register, log in, who am I.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId, limits};

/// A user as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// Body of `POST /api/auth/register/`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// See [`User::username`].
    pub username: String,
    /// [`limits::PASSWORD_BYTES_MIN`] to [`limits::PASSWORD_BYTES_MAX`] bytes.
    pub password: String,
    /// Defaults to the username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Optional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The code of an invite; needed unless the server registers everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<String>,
}

/// Body of `POST /api/auth/login/`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogIn {
    /// The username, in any case.
    pub username: String,
    /// The password.
    pub password: String,
    /// What the login is called in a list of logins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// Answer to register and login. The token is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct BareToken {
    /// Goes into `Authorization: Token …`.
    pub token: String,
}

/// Answer of `GET /api/auth/me/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The caller.
    #[serde(flatten)]
    pub user: User,
    /// The database's identity: when it changes, every remembered `seq` is void.
    pub epoch: String,
    /// `pail-server`'s version.
    pub server_version: String,
    /// What the server accepts.
    pub limits: Limits,
}

/// The bounds a client needs to know before it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Longest `message_text`, in bytes of UTF-8.
    pub message_text_bytes: usize,
    /// Longest WebSocket message, in bytes.
    pub frame_bytes: usize,
    /// Longest REST body, in bytes.
    pub body_bytes: usize,
    /// Largest `limit` of a history page, in messages.
    pub history_page: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_text_bytes: limits::MESSAGE_TEXT_BYTES_MAX,
            frame_bytes: limits::FRAME_BYTES_MAX,
            body_bytes: limits::BODY_BYTES_MAX,
            history_page: limits::HISTORY_PAGE_MAX,
        }
    }
}
