//! What a transaction can do with incoming webhooks, and with the bots that speak for them.

use pail_protocol::webhook::Webhook;
use pail_protocol::{ChannelId, Timestamp, WebhookId};

use super::{SecretHash, Stored};

/// A webhook to be inserted.
pub struct NewWebhook<'a> {
    /// Its id.
    pub id: WebhookId,
    /// Where it speaks.
    pub channel: ChannelId,
    /// What it and its bot are called.
    pub name: &'a str,
    /// The username of its bot.
    pub username: &'a str,
    /// Of the key in its URL.
    pub key_hash: SecretHash,
    /// When.
    pub created_at: Timestamp,
}

/// Webhooks. A deleted one is not there, but its key is known.
pub trait Webhooks {
    /// The webhook of that id.
    fn webhook(&mut self, id: WebhookId) -> Stored<Option<Webhook>>;
    /// The webhook whose key has that hash, and whether it was deleted.
    fn webhook_by_key(&mut self, key_hash: &SecretHash) -> Stored<Option<(Webhook, bool)>>;
    /// A channel's webhooks, by id.
    fn webhooks_of(&mut self, channel: ChannelId) -> Stored<Vec<Webhook>>;
    /// Adds a webhook, and a user who is its bot and cannot log in.
    fn insert_webhook(&mut self, webhook: &NewWebhook<'_>) -> Stored<()>;
    /// Deletes a webhook. Its bot stays: it has a place in history.
    fn end_webhook(&mut self, id: WebhookId, at: Timestamp) -> Stored<()>;
}
