//! Stretches of history, as a server or this machine answers them.

use pail::state::cached::Cached;
use pail::state::page::Page;
use pail::state::{Answer, Call};
use pail_protocol::channel::Unread;
use pail_protocol::message::{Context, Message};
use pail_protocol::{BucketId, ChannelId, MessageId, Seq, Timestamp};

use crate::harness::{BEA, NOW_MS, list, user};

/// What is known after a first run: the lists, and the newest event of each channel.
pub fn cached(cursors: &[(i64, i64)], page: Option<Page>, unread: &[Unread]) -> Cached {
    let calls = [
        Call::Buckets,
        Call::Channels { bucket: BucketId(1) },
        Call::Directs,
        Call::People,
        Call::Unread,
    ];
    let lists = calls.map(|call| (call.clone(), list(&call, unread).expect("it is a list")));
    let cursors = cursors.iter().map(|(id, seq)| (ChannelId(*id), Seq(*seq))).collect();
    Cached { epoch: Some("e1".to_owned()), lists: lists.into(), cursors, page }
}

/// A page of history: messages `from` to `to`, a minute apart, days before [`NOW_MS`].
pub fn page(channel: i64, from: i64, to: i64) -> Answer {
    let after = if to - from < 99 { 0 } else { from - 1 };
    Answer::History(stretch(channel, after, from..=to))
}

/// The messages of these numbers as all there is after `after`.
pub fn stretch(channel: i64, after: i64, seqs: std::ops::RangeInclusive<i64>) -> Page {
    let upto = *seqs.end();
    let messages = seqs.map(|seq| message(channel, seq)).collect();
    Page::fresh(messages, Seq(after), Seq(upto))
}

/// The same, as it is kept on this machine: nobody knows what became of it.
pub fn stale(page: Page) -> Answer {
    Answer::History(Page { is_stale: true, ..page })
}

/// What is answered when nothing is here and the server cannot be asked.
pub fn nowhere() -> Answer {
    Answer::History(pail::io::cache::nothing())
}

/// A message of such a page.
pub fn message(channel: i64, seq: i64) -> Message {
    let at = Timestamp::from_millis(NOW_MS - 86_400_000 + seq * 60_000);
    Message {
        context: Context::default(),
        reply_count: 0,
        reactions: Vec::new(),
        edited_at: None,
        deleted_at: None,
        id: MessageId(seq),
        sender: if seq % 3 == 0 {
            user(BEA, "bea", "Bea Lind")
        } else {
            user(3, "carlos", "Carlos Pinto")
        },
        channel: ChannelId(channel),
        message_text: format!("message {seq}"),
        created_at: at,
        seq: Seq(seq),
        ts_ms: at,
        nonce: None,
    }
}
