//! Register, log in, log out.

use pail_protocol::UserId;
use pail_protocol::account::{LogIn, LoggedIn, Register, User};
use pail_protocol::error::BLANK;
use pail_protocol::limits::{
    EMAIL_CHARS_MAX, PASSWORD_BYTES_MAX, PASSWORD_BYTES_MIN, USER_NAME_CHARS_MAX,
    USERNAME_CHARS_MAX,
};

use super::{AuthError, Caller, Hasher, Throttle, claims, logins, tokens};
use crate::chat::{self, BOT_USERNAME_PREFIX, Blankable, ChatError, Wrong, invites, is_of_a_bot};
use crate::clock::Stamp;
use crate::store::tx::{NewUser, SecretHash};
use crate::store::{Store, Tx};

/// Who may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Registration {
    /// Everybody.
    Open,
    /// Who has an invite.
    #[default]
    Invite,
    /// Nobody.
    Closed,
}

/// What registering depends on.
#[derive(Clone)]
pub struct Door {
    /// Who may register.
    pub registration: Registration,
    /// How the first bucket will be called.
    pub team_name: String,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// Slows down guessing them.
    pub throttle: Throttle,
}

/// Makes an account and logs it in; an invite is accepted along with it.
///
/// # Errors
/// Registration is closed; the invite is not valid; fields; too many at once.
pub async fn register(
    store: &Store,
    door: &Door,
    stamp: Stamp,
    body: Register,
) -> Result<LoggedIn, AuthError> {
    let invite = body.invite.as_deref().filter(|code| !code.is_empty()).map(tokens::hash);
    if let Some(code) = invite
        && let Some(user) = store.read(move |tx| claims::claimed(tx, stamp, &code)).await?
    {
        return claims::claim(store, door, stamp, user, code, body).await;
    }
    may_register(door.registration, invite.is_some())?;
    if let Some(code) = invite {
        // Asked again below, where it counts; here it spares the hashing.
        store.read(move |tx| invites::valid(tx, stamp, &code).map(|_| ())).await?;
    }
    let account = checked(&body)?;
    let password_hash = door.hasher.hash(body.password).await?;
    let token = tokens::new_token();
    let team_name = door.team_name.clone();
    let token_hash = tokens::hash(&token);
    let login = store.write(move |tx| {
        let user = insert(tx, stamp, &account, &password_hash)?;
        if let Some(code) = invite {
            invites::accept(tx, user, stamp, &code, &team_name)?;
        }
        log_in_as(tx, stamp, user, token_hash, "")
    });
    Ok(logged_in(token, login.await?, stamp))
}

fn may_register(registration: Registration, invited: bool) -> Result<(), AuthError> {
    match (registration, invited) {
        (Registration::Open, _) | (Registration::Invite, true) => Ok(()),
        (Registration::Invite, false) => Err(AuthError::RegistrationClosed { invite_helps: true }),
        (Registration::Closed, _) => Err(AuthError::RegistrationClosed { invite_helps: false }),
    }
}

/// The checked parts of a registration, without the password.
struct Account {
    username: String,
    name: String,
    email: String,
}

fn checked(body: &Register) -> Result<Account, AuthError> {
    let mut wrong = Wrong::default();
    let username = wrong.keep(username(&body.username))?;
    let name = body.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name = wrong.keep(full_name(name.unwrap_or(&username), Blankable::Yes))?;
    let email = wrong.keep(email(body.email.as_deref().unwrap_or_default()))?;
    wrong.keep(check_password("password", &body.password))?;
    wrong.finish()?;
    Ok(Account { username, name, email })
}

pub(super) fn full_name(text: &str, blankable: Blankable) -> Result<String, ChatError> {
    chat::name("name", text, USER_NAME_CHARS_MAX, blankable)
}

pub(super) fn email(text: &str) -> Result<String, ChatError> {
    chat::name("email", text, EMAIL_CHARS_MAX, Blankable::Yes)
}

fn username(text: &str) -> Result<String, ChatError> {
    let name = chat::name("username", text, USERNAME_CHARS_MAX, Blankable::No)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if is_of_a_bot(&name) {
        let sentence = format!("Names that begin with `{BOT_USERNAME_PREFIX}` are for webhooks");
        return Err(ChatError::field("username", sentence));
    }
    if name.chars().all(fits) {
        return Ok(name);
    }
    let sentence = "A username has only ASCII letters, digits, `_`, `-` and `.`";
    Err(ChatError::field("username", sentence))
}

pub(super) fn check_password(field: &str, password: &str) -> Result<(), ChatError> {
    let sentence = match password.len() {
        0 => BLANK.to_owned(),
        len if len < PASSWORD_BYTES_MIN => {
            format!("Ensure this field has at least {PASSWORD_BYTES_MIN} characters")
        }
        len if len > PASSWORD_BYTES_MAX => {
            format!("Ensure this field has no more than {PASSWORD_BYTES_MAX} characters")
        }
        _ => return Ok(()),
    };
    Err(ChatError::field(field, sentence))
}

fn insert(
    tx: &mut dyn Tx,
    stamp: Stamp,
    account: &Account,
    password_hash: &str,
) -> Result<UserId, AuthError> {
    if tx.user_by_name(&account.username)?.is_some() {
        let sentence = "A user with that username already exists";
        return Err(ChatError::field("username", sentence).into());
    }
    Ok(tx.insert_user(&NewUser {
        username: &account.username,
        name: &account.name,
        email: &account.email,
        password_hash,
        created_at: stamp.now,
    })?)
}

/// Checks a password and makes a login. A wrong name and a wrong password look and take the same.
///
/// # Errors
/// [`AuthError::WrongPassword`]; too many wrong ones before; too many at once.
pub async fn log_in(
    store: &Store,
    door: &Door,
    stamp: Stamp,
    body: LogIn,
) -> Result<LoggedIn, AuthError> {
    if body.password.len() > PASSWORD_BYTES_MAX {
        return Err(AuthError::WrongPassword);
    }
    let LogIn { username, password, device } = body;
    let wait = door.throttle.check(&username, stamp.now);
    wait.map_err(|seconds| AuthError::Throttled { seconds })?;
    let wanted = username.clone();
    let found = store.read(move |tx| tx.user_by_name(&wanted)).await.map_err(AuthError::Store)?;
    let (user, hash) = found.unzip();
    // An imported account has none until it is claimed, and that takes as long to find out.
    let set = hash.clone().filter(|hash| !hash.is_empty());
    let fits = door.hasher.verify(password, set).await?;
    let Some(user) = user.filter(|_: &User| fits) else {
        door.throttle.failed(&username, stamp.now);
        return Err(AuthError::WrongPassword);
    };
    let device = device.unwrap_or_default();
    let token = tokens::new_token();
    let token_hash = tokens::hash(&token);
    let command = move |tx: &mut dyn Tx| {
        // Hashing takes a while, in which the password may have been changed.
        if tx.password_hash(user.id)? != hash {
            return Err(AuthError::WrongPassword);
        }
        log_in_as(tx, stamp, user.id, token_hash, &device)
    };
    Ok(logged_in(token, store.write(command).await?, stamp))
}

pub(super) fn log_in_as(
    tx: &mut dyn Tx,
    stamp: Stamp,
    user: UserId,
    token_hash: SecretHash,
    device: &str,
) -> Result<User, AuthError> {
    logins::begin(tx, stamp, user, token_hash, device)?;
    tx.user(user)?.ok_or(AuthError::InvalidToken)
}

pub(super) fn logged_in(token: String, user: User, stamp: Stamp) -> LoggedIn {
    LoggedIn { token, user, expires_at: stamp.now.plus_seconds(logins::LOGIN_SECONDS.into()) }
}

/// Ends a login. Its connections learn of it from the log.
///
/// # Errors
/// Only the store's.
pub async fn log_out(store: &Store, caller: &Caller, stamp: Stamp) -> Result<(), AuthError> {
    let (login, user) = (caller.login, caller.id());
    store.write(move |tx| logins::end(tx, stamp, login, user)).await
}
