//! The only place where the client asks for randomness.

use anyhow::Context;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// Bytes of randomness in a name that nothing else has.
const NAME_BYTES: usize = 16;

/// Random bytes from the system.
///
/// # Errors
/// When the system has none to give.
#[expect(clippy::disallowed_methods, reason = "this is where randomness enters the client")]
pub fn bytes<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).context("the system gives no randomness")?;
    Ok(bytes)
}

/// A name that nothing else has.
///
/// # Errors
/// As [`bytes()`].
pub fn name() -> anyhow::Result<String> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes::<NAME_BYTES>()?))
}
