//! From a request on the wire to REST or a WebSocket: the one warp filter, and around it what must
//! hold for every request.

use std::panic::AssertUnwindSafe;

use bytes::Buf;
use futures_util::{FutureExt, Stream, StreamExt};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Method, StatusCode};
use tower_service::Service as _;
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::path::FullPath;
use warp::reply::Response;

use crate::http::{self, Api, HttpError};
use crate::net::{self, Place};
use crate::ws::{self, Sockets};

/// Answers requests. Clones are cheap.
#[derive(Clone)]
pub struct Service {
    filter: BoxedFilter<(Response,)>,
}

impl Service {
    /// A service of both kinds of request.
    #[must_use]
    pub fn new(api: Api, sockets: Sockets) -> Self {
        let query = warp::query::raw().or(warp::any().map(String::new)).unify();
        let filter = warp::method()
            .and(warp::path::full())
            .and(query)
            .and(warp::header::headers_cloned())
            .and(warp::ext::optional::<OnUpgrade>())
            .and(warp::ext::optional::<Place>())
            .and(warp::body::stream())
            .then(move |method, path, query, headers, on_upgrade, place, body| {
                let (api, sockets) = (api.clone(), sockets.clone());
                let head = Head { method, path, query, headers, on_upgrade, place };
                async move { dispatch(api, sockets, head, body).await }
            });
        Self { filter: filter.boxed() }
    }
}

/// A request without its body.
struct Head {
    method: Method,
    path: FullPath,
    query: String,
    headers: HeaderMap,
    on_upgrade: Option<OnUpgrade>,
    place: Option<Place>,
}

impl net::Service for Service {
    /// Refuses what warp would panic on, and turns any other panic into an answer.
    async fn answer(&self, request: hyper::Request<Incoming>) -> Response {
        let sensible = request.uri().path().starts_with('/');
        if request.method() == Method::CONNECT || !sensible {
            return http::refuse(&HttpError::BadRequest);
        }
        let mut service = warp::service(self.filter.clone());
        let answer = AssertUnwindSafe(async move { service.call(request).await }).catch_unwind();
        match answer.await {
            Ok(Ok(response)) => response,
            Err(_) => {
                tracing::error!("a request's handler panicked");
                http::refuse(&HttpError::Internal)
            }
        }
    }
}

async fn dispatch<B: Buf>(
    api: Api,
    sockets: Sockets,
    head: Head,
    body: impl Stream<Item = Result<B, warp::Error>> + Send + 'static,
) -> Response {
    let Head { method, path, query, headers, on_upgrade, place } = head;
    let Some(mut path) = segments(path.as_str()) else { return http::refuse(&HttpError::NoRoute) };
    if path.first().is_some_and(|first| first == "ws") {
        path.remove(0);
        let place = place.map(|Place(permit)| permit);
        let request = ws::Request { method, path, query, headers, on_upgrade, place };
        return websocket(&sockets, request).await;
    }
    let body = body.map(|chunk| chunk.ok().map(|mut data| data.copy_to_bytes(data.remaining())));
    api.answer(http::Request { method, path, query, headers, body: body.boxed() }).await
}

/// The segments of a path, with or without a slash at its end. `None` when one within is empty.
fn segments(path: &str) -> Option<Vec<String>> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let segments: Vec<String> = path.split('/').map(str::to_owned).collect();
    segments.iter().all(|segment| !segment.is_empty()).then_some(segments)
}

async fn websocket(sockets: &Sockets, request: ws::Request) -> Response {
    let method = request.method.clone();
    match sockets.answer(request).await {
        Ok(headers) => {
            let mut response = Response::default();
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            response.headers_mut().extend(headers);
            response
        }
        Err(code) => http::refuse_websocket(code, &method),
    }
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn one_slash_at_the_end_makes_no_difference_and_two_do() {
        let path = |text| segments(text).map(|segments| segments.join("|"));
        assert_eq!(path("/a/b/").as_deref(), Some("a|b"));
        assert_eq!(path("/a/b").as_deref(), Some("a|b"));
        assert_eq!(path("/a/b//"), None);
        assert_eq!(path("/a//b"), None);
        assert_eq!(path("/"), None);
    }
}
