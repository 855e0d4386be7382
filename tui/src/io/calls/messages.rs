//! Calls about messages: history, threads, search, and what is done to one message.

use form_urlencoded::Serializer;
use hyper::Method;
use pail_protocol::limits::HISTORY_PAGE_DEFAULT;
use pail_protocol::message::{EditMessage, Message, React};
use pail_protocol::{ChannelId, MessageId, Seq};

use super::Answered;
use crate::io::rest::{Rest, RestError};
use crate::state::Answer;
use crate::state::effect::{Search, Within};
use crate::state::page::{PRESENT, Page};

pub(super) async fn before(rest: &Rest, channel: ChannelId, before: Seq) -> Answered {
    let messages = page(rest, channel, "before", before).await?;
    let after = if is_whole(&messages) { just_before_first(&messages) } else { Seq(0) };
    let upto = Seq(before.0.saturating_sub(1));
    Ok(Answer::History(Page::fresh(messages, after, upto)))
}

pub(super) async fn after(rest: &Rest, channel: ChannelId, after: Seq) -> Answered {
    let messages = page(rest, channel, "after", after).await?;
    let upto = if is_whole(&messages) { last(&messages) } else { PRESENT };
    Ok(Answer::History(Page::fresh(messages, after, upto)))
}

pub(super) async fn around(rest: &Rest, channel: ChannelId, seq: Seq) -> Answered {
    let messages = page(rest, channel, "around", seq).await?;
    let (before, after) =
        (HISTORY_PAGE_DEFAULT / 2, HISTORY_PAGE_DEFAULT - HISTORY_PAGE_DEFAULT / 2);
    let older = messages.iter().filter(|message| message.seq < seq).count();
    let floor = if older < before { Seq(0) } else { just_before_first(&messages) };
    let is_present = messages.len() - older < after;
    let upto = if is_present { PRESENT } else { last(&messages) };
    Ok(Answer::History(Page::fresh(messages, floor, upto)))
}

async fn page(
    rest: &Rest,
    channel: ChannelId,
    place: &str,
    seq: Seq,
) -> Result<Vec<Message>, RestError> {
    let (path, limit) = (format!("/api/chat/channels/{channel}/messages/"), HISTORY_PAGE_DEFAULT);
    rest.get(&format!("{path}?limit={limit}&{place}={seq}")).await
}

/// Whether there may be more where a page came from.
fn is_whole(page: &[Message]) -> bool {
    page.len() >= HISTORY_PAGE_DEFAULT
}

fn just_before_first(page: &[Message]) -> Seq {
    let first = page.iter().map(|message| message.seq).min();
    first.map_or(Seq(0), |first| Seq(first.0.saturating_sub(1)))
}

fn last(page: &[Message]) -> Seq {
    page.iter().map(|message| message.seq).max().unwrap_or_default()
}

pub(super) async fn thread(rest: &Rest, root: MessageId, before: Option<Seq>) -> Answered {
    let before = before.map(|seq| format!("&before={seq}")).unwrap_or_default();
    let path = format!("/api/chat/messages/{root}/thread/?limit={HISTORY_PAGE_DEFAULT}{before}");
    rest.get(&path).await.map(Answer::Thread)
}

pub(super) async fn one(rest: &Rest, message: MessageId) -> Answered {
    let found = rest.get(&format!("/api/chat/messages/{message}/")).await;
    found.map(|message| Answer::Message(Box::new(message)))
}

pub(super) async fn revisions(rest: &Rest, message: MessageId) -> Answered {
    let path = format!("/api/chat/messages/{message}/revisions/");
    rest.get(&path).await.map(Answer::Revisions)
}

pub(super) async fn search(rest: &Rest, search: &Search) -> Answered {
    rest.get(&format!("/api/chat/search/?{}", query(search))).await.map(Answer::Found)
}

fn query(search: &Search) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("q", &search.words);
    match search.within {
        Within::Everything => {}
        Within::Bucket(bucket) => {
            query.append_pair("bucket", &bucket.to_string());
        }
        Within::Channel(channel) => {
            query.append_pair("channel", &channel.to_string());
        }
    }
    if let Some(before) = search.before {
        query.append_pair("before", &before.to_string());
    }
    query.finish()
}

pub(super) async fn edit(rest: &Rest, message: MessageId, text: &str) -> Answered {
    let body = EditMessage { message_text: text.to_owned() };
    let changed = rest.patch::<Message>(&format!("/api/chat/messages/{message}/"), &body).await;
    changed.map(|_| Answer::Changed)
}

pub(super) async fn delete(rest: &Rest, message: MessageId) -> Answered {
    let path = format!("/api/chat/messages/{message}/delete/");
    rest.order(Method::DELETE, &path).await.map(|()| Answer::Changed)
}

pub(super) async fn react(rest: &Rest, message: MessageId, emoji: &str, verb: &str) -> Answered {
    let body = React { emoji: emoji.to_owned() };
    let path = format!("/api/chat/messages/{message}/reactions/{verb}/");
    rest.post::<Message>(&path, &body).await.map(|_| Answer::Changed)
}
