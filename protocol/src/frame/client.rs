//! What a client sends on `/ws/events/`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::message::Refers;
use crate::{ChannelId, Nonce, Seq};

/// What a client sends on `/ws/events/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type")]
pub enum ClientFrame {
    /// The first frame: from where to go on. Live events follow after [`super::ServerFrame::Ready`].
    #[serde(rename = "subscribe")]
    Subscribe(Subscribe),
    /// Say something.
    #[serde(rename = "send")]
    Send(Send),
    /// The caller is typing. Goes to the others in the channel, best effort; more often than every
    /// [`crate::limits::TYPING_INTERVAL_MS`] it is dropped.
    #[serde(rename = "typing")]
    Typing(Typing),
    /// The caller has read a channel up to here; as over REST.
    #[serde(rename = "read")]
    Read(Read),
    /// Answered with [`super::ServerFrame::Pong`].
    #[serde(rename = "ping")]
    Ping {},
}

/// From where to go on, per channel. Channels that are not named start at the present.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Subscribe {
    /// The epoch the numbers belong to. Another epoch voids them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// At most [`crate::limits::SUBSCRIBE_CHANNELS_MAX`].
    #[serde(default, deserialize_with = "by_channel")]
    pub channels: BTreeMap<ChannelId, Cursor>,
    /// Whether to be told who comes and goes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub presence: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// What a client has of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cursor {
    /// The newest event it has.
    pub after: Seq,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Send {
    /// Where.
    pub channel_id: ChannelId,
    /// What.
    pub message_text: String,
    /// Under which name; comes back in the message or in the refusal.
    pub nonce: Nonce,
    /// What it refers to.
    #[serde(flatten)]
    pub refers: Refers,
}

/// See [`ClientFrame::Typing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Typing {
    /// Where.
    pub channel_id: ChannelId,
}

/// See [`ClientFrame::Read`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Read {
    /// Which channel.
    pub channel_id: ChannelId,
    /// Everything up to here has been seen.
    pub seq: Seq,
}

/// Reads a map whose keys are channel ids. JSON has only text keys, and serde does not parse them
/// inside a tagged enum.
pub(super) fn by_channel<'de, D: Deserializer<'de>, V: Deserialize<'de>>(
    deserializer: D,
) -> Result<BTreeMap<ChannelId, V>, D::Error> {
    let by_text = BTreeMap::<String, V>::deserialize(deserializer)?;
    let parse = |key: String| key.parse().map(ChannelId).map_err(|_| key);
    by_text
        .into_iter()
        .map(|(key, value)| Ok((parse(key)?, value)))
        .collect::<Result<_, String>>()
        .map_err(|key| de::Error::custom(format!("`{key}` is not a channel id")))
}
