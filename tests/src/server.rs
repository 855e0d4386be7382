//! The real server in this process, on a free port.

use std::net::SocketAddr;

use pail_server::{Config, Cost, DataLocation, Registration};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::within;

/// A running server. Dropping it asks it to stop; [`Server::stop`] waits for that.
pub struct Server {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The code that founds the first bucket.
    pub founding_invite: Option<String>,
    shutdown: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
    _directory: Option<TempDir>,
}

/// The settings of most tests: everybody may register, in memory, hashing is not the subject.
#[must_use]
pub fn settings() -> Config {
    Config {
        data: DataLocation::Memory,
        registration: Registration::Open,
        password_cost: Cost::Least,
        ..Config::default()
    }
}

impl Server {
    /// A server with [`settings`].
    pub async fn start() -> Self {
        Self::start_with(settings()).await
    }

    /// A server whose readers and writer have connections of their own, as in earnest.
    ///
    /// # Panics
    /// When there is no place for temporary files.
    pub async fn on_disk() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let data = DataLocation::Directory(directory.path().to_owned());
        let mut server = Self::start_with(Config { data, ..settings() }).await;
        server._directory = Some(directory);
        server
    }

    /// A server with other settings.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_with(config: Config) -> Self {
        let server = pail_server::Server::open(config).await.expect("the server opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let founding_invite = server.founding_invite();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(server.run(listener, shutdown.clone()));
        Self { addr, founding_invite, shutdown, task, _directory: None }
    }

    /// Asks it to stop without waiting.
    pub fn begin_stop(&self) {
        self.shutdown.cancel();
    }

    /// Stops it and waits until every connection has ended.
    ///
    /// # Panics
    /// When it ends badly.
    pub async fn stop(mut self) {
        self.shutdown.cancel();
        let ended = within("the server's end", &mut self.task).await;
        ended.expect("the server does not panic").expect("the server ends well");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}
