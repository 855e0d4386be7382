//! Each [`Call`] as the request the contract names, and its answer.

mod buckets;
mod channels;
mod messages;

use pail_protocol::BucketId;
use pail_protocol::invite::{CreateInvite, Invite};

use super::address::{JoinLink, ServerAddress};
use super::rest::{Rest, RestError};
use crate::state::{Answer, Call};

/// What a call brings.
type Answered = Result<Answer, RestError>;

/// Makes a call. `public` is the server as others reach it.
///
/// # Errors
/// As [`Rest::get`].
pub async fn make(rest: &Rest, public: &ServerAddress, call: &Call) -> Answered {
    match call {
        Call::Buckets => buckets::list(rest).await,
        Call::Channels { bucket } => channels::list(rest, *bucket).await,
        Call::Directs => channels::directs(rest).await,
        Call::People => buckets::people(rest).await,
        Call::Unread => channels::unread(rest).await,
        Call::HistoryBefore { channel, before } => messages::before(rest, *channel, *before).await,
        Call::HistoryAfter { channel, after } => messages::after(rest, *channel, *after).await,
        Call::HistoryAround { channel, seq } => messages::around(rest, *channel, *seq).await,
        Call::Thread { root, before } => messages::thread(rest, *root, *before).await,
        // No server lists them.
        Call::Threads => Ok(Answer::Threads(Vec::new())),
        Call::Message { message } => messages::one(rest, *message).await,
        Call::Revisions { message } => messages::revisions(rest, *message).await,
        Call::Search(search) => messages::search(rest, search).await,
        Call::EditMessage { message, text } => messages::edit(rest, *message, text).await,
        Call::DeleteMessage { message } => messages::delete(rest, *message).await,
        Call::React { message, emoji } => messages::react(rest, *message, emoji, "add").await,
        Call::Unreact { message, emoji } => messages::react(rest, *message, emoji, "remove").await,
        Call::MarkRead { channel, seq } => channels::mark_read(rest, *channel, *seq).await,
        Call::MarkUnread { channel, seq } => channels::mark_unread(rest, *channel, *seq).await,
        Call::Mute { channel, is_muted } => channels::mute(rest, *channel, *is_muted).await,
        Call::ChannelMembers { channel } => channels::members(rest, *channel).await,
        Call::BucketMembers { bucket } => buckets::members(rest, *bucket).await,
        Call::SetTopic { channel, topic } => channels::set_topic(rest, *channel, topic).await,
        Call::Rename { name } => buckets::rename(rest, name).await,
        Call::SetStatus(new) => buckets::set_status(rest, new).await,
        Call::CreateBucket { name } => buckets::create(rest, name).await,
        Call::CreateChannel { bucket, name } => channels::create(rest, *bucket, name).await,
        Call::OpenDirect { user } => channels::open_direct(rest, *user).await,
        Call::AddToChannel { channel, user } => channels::add(rest, *channel, *user).await,
        Call::RemoveFromChannel { channel, user } => channels::remove(rest, *channel, *user).await,
        Call::AddToBucket { bucket, user } => buckets::add(rest, *bucket, *user).await,
        Call::JoinChannel { channel } => channels::join(rest, *channel).await,
        Call::LeaveChannel { channel } => channels::leave(rest, *channel).await,
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
