//! What a transaction can do with reactions. Messages are answered with theirs.

use pail_protocol::{MessageId, Seq, UserId};

use super::Stored;

/// Reactions.
pub trait Reactions {
    /// Whether somebody has reacted to a message in that way.
    fn has_reacted(&mut self, message: MessageId, user: UserId, emoji: &str) -> Stored<bool>;
    /// How many people have reacted to a message in that way.
    fn reaction_count(&mut self, message: MessageId, emoji: &str) -> Stored<u64>;
    /// How many different emoji a message has.
    fn emoji_count(&mut self, message: MessageId) -> Stored<usize>;

    /// Projection: somebody reacted to a message, by the event of that number. Once more in the same
    /// way changes nothing, as when the log has forgotten in which ways.
    fn put_reaction(
        &mut self,
        message: MessageId,
        user: UserId,
        emoji: &str,
        seq: Seq,
    ) -> Stored<()>;
    /// Projection: somebody took a reaction back, by the event of that number.
    fn end_reaction(
        &mut self,
        message: MessageId,
        user: UserId,
        emoji: &str,
        seq: Seq,
    ) -> Stored<()>;
}
