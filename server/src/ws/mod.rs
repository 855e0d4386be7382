//! Both WebSockets: who may open one, and its life from handshake to close.

mod channel_replay;
mod channel_socket;
mod connection;
mod dialect;
mod events_socket;
mod typing;
mod upgrade;
mod wire;

use hyper::{HeaderMap, Method};
use pail_protocol::ChannelId;
use pail_protocol::close::CloseCode;
use pail_protocol::error::ErrorCode;
use pail_protocol::limits::FRAME_BYTES_MAX;
use pail_protocol::token::Scope;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::{AuthError, Caller};
use crate::chat::ChatError;
use crate::chat::missed::{self, Have};
use crate::config::Connections;
use crate::ctx::Ctx;
use crate::hub::{Attached, Audience, Hub};
use crate::store::Tx;
use channel_replay::Replay;
use channel_socket::ChannelSocket;
use connection::Connection;
use dialect::Dialect;
use typing::TypingPace;

pub use upgrade::{Handshake, Request, Stream};
pub use wire::{End, Heard, Wire};

/// Serves WebSocket requests. Clones are cheap.
#[derive(Clone)]
pub struct Sockets {
    /// Commands and queries.
    pub ctx: Ctx,
    /// The live stream.
    pub hub: Hub,
    /// Bounds on each connection.
    pub bounds: Connections,
    /// Counts connections, so that a shutdown can wait for their goodbyes.
    pub tracker: TaskTracker,
    /// Ends connections that are not in the hub yet.
    pub shutdown: CancellationToken,
}

/// What a caller may listen to, decided before the handshake is answered: from then on nothing
/// may be missed.
enum Admitted {
    Channel(Caller, Attached, ChannelSocket, Option<Replay>),
    Events(Caller),
}

impl Sockets {
    /// Answers a handshake with the headers of a 101 and serves the connection in a task of its
    /// own. Who may not listen is told so by a close code *after* the handshake.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for another path; what the handshake itself refuses.
    pub async fn answer(&self, mut request: Request) -> Result<HeaderMap, ErrorCode> {
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        let channel = match path.as_slice() {
            ["chat", id] => Some((*id).to_owned()),
            ["events"] => None,
            _ => return Err(ErrorCode::NotFound),
        };
        if request.method != Method::GET {
            return Err(ErrorCode::MethodNotAllowed);
        }
        let handshake = Handshake::check(&mut request)?;
        let place = request.place.take();
        let admitted = self.admit(&request, channel).await;
        let headers = handshake.answer();
        let sockets = self.clone();
        self.tracker.spawn(async move {
            if let Some(stream) = handshake.accept(FRAME_BYTES_MAX).await {
                sockets.serve(stream, admitted).await;
            }
            drop(place);
        });
        Ok(headers)
    }

    async fn admit(
        &self,
        request: &Request,
        channel: Option<String>,
    ) -> Result<Admitted, CloseCode> {
        let caller = self.caller(request).await?;
        match channel {
            None => {
                within_scope(&caller, None)?;
                Ok(Admitted::Events(caller))
            }
            Some(id) => {
                let digits = id.bytes().all(|byte| byte.is_ascii_digit());
                let id = id.parse().ok().filter(|_| digits).ok_or(CloseCode::NoSuchChannel)?;
                self.admit_to_channel(caller, ChannelId(id), channel_replay::have(&request.query))
                    .await
            }
        }
    }

    async fn caller(&self, request: &Request) -> Result<Caller, CloseCode> {
        let token = upgrade::token(request).map_err(|_| CloseCode::NotAuthenticated)?;
        self.ctx.caller(&token).await.map_err(|error| match error {
            AuthError::Store(_) => CloseCode::Internal,
            _ => CloseCode::NotAuthenticated,
        })
    }

    /// Attaches first and asks second: somebody shut out in between is closed by the hub.
    async fn admit_to_channel(
        &self,
        caller: Caller,
        id: ChannelId,
        have: Option<Have>,
    ) -> Result<Admitted, CloseCode> {
        let (user, after) = (caller.id(), have.as_ref().map(|have| have.after));
        let epoch = self.ctx.epoch().to_owned();
        let listen = move |tx: &mut dyn Tx| missed::listen(tx, user, id, have.as_ref(), &epoch);
        // Asked once before as well, so that only ids of real channels reach the hub.
        self.ctx.query(listen.clone()).await.map_err(|error| close_code(&error))?;
        within_scope(&caller, Some(id))?;
        let mut attached = self.attach(&caller, Audience::Channel(id)).await?;
        let listening = self.ctx.query(listen).await.map_err(|error| close_code(&error))?;
        let (head, resumed) = listening;
        attached.inbox.cover(head);
        let replay = after.zip(resumed);
        let replay = replay.map(|(after, resumed)| Replay { channel: id, after, resumed });
        Ok(Admitted::Channel(caller, attached, ChannelSocket { channel: id, user }, replay))
    }

    async fn attach(&self, caller: &Caller, audience: Audience) -> Result<Attached, CloseCode> {
        let attached = self.hub.attach(caller, audience).await;
        let attached = attached.map_err(|_| CloseCode::GoingAway)?;
        match self.ctx.is_logged_in(caller).await {
            Ok(true) => Ok(attached),
            Ok(false) => Err(CloseCode::NotAuthenticated),
            Err(_) => Err(CloseCode::Internal),
        }
    }

    async fn serve(&self, stream: Stream, admitted: Result<Admitted, CloseCode>) {
        match admitted {
            Err(code) => Box::pin(self.wire(stream).finish(End::Close(code))).await,
            Ok(Admitted::Channel(caller, attached, socket, replay)) => {
                let connection = self.connection(stream, caller, Dialect::Channel(socket));
                serve_channel(connection, attached, replay).await;
            }
            Ok(Admitted::Events(caller)) => {
                let connection = self.connection(stream, caller, Dialect::Events);
                events_socket::run(connection, self).await;
            }
        }
    }

    fn wire(&self, stream: Stream) -> Wire {
        Wire::new(stream, self.bounds.write_timeout)
    }

    fn connection(&self, stream: Stream, caller: Caller, dialect: Dialect) -> Box<Connection> {
        let (wire, ctx) = (self.wire(stream), self.ctx.acting_for(&caller));
        let bounds = self.bounds;
        let (hub, typing) = (self.hub.clone(), TypingPace::default());
        Box::new(Connection { wire, ctx, caller, bounds, dialect, hub, typing })
    }
}

/// Serves a channel's socket: first what its client lacks, then what is live.
async fn serve_channel(
    mut connection: Box<Connection>,
    attached: Attached,
    replay: Option<Replay>,
) {
    if let Some(replay) = replay
        && let Err(end) = Box::pin(channel_replay::write(&mut connection, &attached, replay)).await
    {
        return Box::pin(connection.finish(end)).await;
    }
    connection.run(attached).await;
}

/// Whether a token may listen, to one channel or to everything.
fn within_scope(caller: &Caller, channel: Option<ChannelId>) -> Result<(), CloseCode> {
    caller.scopes.require(Scope::Read, channel).map_err(|_| CloseCode::NotAMember)
}

fn close_code(error: &ChatError) -> CloseCode {
    match error {
        ChatError::Missing(_) => CloseCode::NoSuchChannel,
        ChatError::Store(_) => CloseCode::Internal,
        _ => CloseCode::NotAMember,
    }
}
