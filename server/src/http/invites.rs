//! `/api/chat/buckets/<bucket_id>/invites/…` and `/api/chat/invites/<code>/accept/`

use pail_protocol::invite::Invite;
use pail_protocol::{BucketId, InviteId};

use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::auth::tokens;
use crate::chat::access;
use crate::chat::invites::{self, Wish};
use crate::clock::Stamp;
use crate::store::Tx;

/// `POST /api/chat/buckets/<bucket_id>/invites/create/`
pub async fn create(mut call: Call, bucket: BucketId) -> Answer {
    let by = call.caller()?.id();
    let wish = Wish {
        role: call.fields.nullable_text("role"),
        max_uses: call.fields.optional_integer("max_uses"),
        expires_in: call.fields.optional_integer("expires_in"),
        channels: call.fields.ids("channels"),
    };
    let wrong = call.fields.finish()?;
    let may_invite = move |tx: &mut dyn Tx| access::has_role(tx, by, bucket, access::ADMINS);
    refuse_after(&call.ctx, wrong, may_invite).await?;
    let code = tokens::new_invite_code();
    let hash = tokens::hash(&code);
    let made =
        call.ctx.command(move |tx, stamp| invites::create(tx, by, stamp, bucket, hash, &wish));
    let terms = made.await?;
    reply::created(&Invite {
        id: terms.id,
        code,
        bucket,
        role: terms.role,
        max_uses: terms.max_uses,
        expires_at: terms.expires_at,
        channels: terms.channels,
    })
}

/// `GET /api/chat/buckets/<bucket_id>/invites/`
pub async fn list(call: Call, bucket: BucketId) -> Answer {
    let (by, stamp) = (call.caller()?.id(), Stamp::now());
    reply::ok(&call.ctx.query(move |tx| invites::list(tx, by, stamp, bucket)).await?)
}

/// `DELETE /api/chat/buckets/<bucket_id>/invites/<invite_id>/delete/`
pub async fn revoke(call: Call, bucket: BucketId, id: InviteId) -> Answer {
    let by = call.caller()?.id();
    call.ctx.command(move |tx, _| invites::revoke(tx, by, bucket, id)).await?;
    reply::no_content()
}

/// `POST /api/chat/invites/<code>/accept/`
pub async fn accept(call: Call, code: String) -> Answer {
    let by = call.caller()?.id();
    let hash = tokens::hash(&code);
    let team_name = call.ctx.team_name().to_owned();
    let bucket =
        call.ctx.command(move |tx, stamp| invites::accept(tx, by, stamp, &hash, &team_name));
    reply::ok(&bucket.await?)
}
