//! The WebSocket handshake by hand: warp's own costs 130 KiB a connection, this one a few.
//!
//! It checks that a request is one, whose it is, and from which site it comes; it does not decide
//! who may listen to what.

use std::sync::Arc;

use hyper::Method;
use hyper::header::{
    CONNECTION, HeaderMap, HeaderValue, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use pail_protocol::error::ErrorCode;
use tokio::sync::OwnedSemaphorePermit;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::auth::{self, AuthError};

/// Allocated per connection at once, so small.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// Frames are joined into writes of about this size; allocated only when there is that much.
const WRITE_BUFFER_BYTES: usize = 32 * 1024;
/// Most bytes that wait for the kernel, or two messages as large as a client's may be.
const WRITE_BUFFER_BYTES_MAX: usize = 512 * 1024;
/// The subprotocol that is agreed to when it is offered.
const SUBPROTOCOL: &str = "pail.v1";

/// The stream of an accepted WebSocket.
pub type Stream = WebSocketStream<TokioIo<Upgraded>>;

/// A request for a WebSocket.
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path's segments behind `ws`.
    pub path: Vec<String>,
    /// The part of the URL behind `?`, without it.
    pub query: String,
    /// All headers.
    pub headers: HeaderMap,
    /// Hyper's promise of the connection; `None` when the request asks for no upgrade.
    pub on_upgrade: Option<OnUpgrade>,
    /// The place of the connection among those that are counted; held as long as it lives.
    pub place: Option<Arc<OwnedSemaphorePermit>>,
}

/// A handshake that can be completed.
pub struct Handshake {
    on_upgrade: OnUpgrade,
    accept: String,
    subprotocol: bool,
}

impl Handshake {
    /// Checks that a request is a WebSocket handshake from this site or from no site.
    ///
    /// # Errors
    /// [`ErrorCode::UpgradeRequired`], [`ErrorCode::BadRequest`] or
    /// [`ErrorCode::OriginNotAllowed`].
    pub fn check(request: &mut Request) -> Result<Self, ErrorCode> {
        let headers = &request.headers;
        let upgrades =
            lists(headers, &UPGRADE, "websocket") && lists(headers, &CONNECTION, "upgrade");
        let on_upgrade = request.on_upgrade.take().filter(|_| upgrades);
        let on_upgrade = on_upgrade.ok_or(ErrorCode::UpgradeRequired)?;
        if text(headers.get(SEC_WEBSOCKET_VERSION)) != Some("13") {
            return Err(ErrorCode::UpgradeRequired);
        }
        let key = headers.get(SEC_WEBSOCKET_KEY).ok_or(ErrorCode::BadRequest)?;
        if !same_site(headers) {
            return Err(ErrorCode::OriginNotAllowed);
        }
        let subprotocol = offered(headers).any(|word| word == SUBPROTOCOL);
        Ok(Self { on_upgrade, accept: derive_accept_key(key.as_bytes()), subprotocol })
    }

    /// The headers of the 101 answer.
    #[must_use]
    pub fn answer(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        if let Ok(accept) = HeaderValue::from_str(&self.accept) {
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        }
        if self.subprotocol {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
        }
        headers
    }

    /// The stream of messages of at most so many bytes, once the answer has been sent. `None` when
    /// the client went away before.
    pub async fn accept(self, message_bytes_max: usize) -> Option<Stream> {
        let upgraded = self.on_upgrade.await.ok()?;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX.max(2 * message_bytes_max))
            .max_message_size(Some(message_bytes_max))
            .max_frame_size(Some(message_bytes_max));
        let io = TokioIo::new(upgraded);
        Some(WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await)
    }
}

/// The token of a handshake: from the header, the subprotocol, or, as a last resort, the URL.
///
/// # Errors
/// [`AuthError`] when there is none, or a malformed one.
pub fn token(request: &Request) -> Result<String, AuthError> {
    if let Some(header) = text(request.headers.get(hyper::header::AUTHORIZATION)) {
        return auth::token_in(header).map(str::to_owned);
    }
    let in_subprotocol = offered(&request.headers).find_map(|word| word.strip_prefix("token."));
    let in_query = || request.query.split('&').find_map(|pair| pair.strip_prefix("token="));
    let token = in_subprotocol.or_else(in_query).filter(|token| !token.is_empty());
    token.map(str::to_owned).ok_or(AuthError::NoCredentials)
}

fn text(value: Option<&HeaderValue>) -> Option<&str> {
    value.and_then(|value| value.to_str().ok())
}

fn lists(headers: &HeaderMap, name: &hyper::header::HeaderName, wanted: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|word| word.trim().eq_ignore_ascii_case(wanted))
}

fn offered(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim)
}

/// Whether a request comes from a program (no `Origin`) or from a page of this very host. There
/// are no cookies that another site could ride on; this is the second lock.
fn same_site(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let site = text(Some(origin)).and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    site.is_some() && site == text(headers.get(hyper::header::HOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &'static str)], query: &str) -> Request {
        let pairs = headers.iter().map(|(name, value)| {
            (name.parse::<hyper::header::HeaderName>().unwrap(), HeaderValue::from_static(value))
        });
        Request {
            method: Method::GET,
            path: Vec::new(),
            query: query.to_owned(),
            headers: pairs.collect(),
            on_upgrade: None,
            place: None,
        }
    }

    #[test]
    fn the_token_is_found_wherever_the_document_allows_it() {
        let cases = [
            (request(&[("authorization", "Token a")], ""), Some("a")),
            (request(&[("sec-websocket-protocol", "pail.v1, token.b")], ""), Some("b")),
            (request(&[], "x=1&token=c"), Some("c")),
            (request(&[], "token="), None),
            (request(&[("authorization", "Basic a")], "token=c"), None),
        ];
        for (request, expected) in cases {
            assert_eq!(token(&request).ok().as_deref(), expected);
        }
    }

    #[test]
    fn another_site_is_told_from_this_one() {
        let from =
            |origin| request(&[("host", "pail.example:7245"), ("origin", origin)], "").headers;
        assert!(same_site(&from("https://pail.example:7245")));
        assert!(!same_site(&from("https://evil.example")));
        assert!(!same_site(&from("null")));
        assert!(same_site(&request(&[], "").headers));
    }

    #[test]
    fn a_plain_request_is_asked_to_upgrade() {
        let refused = Handshake::check(&mut request(&[("upgrade", "websocket")], "")).err();
        assert_eq!(refused, Some(ErrorCode::UpgradeRequired));
    }
}
