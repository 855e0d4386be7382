//! The frames of `/ws/chat/<channel_id>/`, the documented socket. Its errors go to the sender only
//! and close nothing.

use pail_protocol::frame::ChatError as ErrorFrame;
use pail_protocol::{ChannelId, Nonce, UserId};
use serde_json::{Map, Value};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::dialect::{Received, encode};
use crate::chat::ChatError;
use crate::store::StoreError;

const NOT_JSON: &str = "Invalid JSON format";
const NOT_THE_SENDER: &str = "Sender ID doesn't match authenticated user";
const NOT_THE_CHANNEL: &str = "Channel ID doesn't match connection";
const NO_TEXT: &str = "message_text is required";
const NOT_A_NONCE: &str = "nonce is invalid";
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
                Err(_) => return error(NOT_A_NONCE, None),
            },
            Some(_) => return error(NOT_A_NONCE, None),
        };
        if !fits(&frame, "sender_id", self.user.0) {
            return error(NOT_THE_SENDER, nonce);
        }
        if !fits(&frame, "channel_id", self.channel.0) {
            return error(NOT_THE_CHANNEL, nonce);
        }
        match frame.remove("message_text") {
            Some(Value::String(text)) => Received::Post { channel: self.channel, text, nonce },
            _ => error(NO_TEXT, nonce),
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
            | ChatError::DirectMessage
            | ChatError::NotUploader
            | ChatError::QuotaExceeded
            | ChatError::InviteInvalid => (refused.to_string(), None),
            ChatError::Invalid(_) => (NOT_A_NONCE.to_owned(), None),
            ChatError::Store(StoreError::Full) => (STORAGE_FULL.to_owned(), None),
            ChatError::Store(_) => (INTERNAL.to_owned(), None),
        };
        encode(&ErrorFrame { error: sentence, max, nonce })
    }
}

fn error(sentence: &str, nonce: Option<Nonce>) -> Received {
    Received::Reply(encode(&ErrorFrame { error: sentence.to_owned(), max: None, nonce }))
}

/// Whether an id, if it is there, is the one that is meant; as a number or in digits.
fn fits(frame: &Map<String, Value>, key: &str, meant: i64) -> bool {
    match frame.get(key) {
        None | Some(Value::Null) => true,
        Some(Value::Number(number)) => number.as_i64() == Some(meant),
        Some(Value::String(digits)) => digits.parse() == Ok(meant),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOCKET: ChannelSocket = ChannelSocket { channel: ChannelId(7), user: UserId(3) };

    fn post(nonce: Option<&str>) -> Received {
        let nonce = nonce.map(|text| Nonce::new(text).unwrap());
        Received::Post { channel: ChannelId(7), text: "hi".into(), nonce }
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
