//! Randomness for a pure `update`: everything follows from a seed that is given at the start.

use pail_protocol::Nonce;

/// Gives nonces, unique for ever, and numbers for jitter.
#[derive(Debug, Clone)]
pub struct Random {
    seed: u128,
    nonces: u64,
    state: u64,
}

impl Random {
    /// A seed must be used for one run only.
    #[must_use]
    pub fn new(seed: u128) -> Self {
        Self { seed, nonces: 0, state: seed as u64 }
    }

    /// A name for a message: the seed, and how many came before.
    pub fn nonce(&mut self) -> Nonce {
        self.nonces += 1;
        Nonce::new(format!("{:032x}-{}", self.seed, self.nonces))
            .expect("32 digits, a dash and at most 20 digits are visible ASCII below the bound")
    }

    /// A number from 0 to `bound`, both included (splitmix64).
    pub fn up_to(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.saturating_add(1).max(1)
    }
}
