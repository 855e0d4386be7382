//! What an edge needs to serve a request: the caller, commands, queries. Knows neither HTTP nor
//! sockets.

use std::sync::Arc;

use pail_protocol::account::{ChangePassword, DeleteMe, LogIn, LoggedIn, Profile, Register};
use pail_protocol::error::ErrorCode;
use pail_protocol::token::{NewToken, Token};
use pail_protocol::{LoginId, UserId};

use crate::attachments::{AttachmentError, Attachments};
use crate::auth::accounts::{self, Door, Registration};
use crate::auth::logins::{self, Wish};
use crate::auth::{self, AuthError, Caller, LastUsed, own_account};
use crate::chat::{ChatError, Ruled};
use crate::clock::Stamp;
use crate::presence::Presence;
use crate::store::{Receipt, Store, Tx};

/// A refusal by the door or by the rules.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// By the door.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// By the rules.
    #[error(transparent)]
    Chat(#[from] ChatError),
    /// By the place where attachments are kept.
    #[error(transparent)]
    Attachment(AttachmentError),
}

impl From<AttachmentError> for Refusal {
    fn from(error: AttachmentError) -> Self {
        match error {
            AttachmentError::Chat(refused) => Self::Chat(refused),
            other => Self::Attachment(other),
        }
    }
}

impl Refusal {
    /// What programs act on.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Auth(error) => error.code(),
            Self::Chat(error) => error.code(),
            Self::Attachment(error) => error.code(),
        }
    }
}

/// The handle of every request. Clones are cheap.
#[derive(Clone)]
pub struct Ctx {
    store: Store,
    door: Arc<Door>,
    presence: Presence,
    last_used: LastUsed,
    attachments: Attachments,
    acting: Option<LoginId>,
}

impl Ctx {
    /// A handle on a store, its door, who is there, and where attachments are.
    #[must_use]
    pub fn new(
        store: Store,
        door: Door,
        presence: Presence,
        last_used: LastUsed,
        attachments: Attachments,
    ) -> Self {
        Self { store, door: Arc::new(door), presence, last_used, attachments, acting: None }
    }

    /// A handle whose commands are a caller's: they are refused once the caller's token has been
    /// revoked, however long ago it was looked up.
    #[must_use]
    pub fn acting_for(&self, caller: &Caller) -> Self {
        Self { acting: Some(caller.login), ..self.clone() }
    }

    /// Files, up and down.
    #[must_use]
    pub fn attachments(&self) -> &Attachments {
        &self.attachments
    }

    /// Whether somebody is connected.
    #[must_use]
    pub fn is_online(&self, user: UserId) -> bool {
        self.presence.is_online(user)
    }

    /// The database's identity.
    #[must_use]
    pub fn epoch(&self) -> &str {
        self.store.epoch()
    }

    /// How the first bucket will be called.
    #[must_use]
    pub fn team_name(&self) -> &str {
        &self.door.team_name
    }

    /// Who may register.
    #[must_use]
    pub fn registration(&self) -> Registration {
        self.door.registration
    }

    /// Whom a token stands for.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`]
    pub async fn caller(&self, token: &str) -> Result<Caller, AuthError> {
        auth::caller(&self.store, &self.last_used, token, Stamp::now()).await
    }

    /// Whether a caller's token has neither been revoked nor expired since it was looked up.
    ///
    /// # Errors
    /// Only the store's.
    pub async fn is_logged_in(&self, caller: &Caller) -> Result<bool, AuthError> {
        let (login, now) = (caller.login, Stamp::now().now);
        self.store.read(move |tx| tx.has_login(login, now)).await.map_err(AuthError::Store)
    }

    /// Runs a command, stamped with the present. `Ok` is durable.
    ///
    /// # Errors
    /// The command's refusal, or the store's.
    pub async fn command<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut dyn Tx, Stamp) -> Ruled<T> + Send + 'static,
    ) -> Ruled<T> {
        self.submit(command).await.outcome().await
    }

    /// Queues a command behind all that were submitted before.
    pub async fn submit<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut dyn Tx, Stamp) -> Ruled<T> + Send + 'static,
    ) -> Receipt<T, ChatError> {
        let (stamp, acting) = (Stamp::now(), self.acting);
        let checked = move |tx: &mut dyn Tx| match acting {
            Some(login) if !tx.has_login(login, stamp.now)? => Err(ChatError::LoginEnded),
            _ => command(tx, stamp),
        };
        self.store.submit(checked).await
    }

    /// Runs a query.
    ///
    /// # Errors
    /// The query's refusal, or the store's.
    pub async fn query<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut dyn Tx) -> Ruled<T> + Send + 'static,
    ) -> Ruled<T> {
        self.store.read(query).await
    }

    /// See [`accounts::register`].
    ///
    /// # Errors
    /// Its own.
    pub async fn register(&self, body: Register) -> Result<LoggedIn, AuthError> {
        accounts::register(&self.store, &self.door, Stamp::now(), body).await
    }

    /// See [`accounts::log_in`].
    ///
    /// # Errors
    /// Its own.
    pub async fn log_in(&self, body: LogIn) -> Result<LoggedIn, AuthError> {
        accounts::log_in(&self.store, &self.door, Stamp::now(), body).await
    }

    /// See [`accounts::log_out`].
    ///
    /// # Errors
    /// Its own.
    pub async fn log_out(&self, caller: &Caller) -> Result<(), AuthError> {
        accounts::log_out(&self.store, caller, Stamp::now()).await
    }

    /// See [`logins::list`].
    ///
    /// # Errors
    /// Its own.
    pub async fn tokens(&self, caller: &Caller) -> Result<Vec<Token>, AuthError> {
        logins::list(&self.store, caller, Stamp::now()).await
    }

    /// See [`logins::create`].
    ///
    /// # Errors
    /// Its own.
    pub async fn create_token(&self, caller: &Caller, wish: Wish) -> Result<NewToken, AuthError> {
        logins::create(&self.store, caller, Stamp::now(), wish).await
    }

    /// See [`logins::revoke`].
    ///
    /// # Errors
    /// Its own.
    pub async fn revoke_token(&self, caller: &Caller, id: LoginId) -> Result<(), AuthError> {
        logins::revoke(&self.store, caller, Stamp::now(), id).await
    }

    /// See [`own_account::change`].
    ///
    /// # Errors
    /// Its own.
    pub async fn change_me(
        &self,
        caller: &Caller,
        wanted: own_account::Changes,
    ) -> Result<Profile, AuthError> {
        own_account::change(&self.store, caller, Stamp::now(), wanted).await
    }

    /// See [`own_account::change_password`].
    ///
    /// # Errors
    /// Its own.
    pub async fn change_password(
        &self,
        caller: &Caller,
        body: ChangePassword,
    ) -> Result<(), AuthError> {
        let ChangePassword { old_password: old, new_password: new } = body;
        let (store, door) = (&self.store, &self.door);
        own_account::change_password(store, door, caller, Stamp::now(), old, new).await
    }

    /// See [`own_account::close`].
    ///
    /// # Errors
    /// Its own.
    pub async fn close_account(&self, caller: &Caller, body: DeleteMe) -> Result<(), AuthError> {
        own_account::close(&self.store, &self.door, caller, Stamp::now(), body.password).await
    }
}
