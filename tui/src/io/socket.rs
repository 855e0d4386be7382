//! One connection to `/ws/events/`: opens it, reads frames into the inbox, writes what is given.
//!
//! It decides nothing: when to come back, what to say first and what counts is the state's.

use std::time::Duration;

use anyhow::Context;
use futures_util::{SinkExt, StreamExt};
use pail_protocol::frame::{ClientFrame, ServerFrame};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};

use super::address::ServerAddress;
use super::connector::{self, CONNECT_TIMEOUT, Transport};
use crate::state::NetEvent;
use crate::state::effect::Secret;
use crate::text::SafeText;

/// Largest frame that is read, in bytes.
pub const FRAME_BYTES_MAX: usize = 1024 * 1024;
/// The server pings every 25 seconds; after so much silence it is gone.
pub const SILENCE_MAX: Duration = Duration::from_secs(75);
/// Frames that may wait to be written.
pub const OUTBOX_FRAMES_MAX: usize = 512;

type Socket = WebSocketStream<Transport>;

/// Where a socket leads, and as whom.
#[derive(Debug, Clone)]
pub struct Destination {
    /// The server.
    pub server: ServerAddress,
    /// The token.
    pub token: Secret,
}

/// Waits, opens a socket, and carries frames both ways until it ends. `tell` gets every frame and
/// in the end the reason.
pub async fn run<Told: Future<Output = bool>>(
    to: Destination,
    delay: Duration,
    mut outbox: mpsc::Receiver<ClientFrame>,
    tell: impl Fn(NetEvent) -> Told,
) {
    sleep(delay).await;
    let ended = match open(&to).await {
        Ok(socket) => carry(socket, &mut outbox, &tell).await,
        Err(error) => closed(None, &format!("{error:#}")),
    };
    tell(ended).await;
}

async fn open(to: &Destination) -> anyhow::Result<Socket> {
    let transport = connector::connect(&to.server).await?;
    let mut request = format!("ws://{}/ws/events/", to.server.authority()).into_client_request()?;
    let token =
        HeaderValue::from_str(&format!("Token {}", to.token.0)).context("the token is damaged")?;
    request.headers_mut().insert("authorization", token);
    let config = WebSocketConfig::default()
        .read_buffer_size(32 * 1024)
        .max_message_size(Some(FRAME_BYTES_MAX))
        .max_frame_size(Some(FRAME_BYTES_MAX));
    let shaking = tokio_tungstenite::client_async_with_config(request, transport, Some(config));
    let shaken = timeout(CONNECT_TIMEOUT, shaking).await.context("the server does not answer")?;
    Ok(shaken.context("the server does not speak WebSocket here")?.0)
}

async fn carry<Told: Future<Output = bool>>(
    mut socket: Socket,
    outbox: &mut mpsc::Receiver<ClientFrame>,
    tell: &impl Fn(NetEvent) -> Told,
) -> NetEvent {
    loop {
        tokio::select! {
            read = timeout(SILENCE_MAX, socket.next()) => match read {
                Err(_) => return closed(None, "the server fell silent"),
                Ok(None) => return closed(None, "the connection ended"),
                Ok(Some(Err(error))) => return closed(None, &format!("the connection broke: {error}")),
                Ok(Some(Ok(Message::Close(frame)))) => return closed_by(frame.as_ref()),
                Ok(Some(Ok(Message::Text(text)))) => {
                    // Types this client does not know are none of its business.
                    if let Ok(frame) = serde_json::from_str::<ServerFrame>(&text)
                        && !tell(NetEvent::Frame(Box::new(frame))).await
                    {
                        return closed(None, "");
                    }
                }
                Ok(Some(Ok(_))) => {}
            },
            frame = outbox.recv() => match frame {
                Some(frame) => {
                    if let Err(error) = write(&mut socket, frame, outbox).await {
                        return closed(None, &format!("the connection broke: {error:#}"));
                    }
                }
                None => {
                    let _ = timeout(Duration::from_secs(1), socket.close(None)).await;
                    return closed(None, "");
                }
            },
        }
    }
}

/// Writes a frame and all that wait behind it, then flushes once.
async fn write(
    socket: &mut Socket,
    first: ClientFrame,
    outbox: &mut mpsc::Receiver<ClientFrame>,
) -> anyhow::Result<()> {
    let mut next = Some(first);
    let writing = async {
        while let Some(frame) = next.take() {
            socket.feed(Message::text(serde_json::to_string(&frame)?)).await?;
            next = outbox.try_recv().ok();
        }
        socket.flush().await?;
        anyhow::Ok(())
    };
    timeout(CONNECT_TIMEOUT, writing).await.context("the server takes nothing")?
}

fn closed(code: Option<u16>, reason: &str) -> NetEvent {
    NetEvent::Closed { code, reason: SafeText::line(reason) }
}

fn closed_by(frame: Option<&tokio_tungstenite::tungstenite::protocol::CloseFrame>) -> NetEvent {
    match frame {
        Some(frame) => closed(Some(frame.code.into()), frame.reason.as_str()),
        None => closed(None, "the server closed the connection"),
    }
}
