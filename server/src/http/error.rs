//! What this server says about a request before, or instead of, asking the rules.

use pail_protocol::error::{ErrorCode, FieldErrors};

use crate::attachments::AttachmentError;
use crate::auth::AuthError;
use crate::chat::ChatError;
use crate::ctx::Refusal;

/// A request that is not answered with what it asked for.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HttpError {
    /// No such route.
    #[error("Not found.")]
    NoRoute,
    /// The route has no such method.
    #[error("Method \"{0}\" not allowed.")]
    Method(String),
    /// The client accepts no JSON.
    #[error("Could not satisfy the request Accept header.")]
    NotAcceptable,
    /// The body is neither JSON nor a form.
    #[error("Unsupported media type \"{0}\" in request.")]
    MediaType(String),
    /// The body is too long.
    #[error("Request body is longer than {max} bytes.")]
    TooLarge {
        /// The bound.
        max: usize,
    },
    /// The body did not arrive in time.
    #[error("The request body did not arrive in time.")]
    Timeout,
    /// The connection broke within the body, or the request is no sensible HTTP.
    #[error("Bad request.")]
    BadRequest,
    /// The body is not JSON.
    #[error("JSON parse error - {0}")]
    Json(String),
    /// Required fields are missing, or ids are no ids: a sentence for each.
    #[error("Invalid input.")]
    Fields(FieldErrors),
    /// The URL is a WebSocket's.
    #[error("This URL is a WebSocket; ask for an upgrade with version 13.")]
    UpgradeRequired,
    /// The `Origin` of a WebSocket request is another site.
    #[error("This origin is not allowed.")]
    Origin,
    /// The server failed.
    #[error("Internal server error.")]
    Internal,
    /// The door or the rules refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<ChatError> for HttpError {
    fn from(error: ChatError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<AttachmentError> for HttpError {
    fn from(error: AttachmentError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<AuthError> for HttpError {
    fn from(error: AuthError) -> Self {
        Self::Refused(error.into())
    }
}

impl HttpError {
    /// One wrong field.
    pub fn field(name: &str, sentence: impl Into<String>) -> Self {
        Self::Fields(FieldErrors::from([(name.to_owned(), sentence.into())]))
    }

    /// What programs act on.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoRoute => ErrorCode::NotFound,
            Self::Method(_) => ErrorCode::MethodNotAllowed,
            Self::NotAcceptable => ErrorCode::NotAcceptable,
            Self::MediaType(_) => ErrorCode::UnsupportedMediaType,
            Self::TooLarge { .. } => ErrorCode::PayloadTooLarge,
            Self::Timeout => ErrorCode::RequestTimeout,
            Self::BadRequest => ErrorCode::BadRequest,
            Self::Json(_) => ErrorCode::InvalidJson,
            Self::Fields(_) => ErrorCode::Invalid,
            Self::UpgradeRequired => ErrorCode::UpgradeRequired,
            Self::Origin => ErrorCode::OriginNotAllowed,
            Self::Internal => ErrorCode::Internal,
            Self::Refused(refusal) => refusal.code(),
        }
    }
}
