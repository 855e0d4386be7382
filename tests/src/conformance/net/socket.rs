//! A WebSocket: the handshake, what is sent, and what is heard next.

use futures_util::{SinkExt, StreamExt};
use hyper::HeaderMap;
use serde_json::Value;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::target::Stream;
use super::{NetError, Target};

/// An open WebSocket.
pub struct Socket {
    stream: WebSocketStream<Box<dyn Stream>>,
    path: String,
}

/// How a handshake was answered.
pub struct Handshake {
    /// 101, or what refused it.
    pub status: u16,
    /// Of the answer.
    pub headers: HeaderMap,
    /// When the status is 101.
    pub socket: Option<Socket>,
}

/// What came next.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A text frame with JSON in it.
    Frame(Value),
    /// A text frame with something else, or a binary one.
    Other(String),
    /// A close frame.
    Closed(u16, String),
    /// The connection ended without a close code.
    Gone,
}

impl std::fmt::Display for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Frame(frame) => write!(f, "{}", crate::conformance::matching::shown(Some(frame))),
            Self::Other(text) => write!(f, "a frame that is no JSON: {text}"),
            Self::Closed(code, reason) => write!(f, "a close with {code} {reason:?}"),
            Self::Gone => f.write_str("the end of the connection, without a close code"),
        }
    }
}

impl Socket {
    /// Shakes hands.
    ///
    /// # Errors
    /// There was no answer, or it is no HTTP.
    pub async fn open(
        to: &Target,
        path: &str,
        headers: &[(String, String)],
        agent: &str,
    ) -> Result<Handshake, NetError> {
        let what = format!("a handshake at {path}");
        let request = upgrade(to, path, headers, agent)?;
        let stream = to.connect().await?;
        let handshake = tokio_tungstenite::client_async(request, stream);
        match to.within(&what, handshake).await? {
            Ok((stream, answer)) => Ok(Handshake {
                status: answer.status().as_u16(),
                headers: answer.headers().clone(),
                socket: Some(Self { stream, path: path.to_owned() }),
            }),
            Err(Error::Http(answer)) => Ok(Handshake {
                status: answer.status().as_u16(),
                headers: answer.headers().clone(),
                socket: None,
            }),
            Err(error) => Err(NetError::Broken { what, why: error.to_string() }),
        }
    }

    /// Sends text, or bytes. That the other side has closed already shows when hearing.
    ///
    /// # Errors
    /// It is not taken in time.
    pub async fn send(&mut self, to: &Target, text: &str, is_text: bool) -> Result<(), NetError> {
        let message =
            if is_text { Message::text(text) } else { Message::binary(text.as_bytes().to_vec()) };
        let _ = to.within(&self.saying("sending"), self.stream.send(message)).await?;
        Ok(())
    }

    /// Waits for what comes next. Pings are answered, pongs skipped.
    ///
    /// # Errors
    /// Nothing comes in time.
    pub async fn hear(&mut self, to: &Target) -> Result<Heard, NetError> {
        let what = self.saying("hearing");
        to.within(&what, self.listen()).await
    }

    async fn listen(&mut self) -> Heard {
        loop {
            return match self.stream.next().await {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                    Ok(value) => Heard::Frame(value),
                    Err(_) => Heard::Other(text.to_string()),
                },
                Some(Ok(Message::Binary(bytes))) => {
                    Heard::Other(String::from_utf8_lossy(&bytes).into_owned())
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    Heard::Closed(frame.code.into(), frame.reason.to_string())
                }
                Some(Ok(Message::Close(None)) | Err(_)) | None => Heard::Gone,
                Some(Ok(_)) => continue,
            };
        }
    }

    /// Closes it and waits for the other side to agree, as long as patience lasts.
    pub async fn close(mut self, to: &Target) {
        let end = async {
            let _ = self.stream.close(None).await;
            while let Some(Ok(_)) = self.stream.next().await {}
        };
        let _ = to.within("closing", end).await;
    }

    fn saying(&self, verb: &str) -> String {
        format!("{verb} on {}", self.path)
    }
}

type Upgrade = tokio_tungstenite::tungstenite::handshake::client::Request;

fn upgrade(
    to: &Target,
    path: &str,
    headers: &[(String, String)],
    agent: &str,
) -> Result<Upgrade, NetError> {
    let bad = |what: &str| NetError::BadRequest(format!("this cannot be sent: {what}"));
    let url = format!("{}{path}", to.url("ws"));
    let mut request = url.into_client_request().map_err(|_| bad(path))?;
    let agent = [("user-agent".to_owned(), agent.to_owned())];
    for (name, value) in headers.iter().chain(&agent) {
        let parsed: HeaderName = name.parse().map_err(|_| bad(name))?;
        let value = HeaderValue::from_str(value).map_err(|_| bad(name))?;
        request.headers_mut().insert(parsed, value);
    }
    Ok(request)
}
