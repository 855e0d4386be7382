//! Logins: the tokens of people, of which only the hash is known.

use pail_protocol::account::User;
use pail_protocol::token::Scope;
use pail_protocol::{LoginId, Timestamp, UserId};

use super::{SecretHash, Stored};

/// What a token was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A password: somebody logged in.
    Password,
    /// Another token: somebody made it for a bot or for CI.
    Token,
}

impl Origin {
    /// The word in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Token => "token",
        }
    }
}

/// A token of a user.
#[derive(Debug, Clone)]
pub struct Login {
    /// Its id.
    pub id: LoginId,
    /// Whom it stands for.
    pub user: User,
    /// What its owner calls it; of a login, the device.
    pub label: String,
    /// What it was made with.
    pub origin: Origin,
    /// How far it reaches.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// A login to be inserted.
pub struct NewLogin<'a> {
    /// Whom it stands for.
    pub user: UserId,
    /// Of the token.
    pub token_hash: SecretHash,
    /// What its owner calls it.
    pub label: &'a str,
    /// What it is made with.
    pub origin: Origin,
    /// How far it reaches.
    pub scopes: &'a [Scope],
    /// When.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// The tokens of people.
pub trait Logins {
    /// Adds a login.
    fn insert_login(&mut self, login: &NewLogin<'_>) -> Stored<LoginId>;
    /// The login whose token has that hash.
    fn login(&mut self, token_hash: &SecretHash) -> Stored<Option<Login>>;
    /// All logins of a user, by id.
    fn logins_of(&mut self, user: UserId) -> Stored<Vec<Login>>;
    /// Whether a login is there and has not expired.
    fn has_login(&mut self, id: LoginId, now: Timestamp) -> Stored<bool>;
    /// Notes that a login was used, if its last use is at least `apart_ms` milliseconds older.
    fn touch_login(&mut self, id: LoginId, at: Timestamp, apart_ms: i64) -> Stored<()>;
    /// Removes a login; says whether it was there.
    fn delete_login(&mut self, id: LoginId) -> Stored<bool>;
    /// Removes those logins of a user that no longer work.
    fn delete_expired_logins(&mut self, user: UserId, now: Timestamp) -> Stored<()>;
}
