//! Secrets that stand for somebody: login tokens, invite codes, keys of webhooks.
//!
//! They are 256 or 128 random bits; the store keeps only their SHA-256, so a stolen database
//! opens nothing. Being random, they need no slow hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::clock;
use crate::store::tx::SecretHash;

/// A fresh login token: `pail_` and 43 characters.
#[must_use]
pub fn new_token() -> String {
    format!("pail_{}", URL_SAFE_NO_PAD.encode(clock::random::<32>()))
}

/// A fresh invite code: 22 characters, fit for a URL.
#[must_use]
pub fn new_invite_code() -> String {
    URL_SAFE_NO_PAD.encode(clock::random::<16>())
}

/// A fresh key of a webhook: `hook_` and 22 characters, fit for a URL.
#[must_use]
pub fn new_webhook_key() -> String {
    format!("hook_{}", URL_SAFE_NO_PAD.encode(clock::random::<16>()))
}

/// What the store knows of a secret.
#[must_use]
pub fn hash(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_never_the_same() {
        assert_eq!(new_token().len(), 48);
        assert_eq!(new_invite_code().len(), 22);
        assert_ne!(new_token(), new_token());
    }
}
