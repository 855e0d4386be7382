//! What a transaction can do with reactions. Messages are answered with theirs.

use pail_protocol::{MessageId, Seq, UserId};

use super::Stored;

/// Reactions.
pub trait Reactions {
    /// Projection: somebody reacted to a message, by the event of that number.
    fn put_reaction(
        &mut self,
        message: MessageId,
        user: UserId,
        emoji: &str,
        seq: Seq,
    ) -> Stored<()>;
    /// Projection: somebody took a reaction back.
    fn end_reaction(&mut self, message: MessageId, user: UserId, emoji: &str) -> Stored<()>;
}
