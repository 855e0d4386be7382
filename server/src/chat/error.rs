//! What the rules refuse, and the code clients see for it.

use pail_protocol::bucket::Role;
use pail_protocol::error::{ErrorCode, FieldErrors};

use crate::store::StoreError;

/// A refusal. The command changed nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ChatError {
    /// The bucket, channel, user or membership is not there; says which.
    #[error("No {0} matches the given query.")]
    Missing(&'static str),
    /// The caller is not in the bucket.
    #[error("you are not a member of this bucket")]
    NotInBucket,
    /// The caller is not in the channel.
    #[error("you are not a member of this channel")]
    NotInChannel,
    /// The caller's role is not one of these. The typing error is the document's.
    #[error("permission deleted. Required roles : {}", words(.0))]
    RoleNeeded(&'static [Role]),
    /// Only who wrote a message may do that to it.
    #[error("You are not the sender of this message.")]
    NotTheSender,
    /// A direct message stays between its two people.
    #[error("A direct message has two people and cannot be changed.")]
    DirectMessage,
    /// The other person of a direct message has closed their account.
    #[error("This person has closed their account.")]
    PeerGone,
    /// The invite is unknown, expired or used up.
    #[error("This invite is not valid; ask for a new one.")]
    InviteInvalid,
    /// No message carries the attachment, and somebody else uploaded it.
    #[error("Only its uploader sees an attachment before a message carries it.")]
    NotUploader,
    /// The webhook was deleted, or its channel.
    #[error("This webhook or its channel was deleted.")]
    WebhookGone,
    /// The caller's attachments take all the room they may.
    #[error("Your attachments take all the room they may; delete some messages that carry them.")]
    QuotaExceeded,
    /// The token the caller came with was revoked, or has expired, since it was looked up.
    #[error("Invalid token.")]
    LoginEnded,
    /// Fields are wrong: a sentence for each.
    #[error("Invalid input.")]
    Invalid(FieldErrors),
    /// The message text is longer than the bound, in bytes.
    #[error("message_text too long")]
    TextTooLong {
        /// The bound.
        max: usize,
    },
    /// The message text is missing, or nothing but white space.
    #[error("message_text is required")]
    TextMissing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn words(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
}

impl ChatError {
    /// One wrong field.
    #[must_use]
    pub fn field(name: &str, sentence: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::from([(name.to_owned(), sentence.into())]))
    }

    /// What programs act on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Missing(_) | Self::WebhookGone => ErrorCode::NotFound,
            Self::NotInBucket | Self::NotInChannel => ErrorCode::NotAMember,
            Self::RoleNeeded(_)
            | Self::NotTheSender
            | Self::NotUploader
            | Self::DirectMessage
            | Self::PeerGone => ErrorCode::PermissionDenied,
            Self::QuotaExceeded => ErrorCode::QuotaExceeded,
            Self::InviteInvalid => ErrorCode::InviteInvalid,
            Self::LoginEnded => ErrorCode::AuthenticationFailed,
            Self::Invalid(_) | Self::TextTooLong { .. } | Self::TextMissing => ErrorCode::Invalid,
            Self::Store(StoreError::Full) => ErrorCode::StorageFull,
            Self::Store(StoreError::Broken(_) | StoreError::Closed | StoreError::Unexpected(_)) => {
                ErrorCode::Internal
            }
        }
    }

    /// The sentence for people, where it differs from the document's.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::RoleNeeded(roles) => {
                format!("Permission denied. Required roles: {}.", words(roles))
            }
            other => other.to_string(),
        }
    }
}
