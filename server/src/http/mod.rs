//! REST: decode, ask, encode. Every URL is in `routes`, the order of checks in
//! `request::handle`, every status code in `reply`. It knows no SQL and no hub.

mod accounts;
mod attachments;
mod buckets;
mod catalog;
mod channels;
mod direct;
mod disposition;
mod error;
mod export;
mod fields;
mod history;
mod hooks;
mod invites;
mod members;
mod messages;
mod multipart;
mod ops;
mod reads;
mod reply;
mod request;
mod resource;
mod routes;
mod schema;
mod search;
mod tokens;
mod webhooks;

use std::time::Duration;

use hyper::Method;
use hyper::header::{ALLOW, CONNECTION, HeaderValue, UPGRADE, VARY};
use pail_protocol::error::ErrorCode;
use warp::reply::Response;

use crate::ctx::Ctx;

pub use error::HttpError;
pub use reply::Answer;
pub use request::Request;

/// Serves REST requests. Clones are cheap.
#[derive(Clone)]
pub struct Api {
    /// Commands and queries.
    pub ctx: Ctx,
    /// For a body to arrive.
    pub body_timeout: Duration,
}

impl Api {
    /// Answers a request; failures are answers too.
    pub async fn answer(&self, request: Request) -> Response {
        let head = request.method == Method::HEAD;
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        let mut response = match routes::resource(&path) {
            None => reply::error(&HttpError::NoRoute),
            Some(resource) => {
                let refusal = resource.refusal;
                let allow = HeaderValue::from_str(&resource.allow());
                let answer = request::handle(&self.ctx, self.body_timeout, resource, request).await;
                let mut response = answer.unwrap_or_else(|error| refusal(&error));
                response.headers_mut().extend(allow.ok().map(|allow| (ALLOW, allow)));
                response
            }
        };
        response.headers_mut().insert(VARY, HeaderValue::from_static("Accept"));
        if head {
            *response.body_mut() = Default::default();
        }
        response
    }
}

/// The answer to a request that failed before it had a route, or was a WebSocket's.
#[must_use]
pub fn refuse(error: &HttpError) -> Response {
    reply::error(error)
}

/// The answer to a WebSocket request that is refused before its handshake.
#[must_use]
pub fn refuse_websocket(code: ErrorCode, method: &Method) -> Response {
    let error = match code {
        ErrorCode::UpgradeRequired => HttpError::UpgradeRequired,
        ErrorCode::OriginNotAllowed => HttpError::Origin,
        ErrorCode::MethodNotAllowed => HttpError::Method(method.to_string()),
        ErrorCode::NotFound => return reply::error(&HttpError::NoRoute),
        _ => HttpError::BadRequest,
    };
    let mut response = reply::error(&error);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
    if code == ErrorCode::UpgradeRequired {
        response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("upgrade"));
    }
    response
}
