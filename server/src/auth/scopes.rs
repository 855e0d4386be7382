//! How far a token reaches. Which scope a URL asks for is not decided here.

use pail_protocol::ChannelId;
use pail_protocol::token::Scope;

use super::AuthError;

/// The scopes of a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// What somebody has who logged in with a password.
    #[must_use]
    pub fn of_login() -> Self {
        Self(vec![Scope::Read, Scope::Write, Scope::Admin])
    }

    /// These scopes, each once.
    #[must_use]
    pub fn new(mut scopes: Vec<Scope>) -> Self {
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }

    /// As they are stored and shown.
    #[must_use]
    pub fn as_slice(&self) -> &[Scope] {
        &self.0
    }

    /// Whether this very scope is among them.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether it allows anything at all: a channel alone does not.
    #[must_use]
    pub fn allows_something(&self) -> bool {
        [Scope::Read, Scope::Write, Scope::Admin].into_iter().any(|scope| self.has(scope))
    }

    /// Whether it reaches URLs of this channel; with `None`, URLs that are of no channel.
    #[must_use]
    pub fn reaches(&self, channel: Option<ChannelId>) -> bool {
        let mut channels = self.0.iter().filter(|scope| matches!(scope, Scope::Channel(_)));
        let named = channel.is_some_and(|channel| self.has(Scope::Channel(channel)));
        named || channels.next().is_none()
    }

    /// Whether a token with these scopes may make one with those.
    #[must_use]
    pub fn cover(&self, wanted: &Self) -> bool {
        let mut channels = wanted.0.iter().filter_map(|scope| match scope {
            Scope::Channel(channel) => Some(*channel),
            _ => None,
        });
        let (bounded, within) = (!self.reaches(None), channels.all(|id| self.reaches(Some(id))));
        let kinds = wanted.0.iter().filter(|scope| !matches!(scope, Scope::Channel(_)));
        kinds.into_iter().all(|scope| self.has(*scope))
            && within
            && !(bounded && wanted.reaches(None))
    }

    /// Refuses what is out of reach: a URL that asks for this scope, of this channel or of none.
    ///
    /// # Errors
    /// [`AuthError::ScopeMissing`]
    pub fn require(&self, scope: Scope, channel: Option<ChannelId>) -> Result<(), AuthError> {
        if self.has(scope) && self.reaches(channel) { Ok(()) } else { Err(AuthError::ScopeMissing) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(words: &str) -> Scopes {
        Scopes::new(words.split_whitespace().map(|word| word.parse().unwrap()).collect())
    }

    #[test]
    fn a_channel_bounds_a_token_to_its_urls() {
        let (seven, eight) = (Some(ChannelId(7)), Some(ChannelId(8)));
        for (words, reached) in [
            ("read", [true, true, true]),
            ("read channel:7", [false, true, false]),
            ("read channel:7 channel:8", [false, true, true]),
        ] {
            let reaches = [None, seven, eight].map(|channel| scopes(words).reaches(channel));
            assert_eq!(reaches, reached, "{words}");
        }
    }

    #[test]
    fn a_token_makes_none_that_reaches_further() {
        for (mine, wanted, covered) in [
            ("read write admin", "read write admin", true),
            ("read write admin", "write channel:7", true),
            ("write admin", "read", false),
            ("admin", "admin", true),
            ("admin", "read write", false),
            ("admin read channel:7", "read", false),
            ("admin read channel:7", "read channel:7", true),
            ("admin read channel:7", "read channel:8", false),
            ("admin read channel:7", "read channel:7 channel:8", false),
        ] {
            assert_eq!(scopes(mine).cover(&scopes(wanted)), covered, "{mine} → {wanted}");
        }
    }
}
