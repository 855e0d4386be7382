//! Typed settings of a server. `cli.rs` reads them from arguments and the environment; tests and
//! the client's embedded server build them directly.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

pub use crate::auth::Cost;
pub use crate::auth::accounts::Registration;
pub use crate::store::Location as DataLocation;

/// Everything a server can be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the database lives.
    pub data: DataLocation,
    /// Who may register.
    pub registration: Registration,
    /// How the first bucket is called.
    pub team_name: String,
    /// How costly password hashes are.
    pub password_cost: Cost,
    /// Bounds on connections.
    pub connections: Connections,
}

/// Bounds on connections, with the defaults of `docs/api.md`.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// Open connections at the most; further ones wait to be accepted.
    pub count_max: usize,
    /// For the head of a request to arrive, and for a connection between requests.
    pub head_timeout: Duration,
    /// For the body of a request to arrive.
    pub body_timeout: Duration,
    /// For a connection to end on its own when the server shuts down.
    pub drain_timeout: Duration,
    /// Between two pings on a WebSocket.
    pub ping_interval: Duration,
    /// Of silence, after which a WebSocket counts as dead.
    pub silence_max: Duration,
    /// For a write to be taken by its reader.
    pub write_timeout: Duration,
    /// For which somebody whose last WebSocket ended still counts as there.
    pub presence_grace: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            count_max: 10_000,
            head_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(15),
            drain_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(25),
            silence_max: Duration::from_secs(75),
            write_timeout: Duration::from_secs(10),
            presence_grace: Duration::from_secs(10),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: DataLocation::Memory,
            registration: Registration::default(),
            team_name: "team".to_owned(),
            password_cost: Cost::Full,
            connections: Connections::default(),
        }
    }
}

/// The platform's directory for a server's data, `~/.local/share/pail` on Linux.
///
/// # Errors
/// When there is no home directory.
pub fn default_data_dir() -> anyhow::Result<PathBuf> {
    let project = directories::ProjectDirs::from("", "", "pail")
        .context("no home directory is known; say --data-dir")?;
    Ok(project.data_dir().to_owned())
}
