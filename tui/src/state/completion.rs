//! The word at the caret, and what it may become: people, channels, emoji, commands, languages, paths.
//!
//! It finds the word and keeps the list; where the choices come from is the chat's business.

use std::ops::Range;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::draft::Draft;
use super::{prose, slash};
use crate::text::SafeText;

/// Choices that are kept of all that fit.
pub const CHOICES_MAX: usize = 50;
/// Characters behind a `:` from which on emoji are offered unasked: fewer are a smiley.
const SHORTCODE_MIN: usize = 2;

/// What ends the name of a command.
const NOT_IN_NAME: [char; 4] = [' ', '\t', '\n', '/'];

/// What a word may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `@` somebody.
    Person,
    /// `#` a channel.
    Channel,
    /// `:` an emoji.
    Emoji,
    /// The language of a block of code.
    Language,
    /// `/` a command.
    Command,
    /// The path of a file to attach.
    Path,
}

/// A word that may be completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it may become.
    pub kind: Kind,
    /// Where it is in the draft, with its sign.
    pub range: Range<usize>,
    /// What was typed of it, without its sign.
    pub typed: String,
}

/// What a word can become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is shown.
    pub label: SafeText,
    /// What is shown beside it.
    pub detail: SafeText,
    /// What is written in the place of the word.
    pub text: String,
}

/// The list over the composer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Popup {
    /// The word it completes.
    pub word: Word,
    /// The choices, best first; never empty.
    pub choices: Vec<Choice>,
    /// The marked one.
    pub marked: usize,
}

/// The list, when there is one.
#[derive(Debug, Clone, Default)]
pub struct Completion {
    popup: Option<Popup>,
    /// Where the word begins for which nobody wants a list.
    unwanted: Option<usize>,
    /// Whether a path is being completed: its list comes later, and again with each key.
    follows_path: bool,
}

impl Word {
    /// The word before the caret, if a sign says what it may become. Who asks for it may have
    /// typed less of it; a word without a sign is a name then.
    #[must_use]
    pub fn before_caret(draft: &Draft, is_asked: bool) -> Option<Self> {
        let before = &draft.text()[..draft.caret()];
        let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
        if let Some(typed) = line.strip_prefix("```") {
            let range = before.len() - typed.len()..before.len();
            let word = Self { kind: Kind::Language, range, typed: typed.to_owned() };
            return word.is_worth_it(is_asked).then_some(word);
        }
        if let Some(start) = slash::path_in(draft.text()).filter(|_| draft.is_start_typed()) {
            let typed = before.get(start..)?.to_owned();
            let word = Self { kind: Kind::Path, range: start..before.len(), typed };
            return word.is_worth_it(is_asked).then_some(word);
        }
        if let Some(typed) = before.strip_prefix('/').filter(|typed| !typed.contains(NOT_IN_NAME)) {
            let range = 0..before.len();
            let word = Self { kind: Kind::Command, range, typed: typed.to_owned() };
            return word.is_worth_it(is_asked).then_some(word);
        }
        let word = line.rsplit(char::is_whitespace).next()?;
        let word = word.trim_start_matches(['(', '[', '{', '"', '\'', '*', '_', '~']);
        let (kind, typed) = match word.chars().next()? {
            '@' => (Kind::Person, &word[1..]),
            '#' => (Kind::Channel, &word[1..]),
            ':' => (Kind::Emoji, &word[1..]),
            _ if is_asked => (Kind::Person, word),
            _ => return None,
        };
        let range = before.len() - word.len()..before.len();
        let word = Self { kind, range, typed: typed.to_owned() };
        let is_prose = || !prose::is_code_at(draft.text(), draft.caret());
        (word.is_worth_it(is_asked) && is_prose()).then_some(word)
    }

    fn is_worth_it(&self, is_asked: bool) -> bool {
        let count = self.typed.chars().count();
        match self.kind {
            Kind::Emoji if !self.typed.chars().all(prose::is_of_shortcode) => false,
            Kind::Emoji => count >= SHORTCODE_MIN || is_asked && count > 0,
            Kind::Path => is_asked,
            Kind::Language if self.typed.contains([' ', '`']) => false,
            _ => count > 0 || is_asked,
        }
    }

    /// The best of some items for what was typed, by the text of each. Equals stay in order.
    pub fn best<T>(&self, items: impl IntoIterator<Item = (T, String)>) -> Vec<T> {
        let pattern =
            Pattern::new(&self.typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut characters = Vec::new();
        let scored = items.into_iter().filter(|(_, text)| self.may_be(text));
        let mut scored: Vec<(u32, T)> = scored
            .filter_map(|(item, text)| {
                let score = pattern.score(Utf32Str::new(&text, &mut characters), &mut matcher)?;
                Some((score, item))
            })
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, item)| item).take(CHOICES_MAX).collect()
    }

    /// A single character says little: it must begin a word of the text.
    fn may_be(&self, text: &str) -> bool {
        let mut typed = self.typed.chars();
        let (Some(only), None) = (typed.next(), typed.next()) else { return true };
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '+');
        let begins = |word: &str| word.chars().next().is_some_and(|c| is_same(c, only));
        words.any(begins)
    }
}

fn is_same(a: char, b: char) -> bool {
    a.to_lowercase().eq(b.to_lowercase())
}

impl Completion {
    /// The list.
    #[must_use]
    pub fn popup(&self) -> Option<&Popup> {
        self.popup.as_ref()
    }

    /// Nothing is completed.
    pub fn end(&mut self) {
        *self = Self::default();
    }

    /// Nobody wants a list for this word.
    pub fn dismiss(&mut self) {
        self.follows_path = false;
        self.unwanted = self.popup.take().map(|popup| popup.word.range.start);
    }

    /// Whether a list is wanted for a word. Who asks, wants it.
    pub fn wants(&mut self, word: Option<&Word>, is_asked: bool) -> bool {
        let start = word.map(|word| word.range.start);
        self.follows_path &= word.is_some_and(|word| word.kind == Kind::Path);
        if is_asked || self.unwanted != start {
            self.unwanted = None;
        }
        self.popup = None;
        start.is_some() && self.unwanted.is_none()
    }

    /// A list of names is asked for.
    pub fn follow_path(&mut self) {
        self.follows_path = true;
    }

    /// Whether a path is being completed.
    #[must_use]
    pub fn follows_path(&self) -> bool {
        self.follows_path
    }

    /// Shows choices; none is no list.
    pub fn offer(&mut self, word: Word, choices: Vec<Choice>) {
        self.popup = (!choices.is_empty()).then_some(Popup { word, choices, marked: 0 });
    }

    /// Marks the choice above or below, around the ends.
    pub fn mark(&mut self, step: isize) {
        if let Some(popup) = &mut self.popup {
            let count = popup.choices.len() as isize;
            popup.marked = (popup.marked as isize + step).rem_euclid(count) as usize;
        }
    }

    /// Takes the marked choice, with the word it stands for.
    pub fn take(&mut self) -> Option<(Word, Choice)> {
        let Popup { word, mut choices, marked } = self.popup.take()?;
        Some((word, choices.swap_remove(marked)))
    }
}

impl Popup {
    /// Whether the marked choice is what the draft says already.
    #[must_use]
    pub fn is_written(&self, draft: &Draft) -> bool {
        let written = draft.text().get(self.word.range.clone());
        written == Some(self.choices[self.marked].text.as_str())
    }
}

impl Choice {
    /// A choice.
    #[must_use]
    pub fn new(label: &str, detail: &str, text: String) -> Self {
        Self { label: SafeText::line(label), detail: SafeText::line(detail), text }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Word};
    use crate::state::draft::Draft;

    #[track_caller]
    fn check(text: &str, is_asked: bool, expected: Option<(Kind, &str)>) {
        let word = Word::before_caret(&Draft::from(text), is_asked);
        let found = word.as_ref().map(|word| (word.kind, word.typed.as_str()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_sign_at_the_start_of_a_word_says_what_it_may_become() {
        check("hello @be", false, Some((Kind::Person, "be")));
        check("(#gen", false, Some((Kind::Channel, "gen")));
        check(":ta", false, Some((Kind::Emoji, "ta")));
        check("```ru", false, Some((Kind::Language, "ru")));
        check("text\n```r", false, Some((Kind::Language, "r")));
    }

    #[test]
    fn prose_that_looks_like_it_is_left_alone() {
        for text in ["me@example", "at 10:30", ":D", "std::mem", "@", "C#x", "`@be", "```\n@be"] {
            check(text, false, None);
        }
    }

    #[test]
    fn who_asks_may_have_typed_less() {
        check("@", true, Some((Kind::Person, "")));
        check("be", true, Some((Kind::Person, "be")));
        check("hello ", true, None);
        check(":D", true, Some((Kind::Emoji, "D")));
    }

    #[test]
    fn one_character_must_begin_a_word_and_more_match_anywhere() {
        let word = |typed: &str| Word::before_caret(&Draft::from(typed), false).expect("a word");
        let names = || ["carlos", "bea lind", "lena"].map(|name| (name, name.to_owned()));
        assert_eq!(word("@l").best(names()), ["bea lind", "lena"]);
        assert_eq!(word("@ld").best(names()), ["bea lind"]);
        assert_eq!(word("@zz").best(names()), Vec::<&str>::new());
    }
}
