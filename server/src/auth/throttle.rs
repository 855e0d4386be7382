//! A brake on guessing passwords: failures per account, in memory.
//!
//! It counts only failures and only slows down logging in: whoever is logged in stays so, and
//! nobody is locked out for longer than it takes one try to come back. It does not look at
//! addresses, which a proxy hides.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use pail_protocol::Timestamp;

/// Wrong passwords in a row before the brake.
const FAILURES_MAX: i64 = 10;
/// Then one more try comes back every so many milliseconds: five a minute, 7,200 a day.
const TRY_EVERY_MS: i64 = 12_000;
/// Accounts remembered. When there are more, those that are whole again are forgotten, then all.
const ACCOUNTS_MAX: usize = 10_000;

/// The failures of each account. Clones share them.
#[derive(Clone, Default)]
pub struct Throttle {
    /// When the account will be whole again, in milliseconds since 1970.
    whole_at: Arc<Mutex<HashMap<String, i64>>>,
}

impl Throttle {
    /// Whether somebody may try that name now; if not, in how many seconds.
    ///
    /// # Errors
    /// The seconds.
    pub fn check(&self, username: &str, now: Timestamp) -> Result<(), u32> {
        let whole_at = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        let owed = whole_at.get(&key(username)).map_or(0, |at| at - now.as_millis());
        let wait_ms = owed - (FAILURES_MAX - 1) * TRY_EVERY_MS;
        match u32::try_from(wait_ms) {
            Ok(wait_ms @ 1..) => Err(wait_ms.div_ceil(1000)),
            _ => Ok(()),
        }
    }

    /// Counts a wrong password.
    pub fn failed(&self, username: &str, now: Timestamp) {
        let mut whole_at = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        if whole_at.len() >= ACCOUNTS_MAX {
            whole_at.retain(|_, at| *at > now.as_millis());
        }
        if whole_at.len() >= ACCOUNTS_MAX {
            whole_at.clear();
        }
        let at = whole_at.entry(key(username)).or_default();
        *at = (*at).max(now.as_millis()) + TRY_EVERY_MS;
    }
}

/// Names are unique without regard to ASCII case, and so are their failures.
fn key(username: &str) -> String {
    username.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::EPOCH;

    #[test]
    fn guessing_is_slowed_to_a_few_tries_a_minute() {
        let throttle = Throttle::default();
        let mut tries = 0;
        for second in 0..600 {
            let now = NOW.plus_seconds(second);
            while throttle.check("ann", now).is_ok() {
                throttle.failed("Ann", now);
                tries += 1;
            }
        }
        assert_eq!(tries, FAILURES_MAX + 600 / (TRY_EVERY_MS / 1000) - 1);
    }

    #[test]
    fn others_are_not_slowed_and_time_heals() {
        let throttle = Throttle::default();
        (0..FAILURES_MAX).for_each(|_| throttle.failed("ann", NOW));
        assert_eq!(throttle.check("ann", NOW), Err(12));
        assert_eq!(throttle.check("bob", NOW), Ok(()));
        assert_eq!(throttle.check("ann", NOW.plus_seconds(12)), Ok(()));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let throttle = Throttle::default();
        (0..ACCOUNTS_MAX * 2).for_each(|number| throttle.failed(&number.to_string(), NOW));
        assert!(throttle.whole_at.lock().expect("no panic").len() <= ACCOUNTS_MAX);
    }
}
