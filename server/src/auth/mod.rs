//! Who is asking: tokens to callers, accounts, passwords. It knows no HTTP beyond the text of the
//! `Authorization` value, and no rules of the chat beyond accepting an invite.

pub mod accounts;
mod claims;
mod error;
mod last_used;
pub mod logins;
pub mod own_account;
mod password;
mod scopes;
mod throttle;
pub mod tokens;

use pail_protocol::account::User;
use pail_protocol::{LoginId, Timestamp, UserId};

use crate::clock::Stamp;
use crate::store::Store;
use crate::store::tx::Login;

pub use error::AuthError;
pub use last_used::{LastUsed, Scribe, last_used};
pub use password::{Cost, Hasher};
pub use scopes::Scopes;
pub use throttle::Throttle;

/// The authenticated user of a request or connection.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub user: User,
    /// By which token.
    pub login: LoginId,
    /// How far it reaches.
    pub scopes: Scopes,
    /// Until when it is valid.
    pub expires_at: Timestamp,
}

impl Caller {
    /// The user's id.
    #[must_use]
    pub fn id(&self) -> UserId {
        self.user.id
    }
}

/// The token in the value of an `Authorization` header.
///
/// # Errors
/// [`AuthError::NoCredentials`] for another scheme, [`AuthError::EmptyToken`] for a bare keyword.
pub fn token_in(header: &str) -> Result<&str, AuthError> {
    let (keyword, token) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
    let known = ["token", "bearer"].iter().any(|word| keyword.eq_ignore_ascii_case(word));
    match token.trim() {
        _ if !known => Err(AuthError::NoCredentials),
        "" => Err(AuthError::EmptyToken),
        token => Ok(token),
    }
}

/// Whom a token stands for; that it was used is noted.
///
/// # Errors
/// [`AuthError::InvalidToken`] when it is unknown, revoked or expired.
pub async fn caller(
    store: &Store,
    last_used: &LastUsed,
    token: &str,
    stamp: Stamp,
) -> Result<Caller, AuthError> {
    let hash = tokens::hash(token);
    let login = store.read(move |tx| tx.login(&hash)).await.map_err(AuthError::Store)?;
    let login = login.filter(|login| stamp.now < login.expires_at);
    let login = login.ok_or(AuthError::InvalidToken)?;
    last_used.note(&login, stamp.now);
    Ok(Caller::from(login))
}

impl From<Login> for Caller {
    fn from(login: Login) -> Self {
        Self {
            user: login.user,
            login: login.id,
            scopes: Scopes::new(login.scopes),
            expires_at: login.expires_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_keywords_are_read_in_any_case() {
        for header in ["Token abc", "token abc", "BEARER abc", "  Token   abc "] {
            assert_eq!(token_in(header).unwrap(), "abc", "{header}");
        }
        assert!(matches!(token_in("Basic abc"), Err(AuthError::NoCredentials)));
        assert!(matches!(token_in(""), Err(AuthError::NoCredentials)));
        for header in ["Token", "Token "] {
            assert!(matches!(token_in(header), Err(AuthError::EmptyToken)), "{header:?}");
        }
    }
}
