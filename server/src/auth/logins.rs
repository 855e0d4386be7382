//! The logins of people: begin, list, end. A login is a token; one that was made for a bot or for
//! CI differs from one that stands for a device only in how it ends.

use pail_protocol::event::Event;
use pail_protocol::limits::{LABEL_CHARS_MAX, SCOPES_MAX, TOKEN_SECONDS_MAX, TOKENS_PER_USER_MAX};
use pail_protocol::token::{NewToken, Scope, Token};
use pail_protocol::{LoginId, Timestamp, UserId};

use super::{AuthError, Caller, Scopes, tokens};
use crate::chat::{Blankable, ChatError, Wrong, name, within};
use crate::clock::Stamp;
use crate::store::tx::{Login, NewLogin, Origin, SecretHash};
use crate::store::{Store, Tx};

/// How long a login lives, and a token for which nothing else is said, in seconds: 90 days.
pub const LOGIN_SECONDS: u32 = 90 * 24 * 3600;

/// What somebody asks of a token; `None` takes the default.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What it is to be called.
    pub label: String,
    /// Each as on the wire.
    pub scopes: Option<Vec<String>>,
    /// In seconds.
    pub expires_in: Option<i64>,
}

/// The checked parts of a token.
struct Terms {
    label: String,
    scopes: Scopes,
    expires_at: Timestamp,
}

/// Logs somebody in. Whoever has too many tokens loses the login they have not used for longest.
///
/// # Errors
/// Only the store's.
pub(super) fn begin(
    tx: &mut dyn Tx,
    stamp: Stamp,
    user: UserId,
    token_hash: SecretHash,
    device: &str,
) -> Result<LoginId, AuthError> {
    tx.delete_expired_logins(user, stamp.now)?;
    make_room(tx, stamp, user)?;
    let label: String = device.chars().take(LABEL_CHARS_MAX).collect();
    Ok(tx.insert_login(&NewLogin {
        user,
        token_hash,
        label: &label,
        origin: Origin::Password,
        scopes: Scopes::of_login().as_slice(),
        created_at: stamp.now,
        expires_at: stamp.now.plus_seconds(LOGIN_SECONDS.into()),
    })?)
}

/// Tokens that were made for something stay: whoever made them counts on them.
fn make_room(tx: &mut dyn Tx, stamp: Stamp, user: UserId) -> Result<(), AuthError> {
    let logins = tx.logins_of(user)?;
    if logins.len() < TOKENS_PER_USER_MAX {
        return Ok(());
    }
    let devices = logins.iter().filter(|login| login.origin == Origin::Password);
    let last_used = |login: &&Login| (login.last_used_at.unwrap_or(login.created_at), login.id);
    match devices.min_by_key(last_used) {
        Some(login) => end(tx, stamp, login.id, user),
        None => Ok(()),
    }
}

/// Makes a token that reaches no further than the presented one.
///
/// # Errors
/// [`AuthError::ScopeMissing`] when it would; fields; too many tokens.
pub async fn create(
    store: &Store,
    caller: &Caller,
    stamp: Stamp,
    wish: Wish,
) -> Result<NewToken, AuthError> {
    let terms = checked(&wish, &caller.scopes, stamp)?;
    let token = tokens::new_token();
    let (token_hash, user) = (tokens::hash(&token), caller.id());
    let Terms { label, scopes, expires_at } = terms;
    let (stored_label, stored_scopes) = (label.clone(), scopes.clone());
    let presented = caller.login;
    let insert = move |tx: &mut dyn Tx| {
        if !tx.has_login(presented, stamp.now)? {
            return Err(AuthError::InvalidToken);
        }
        tx.delete_expired_logins(user, stamp.now)?;
        if tx.logins_of(user)?.len() >= TOKENS_PER_USER_MAX {
            let sentence = format!("You have {TOKENS_PER_USER_MAX} tokens; revoke some first");
            return Err(AuthError::Chat(ChatError::field("non_field_errors", sentence)));
        }
        Ok(tx.insert_login(&NewLogin {
            user,
            token_hash,
            label: &stored_label,
            origin: Origin::Token,
            scopes: stored_scopes.as_slice(),
            created_at: stamp.now,
            expires_at,
        })?)
    };
    let id = store.write(insert).await?;
    let row = Token {
        id,
        label,
        scopes: scopes.as_slice().to_vec(),
        created_at: stamp.now,
        expires_at,
        last_used_at: None,
        current: false,
    };
    Ok(NewToken { token, row })
}

/// The terms of a token; what it may reach comes before how it is called.
fn checked(wish: &Wish, mine: &Scopes, stamp: Stamp) -> Result<Terms, AuthError> {
    let scopes = scopes(wish.scopes.as_deref());
    if let Ok(scopes) = &scopes
        && !mine.cover(scopes)
    {
        return Err(AuthError::ScopeMissing);
    }
    let mut wrong = Wrong::default();
    let label = wrong.keep(name("label", &wish.label, LABEL_CHARS_MAX, Blankable::No))?;
    let seconds =
        wrong.keep(within("expires_in", wish.expires_in, LOGIN_SECONDS, TOKEN_SECONDS_MAX))?;
    let scopes = wrong.keep(scopes)?;
    wrong.finish()?;
    let expires_at = stamp.now.plus_seconds(seconds.into());
    Ok(Terms { label, scopes, expires_at })
}

fn scopes(words: Option<&[String]>) -> Result<Scopes, ChatError> {
    let refuse = |sentence: String| Err(ChatError::field("scopes", sentence));
    let Some(words) = words else { return Ok(Scopes::new(vec![Scope::Read, Scope::Write])) };
    if words.len() > SCOPES_MAX {
        return refuse(format!("Ensure this field has no more than {SCOPES_MAX} elements"));
    }
    let mut scopes = Vec::with_capacity(words.len());
    for word in words {
        match word.parse() {
            Ok(scope) => scopes.push(scope),
            Err(_) => return refuse(format!("\"{word}\" is not a valid choice")),
        }
    }
    let scopes = Scopes::new(scopes);
    if scopes.allows_something() {
        return Ok(scopes);
    }
    refuse("At least one of `read`, `write` and `admin` is needed".to_owned())
}

/// The caller's tokens that still work, by id.
///
/// # Errors
/// Only the store's.
pub async fn list(store: &Store, caller: &Caller, stamp: Stamp) -> Result<Vec<Token>, AuthError> {
    let (user, current) = (caller.id(), caller.login);
    let logins = store.read(move |tx| tx.logins_of(user)).await.map_err(AuthError::Store)?;
    let working = logins.into_iter().filter(|login| stamp.now < login.expires_at);
    let row = |login: Login| Token {
        id: login.id,
        label: login.label,
        scopes: login.scopes,
        created_at: login.created_at,
        expires_at: login.expires_at,
        last_used_at: login.last_used_at,
        current: login.id == current,
    };
    Ok(working.map(row).collect())
}

/// Ends one of the caller's logins. Its connections learn of it from the log.
///
/// # Errors
/// It is not one of the caller's.
pub async fn revoke(
    store: &Store,
    caller: &Caller,
    stamp: Stamp,
    id: LoginId,
) -> Result<(), AuthError> {
    let user = caller.id();
    let command = move |tx: &mut dyn Tx| {
        if tx.logins_of(user)?.iter().any(|login| login.id == id) {
            return end(tx, stamp, id, user);
        }
        Err(AuthError::Chat(ChatError::Missing("Token")))
    };
    store.write(command).await
}

/// Ends a login, if it has not ended.
///
/// # Errors
/// Only the store's.
pub(super) fn end(
    tx: &mut dyn Tx,
    stamp: Stamp,
    login: LoginId,
    user: UserId,
) -> Result<(), AuthError> {
    if tx.delete_login(login)? {
        tx.append(stamp.now, Event::LoginEnded { login, user })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{self, last_used};
    use crate::store::tx::NewUser;
    use crate::store::{Location, StoreError};

    const NOW: Stamp = Stamp { now: Timestamp::EPOCH };

    fn later(seconds: u32) -> Stamp {
        Stamp { now: NOW.now.plus_seconds(seconds.into()) }
    }

    /// A store with one user, who has logged in with the token `t`.
    async fn store() -> Store {
        let store = Store::open(&Location::Memory).expect("a store in memory");
        let begun: Result<LoginId, AuthError> = store
            .write(|tx| {
                let user = tx.insert_user(&NewUser {
                    username: "jane",
                    name: "Jane",
                    email: "",
                    password_hash: "",
                    created_at: NOW.now,
                })?;
                begin(tx, NOW, user, tokens::hash("t"), &"x".repeat(100))
            })
            .await;
        begun.expect("a login");
        store
    }

    #[tokio::test]
    async fn a_login_works_for_90_days_and_no_longer() {
        let (store, (used, _scribe)) = (store().await, last_used());
        let caller = async |stamp| auth::caller(&store, &used, "t", stamp).await;
        let jane = caller(later(90 * 24 * 3600 - 1)).await.expect("the last second");
        assert_eq!(list(&store, &jane, NOW).await.expect("a list").len(), 1);
        let end = later(90 * 24 * 3600);
        assert!(matches!(caller(end).await, Err(AuthError::InvalidToken)));
        assert_eq!(list(&store, &jane, end).await.expect("a list").len(), 0);
    }

    #[tokio::test]
    async fn uses_are_noted_once_a_minute() {
        let (store, mut noted) = (store().await, Vec::new());
        for second in [10, 11, 69, 70, 129, 131] {
            let (used, scribe) = last_used();
            auth::caller(&store, &used, "t", later(second)).await.expect("a caller");
            drop(used);
            scribe.run(store.clone(), Default::default()).await;
            let login: Result<_, StoreError> = store.read(|tx| tx.login(&tokens::hash("t"))).await;
            noted.push(login.expect("a read").expect("a login").last_used_at);
        }
        let seconds = noted.into_iter().flatten().map(|at| at.as_millis() / 1000);
        assert_eq!(seconds.collect::<Vec<_>>(), [10, 10, 10, 70, 70, 131]);
    }

    #[tokio::test]
    async fn the_login_that_was_not_used_for_longest_makes_room() {
        let store = store().await;
        let jane = UserId(1);
        let left: Result<Vec<i64>, AuthError> = store
            .write(move |tx| {
                for number in 2..=200_u32 {
                    let hash = tokens::hash(&number.to_string());
                    begin(tx, later(number), jane, hash, "")?;
                }
                tx.touch_login(LoginId(1), later(1000).now, 0)?;
                begin(tx, later(1001), jane, tokens::hash("new"), "")?;
                Ok(tx.logins_of(jane)?.iter().map(|login| login.id.0).collect())
            })
            .await;
        let expected: Vec<i64> = (1..=201).filter(|id| *id != 2).collect();
        assert_eq!(left.expect("kept"), expected);
    }
}
