//! The AsyncAPI 3.0 document of both WebSockets. Its messages are the frames of the protocol, so
//! that none can be missing.

use pail_protocol::close::CloseCode;
use pail_protocol::frame::{ChatError, ChatFrame, ChatMessage, ChatSend, ClientFrame, ServerFrame};
use schemars::transform::{RemoveRefSiblings, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::types::{Readable, Types, constant};

const CHANNEL_SOCKET: &str = "channel";
const EVENTS_SOCKET: &str = "events";

/// The document.
pub fn document() -> Value {
    let mut types = Types::new();
    // What a program sends on the events socket is read exactly as the protocol writes it.
    let client = tagged::<ClientFrame>(&mut types.written, Side::Client);
    let server = tagged::<ServerFrame>(&mut types.written, Side::Server);
    let said = types.read.subschema_for::<ChatSend>().to_value();
    let said = Frame { side: Side::Client, name: "chat.send".to_owned(), payload: said };
    let server_says = |name: &str, payload: Schema| Frame {
        side: Side::Server,
        name: name.to_owned(),
        payload: payload.to_value(),
    };
    let mut heard = vec![
        server_says("chat.message", types.written.subschema_for::<ChatMessage>()),
        server_says("chat.error", types.written.subschema_for::<ChatError>()),
    ];
    heard.extend(tagged::<ChatFrame>(&mut types.written, Side::Server));
    let in_channel: Vec<_> = heard.iter().chain([&said]).cloned().collect();
    let in_events: Vec<_> = client.iter().chain(&server).cloned().collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Pail's WebSockets",
            "version": env!("CARGO_PKG_VERSION"),
            "description": description(),
        },
        "channels": {
            CHANNEL_SOCKET: {
                "address": "/ws/chat/{channel_id}/",
                "description": "One channel: its new messages, and a way to send some.",
                "parameters": { "channel_id": { "description": "The channel." } },
                "messages": messages(&in_channel),
            },
            EVENTS_SOCKET: {
                "address": "/ws/events/",
                "description": "Everything of one user. The server says `hello`, the client \
                                `subscribe`, the server replays what was missed and says `ready`.",
                "messages": messages(&in_events),
            },
        },
        "operations": {
            "send_to_channel": operation("receive", CHANNEL_SOCKET, &[said]),
            "hear_channel": operation("send", CHANNEL_SOCKET, &heard),
            "send_to_events": operation("receive", EVENTS_SOCKET, &client),
            "hear_events": operation("send", EVENTS_SOCKET, &server),
        },
        "components": { "schemas": types.components(), "securitySchemes": security() },
    })
}

fn description() -> String {
    let closes = CloseCode::ALL.map(|code| {
        let again = if code.reconnect() { "come back" } else { "do not come back by yourself" };
        format!("{} {} ({again})", code.number(), code.reason())
    });
    format!(
        "JSON in text messages. Receivers ignore types and fields they do not know. The token \
         comes in `Authorization: Token …`, in `Sec-WebSocket-Protocol: pail.v1, token.…`, or, as \
         a last resort, in `?token=`. Operations are named from the server's side: what it \
         receives, a client sends. Close codes: {}.",
        closes.join("; ")
    )
}

fn security() -> Value {
    json!({ "token": {
        "type": "httpApiKey", "in": "header", "name": "Authorization",
        "description": "`Token`, a blank, and the token. `Bearer` means the same.",
    } })
}

/// Who sends a frame.
#[derive(Debug, Clone, Copy)]
enum Side {
    Client,
    Server,
}

/// A frame of one side. Both sides may have one of the same name.
#[derive(Debug, Clone)]
struct Frame {
    side: Side,
    name: String,
    payload: Value,
}

impl Frame {
    fn key(&self) -> String {
        let side = match self.side {
            Side::Client => "from_client",
            Side::Server => "from_server",
        };
        format!("{side}.{}", self.name)
    }
}

/// The variants of an enum of frames, by the `type` that tells them apart.
fn tagged<T: JsonSchema>(types: &mut SchemaGenerator, side: Side) -> Vec<Frame> {
    let mut schema = T::json_schema(types);
    Readable.transform(&mut schema);
    // AsyncAPI reads what is beside a reference only when the reference is in an `allOf`.
    RemoveRefSiblings::default().transform(&mut schema);
    let schema = schema.to_value();
    let variants = schema["oneOf"].as_array().cloned().unwrap_or_default();
    let frame = |payload: Value| {
        let name = constant(&payload["properties"]["type"])?.to_owned();
        Some(Frame { side, name, payload })
    };
    variants.into_iter().filter_map(frame).collect()
}

fn messages(frames: &[Frame]) -> Value {
    let one = |frame: &Frame| {
        let message = json!({
            "name": frame.name, "contentType": "application/json", "payload": frame.payload,
        });
        (frame.key(), message)
    };
    Value::Object(frames.iter().map(one).collect::<Map<_, _>>())
}

fn operation(action: &str, socket: &str, frames: &[Frame]) -> Value {
    let messages = frames
        .iter()
        .map(|frame| json!({ "$ref": format!("#/channels/{socket}/messages/{}", frame.key()) }));
    json!({
        "action": action,
        "channel": { "$ref": format!("#/channels/{socket}") },
        "messages": messages.collect::<Vec<_>>(),
    })
}
