//! The saved accounts, in a file only their owner may read. Logging out keeps them: the password was
//! made by this program, and nobody else knows it.

use std::path::PathBuf;

use anyhow::Context;
use pail_protocol::UserId;
use serde::{Deserialize, Serialize};

use super::address::ServerAddress;
use super::files::{self, ClientDirs};
use crate::state::effect::Secret;
use crate::state::input::Me;
use crate::text::SafeText;

/// Accounts that are kept. Beyond it the one that was not used for longest goes.
const ACCOUNTS_MAX: usize = 256;

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
    /// For signing in on another machine.
    pub password: String,
    /// For signing in on this one; empty once logged out.
    #[serde(default)]
    pub token: String,
}

/// All saved accounts, the last used one at the end.
#[derive(Default, Serialize, Deserialize)]
struct Book {
    #[serde(default)]
    account: Vec<Account>,
}

/// Where the logins are saved.
#[derive(Debug, Clone)]
pub struct Accounts {
    path: PathBuf,
}

impl Account {
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
        !self.token.is_empty()
    }

    /// The same account of the same database. Two databases may have been served at one address,
    /// with the same names in both; their passwords differ.
    fn is(&self, other: &Self) -> bool {
        (&self.server, &self.username, &self.password)
            == (&other.server, &other.username, &other.password)
    }

    /// Whether both would keep their drafts in the same file.
    #[must_use]
    pub fn is_kept_with(&self, other: &Self) -> bool {
        (&self.server, self.user_id) == (&other.server, other.user_id)
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> Secret {
        Secret(self.token.clone())
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

    /// Saves an account as the last used one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, account: &Account) -> anyhow::Result<()> {
        let mut book = self.load()?;
        book.account.retain(|known| !known.is(account));
        book.account.push(account.clone());
        book.account.drain(..book.account.len().saturating_sub(ACCOUNTS_MAX));
        self.store(&book)
    }

    /// Remembers that a saved account is used now.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn came_forward(&self, account: &Account) -> anyhow::Result<()> {
        let mut book = self.load()?;
        match book.account.iter().position(|known| known.is(account)) {
            Some(at) if at + 1 < book.account.len() => {
                book.account[at..].rotate_left(1);
                self.store(&book)
            }
            _ => Ok(()),
        }
    }

    /// Forgets the login and keeps the account.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn log_out(&self, account: &Account) -> anyhow::Result<()> {
        let mut book = self.load()?;
        book.account
            .iter_mut()
            .filter(|known| known.is(account))
            .for_each(|known| known.token.clear());
        self.store(&book)
    }

    /// Forgets the account, password and all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&self, account: &Account) -> anyhow::Result<()> {
        let mut book = self.load()?;
        book.account.retain(|known| !known.is(account));
        self.store(&book)
    }

    fn load(&self) -> anyhow::Result<Book> {
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
        let other = Account { password: "q".to_owned(), ..account(PAIL, "ana") };
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
