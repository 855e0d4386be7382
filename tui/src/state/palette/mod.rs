//! Choosing by typing: one list for channels, people and commands, narrowed by fuzzy match.
//!
//! It chooses; what there is to choose from and what a choice does is the chat's business. A key
//! costs one match per choice: the choices are prepared when the list opens.

mod choice;

use std::cmp::Reverse;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};
use pail_protocol::{BucketId, ChannelId, MessageId};

use super::draft::Draft;
use super::search::{Hit, Inquiry};
use crate::text::SafeText;
pub use choice::{Choice, Command, Kind, PREFIXES, Target};

/// Most choices that are listed; whoever wants others types one more letter.
pub const MATCHES_MAX: usize = 100;
/// Characters that are matched; what is typed beyond them narrows no further.
const WORDS_CHARACTERS_MAX: usize = 64;

/// What the list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything there is.
    Everything,
    /// The channels last looked at.
    Recents,
    /// Somebody to write to.
    Message,
    /// Somebody to add to a channel.
    AddToChannel(ChannelId),
    /// Somebody to add to a bucket.
    AddToBucket(BucketId),
    /// An emoji for a message.
    React(MessageId),
    /// A link of a message.
    Links(MessageId),
    /// A file of a message.
    Files(MessageId),
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
    /// The marked one's place among the matches.
    pub marked: usize,
    /// Messages with the words, which are listed below what matches.
    pub inquiry: Inquiry,
    /// How many of them.
    pub found_max: usize,
    choices: Vec<Choice>,
    matches: Vec<Match>,
    found: Vec<Choice>,
}

/// A choice that matches: which, and the graphemes of its label that do.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Match {
    choice: usize,
    letters: Vec<u32>,
}

impl Palette {
    /// Opens the list.
    #[must_use]
    pub fn new(scope: Scope, title: &str, choices: Vec<Choice>) -> Self {
        let (title, draft) = (SafeText::line(title), Draft::default());
        let (inquiry, matches, found) = (Inquiry::default(), Vec::new(), Vec::new());
        let (marked, found_max) = (0, 0);
        let mut palette =
            Self { scope, title, draft, marked, inquiry, found_max, choices, matches, found };
        palette.narrow();
        palette
    }

    /// There is something else to choose from. What somebody has moved to stays marked if it is
    /// still there.
    pub fn renew(&mut self, choices: Vec<Choice>) {
        let moved_to = self.marked_choice().filter(|_| self.marked > 0);
        let marked = moved_to.map(|choice| choice.target);
        self.choices = choices;
        self.narrow();
        let same = |(choice, _): (&Choice, &[u32])| Some(choice.target) == marked;
        let place = { self.matches().position(same) };
        self.marked = place.unwrap_or(0);
    }

    /// Matches anew, after the text changed. The best one is marked.
    pub fn narrow(&mut self) {
        let (kind, words) = self.asked();
        let words: String = words.chars().take(WORDS_CHARACTERS_MAX).collect();
        self.matches = best(&self.choices, kind, &words);
        self.marked = 0;
    }

    /// What is asked for: the kind, and the words.
    #[must_use]
    pub fn asked(&self) -> (Kind, &str) {
        match self.scope {
            Scope::Everything => Kind::of(self.draft.text()),
            _ => (Kind::Any, self.draft.text()),
        }
    }

    /// What matches, best first, each with the places of the graphemes of its label that do.
    pub fn matches(&self) -> impl ExactSizeIterator<Item = (&Choice, &[u32])> {
        let all = self.matches.len() + self.found.len();
        (0..all).map(|at| match at.checked_sub(self.matches.len()) {
            Some(found) => (&self.found[found], &[][..]),
            None => (&self.choices[self.matches[at].choice], &*self.matches[at].letters),
        })
    }

    /// Lists the messages that were found.
    pub fn list_found(&mut self, choice: impl Fn(&Hit) -> Choice) {
        self.found = self.inquiry.hits().iter().take(self.found_max).map(choice).collect();
        let last = { self.matches().len().saturating_sub(1) };
        self.marked = self.marked.min(last);
    }

    /// Marks the choice so many below, around the ends.
    pub fn mark(&mut self, step: isize) {
        let count = self.matches().len() as isize;
        if count > 0 {
            self.marked = (self.marked as isize + step).rem_euclid(count) as usize;
        }
    }

    /// What is marked.
    #[must_use]
    pub fn marked_choice(&self) -> Option<&Choice> {
        self.matches().nth(self.marked).map(|(choice, _)| choice)
    }
}

/// The choices that match best. Without words they stay in their own order.
fn best(choices: &[Choice], kind: Kind, words: &str) -> Vec<Match> {
    let of_kind = choices.iter().enumerate().filter(|(_, choice)| kind.holds(choice.target));
    if words.trim().is_empty() {
        let first = of_kind.take(MATCHES_MAX);
        return first.map(|(choice, _)| Match { choice, letters: Vec::new() }).collect();
    }
    let pattern = Pattern::parse(words, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut scored: Vec<(u32, usize)> = of_kind
        .filter_map(|(at, choice)| {
            let score = pattern.score(choice.haystack.slice(..), &mut matcher)?;
            Some((score.saturating_add(choice.weight), at))
        })
        .collect();
    // Equal ones stay in the order of the list.
    scored.sort_unstable_by_key(|(score, at)| (Reverse(*score), *at));
    scored.truncate(MATCHES_MAX);
    let found = scored.into_iter().map(|(_, choice)| {
        let mut letters = Vec::new();
        pattern.indices(choices[choice].haystack.slice(..), &mut matcher, &mut letters);
        Match { choice, letters }
    });
    found.collect()
}

/// The best of some choices for words, as the list would mark it.
#[must_use]
pub fn best_target(choices: &[Choice], words: &str) -> Option<Target> {
    let (kind, words) = Kind::of(words);
    best(choices, kind, words).first().map(|found| choices[found.choice].target)
}

#[cfg(test)]
mod tests {
    use pail_protocol::{BucketId, ChannelId, UserId};

    use super::{Choice, Command, MATCHES_MAX, Palette, Scope, Target};

    fn choices() -> Vec<Choice> {
        vec![
            Choice::new("#general", "Acme", Target::Channel(ChannelId(1))),
            Choice::new("#random", "Acme", Target::Channel(ChannelId(2))),
            Choice::new("@Bea Lind", "direct message", Target::Direct(ChannelId(3))),
            Choice::new("Carlos", "@carlos", Target::Person(UserId(3))),
            Choice::new("Acme", "bucket", Target::Bucket(BucketId(1))),
            Choice::new("Log out…", "", Target::Command(Command::LogOut)),
        ]
    }

    fn labels(palette: &Palette) -> Vec<&str> {
        palette.matches().map(|(choice, _)| choice.label.as_str()).collect()
    }

    fn typed(text: &str, choices: Vec<Choice>) -> Palette {
        let mut palette = Palette::new(Scope::Everything, "", choices);
        palette.draft.insert(text);
        palette.narrow();
        palette
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(labels(&typed(text, choices())), expected, "{text}");
    }

    #[test]
    fn typing_narrows_and_a_first_sign_picks_a_kind() {
        check("", &["#general", "#random", "@Bea Lind", "Carlos", "Acme", "Log out…"]);
        check("gnrl", &["#general"]);
        check("RAN", &["#random"]);
        check("#", &["#general", "#random"]);
        check("@", &["@Bea Lind", "Carlos"]);
        check("*", &["Acme"]);
        check(">lo", &["Log out…"]);
        check("?lo", &[]);
        check("zzz", &[]);
    }

    #[test]
    fn the_letters_that_match_are_told() {
        let palette = typed("gnrl", choices());
        assert_eq!(palette.matches().next().map(|(_, letters)| letters), Some(&[1, 3, 5, 7][..]));
    }

    #[test]
    fn what_was_used_or_is_unread_wins_among_equals_and_not_over_a_better_match() {
        let one = |label: &str, id, weight| {
            Choice::new(label, "", Target::Channel(ChannelId(id))).worth(weight)
        };
        let list = || vec![one("#deploy", 1, 0), one("#deploys", 2, 12), one("#undxxexxp", 3, 12)];
        assert_eq!(labels(&typed("dep", list())), ["#deploys", "#deploy", "#undxxexxp"]);
    }

    #[test]
    fn the_list_is_bounded() {
        let many = (0..1_000).map(|id| {
            Choice::new(&format!("#channel-{id}"), "Acme", Target::Channel(ChannelId(id)))
        });
        let many: Vec<_> = many.collect();
        assert_eq!(typed("", many.clone()).matches().len(), MATCHES_MAX);
        assert_eq!(typed("chan", many).matches().len(), MATCHES_MAX);
    }

    #[test]
    fn the_mark_goes_around_the_ends_and_stays_with_its_choice() {
        let mut palette = Palette::new(Scope::Everything, "", choices());
        let marked = |palette: &Palette| palette.marked_choice().map(|choice| choice.target);
        palette.mark(-1);
        assert_eq!(marked(&palette), Some(Target::Command(Command::LogOut)));
        palette.renew(choices().split_off(2));
        assert_eq!(marked(&palette), Some(Target::Command(Command::LogOut)));
        palette.mark(1);
        assert_eq!(marked(&palette), Some(Target::Direct(ChannelId(3))));
    }
}
