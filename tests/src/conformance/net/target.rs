//! Which server is tested, and opening connections to it.

use std::io::ErrorKind;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hyper::Uri;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{ClientConfig, Error as TlsError, crypto::ring, pki_types::ServerName};

use super::NetError;

/// A server, and how long it may take to answer.
#[derive(Debug, Clone)]
pub struct Target {
    /// `127.0.0.1:7245`, as a `Host` header has it.
    pub authority: String,
    /// What is in front of every path, without a slash at the end.
    pub prefix: String,
    /// Whether the connection is encrypted.
    pub is_tls: bool,
    /// How long anything may take that must happen.
    pub patience: Duration,
    host: String,
    port: u16,
}

/// Bytes both ways.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Target {
    /// Reads `http://host:port` or `https://…`, with a path in front of the API's if there is one.
    ///
    /// # Errors
    /// [`NetError::BadUrl`].
    pub fn parse(url: &str, patience: Duration) -> Result<Self, NetError> {
        let bad = || NetError::BadUrl(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let is_tls = match uri.scheme_str() {
            Some("http" | "ws") => false,
            Some("https" | "wss") => true,
            _ => return Err(bad()),
        };
        let authority = uri.authority().ok_or_else(bad)?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let prefix = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { authority: authority.to_string(), prefix, is_tls, patience, host, port })
    }

    /// `http://127.0.0.1:7245`, or for sockets `ws://…`.
    #[must_use]
    pub fn url(&self, scheme: &str) -> String {
        let secure = if self.is_tls { "s" } else { "" };
        format!("{scheme}{secure}://{}{}", self.authority, self.prefix)
    }

    /// Waits for something that must happen.
    ///
    /// # Errors
    /// [`NetError::Late`].
    pub async fn within<T>(
        &self,
        what: &str,
        happens: impl Future<Output = T>,
    ) -> Result<T, NetError> {
        let late = |_| NetError::Late { what: what.to_owned(), seconds: self.patience.as_secs() };
        timeout(self.patience, happens).await.map_err(late)
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// A sentence that names the server and what is wrong with it.
    pub async fn connect(&self) -> Result<Box<dyn Stream>, NetError> {
        let what = format!("connecting to {}", self.authority);
        self.within(&what, self.open()).await?.map_err(|error| self.explained(&error))
    }

    async fn open(&self) -> std::io::Result<Box<dyn Stream>> {
        let tcp = TcpStream::connect((self.host.as_str(), self.port)).await?;
        tcp.set_nodelay(true)?;
        if !self.is_tls {
            return Ok(Box::new(tcp));
        }
        let name = ServerName::try_from(self.host.clone()).map_err(std::io::Error::other)?;
        let config = tls_config().map_err(std::io::Error::other)?;
        let tls = TlsConnector::from(config).connect(name, tcp).await?;
        Ok(Box::new(tls))
    }

    fn explained(&self, error: &std::io::Error) -> NetError {
        let server = self.authority.clone();
        if error.kind() == ErrorKind::ConnectionRefused {
            return NetError::NobodyListens(server);
        }
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>());
        let why = match tls {
            Some(TlsError::InvalidMessage(_)) => "it speaks no TLS; is it an http:// URL?".into(),
            _ => error.to_string(),
        };
        NetError::Unreachable { server, why }
    }
}

/// Trusts what the system trusts.
fn tls_config() -> Result<Arc<ClientConfig>, TlsError> {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Target;

    #[test]
    fn urls_become_targets_and_other_texts_are_refused() {
        let read = |url: &str| Target::parse(url, Duration::from_secs(1));
        for (url, ws) in [
            ("http://127.0.0.1:7245", "ws://127.0.0.1:7245"),
            ("https://chat.example.com/", "wss://chat.example.com"),
            ("http://[::1]:80/pail/", "ws://[::1]:80/pail"),
        ] {
            assert_eq!(read(url).expect(url).url("ws"), ws);
        }
        for url in ["", "127.0.0.1:7245", "ftp://x", "http://", "http://a b"] {
            assert!(read(url).is_err(), "{url}");
        }
    }
}
