//! The system's keyring: a secret under a name, put in, read and taken out.
//!
//! It may take as long as a person takes to unlock it, so each question has a thread of its own, one
//! after the other, which nobody has to wait for. What is kept there, and when, is `secrets`'.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use crate::state::effect::Secret;

/// How long a keyring may take before it is said that it is waited for.
pub const KEYRING_PATIENCE: Duration = Duration::from_secs(1);
/// How long somebody who wants in waits for the keyring to be unlocked.
pub const UNLOCKING_MAX: Duration = Duration::from_secs(60);

/// Why a keyring gives or takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It has nothing under this name.
    Missing,
    /// It is locked, and was not unlocked.
    Refused,
    /// There is none, or it does not work.
    Unavailable,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Missing => "the keyring has lost this login; log in with its password",
            Self::Refused => "the keyring stays locked; unlock it, then start pail again",
            Self::Unavailable => "the keyring with this login is not reached; is D-Bus there?",
        })
    }
}

impl std::error::Error for Trouble {}

/// What keeps secrets. Everything may block.
pub trait Shelf: Send + Sync {
    /// What lies under a name.
    ///
    /// # Errors
    /// When nothing does, or it is not given.
    fn read(&self, name: &str) -> Result<String, Trouble>;

    /// Puts a secret under a name; `label` is what people see of it.
    ///
    /// # Errors
    /// When it is not taken.
    fn write(&self, name: &str, label: &str, secret: &str) -> Result<(), Trouble>;

    /// Takes away what lies under a name.
    ///
    /// # Errors
    /// When nothing does, or it is not let go.
    fn erase(&self, name: &str) -> Result<(), Trouble>;
}

/// Asks a keyring.
#[derive(Clone)]
pub struct Keyring {
    shelf: Arc<dyn Shelf>,
    turn: Arc<Semaphore>,
}

impl Keyring {
    /// A keyring.
    pub fn new(shelf: impl Shelf + 'static) -> Self {
        Self { shelf: Arc::new(shelf), turn: Arc::new(Semaphore::new(1)) }
    }

    /// The one of this machine. Nothing is asked of it yet.
    #[must_use]
    pub fn system() -> Self {
        #[cfg(target_os = "linux")]
        return Self::new(system::SecretService);
        #[cfg(not(target_os = "linux"))]
        Self::none()
    }

    /// None at all.
    #[must_use]
    pub fn none() -> Self {
        Self::new(Nowhere)
    }

    /// What lies under a name.
    ///
    /// # Errors
    /// When nothing does, or it is not given.
    pub async fn read(&self, name: &str) -> Result<Secret, Trouble> {
        let name = name.to_owned();
        self.ask(move |shelf| shelf.read(&name)).await.map(Secret)
    }

    /// As [`Self::read`], but not for longer than people are to be kept waiting.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn read_patiently(&self, name: &str) -> Result<Secret, Trouble> {
        timeout(UNLOCKING_MAX, self.read(name)).await.unwrap_or(Err(Trouble::Refused))
    }

    /// Puts a secret under a name, and sees that it is there.
    ///
    /// # Errors
    /// When it is not.
    pub async fn put(&self, name: &str, label: &str, secret: &Secret) -> Result<(), Trouble> {
        let (name, label, secret) = (name.to_owned(), label.to_owned(), secret.0.clone());
        self.ask(move |shelf| {
            shelf.write(&name, &label, &secret)?;
            if shelf.read(&name)? == secret { Ok(()) } else { Err(Trouble::Unavailable) }
        })
        .await
    }

    /// Sees that nothing lies under a name.
    ///
    /// # Errors
    /// When something may.
    pub async fn erase(&self, name: &str) -> Result<(), Trouble> {
        let name = name.to_owned();
        match self.ask(move |shelf| shelf.erase(&name)).await {
            Err(Trouble::Missing) => Ok(()),
            done => done,
        }
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Shelf) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let turn = self.turn.clone().acquire_owned().await;
        let turn = turn.map_err(|_| Trouble::Unavailable)?;
        let (shelf, (done, answer)) = (self.shelf.clone(), oneshot::channel());
        // Not the runtime's: it would wait for it at the end.
        std::thread::spawn(move || {
            let _ = done.send(question(&*shelf));
            drop(turn);
        });
        answer.await.unwrap_or(Err(Trouble::Unavailable))
    }
}

struct Nowhere;

impl Shelf for Nowhere {
    fn read(&self, _name: &str) -> Result<String, Trouble> {
        Err(Trouble::Unavailable)
    }

    fn write(&self, _name: &str, _label: &str, _secret: &str) -> Result<(), Trouble> {
        Err(Trouble::Unavailable)
    }

    fn erase(&self, _name: &str) -> Result<(), Trouble> {
        Err(Trouble::Unavailable)
    }
}

/// The Secret Service of freedesktop, over D-Bus: GNOME's keyring, KWallet, KeePassXC.
#[cfg(target_os = "linux")]
mod system {
    use std::collections::HashMap;

    use keyring_core::api::CredentialStoreApi;
    use keyring_core::{Entry, Error, Result as KeyringResult};
    use zbus_secret_service_keyring_store::Store;

    use super::{Shelf, Trouble};

    /// Whose secrets these are.
    const SERVICE: &str = "pail";

    pub(super) struct SecretService;

    /// A connection for each question: they are rare, and a bus may come and go.
    fn entry(name: &str, label: Option<&str>) -> KeyringResult<Entry> {
        let modifiers = label.map(|label| HashMap::from([("label", label)]));
        Store::new()?.build(SERVICE, name, modifiers.as_ref())
    }

    /// Two clients may have put the same there at once.
    fn every(
        done: KeyringResult<()>,
        each: impl Fn(&Entry) -> KeyringResult<()>,
    ) -> KeyringResult<()> {
        match done {
            Err(Error::Ambiguous(entries)) => entries.iter().try_for_each(each),
            done => done,
        }
    }

    fn trouble(error: &Error) -> Trouble {
        tracing::debug!("the keyring: {error}");
        match error {
            Error::NoEntry => Trouble::Missing,
            Error::NoStorageAccess(_) => Trouble::Refused,
            _ => Trouble::Unavailable,
        }
    }

    impl Shelf for SecretService {
        fn read(&self, name: &str) -> Result<String, Trouble> {
            let read = || match entry(name, None)?.get_password() {
                Err(Error::Ambiguous(entries)) => {
                    entries.first().ok_or(Error::NoEntry)?.get_password()
                }
                read => read,
            };
            read().map_err(|error| trouble(&error))
        }

        fn write(&self, name: &str, label: &str, secret: &str) -> Result<(), Trouble> {
            let write = || {
                let done = entry(name, Some(label))?.set_password(secret);
                every(done, |entry| entry.set_password(secret))
            };
            write().map_err(|error| trouble(&error))
        }

        fn erase(&self, name: &str) -> Result<(), Trouble> {
            let erase = || {
                let done = entry(name, None)?.delete_credential();
                every(done, Entry::delete_credential)
            };
            erase().map_err(|error| trouble(&error))
        }
    }
}
