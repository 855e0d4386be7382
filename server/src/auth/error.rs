//! Why somebody is not let in, and the code clients see for it.

use pail_protocol::error::ErrorCode;

use crate::chat::ChatError;
use crate::store::StoreError;

/// A refusal by the door.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AuthError {
    /// No credentials were sent.
    #[error("Authentication credentials were not provided.")]
    NoCredentials,
    /// A keyword without a token.
    #[error("Invalid token header. No credentials provided.")]
    EmptyToken,
    /// An unknown, revoked or expired token.
    #[error("Invalid token.")]
    InvalidToken,
    /// Wrong name or wrong password; which, is not told.
    #[error("Unable to log in with provided credentials.")]
    WrongPassword,
    /// The token's scopes do not reach this far.
    #[error("The scopes of this token do not reach this far.")]
    ScopeMissing,
    /// This server registers nobody, or only with an invite.
    #[error("Registration is closed on this server{}.", if *.invite_helps { " without an invite" } else { "" })]
    RegistrationClosed {
        /// Whether an invite would open it.
        invite_helps: bool,
    },
    /// Too many wrong passwords for this name.
    #[error("Too many wrong passwords; try again in {seconds} s.")]
    Throttled {
        /// When.
        seconds: u32,
    },
    /// Too many passwords are being checked already.
    #[error("Too many people are logging in; try again in a moment.")]
    Busy,
    /// The rules refused: fields, the invite of a registration, a token that is not there.
    #[error(transparent)]
    Chat(#[from] ChatError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Hashing failed, which is a defect.
    #[error("password hashing failed: {0}")]
    Hashing(String),
}

impl AuthError {
    /// What programs act on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoCredentials => ErrorCode::NotAuthenticated,
            Self::EmptyToken | Self::InvalidToken => ErrorCode::AuthenticationFailed,
            Self::WrongPassword => ErrorCode::Invalid,
            Self::ScopeMissing => ErrorCode::ScopeMissing,
            Self::RegistrationClosed { .. } => ErrorCode::RegistrationClosed,
            Self::Busy | Self::Throttled { .. } => ErrorCode::Throttled,
            Self::Chat(error) => error.code(),
            Self::Store(error) => ChatError::from(error.clone()).code(),
            Self::Hashing(_) => ErrorCode::Internal,
        }
    }
}
