//! The frames of `/ws/chat/<channel_id>/`, the documented socket. Its errors go to the sender only
//! and close nothing.

use pail_protocol::frame::ChatError as ErrorFrame;
use pail_protocol::message::{PostMessage, Refers};
use pail_protocol::{AttachmentId, ChannelId, MessageId, Nonce, UserId};
use serde_json::{Map, Value};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::dialect::{Received, encode};
use crate::chat::ChatError;
use crate::store::StoreError;

const NOT_JSON: &str = "Invalid JSON format";
const NOT_THE_SENDER: &str = "Sender ID doesn't match authenticated user";
const NOT_THE_CHANNEL: &str = "Channel ID doesn't match connection";
const NO_TEXT: &str = "message_text is required";
const OUT_OF_SCOPE: &str = "Token scope doesn't allow sending";
const STORAGE_FULL: &str = "Storage full";
const INTERNAL: &str = "Internal server error";

/// Which channel it is on, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct ChannelSocket {
    /// The channel.
    pub channel: ChannelId,
    /// The authenticated user.
    pub user: UserId,
}

impl ChannelSocket {
    /// What a client's text means.
    pub fn receive(self, text: &str) -> Received {
        let Ok(Value::Object(mut frame)) = serde_json::from_str(text) else {
            return error(NOT_JSON, None);
        };
        let nonce = match frame.remove("nonce") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => match Nonce::new(text) {
                Ok(nonce) => Some(nonce),
                Err(_) => return error(&not_valid("nonce"), None),
            },
            Some(_) => return error(&not_valid("nonce"), None),
        };
        if !fits(&frame, "sender_id", self.user.0) {
            return error(NOT_THE_SENDER, nonce);
        }
        if !fits(&frame, "channel_id", self.channel.0) {
            return error(NOT_THE_CHANNEL, nonce);
        }
        let Some(Value::String(message_text)) = frame.remove("message_text") else {
            return error(NO_TEXT, nonce);
        };
        match refers(&frame) {
            Ok(refers) => {
                let wanted = PostMessage { message_text, nonce, refers };
                Received::Post { channel: self.channel, wanted }
            }
            Err(field) => error(&not_valid(field), nonce),
        }
    }

    /// A binary message is no JSON.
    pub fn receive_binary(self) -> Received {
        error(NOT_JSON, None)
    }

    /// The frame that refuses what the token's scopes do not allow.
    pub fn out_of_scope(self, nonce: Option<Nonce>) -> Utf8Bytes {
        encode(&ErrorFrame { error: OUT_OF_SCOPE.to_owned(), max: None, nonce })
    }

    /// The frame that refuses a message.
    pub fn refusal(self, refused: &ChatError, nonce: Option<Nonce>) -> Utf8Bytes {
        let (sentence, max) = match refused {
            ChatError::TextTooLong { max } => (refused.to_string(), Some(*max)),
            ChatError::TextMissing
            | ChatError::Missing(_)
            | ChatError::NotInBucket
            | ChatError::NotInChannel
            | ChatError::RoleNeeded(_)
            | ChatError::NotTheSender
            | ChatError::PeerGone
            | ChatError::DirectMessage
            | ChatError::NotUploader
            | ChatError::WebhookGone
            | ChatError::QuotaExceeded
            | ChatError::InviteInvalid
            | ChatError::LoginEnded => (refused.to_string(), None),
            ChatError::Invalid(fields) => {
                (not_valid(fields.keys().next().map_or("frame", String::as_str)), None)
            }
            ChatError::Store(StoreError::Full) => (STORAGE_FULL.to_owned(), None),
            ChatError::Store(_) => (INTERNAL.to_owned(), None),
        };
        encode(&ErrorFrame { error: sentence, max, nonce })
    }
}

fn error(sentence: &str, nonce: Option<Nonce>) -> Received {
    Received::Reply(encode(&ErrorFrame { error: sentence.to_owned(), max: None, nonce }))
}

/// What is said of a field that is not what it should be.
fn not_valid(field: &str) -> String {
    format!("{field} is invalid")
}

/// What a frame refers to, or which field of it is wrong.
fn refers(frame: &Map<String, Value>) -> Result<Refers, &'static str> {
    let message = |key: &'static str| match frame.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => id(value).map(|id| Some(MessageId(id))).ok_or(key),
    };
    let attachments = match frame.get("attachments") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(|item| id(item).map(AttachmentId)).collect(),
        Some(_) => None,
    };
    Ok(Refers {
        reply_to: message("reply_to")?,
        thread: message("thread")?,
        attachments: attachments.ok_or("attachments")?,
    })
}

/// An id, as a number or in digits.
fn id(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    }
}

/// Whether an id, if it is there, is the one that is meant; as a number or in digits.
fn fits(frame: &Map<String, Value>, key: &str, meant: i64) -> bool {
    match frame.get(key) {
        None | Some(Value::Null) => true,
        Some(value) => id(value) == Some(meant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOCKET: ChannelSocket = ChannelSocket { channel: ChannelId(7), user: UserId(3) };

    const NOT_A_NONCE: &str = "nonce is invalid";

    fn post_with(nonce: Option<&str>, refers: Refers) -> Received {
        let nonce = nonce.map(|text| Nonce::new(text).unwrap());
        let wanted = PostMessage { message_text: "hi".into(), nonce, refers };
        Received::Post { channel: ChannelId(7), wanted }
    }

    fn post(nonce: Option<&str>) -> Received {
        post_with(nonce, Refers::default())
    }

    #[test]
    fn a_frame_is_posted_when_what_it_says_fits() {
        for text in [
            r#"{"message_text":"hi"}"#,
            r#"{"message_text":"hi","channel_id":7,"sender_id":3}"#,
            r#"{"message_text":"hi","channel_id":"7","sender_id":"3","more":[1]}"#,
            r#"{"message_text":"hi","channel_id":null,"nonce":null}"#,
        ] {
            assert_eq!(SOCKET.receive(text), post(None), "{text}");
        }
        assert_eq!(SOCKET.receive(r#"{"message_text":"hi","nonce":"n"}"#), post(Some("n")));
    }

    #[test]
    fn a_frame_may_refer_to_messages_and_files() {
        let refers = Refers {
            reply_to: Some(MessageId(5)),
            thread: Some(MessageId(1)),
            attachments: vec![AttachmentId(3), AttachmentId(4)],
        };
        let text = r#"{"message_text":"hi","reply_to":5,"thread":"1","attachments":[3,"4"]}"#;
        assert_eq!(SOCKET.receive(text), post_with(None, refers));
        let none = r#"{"message_text":"hi","reply_to":null,"thread":null,"attachments":null}"#;
        assert_eq!(SOCKET.receive(none), post(None));
        for (key, value) in [
            ("reply_to", "\"x\""),
            ("reply_to", "1.5"),
            ("thread", "[]"),
            ("attachments", "3"),
            ("attachments", "[null]"),
        ] {
            let text = format!(r#"{{"message_text":"hi","{key}":{value}}}"#);
            assert_eq!(SOCKET.receive(&text), error(&not_valid(key), None), "{text}");
        }
    }

    #[test]
    fn each_wrong_frame_has_its_documented_error() {
        let cases = [
            ("nonsense", NOT_JSON),
            ("[]", NOT_JSON),
            ("null", NOT_JSON),
            (r#"{"message_text":"hi","sender_id":4}"#, NOT_THE_SENDER),
            (r#"{"message_text":"hi","sender_id":3.5}"#, NOT_THE_SENDER),
            (r#"{"message_text":"hi","sender_id":{}}"#, NOT_THE_SENDER),
            (r#"{"message_text":"hi","channel_id":8}"#, NOT_THE_CHANNEL),
            (r#"{"message_text":"hi","channel_id":99999999999999999999}"#, NOT_THE_CHANNEL),
            (r"{}", NO_TEXT),
            (r#"{"message_text":null}"#, NO_TEXT),
            (r#"{"message_text":["hi"]}"#, NO_TEXT),
            (r#"{"message_text":"hi","nonce":""}"#, NOT_A_NONCE),
            (r#"{"message_text":"hi","nonce":5}"#, NOT_A_NONCE),
        ];
        for (text, sentence) in cases {
            assert_eq!(SOCKET.receive(text), error(sentence, None), "{text}");
        }
        assert_eq!(SOCKET.receive(&"[".repeat(60_000)), error(NOT_JSON, None));
    }
}
