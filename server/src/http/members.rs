//! Members of buckets and channels.

use pail_protocol::bucket::Done;
use pail_protocol::{BucketId, ChannelId, UserId};

use super::direct::status;
use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::chat::members;
use crate::store::Tx;

/// `POST /api/chat/buckets/members/add/`
pub async fn add_to_bucket(mut call: Call) -> Answer {
    let by = call.caller()?.id();
    let bucket = BucketId(call.fields.id("bucket"));
    let user = UserId(call.fields.id("user"));
    let role = call.fields.optional_text("role");
    let wrong = call.fields.finish()?;
    let may_add = move |tx: &mut dyn Tx| members::may_add_to_bucket(tx, by, bucket, user);
    refuse_after(&call.ctx, wrong, may_add).await?;
    let member = call.ctx.command(move |tx, stamp| {
        members::add_to_bucket(tx, by, stamp, bucket, user, role.as_deref())
    });
    reply::created(&member.await?)
}

/// `DELETE /api/chat/buckets/<bucket_id>/members/<user_id>/remove/`
pub async fn remove_from_bucket(call: Call, bucket: BucketId, user: UserId) -> Answer {
    let by = call.caller()?.id();
    let removed =
        call.ctx.command(move |tx, stamp| members::remove_from_bucket(tx, by, stamp, bucket, user));
    removed.await?;
    reply::ok(&Done { message: "user removed from bucket".to_owned() })
}

/// `POST` and `PATCH /api/chat/buckets/<bucket_id>/members/<user_id>/role/`
pub async fn change_role(mut call: Call, bucket: BucketId, user: UserId) -> Answer {
    let by = call.caller()?.id();
    let role = call.fields.text("role");
    let wrong = call.fields.finish()?;
    let may_change = move |tx: &mut dyn Tx| members::may_change_role(tx, by, bucket, user);
    refuse_after(&call.ctx, wrong, may_change).await?;
    let changed =
        call.ctx.command(move |tx, stamp| members::change_role(tx, by, stamp, bucket, user, &role));
    reply::ok(&changed.await?)
}

/// `GET /api/chat/buckets/<bucket_id>/members/`
pub async fn of_bucket(call: Call, bucket: BucketId) -> Answer {
    let by = call.caller()?.id();
    reply::ok(&call.ctx.query(move |tx| members::of_bucket(tx, by, bucket)).await?)
}

/// `POST /api/chat/channels/members/add/`
pub async fn add_to_channel(mut call: Call) -> Answer {
    let by = call.caller()?.id();
    let channel = ChannelId(call.fields.id("channel"));
    let user = UserId(call.fields.id("user"));
    call.fields.finish_at_once()?;
    let member =
        call.ctx.command(move |tx, stamp| members::add_to_channel(tx, by, stamp, channel, user));
    reply::created(&member.await?)
}

/// `DELETE /api/chat/channels/<channel_id>/members/<user_id>/remove/`
pub async fn remove_from_channel(call: Call, channel: ChannelId, user: UserId) -> Answer {
    let by = call.caller()?.id();
    let removed = call
        .ctx
        .command(move |tx, stamp| members::remove_from_channel(tx, by, stamp, channel, user));
    removed.await?;
    reply::no_content()
}

/// `GET /api/chat/channels/<channel_id>/members/`
pub async fn of_channel(call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    reply::ok(&call.ctx.query(move |tx| members::of_channel(tx, by, channel)).await?)
}

/// `POST /api/chat/channels/<channel_id>/join/`
pub async fn join(call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    let joined = call.ctx.command(move |tx, stamp| members::join(tx, by, stamp, channel));
    let (member, made) = joined.await?;
    reply::json(status(made), &member)
}

/// `POST /api/chat/channels/<channel_id>/leave/`
pub async fn leave(call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    call.ctx.command(move |tx, stamp| members::leave(tx, by, stamp, channel)).await?;
    reply::no_content()
}
