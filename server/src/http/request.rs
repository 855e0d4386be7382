//! A request: what arrives, the order in which it is checked, and what a handler gets of it.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName};
use hyper::{Method, StatusCode};
use pail_protocol::error::FieldErrors;
use pail_protocol::limits::{ATTACHMENT_BYTES_MAX, BODY_BYTES_MAX};
use serde_json::json;
use tokio::time::timeout;

use super::catalog::operation::ANY;
use super::fields::{self, Fields};
use super::multipart::Form;
use super::resource::{Endpoint, Handler, Reach, Resource};
use super::{Answer, HttpError, catalog, reply};
use crate::auth::{self, AuthError, Caller};
use crate::chat::Ruled;
use crate::ctx::Ctx;
use crate::store::Tx;

/// A request as it arrives.
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path's segments, without the empty ones around its slashes.
    pub path: Vec<String>,
    /// The part of the URL behind `?`, without it.
    pub query: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, not read yet.
    pub body: BoxStream<'static, Option<Bytes>>,
}

/// What a handler gets: a request that has passed every check before its own.
pub struct Call {
    /// Commands and queries.
    pub ctx: Ctx,
    /// Who asks; `None` only on URLs that are open to everybody.
    pub caller: Option<Caller>,
    /// The body's fields.
    pub fields: Fields,
    /// The content type to answer with, of those the URL has.
    pub media_type: &'static str,
    /// The pairs of the query.
    pub query: Vec<(String, String)>,
    /// All headers.
    pub headers: HeaderMap,
}

impl Call {
    /// Who asks.
    ///
    /// # Errors
    /// Never on a URL that needs credentials: they were checked.
    pub fn caller(&self) -> Result<&Caller, HttpError> {
        self.caller.as_ref().ok_or_else(|| AuthError::NoCredentials.into())
    }

    /// Refuses a token that does not reach this far.
    fn admit(&self, reach: Reach) -> Result<(), AuthError> {
        self.caller.as_ref().map_or(Ok(()), |caller| reach.admit(&caller.scopes))
    }

    /// A pair of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Refuses values of a wrong kind, but only to whom a question lets through: whether the object is
/// there, and whether the caller may act on it, comes first.
///
/// # Errors
/// What the question says, else all the fields; nothing when none is wrong.
pub async fn refuse_after<T: Send + 'static>(
    ctx: &Ctx,
    wrong_kind: FieldErrors,
    question: impl FnOnce(&mut dyn Tx) -> Ruled<T> + Send + 'static,
) -> Result<(), HttpError> {
    if wrong_kind.is_empty() {
        return Ok(());
    }
    ctx.query(question).await?;
    Err(HttpError::Fields(wrong_kind))
}

/// Checks a request in the order every URL shares, and runs its handler: route (before this),
/// credentials, method, accept, content type, size, syntax, scope; then the handler.
///
/// # Errors
/// The first check that fails.
pub async fn handle(
    ctx: &Ctx,
    body_timeout: Duration,
    resource: Resource,
    request: Request,
) -> Answer {
    let caller = match resource.open {
        true => None,
        false => Some(authenticate(ctx, &request.headers).await?),
    };
    let ctx = caller.as_ref().map_or_else(|| ctx.clone(), |caller| ctx.acting_for(caller));
    if request.method == Method::OPTIONS {
        return describe(&resource);
    }
    let renders = resource.renders;
    let Endpoint { reach, handler, has_fields, .. } = endpoint_of(resource, &request.method)?;
    let media_type = accepted(&request.headers, renders)?;
    let Request { query, headers, body, .. } = request;
    let query = fields::form(query.as_bytes()).collect();
    let fields = Fields::default();
    let mut call = Call { ctx, caller, fields, media_type, query, headers };
    match handler {
        Handler::Fields(answer) => {
            if has_fields {
                call.fields = read(&call.headers, body, body_timeout).await?;
            }
            call.admit(reach)?;
            answer(call).await
        }
        Handler::File(answer) => {
            let form = Form::of(&call.headers, body, ATTACHMENT_BYTES_MAX, body_timeout)?;
            call.admit(reach)?;
            answer(call, form).await
        }
        Handler::Bytes(answer) => {
            let body = collect_within(body, body_timeout).await?;
            call.admit(reach)?;
            answer(call, body).await
        }
    }
}

async fn authenticate(ctx: &Ctx, headers: &HeaderMap) -> Result<Caller, HttpError> {
    let header = headers.get(AUTHORIZATION).ok_or(AuthError::NoCredentials)?;
    let header = header.to_str().map_err(|_| AuthError::InvalidToken)?;
    Ok(ctx.caller(auth::token_in(header)?).await?)
}

fn endpoint_of(resource: Resource, method: &Method) -> Result<Endpoint, HttpError> {
    resource.endpoint(method).ok_or_else(|| HttpError::Method(method.to_string()))
}

fn describe(resource: &Resource) -> Answer {
    let body = json!({
        "name": catalog::summaries(resource.template).join("; "),
        "description": "",
        "renders": resource.renders,
        "parses": resource.parses(),
    });
    reply::json(StatusCode::OK, &body)
}

/// The first of the content types a URL has that the client accepts best.
fn accepted(
    headers: &HeaderMap,
    renders: &'static [&'static str],
) -> Result<&'static str, HttpError> {
    let Some(accept) = text(headers, &ACCEPT) else { return Ok(renders[0]) };
    let best = renders
        .iter()
        .rev()
        .max_by(|one, other| quality(accept, one).total_cmp(&quality(accept, other)));
    let accepted = best.filter(|one| quality(accept, one) > 0.0);
    accepted.copied().ok_or(HttpError::NotAcceptable)
}

/// How much a client wants a content type, from 0 to 1: what its most exact fitting range says.
fn quality(accept: &str, media_type: &str) -> f32 {
    if media_type == ANY {
        return 1.0;
    }
    let essence = media_type.split(';').next().unwrap_or_default();
    let (family, _) = essence.split_once('/').unwrap_or((essence, ""));
    let ranges = accept.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let exactness = match parts.next().unwrap_or_default() {
            "" | "*/*" => 0,
            range if range.strip_suffix("/*").is_some_and(|of| of.eq_ignore_ascii_case(family)) => {
                1
            }
            range if range.eq_ignore_ascii_case(essence) => 2,
            _ => return None,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
        Some((exactness, weight.unwrap_or(1.0)))
    });
    ranges.max_by_key(|(exactness, _)| *exactness).map_or(0.0, |(_, weight)| weight)
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

async fn read(
    headers: &HeaderMap,
    body: BoxStream<'static, Option<Bytes>>,
    bound: Duration,
) -> Result<Fields, HttpError> {
    let media_type = text(headers, &CONTENT_TYPE).unwrap_or("application/json");
    let essence = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let is_form = essence == "application/x-www-form-urlencoded";
    if !is_form && essence != "application/json" && !essence.is_empty() {
        return Err(HttpError::MediaType(media_type.chars().take(100).collect()));
    }
    let collected = collect_within(body, bound).await?;
    if is_form { Ok(Fields::from_form(&collected)) } else { Fields::from_json(&collected) }
}

async fn collect_within(
    body: BoxStream<'static, Option<Bytes>>,
    bound: Duration,
) -> Result<Bytes, HttpError> {
    timeout(bound, collect(body)).await.map_err(|_| HttpError::Timeout)?
}

/// Collects a body up to the limit, however it is framed.
async fn collect(mut body: BoxStream<'static, Option<Bytes>>) -> Result<Bytes, HttpError> {
    let mut whole = BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.ok_or(HttpError::BadRequest)?;
        if whole.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(HttpError::TooLarge { max: BODY_BYTES_MAX });
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}
