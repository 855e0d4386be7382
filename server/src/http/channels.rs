//! `/api/chat/buckets/<bucket_id>/channels/` and `/api/chat/channels/…`

use pail_protocol::{BucketId, ChannelId};

use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::chat::{access, channels};
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

/// `DELETE /api/chat/channels/<channel_id>/delete/`
pub async fn delete(call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    call.ctx.command(move |tx, stamp| channels::delete(tx, by, stamp, channel)).await?;
    reply::no_content()
}
