//! Calls about messages: history, threads, search, and what is done to one message.

use form_urlencoded::Serializer;
use hyper::Method;
use pail_protocol::limits::HISTORY_PAGE_DEFAULT;
use pail_protocol::message::{EditMessage, Message, React};
use pail_protocol::{ChannelId, MessageId, Seq};

use super::Answered;
use crate::io::rest::Rest;
use crate::state::Answer;
use crate::state::effect::{Search, Within};

pub(super) async fn before(rest: &Rest, channel: ChannelId, before: Seq) -> Answered {
    rest.get(&page(channel, "before", before)).await.map(Answer::History)
}

pub(super) async fn after(rest: &Rest, channel: ChannelId, after: Seq) -> Answered {
    rest.get(&page(channel, "after", after)).await.map(Answer::History)
}

pub(super) async fn around(rest: &Rest, channel: ChannelId, seq: Seq) -> Answered {
    rest.get(&page(channel, "around", seq)).await.map(Answer::History)
}

fn page(channel: ChannelId, place: &str, seq: Seq) -> String {
    format!("/api/chat/channels/{channel}/messages/?limit={HISTORY_PAGE_DEFAULT}&{place}={seq}")
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
