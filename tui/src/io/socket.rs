//! One connection to `/ws/events/`: opens it, reads frames into the inbox, writes what is given.
//!
//! It decides nothing: when to come back, what to say first and what counts is the state's.

use std::time::Duration;

use anyhow::Context;
use futures_util::{SinkExt, StreamExt};
use pail_protocol::frame::{ClientFrame, ServerFrame};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error as WebSocketError;
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
/// Until the server has said that everything was replayed, it says something this often. What
/// pings and says nothing is no server of ours, or one that hangs.
pub const GREETING_MAX: Duration = Duration::from_secs(15);
/// Frames that may wait to be written.
pub const OUTBOX_FRAMES_MAX: usize = 512;

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
        Ok(socket) => carry(socket, &mut outbox, &tell, GREETING_MAX).await,
        Err(error) => closed(None, &format!("{error:#}")),
    };
    tell(ended).await;
}

async fn open(to: &Destination) -> anyhow::Result<WebSocketStream<Transport>> {
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
    Ok(shaken.map_err(plain)?.0)
}

async fn carry<Stream: AsyncRead + AsyncWrite + Unpin, Told: Future<Output = bool>>(
    mut socket: WebSocketStream<Stream>,
    outbox: &mut mpsc::Receiver<ClientFrame>,
    tell: &impl Fn(NetEvent) -> Told,
    greeting_max: Duration,
) -> NetEvent {
    let (mut is_ready, mut heard_at) = (false, Instant::now());
    loop {
        let greeting = greeting_max.saturating_sub(heard_at.elapsed());
        let patience = if is_ready { SILENCE_MAX } else { greeting };
        tokio::select! {
            read = timeout(patience, socket.next()) => match read {
                Err(_) if !is_ready => {
                    return closed(None, "the server took the connection and says nothing");
                }
                Err(_) => return closed(None, "the server fell silent"),
                Ok(None) => return closed(None, "the connection ended"),
                Ok(Some(Err(error))) => return closed(None, &connector::why(&error)),
                Ok(Some(Ok(Message::Close(frame)))) => return closed_by(frame.as_ref()),
                Ok(Some(Ok(Message::Text(text)))) => {
                    heard_at = Instant::now();
                    // Types this client does not know are none of its business.
                    let Ok(frame) = serde_json::from_str::<ServerFrame>(&text) else { continue };
                    is_ready |= matches!(frame, ServerFrame::Ready(_));
                    if !tell(NetEvent::Frame(Box::new(frame))).await
                    {
                        return closed(None, "");
                    }
                }
                Ok(Some(Ok(_))) => {}
            },
            frame = outbox.recv() => match frame {
                Some(frame) => {
                    if let Err(error) = write(&mut socket, frame, outbox).await {
                        return closed(None, &format!("{error:#}"));
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

fn plain(error: WebSocketError) -> anyhow::Error {
    anyhow::Error::msg(connector::why(&error))
}

/// Writes a frame and all that wait behind it, then flushes once.
async fn write(
    socket: &mut WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>,
    first: ClientFrame,
    outbox: &mut mpsc::Receiver<ClientFrame>,
) -> anyhow::Result<()> {
    let mut next = Some(first);
    let writing = async {
        while let Some(frame) = next.take() {
            socket.feed(Message::text(serde_json::to_string(&frame)?)).await.map_err(plain)?;
            next = outbox.try_recv().ok();
        }
        socket.flush().await.map_err(plain)?;
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::SinkExt;
    use tokio::io::{DuplexStream, duplex};
    use tokio::sync::mpsc;
    use tokio::time::{sleep, timeout};
    use tokio_tungstenite::WebSocketStream;
    use tokio_tungstenite::tungstenite::protocol::{Message, Role};

    use super::carry;
    use crate::state::NetEvent;

    const GREETING: Duration = Duration::from_millis(300);
    const READY: &str = r#"{"type": "ready", "epoch": "e", "channels": {}}"#;

    async fn sockets() -> (WebSocketStream<DuplexStream>, WebSocketStream<DuplexStream>) {
        let (ours, theirs) = duplex(64 * 1024);
        let client = WebSocketStream::from_raw_socket(ours, Role::Client, None).await;
        (client, WebSocketStream::from_raw_socket(theirs, Role::Server, None).await)
    }

    /// What ended a connection on which the server says this and then only pings.
    async fn end_after(said: Option<&str>) -> Option<String> {
        let (client, mut server) = sockets().await;
        let (_frames, mut outbox) = mpsc::channel(1);
        if let Some(said) = said {
            server.send(Message::text(said)).await.expect("the client listens");
        }
        let pinging = async {
            while server.send(Message::Ping("".into())).await.is_ok() {
                sleep(GREETING / 10).await;
            }
        };
        let tell = |_| async { true };
        let carrying = carry(client, &mut outbox, &tell, GREETING);
        tokio::select! {
            ended = timeout(GREETING * 3, carrying) => match ended {
                Ok(NetEvent::Closed { reason, .. }) => Some(reason.to_string()),
                Ok(NetEvent::Frame(frame)) => panic!("{frame:?}"),
                Err(_) => None,
            },
            () = pinging => panic!("the client is gone"),
        }
    }

    #[tokio::test]
    async fn a_server_that_only_pings_is_given_up_until_it_was_ready_once() {
        let reason = end_after(None).await.expect("it is given up");
        assert!(reason.contains("says nothing"), "{reason}");
        assert!(end_after(Some(r#"{"type": "unheard_of"}"#)).await.is_some());
        assert_eq!(end_after(Some(READY)).await, None);
    }
}
