//! A WebSocket on the wire: messages in, frames out within a bounded time, and an end as RFC 6455
//! wants it. What messages mean is not known here.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use pail_protocol::close::CloseCode;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode as Code;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::upgrade::Stream;

/// How long a client may take to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long such a client is silent once it has sent all of it.
const DISCARD_SILENCE: Duration = Duration::from_millis(300);
/// Read at once while throwing away.
const DISCARD_BUFFER_BYTES: usize = 4 * 1024;
/// Bytes read and thrown away so that a client gets to see why it was closed.
const DISCARD_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Why a connection ends.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// With a code of ours.
    Close(CloseCode),
    /// With a code of the RFC, for a client that broke it.
    Broken(Code),
    /// The client closed, or is gone.
    Gone,
}

/// What came from a client.
#[derive(Debug)]
pub enum Heard {
    /// A text.
    Text(Utf8Bytes),
    /// A binary message.
    Binary(Bytes),
    /// A ping, which has its answer already, or a pong.
    Sign,
}

/// The two ends of one WebSocket's stream.
pub struct Wire {
    stream: Stream,
    write_timeout: Duration,
}

impl Wire {
    /// A WebSocket whose writes are taken by their reader in that time.
    #[must_use]
    pub fn new(stream: Stream, write_timeout: Duration) -> Self {
        Self { stream, write_timeout }
    }

    /// Waits for what comes next. Safe to drop while it waits.
    ///
    /// # Errors
    /// The client closes, is gone, or breaks the protocol or its bounds.
    pub async fn next(&mut self) -> Result<Heard, End> {
        match self.stream.next().await {
            Some(Ok(Message::Text(text))) => Ok(Heard::Text(text)),
            Some(Ok(Message::Binary(bytes))) => Ok(Heard::Binary(bytes)),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(Heard::Sign),
            Some(Ok(Message::Close(_))) | None => Err(End::Gone),
            Some(Err(error)) => Err(broken(&error)),
        }
    }

    /// Writes messages, in one flush.
    ///
    /// # Errors
    /// The client is gone, or does not take them in time.
    pub async fn write(&mut self, messages: impl IntoIterator<Item = Message>) -> Result<(), End> {
        let write = async {
            for message in messages {
                self.stream.feed(message).await?;
            }
            self.stream.flush().await
        };
        match timeout(self.write_timeout, write).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Close(CloseCode::SlowConsumer)),
        }
    }

    /// Closes the connection in the way it ended.
    pub async fn finish(self, end: End) {
        match end {
            End::Close(code) => {
                let (number, reason) = (Code::from(code.number()), code.reason());
                self.say_goodbye(CloseFrame { code: number, reason: reason.into() }).await;
            }
            End::Broken(code) => {
                self.say_goodbye(CloseFrame { code, reason: Utf8Bytes::from_static("") }).await;
            }
            End::Gone => self.drain().await,
        }
    }

    async fn say_goodbye(mut self, frame: CloseFrame) {
        let too_big = frame.code == Code::Size;
        let goodbye = self.stream.send(Message::Close(Some(frame)));
        match timeout(CLOSE_TIMEOUT, goodbye).await {
            Ok(Ok(())) if too_big => self.discard().await,
            Ok(Ok(())) => self.drain().await,
            Ok(Err(_)) | Err(_) => {}
        }
    }

    /// Reads until the client has closed its side: dropping a connection with unread input resets
    /// it, and the client may lose the code.
    async fn drain(mut self) {
        let read = async { while let Some(Ok(_)) = self.stream.next().await {} };
        let _ = timeout(CLOSE_TIMEOUT, read).await;
    }

    /// As [`Wire::drain`], when what comes can no longer be read as frames: until the client falls
    /// silent.
    async fn discard(mut self) {
        let mut rest = self.stream.get_mut().take(DISCARD_BYTES_MAX);
        let mut buffer = vec![0; DISCARD_BUFFER_BYTES];
        let read = async {
            while let Ok(Ok(1..)) = timeout(DISCARD_SILENCE, rest.read(&mut buffer)).await {}
        };
        let _ = timeout(CLOSE_TIMEOUT, read).await;
    }
}

/// Which code a client gets for what it did to the WebSocket protocol itself.
fn broken(error: &Error) -> End {
    match error {
        Error::Capacity(_) => End::Close(CloseCode::TooBig),
        Error::Utf8(_) => End::Broken(Code::Invalid),
        Error::Protocol(_) => End::Broken(Code::Protocol),
        _ => End::Gone,
    }
}
