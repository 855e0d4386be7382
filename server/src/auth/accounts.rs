//! Register, log in, log out.

use pail_protocol::account::{LogIn, LoggedIn, Register, User};
use pail_protocol::error::{BLANK, FieldErrors};
use pail_protocol::event::Event;
use pail_protocol::limits::{
    EMAIL_CHARS_MAX, PASSWORD_BYTES_MAX, PASSWORD_BYTES_MIN, USER_NAME_CHARS_MAX,
    USERNAME_CHARS_MAX,
};
use pail_protocol::{LoginId, UserId};

use super::{AuthError, Caller, Hasher, Throttle, tokens};
use crate::chat::{self, Blankable, ChatError, invites};
use crate::clock::Stamp;
use crate::store::tx::{NewLogin, NewUser, SecretHash};
use crate::store::{Store, Tx};

/// How long a login lives, in seconds: 90 days.
const LOGIN_SECONDS: i64 = 90 * 24 * 3600;
/// Longest name of a device, in characters.
const DEVICE_CHARS_MAX: usize = 64;

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
    let mut wrong = FieldErrors::new();
    let mut keep = |result: Result<String, ChatError>| match result {
        Ok(text) => text,
        Err(ChatError::Invalid(errors)) => {
            wrong.extend(errors);
            String::new()
        }
        Err(other) => unexpected(&other),
    };
    let username = keep(username(&body.username));
    let name = body.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name = name.unwrap_or(&username);
    let name = keep(chat::name("name", name, USER_NAME_CHARS_MAX, Blankable::Yes));
    let email = body.email.as_deref().unwrap_or_default();
    let email = keep(chat::name("email", email, EMAIL_CHARS_MAX, Blankable::Yes));
    if let Some(sentence) = wrong_password(&body.password) {
        wrong.insert("password".to_owned(), sentence);
    }
    if wrong.is_empty() {
        Ok(Account { username, name, email })
    } else {
        Err(AuthError::Invalid(wrong))
    }
}

/// Checks of names have no other refusal than a wrong field.
fn unexpected(error: &ChatError) -> String {
    tracing::error!(%error, "a name check refused for another reason than the name");
    String::new()
}

fn username(text: &str) -> Result<String, ChatError> {
    let name = chat::name("username", text, USERNAME_CHARS_MAX, Blankable::No)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.chars().all(fits) {
        return Ok(name);
    }
    let sentence = "A username has only ASCII letters, digits, `_`, `-` and `.`";
    Err(ChatError::field("username", sentence))
}

fn wrong_password(password: &str) -> Option<String> {
    match password.len() {
        0 => Some(BLANK.to_owned()),
        len if len < PASSWORD_BYTES_MIN => {
            Some(format!("Ensure this field has at least {PASSWORD_BYTES_MIN} characters"))
        }
        len if len > PASSWORD_BYTES_MAX => {
            Some(format!("Ensure this field has no more than {PASSWORD_BYTES_MAX} characters"))
        }
        _ => None,
    }
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
    let fits = door.hasher.verify(password, hash).await?;
    let Some(user) = user.filter(|_: &User| fits) else {
        door.throttle.failed(&username, stamp.now);
        return Err(AuthError::WrongPassword);
    };
    let device: String = device.unwrap_or_default().chars().take(DEVICE_CHARS_MAX).collect();
    let token = tokens::new_token();
    let token_hash = tokens::hash(&token);
    let login = store.write(move |tx| log_in_as(tx, stamp, user.id, token_hash, &device));
    Ok(logged_in(token, login.await?, stamp))
}

fn log_in_as(
    tx: &mut dyn Tx,
    stamp: Stamp,
    user: UserId,
    token_hash: SecretHash,
    device: &str,
) -> Result<User, AuthError> {
    tx.insert_login(&NewLogin {
        user,
        token_hash,
        device,
        created_at: stamp.now,
        expires_at: stamp.now.plus_seconds(LOGIN_SECONDS),
    })?;
    tx.user(user)?.ok_or(AuthError::InvalidToken)
}

fn logged_in(token: String, user: User, stamp: Stamp) -> LoggedIn {
    LoggedIn { token, user, expires_at: stamp.now.plus_seconds(LOGIN_SECONDS) }
}

/// Ends a login. Its connections learn of it from the log.
///
/// # Errors
/// Only the store's.
pub async fn log_out(store: &Store, caller: &Caller, stamp: Stamp) -> Result<(), AuthError> {
    let (login, user) = (caller.login, caller.id());
    store.write(move |tx| end_login(tx, stamp, login, user)).await
}

fn end_login(tx: &mut dyn Tx, stamp: Stamp, login: LoginId, user: UserId) -> Result<(), AuthError> {
    if tx.delete_login(login)? {
        tx.append(stamp.now, Event::LoginEnded { login, user })?;
    }
    Ok(())
}
