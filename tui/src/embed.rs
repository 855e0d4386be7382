//! The server inside the client: the only file that knows its crate.
//!
//! It starts and stops one. Everything else goes over REST on the loopback interface, as from
//! any client.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;

use anyhow::Context;
use pail_server::{Config, DataLocation, Registration, Server};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::io::address::ServerAddress;

/// What to start.
#[derive(Debug, Clone)]
pub struct Hosting {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the messages are kept.
    pub keeping: Keeping,
    /// How the first bucket is called.
    pub team: String,
}

/// Where the messages are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// Nowhere: they end with the process.
    Memory,
    /// In the folder where `pail-server` keeps them, too.
    DefaultDirectory,
    /// In a folder.
    Directory(PathBuf),
}

/// A server that runs.
#[derive(Debug)]
pub struct Hosted {
    /// As this machine reaches it.
    pub local: ServerAddress,
    /// As others reach it, as far as this machine knows.
    pub public: ServerAddress,
    /// The invite that makes an owner, while there is none.
    pub founding_invite: Option<String>,
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

/// Starts a server.
///
/// # Errors
/// When its data are in use or damaged, or it cannot listen there.
pub async fn host(hosting: Hosting) -> anyhow::Result<Hosted> {
    let data = match hosting.keeping {
        Keeping::Memory => DataLocation::Memory,
        Keeping::DefaultDirectory => DataLocation::Directory(pail_server::default_data_dir()?),
        Keeping::Directory(dir) => DataLocation::Directory(dir),
    };
    let bound = TcpListener::bind(hosting.listen).await;
    let listener = bound.map_err(|error| not_bound(hosting.listen, error))?;
    let bound = listener.local_addr().context("the address of the server is unknown")?;
    let registration = Registration::Invite;
    let config = Config { data, registration, team_name: hosting.team, ..Config::default() };
    let server = Server::open(config).await?;
    let founding_invite = server.founding_invite();
    let stop = CancellationToken::new();
    let task = tokio::spawn(server.run(listener, stop.clone()));
    let (local, public) = (address(bound, true), address(bound, false));
    Ok(Hosted { local, public, founding_invite, stop, task })
}

fn not_bound(listen: SocketAddr, error: std::io::Error) -> anyhow::Error {
    let sentence = match error.kind() {
        ErrorKind::AddrInUse => {
            return anyhow::anyhow!(
                "{listen} is taken. If a server of yours runs already, `pail` opens it."
            );
        }
        ErrorKind::AddrNotAvailable => format!("{} is no address of this machine", listen.ip()),
        ErrorKind::PermissionDenied => {
            format!("the system does not let you listen on port {}", listen.port())
        }
        _ => format!("{listen} cannot be listened on"),
    };
    anyhow::Error::new(error).context(sentence)
}

impl Hosted {
    /// Stops it; its connections are closed in order.
    pub async fn stop(self) {
        self.stop.cancel();
        let _ = self.task.await;
    }
}

fn address(bound: SocketAddr, is_local: bool) -> ServerAddress {
    let ip = match bound.ip() {
        ip if !ip.is_unspecified() => ip,
        _ if is_local => IpAddr::V4(Ipv4Addr::LOCALHOST),
        _ => ip_towards_others().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
    };
    ServerAddress { is_tls: false, host: ip.to_string(), port: bound.port() }
}

/// The address this machine would use to talk to others. Nothing is sent.
fn ip_towards_others() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // A documentation address: routable, and nobody's.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{Hosting, Keeping, host};

    async fn refusal(listen: SocketAddr) -> String {
        let hosting = Hosting { listen, keeping: Keeping::Memory, team: "Acme".to_owned() };
        format!("{:#}", host(hosting).await.unwrap_err())
    }

    #[tokio::test]
    async fn an_address_that_will_not_do_is_called_what_it_is() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let taken = refusal(listener.local_addr().unwrap()).await;
        assert!(taken.contains("is taken"), "{taken}");
        // A documentation address: no machine has it.
        let foreign = refusal(([192, 0, 2, 1], 7245).into()).await;
        assert!(foreign.contains("no address of this machine"), "{foreign}");
    }
}
