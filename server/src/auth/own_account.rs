//! What people do with their own account: change it, change its password, close it.

use pail_protocol::account::{Profile, Status, User};
use pail_protocol::event::{Actor, Event};
use pail_protocol::limits::{PASSWORD_BYTES_MAX, STATUS_CHARS_MAX, STATUS_SECONDS_MAX};
use pail_protocol::{LoginId, Timestamp, UserId};

use super::accounts::{Door, check_password, email, full_name};
use super::{AuthError, Caller, logins};
use crate::chat::{self, Blankable, ChatError, Ruled, Wrong, deleted_username, departure, within};
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
    /// What they say of themselves; empty takes it back.
    pub status: Option<String>,
    /// How many seconds that holds; for good when it is not said.
    pub status_expires_in: Option<i64>,
}

/// Changes the caller's name, address and status. Others learn of name and status from the log.
///
/// # Errors
/// Fields.
pub async fn change(
    store: &Store,
    caller: &Caller,
    stamp: Stamp,
    wanted: Changes,
) -> Result<Profile, AuthError> {
    let user = caller.id();
    store.write(move |tx| changed(tx, stamp, user, &wanted)).await
}

fn changed(
    tx: &mut dyn Tx,
    stamp: Stamp,
    user: UserId,
    wanted: &Changes,
) -> Result<Profile, AuthError> {
    let profile = tx.profile(user)?.ok_or(AuthError::InvalidToken)?;
    let before = &profile.user;
    let mut wrong = Wrong::default();
    let name = wanted.name.as_deref().unwrap_or(&before.name);
    let name = wrong.keep(full_name(name, Blankable::No))?;
    let email = wrong.keep(email(wanted.email.as_deref().unwrap_or(&before.email)))?;
    let held = profile.status.clone().filter(|status| status.holds(stamp.now));
    let status = wrong.keep(status(stamp.now, wanted, held))?;
    wrong.finish()?;
    tx.change_user(user, &name, &email)?;
    if name != before.name || status != profile.status {
        let username = before.username.clone();
        let actor = Actor { id: user, username, name: name.clone() };
        let told = Event::ProfileChanged { user: actor, status: status.clone() };
        let pos = tx.append(stamp.now, told)?.pos;
        tx.put_status(user, status.as_ref(), pos)?;
    }
    Ok(Profile { user: User { name, email, ..profile.user }, status, ..profile })
}

/// What somebody says of themselves from now on.
fn status(now: Timestamp, wanted: &Changes, held: Option<Status>) -> Ruled<Option<Status>> {
    const SECONDS: &str = "status_expires_in";
    let text = match &wanted.status {
        Some(text) => chat::name("status", text, STATUS_CHARS_MAX, Blankable::Yes)?,
        None if wanted.status_expires_in.is_some() => {
            return Err(ChatError::field(SECONDS, "This goes with a status"));
        }
        None => return Ok(held),
    };
    let seconds = within(SECONDS, wanted.status_expires_in, 0, STATUS_SECONDS_MAX)?;
    let until = (seconds > 0).then(|| now.plus_seconds(seconds.into()));
    Ok((!text.is_empty()).then_some(Status { text, until }))
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
    let told = Event::ProfileChanged { user: actor.clone(), status: None };
    let pos = tx.append(stamp.now, told)?.pos;
    tx.put_status(user, None, pos)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Location;
    use crate::store::tx::NewUser;

    const NOW: Stamp = Stamp { now: Timestamp::EPOCH };

    fn says(text: &str, seconds: i64) -> Changes {
        let status = Some(text.to_owned());
        Changes { status, status_expires_in: Some(seconds), ..Changes::default() }
    }

    #[tokio::test]
    async fn the_log_has_only_the_present_status_and_one_that_has_ended_is_not_said_again() {
        let store = Store::open(&Location::Memory).expect("a store in memory");
        let told: Result<_, AuthError> = store
            .write(|tx| {
                let user = tx.insert_user(&NewUser {
                    username: "jane",
                    name: "Jane",
                    email: "",
                    password_hash: "",
                    created_at: NOW.now,
                })?;
                changed(tx, NOW, user, &says("on the train", 60))?;
                let held = changed(tx, NOW, user, &says("at home", 60))?.status;
                let later = Stamp { now: NOW.now.plus_seconds(60) };
                let name = Changes { name: Some("Jo".to_owned()), ..Changes::default() };
                let ended = changed(tx, later, user, &name)?.status;
                let said = tx.events_after(0, 10)?.into_iter().map(|recorded| recorded.event);
                Ok((held, ended, said.collect::<Vec<_>>()))
            })
            .await;
        let (held, ended, said) = told.expect("changes");
        assert_eq!(held.map(|status| status.text).as_deref(), Some("at home"));
        assert_eq!(ended, None);
        assert_eq!(said.len(), 3);
        let is_forgotten =
            |event: &Event| matches!(event, Event::ProfileChanged { status: None, .. });
        assert!(said.iter().all(is_forgotten), "{said:?}");
    }
}
