//! Links to messages: `<server>/channels/<id>/messages/<id>`, a place on the server, as invites are.

use pail_protocol::{ChannelId, MessageId};

/// A message somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permalink {
    /// The server, as people write it, without a slash at its end.
    pub server: String,
    /// The channel.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
}

impl Permalink {
    /// The place of a message of a server.
    #[must_use]
    pub fn of(server: &str, channel: ChannelId, message: MessageId) -> Self {
        Self { server: server.trim_end_matches('/').to_owned(), channel, message }
    }

    /// What a link leads to, if it is of this kind.
    #[must_use]
    pub fn parse(link: &str) -> Option<Self> {
        let (place, message) = link.trim_end_matches('/').rsplit_once("/messages/")?;
        let (server, channel) = place.rsplit_once("/channels/")?;
        let is_server = ["http://", "https://"].iter().any(|scheme| server.starts_with(scheme));
        let id = |digits: &str| digits.parse().ok().filter(|id| *id > 0);
        is_server.then_some(Self::of(server, ChannelId(id(channel)?), MessageId(id(message)?)))
    }

    /// Whether it is on that server.
    #[must_use]
    pub fn is_on(&self, server: &str) -> bool {
        self.server.eq_ignore_ascii_case(server.trim_end_matches('/'))
    }

    /// As a link.
    #[must_use]
    pub fn link(&self) -> String {
        format!("{}/channels/{}/messages/{}", self.server, self.channel, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::Permalink;

    #[test]
    fn a_link_to_a_message_is_told_from_others() {
        for link in [
            "https://chat.example/channels/7/messages/12",
            "http://127.0.0.1:7245/channels/1/messages/9223372036854775807",
            "https://example.com/team/channels/7/messages/12",
        ] {
            assert_eq!(Permalink::parse(link).map(|it| it.link()).as_deref(), Some(link));
        }
        for link in [
            "https://chat.example/channels/7",
            "https://chat.example/channels/x/messages/12",
            "https://chat.example/channels/7/messages/-12",
            "https://chat.example/channels/7/messages/99999999999999999999",
            "ftp://chat.example/channels/7/messages/12",
            "/channels/7/messages/12",
            "https://discord.example/channels/7/12",
        ] {
            assert_eq!(Permalink::parse(link), None, "{link}");
        }
        let link = Permalink::parse("https://Chat.example/channels/7/messages/12/").unwrap();
        assert!(link.is_on("https://chat.example/") && !link.is_on("https://other.example"));
    }
}
