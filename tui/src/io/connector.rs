//! The one place that opens connections to servers, for REST and WebSockets alike.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use anyhow::Context;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::{ClientConfig, Error as TlsError, crypto::ring, pki_types::ServerName};
use tokio_tungstenite::tungstenite::Error as WebSocketError;
use tokio_tungstenite::tungstenite::error::ProtocolError;

use super::address::ServerAddress;

/// How long opening a connection may take, encryption included.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// An open connection, whatever carries it.
#[derive(Debug)]
pub enum Transport {
    /// Bare TCP.
    Tcp(TcpStream),
    /// TLS over TCP.
    Tls(Box<TlsStream<TcpStream>>),
}

/// Opens a connection to a server.
///
/// # Errors
/// A sentence that names the server and what is wrong with it.
pub async fn connect(server: &ServerAddress) -> anyhow::Result<Transport> {
    let opening = timeout(CONNECT_TIMEOUT, open(server));
    let opened = opening.await.with_context(|| format!("{server} does not answer"))?;
    opened.map_err(|error| explained(server, error))
}

/// What is said of whoever answers, but not as a Pail server would.
#[must_use]
pub fn not_pail(server: &ServerAddress) -> String {
    format!("{server} is not a Pail server")
}

/// What the system said, somewhere below an error of a library.
#[must_use]
pub fn io_error_in<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e io::Error> {
    let below = std::iter::successors(Some(error), |error| error.source());
    below.filter_map(|error| error.downcast_ref()).last()
}

/// Why a WebSocket ended or never began, without the words of its library.
#[must_use]
pub fn why(error: &WebSocketError) -> String {
    match error {
        WebSocketError::ConnectionClosed
        | WebSocketError::AlreadyClosed
        | WebSocketError::Protocol(
            ProtocolError::ResetWithoutClosingHandshake | ProtocolError::SendAfterClosing,
        ) => "the connection ended".to_owned(),
        WebSocketError::Io(error) => format!("the connection broke: {error}"),
        WebSocketError::Capacity(_) => "the server sent too much at once".to_owned(),
        WebSocketError::Http(answer) => {
            format!("the server answered {} where events should be", answer.status())
        }
        _ => "this is not a Pail server".to_owned(),
    }
}

fn explained(server: &ServerAddress, error: anyhow::Error) -> anyhow::Error {
    let kind = error.downcast_ref().map(io::Error::kind);
    if kind == Some(ErrorKind::ConnectionRefused) && server.is_loopback() {
        return anyhow::anyhow!("no server runs at {server}; `pail up` starts one");
    }
    if error.downcast_ref().and_then(spoken_without_tls).is_some() {
        return anyhow::anyhow!("{server} is not encrypted; is it an http:// address?");
    }
    error.context(format!("{server} cannot be reached"))
}

fn spoken_without_tls(error: &io::Error) -> Option<()> {
    match error.get_ref()?.downcast_ref()? {
        TlsError::InvalidMessage(_) => Some(()),
        _ => None,
    }
}

async fn open(server: &ServerAddress) -> anyhow::Result<Transport> {
    let tcp = TcpStream::connect((server.host.as_str(), server.port)).await?;
    tcp.set_nodelay(true)?;
    if !server.is_tls {
        return Ok(Transport::Tcp(tcp));
    }
    let name = ServerName::try_from(server.host.clone())?;
    let tls = TlsConnector::from(tls_config()?).connect(name, tcp).await?;
    Ok(Transport::Tls(Box::new(tls)))
}

fn tls_config() -> anyhow::Result<Arc<ClientConfig>> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let Some(config) = CONFIG.get() {
        return Ok(config.clone());
    }
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(CONFIG.get_or_init(|| Arc::new(config)).clone())
}

impl AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut TaskContext<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};

    use super::{WebSocketError, why};

    #[track_caller]
    fn check(error: impl Into<WebSocketError>, expected: &str) {
        assert_eq!(why(&error.into()), expected);
    }

    #[test]
    fn the_words_of_the_library_are_not_shown() {
        check(ProtocolError::WrongHttpVersion, "this is not a Pail server");
        check(ProtocolError::ResetWithoutClosingHandshake, "the connection ended");
        check(WebSocketError::ConnectionClosed, "the connection ended");
        check(CapacityError::TooManyHeaders, "the server sent too much at once");
        let reset = std::io::Error::other("reset by peer");
        check(reset, "the connection broke: reset by peer");
    }
}
