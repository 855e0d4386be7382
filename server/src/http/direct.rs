//! `/api/chat/direct-messages/…`

use hyper::StatusCode;
use pail_protocol::UserId;
use pail_protocol::limits::RECENT_DIRECT_MAX;

use super::HttpError;
use super::reply::{self, Answer};
use super::request::Call;
use crate::chat::direct::{self, Made};

/// Conversations of the unlimited list, in practice all of them.
const ALL_DIRECT_MAX: usize = 10_000;

/// `GET /api/chat/direct-messages/recent/`
pub async fn recent(call: Call) -> Answer {
    let limit = match call.parameter("limit") {
        None => RECENT_DIRECT_MAX,
        Some(text) => recent_limit(text)?,
    };
    list(&call, false, limit).await
}

fn recent_limit(text: &str) -> Result<usize, HttpError> {
    let limit = text.parse().ok().filter(|limit| (1..=RECENT_DIRECT_MAX).contains(limit));
    let sentence = || format!("Ensure this value is between 1 and {RECENT_DIRECT_MAX}");
    limit.ok_or_else(|| HttpError::field("limit", sentence()))
}

/// `GET /api/chat/direct-messages/`
pub async fn all(call: Call) -> Answer {
    list(&call, true, ALL_DIRECT_MAX).await
}

async fn list(call: &Call, with_empty: bool, limit: usize) -> Answer {
    let by = call.caller()?.id();
    let mut rows = call.ctx.query(move |tx| direct::list(tx, by, with_empty, limit)).await?;
    for peer in rows.iter_mut().filter_map(|row| row.peer.as_mut()) {
        peer.online = call.ctx.is_online(peer.id);
    }
    reply::ok(&rows)
}

/// `POST /api/chat/direct-messages/create/`
pub async fn open(mut call: Call) -> Answer {
    let by = call.caller()?.id();
    let with = UserId(call.fields.id("user"));
    call.fields.finish_at_once()?;
    let opened = call.ctx.command(move |tx, stamp| direct::open(tx, by, stamp, with));
    let (mut channel, made) = opened.await?;
    if let Some(peer) = &mut channel.peer {
        peer.online = call.ctx.is_online(peer.id);
    }
    reply::json(status(made), &channel)
}

/// 201 for what is new, 200 for what was there.
pub fn status(made: Made) -> StatusCode {
    match made {
        Made::New => StatusCode::CREATED,
        Made::Before => StatusCode::OK,
    }
}
