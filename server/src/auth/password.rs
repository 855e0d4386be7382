//! Password hashing: argon2id, off the async threads, a few at a time.
//!
//! Each hash takes 19 MiB and tens of milliseconds of a core; the bounds keep a flood of logins
//! from becoming a load.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::AuthError;

/// Hashes computed at once.
const HASHES_AT_ONCE: usize = 2;
/// Hashes computed or waited for. Beyond it, callers are told to come back.
const HASHES_WAITING_MAX: usize = 32;

/// How costly a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// OWASP's second option: 19 MiB, two passes, one lane.
    Full,
    /// As cheap as argon2 allows; for tests, where hashing is not the subject.
    Least,
}

/// Computes and verifies hashes within the bounds.
#[derive(Clone)]
pub struct Hasher {
    argon2: Argon2<'static>,
    /// Verified when there is no such user, so that the answer takes as long.
    decoy: Arc<str>,
    places: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Hasher {
    /// A hasher of that cost.
    ///
    /// # Errors
    /// [`AuthError::Hashing`] when argon2 refuses its parameters.
    pub fn new(cost: Cost) -> Result<Self, AuthError> {
        let params = match cost {
            Cost::Full => Params::new(19_456, 2, 1, None),
            Cost::Least => Params::new(Params::MIN_M_COST, 1, 1, None),
        };
        let params = params.map_err(|error| AuthError::Hashing(error.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash_now(&argon2, "nobody has this password")?.into();
        let places = Arc::new(Semaphore::new(HASHES_WAITING_MAX));
        let running = Arc::new(Semaphore::new(HASHES_AT_ONCE));
        Ok(Self { argon2, decoy, places, running })
    }

    /// The hash of a password, in PHC form.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when too many wait.
    pub async fn hash(&self, password: String) -> Result<String, AuthError> {
        let argon2 = self.argon2.clone();
        self.run(move || hash_now(&argon2, &password)).await?
    }

    /// Whether a password has that hash. Without a hash it takes as long and says no.
    ///
    /// # Errors
    /// [`AuthError::Busy`] when too many wait.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, AuthError> {
        let (argon2, decoy) = (self.argon2.clone(), Arc::clone(&self.decoy));
        self.run(move || {
            let fits = fits(&argon2, &password, hash.as_deref().unwrap_or(&decoy));
            fits && hash.is_some()
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AuthError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| AuthError::Busy)?;
        let running =
            Arc::clone(&self.running).acquire_owned().await.map_err(|_| AuthError::Busy)?;
        // The work holds its permits: a caller that goes away does not make room early.
        tokio::task::spawn_blocking(move || holding([place, running], work))
            .await
            .map_err(|error| AuthError::Hashing(error.to_string()))
    }
}

fn holding<T>(_permits: [OwnedSemaphorePermit; 2], work: impl FnOnce() -> T) -> T {
    work()
}

fn hash_now(argon2: &Argon2<'_>, password: &str) -> Result<String, AuthError> {
    let hash = argon2.hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| AuthError::Hashing(error.to_string()))
}

fn fits(argon2: &Argon2<'_>, password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_fits_its_hash() {
        let hasher = Hasher::new(Cost::Least).unwrap();
        let hash = hasher.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(hasher.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("wrong horse".into(), Some(hash)).await.unwrap());
        assert!(!hasher.verify("nobody has this password".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_flood_is_told_to_come_back() {
        let hasher = Hasher::new(Cost::Least).unwrap();
        let flood = (0..HASHES_WAITING_MAX * 4).map(|_| hasher.hash("password".into()));
        let results = futures_util::future::join_all(flood).await;
        assert!(results.iter().any(|result| matches!(result, Err(AuthError::Busy))));
        assert!(results.iter().any(Result::is_ok));
    }
}
