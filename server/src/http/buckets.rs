//! `/api/chat/buckets/…`

use pail_protocol::BucketId;
use pail_protocol::bucket::Done;

use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::chat::access;
use crate::chat::buckets::{self, Changes};
use crate::store::Tx;

/// `GET /api/chat/buckets/`
pub async fn list(call: Call) -> Answer {
    let by = call.caller()?.id();
    reply::ok(&call.ctx.query(move |tx| buckets::list(tx, by)).await?)
}

/// `POST /api/chat/buckets/create/`
pub async fn create(mut call: Call) -> Answer {
    let by = call.caller()?.id();
    let name = call.fields.text("name");
    call.fields.finish_at_once()?;
    let bucket = call.ctx.command(move |tx, stamp| buckets::create(tx, by, stamp, &name));
    reply::created(&bucket.await?)
}

/// `GET /api/chat/buckets/<bucket_id>/`
pub async fn read(call: Call, bucket: BucketId) -> Answer {
    let by = call.caller()?.id();
    reply::ok(&call.ctx.query(move |tx| buckets::read(tx, by, bucket)).await?)
}

/// `PATCH /api/chat/buckets/<bucket_id>/`
pub async fn change(mut call: Call, bucket: BucketId) -> Answer {
    let by = call.caller()?.id();
    let name = call.fields.optional_text("name");
    let changes = Changes { name, icon: call.fields.optional_text("icon") };
    let wrong = call.fields.finish()?;
    let may_change = move |tx: &mut dyn Tx| access::has_role(tx, by, bucket, access::ADMINS);
    refuse_after(&call.ctx, wrong, may_change).await?;
    let changed =
        call.ctx.command(move |tx, stamp| buckets::change(tx, by, stamp, bucket, &changes));
    reply::ok(&changed.await?)
}

/// `DELETE /api/chat/buckets/<bucket_id>/delete/`
pub async fn delete(call: Call, bucket: BucketId) -> Answer {
    let by = call.caller()?.id();
    call.ctx.command(move |tx, stamp| buckets::delete(tx, by, stamp, bucket)).await?;
    reply::ok(&Done { message: "Bucket deleted".to_owned() })
}
