//! `GET /api/chat/channels/<channel_id>/messages/` and `GET /api/chat/messages/<message_id>/thread/`:
//! pages, and the stream of all.

use std::iter;
use std::ops::RangeInclusive;

use bytes::Bytes;
use futures_util::stream;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LINK};
use pail_protocol::error::FieldErrors;
use pail_protocol::limits::{HISTORY_PAGE_DEFAULT, HISTORY_PAGE_MAX};
use pail_protocol::message::Message;
use pail_protocol::{ChannelId, MessageId, Seq, UserId};
use tokio::sync::mpsc;
use warp::Reply;
use warp::reply::Response;

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

/// What the parameters ask for.
struct Wanted {
    page: Page,
    limit: usize,
    /// Only messages of the thread this one is in.
    thread: Option<MessageId>,
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
    let Some(Wanted { page, limit, thread }) = wanted else {
        return all(&call.ctx, by, channel).await;
    };
    let query = move |tx: &mut dyn Tx| messages::history(tx, by, channel, thread, page, limit);
    let history = call.ctx.query(query).await?;
    let thread = thread.map(|id| format!("thread={id}&")).unwrap_or_default();
    let url = format!("/api/chat/channels/{channel}/messages/?{thread}limit={limit}");
    let mut response = reply::ok(&history.messages)?;
    stand(response.headers_mut(), &call.ctx, history.last_seq);
    neighbours(response.headers_mut(), &url, &history);
    Ok(response)
}

/// `GET /api/chat/messages/<message_id>/thread/`
pub async fn thread(call: Call, id: MessageId) -> Answer {
    let by = call.caller()?.id();
    let wanted = match wanted(&call) {
        Ok(wanted) => wanted,
        Err(wrong) => {
            let may_read = move |tx: &mut dyn Tx| access::message(tx, by, id);
            refuse_after(&call.ctx, wrong, may_read).await?;
            None
        }
    };
    let (page, limit) =
        wanted.map_or((Page::Newest, HISTORY_PAGE_DEFAULT), |it| (it.page, it.limit));
    let query = move |tx: &mut dyn Tx| messages::thread(tx, by, id, page, limit);
    let (root, replies) = call.ctx.query(query).await?;
    let url = format!("/api/chat/messages/{id}/thread/?limit={limit}");
    let mut response = reply::ok(&iter::once(&root).chain(&replies.messages).collect::<Vec<_>>())?;
    stand(response.headers_mut(), &call.ctx, replies.last_seq);
    neighbours(response.headers_mut(), &url, &replies);
    Ok(response)
}

/// What the parameters ask for; `None` without any.
fn wanted(call: &Call) -> Result<Option<Wanted>, FieldErrors> {
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
    let thread = number("thread", 1..=i64::MAX).map(MessageId);
    let pages = [
        ("before", number("before", 0..=i64::MAX).map(|it| Page::Before(Seq(it)))),
        ("after", number("after", 0..=i64::MAX).map(|it| Page::After(Seq(it)))),
        ("around", number("around", 0..=i64::MAX).map(|it| Page::Around(Seq(it)))),
    ];
    let mut pages = pages.into_iter().filter_map(|(name, page)| Some((name, page?)));
    let page = pages.next().map(|(_, page)| page);
    for (name, _) in pages {
        wrong.insert(name.to_owned(), "Give one of `before`, `after` and `around`".to_owned());
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    if page.is_none() && limit.is_none() && thread.is_none() {
        return Ok(None);
    }
    let (page, limit) = (page.unwrap_or(Page::Newest), limit.unwrap_or(HISTORY_PAGE_DEFAULT));
    Ok(Some(Wanted { page, limit, thread }))
}

fn outside(range: &RangeInclusive<i64>) -> String {
    match range.end() {
        &i64::MAX => "A valid integer is required".to_owned(),
        end => format!("Ensure this value is between {} and {end}", range.start()),
    }
}

/// Links to the pages beside this one.
fn neighbours(headers: &mut HeaderMap, url: &str, history: &History) {
    let ends = history.messages.first().zip(history.messages.last());
    let Some((first, last)) = ends else { return };
    if history.older {
        link(headers, &format!("<{url}&before={}>; rel=\"prev\"", first.seq));
    }
    if history.newer {
        link(headers, &format!("<{url}&after={}>; rel=\"next\"", last.seq));
    }
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
