//! A WebSocket client that shows everything: frames as JSON, close codes, handshakes refused.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::within;

/// An open WebSocket.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// The headers of the handshake's answer.
    pub headers: HeaderMap,
}

/// What came next.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A text frame, read as JSON.
    Frame(Value),
    /// A close frame.
    Closed(u16, String),
    /// The connection ended without a word.
    Gone,
}

impl Socket {
    /// Opens one.
    ///
    /// # Errors
    /// The status of a refused handshake.
    ///
    /// # Panics
    /// When nobody listens, or the server speaks no WebSocket.
    pub async fn open(to: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Result<Self, u16> {
        let stream = within("connecting", TcpStream::connect(to)).await.expect("a server listens");
        Self::over(stream, to, path, headers).await
    }

    /// Opens one whose kernel buffers almost nothing for a reader who does not read.
    ///
    /// # Panics
    /// As [`Socket::open`].
    pub async fn narrow(to: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        let stream = within("connecting", socket.connect(to)).await.expect("a server listens");
        Self::over(stream, to, path, headers).await.expect("a handshake")
    }

    async fn over(
        stream: TcpStream,
        to: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, u16> {
        stream.set_nodelay(true).expect("no delay");
        let mut request = format!("ws://{to}{path}").into_client_request().expect("a URL");
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header's name");
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a value"));
        }
        let handshake = tokio_tungstenite::client_async(request, stream);
        match within("a handshake", handshake).await {
            Ok((stream, answer)) => Ok(Self { stream, headers: answer.headers().clone() }),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("no WebSocket at {path}: {error}"),
        }
    }

    /// Opens one with a token.
    ///
    /// # Panics
    /// When the handshake is refused.
    pub async fn with_token(to: SocketAddr, path: &str, token: &str) -> Self {
        let value = format!("Token {token}");
        let opened = Self::open(to, path, &[("authorization", &value)]).await;
        opened.unwrap_or_else(|status| panic!("{path} refused the handshake with {status}"))
    }

    /// Sends a JSON value.
    pub async fn send(&mut self, value: &Value) {
        self.send_text(&value.to_string()).await;
    }

    /// Sends any text. That the other side has closed already shows when reading.
    pub async fn send_text(&mut self, text: &str) {
        self.send_message(Message::text(text)).await;
    }

    /// Sends any message.
    pub async fn send_message(&mut self, message: Message) {
        let _ = within("sending", self.stream.send(message)).await;
    }

    /// Queues a message; [`Socket::flush`] sends what is queued.
    pub async fn feed(&mut self, value: &Value) {
        let _ = within("feeding", self.stream.feed(Message::text(value.to_string()))).await;
    }

    /// Sends what is queued. Whether the other side still takes it.
    pub async fn flush(&mut self) -> bool {
        within("flushing", self.stream.flush()).await.is_ok()
    }

    /// Sends bytes that are no frame.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        let _ = within("sending", self.stream.get_mut().write_all(bytes)).await;
    }

    /// Waits for the next text frame or the end. Pings are answered, pongs skipped.
    ///
    /// # Panics
    /// When nothing comes in time, or a text is no JSON.
    pub async fn next(&mut self) -> Heard {
        within("a frame", self.listen()).await
    }

    /// As [`Socket::next`], for as long as it takes.
    ///
    /// # Panics
    /// When a text is no JSON.
    pub async fn listen(&mut self) -> Heard {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let value = serde_json::from_str(&text);
                    return Heard::Frame(value.unwrap_or_else(|_| panic!("no JSON: {text}")));
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Heard::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Heard::Gone,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame.
    ///
    /// # Panics
    /// When the connection ends instead.
    pub async fn frame(&mut self) -> Value {
        match self.next().await {
            Heard::Frame(frame) => frame,
            ended => panic!("expected a frame, got {ended:?}"),
        }
    }

    /// The next frame of that type; others are skipped.
    ///
    /// # Panics
    /// When the connection ends first.
    pub async fn frame_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.frame().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The text of the next frame, which is a message.
    ///
    /// # Panics
    /// When it is something else.
    pub async fn message(&mut self) -> String {
        let frame = self.frame().await;
        assert_eq!(frame["type"], "chat.message", "{frame}");
        frame["message"].as_str().unwrap_or_else(|| panic!("no text: {frame}")).to_owned()
    }

    /// The close code, past whatever frames come before.
    ///
    /// # Panics
    /// When the connection ends without one.
    pub async fn close_code(&mut self) -> u16 {
        self.ended().await.0
    }

    /// Code and reason of the close, past whatever frames come before.
    ///
    /// # Panics
    /// When the connection ends without a close frame.
    pub async fn ended(&mut self) -> (u16, String) {
        loop {
            match self.next().await {
                Heard::Frame(_) => {}
                Heard::Closed(code, reason) => return (code, reason),
                Heard::Gone => panic!("the connection ended without a close frame"),
            }
        }
    }

    /// The texts of all messages that come before the close, and its code.
    ///
    /// # Panics
    /// When the connection ends without a close frame.
    pub async fn texts_until_close(&mut self) -> (Vec<String>, u16) {
        let mut texts = Vec::new();
        loop {
            match self.next().await {
                Heard::Frame(frame) => {
                    texts.extend(frame["message"].as_str().map(str::to_owned));
                }
                Heard::Closed(code, _) => return (texts, code),
                Heard::Gone => panic!("the connection ended without a close frame"),
            }
        }
    }

    /// Asserts that it closes with that code before anything else comes.
    ///
    /// # Panics
    /// When something else comes.
    pub async fn closes_with(&mut self, code: u16) {
        match self.next().await {
            Heard::Closed(closed, _) => assert_eq!(closed, code),
            other => panic!("expected a close with {code}, got {other:?}"),
        }
    }
}
