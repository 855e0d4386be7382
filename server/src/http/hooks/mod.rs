//! `/hooks/<key>` and `/hooks/<key>/slack`: what other services post to, and short answers in plain
//! text, as Slack gives them.

mod mrkdwn;
mod payload;
mod slack;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use pail_protocol::error::ErrorCode;
use warp::reply::Response;

use super::HttpError;
use super::reply::{self, Answer};
use super::request::Call;
use crate::auth::tokens;
use crate::chat::{ChatError, webhooks};
use crate::ctx::Refusal;

use payload::NotAPayload;

/// `POST /hooks/<key>` and `POST /hooks/<key>/slack`
pub async fn post(call: Call, key: String, body: Bytes) -> Answer {
    let hash = tokens::hash(&key);
    // Whoever does not know a key costs no more than a look at an index.
    call.ctx.query(move |tx| webhooks::open(tx, &hash)).await?;
    let media_type = call.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let text = match payload::text(media_type, &body) {
        Ok(text) => text,
        Err(NotAPayload) => return Ok(said(StatusCode::BAD_REQUEST, "invalid_payload")),
    };
    call.ctx.command(move |tx, stamp| webhooks::post(tx, stamp, &hash, text)).await?;
    Ok(said(StatusCode::OK, "ok"))
}

/// The answer to a request that is refused: one word.
pub fn refusal(error: &HttpError) -> Response {
    let HttpError::Refused(Refusal::Chat(refused)) = error else { return by_code(error) };
    match refused {
        ChatError::TextMissing => said(StatusCode::BAD_REQUEST, "no_text"),
        ChatError::TextTooLong { .. } => said(StatusCode::BAD_REQUEST, "msg_too_long"),
        ChatError::Missing(_) => said(StatusCode::NOT_FOUND, "no_service"),
        ChatError::WebhookGone => said(StatusCode::GONE, "channel_is_archived"),
        _ => by_code(error),
    }
}

/// Where Slack has no word of its own, the error code is one.
fn by_code(error: &HttpError) -> Response {
    let code = error.code();
    if code == ErrorCode::Internal {
        tracing::error!(%error, "a webhook's message failed");
    }
    let word = serde_json::to_string(&code).unwrap_or_default();
    said(reply::status(code), word.trim_matches('"'))
}

fn said(status: StatusCode, word: &str) -> Response {
    let mut response = Response::new(word.to_owned().into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}
