//! The saved accounts, in a file only their owner may read. Logging out keeps them: the password was
//! made by this program, and nobody else knows it.
//!
//! Each secret has a name of its own, which is never given to another one. Without its value here it
//! is in the keyring, under that name; what moves it there is `secrets`.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use pail_protocol::UserId;
use pail_protocol::account::LoggedIn;
use serde::{Deserialize, Serialize};

use super::address::ServerAddress;
use super::files::{self, ClientDirs};
use super::randomness;
use crate::state::effect::Secret;
use crate::state::input::Me;
use crate::text::SafeText;

/// Accounts that are kept. Beyond it the one that was not used for longest goes.
const ACCOUNTS_MAX: usize = 256;
/// Names that are kept until the keyring has let go of them. Beyond it the oldest go.
const DISCARDED_MAX: usize = 256;
/// How often the file is tried to be locked; another client has it for a moment.
const LOCK_TRIES_MAX: usize = 50;
/// How long is waited in between.
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// What is needed to come back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The server, as a URL.
    pub server: String,
    /// Ours there.
    pub user_id: UserId,
    /// What mentions name.
    pub username: String,
    /// The full name.
    pub name: String,
    /// For signing in on another machine; empty where the keyring has it.
    #[serde(default)]
    pub password: String,
    /// For signing in on this one; empty once logged out, or where the keyring has it.
    #[serde(default)]
    pub token: String,
    /// The password's name, and thus the account's.
    #[serde(default)]
    pub password_id: String,
    /// The token's name; empty once logged out.
    #[serde(default)]
    pub token_id: String,
}

/// All saved accounts, the last used one at the end.
#[derive(Default, Serialize, Deserialize)]
struct Book {
    #[serde(default)]
    account: Vec<Account>,
    /// What the keyring may still have although nobody needs it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    discarded: Vec<String>,
    /// Whether it was said that there is no keyring.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    told: bool,
}

/// A secret of an account.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub id: String,
    /// What people see of it in their keyring.
    pub label: String,
    /// Its value, where it lies in the file.
    pub value: Option<Secret>,
}

/// Where the logins are saved.
#[derive(Debug, Clone)]
pub struct Accounts {
    path: PathBuf,
}

impl Account {
    /// Somebody who has just been let in.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn new(server: &ServerAddress, login: LoggedIn, password: String) -> anyhow::Result<Self> {
        Ok(Self {
            server: server.to_string(),
            user_id: login.user.id,
            username: login.user.username,
            name: login.user.name,
            password,
            token: login.token,
            password_id: randomness::name()?,
            token_id: randomness::name()?,
        })
    }

    /// The account, for the screen.
    #[must_use]
    pub fn me(&self) -> Me {
        Me {
            server: SafeText::line(&self.server),
            id: self.user_id,
            username: SafeText::name(&self.username),
            name: SafeText::name(&self.name),
        }
    }

    /// Where the server is.
    ///
    /// # Errors
    /// When the file was damaged.
    pub fn address(&self) -> anyhow::Result<ServerAddress> {
        ServerAddress::parse(&self.server)
    }

    /// Whether there is a login, as far as is known here.
    #[must_use]
    pub fn is_logged_in(&self) -> bool {
        !self.token_id.is_empty()
    }

    /// The same account of the same database. Two databases may have been served at one address,
    /// with the same names in both; their passwords differ.
    fn is(&self, other: &Self) -> bool {
        self.password_id == other.password_id
    }

    /// Whether both would keep their drafts in the same file.
    #[must_use]
    pub fn is_kept_with(&self, other: &Self) -> bool {
        (&self.server, self.user_id) == (&other.server, other.user_id)
    }

    /// The token, where it is at hand.
    #[must_use]
    pub fn token(&self) -> Option<Secret> {
        (!self.token.is_empty()).then(|| Secret(self.token.clone()))
    }

    /// Its secrets.
    pub fn secrets(&self) -> impl Iterator<Item = Kept> {
        let of = |what: &str, id: &String, value: &String| Kept {
            id: id.clone(),
            label: format!("pail: {what} of {} on {}", self.username, self.server),
            value: (!value.is_empty()).then(|| Secret(value.clone())),
        };
        let password = of("password", &self.password_id, &self.password);
        let token = self.is_logged_in().then(|| of("login", &self.token_id, &self.token));
        std::iter::once(password).chain(token)
    }

    /// Names what an older client has saved.
    fn name_secrets(&mut self) -> anyhow::Result<()> {
        if self.password_id.is_empty() {
            self.password_id = randomness::name()?;
        }
        if self.token_id.is_empty() && !self.token.is_empty() {
            self.token_id = randomness::name()?;
        }
        Ok(())
    }

    /// The value of a secret, by its name.
    fn value_mut(&mut self, id: &str) -> Option<&mut String> {
        match id {
            _ if id == self.password_id => Some(&mut self.password),
            _ if id == self.token_id => Some(&mut self.token),
            _ => None,
        }
    }
}

impl Book {
    fn is_named(&self) -> bool {
        let is_named = |account: &Account| {
            !account.password_id.is_empty()
                && (account.token.is_empty() || !account.token_id.is_empty())
        };
        self.account.iter().all(is_named)
    }

    fn value_mut(&mut self, id: &str) -> Option<&mut String> {
        self.account.iter_mut().find_map(|account| account.value_mut(id))
    }

    /// Whatever nobody has any more is to leave the keyring.
    fn discard(&mut self, before: Vec<Kept>) {
        for Kept { id, .. } in before {
            if self.value_mut(&id).is_none() {
                self.discarded.push(id);
            }
        }
        self.discarded.drain(..self.discarded.len().saturating_sub(DISCARDED_MAX));
    }

    fn secrets(&self) -> Vec<Kept> {
        self.account.iter().flat_map(Account::secrets).collect()
    }
}

impl Accounts {
    /// The logins of these folders.
    #[must_use]
    pub fn new(dirs: &ClientDirs) -> Self {
        Self { path: dirs.config.join("accounts.json") }
    }

    /// The account that was used last, logged in or not.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last(&self) -> anyhow::Result<Option<Account>> {
        Ok(self.load()?.account.pop())
    }

    /// The accounts with a login, the last used one first; of one person on one server only that.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn logged_in(&self) -> anyhow::Result<Vec<Account>> {
        let mut found: Vec<Account> = Vec::new();
        for account in self.load()?.account.into_iter().rev().filter(Account::is_logged_in) {
            if !found.iter().any(|known| known.is_kept_with(&account)) {
                found.push(account);
            }
        }
        Ok(found)
    }

    /// The accounts on a server, the last used one first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn on(&self, server: &ServerAddress) -> anyhow::Result<Vec<Account>> {
        let accounts = self.load()?.account.into_iter().rev();
        Ok(accounts.filter(|account| account.server == server.to_string()).collect())
    }

    /// Saves an account as the last used one. What is in the keyring already stays only there.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, account: &Account) -> anyhow::Result<()> {
        self.change(|book| {
            let mut account = account.clone();
            if let Some(at) = book.account.iter().position(|known| known.is(&account)) {
                let known = book.account.remove(at);
                account.password = known.password;
                if known.token_id == account.token_id {
                    account.token = known.token;
                }
            }
            book.account.push(account);
            book.account.drain(..book.account.len().saturating_sub(ACCOUNTS_MAX));
        })
    }

    /// Remembers that a saved account is used now.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn came_forward(&self, account: &Account) -> anyhow::Result<()> {
        if self.last()?.is_none_or(|last| last.is(account)) {
            return Ok(());
        }
        self.change(|book| {
            if let Some(at) = book.account.iter().position(|known| known.is(account)) {
                book.account[at..].rotate_left(1);
            }
        })
    }

    /// Forgets the login and keeps the account.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn log_out(&self, account: &Account) -> anyhow::Result<()> {
        self.change(|book| {
            for known in book.account.iter_mut().filter(|known| known.is(account)) {
                (known.token, known.token_id) = (String::new(), String::new());
            }
        })
    }

    /// Forgets the account, password and all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&self, account: &Account) -> anyhow::Result<()> {
        self.change(|book| book.account.retain(|known| !known.is(account)))
    }

    /// All secrets there are.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn secrets(&self) -> anyhow::Result<Vec<Kept>> {
        Ok(self.load()?.secrets())
    }

    /// What the keyring is to let go of.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn discarded(&self) -> anyhow::Result<Vec<String>> {
        Ok(self.load()?.discarded)
    }

    /// The keyring has let go of it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn is_erased(&self, id: &str) -> anyhow::Result<()> {
        self.change(|book| book.discarded.retain(|known| known != id))
    }

    /// The keyring has a secret, so the file needs it no more. Whether anybody has use for it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn is_in_keyring(&self, id: &str) -> anyhow::Result<bool> {
        self.change(|book| {
            book.discarded.retain(|discarded| discarded != id);
            book.value_mut(id).map(String::clear).is_some()
        })
    }

    /// A secret lies here from now on, and the keyring is to let go of it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn is_here(&self, id: &str, secret: &Secret) -> anyhow::Result<()> {
        self.change(|book| {
            if let Some(value) = book.value_mut(id) {
                value.clone_from(&secret.0);
                book.discarded.push(id.to_owned());
            }
        })
    }

    /// Whether it is still to be said that there is no keyring; it is not said again then.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn is_to_be_told(&self) -> anyhow::Result<bool> {
        if self.load()?.told {
            return Ok(false);
        }
        self.change(|book| !std::mem::replace(&mut book.told, true))
    }

    /// Held by the one client that moves secrets. `None` when that is another one.
    ///
    /// # Errors
    /// When files cannot be locked there.
    pub fn lock_for_moving(&self) -> anyhow::Result<Option<File>> {
        files::lock(&self.path.with_extension("moving"))
    }

    fn load(&self) -> anyhow::Result<Book> {
        let book = self.read()?;
        if book.is_named() {
            return Ok(book);
        }
        self.change(|_| ())?;
        self.read()
    }

    /// Changes the file, which no other client changes meanwhile.
    fn change<T>(&self, change: impl FnOnce(&mut Book) -> T) -> anyhow::Result<T> {
        let _lock = self.lock()?;
        let mut book = self.read()?;
        book.account.iter_mut().try_for_each(Account::name_secrets)?;
        let before = book.secrets();
        let changed = change(&mut book);
        book.discard(before);
        self.store(&book)?;
        Ok(changed)
    }

    /// Where files cannot be locked, clients have to be lucky.
    fn lock(&self) -> anyhow::Result<Option<File>> {
        let path = self.path.with_extension("lock");
        for _ in 0..LOCK_TRIES_MAX {
            match files::lock(&path) {
                Ok(None) => std::thread::sleep(LOCK_PAUSE),
                Ok(lock) => return Ok(lock),
                Err(error) => {
                    tracing::debug!("{error:#}");
                    return Ok(None);
                }
            }
        }
        anyhow::bail!("another pail does not let go of {}; end it", path.display())
    }

    fn read(&self) -> anyhow::Result<Book> {
        files::tighten(&self.path);
        match files::read(&self.path)? {
            Some(text) => serde_json::from_str(&text).with_context(|| {
                format!("{} is damaged; move it away to begin anew", self.path.display())
            }),
            None => Ok(Book::default()),
        }
    }

    fn store(&self, book: &Book) -> anyhow::Result<()> {
        let text =
            serde_json::to_string_pretty(book).context("the logins cannot be written down")?;
        files::write(&self.path, &text)
    }
}

#[cfg(test)]
mod tests {
    use pail_protocol::UserId;

    use super::{Account, Accounts, ServerAddress};
    use crate::io::files::ClientDirs;

    const PAIL: &str = "http://127.0.0.1:7245";

    fn account(server: &str, username: &str) -> Account {
        Account {
            server: server.to_owned(),
            user_id: UserId(1),
            username: username.to_owned(),
            name: "Ana".to_owned(),
            password: "p".to_owned(),
            token: "t".to_owned(),
            password_id: format!("password of {username} on {server}"),
            token_id: format!("token of {username} on {server}"),
        }
    }

    fn accounts() -> (tempfile::TempDir, Accounts) {
        let dir = tempfile::tempdir().unwrap();
        let accounts = Accounts::new(&ClientDirs::new(Some(dir.path().to_owned())).unwrap());
        (dir, accounts)
    }

    #[test]
    fn the_last_used_account_comes_first_until_it_is_forgotten() {
        let (_dir, accounts) = accounts();
        let last = || accounts.last().unwrap().map(|account| account.username);
        assert_eq!(last(), None);
        for username in ["ana", "bea", "ana"] {
            accounts.save(&account(PAIL, username)).unwrap();
        }
        accounts.save(&account("http://127.0.0.1:2", "cid")).unwrap();
        assert_eq!(last().as_deref(), Some("cid"));
        accounts.forget(&account("http://127.0.0.1:2", "cid")).unwrap();
        assert_eq!(last().as_deref(), Some("ana"));
        let on = accounts.on(&ServerAddress::parse(PAIL).unwrap()).unwrap();
        assert_eq!(on.iter().map(|account| &*account.username).collect::<Vec<_>>(), ["ana", "bea"]);
    }

    #[test]
    fn logging_out_keeps_the_password() {
        let (_dir, accounts) = accounts();
        accounts.save(&account(PAIL, "ana")).unwrap();
        accounts.log_out(&account(PAIL, "ana")).unwrap();
        let kept = accounts.last().unwrap().unwrap();
        assert_eq!((kept.is_logged_in(), &*kept.password), (false, "p"));
    }

    #[test]
    fn two_databases_at_one_address_keep_both_accounts() {
        let (_dir, accounts) = accounts();
        let other = Account { password_id: "another".to_owned(), ..account(PAIL, "ana") };
        accounts.save(&account(PAIL, "ana")).unwrap();
        accounts.save(&other).unwrap();
        assert_eq!(accounts.on(&ServerAddress::parse(PAIL).unwrap()).unwrap().len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_could_read_is_tightened() {
        use std::os::unix::fs::PermissionsExt;
        let (dir, accounts) = accounts();
        accounts.save(&account(PAIL, "ana")).unwrap();
        let path = dir.path().join("accounts.json");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        accounts.last().unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
