//! Calls about buckets and people.

use pail_protocol::account::{Me, UpdateMe};
use pail_protocol::bucket::{AddBucketMember, CreateBucket, Role};
use pail_protocol::{BucketId, UserId};

use super::Answered;
use crate::io::rest::Rest;
use crate::state::Answer;
use crate::state::statuses::NewStatus;

pub(super) async fn list(rest: &Rest) -> Answered {
    rest.get("/api/chat/buckets/").await.map(Answer::Buckets)
}

pub(super) async fn people(rest: &Rest) -> Answered {
    rest.get("/api/chat/users/").await.map(Answer::People)
}

pub(super) async fn members(rest: &Rest, bucket: BucketId) -> Answered {
    let path = format!("/api/chat/buckets/{bucket}/members/");
    rest.get(&path).await.map(Answer::BucketMembers)
}

pub(super) async fn create(rest: &Rest, name: &str) -> Answered {
    let body = CreateBucket { name: name.to_owned() };
    rest.post("/api/chat/buckets/create/", &body).await.map(Answer::BucketCreated)
}

pub(super) async fn add(rest: &Rest, bucket: BucketId, user: UserId) -> Answered {
    let body = AddBucketMember { bucket, user, role: Role::Member };
    rest.post("/api/chat/buckets/members/add/", &body).await.map(Answer::AddedToBucket)
}

pub(super) async fn rename(rest: &Rest, name: &str) -> Answered {
    let body = UpdateMe { name: Some(name.to_owned()), ..UpdateMe::default() };
    rest.patch::<Me>("/api/auth/me/", &body).await.map(|_| Answer::Renamed)
}

pub(super) async fn set_status(rest: &Rest, new: &NewStatus) -> Answered {
    let NewStatus { text, seconds } = new.clone();
    let body = UpdateMe { status: Some(text), status_expires_in: seconds, ..UpdateMe::default() };
    rest.patch::<Me>("/api/auth/me/", &body).await.map(|me| Answer::StatusSet(me.status))
}
