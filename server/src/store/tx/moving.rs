//! What a transaction can do for exports and imports: people as a whole, the ids that things had
//! elsewhere, and the codes with which imported people come back.

use pail_protocol::Timestamp;
use pail_protocol::UserId;
use pail_protocol::export::Person;

use super::{SecretHash, Stored};

/// What has another id here than in the file it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Renamed {
    User,
    Bucket,
    Channel,
    Member,
    Message,
    Attachment,
}

/// Exports and imports.
pub trait Moving {
    /// Somebody with all that an export says of them.
    fn person(&mut self, id: UserId) -> Stored<Option<Person>>;
    /// Adds somebody without a password, under an id of this server. The username must be free.
    fn insert_person(&mut self, person: &Person) -> Stored<UserId>;

    /// Begins to remember which id became which.
    fn begin_renaming(&mut self) -> Stored<()>;
    /// Remembers an id.
    fn rename(&mut self, of: Renamed, old: i64, new: i64) -> Stored<()>;
    /// What became of an id.
    fn renamed(&mut self, of: Renamed, old: i64) -> Stored<Option<i64>>;
    /// Forgets all of them.
    fn end_renaming(&mut self) -> Stored<()>;

    /// Adds a code with which somebody sets their password, once.
    fn insert_claim(
        &mut self,
        code_hash: SecretHash,
        user: UserId,
        expires_at: Timestamp,
    ) -> Stored<()>;
    /// Whose password a code sets, if it has not been used and is valid at that moment.
    fn claim(&mut self, code_hash: &SecretHash, now: Timestamp) -> Stored<Option<UserId>>;
    /// Sets the password of an account and uses its code up.
    fn claim_account(
        &mut self,
        code_hash: &SecretHash,
        user: UserId,
        password_hash: &str,
    ) -> Stored<()>;
}
