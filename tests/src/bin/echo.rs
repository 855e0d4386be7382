//! A server that says back whatever it hears, for suites that test how WebSockets are spoken: the
//! accept loop, the handshake, the bounds and the wire of `pail-server`, and nothing else of it.
//!
//! `cargo run -p pail-tests --bin echo -- 9001` listens on that port of this machine; with
//! `unbounded` behind it, messages may be as long as those suites send them. `scripts/autobahn.sh`
//! runs it.

use std::io::Write;
use std::time::Duration;

use anyhow::Context;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper::{Request, StatusCode};
use pail_protocol::limits::FRAME_BYTES_MAX;
use pail_server::Connections;
use pail_server::net::{self, Service};
use pail_server::ws::{self, End, Handshake, Heard, Wire};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use warp::reply::Response;

/// The longest message of the suites is 16 MiB.
const UNBOUNDED_BYTES: usize = 64 * 1024 * 1024;
/// One connection may take as long as it takes to send that.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let port = arguments.first().context("say a port")?.parse().context("that is no port")?;
    let message_bytes_max = match arguments.get(1).map(String::as_str) {
        Some("unbounded") => UNBOUNDED_BYTES,
        _ => FRAME_BYTES_MAX,
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    writeln!(std::io::stdout(), "echo listens on port {port}")?;
    let (tracker, shutdown) = (TaskTracker::new(), CancellationToken::new());
    let echo = Echo { message_bytes_max };
    net::serve(listener, echo, Connections::default(), tracker, shutdown).await;
    Ok(())
}

#[derive(Clone)]
struct Echo {
    message_bytes_max: usize,
}

impl Service for Echo {
    async fn answer(&self, mut request: Request<Incoming>) -> Response {
        let on_upgrade = request.extensions_mut().remove::<OnUpgrade>();
        let mut request = ws::Request {
            method: request.method().clone(),
            path: Vec::new(),
            query: String::new(),
            headers: request.headers().clone(),
            on_upgrade,
            place: None,
        };
        let mut response = Response::default();
        let Ok(handshake) = Handshake::check(&mut request) else {
            *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
            return response;
        };
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        response.headers_mut().extend(handshake.answer());
        tokio::spawn(echo(handshake, self.message_bytes_max));
        response
    }
}

async fn echo(handshake: Handshake, message_bytes_max: usize) {
    let Some(stream) = handshake.accept(message_bytes_max).await else { return };
    let mut wire = Wire::new(stream, WRITE_TIMEOUT);
    let end = say_back(&mut wire).await;
    wire.finish(end).await;
}

async fn say_back(wire: &mut Wire) -> End {
    loop {
        let said = match wire.next().await {
            Ok(Heard::Text(text)) => wire.write([Message::Text(text)]).await,
            Ok(Heard::Binary(bytes)) => wire.write([Message::Binary(bytes)]).await,
            Ok(Heard::Sign) => Ok(()),
            Err(end) => return end,
        };
        if let Err(end) = said {
            return end;
        }
    }
}
