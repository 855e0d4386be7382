//! `/api/chat/buckets/…`

use pail_protocol::BucketId;
use pail_protocol::bucket::Done;

use super::reply::{self, Answer};
use super::request::Call;
use crate::chat::buckets;

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

/// `DELETE /api/chat/buckets/<bucket_id>/delete/`
pub async fn delete(call: Call, bucket: BucketId) -> Answer {
    let by = call.caller()?.id();
    call.ctx.command(move |tx, stamp| buckets::delete(tx, by, stamp, bucket)).await?;
    reply::ok(&Done { message: "Bucket deleted".to_owned() })
}
