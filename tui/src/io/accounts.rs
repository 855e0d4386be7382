//! The saved logins: one per server, in a file only their owner may read.

use std::path::PathBuf;

use anyhow::Context;
use pail_protocol::UserId;
use serde::{Deserialize, Serialize};

use super::address::ServerAddress;
use super::files::{self, ClientDirs};
use crate::state::effect::Secret;
use crate::state::input::Me;
use crate::text::SafeText;

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
    /// For signing in on this one.
    pub token: String,
}

/// All saved logins, the last used one at the end.
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

    /// The login that was used last.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn last(&self) -> anyhow::Result<Option<Account>> {
        Ok(self.load()?.account.pop())
    }

    /// The login on a server.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn on(&self, server: &ServerAddress) -> anyhow::Result<Option<Account>> {
        let book = self.load()?;
        Ok(book.account.into_iter().find(|account| account.server == server.to_string()))
    }

    /// Saves a login as the last used one, instead of an older one on the same server.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, account: &Account) -> anyhow::Result<()> {
        let mut book = self.load()?;
        book.account.retain(|known| known.server != account.server);
        book.account.push(account.clone());
        self.store(&book)
    }

    /// Forgets the login on a server.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&self, server: &str) -> anyhow::Result<()> {
        let mut book = self.load()?;
        book.account.retain(|known| known.server != server);
        self.store(&book)
    }

    fn load(&self) -> anyhow::Result<Book> {
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

    use super::{Account, Accounts};
    use crate::io::files::ClientDirs;

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

    #[test]
    fn one_login_per_server_and_the_last_one_first() {
        let dir = tempfile::tempdir().unwrap();
        let accounts = Accounts::new(&ClientDirs::new(Some(dir.path().to_owned())).unwrap());
        let last = || accounts.last().unwrap().map(|account| account.username);
        assert_eq!(last(), None);
        accounts.save(&account("http://127.0.0.1:1", "ana")).unwrap();
        accounts.save(&account("http://127.0.0.1:2", "bea")).unwrap();
        accounts.save(&account("http://127.0.0.1:1", "cid")).unwrap();
        assert_eq!(last().as_deref(), Some("cid"));
        accounts.forget("http://127.0.0.1:1").unwrap();
        assert_eq!(last().as_deref(), Some("bea"));
    }
}
