//! Incoming webhooks: a URL that says in a channel what is posted to it.

use serde::{Deserialize, Serialize};

use crate::{ChannelId, Timestamp, UserId, WebhookId};

/// A row of `GET /api/chat/channels/<id>/webhooks/`. The URL is not told again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Webhook {
    /// Unique id, with which it is deleted.
    pub id: WebhookId,
    /// Where it speaks.
    pub channel: ChannelId,
    /// Under which name.
    pub name: String,
    /// The user its messages come from.
    pub user: UserId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Body of `POST /api/chat/channels/<id>/webhooks/create/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateWebhook {
    /// 1 to [`crate::limits::NAME_CHARS_MAX`] characters.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::name"))]
    pub name: String,
}

/// Answer to [`CreateWebhook`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewWebhook {
    /// The path to post to, with its secret. Shown this once.
    pub url: String,
    /// As it is listed from now on.
    #[serde(flatten)]
    pub row: Webhook,
}
