//! Answers: JSON bodies, error bodies, and the one table from error codes to status codes.

use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use pail_protocol::bucket::Role;
use pail_protocol::error::{ErrorBody, ErrorCode, FieldErrors};
use serde::Serialize;
use serde_json::json;
use warp::reply::Response;

use super::HttpError;
use crate::auth::AuthError;
use crate::chat::ChatError;
use crate::ctx::Refusal;

/// What a handler returns.
pub type Answer = Result<Response, HttpError>;

/// 200 with a body.
pub fn ok(body: &impl Serialize) -> Answer {
    json(StatusCode::OK, body)
}

/// 201 with a body.
pub fn created(body: &impl Serialize) -> Answer {
    json(StatusCode::CREATED, body)
}

/// 204: no body, and so no content type.
pub fn no_content() -> Answer {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// Any status with a body.
pub fn json(status: StatusCode, body: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(body).map_err(|_| HttpError::Internal)?;
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

/// The answer to a request that failed. What exactly broke inside goes to the log, not out.
pub fn error(error: &HttpError) -> Response {
    let code = error.code();
    if code == ErrorCode::Internal {
        tracing::error!(%error, "a request failed");
    }
    let answer = match fields(error) {
        Some(fields) => json(status(code), &fields),
        None => body(error, code),
    };
    let mut response = answer.unwrap_or_default();
    if code == ErrorCode::Throttled {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after(error)));
    }
    response
}

/// In seconds.
fn retry_after(error: &HttpError) -> u32 {
    match error {
        HttpError::Refused(Refusal::Auth(AuthError::Throttled { seconds })) => *seconds,
        _ => 1,
    }
}

fn fields(error: &HttpError) -> Option<FieldErrors> {
    match error {
        HttpError::Fields(fields)
        | HttpError::Refused(
            Refusal::Chat(ChatError::Invalid(fields))
            | Refusal::Auth(AuthError::Chat(ChatError::Invalid(fields))),
        ) => Some(fields.clone()),
        HttpError::Refused(Refusal::Chat(
            refused @ (ChatError::TextMissing | ChatError::TextTooLong { .. }),
        )) => Some(text_field(refused)),
        _ => None,
    }
}

/// A message text is a field here and a frame of its own on the WebSocket.
fn text_field(refused: &ChatError) -> FieldErrors {
    let sentence = match refused {
        ChatError::TextTooLong { max } => format!("Ensure this field has no more than {max} bytes"),
        _ => pail_protocol::error::BLANK.to_owned(),
    };
    FieldErrors::from([("message_text".to_owned(), sentence)])
}

fn body(error: &HttpError, code: ErrorCode) -> Answer {
    if let HttpError::Refused(Refusal::Auth(wrong @ AuthError::WrongPassword)) = error {
        let sentence = wrong.to_string();
        let body = json!({ "non_field_errors": sentence, "error": sentence });
        return json(status(code), &body);
    }
    let (text, detail) = match (code, error) {
        (ErrorCode::Internal, _) => said("Internal server error"),
        (ErrorCode::StorageFull, _) => said("Storage full"),
        (_, HttpError::Refused(Refusal::Chat(refused))) => (refused.to_string(), refused.detail()),
        (_, other) => said(&other.to_string()),
    };
    json(status(code), &ErrorBody { error: text, detail, code, required_roles: roles(error) })
}

fn said(sentence: &str) -> (String, String) {
    (sentence.to_owned(), sentence.to_owned())
}

fn roles(error: &HttpError) -> Vec<Role> {
    match error {
        HttpError::Refused(Refusal::Chat(ChatError::RoleNeeded(roles))) => roles.to_vec(),
        _ => Vec::new(),
    }
}

/// The status of every error code. The document has 403 where HTTP would have 401.
pub fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::NotAuthenticated
        | ErrorCode::AuthenticationFailed
        | ErrorCode::RegistrationClosed
        | ErrorCode::InviteInvalid
        | ErrorCode::PermissionDenied
        | ErrorCode::NotAMember
        | ErrorCode::ScopeMissing
        | ErrorCode::OriginNotAllowed => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ErrorCode::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        ErrorCode::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::PayloadTooLarge | ErrorCode::QuotaExceeded => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::BadRequest | ErrorCode::InvalidJson | ErrorCode::Invalid => {
            StatusCode::BAD_REQUEST
        }
        ErrorCode::UpgradeRequired => StatusCode::UPGRADE_REQUIRED,
        ErrorCode::Throttled => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
