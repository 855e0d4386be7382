//! The accept loop: connections in, a service to answer them, bounds on both. What a connection
//! runs over does not matter here, as long as it reads and writes.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use warp::reply::Response;

use crate::config::Connections;

/// Longest request head, in bytes. Hyper answers 431 beyond it.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Most headers of a request.
const HEADERS_MAX: usize = 64;
/// How long to wait when the process is out of file descriptors.
const ACCEPT_RETRY: Duration = Duration::from_millis(20);

/// A connection's place among those that are counted. Every request carries it: one that takes
/// the connection over takes the place along.
#[derive(Clone)]
pub struct Place(pub Arc<OwnedSemaphorePermit>);

/// Answers one request. It does not fail: failures are answers too.
pub trait Service: Clone + Send + Sync + 'static {
    /// The answer.
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Response> + Send;
}

/// Accepts connections until `shutdown`, then lets requests that have begun finish.
pub async fn serve<S: Service>(
    listener: TcpListener,
    service: S,
    bounds: Connections,
    tracker: TaskTracker,
    shutdown: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(bounds.count_max));
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, place)) => {
                let place = Place(Arc::new(place));
                tracker.spawn(connection(stream, place, service.clone(), bounds, shutdown.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                sleep(ACCEPT_RETRY).await;
            }
        }
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, place))
}

/// Serves HTTP/1.1 on one connection. Between requests, and within a head, it waits for the same
/// bounded time; a client that stops reading its answer is cut off.
pub async fn connection<S: Service>(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    place: Place,
    service: S,
    bounds: Connections,
    shutdown: CancellationToken,
) {
    let mut io = TimeoutStream::new(io);
    io.set_write_timeout(Some(bounds.write_timeout));
    let answer = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(place.clone());
        let service = service.clone();
        async move { Ok::<_, Infallible>(service.answer(request).await) }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head_timeout)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX);
    let connection = builder.serve_connection(TokioIo::new(Box::pin(io)), answer).with_upgrades();
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // A broken connection is its client's business.
        _ = connection.as_mut() => {}
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = timeout(bounds.drain_timeout, connection).await;
        }
    }
}
