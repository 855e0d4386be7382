//! `/api/chat/channels/<channel_id>/webhooks/…` and `/api/chat/webhooks/<webhook_id>/delete/`

use pail_protocol::webhook::NewWebhook;
use pail_protocol::{ChannelId, WebhookId};

use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::auth::tokens;
use crate::chat::webhooks;
use crate::store::Tx;

/// `POST /api/chat/channels/<channel_id>/webhooks/create/`
pub async fn create(mut call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    let name = call.fields.text("name");
    let wrong = call.fields.finish()?;
    let may_create = move |tx: &mut dyn Tx| webhooks::may_manage(tx, by, channel);
    refuse_after(&call.ctx, wrong, may_create).await?;
    let key = tokens::new_webhook_key();
    let hash = tokens::hash(&key);
    let made =
        call.ctx.command(move |tx, stamp| webhooks::create(tx, by, stamp, channel, &name, hash));
    let row = made.await?;
    reply::created(&NewWebhook { url: format!("/hooks/{key}"), row })
}

/// `GET /api/chat/channels/<channel_id>/webhooks/`
pub async fn list(call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    reply::ok(&call.ctx.query(move |tx| webhooks::list(tx, by, channel)).await?)
}

/// `DELETE /api/chat/webhooks/<webhook_id>/delete/`
pub async fn delete(call: Call, webhook: WebhookId) -> Answer {
    let by = call.caller()?.id();
    call.ctx.command(move |tx, stamp| webhooks::delete(tx, by, stamp, webhook)).await?;
    reply::no_content()
}
