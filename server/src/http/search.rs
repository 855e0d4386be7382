//! `GET /api/chat/search/`

use pail_protocol::error::{FieldErrors, REQUIRED};
use pail_protocol::limits::SEARCH_PAGE_MAX;
use pail_protocol::{BucketId, ChannelId, MessageId, UserId};

use super::HttpError;
use super::reply::{self, Answer};
use super::request::{Call, refuse_after};
use crate::chat::search::{self, Wanted};
use crate::store::Tx;

/// `GET /api/chat/search/`
pub async fn find(call: Call) -> Answer {
    let by = call.caller()?.id();
    let text = call.parameter("q").ok_or_else(|| HttpError::field("q", REQUIRED))?.to_owned();
    let mut wrong = FieldErrors::new();
    let mut number = |name: &str, max: i64| {
        let given = call.parameter(name)?;
        let number = given.parse().ok().filter(|number| (1..=max).contains(number));
        if number.is_none() {
            wrong.insert(name.to_owned(), "A valid integer is required".to_owned());
        }
        number
    };
    let limit = number("limit", SEARCH_PAGE_MAX as i64);
    let wanted = Wanted {
        text,
        bucket: number("bucket", i64::MAX).map(BucketId),
        channel: number("channel", i64::MAX).map(ChannelId),
        from: number("from", i64::MAX).map(UserId),
        before: number("before", i64::MAX).map(MessageId),
        after: number("after", i64::MAX).map(MessageId),
        limit: limit.and_then(|it| it.try_into().ok()).unwrap_or(SEARCH_PAGE_MAX),
    };
    let (bucket, channel) = (wanted.bucket, wanted.channel);
    let may_look = move |tx: &mut dyn Tx| search::may_look(tx, by, bucket, channel);
    refuse_after(&call.ctx, wrong, may_look).await?;
    reply::ok(&call.ctx.query(move |tx| search::find(tx, by, &wanted)).await?)
}
