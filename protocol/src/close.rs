//! WebSocket close codes: number, words, and whether coming back helps.

/// Why the server closes a WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// The server is shutting down or restarting.
    GoingAway,
    /// A message or frame was longer than the limit.
    TooBig,
    /// The server failed.
    Internal,
    /// The client did not follow the protocol of this socket.
    Protocol,
    /// No credentials, wrong ones, or they have been revoked.
    NotAuthenticated,
    /// Not, or no longer, a member of the channel.
    NotAMember,
    /// No such channel, or it has been deleted.
    NoSuchChannel,
    /// The client read more slowly than its channels spoke.
    SlowConsumer,
}

impl CloseCode {
    /// All codes, in the order of the document.
    pub const ALL: [Self; 8] = [
        Self::GoingAway,
        Self::TooBig,
        Self::Internal,
        Self::Protocol,
        Self::NotAuthenticated,
        Self::NotAMember,
        Self::NoSuchChannel,
        Self::SlowConsumer,
    ];

    /// The number in the close frame.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::TooBig => 1009,
            Self::Internal => 1011,
            Self::Protocol => 4000,
            Self::NotAuthenticated => 4001,
            Self::NotAMember => 4003,
            Self::NoSuchChannel => 4004,
            Self::SlowConsumer => 4008,
        }
    }

    /// The code of that number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.number() == number)
    }

    /// The reason in the close frame; for 4001, 4003 and 4004 the document's own words.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::GoingAway => "Server going away.",
            Self::TooBig => "Message too big.",
            Self::Internal => "Internal server error.",
            Self::Protocol => "Unexpected frame.",
            Self::NotAuthenticated => "User is not authenticated.",
            Self::NotAMember => "User is not a member of the channel.",
            Self::NoSuchChannel => "Channel does not exist.",
            Self::SlowConsumer => "Slow consumer; resume from your last seq.",
        }
    }

    /// Whether a client should come back by itself. The others end in the same way again.
    #[must_use]
    pub fn reconnect(self) -> bool {
        match self {
            Self::GoingAway | Self::Internal | Self::SlowConsumer => true,
            Self::TooBig
            | Self::Protocol
            | Self::NotAuthenticated
            | Self::NotAMember
            | Self::NoSuchChannel => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CloseCode;

    #[test]
    fn numbers_are_distinct_and_lead_back() {
        for code in CloseCode::ALL {
            assert_eq!(CloseCode::from_number(code.number()), Some(code));
        }
    }
}
