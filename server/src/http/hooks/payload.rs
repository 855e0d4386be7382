//! Which of three things was posted: JSON as Slack takes it, a form around that JSON, or a text.

use serde_json::Value;

use super::slack;
use crate::http::fields::form;

/// The body is not what its content type says.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAPayload;

/// What a body says. It may say nothing.
///
/// # Errors
/// It is not what its content type says, or no text at all.
pub fn text(media_type: Option<&str>, body: &[u8]) -> Result<String, NotAPayload> {
    let essence = media_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let is_object = body.trim_ascii_start().starts_with(b"{");
    match essence.to_ascii_lowercase().as_str() {
        "application/json" => json(body),
        // What `curl --data '{…}'` sends without being told a type.
        "application/x-www-form-urlencoded" | "" if is_object => json(body),
        "application/x-www-form-urlencoded" => {
            let payload = form(body).find(|(name, _)| name == "payload");
            json(payload.ok_or(NotAPayload)?.1.as_bytes())
        }
        _ => std::str::from_utf8(body).map(str::to_owned).map_err(|_| NotAPayload),
    }
}

fn json(body: &[u8]) -> Result<String, NotAPayload> {
    // Nesting is bounded by the parser, and length by the request's.
    let value: Value = serde_json::from_slice(body).map_err(|_| NotAPayload)?;
    value.as_object().map(slack::text).ok_or(NotAPayload)
}
