//! Incoming webhooks: who makes them, and what is said through them. Each speaks as a bot of its
//! own, which is a member of nothing: the key is its permission.

use pail_protocol::limits::{NAME_CHARS_MAX, WEBHOOKS_PER_CHANNEL_MAX};
use pail_protocol::message::{PostMessage, Refers};
use pail_protocol::webhook::Webhook;
use pail_protocol::{ChannelId, UserId, WebhookId};

use super::names::{BOT_USERNAME_PREFIX, Blankable, name};
use super::{ChatError, Ruled, access, messages};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::{NewWebhook, Noun, SecretHash};

/// Makes a webhook of a channel; its key is made elsewhere.
///
/// # Errors
/// As [`may_manage`]; the name; there are too many.
pub fn create(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    channel: ChannelId,
    wanted: &str,
    key_hash: SecretHash,
) -> Ruled<Webhook> {
    may_manage(tx, by, channel)?;
    let name = name("name", wanted, NAME_CHARS_MAX, Blankable::No)?;
    if tx.webhooks_of(channel)?.len() >= WEBHOOKS_PER_CHANNEL_MAX {
        let sentence = format!("A channel has no more than {WEBHOOKS_PER_CHANNEL_MAX} webhooks");
        return Err(ChatError::field("non_field_errors", sentence));
    }
    let (id, username) = next(tx)?;
    tx.insert_webhook(&NewWebhook {
        id,
        channel,
        name: &name,
        username: &username,
        key_hash,
        created_at: stamp.now,
    })?;
    webhook(tx, id)
}

/// The next id and the username of its bot. An id whose username somebody has is skipped, once and
/// for all.
fn next(tx: &mut dyn Tx) -> Ruled<(WebhookId, String)> {
    loop {
        let id = WebhookId(tx.next_id(Noun::Webhook)?);
        let username = format!("{BOT_USERNAME_PREFIX}{id}");
        if !tx.is_username_taken(&username)? {
            return Ok((id, username));
        }
    }
}

/// A channel's webhooks.
///
/// # Errors
/// As [`may_manage`].
pub fn list(tx: &mut dyn Tx, by: UserId, channel: ChannelId) -> Ruled<Vec<Webhook>> {
    may_manage(tx, by, channel)?;
    Ok(tx.webhooks_of(channel)?)
}

/// Deletes a webhook: its URL stops working.
///
/// # Errors
/// Missing; as [`may_manage`].
pub fn delete(tx: &mut dyn Tx, by: UserId, stamp: Stamp, id: WebhookId) -> Ruled<()> {
    let webhook = webhook(tx, id)?;
    may_manage(tx, by, webhook.channel)?;
    Ok(tx.end_webhook(id, stamp.now)?)
}

/// Whether somebody manages a channel's webhooks: admins and moderators of its bucket who hear what
/// is said there.
///
/// # Errors
/// Channel missing; a direct message; not in the bucket; another role; not in the channel.
pub fn may_manage(tx: &mut dyn Tx, by: UserId, channel: ChannelId) -> Ruled<()> {
    let bucket = access::managed(tx, by, channel)?;
    access::has_role(tx, by, bucket, access::ADMINS_AND_MODERATORS)?;
    access::in_channel(tx, by, channel)?;
    Ok(())
}

/// The webhook whose key has that hash, when something can be said through it.
///
/// # Errors
/// No such webhook; it or its channel is gone.
pub fn open(tx: &mut dyn Tx, key_hash: &SecretHash) -> Ruled<Webhook> {
    let found = tx.webhook_by_key(key_hash)?;
    let (webhook, is_deleted) = found.ok_or(ChatError::Missing("Webhook"))?;
    if is_deleted || tx.channel(webhook.channel)?.is_none() {
        return Err(ChatError::WebhookGone);
    }
    Ok(webhook)
}

/// Says something through the webhook whose key has that hash.
///
/// # Errors
/// As [`open`]; the text is blank or too long.
pub fn post(tx: &mut dyn Tx, stamp: Stamp, key_hash: &SecretHash, text: String) -> Ruled<()> {
    let webhook = open(tx, key_hash)?;
    let wanted = PostMessage { message_text: text, nonce: None, refers: Refers::default() };
    messages::say(tx, webhook.user, stamp, webhook.channel, wanted)?;
    Ok(())
}

fn webhook(tx: &mut dyn Tx, id: WebhookId) -> Ruled<Webhook> {
    tx.webhook(id)?.ok_or(ChatError::Missing("Webhook"))
}
