//! Connections to the server under test. Nothing here panics: whatever a server does is told.

pub mod http;
pub mod socket;
pub mod target;

pub use http::{Answer, Request};
pub use socket::{Handshake, Heard, Socket};
pub use target::Target;

/// Why nothing could be asked. Sentences for whoever runs the suite.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NetError {
    /// The URL cannot be used.
    #[error("{0} is no address of a server; it should look like http://127.0.0.1:7245")]
    BadUrl(String),
    /// Nobody is there.
    #[error("nothing listens on {0}")]
    NobodyListens(String),
    /// The connection could not be made.
    #[error("{server} cannot be reached: {why}")]
    Unreachable {
        /// Host and port.
        server: String,
        /// In the system's words.
        why: String,
    },
    /// It took too long.
    #[error("{what}: nothing came within {seconds} s")]
    Late {
        /// What was waited for.
        what: String,
        /// How long.
        seconds: u64,
    },
    /// What came is not HTTP, or ended early.
    #[error("{what}: {why}")]
    Broken {
        /// What was asked.
        what: String,
        /// In the library's words.
        why: String,
    },
    /// What should be sent is no request.
    #[error("{0}")]
    BadRequest(String),
}
