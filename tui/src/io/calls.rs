//! Each [`Call`] as the request the contract names, and its answer.

use hyper::Method;
use pail_protocol::bucket::{AddBucketMember, CreateBucket, Role};
use pail_protocol::channel::{
    AddChannelMember, ChannelType, CreateChannel, CreateDirectMessage, MarkRead,
};
use pail_protocol::invite::{CreateInvite, Invite};
use pail_protocol::limits::HISTORY_PAGE_DEFAULT;
use pail_protocol::{BucketId, ChannelId, UserId};

use super::address::{JoinLink, ServerAddress};
use super::rest::{Rest, RestError};
use crate::state::{Answer, Call};

/// Makes a call. `me` leaves channels; `public` is the server as others reach it.
///
/// # Errors
/// As [`Rest::get`].
pub async fn make(
    rest: &Rest,
    me: UserId,
    public: &ServerAddress,
    call: &Call,
) -> Result<Answer, RestError> {
    match call {
        Call::Buckets => rest.get("/api/chat/buckets/").await.map(Answer::Buckets),
        Call::Channels { bucket } => {
            rest.get(&format!("/api/chat/buckets/{bucket}/channels/")).await.map(Answer::Channels)
        }
        Call::Directs => rest.get("/api/chat/direct-messages/").await.map(Answer::Directs),
        Call::People => rest.get("/api/chat/users/").await.map(Answer::People),
        Call::Unread => rest.get("/api/chat/unread/").await.map(Answer::Unread),
        Call::HistoryBefore { channel, before } => {
            rest.get(&page(*channel, &format!("before={before}"))).await.map(Answer::History)
        }
        Call::HistoryAfter { channel, after } => {
            rest.get(&page(*channel, &format!("after={after}"))).await.map(Answer::History)
        }
        Call::MarkRead { channel, seq } => {
            let path = format!("/api/chat/channels/{channel}/read/");
            rest.post(&path, &MarkRead { seq: *seq }).await.map(Answer::MarkedRead)
        }
        Call::CreateBucket { name } => {
            let body = CreateBucket { name: name.clone() };
            rest.post("/api/chat/buckets/create/", &body).await.map(Answer::BucketCreated)
        }
        Call::CreateChannel { bucket, name } => {
            let channel_type = ChannelType::Group;
            let body = CreateChannel { name: name.clone(), channel_type, bucket: *bucket };
            rest.post("/api/chat/channels/create/", &body).await.map(Answer::ChannelCreated)
        }
        Call::OpenDirect { user } => {
            let body = CreateDirectMessage { user: *user };
            rest.post("/api/chat/direct-messages/create/", &body).await.map(Answer::DirectOpened)
        }
        Call::AddToChannel { channel, user } => {
            let body = AddChannelMember { channel: *channel, user: *user };
            rest.post("/api/chat/channels/members/add/", &body).await.map(Answer::AddedToChannel)
        }
        Call::AddToBucket { bucket, user } => {
            let body = AddBucketMember { bucket: *bucket, user: *user, role: Role::Member };
            rest.post("/api/chat/buckets/members/add/", &body).await.map(Answer::AddedToBucket)
        }
        Call::LeaveChannel { channel } => {
            let path = format!("/api/chat/channels/{channel}/members/{me}/remove/");
            rest.order(Method::DELETE, &path).await.map(|()| Answer::LeftChannel)
        }
        Call::Invite { bucket } => {
            invite(rest, public, *bucket).await.map(|link| Answer::Invited(link.line()))
        }
    }
}

/// Makes an invite to a bucket.
///
/// # Errors
/// As [`Rest::get`].
pub async fn invite(
    rest: &Rest,
    public: &ServerAddress,
    bucket: BucketId,
) -> Result<JoinLink, RestError> {
    let path = format!("/api/chat/buckets/{bucket}/invites/create/");
    let invite: Invite = rest.post(&path, &CreateInvite::default()).await?;
    Ok(JoinLink { server: public.clone(), code: invite.code })
}

fn page(channel: ChannelId, place: &str) -> String {
    format!("/api/chat/channels/{channel}/messages/?limit={HISTORY_PAGE_DEFAULT}&{place}")
}
