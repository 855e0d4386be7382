//! The only reader of time and randomness. Rules get both as a [`Stamp`]; they never ask.

use std::time::{SystemTime, UNIX_EPOCH};

use pail_protocol::Timestamp;

/// What a command may know of the world beside the store: when it was given.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    /// The moment the command was accepted.
    pub now: Timestamp,
}

impl Stamp {
    /// The present, by the wall clock. A clock before 1970 reads as 1970.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Self { now: Timestamp::from_millis(millis) }
    }
}

/// Bytes nobody can guess, from the operating system.
///
/// # Panics
/// When the operating system has no randomness: no token could be safe then.
#[expect(clippy::disallowed_methods, reason = "the one place that reads randomness")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
