//! A stretch of a channel's history, and how far it reaches: it says what it has, so that nobody
//! has to conclude it from how much came.

use pail_protocol::Seq;
use pail_protocol::message::Message;

use super::spans::Span;

/// The upper end of a range that reaches to the present.
pub const PRESENT: Seq = Seq(i64::MAX);

/// All messages of a range of a channel, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T = Message> {
    /// The messages.
    pub messages: Vec<T>,
    /// The range. When it does not reach what was asked for, something is missing in between.
    pub span: Span,
    /// Whether the messages may have changed since: edits and deletions of the time in between
    /// are not known here.
    pub is_stale: bool,
}

impl<T> Page<T> {
    /// A page from the server.
    #[must_use]
    pub fn fresh(messages: Vec<T>, after: Seq, upto: Seq) -> Self {
        Self { messages, span: Span::new(after, upto), is_stale: false }
    }

    /// The same page of something else.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        let messages = self.messages.into_iter().map(change).collect();
        Page { messages, span: self.span, is_stale: self.is_stale }
    }
}
