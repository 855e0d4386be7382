//! A proxy that breaks one promise: it sits between the suite and a server, and passes everything
//! but what a [`Mutation`] hits. Setups and clearing away are never hit, so that a clause notices
//! by what it checks.

mod change;
pub mod mutation;
mod sockets;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::handshake;
use hyper::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE, USER_AGENT};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use change::Passing;
use mutation::Mutation;

/// A running proxy; dropping it ends it and all its connections.
pub struct Proxy {
    /// Where it listens.
    pub addr: SocketAddr,
    accepting: AbortHandle,
}

/// What every connection of a proxy knows.
struct Between {
    server: SocketAddr,
    mutation: Mutation,
}

impl Proxy {
    /// Listens on a free port of this machine.
    ///
    /// # Errors
    /// There is none.
    pub async fn start(server: SocketAddr, mutation: Mutation) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let addr = listener.local_addr()?;
        let between = Arc::new(Between { server, mutation });
        let accepting = tokio::spawn(accept(listener, between)).abort_handle();
        Ok(Self { addr, accepting })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The connections are in a set that ends them when this ends.
async fn accept(listener: TcpListener, between: Arc<Between>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let between = between.clone();
        let service = service_fn(move |request| {
            let between = between.clone();
            async move { Ok::<_, Infallible>(between.answer(request).await) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        connections.spawn(connection.with_upgrades());
        while connections.try_join_next().is_some() {}
    }
}

type Whole = Response<Full<Bytes>>;

impl Between {
    async fn answer(&self, request: Request<Incoming>) -> Whole {
        let is_upgrade = request.headers().get(UPGRADE).is_some();
        let passed = if is_upgrade {
            sockets::upgrade(self, request).await
        } else {
            self.pass(request).await
        };
        passed.unwrap_or_else(|error| {
            let mut response = Response::new(Full::from(error.to_string()));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response
        })
    }

    /// Whether a clause asks: neither a setup nor the suite itself.
    fn is_clause<Body>(request: &Request<Body>) -> bool {
        let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        let name = agent.and_then(|agent| agent.strip_prefix(super::AGENT)).unwrap_or_default();
        !["", "setup"].contains(&name.trim())
    }

    async fn pass(&self, request: Request<Incoming>) -> anyhow::Result<Whole> {
        let is_clause = Self::is_clause(&request);
        let (method, path) = (request.method().to_string(), request.uri().to_string());
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let stream = TcpStream::connect(self.server).await?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
        let driving = tokio::spawn(connection);
        let mut request = Request::from_parts(head, Full::new(body));
        request.headers_mut().remove(TRANSFER_ENCODING);
        let answer = sender.send_request(request).await?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        driving.abort();
        let mut passing = Passing { status: head.status, headers: head.headers, body };
        if is_clause && self.mutation.hits_answer(&method, &path, passing.status.as_u16()) {
            passing.change(&self.mutation.change);
        }
        Ok(passing.into_response())
    }
}

impl Passing {
    fn into_response(mut self) -> Whole {
        for framing in [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION] {
            self.headers.remove(framing);
        }
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}
