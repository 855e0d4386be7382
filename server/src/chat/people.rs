//! People, as others find them.

use pail_protocol::UserId;
use pail_protocol::account::Profile;
use pail_protocol::limits::USER_SEARCH_MAX;

use super::{ChatError, Ruled};
use crate::store::Tx;

/// People who share a bucket with the caller and whose name or username contains the text, by id.
///
/// # Errors
/// Only the store's.
pub fn find(tx: &mut dyn Tx, by: UserId, text: &str) -> Ruled<Vec<Profile>> {
    Ok(tx.people(by, text, USER_SEARCH_MAX)?)
}

/// The caller, or somebody who shares a bucket or a direct message with them.
///
/// # Errors
/// Anybody else is missing.
pub fn profile(tx: &mut dyn Tx, by: UserId, id: UserId) -> Ruled<Profile> {
    let profile = tx.profile(id)?.ok_or(ChatError::Missing("User"))?;
    let known = by == id || tx.share_a_bucket(by, id)? || tx.direct_between(by, id)?.is_some();
    if known { Ok(profile) } else { Err(ChatError::Missing("User")) }
}
