//! `/api/chat/unread/` and `/api/chat/channels/<channel_id>/…`: `read/`, `unread/`, `mute/` and
//! `unmute/`.

use pail_protocol::{ChannelId, Seq, UserId};

use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::chat::{Ruled, access, reads};
use crate::clock::Stamp;
use crate::ctx::Ctx;
use crate::store::Tx;

/// A rule that moves the caller's marker in a channel.
type Mark = fn(&mut dyn Tx, UserId, Stamp, ChannelId, Seq) -> Ruled<()>;

/// `GET /api/chat/unread/`
pub async fn all(call: Call) -> Answer {
    let by = call.caller()?.id();
    reply::ok(&call.ctx.query(move |tx| reads::all(tx, by)).await?)
}

/// `POST /api/chat/channels/<channel_id>/read/`
pub async fn mark_read(call: Call, channel: ChannelId) -> Answer {
    mark(call, channel, reads::mark_read).await
}

/// `POST /api/chat/channels/<channel_id>/unread/`
pub async fn mark_unread(call: Call, channel: ChannelId) -> Answer {
    mark(call, channel, reads::mark_unread).await
}

async fn mark(mut call: Call, channel: ChannelId, rule: Mark) -> Answer {
    let by = call.caller()?.id();
    let seq = Seq(call.fields.integer("seq"));
    let wrong = call.fields.finish()?;
    let may_read = move |tx: &mut dyn Tx| access::in_channel(tx, by, channel);
    refuse_after(&call.ctx, wrong, may_read).await?;
    call.ctx.command(move |tx, stamp| rule(tx, by, stamp, channel, seq)).await?;
    standing(&call.ctx, by, channel).await
}

/// `POST /api/chat/channels/<channel_id>/mute/`
pub async fn mute(call: Call, channel: ChannelId) -> Answer {
    set_muted(call, channel, true).await
}

/// `POST /api/chat/channels/<channel_id>/unmute/`
pub async fn unmute(call: Call, channel: ChannelId) -> Answer {
    set_muted(call, channel, false).await
}

async fn set_muted(call: Call, channel: ChannelId, muted: bool) -> Answer {
    let by = call.caller()?.id();
    let set = move |tx: &mut dyn Tx, stamp| reads::set_muted(tx, by, stamp, channel, muted);
    call.ctx.command(set).await?;
    standing(&call.ctx, by, channel).await
}

/// What a command that has moved something is answered with. The counts are a reader's work: nobody's
/// message waits for them.
async fn standing(ctx: &Ctx, by: UserId, channel: ChannelId) -> Answer {
    reply::ok(&ctx.query(move |tx| reads::one(tx, by, channel)).await?)
}
