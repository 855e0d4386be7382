//! What the server says about itself: the OpenAPI and AsyncAPI documents, the reference page, and
//! the way to all of them. Everything is made from `catalog` and from the types of the protocol,
//! once.

mod asyncapi;
mod openapi;
mod page;
mod types;
mod yaml;

use std::sync::LazyLock;

use bytes::Bytes;
use hyper::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use pail_protocol::server::{RegistrationPolicy, WellKnown};
use serde_json::Value;
use warp::reply::Response;

use super::reply::{self, Answer};
use super::request::Call;
use crate::auth::accounts::Registration;

/// The content types of `/api/schema/`; the first is YAML, and the default.
pub const OPENAPI_TYPES: &[&str] =
    &["application/vnd.oai.openapi", "application/vnd.oai.openapi+json", "application/json"];
/// The content types of `/api/schema/asyncapi/`; the first is YAML, and the default.
pub const ASYNCAPI_TYPES: &[&str] =
    &["application/vnd.aai.asyncapi", "application/vnd.aai.asyncapi+json", "application/json"];
/// The content type of `/docs`.
pub const PAGE_TYPES: &[&str] = &["text/html; charset=utf-8"];

/// Versions of the API this server speaks.
const API_VERSIONS: [&str; 1] = ["v1"];
/// The page loads nothing and runs nothing.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

static OPENAPI: LazyLock<Document> = LazyLock::new(|| Document::of(&openapi::document()));
static ASYNCAPI: LazyLock<Document> = LazyLock::new(|| Document::of(&asyncapi::document()));
static PAGE: LazyLock<Bytes> =
    LazyLock::new(|| page::render(&openapi::document(), &asyncapi::document()).into());

/// A document in both of its forms.
struct Document {
    yaml: Bytes,
    json: Bytes,
}

impl Document {
    fn of(value: &Value) -> Self {
        Self { yaml: yaml::write(value).into(), json: value.to_string().into() }
    }

    fn answer(&self, media_type: &'static str) -> Answer {
        let body = if media_type.ends_with("json") { &self.json } else { &self.yaml };
        Ok(with_type(body.clone(), media_type))
    }
}

/// `GET /api/schema/`
pub async fn rest(call: Call) -> Answer {
    OPENAPI.answer(call.media_type)
}

/// `GET /api/schema/asyncapi/`
pub async fn sockets(call: Call) -> Answer {
    ASYNCAPI.answer(call.media_type)
}

/// `GET /docs`
pub async fn reference(call: Call) -> Answer {
    let mut response = with_type(PAGE.clone(), call.media_type);
    let policy = HeaderValue::from_static(PAGE_POLICY);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// `GET /.well-known/pail`
pub async fn discover(call: Call) -> Answer {
    reply::ok(&WellKnown {
        name: call.ctx.team_name().to_owned(),
        server_version: env!("CARGO_PKG_VERSION").to_owned(),
        api: API_VERSIONS.map(str::to_owned).into(),
        registration: policy(call.ctx.registration()),
        rest: "/api/".to_owned(),
        events: "/ws/events/".to_owned(),
        schema: "/api/schema/".to_owned(),
        docs: "/docs".to_owned(),
    })
}

fn policy(registration: Registration) -> RegistrationPolicy {
    match registration {
        Registration::Open => RegistrationPolicy::Open,
        Registration::Invite => RegistrationPolicy::Invite,
        Registration::Closed => RegistrationPolicy::Closed,
    }
}

fn with_type(body: Bytes, media_type: &'static str) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
