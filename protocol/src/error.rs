//! Error codes and error bodies. Clients act on the code; the sentences are for people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What went wrong, stable for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// No credentials were sent.
    NotAuthenticated,
    /// Credentials were sent and are not valid (any more).
    AuthenticationFailed,
    /// The server does not register this person.
    RegistrationClosed,
    /// The invite is unknown, used up or expired.
    InviteInvalid,
    /// The caller's role does not allow it.
    PermissionDenied,
    /// The caller is not a member of that bucket or channel.
    NotAMember,
    /// The token's scopes do not reach this far.
    ScopeMissing,
    /// The `Origin` of a WebSocket request is another site.
    OriginNotAllowed,
    /// No such route or object.
    NotFound,
    /// The route has no such method; see `Allow`.
    MethodNotAllowed,
    /// The client accepts nothing the server can answer with.
    NotAcceptable,
    /// The request did not arrive in time.
    RequestTimeout,
    /// The body is longer than the limit.
    PayloadTooLarge,
    /// The caller's attachments take all the room they may.
    QuotaExceeded,
    /// The body is neither JSON nor a form.
    UnsupportedMediaType,
    /// The request is not well-formed HTTP for this server.
    BadRequest,
    /// The body is not JSON, or not an object.
    InvalidJson,
    /// A field is missing or wrong; the body names it.
    Invalid,
    /// The route is a WebSocket and the request did not ask for one.
    UpgradeRequired,
    /// Too much at once; try again later.
    Throttled,
    /// The server's disk is full. Nothing was changed.
    StorageFull,
    /// The server failed. Nothing was changed.
    Internal,
}

/// The body of every refusal that is not about one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// The document's text.
    pub error: String,
    /// The same for people; differs from `error` only where the document's text has a typo.
    pub detail: String,
    /// For programs.
    pub code: ErrorCode,
    /// Which roles would have been allowed, for [`ErrorCode::PermissionDenied`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_roles: Vec<crate::bucket::Role>,
}

/// The body of a 400 about fields: a sentence per field, all fields at once.
pub type FieldErrors = BTreeMap<String, String>;

/// The document's sentence for a missing field.
pub const REQUIRED: &str = "This field is required";
/// For a field of nothing but white space.
pub const BLANK: &str = "This field may not be blank";
/// For a field of `null`.
pub const NULL: &str = "This field may not be null";
