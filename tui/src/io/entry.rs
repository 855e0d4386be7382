//! The ways into a server: a saved login, an invite, a password, a server of one's own, the demo.

use std::sync::Arc;

use anyhow::{Context, ensure};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use pail_protocol::account::{LogIn, LoggedIn, Register, User};
use pail_protocol::bucket::{BucketSummary, Role};
use pail_protocol::error::ErrorCode;
use pail_protocol::limits::USERNAME_CHARS_MAX;
use tokio::sync::{Mutex, mpsc};

use super::accounts::{Account, Accounts};
use super::address::{JoinLink, ServerAddress};
use super::keyring::Trouble;
use super::randomness;
use super::rest::{Rest, RestError};
use super::secrets::Secrets;
use super::{Outside, calls};
use crate::demo;
use crate::embed::{self, Hosted, Hosting};
use crate::state::Entry;
use crate::state::accounts::OPEN_ACCOUNTS_MAX;
use crate::state::effect::Secret;

/// Bytes of randomness in a generated password.
const PASSWORD_BYTES: usize = 24;
/// Usernames that are tried before giving up on a name.
const USERNAME_TRIES_MAX: usize = 20;

/// Saved accounts of one server that are tried, the last used one first.
const SAVED_TRIES_MAX: usize = 4;
/// What the owner of a server is called on a machine that does not say.
const NAMELESS_OWNER: &str = "owner";

/// A server that is open.
#[derive(Clone)]
pub struct Opened {
    /// As whom.
    pub account: Account,
    /// The way to it.
    pub rest: Arc<Rest>,
    /// The server as others reach it.
    pub public: ServerAddress,
    /// Whether anything of it outlives this run.
    pub is_kept: bool,
    /// Whether there is nobody else yet, so that an invite comes next.
    pub is_new_team: bool,
    /// Whether nobody asked for it just now.
    pub is_background: bool,
}

/// The ways in, and what they need.
pub struct Doors {
    /// The saved logins.
    pub accounts: Accounts,
    /// Where their secrets lie.
    pub secrets: Secrets,
    /// Whether passwords may go over a network in the clear.
    pub insecure: bool,
    /// What a server of one's own would be.
    pub hosting: Hosting,
    /// The server that runs inside, if any.
    pub hosted: Mutex<Option<Hosted>>,
}

impl Doors {
    /// Goes in.
    ///
    /// # Errors
    /// A sentence for the one who wanted in.
    pub async fn enter(&self, entry: Entry) -> anyhow::Result<Opened> {
        match entry {
            Entry::Join { link, name } => self.join(&JoinLink::parse(&link)?, &name).await,
            Entry::LogIn { server, username, password } => {
                self.log_in(ServerAddress::parse(&server)?, &username, password).await
            }
            Entry::Host { name, team } => {
                let hosting = match team.is_empty() {
                    true => self.hosting.clone(),
                    false => Hosting { team, ..self.hosting.clone() },
                };
                self.host(hosting, &name).await?.context(
                    "The server of this machine has people already, but none of their logins is \
                     saved here. It runs now: choose “Log in to an account”.",
                )
            }
            Entry::Demo => self.demo().await,
        }
    }

    /// Opens a saved login. Nothing is asked of the server yet, nor of the keyring.
    ///
    /// # Errors
    /// When what was saved is damaged.
    pub async fn saved(&self, account: Account) -> anyhow::Result<Opened> {
        let server = account.address()?;
        server.ensure_private(self.insecure)?;
        Ok(self.opened(account, server, true).await)
    }

    /// Opens the other saved logins behind what is shown. One that is damaged hinders no other.
    pub async fn open_others(&self, first: Option<Account>, inbox: mpsc::Sender<Outside>) {
        let saved = self.accounts.logged_in().unwrap_or_default().into_iter();
        let others = saved.filter(|other| !first.as_ref().is_some_and(|f| f.is_kept_with(other)));
        for account in others.take(OPEN_ACCOUNTS_MAX - 1) {
            if let Ok(opened) = self.saved(account).await {
                let opened = Opened { is_background: true, ..opened };
                let _ = inbox.send(Outside::Opened(opened)).await;
            }
        }
    }

    /// The saved account of a server that it still lets in: with its login, or else with its
    /// password.
    async fn welcome_back(&self, server: &ServerAddress) -> anyhow::Result<Option<Account>> {
        for saved in self.accounts.on(server)?.into_iter().take(SAVED_TRIES_MAX) {
            if let Some(account) = self.revive(server, saved).await? {
                self.accounts.save(&account)?;
                return Ok(Some(account));
            }
        }
        Ok(None)
    }

    async fn revive(
        &self,
        server: &ServerAddress,
        mut saved: Account,
    ) -> anyhow::Result<Option<Account>> {
        if let Some(Secret(token)) = found(self.secrets.token(&saved).await)? {
            saved.token.clone_from(&token);
            let rest = Rest::new(server.clone(), Some(Secret(token)));
            match rest.get::<User>("/api/auth/me/").await {
                Ok(_) => return Ok(Some(saved)),
                Err(error) if is_refused(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let Some(password) = found(self.secrets.password(&saved).await)? else { return Ok(None) };
        match log_in(server, &saved.username, password).await {
            Ok(login) => Ok(Some(again(server, login, &saved)?)),
            Err(error) if is_refused(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Goes in with an invite and a saved account. `None` when none is saved that the server
    /// still lets in.
    ///
    /// # Errors
    /// When the server or the invite will not do.
    pub async fn join_again(&self, link: &JoinLink) -> anyhow::Result<Option<Opened>> {
        link.server.ensure_private(self.insecure)?;
        let Some(account) = self.welcome_back(&link.server).await? else { return Ok(None) };
        let opened = self.opened(account, link.server.clone(), true).await;
        let path = format!("/api/chat/invites/{}/accept/", link.code);
        opened.rest.post::<BucketSummary>(&path, &serde_json::json!({})).await?;
        Ok(Some(opened))
    }

    /// Goes in with an invite, with a saved account or as somebody new.
    ///
    /// # Errors
    /// When the server or the invite will not do.
    pub async fn join(&self, link: &JoinLink, name: &str) -> anyhow::Result<Opened> {
        if let Some(opened) = self.join_again(link).await? {
            return Ok(opened);
        }
        let account = register(&link.server, name, &link.code).await?;
        self.accounts.save(&account)?;
        Ok(self.opened(account, link.server.clone(), true).await)
    }

    /// Goes in with a password.
    ///
    /// # Errors
    /// When the server will not have it.
    pub async fn log_in(
        &self,
        server: ServerAddress,
        username: &str,
        password: Secret,
    ) -> anyhow::Result<Opened> {
        server.ensure_private(self.insecure)?;
        let saved = self.account_with(&server, username, &password).await?;
        let password = match &saved {
            Some(saved) if password.0.is_empty() => self.secrets.password(saved).await?,
            _ => password,
        };
        let login = log_in(&server, username, password.clone()).await?;
        let account = match &saved {
            Some(saved) => again(&server, login, saved)?,
            None => Account::new(&server, login, password.0)?,
        };
        self.accounts.save(&account)?;
        Ok(self.opened(account, server, true).await)
    }

    /// The saved account with the password that was typed, or the last one when none was.
    async fn account_with(
        &self,
        server: &ServerAddress,
        username: &str,
        typed: &Secret,
    ) -> anyhow::Result<Option<Account>> {
        let saved = self.accounts.on(server)?.into_iter();
        let saved = saved.filter(|account| account.username == username).take(SAVED_TRIES_MAX);
        for account in saved {
            if typed.0.is_empty() || self.secrets.password(&account).await.as_ref() == Ok(typed) {
                return Ok(Some(account));
            }
        }
        ensure!(!typed.0.is_empty(), "No password of this account is saved here; type it.");
        Ok(None)
    }

    /// Starts the server of this machine and goes in as its owner. `None` when it has an owner
    /// whose login is not saved here; it runs all the same.
    ///
    /// # Errors
    /// When the server does not start.
    pub async fn host(&self, hosting: Hosting, name: &str) -> anyhow::Result<Option<Opened>> {
        let mut slot = self.hosted.lock().await;
        if slot.is_none() {
            *slot = Some(embed::host(hosting).await?);
        }
        let hosted = slot.as_ref().context("the server has just been started")?;
        let (server, founding) = (hosted.local.clone(), hosted.founding_invite.clone());
        drop(slot);
        let is_new_team = founding.is_some();
        let name = if name.trim().is_empty() { NAMELESS_OWNER } else { name };
        let account = match founding {
            Some(code) => register(&server, name, &code).await?,
            None => match self.welcome_back(&server).await? {
                Some(account) => account,
                None => return Ok(None),
            },
        };
        self.accounts.save(&account)?;
        Ok(Some(Opened { is_new_team, ..self.opened(account, server, true).await }))
    }

    /// Starts a pretend team and goes in.
    ///
    /// # Errors
    /// When the server does not start.
    pub async fn demo(&self) -> anyhow::Result<Opened> {
        let mut slot = self.hosted.lock().await;
        ensure!(slot.is_none(), "A server runs in here already. `pail demo` shows one beside it.");
        let hosted = embed::host(demo::hosting()).await?;
        let server = hosted.local.clone();
        let code = hosted.founding_invite.clone().context("an empty server has no owner")?;
        let you = Some(name_of_user()).filter(|name| !name.is_empty());
        let you = you.unwrap_or_else(|| "You".to_owned());
        *slot = Some(hosted);
        drop(slot);
        let account = register(&server, &you, &code).await?;
        let opened = self.opened(account, server, false).await;
        demo::begin(&opened).await?;
        Ok(opened)
    }

    /// Stops the server that runs inside, if any.
    pub async fn close(&self) {
        if let Some(hosted) = self.hosted.lock().await.take() {
            hosted.stop().await;
        }
    }

    async fn opened(&self, account: Account, server: ServerAddress, is_kept: bool) -> Opened {
        let hosted = self.hosted.lock().await;
        let own = hosted.as_ref().filter(|hosted| hosted.local == server);
        let public = own.map_or_else(|| server.clone(), |hosted| hosted.public.clone());
        let rest = Arc::new(match account.token() {
            Some(token) => Rest::new(server, Some(token)),
            None => Rest::locked(server),
        });
        Opened { account, rest, public, is_kept, is_new_team: false, is_background: false }
    }
}

impl Opened {
    /// An invite to the first bucket that we may invite to.
    ///
    /// # Errors
    /// When the server is not reached or there is no such bucket.
    pub async fn invite(&self) -> anyhow::Result<JoinLink> {
        invite(&self.rest, &self.public).await
    }
}

/// An invite to the first bucket that the caller may invite to.
///
/// # Errors
/// As [`Opened::invite`].
pub async fn invite(rest: &Rest, public: &ServerAddress) -> anyhow::Result<JoinLink> {
    let buckets: Vec<BucketSummary> = rest.get("/api/chat/buckets/").await?;
    let ours = buckets.iter().find(|bucket| bucket.role == Role::Admin);
    let bucket = ours.context("you may not invite to any bucket")?.id;
    Ok(calls::invite(rest, public, bucket).await?)
}

async fn log_in(
    server: &ServerAddress,
    username: &str,
    Secret(password): Secret,
) -> Result<LoggedIn, RestError> {
    let device = Some("pail".to_owned());
    let body = LogIn { username: username.to_owned(), password, device };
    Rest::new(server.clone(), None).post("/api/auth/login/", &body).await
}

/// A saved account with a new login.
fn again(server: &ServerAddress, login: LoggedIn, saved: &Account) -> anyhow::Result<Account> {
    let account = Account::new(server, login, saved.password.clone())?;
    Ok(Account { password_id: saved.password_id.clone(), ..account })
}

/// What is not there any more is no reason to give up.
fn found(secret: Result<Secret, Trouble>) -> Result<Option<Secret>, Trouble> {
    match secret {
        Err(Trouble::Missing) => Ok(None),
        secret => secret.map(Some),
    }
}

/// Whether the server does not know this login, or not any more. A wrong password is `Invalid`.
fn is_refused(error: &RestError) -> bool {
    let refusals =
        [ErrorCode::NotAuthenticated, ErrorCode::AuthenticationFailed, ErrorCode::Invalid];
    error.code.is_some_and(|code| refusals.contains(&code))
}

/// Registers somebody with an invite, under a username made of their name.
///
/// # Errors
/// When the server or the invite will not do.
pub async fn register(server: &ServerAddress, name: &str, code: &str) -> anyhow::Result<Account> {
    let rest = Rest::new(server.clone(), None);
    let password = password()?;
    let mut refusal: Option<RestError> = None;
    for attempt in 1..=USERNAME_TRIES_MAX {
        let body = Register {
            username: username_of(name, attempt),
            password: password.clone(),
            name: Some(name.trim().to_owned()).filter(|name| !name.is_empty()),
            email: None,
            invite: Some(code.to_owned()),
        };
        match rest.post::<LoggedIn>("/api/auth/register/", &body).await {
            Ok(login) => return Account::new(server, login, password),
            Err(error) if error.fields.contains_key("username") => refusal = Some(error),
            Err(error) => return Err(error.into()),
        }
    }
    Err(refusal.map_or_else(|| anyhow::anyhow!("no username is free"), Into::into))
}

/// What the person is called on this machine; empty when it does not say.
#[must_use]
pub fn name_of_user() -> String {
    std::env::var("USER").or_else(|_| std::env::var("USERNAME")).unwrap_or_default()
}

fn password() -> anyhow::Result<String> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(randomness::bytes::<PASSWORD_BYTES>()?))
}

/// `Jane Doe` becomes `jane.doe`, then `jane.doe2`, …
fn username_of(name: &str, attempt: usize) -> String {
    let words: Vec<String> = name
        .split_whitespace()
        .map(|word| {
            let kept = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            word.to_lowercase().chars().filter(kept).collect()
        })
        .filter(|word: &String| !word.is_empty())
        .collect();
    let number = if attempt == 1 { String::new() } else { attempt.to_string() };
    let base = if words.is_empty() { "user".to_owned() } else { words.join(".") };
    let room = USERNAME_CHARS_MAX - number.len();
    base.chars().take(room).chain(number.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::username_of;

    #[test]
    fn usernames_are_made_of_names() {
        assert_eq!(username_of("Jane Doe", 1), "jane.doe");
        assert_eq!(username_of("Jane Doe", 12), "jane.doe12");
        assert_eq!(username_of("  日本 ", 1), "user");
        assert_eq!(username_of(&"x".repeat(99), 2).len(), 32);
    }
}
