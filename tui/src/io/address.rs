//! Where a server is: addresses and join lines as people write them.

use std::fmt;
use std::net::IpAddr;

use anyhow::{Context, bail, ensure};
use hyper::Uri;
use pail_protocol::DEFAULT_PORT;

/// A server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServerAddress {
    /// Whether the connection is encrypted.
    pub is_tls: bool,
    /// A name or an IP address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl ServerAddress {
    /// Reads `http://host:port`, `https://host` or `host:port`. A path is left aside.
    ///
    /// # Errors
    /// A sentence that says what is expected.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        let expected =
            || format!("`{text}` is no server. Expected something like http://host:7245.");
        let with_scheme =
            if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = with_scheme.parse().with_context(expected)?;
        let host = uri.host().filter(|host| !host.is_empty()).with_context(expected)?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let (is_tls, port) = match uri.scheme_str() {
            Some("http") if !text.contains("://") => (false, DEFAULT_PORT),
            Some("http") => (false, 80),
            Some("https") => (true, 443),
            _ => bail!(expected()),
        };
        Ok(Self { is_tls, host, port: uri.port_u16().unwrap_or(port) })
    }

    /// Whether the server is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }

    /// Refuses to send passwords in the clear over a network.
    ///
    /// # Errors
    /// When the connection would be neither encrypted nor local, unless that was asked for.
    pub fn ensure_private(&self, insecure: bool) -> anyhow::Result<()> {
        ensure!(
            self.is_tls || self.is_loopback() || insecure,
            "{self} is not encrypted: anybody on the way could read along. \
             Use https, or say --insecure if you trust the network."
        );
        Ok(())
    }

    /// Host and port, as a `Host` header wants them.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, usual) = if self.is_tls { ("https", ":443") } else { ("http", ":80") };
        let authority = self.authority();
        let shown = authority.strip_suffix(usual).unwrap_or(&authority);
        write!(f, "{scheme}://{shown}")
    }
}

/// An invite as it is handed on: `http://host:port/join/CODE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinLink {
    /// Whose invite it is.
    pub server: ServerAddress,
    /// The secret part.
    pub code: String,
}

impl JoinLink {
    /// Reads a link, also with `pail join` before it, as it is copied from a chat.
    ///
    /// # Errors
    /// A sentence that says what is expected.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut words = text.split_whitespace().filter(|word| word.contains("/join/"));
        let link = words.next_back().with_context(|| {
            format!("`{}` is no invite. Expected http://host:port/join/CODE.", text.trim())
        })?;
        let (server, code) = link.rsplit_once("/join/").unwrap_or_default();
        let code = code.trim_matches('/');
        let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
        ensure!(
            !code.is_empty() && code.chars().all(is_code),
            "`{link}` has no code after /join/."
        );
        Ok(Self { server: ServerAddress::parse(server)?, code: code.to_owned() })
    }

    /// The whole line for somebody's shell.
    #[must_use]
    pub fn line(&self) -> String {
        let insecure = if self.server.ensure_private(false).is_ok() { "" } else { " --insecure" };
        format!("pail join {}/join/{}{insecure}", self.server, self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::{JoinLink, ServerAddress};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = match ServerAddress::parse(text) {
            Ok(address) => address.to_string(),
            Err(_) => "error".to_owned(),
        };
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn servers_are_read_as_people_write_them() {
        check("http://127.0.0.1:7245/", "http://127.0.0.1:7245");
        check("chat.example.com", "http://chat.example.com:7245");
        check("https://chat.example.com", "https://chat.example.com");
        check("http://[::1]:80", "http://[::1]");
        check("ftp://x", "error");
        check("", "error");
    }

    #[test]
    fn a_join_line_is_read_with_and_without_the_command() {
        let link =
            JoinLink::parse("  pail join http://10.0.0.2:7245/join/Zm9v-_x --insecure\n").unwrap();
        assert_eq!((link.code.as_str(), link.server.port), ("Zm9v-_x", 7245));
        assert_eq!(link.line(), "pail join http://10.0.0.2:7245/join/Zm9v-_x --insecure");
        assert!(JoinLink::parse("http://host/join/").is_err());
        assert!(JoinLink::parse("hello").is_err());
    }

    #[test]
    fn plain_http_stays_on_this_machine_unless_asked() {
        let private =
            |text: &str, insecure| ServerAddress::parse(text).unwrap().ensure_private(insecure);
        assert!(private("http://localhost:7245", false).is_ok());
        assert!(private("https://example.com", false).is_ok());
        assert!(private("http://example.com", false).is_err());
        assert!(private("http://example.com", true).is_ok());
    }
}
