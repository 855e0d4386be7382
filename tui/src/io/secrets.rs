//! Where the secrets of the accounts lie: in the keyring, or else in the file with the accounts.
//!
//! A secret moves in steps, and whatever step is the last one, it is in one of the two places: it is
//! named in the file, put into the keyring, read back, and only then removed from the file. A name
//! means one secret for ever, and one client at a time moves them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Mutex;

use super::accounts::{Account, Accounts, Kept};
use super::keyring::{Keyring, Trouble};
use crate::state::effect::Secret;

/// What is said once where there is no keyring.
pub const NO_KEYRING: &str =
    "No keyring takes your login: it stays in a file that only you may read (pail doctor)";

/// The secrets of the accounts.
#[derive(Clone)]
pub struct Secrets {
    accounts: Accounts,
    keyring: Keyring,
    /// Whether they are to be in the keyring.
    is_wanted: Arc<AtomicBool>,
    turn: Arc<Mutex<()>>,
}

/// Where secrets are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// In the keyring.
    pub in_keyring: usize,
    /// In the file.
    pub in_file: usize,
}

impl Secrets {
    /// The secrets of these accounts.
    #[must_use]
    pub fn new(accounts: Accounts, keyring: Keyring, is_wanted: bool) -> Self {
        let (is_wanted, turn) = (Arc::new(AtomicBool::new(is_wanted)), Arc::default());
        Self { accounts, keyring, is_wanted, turn }
    }

    /// Whether they are to be in the keyring from now on. Returns whether that is new.
    pub fn want(&self, is_wanted: bool) -> bool {
        self.is_wanted.swap(is_wanted, Ordering::Relaxed) != is_wanted
    }

    /// The keyring itself.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// The token of an account, while somebody waits.
    ///
    /// # Errors
    /// When there is none, or the keyring does not give it.
    pub async fn token(&self, account: &Account) -> Result<Secret, Trouble> {
        match account.token() {
            Some(token) => Ok(token),
            None if account.is_logged_in() => self.keyring.read_patiently(&account.token_id).await,
            None => Err(Trouble::Missing),
        }
    }

    /// The password of an account, while somebody waits.
    ///
    /// # Errors
    /// When the keyring does not give it.
    pub async fn password(&self, account: &Account) -> Result<Secret, Trouble> {
        match account.password.is_empty() {
            true => self.keyring.read_patiently(&account.password_id).await,
            false => Ok(Secret(account.password.clone())),
        }
    }

    /// Where they are now.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn whereabouts(&self) -> anyhow::Result<Whereabouts> {
        let mut found = Whereabouts::default();
        for kept in self.accounts.secrets()? {
            match kept.value {
                Some(_) => found.in_file += 1,
                None => found.in_keyring += 1,
            }
        }
        Ok(found)
    }

    /// Brings every secret to where it is wanted, and what nobody needs out of the keyring. Whatever
    /// does not succeed is tried at the next start. `false` when another client is at it.
    ///
    /// # Errors
    /// When the keyring or the file does not play along; nothing is lost then.
    pub async fn settle(&self) -> anyhow::Result<bool> {
        let _turn = self.turn.lock().await;
        let Some(_lock) = self.accounts.lock_for_moving()? else { return Ok(false) };
        let moved = self.move_all().await;
        self.clear_away().await?;
        moved.map(|()| true)
    }

    /// What is to be said because there is no keyring, once in the life of the accounts.
    #[must_use]
    pub fn complaint(&self, settled: &anyhow::Result<bool>) -> Option<&'static str> {
        let trouble = settled.as_ref().err()?.downcast_ref::<Trouble>()?;
        let is_in_file = || self.whereabouts().is_ok_and(|found| found.in_file > 0);
        let is_new = || self.accounts.is_to_be_told().unwrap_or_default();
        let is_wanted = self.is_wanted.load(Ordering::Relaxed);
        let is_said = *trouble != Trouble::Missing && is_wanted && is_in_file() && is_new();
        is_said.then_some(NO_KEYRING)
    }

    async fn move_all(&self) -> anyhow::Result<()> {
        let is_wanted = self.is_wanted.load(Ordering::Relaxed);
        for Kept { id, label, value } in self.accounts.secrets()? {
            match value {
                Some(value) if is_wanted => self.lock_away(&id, &label, &value).await?,
                None if !is_wanted => self.bring_back(&id).await?,
                _ => {}
            }
        }
        Ok(())
    }

    async fn lock_away(&self, id: &str, label: &str, secret: &Secret) -> anyhow::Result<()> {
        self.keyring.put(id, label, secret).await?;
        if !self.accounts.is_in_keyring(id)? {
            // Its account has gone meanwhile.
            self.keyring.erase(id).await?;
        }
        Ok(())
    }

    async fn bring_back(&self, id: &str) -> anyhow::Result<()> {
        let secret = self.keyring.read(id).await?;
        self.accounts.is_here(id, &secret)
    }

    async fn clear_away(&self) -> anyhow::Result<()> {
        for id in self.accounts.discarded()? {
            self.keyring.erase(&id).await?;
            self.accounts.is_erased(&id)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
