//! Calls about channels, and where one stands in them.

use hyper::Method;
use pail_protocol::channel::{
    AddChannelMember, ChannelDetail, ChannelType, CreateChannel, CreateDirectMessage, MarkRead,
    MarkUnread, UpdateChannel,
};
use pail_protocol::{BucketId, ChannelId, Seq, UserId};
use serde_json::Map;

use super::Answered;
use crate::io::rest::Rest;
use crate::state::Answer;

pub(super) async fn list(rest: &Rest, bucket: BucketId) -> Answered {
    rest.get(&format!("/api/chat/buckets/{bucket}/channels/")).await.map(Answer::Channels)
}

pub(super) async fn directs(rest: &Rest) -> Answered {
    rest.get("/api/chat/direct-messages/").await.map(Answer::Directs)
}

pub(super) async fn unread(rest: &Rest) -> Answered {
    rest.get("/api/chat/unread/").await.map(Answer::Unread)
}

pub(super) async fn mark_read(rest: &Rest, channel: ChannelId, seq: Seq) -> Answered {
    let path = format!("/api/chat/channels/{channel}/read/");
    rest.post(&path, &MarkRead { seq }).await.map(Answer::MarkedRead)
}

pub(super) async fn mark_unread(rest: &Rest, channel: ChannelId, seq: Seq) -> Answered {
    let path = format!("/api/chat/channels/{channel}/unread/");
    rest.post(&path, &MarkUnread { seq }).await.map(Answer::MarkedUnread)
}

pub(super) async fn mute(rest: &Rest, channel: ChannelId, is_muted: bool) -> Answered {
    let verb = if is_muted { "mute" } else { "unmute" };
    let path = format!("/api/chat/channels/{channel}/{verb}/");
    rest.post(&path, &Map::new()).await.map(Answer::Muted)
}

pub(super) async fn members(rest: &Rest, channel: ChannelId) -> Answered {
    let path = format!("/api/chat/channels/{channel}/members/");
    rest.get(&path).await.map(Answer::ChannelMembers)
}

pub(super) async fn set_topic(rest: &Rest, channel: ChannelId, topic: &str) -> Answered {
    let body = UpdateChannel { name: None, topic: Some(topic.to_owned()) };
    let path = format!("/api/chat/channels/{channel}/");
    rest.patch::<ChannelDetail>(&path, &body).await.map(|_| Answer::Renamed)
}

pub(super) async fn create(rest: &Rest, bucket: BucketId, name: &str) -> Answered {
    let channel_type = ChannelType::Group;
    let body = CreateChannel { name: name.to_owned(), channel_type, bucket };
    rest.post("/api/chat/channels/create/", &body).await.map(Answer::ChannelCreated)
}

pub(super) async fn open_direct(rest: &Rest, user: UserId) -> Answered {
    let body = CreateDirectMessage { user };
    rest.post("/api/chat/direct-messages/create/", &body).await.map(Answer::DirectOpened)
}

pub(super) async fn add(rest: &Rest, channel: ChannelId, user: UserId) -> Answered {
    let body = AddChannelMember { channel, user };
    rest.post("/api/chat/channels/members/add/", &body).await.map(Answer::AddedToChannel)
}

pub(super) async fn remove(rest: &Rest, channel: ChannelId, user: UserId) -> Answered {
    let path = format!("/api/chat/channels/{channel}/members/{user}/remove/");
    rest.order(Method::DELETE, &path).await.map(|()| Answer::Changed)
}

pub(super) async fn join(rest: &Rest, channel: ChannelId) -> Answered {
    let path = format!("/api/chat/channels/{channel}/join/");
    rest.post(&path, &Map::new()).await.map(Answer::JoinedChannel)
}

pub(super) async fn leave(rest: &Rest, channel: ChannelId) -> Answered {
    let path = format!("/api/chat/channels/{channel}/leave/");
    rest.order(Method::POST, &path).await.map(|()| Answer::LeftChannel)
}
