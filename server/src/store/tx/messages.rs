//! What a transaction can do with messages: what they say and said, and where they are.

use pail_protocol::message::{Context, Message, Revision};
use pail_protocol::{ChannelId, MessageId, Nonce, Seq, Timestamp, UserId};

use super::Stored;

/// Which part of a history is wanted. All parts are ascending by `seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The newest messages.
    Newest,
    /// The newest messages before this number.
    Before(Seq),
    /// The oldest messages after this number.
    After(Seq),
    /// Half of them before this number, the rest from it on.
    Around(Seq),
}

/// Among which messages a part is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// Those of a channel, with the places of deleted ones.
    Channel(ChannelId),
    /// Those of a channel that are not deleted.
    Kept(ChannelId),
    /// Those of the thread of this root, without it, with the places of deleted ones.
    Thread(MessageId),
}

/// A stored message without what belongs to it: what decides who may do what with it.
#[derive(Debug, Clone)]
pub struct MessageRow {
    /// Its id.
    pub id: MessageId,
    /// Its channel.
    pub channel: ChannelId,
    /// Its sender.
    pub sender: UserId,
    /// The root of the thread it is in.
    pub thread: Option<MessageId>,
    /// What it says; empty when it was deleted.
    pub text: String,
    /// When it was sent.
    pub created_at: Timestamp,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

/// A message to be projected.
pub struct NewMessage<'a> {
    /// Its id.
    pub id: MessageId,
    /// Its channel.
    pub channel: ChannelId,
    /// Its place in it.
    pub seq: Seq,
    /// Its sender.
    pub sender: UserId,
    /// Its text.
    pub text: &'a str,
    /// Its sender's name for it.
    pub nonce: Option<&'a Nonce>,
    /// When.
    pub at: Timestamp,
    /// What it refers to.
    pub context: &'a Context,
}

/// Another text of a message, to be projected.
pub struct NewText<'a> {
    /// Of which message.
    pub message: MessageId,
    /// The number of the event that brings it.
    pub seq: Seq,
    /// What it says.
    pub text: &'a str,
    /// Whom it mentions.
    pub mentions: &'a [UserId],
    /// Whether it calls everybody.
    pub here: bool,
    /// When.
    pub at: Timestamp,
}

/// Messages.
pub trait Messages {
    /// The message somebody sent under that nonce.
    fn message_by_nonce(&mut self, sender: UserId, nonce: &Nonce) -> Stored<Option<Message>>;
    /// The message of that id.
    fn message(&mut self, id: MessageId) -> Stored<Option<Message>>;
    /// The message of that id, without what belongs to it.
    fn message_row(&mut self, id: MessageId) -> Stored<Option<MessageRow>>;
    /// Up to `limit` messages, ascending.
    fn history(&mut self, among: Among, page: Page, limit: usize) -> Stored<Vec<Message>>;
    /// What an edited message said, oldest first, and what it says; nothing of any other.
    fn revisions(&mut self, id: MessageId) -> Stored<Vec<Revision>>;
    /// How often a message was edited.
    fn edit_count(&mut self, id: MessageId) -> Stored<usize>;

    /// Projection: adds a message. One in a thread is counted by its root.
    fn put_message(&mut self, message: &NewMessage<'_>) -> Stored<()>;
    /// Projection: a message says something else; what it said becomes a revision.
    fn put_text(&mut self, text: &NewText<'_>) -> Stored<()>;
    /// Projection: all that is left of a message is its place, and so it is in the log.
    fn put_deletion(&mut self, id: MessageId, at: Timestamp) -> Stored<()>;
}
