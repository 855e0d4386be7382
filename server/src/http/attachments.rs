//! `/api/chat/attachments/create/` and `/api/chat/attachments/<attachment_id>/`

use futures_util::stream;
use hyper::StatusCode;
use hyper::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap,
    HeaderValue, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS,
};
use pail_protocol::attachment::Attachment;
use pail_protocol::error::REQUIRED;
use pail_protocol::{AttachmentId, UserId};
use warp::Reply;
use warp::reply::Response;

use super::multipart::{Form, Part};
use super::reply::{self, Answer};
use super::request::Call;
use super::{HttpError, disposition};
use crate::attachments::{Outgoing, Upload};
use crate::auth::AuthError;
use crate::ctx::Ctx;

/// The part of the form that is the file.
const FILE: &str = "file";
const ANY_BYTES: &str = "application/octet-stream";

/// `POST /api/chat/attachments/create/`
pub async fn create(call: Call, mut form: Form) -> Answer {
    match receive(&call, &mut form).await {
        Ok(attachment) => reply::created(&attachment),
        Err(refused) => {
            form.discard().await;
            Err(refused)
        }
    }
}

async fn receive(call: &Call, form: &mut Form) -> Result<Attachment, HttpError> {
    let (ctx, caller) = (&call.ctx, call.caller()?);
    let mut file = None;
    while let Some(part) = form.part().await? {
        match (part.name(), &file) {
            (Some(FILE), None) => file = Some(upload(ctx, caller.id(), part).await?),
            (Some(FILE), Some(_)) => return Err(HttpError::field(FILE, "Send one file at a time")),
            _ => part.skip().await?,
        }
    }
    let (upload, media_type) = file.ok_or_else(|| HttpError::field(FILE, REQUIRED))?;
    // An upload may take long; the token may be gone by now.
    if !ctx.is_logged_in(caller).await? {
        return Err(AuthError::InvalidToken.into());
    }
    Ok(upload.finish(media_type).await?)
}

async fn upload(ctx: &Ctx, by: UserId, mut part: Part) -> Result<(Upload, String), HttpError> {
    let no_name = || HttpError::field(FILE, "A file name is required");
    let name = part.file_name().ok_or_else(no_name)?;
    let mut upload = ctx.attachments().begin(by, &name).await?;
    let media_type = part.media_type().unwrap_or(ANY_BYTES).to_owned();
    while let Some(piece) = part.piece().await? {
        upload.write(&piece).await?;
    }
    Ok((upload, media_type))
}

/// `GET /api/chat/attachments/<attachment_id>/`
pub async fn read(call: Call, id: AttachmentId) -> Answer {
    let by = call.caller()?.id();
    let (row, outgoing) = call.ctx.attachments().read(by, id).await?;
    let tag = format!("\"{}\"", row.attachment.sha256);
    let mut response = match is_known(&call.headers, &tag) {
        true => not_modified(),
        false => content(&row.attachment, outgoing)?,
    };
    response.headers_mut().insert(ETAG, value(&tag)?);
    Ok(response)
}

/// Whether the client has the content already.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let given = headers.get_all(IF_NONE_MATCH).into_iter().filter_map(|tags| tags.to_str().ok());
    let mut given = given.flat_map(|tags| tags.split(',')).map(str::trim);
    given.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

fn not_modified() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

/// The bytes, so that no browser does anything with them but save them.
fn content(attachment: &Attachment, outgoing: Outgoing) -> Answer {
    let pieces = stream::try_unfold(outgoing, Outgoing::next);
    let mut response = warp::reply::stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, value(&attachment.content_type)?);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(attachment.size));
    headers.insert(CONTENT_DISPOSITION, value(&disposition::of_download(&attachment.name))?);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    Ok(response)
}

fn value(text: &str) -> Result<HeaderValue, HttpError> {
    HeaderValue::from_str(text).map_err(|_| HttpError::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_alone_in_a_list_and_when_weak() {
        let known = |given: &'static str| {
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static(given))]);
            is_known(&headers, "\"ab\"")
        };
        for given in ["\"ab\"", "W/\"ab\"", "\"x\", \"ab\"", "*"] {
            assert!(known(given), "{given}");
        }
        for given in ["\"abc\"", "ab", "\"x\"", ""] {
            assert!(!known(given), "{given}");
        }
    }
}
