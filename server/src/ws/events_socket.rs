//! The frames of `/ws/events/`: hello, resume, then everything of one user.

use std::time::Duration;

use pail_protocol::account::Limits;
use pail_protocol::close::CloseCode;
use pail_protocol::error::ErrorCode;
use pail_protocol::frame::{
    ClientFrame, FrameError, Hello, Read, Ready, Send, ServerFrame, Subscribe,
};
use pail_protocol::limits::SUBSCRIBE_CHANNELS_MAX;
use pail_protocol::message::PostMessage;
use pail_protocol::{ChannelId, Nonce, Seq};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::Sockets;
use super::connection::{self, Connection};
use super::dialect::{Received, encode};
use super::wire::{End, Heard};
use crate::auth::AuthError;
use crate::chat::ChatError;
use crate::chat::missed::{self, Missed};
use crate::hub::{Attached, Audience};

/// How long a client may take to say what it has.
const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(10);
/// Events read and written at once during a replay: bounds memory, not the replay.
const REPLAY_PAGE: usize = 200;

/// Serves an events socket from hello to close.
pub async fn run(mut connection: Box<Connection>, sockets: &Sockets) {
    let begun = tokio::select! {
        biased;
        () = sockets.shutdown.cancelled() => Err(End::Close(CloseCode::GoingAway)),
        begun = Box::pin(begin(&mut connection, sockets)) => begun,
    };
    match begun {
        Ok(attached) => connection.run(attached).await,
        Err(end) => Box::pin(connection.finish(end)).await,
    }
}

/// Hello, subscribe, replay, ready: what comes before the loop.
async fn begin(connection: &mut Connection, sockets: &Sockets) -> Result<Attached, End> {
    say(connection, &hello(connection)).await?;
    let have = subscription(connection).await?;
    let presence = have.presence;
    let audience = Audience::Everything { presence };
    let attached = sockets.attach(&connection.caller, audience).await;
    let mut attached = attached.map_err(End::Close)?;
    let (by, epoch) = (connection.caller.id(), connection.ctx.epoch().to_owned());
    let query = connection.ctx.query(move |tx| missed::missed(tx, by, &have, &epoch));
    let Missed { head, channels, replay } =
        query.await.map_err(|error| connection::failed(&error))?;
    attached.inbox.cover(head);
    for (channel, after, until) in replay {
        replay_channel(connection, &attached, channel, after, until).await?;
    }
    let epoch = connection.ctx.epoch().to_owned();
    let online = presence.then(|| std::mem::take(&mut attached.online));
    let ready = encode(&ServerFrame::Ready(Ready { epoch, channels, online }));
    connection.write([ready], &attached).await?;
    Ok(attached)
}

fn hello(connection: &Connection) -> ServerFrame {
    ServerFrame::Hello(Hello {
        epoch: connection.ctx.epoch().to_owned(),
        server_version: env!("CARGO_PKG_VERSION").to_owned(),
        user: connection.caller.user.clone(),
        limits: Limits::default(),
    })
}

/// Writes before there is an outbox to watch.
async fn say(connection: &mut Connection, frame: &ServerFrame) -> Result<(), End> {
    connection.wire.write([Message::Text(encode(frame))]).await
}

async fn subscription(connection: &mut Connection) -> Result<Subscribe, End> {
    let protocol = || End::Close(CloseCode::Protocol);
    let first = async {
        loop {
            match connection.wire.next().await? {
                Heard::Text(text) => return Ok(text),
                Heard::Sign => {}
                Heard::Binary(_) => return Err(protocol()),
            }
        }
    };
    let text = timeout(SUBSCRIBE_TIMEOUT, first).await.map_err(|_| protocol())??;
    match serde_json::from_str(&text) {
        Ok(ClientFrame::Subscribe(have)) if have.channels.len() <= SUBSCRIBE_CHANNELS_MAX => {
            Ok(have)
        }
        _ => Err(protocol()),
    }
}

async fn replay_channel(
    connection: &mut Connection,
    attached: &Attached,
    channel: ChannelId,
    mut after: Seq,
    until: Seq,
) -> Result<(), End> {
    let by = connection.caller.id();
    while after < until {
        let query = connection
            .ctx
            .query(move |tx| missed::replay(tx, by, channel, after, until, REPLAY_PAGE));
        // Somebody removed meanwhile is told by the live `member.removed`.
        let page = match query.await {
            Ok(page) => page,
            Err(ChatError::NotInChannel | ChatError::Missing(_)) => return Ok(()),
            Err(error) => return Err(connection::failed(&error)),
        };
        let Some(last) = page.last().and_then(|event| event.seq) else { return Ok(()) };
        let frames: Vec<Utf8Bytes> =
            page.iter().filter_map(ServerFrame::of).map(|frame| encode(&frame)).collect();
        connection.write(frames, attached).await?;
        after = last;
    }
    Ok(())
}

/// What a client's text means, after the first.
pub fn receive(text: &str) -> Received {
    match serde_json::from_str(text) {
        Ok(ClientFrame::Send(Send { channel_id, message_text, nonce, refers })) => {
            let wanted = PostMessage { message_text, nonce: Some(nonce), refers };
            Received::Post { channel: channel_id, wanted }
        }
        Ok(ClientFrame::Ping {}) => Received::Reply(encode(&ServerFrame::Pong {})),
        Ok(ClientFrame::Typing(typing)) => Received::Typing(typing.channel_id),
        Ok(ClientFrame::Read(Read { channel_id, seq })) => {
            Received::Read { channel: channel_id, seq }
        }
        Ok(ClientFrame::Subscribe(_)) => Received::Close(CloseCode::Protocol),
        Err(error) => reply(ErrorCode::InvalidJson, error.to_string(), nonce_in(text)),
    }
}

/// The nonce of a frame that is otherwise wrong, so that its sender knows which one it was.
fn nonce_in(text: &str) -> Option<Nonce> {
    let frame: serde_json::Value = serde_json::from_str(text).ok()?;
    Nonce::new(frame.get("nonce")?.as_str()?).ok()
}

/// This socket speaks text.
pub fn receive_binary() -> Received {
    reply(ErrorCode::InvalidJson, "Invalid JSON format".to_owned(), None)
}

/// The frame that refuses what the token's scopes do not allow.
pub fn out_of_scope(nonce: Option<Nonce>) -> Utf8Bytes {
    let missing = AuthError::ScopeMissing;
    encode(&frame_error(missing.code(), missing.to_string(), nonce))
}

/// The frame that refuses a message.
pub fn refusal(error: &ChatError, nonce: Option<Nonce>) -> Utf8Bytes {
    encode(&frame_error(error.code(), sentence(error), nonce))
}

fn sentence(error: &ChatError) -> String {
    match error {
        ChatError::Invalid(fields) => fields
            .iter()
            .map(|(field, text)| format!("{field}: {text}"))
            .collect::<Vec<_>>()
            .join("; "),
        // What exactly failed is for the log.
        ChatError::Store(_) if error.code() == ErrorCode::Internal => {
            "Internal server error".to_owned()
        }
        other => other.detail(),
    }
}

fn reply(code: ErrorCode, error: String, nonce: Option<Nonce>) -> Received {
    Received::Reply(encode(&frame_error(code, error, nonce)))
}

fn frame_error(code: ErrorCode, error: String, nonce: Option<Nonce>) -> ServerFrame {
    ServerFrame::Error(FrameError { error, code, nonce })
}
