//! `/api/chat/channels/<channel_id>/messages/`: pages, the stream of all, and posting.

use std::ops::RangeInclusive;

use bytes::Bytes;
use futures_util::stream;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LINK};
use pail_protocol::error::FieldErrors;
use pail_protocol::limits::{HISTORY_PAGE_DEFAULT, HISTORY_PAGE_MAX};
use pail_protocol::message::Message;
use pail_protocol::{ChannelId, Nonce, Seq, UserId};
use tokio::sync::mpsc;
use warp::Reply;
use warp::reply::Response;

use super::direct::status;
use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::chat::messages::{self, History};
use crate::chat::{ChatError, access};
use crate::ctx::Ctx;
use crate::store::Tx;
use crate::store::tx::Page;

/// Messages read at once while all are streamed: bounds memory, not the history.
const STREAM_PAGE: usize = 500;
/// Pieces of the stream that wait for a slow reader.
const STREAM_PAGES_AHEAD: usize = 2;
const LAST_SEQ: HeaderName = HeaderName::from_static("x-pail-last-seq");
const EPOCH: HeaderName = HeaderName::from_static("x-pail-epoch");

/// `POST /api/chat/channels/<channel_id>/messages/`
pub async fn post(mut call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    let text = call.fields.text("message_text");
    let nonce = call.fields.nullable_text("nonce").map(Nonce::new).transpose();
    if let Err(error) = &nonce {
        call.fields.refuse("nonce", error.to_string());
    }
    let wrong = call.fields.finish()?;
    let may_write = move |tx: &mut dyn Tx| access::in_channel(tx, by, channel);
    refuse_after(&call.ctx, wrong, may_write).await?;
    let nonce = nonce.ok().flatten();
    let posted =
        call.ctx.command(move |tx, stamp| messages::post(tx, by, stamp, channel, text, nonce));
    let (message, made) = posted.await?;
    reply::json(status(made), &message)
}

/// `GET /api/chat/channels/<channel_id>/messages/`
pub async fn history(call: Call, channel: ChannelId) -> Answer {
    let by = call.caller()?.id();
    let wanted = match wanted(&call) {
        Ok(wanted) => wanted,
        Err(wrong) => {
            let may_read = move |tx: &mut dyn Tx| access::in_channel(tx, by, channel);
            refuse_after(&call.ctx, wrong, may_read).await?;
            None
        }
    };
    match wanted {
        None => all(&call.ctx, by, channel).await,
        Some((page, limit)) => {
            let query = move |tx: &mut dyn Tx| messages::history(tx, by, channel, page, limit);
            let history = call.ctx.query(query).await?;
            paged(&call.ctx, channel, limit, &history)
        }
    }
}

/// The page the parameters ask for; `None` without any.
fn wanted(call: &Call) -> Result<Option<(Page, usize)>, FieldErrors> {
    let mut wrong = FieldErrors::new();
    let mut number = |name: &str, range: RangeInclusive<i64>| {
        let text = call.parameter(name)?;
        let number = text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            wrong.insert(name.to_owned(), outside(&range));
        }
        number
    };
    let limit = number("limit", 1..=HISTORY_PAGE_MAX as i64).and_then(|it| it.try_into().ok());
    let before = number("before", 0..=i64::MAX).map(Seq);
    let after = number("after", 0..=i64::MAX).map(Seq);
    if before.is_some() && after.is_some() {
        wrong.insert("after".to_owned(), "Give `before` or `after`, not both".to_owned());
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let page = match (before, after) {
        (Some(before), _) => Page::Before(before),
        (None, Some(after)) => Page::After(after),
        (None, None) if limit.is_none() => return Ok(None),
        (None, None) => Page::Newest,
    };
    Ok(Some((page, limit.unwrap_or(HISTORY_PAGE_DEFAULT))))
}

fn outside(range: &RangeInclusive<i64>) -> String {
    match range.end() {
        &i64::MAX => "A valid seq is required".to_owned(),
        end => format!("Ensure this value is between {} and {end}", range.start()),
    }
}

fn paged(ctx: &Ctx, channel: ChannelId, limit: usize, history: &History) -> Answer {
    let mut response = reply::ok(&history.messages)?;
    let headers = response.headers_mut();
    stand(headers, ctx, history.last_seq);
    let ends = history.messages.first().zip(history.messages.last());
    let Some((first, last)) = ends else { return Ok(response) };
    let url = format!("/api/chat/channels/{channel}/messages/?limit={limit}");
    if history.older {
        link(headers, &format!("<{url}&before={}>; rel=\"prev\"", first.seq));
    }
    if history.newer {
        link(headers, &format!("<{url}&after={}>; rel=\"next\"", last.seq));
    }
    Ok(response)
}

/// Says where the channel stands.
fn stand(headers: &mut HeaderMap, ctx: &Ctx, last_seq: Seq) {
    headers.insert(LAST_SEQ, HeaderValue::from(last_seq.0));
    headers.extend(HeaderValue::from_str(ctx.epoch()).ok().map(|epoch| (EPOCH, epoch)));
}

fn link(headers: &mut HeaderMap, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.append(LINK, value);
    }
}

/// The whole history as one array, a page at a time: memory does not grow with it.
async fn all(ctx: &Ctx, by: UserId, channel: ChannelId) -> Answer {
    let until = ctx.query(move |tx| messages::last_seq(tx, by, channel)).await?;
    let (chunks, mut queue) = mpsc::channel(STREAM_PAGES_AHEAD);
    tokio::spawn(stream_all(ctx.clone(), by, channel, until, chunks));
    let body = stream::poll_fn(move |cx| queue.poll_recv(cx));
    let mut response: Response = warp::reply::stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    stand(headers, ctx, until);
    Ok(response)
}

/// Sends the array in pieces until its reader goes away. A reader who is removed meanwhile gets a
/// broken stream, never a whole one that lies.
async fn stream_all(
    ctx: Ctx,
    by: UserId,
    channel: ChannelId,
    until: Seq,
    chunks: mpsc::Sender<Result<Bytes, ChatError>>,
) {
    let mut chunk = vec![b'['];
    let mut after = Seq(0);
    loop {
        let query = move |tx: &mut dyn Tx| {
            messages::history_up_to(tx, by, channel, after, until, STREAM_PAGE)
        };
        let piece = ctx.query(query).await.map(|page| {
            let first = after == Seq(0);
            append(&mut chunk, &page, first);
            after = page.last().map_or(until, |last| last.seq);
            if page.is_empty() {
                chunk.push(b']');
            }
            (Bytes::from(std::mem::take(&mut chunk)), page.is_empty())
        });
        let last = piece.as_ref().map_or(true, |(_, last)| *last);
        let gone = chunks.send(piece.map(|(bytes, _)| bytes)).await.is_err();
        if last || gone {
            return;
        }
    }
}

fn append(chunk: &mut Vec<u8>, page: &[Message], first: bool) {
    for (index, message) in page.iter().enumerate() {
        if !(first && index == 0) {
            chunk.push(b',');
        }
        // Messages always serialize, and a vector always takes them.
        let _ = serde_json::to_writer(&mut *chunk, message);
    }
}
