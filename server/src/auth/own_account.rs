//! What people do with their own account: change it, change its password, close it.

use pail_protocol::account::User;
use pail_protocol::event::{Actor, Event};
use pail_protocol::limits::PASSWORD_BYTES_MAX;
use pail_protocol::{LoginId, UserId};

use super::accounts::{Door, check_password, email, full_name};
use super::{AuthError, Caller, logins};
use crate::chat::{Blankable, ChatError, Wrong, deleted_username, departure};
use crate::clock::Stamp;
use crate::store::{Store, Tx};

/// What a closed account is called.
const DELETED_USER: &str = "Deleted user";

/// What somebody wants to change about themselves; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// The full name.
    pub name: Option<String>,
    /// The e-mail address; may be empty.
    pub email: Option<String>,
}

/// Changes the caller's name and address. Others learn of the name from the log.
///
/// # Errors
/// Fields.
pub async fn change(
    store: &Store,
    caller: &Caller,
    stamp: Stamp,
    wanted: Changes,
) -> Result<User, AuthError> {
    let user = caller.id();
    store.write(move |tx| changed(tx, stamp, user, &wanted)).await
}

fn changed(
    tx: &mut dyn Tx,
    stamp: Stamp,
    user: UserId,
    wanted: &Changes,
) -> Result<User, AuthError> {
    let before = tx.user(user)?.ok_or(AuthError::InvalidToken)?;
    let mut wrong = Wrong::default();
    let name = wanted.name.as_deref().unwrap_or(&before.name);
    let name = wrong.keep(full_name(name, Blankable::No))?;
    let email = wrong.keep(email(wanted.email.as_deref().unwrap_or(&before.email)))?;
    wrong.finish()?;
    tx.change_user(user, &name, &email)?;
    if name != before.name {
        let user = Actor { id: user, username: before.username.clone(), name: name.clone() };
        tx.append(stamp.now, Event::ProfileChanged { user })?;
    }
    Ok(User { name, email, ..before })
}

/// Gives the caller another password. All their other logins and tokens end.
///
/// # Errors
/// Wrong or too many wrong passwords; the new one cannot be one; too many at once.
pub async fn change_password(
    store: &Store,
    door: &Door,
    caller: &Caller,
    stamp: Stamp,
    old: String,
    new: String,
) -> Result<(), AuthError> {
    check_password("new_password", &new)?;
    let old_hash = confirm(store, door, caller, stamp, "old_password", old).await?;
    let new_hash = door.hasher.hash(new).await?;
    let (user, kept) = (caller.id(), caller.login);
    let command = move |tx: &mut dyn Tx| {
        still_so(tx, stamp, user, kept, &old_hash)?;
        tx.change_password(user, &new_hash)?;
        for login in tx.logins_of(user)? {
            if login.id != kept {
                logins::end(tx, stamp, login.id, user)?;
            }
        }
        Ok(())
    };
    store.write(command).await
}

/// Closes the caller's account for good: they leave everything, and are forgotten by name.
///
/// # Errors
/// Wrong or too many wrong passwords; the last admin of a bucket with other members; too many at
/// once.
pub async fn close(
    store: &Store,
    door: &Door,
    caller: &Caller,
    stamp: Stamp,
    password: String,
) -> Result<(), AuthError> {
    let hash = confirm(store, door, caller, stamp, "password", password).await?;
    let (user, login) = (caller.id(), caller.login);
    let command = move |tx: &mut dyn Tx| {
        still_so(tx, stamp, user, login, &hash)?;
        closed(tx, stamp, user)
    };
    store.write(command).await
}

/// The logins end first, so that nothing of what follows reaches the connections of somebody who
/// has left; the name changes while there is still somebody who shares a bucket and hears of it.
fn closed(tx: &mut dyn Tx, stamp: Stamp, user: UserId) -> Result<(), AuthError> {
    for login in tx.logins_of(user)? {
        logins::end(tx, stamp, login.id, user)?;
    }
    let (username, name) = (deleted_username(user), DELETED_USER.to_owned());
    let actor = Actor { id: user, username, name };
    tx.append(stamp.now, Event::ProfileChanged { user: actor.clone() })?;
    departure::depart(tx, stamp, user)?;
    Ok(tx.close_user(&actor, stamp.now)?)
}

/// The hash of the caller's password, when that is their password.
async fn confirm(
    store: &Store,
    door: &Door,
    caller: &Caller,
    stamp: Stamp,
    field: &str,
    password: String,
) -> Result<String, AuthError> {
    let (user, username) = (caller.id(), &caller.user.username);
    let wait = door.throttle.check(username, stamp.now);
    wait.map_err(|seconds| AuthError::Throttled { seconds })?;
    let hash = store.read(move |tx| tx.password_hash(user)).await.map_err(AuthError::Store)?;
    let hash = hash.ok_or(AuthError::InvalidToken)?;
    let possible = password.len() <= PASSWORD_BYTES_MAX;
    if possible && door.hasher.verify(password, Some(hash.clone())).await? {
        return Ok(hash);
    }
    door.throttle.failed(username, stamp.now);
    Err(ChatError::field(field, "Wrong password").into())
}

/// Whether token and password are still those that were presented: hashing takes a while.
fn still_so(
    tx: &mut dyn Tx,
    stamp: Stamp,
    user: UserId,
    login: LoginId,
    confirmed: &str,
) -> Result<(), AuthError> {
    let same = tx.password_hash(user)?.is_some_and(|hash| hash == confirmed);
    if same && tx.has_login(login, stamp.now)? { Ok(()) } else { Err(AuthError::InvalidToken) }
}
