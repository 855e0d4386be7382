//! What the black-box tests stand on: a server, raw HTTP and WebSocket clients, and people who use
//! them. Deliberately not the client that Pail ships: whoever reads only `docs/api.md` would write
//! these. No type of the protocol crate is used, so that a renamed field is noticed.

pub mod conformance;
pub mod http;
pub mod process;
pub mod removal;
pub mod scenario;
pub mod server;
pub mod terminal;
pub mod ws;

use std::time::Duration;

use serde_json::Value;

pub use http::{Answer, Request, Wire};
pub use scenario::{Team, User};
pub use server::Server;
pub use ws::{Heard, Socket};

/// How long anything may take on a busy machine before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for something that must happen.
///
/// # Panics
/// When it does not happen in time.
pub async fn within<T>(what: &str, happens: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, happens).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: did not happen within {PATIENCE:?}"),
    }
}

/// The keys of an object, sorted.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    let mut keys: Vec<&str> = object.keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// Whether a value looks exactly like `2023-10-01T12:00:00Z`.
#[must_use]
pub fn is_time(value: &Value) -> bool {
    let shape = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "0");
    value.as_str().map(shape).as_deref() == Some("0000-00-00T00:00:00Z")
}
