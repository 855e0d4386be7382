//! Choosing by typing: one list for channels, people and commands, narrowed by fuzzy match.
//!
//! It chooses; what a choice does is the chat's business.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use pail_protocol::{BucketId, ChannelId, UserId};

use super::draft::Draft;
use crate::text::SafeText;

/// What a choice stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A channel or direct message.
    Channel(ChannelId),
    /// A bucket: its first channel.
    Bucket(BucketId),
    /// Somebody: the direct message with them.
    Person(UserId),
    /// Something to do.
    Command(Command),
}

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the labels say it")]
pub enum Command {
    CreateBucket,
    CreateChannel(BucketId),
    MessageSomeone,
    AddToChannel(ChannelId),
    AddToBucket(BucketId),
    Invite(BucketId),
    JoinChannel(ChannelId),
    LeaveChannel(ChannelId),
    DiscardRefused,
    Reconnect,
    LogOut,
    Help,
    Quit,
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is matched and shown.
    pub label: SafeText,
    /// What is shown beside it.
    pub detail: SafeText,
    /// What it stands for.
    pub target: Target,
}

impl Choice {
    /// A choice.
    #[must_use]
    pub fn new(label: &str, detail: &str, target: Target) -> Self {
        Self { label: SafeText::line(label), detail: SafeText::line(detail), target }
    }
}

/// What the list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything there is.
    Everything,
    /// Somebody to write to.
    Message,
    /// Somebody to add to a channel.
    AddToChannel(ChannelId),
    /// Somebody to add to a bucket.
    AddToBucket(BucketId),
}

/// The list, what was typed, and what is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    /// What the list is for.
    pub scope: Scope,
    /// What is asked.
    pub title: SafeText,
    /// What was typed.
    pub draft: Draft,
    /// What matches, best first.
    pub matches: Vec<Choice>,
    /// The marked one's place among the matches.
    pub marked: usize,
}

impl Palette {
    /// Opens the list.
    #[must_use]
    pub fn new(scope: Scope, title: &str, choices: Vec<Choice>) -> Self {
        let (title, draft) = (SafeText::line(title), Draft::default());
        Self { scope, title, draft, matches: choices, marked: 0 }
    }

    /// Matches anew, after the text or the choices changed.
    pub fn narrow(&mut self, choices: Vec<Choice>) {
        let (kind, words) = Kind::of(self.draft.text());
        let pattern = Pattern::parse(words, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut characters = Vec::new();
        let of_kind = choices.into_iter().filter(|choice| kind.holds(choice.target));
        let mut scored: Vec<(u32, Choice)> = of_kind
            .filter_map(|choice| {
                let text = format!("{} {}", choice.label, choice.detail);
                let score = pattern.score(Utf32Str::new(&text, &mut characters), &mut matcher)?;
                Some((score, choice))
            })
            .collect();
        // Stable: equal matches stay in the order of the list.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        self.matches = scored.into_iter().map(|(_, choice)| choice).collect();
        self.marked = self.marked.min(self.matches.len().saturating_sub(1));
    }

    /// Marks the choice above or below, around the ends.
    pub fn mark(&mut self, step: isize) {
        let count = self.matches.len() as isize;
        if count > 0 {
            self.marked = (self.marked as isize + step).rem_euclid(count) as usize;
        }
    }

    /// What is marked.
    #[must_use]
    pub fn chosen(&self) -> Option<Target> {
        self.matches.get(self.marked).map(|choice| choice.target)
    }
}

/// What a first sign asks for: `#` channels, `@` people, `*` buckets, `>` commands.
#[derive(Clone, Copy)]
enum Kind {
    Any,
    Channels,
    People,
    Buckets,
    Commands,
}

impl Kind {
    fn of(text: &str) -> (Self, &str) {
        let mut rest = text.chars();
        let kind = match rest.next() {
            Some('#') => Self::Channels,
            Some('@') => Self::People,
            Some('*') => Self::Buckets,
            Some('>') => Self::Commands,
            _ => return (Self::Any, text),
        };
        (kind, rest.as_str())
    }

    fn holds(self, target: Target) -> bool {
        match self {
            Self::Any => true,
            Self::Channels => matches!(target, Target::Channel(_)),
            Self::People => matches!(target, Target::Person(_) | Target::Channel(_)),
            Self::Buckets => matches!(target, Target::Bucket(_)),
            Self::Commands => matches!(target, Target::Command(_)),
        }
    }
}

#[cfg(test)]
mod tests {
    use pail_protocol::{BucketId, ChannelId};

    use super::{Choice, Command, Palette, Scope, Target};

    fn choices() -> Vec<Choice> {
        vec![
            Choice::new("#general", "Acme", Target::Channel(ChannelId(1))),
            Choice::new("#random", "Acme", Target::Channel(ChannelId(2))),
            Choice::new("Acme", "bucket", Target::Bucket(BucketId(1))),
            Choice::new("Quit", "", Target::Command(Command::Quit)),
        ]
    }

    #[track_caller]
    fn check(typed: &str, expected: &[&str]) {
        let mut palette = Palette::new(Scope::Everything, "", choices());
        palette.draft.insert(typed);
        palette.narrow(choices());
        let labels: Vec<_> = palette.matches.iter().map(|choice| choice.label.as_str()).collect();
        assert_eq!(labels, expected, "{typed}");
    }

    #[test]
    fn typing_narrows_and_a_first_sign_picks_a_kind() {
        check("", &["#general", "#random", "Acme", "Quit"]);
        check("gnrl", &["#general"]);
        check("RAN", &["#random"]);
        check("*", &["Acme"]);
        check(">q", &["Quit"]);
        check("zzz", &[]);
    }

    #[test]
    fn the_mark_goes_around_the_ends() {
        let mut palette = Palette::new(Scope::Everything, "", choices());
        palette.mark(-1);
        assert_eq!(palette.chosen(), Some(Target::Command(Command::Quit)));
        palette.mark(1);
        assert_eq!(palette.chosen(), Some(Target::Channel(ChannelId(1))));
    }
}
