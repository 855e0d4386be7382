//! `POST /api/chat/channels/<channel_id>/messages/`, and `/api/chat/messages/<message_id>/…`: say
//! something, change it, take it back, react to it.

use pail_protocol::message::{PostMessage, Refers};
use pail_protocol::{AttachmentId, ChannelId, MessageId, Nonce};

use super::direct::status;
use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::chat::{access, edits, messages, reactions};
use crate::store::Tx;

/// `POST /api/chat/channels/<channel_id>/messages/`
pub async fn post(mut call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    let message_text = call.fields.text("message_text");
    let nonce = call.fields.nullable_text("nonce").map(Nonce::new).transpose();
    if let Err(error) = &nonce {
        call.fields.refuse("nonce", error.to_string());
    }
    let refers = Refers {
        reply_to: call.fields.optional_id("reply_to").map(MessageId),
        thread: call.fields.optional_id("thread").map(MessageId),
        attachments: call.fields.ids("attachments").into_iter().map(AttachmentId).collect(),
    };
    let wrong = call.fields.finish()?;
    let may_write = move |tx: &mut dyn Tx| access::in_channel(tx, by, channel);
    refuse_after(&call.ctx, wrong, may_write).await?;
    let wanted = PostMessage { message_text, nonce: nonce.ok().flatten(), refers };
    let posted = call.ctx.command(move |tx, stamp| messages::post(tx, by, stamp, channel, wanted));
    let (message, made) = posted.await?;
    reply::json(status(made), &message)
}

/// `GET /api/chat/messages/<message_id>/`
pub async fn read(call: Call, id: MessageId) -> Answer {
    let by = call.caller()?.id();
    reply::ok(&call.ctx.query(move |tx| messages::read(tx, by, id)).await?)
}

/// `PATCH /api/chat/messages/<message_id>/`
pub async fn edit(mut call: Call, id: MessageId) -> Answer {
    let by = call.caller()?.id();
    let text = call.fields.text("message_text");
    let wrong = call.fields.finish()?;
    let may_edit = move |tx: &mut dyn Tx| edits::may_edit(tx, by, id);
    refuse_after(&call.ctx, wrong, may_edit).await?;
    let edited = call.ctx.command(move |tx, stamp| edits::edit(tx, by, stamp, id, text));
    reply::ok(&edited.await?)
}

/// `GET /api/chat/messages/<message_id>/revisions/`
pub async fn revisions(call: Call, id: MessageId) -> Answer {
    let by = call.caller()?.id();
    reply::ok(&call.ctx.query(move |tx| edits::revisions(tx, by, id)).await?)
}

/// `DELETE /api/chat/messages/<message_id>/delete/`
pub async fn delete(call: Call, id: MessageId) -> Answer {
    let by = call.caller()?.id();
    call.ctx.command(move |tx, stamp| edits::delete(tx, by, stamp, id)).await?;
    reply::no_content()
}

/// `POST /api/chat/messages/<message_id>/reactions/add/`
pub async fn react(call: Call, id: MessageId) -> Answer {
    let (ctx, by) = (call.ctx.clone(), call.caller()?.id());
    let emoji = emoji(call, id).await?;
    let added = ctx.command(move |tx, stamp| reactions::add(tx, by, stamp, id, &emoji));
    let (message, made) = added.await?;
    reply::json(status(made), &message)
}

/// `POST` and `DELETE /api/chat/messages/<message_id>/reactions/remove/`
pub async fn unreact(call: Call, id: MessageId) -> Answer {
    let (ctx, by) = (call.ctx.clone(), call.caller()?.id());
    let emoji = match call.parameter("emoji").map(str::to_owned) {
        Some(emoji) => emoji,
        None => emoji(call, id).await?,
    };
    let removed = ctx.command(move |tx, stamp| reactions::remove(tx, by, stamp, id, &emoji));
    reply::ok(&removed.await?)
}

/// The emoji of a body.
async fn emoji(mut call: Call, id: MessageId) -> Result<String, super::HttpError> {
    let by = call.caller()?.id();
    let emoji = call.fields.text("emoji");
    let wrong = call.fields.finish()?;
    let may_react = move |tx: &mut dyn Tx| access::message(tx, by, id);
    refuse_after(&call.ctx, wrong, may_react).await?;
    Ok(emoji)
}
