//! WebSockets through the proxy: one handshake to the server for each from the suite, and frames
//! relayed both ways.

use std::collections::BTreeSet;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, HOST, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    UPGRADE,
};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::change::{Frames, Passing, Sent};
use super::mutation::{Hits, Mutation};
use super::{Between, Whole};

/// Headers of a handshake that mean something to the server.
const PASSED: [&str; 5] =
    ["authorization", "origin", "sec-websocket-protocol", "user-agent", "host"];

/// Shakes hands with the server, then with the suite.
pub(super) async fn upgrade(
    between: &Between,
    mut request: Request<Incoming>,
) -> anyhow::Result<Whole> {
    let is_clause = Between::is_clause(&request);
    let hit = is_clause && between.mutation.hits == Hits::Handshake;
    let url = format!("ws://{}{}", between.server, request.uri());
    let mut inner = url.into_client_request()?;
    for name in PASSED {
        if let Some(value) = request.headers().get(name) {
            inner.headers_mut().insert(name, value.clone());
        }
    }
    let stream = TcpStream::connect(between.server).await?;
    stream.set_nodelay(true)?;
    let (upstream, answer) = match tokio_tungstenite::client_async(inner, stream).await {
        Ok(opened) => opened,
        Err(Error::Http(answer)) => {
            let (head, body) = answer.into_parts();
            let body = Bytes::from(body.unwrap_or_default());
            let mut passing = Passing { status: head.status, headers: head.headers, body };
            if hit {
                passing.change(&between.mutation.change);
            }
            return Ok(passing.into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let mut shaken = shaken(&request, answer.headers().get(SEC_WEBSOCKET_PROTOCOL));
    if hit {
        shaken.change(&between.mutation.change);
    }
    if shaken.status == StatusCode::SWITCHING_PROTOCOLS {
        let mutation = is_clause.then(|| between.mutation.clone());
        tokio::spawn(async move {
            if let Ok(upgraded) = hyper::upgrade::on(&mut request).await {
                let io = TokioIo::new(upgraded);
                let downstream = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
                relay(downstream, upstream, mutation).await;
            }
        });
    }
    let mut response = Response::new(Full::new(shaken.body));
    *response.status_mut() = shaken.status;
    *response.headers_mut() = shaken.headers;
    Ok(response)
}

fn shaken(request: &Request<Incoming>, protocol: Option<&HeaderValue>) -> Passing {
    let mut headers = hyper::HeaderMap::new();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    let key = request.headers().get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
    if let Some(Ok(accept)) = key.map(|key| HeaderValue::from_str(&key)) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(protocol) = protocol {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol.clone());
    }
    headers.remove(HOST);
    Passing { status: StatusCode::SWITCHING_PROTOCOLS, headers, body: Bytes::new() }
}

/// Carries frames until one side ends.
async fn relay<Down, Up>(
    mut downstream: WebSocketStream<Down>,
    mut upstream: WebSocketStream<Up>,
    mutation: Option<Mutation>,
) where
    Down: AsyncRead + AsyncWrite + Unpin,
    Up: AsyncRead + AsyncWrite + Unpin,
{
    let mut frames = Frames::default();
    let mut said = BTreeSet::new();
    loop {
        tokio::select! {
            sent = downstream.next() => match sent {
                Some(Ok(message)) if carries(&message) => {
                    said.extend(said_in(&message));
                    let _ = upstream.send(message).await;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => {
                    let _ = upstream.close(None).await;
                    return;
                }
            },
            heard = upstream.next() => {
                let Some(Ok(message)) = heard else { return };
                let passed = passed(&message, &mut frames, mutation.as_ref(), &said);
                for one in passed {
                    let ends = matches!(one, Message::Close(_));
                    if downstream.send(one).await.is_err() || ends {
                        // Answers the client's own close, so that nothing is cut off.
                        while let Some(Ok(_)) = downstream.next().await {}
                        return;
                    }
                }
            },
        }
    }
}

fn carries(message: &Message) -> bool {
    message.is_text() || message.is_binary()
}

/// The text that a client says, to recognise its own message when it comes back.
fn said_in(message: &Message) -> Option<String> {
    let Message::Text(text) = message else { return None };
    let frame: Value = serde_json::from_str(text).ok()?;
    Some(frame["message_text"].as_str()?.to_owned())
}

fn passed(
    message: &Message,
    frames: &mut Frames,
    mutation: Option<&Mutation>,
    said: &BTreeSet<String>,
) -> Vec<Message> {
    let Some(mutation) = mutation else { return same(message) };
    let sent = match message {
        Message::Text(text) => {
            let frame: Value = serde_json::from_str(text).unwrap_or_default();
            let is_own = frame["message"].as_str().is_some_and(|text| said.contains(text));
            frames.pass(mutation, text, is_own)
        }
        Message::Close(Some(close)) => {
            frames.close(mutation, close.code.into(), close.reason.as_str())
        }
        _ => return same(message),
    };
    sent.into_iter().map(written).collect()
}

fn same(message: &Message) -> Vec<Message> {
    match message {
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Vec::new(),
        other => vec![other.clone()],
    }
}

fn written(sent: Sent) -> Message {
    match sent {
        Sent::Text(text) => Message::text(text),
        Sent::Close(code, reason) => {
            Message::Close(Some(CloseFrame { code: code.into(), reason: reason.into() }))
        }
    }
}
