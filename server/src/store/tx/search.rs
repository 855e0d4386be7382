//! What a transaction can do with the full-text index. It holds words, not texts, and is not part
//! of a message's commit: a reader of the log fills it.

use pail_protocol::message::Message;
use pail_protocol::{BucketId, ChannelId, MessageId, UserId};

use super::Stored;

/// What is looked for in the index.
pub struct Find<'a> {
    /// In the language of the index.
    pub expression: &'a str,
    /// Only in channels this user is in.
    pub by: UserId,
    /// Only in this bucket.
    pub bucket: Option<BucketId>,
    /// Only in this channel.
    pub channel: Option<ChannelId>,
    /// Only of this user.
    pub from: Option<UserId>,
    /// Only older messages than this one.
    pub before: Option<MessageId>,
    /// Only newer messages than this one.
    pub after: Option<MessageId>,
    /// How many at the most.
    pub limit: usize,
}

/// The full-text index, and how far its reader has come.
pub trait Search {
    /// Messages that the index has under an expression, newest first.
    fn find_messages(&mut self, find: &Find<'_>) -> Stored<Vec<Message>>;
    /// A message has these words, separated by spaces, and no others.
    fn index_message(&mut self, id: MessageId, words: &str) -> Stored<()>;
    /// A message has no words.
    fn unindex_message(&mut self, id: MessageId) -> Stored<()>;
    /// The position up to which a reader of the log has kept what it does; 0 at first.
    fn cursor(&mut self, reader: &str) -> Stored<i64>;
    /// A reader of the log has come this far.
    fn put_cursor(&mut self, reader: &str, pos: i64) -> Stored<()>;
}
