//! The Pail server as a library: the binary, the client's embedded server and the tests all run
//! this. See ARCHITECTURE.md for the rooms and the arrows between them.
//!
//! A command is checked and recorded in one transaction; everything that must happen because of it
//! is done by readers of the log.

pub mod attachments;
pub mod auth;
pub mod chat;
pub mod clock;
pub mod config;
pub mod ctx;
pub mod http;
pub mod hub;
mod import;
mod index;
pub mod net;
pub mod presence;
mod service;
pub mod store;
pub mod ws;

use anyhow::bail;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use attachments::Attachments;
use auth::accounts::Door;
use auth::tokens;
use auth::{Hasher, Scribe, Throttle, last_used};
use chat::{ChatError, invites};
use ctx::Ctx;
use http::Api;
use hub::Hub;
use presence::Presence;
use service::Service;
use store::Store;
use ws::Sockets;

pub use config::{Config, Connections, Cost, DataLocation, Registration, default_data_dir};
pub use import::{Claim, Imported, import};

/// A server with its database open, not listening yet.
pub struct Server {
    store: Store,
    ctx: Ctx,
    presence: Presence,
    config: Config,
    founding_invite: Option<String>,
    scribe: Scribe,
}

impl Server {
    /// Opens the database, creating or migrating it.
    ///
    /// # Errors
    /// When the data directory cannot be used, another process holds it, or it is not ours.
    pub async fn open(config: Config) -> anyhow::Result<Self> {
        let location = config.data.clone();
        let opened = tokio::task::spawn_blocking(move || open(&location));
        let (store, attachments) = opened.await??;
        let door = Door {
            registration: config.registration,
            team_name: config.team_name.clone(),
            hasher: Hasher::new(config.password_cost)?,
            throttle: Throttle::default(),
        };
        let presence = Presence::default();
        let (last_used, scribe) = last_used();
        let ctx = Ctx::new(store.clone(), door, presence.clone(), last_used, attachments);
        let founding_invite = found(&ctx).await?;
        Ok(Self { store, ctx, presence, config, founding_invite, scribe })
    }

    /// The code that makes whoever registers with it the owner of a first bucket; `None` once
    /// somebody has registered. It changes with every start.
    #[must_use]
    pub fn founding_invite(&self) -> Option<String> {
        self.founding_invite.clone()
    }

    /// Serves until `shutdown`, then closes every connection with a code.
    ///
    /// # Errors
    /// When the disk fails so that nothing more may be acknowledged.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> anyhow::Result<()> {
        let bounds = self.config.connections;
        let stop = shutdown.child_token();
        let tracker = TaskTracker::new();
        let hub = Hub::start(&self.store, self.presence, bounds.presence_grace, stop.clone());
        let (hub, hub_task) = hub.await?;
        tracker.spawn(hub_task);
        tracker.spawn(self.scribe.run(self.store.clone(), stop.clone()));
        tracker.spawn(self.ctx.attachments().clone().sweep_until(stop.clone()));
        tracker.spawn(index::follow(self.store.clone(), stop.clone()));
        let api = Api { ctx: self.ctx.clone(), body_timeout: bounds.body_timeout };
        let sockets = Sockets {
            ctx: self.ctx,
            hub,
            bounds,
            tracker: tracker.clone(),
            shutdown: stop.clone(),
        };
        let service = Service::new(api, sockets);
        let serve = net::serve(listener, service, bounds, tracker.clone(), stop.clone());
        let broken = tokio::select! {
            () = serve => false,
            () = self.store.broken() => true,
        };
        stop.cancel();
        tracker.close();
        if timeout(bounds.drain_timeout, tracker.wait()).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        if timeout(bounds.drain_timeout, self.store.close()).await.is_err() {
            tracing::warn!("the database was not closed in time");
        }
        if broken {
            bail!("the disk failed; what it holds is known again after a restart");
        }
        Ok(())
    }
}

/// Gives the database at a location a new epoch, so that clients start over: for whoever put back a
/// backup. Blocks.
///
/// # Errors
/// When the data directory cannot be used, another process holds it, or it is not ours.
pub fn renew_epoch(location: &DataLocation) -> anyhow::Result<String> {
    Store::renew_epoch(location)
}

/// The database, and the files beside it once the database's lock is ours.
fn open(location: &DataLocation) -> anyhow::Result<(Store, Attachments)> {
    let store = Store::open(location)?;
    let attachments = Attachments::open(location, store.clone())?;
    Ok((store, attachments))
}

/// While nobody has registered, makes the code that lets the first one in.
async fn found(ctx: &Ctx) -> Result<Option<String>, ChatError> {
    let code = tokens::new_invite_code();
    let hash = tokens::hash(&code);
    let empty = ctx.command(move |tx, stamp| invites::renew_founding(tx, stamp, hash)).await?;
    Ok(empty.then_some(code))
}
