//! `/api/chat/buckets/<bucket_id>/channels/` and `/api/chat/channels/…`

use pail_protocol::{BucketId, ChannelId};

use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::chat::access;
use crate::chat::channels::{self, Changes};
use crate::store::Tx;

/// `GET /api/chat/buckets/<bucket_id>/channels/`
pub async fn list(call: Call, bucket: BucketId) -> Answer {
    let by = call.caller()?.id();
    reply::ok(&call.ctx.query(move |tx| channels::list(tx, by, bucket)).await?)
}

/// `POST /api/chat/channels/create/`
pub async fn create(mut call: Call) -> Answer {
    let by = call.caller()?.id();
    let name = call.fields.text("name");
    let bucket = BucketId(call.fields.id("bucket"));
    let kind = call.fields.optional_text("channel_type").unwrap_or_else(|| "group".to_owned());
    let wrong = call.fields.finish()?;
    let may_create =
        move |tx: &mut dyn Tx| access::has_role(tx, by, bucket, access::ADMINS_AND_MODERATORS);
    refuse_after(&call.ctx, wrong, may_create).await?;
    let channel =
        call.ctx.command(move |tx, stamp| channels::create(tx, by, stamp, bucket, &name, &kind));
    reply::created(&channel.await?)
}

/// `GET /api/chat/channels/<channel_id>/`
pub async fn read(call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    let mut detail = call.ctx.query(move |tx| channels::detail(tx, by, channel)).await?;
    if let Some(peer) = &mut detail.channel.peer {
        peer.online = call.ctx.is_online(peer.id);
    }
    reply::ok(&detail)
}

/// `PATCH /api/chat/channels/<channel_id>/`
pub async fn change(mut call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    let (name, topic) = (call.fields.names("name"), call.fields.names("topic"));
    let changes = Changes {
        name: call.fields.optional_text("name"),
        topic: call.fields.optional_text("topic"),
    };
    let wrong = call.fields.finish()?;
    let may_change = move |tx: &mut dyn Tx| channels::may_change(tx, by, channel, name, topic);
    refuse_after(&call.ctx, wrong, may_change).await?;
    let changed =
        call.ctx.command(move |tx, stamp| channels::change(tx, by, stamp, channel, &changes));
    reply::ok(&changed.await?)
}

/// `DELETE /api/chat/channels/<channel_id>/delete/`
pub async fn delete(call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    call.ctx.command(move |tx, stamp| channels::delete(tx, by, stamp, channel)).await?;
    reply::no_content()
}
