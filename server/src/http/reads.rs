//! `/api/chat/unread/` and `/api/chat/channels/<channel_id>/read/`

use pail_protocol::{ChannelId, Seq};

use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::chat::{access, reads};
use crate::store::Tx;

/// `GET /api/chat/unread/`
pub async fn all(call: Call) -> Answer {
    let by = call.caller()?.id();
    reply::ok(&call.ctx.query(move |tx| reads::all(tx, by)).await?)
}

/// `POST /api/chat/channels/<channel_id>/read/`
pub async fn mark(mut call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    let seq = Seq(call.fields.integer("seq"));
    let wrong = call.fields.finish()?;
    let may_read = move |tx: &mut dyn Tx| access::in_channel(tx, by, channel);
    refuse_after(&call.ctx, wrong, may_read).await?;
    reply::ok(&call.ctx.command(move |tx, _| reads::mark(tx, by, channel, seq)).await?)
}
