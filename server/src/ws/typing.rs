//! How often one connection may say that its user is typing.

use std::collections::HashMap;
use std::time::Duration;

use pail_protocol::ChannelId;
use pail_protocol::limits::TYPING_INTERVAL_MS;
use tokio::time::Instant;

/// Channels a connection may type in at once; nobody types in more.
const CHANNELS_MAX: usize = 16;

/// When a connection last said so, per channel.
#[derive(Debug, Default)]
pub struct TypingPace {
    said: HashMap<ChannelId, Instant>,
}

impl TypingPace {
    /// Whether to pass it on; if so, it counts from now.
    pub fn allows(&mut self, channel: ChannelId, now: Instant) -> bool {
        let interval = Duration::from_millis(TYPING_INTERVAL_MS);
        self.said.retain(|_, said| now.saturating_duration_since(*said) < interval);
        let allowed = self.said.len() < CHANNELS_MAX && !self.said.contains_key(&channel);
        if allowed {
            self.said.insert(channel, now);
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_per_interval_and_channel_and_not_everywhere_at_once() {
        let (mut pace, start) = (TypingPace::default(), Instant::now());
        assert!(pace.allows(ChannelId(1), start));
        assert!(!pace.allows(ChannelId(1), start));
        assert!(pace.allows(ChannelId(2), start));
        let allowed = (3..100).filter(|id| pace.allows(ChannelId(*id), start)).count();
        assert_eq!(allowed, CHANNELS_MAX - 2);
        assert!(pace.allows(ChannelId(1), start + Duration::from_millis(TYPING_INTERVAL_MS)));
    }
}
