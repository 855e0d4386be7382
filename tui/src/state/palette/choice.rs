//! What can be chosen from a list: what it is called, what it stands for, and why it cannot be done
//! right now, if so.

use nucleo_matcher::Utf32String;
use pail_protocol::{BucketId, ChannelId, Seq, UserId};

use crate::state::accounts::AccountKey;
use crate::state::action::Action;
use crate::text::SafeText;

/// What a choice stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A channel of a bucket.
    Channel(ChannelId),
    /// A direct message that there is.
    Direct(ChannelId),
    /// A bucket: its first channel.
    Bucket(BucketId),
    /// Somebody: the direct message with them.
    Person(UserId),
    /// Something to do that no key does.
    Command(Command),
    /// What a key does.
    Do(Action),
    /// An emoji.
    React(&'static str),
    /// The link at a place of a message.
    Link(usize),
    /// The file at a place of a message.
    File(usize),
    /// A message that was found.
    Message(ChannelId, Seq),
}

/// Something to do that needs more than a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the labels say it")]
pub enum Command {
    CreateBucket,
    SetTopic(ChannelId),
    Rename,
    CreateChannel(BucketId),
    MessageSomeone,
    AddToChannel(ChannelId),
    AddToBucket(BucketId),
    Invite(BucketId),
    JoinChannel(ChannelId),
    LeaveChannel(ChannelId),
    MarkEverythingRead,
    Mute(ChannelId),
    Unmute(ChannelId),
    /// Do not disturb, in the words of `/dnd`.
    Quiet(&'static str),
    TakeStatusBack,
    /// Begin to write a command that takes words.
    Write(&'static str),
    RetryRefused,
    DiscardRefused,
    Reconnect,
    Account(AccountKey),
    AddAccount,
    LogOut,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is matched first, and shown.
    pub label: SafeText,
    /// What is shown beside it, and matched as well.
    pub detail: SafeText,
    /// What somebody says of themselves: shown where there is room, and not matched.
    pub says: Option<SafeText>,
    /// What is new about it; not matched.
    pub news: SafeText,
    /// What it stands for.
    pub target: Target,
    /// Why it cannot be chosen now.
    pub why_not: Option<SafeText>,
    /// What it is worth before anything is typed; added to how well it matches.
    pub weight: u32,
    /// Label and detail as the matcher wants them.
    pub(super) haystack: Utf32String,
}

impl Choice {
    /// A choice.
    #[must_use]
    pub fn new(label: &str, detail: &str, target: Target) -> Self {
        let (label, detail) = (SafeText::line(label), SafeText::line(detail));
        let haystack = Utf32String::from(format!("{label} {detail}"));
        let (says, news, why_not, weight) = (None, SafeText::default(), None, 0);
        Self { label, detail, says, news, target, why_not, weight, haystack }
    }

    /// The same, worth more.
    #[must_use]
    pub fn worth(self, weight: u32) -> Self {
        Self { weight, ..self }
    }

    /// The same, with what is new about it.
    #[must_use]
    pub fn with_news(self, news: &str) -> Self {
        Self { news: SafeText::line(news), ..self }
    }

    /// The same, of somebody who says this of themselves.
    #[must_use]
    pub fn saying(self, says: Option<SafeText>) -> Self {
        Self { says, ..self }
    }

    /// The same, which cannot be chosen now.
    #[must_use]
    pub fn blocked(self, why: Option<&str>) -> Self {
        Self { why_not: why.map(SafeText::line), ..self }
    }
}

/// What a first sign asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Everything.
    Any,
    /// `#`
    Channels,
    /// `@`
    People,
    /// `*`
    Buckets,
    /// `>`
    Commands,
    /// `/`
    Messages,
    /// `?`
    Keys,
}

/// The first signs, with what they ask for.
pub const PREFIXES: [(char, Kind, &str); 6] = [
    ('#', Kind::Channels, "channel"),
    ('@', Kind::People, "person"),
    ('*', Kind::Buckets, "bucket"),
    ('>', Kind::Commands, "command"),
    ('/', Kind::Messages, "message"),
    ('?', Kind::Keys, "key"),
];

impl Kind {
    /// What a text asks for, and the rest of it.
    #[must_use]
    pub fn of(text: &str) -> (Self, &str) {
        let mut rest = text.chars();
        let first = rest.next();
        let known = PREFIXES.iter().find(|(sign, ..)| Some(*sign) == first);
        known.map_or((Self::Any, text), |(_, kind, _)| (*kind, rest.as_str()))
    }

    /// Whether such a choice is asked for.
    #[must_use]
    pub fn holds(self, target: Target) -> bool {
        match self {
            Self::Any => true,
            Self::Channels => matches!(target, Target::Channel(_)),
            Self::People => matches!(target, Target::Person(_) | Target::Direct(_)),
            Self::Buckets => matches!(target, Target::Bucket(_)),
            Self::Commands => matches!(target, Target::Command(_) | Target::Do(_)),
            Self::Messages => matches!(target, Target::Message(..)),
            Self::Keys => matches!(target, Target::Do(_)),
        }
    }
}
