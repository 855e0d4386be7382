//! Imported accounts come without a password. Whoever registers under the old username with the
//! code that the import printed sets one, once, and is themselves again.

use pail_protocol::UserId;
use pail_protocol::account::{LoggedIn, Register};

use super::accounts::{Door, check_password, log_in_as, logged_in};
use super::{AuthError, tokens};
use crate::chat::{ChatError, Wrong};
use crate::clock::Stamp;
use crate::store::tx::SecretHash;
use crate::store::{Store, Tx};

/// Whose account a code is for; none when it is another kind of code, or used up.
///
/// # Errors
/// Only the store's.
pub(super) fn claimed(
    tx: &mut dyn Tx,
    stamp: Stamp,
    code: &SecretHash,
) -> Result<Option<UserId>, AuthError> {
    Ok(tx.claim(code, stamp.now)?)
}

/// Sets the password of an imported account, and logs in. The account keeps its name and e-mail.
/// This registers nobody, and so it works wherever registration is closed.
///
/// # Errors
/// The code is another person's, or was used meanwhile; the password; too many at once.
pub(super) async fn claim(
    store: &Store,
    door: &Door,
    stamp: Stamp,
    user: UserId,
    code: SecretHash,
    body: Register,
) -> Result<LoggedIn, AuthError> {
    let username = body.username.trim().to_owned();
    store.read(move |tx| theirs(tx, user, &username)).await?;
    let mut wrong = Wrong::default();
    wrong.keep(check_password("password", &body.password))?;
    wrong.finish()?;
    let password_hash = door.hasher.hash(body.password).await?;
    let token = tokens::new_token();
    let token_hash = tokens::hash(&token);
    let login = store.write(move |tx| {
        if tx.claim(&code, stamp.now)? != Some(user) {
            return Err(ChatError::InviteInvalid.into());
        }
        tx.claim_account(&code, user, &password_hash)?;
        log_in_as(tx, stamp, user, token_hash, "")
    });
    Ok(logged_in(token, login.await?, stamp))
}

fn theirs(tx: &mut dyn Tx, user: UserId, username: &str) -> Result<(), AuthError> {
    let account = tx.user(user)?;
    let theirs = account.is_some_and(|account| account.username.eq_ignore_ascii_case(username));
    if theirs { Ok(()) } else { Err(ChatError::InviteInvalid.into()) }
}
