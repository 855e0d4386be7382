//! Identifiers as newtypes, so that a user's id cannot be passed where a channel's is meant.
//!
//! All ids are positive integers given out by one server; they mean nothing on another one.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $schema:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                crate::schema::$schema(generator)
            }
        }
    };
}

id!(
    /// A user account.
    UserId, id
);
id!(
    /// A bucket: an organization with members and channels.
    BucketId, id
);
id!(
    /// A channel of a bucket, or a direct message conversation.
    ChannelId, id
);
id!(
    /// A chat message.
    MessageId, id
);
id!(
    /// The row that makes a user a member of a bucket or channel. Not the user's id.
    MemberId, id
);
id!(
    /// A login: one token of one user.
    LoginId, id
);
id!(
    /// An uploaded file.
    AttachmentId, id
);
id!(
    /// An invite to a bucket. Not its code.
    InviteId, id
);
id!(
    /// An incoming webhook. Not its key.
    WebhookId, id
);
id!(
    /// The number of an event within its channel: 1, 2, 3, … without holes. Messages take one,
    /// and so does every other durable event of the channel.
    Seq, seq
);

/// A client's own name for a message it sends: 1 to [`crate::limits::NONCE_BYTES_MAX`] visible
/// ASCII characters, unique per sender for ever. Sending the same nonce again returns the first
/// message.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Nonce(String);

/// Why a text is no [`Nonce`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANonce;

impl fmt::Display for NotANonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let max = crate::limits::NONCE_BYTES_MAX;
        write!(f, "A nonce is 1 to {max} visible ASCII characters")
    }
}

impl std::error::Error for NotANonce {}

impl Nonce {
    /// Checks length and alphabet.
    ///
    /// # Errors
    /// [`NotANonce`] when the text is empty, too long, or holds anything but visible ASCII.
    pub fn new(text: impl Into<String>) -> Result<Self, NotANonce> {
        let text = text.into();
        let fits = (1..=crate::limits::NONCE_BYTES_MAX).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text))
        } else {
            Err(NotANonce)
        }
    }

    /// The nonce as it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
