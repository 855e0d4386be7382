//! Completing the word at the caret: who, where and what it may be, and taking a choice.

use std::collections::BTreeMap;

use pail_protocol::UserId;

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::Action;
use crate::state::completion::{CHOICES_MAX, Choice, Completion, Kind, Popup, Word};
use crate::state::effect::Effect;
use crate::state::languages::LANGUAGES;
use crate::state::pasted::Asked;
use crate::state::paths::{NAMES_MAX, Names, Sought};
use crate::state::roster::{Channel, Home, Person};
use crate::state::slash::{self, COMMANDS, Command, Written};
use crate::text::SafeText;

/// What mentions everybody in a channel.
const EVERYBODY: &str = "here";

impl Chat {
    /// What the word at the caret may become.
    #[must_use]
    pub fn completion(&self) -> &Completion {
        &self.completion
    }

    /// The draft changed: offers what its word may become.
    pub(super) fn offer_completion(&mut self) {
        self.look_up(false);
    }

    /// Tab: takes what is marked, or asks what a word may become. A single answer is taken at once.
    pub(super) fn complete(&mut self, around: &Surroundings) {
        if self.completion.popup().is_some() {
            return self.take_completion(around);
        }
        self.look_up(true);
        if self.completion.popup().is_some_and(|popup| popup.choices.len() == 1) {
            self.take_completion(around);
        }
    }

    /// A key while there is a list. Whether it was one for the list.
    pub(super) fn perform_in_completion(&mut self, action: Action, around: &Surroundings) -> bool {
        let Some(popup) = self.completion.popup() else { return false };
        match action {
            Action::Up => self.completion.mark(-1),
            Action::Down => self.completion.mark(1),
            Action::Cancel => self.completion.dismiss(),
            Action::Submit if !self.is_written(popup) => self.take_completion(around),
            _ => return false,
        }
        true
    }

    fn is_written(&self, popup: &Popup) -> bool {
        let Some(draft) = self.draft() else { return false };
        let is_all = popup.word.range == (0..draft.text().len());
        let read = || slash::read(draft.text(), draft.is_start_typed());
        popup.is_written(draft) || is_all && matches!(read(), Written::Command(..))
    }

    fn take_completion(&mut self, around: &Surroundings) {
        let taken = self.conversation().zip(self.completion.take());
        let Some((here, (word, choice))) = taken else { return };
        let draft = self.drafts.begin(here);
        let after = &draft.text()[word.range.end..];
        let end = match word.kind {
            Kind::Language => "\n",
            Kind::Path => "",
            _ if after.starts_with(char::is_whitespace) => "",
            _ => " ",
        };
        draft.replace(word.range, &format!("{}{end}", choice.text));
        self.completion.end();
        if word.kind == Kind::Path && choice.text.ends_with('/') {
            self.look_up(true);
        }
        self.remember_soon(around);
    }

    fn look_up(&mut self, is_asked: bool) {
        let path = self.path_at_caret().filter(|_| self.completion.follows_path());
        let word = || self.draft().and_then(|draft| Word::before_caret(draft, is_asked));
        let word = path.or_else(word);
        if self.completion.wants(word.as_ref(), is_asked)
            && let Some(word) = word
        {
            match word.kind {
                Kind::Path => {
                    self.completion.follow_path();
                    let sought = Sought::of(&word.typed, is_asked);
                    self.out.push(Effect::Ask(Asked::Names(sought)));
                }
                _ => {
                    let choices = self.choices_for(&word);
                    self.completion.offer(word, choices);
                }
            }
        }
    }

    /// What is in a folder. A single name is taken at once; whoever has typed on asks again.
    pub(super) fn offer_names(
        &mut self,
        sought: &Sought,
        names: Result<Names, SafeText>,
        around: &Surroundings,
    ) {
        let is_asked = sought.is_asked;
        let is_it = |word: &Word| Sought::of(&word.typed, is_asked) == *sought;
        let Some(word) = self.path_at_caret().filter(is_it) else {
            return;
        };
        match names.map(|names| (sought.choices(&names), names.has_more)) {
            Err(why) if is_asked => self.complain(&format!("{why}."), around),
            Err(_) => {}
            Ok((choices, _)) if choices.is_empty() && is_asked => {
                self.complain(&sought.nothing(), around);
            }
            Ok((choices, has_more)) => {
                let is_single = choices.len() == 1 && is_asked;
                self.completion.offer(word, choices);
                if is_single {
                    self.take_completion(around);
                } else if has_more && is_asked {
                    self.say(&format!("More than {NAMES_MAX}: type on to find others."), around);
                }
            }
        }
    }

    fn path_at_caret(&self) -> Option<Word> {
        let word = self.draft().and_then(|draft| Word::before_caret(draft, true))?;
        (word.kind == Kind::Path).then_some(word)
    }

    fn choices_for(&self, word: &Word) -> Vec<Choice> {
        match word.kind {
            Kind::Person => self.people_for(word),
            Kind::Channel => self.channels_for(word),
            Kind::Emoji => emoji_for(word),
            Kind::Path => Vec::new(),
            Kind::Command => {
                let all = COMMANDS.iter().map(|command| (command, command.names.join(" ")));
                let choice = |command: &Command| {
                    Choice::new(&command.usage(), command.help, format!("/{}", command.names[0]))
                };
                word.best(all).into_iter().map(choice).collect()
            }
            Kind::Language => {
                let all = LANGUAGES.iter().map(|name| (*name, (*name).to_owned()));
                let choice = |name: &str| Choice::new(name, "", name.to_owned());
                word.best(all).into_iter().map(choice).collect()
            }
        }
    }

    /// Whoever spoke last comes first.
    fn people_for(&self, word: &Word) -> Vec<Choice> {
        let ranks = self.ranks_of_speakers();
        let mut people: Vec<&Person> =
            self.roster.people().iter().filter(|person| person.id != self.me.id).collect();
        people.sort_by_key(|person| ranks.get(&person.id).copied().unwrap_or(usize::MAX));
        let everybody = (None, format!("{EVERYBODY} everybody"));
        let people = people.into_iter().map(|p| (Some(p), format!("{} {}", p.username, p.name)));
        let choice = |person: Option<&Person>| match person {
            Some(Person { username, name, .. }) => {
                Choice::new(&format!("@{username}"), name.as_str(), format!("@{username}"))
            }
            None => {
                let words = "everybody in this channel";
                Choice::new(&format!("@{EVERYBODY}"), words, format!("@{EVERYBODY}"))
            }
        };
        word.best(people.chain([everybody])).into_iter().map(choice).collect()
    }

    /// Who spoke in the open channel, the last one first.
    fn ranks_of_speakers(&self) -> BTreeMap<UserId, usize> {
        let mut ranks = BTreeMap::new();
        let entries = self.timeline().into_iter().flat_map(|timeline| timeline.entries().rev());
        for entry in entries {
            let rank = ranks.len();
            ranks.entry(entry.author).or_insert(rank);
        }
        ranks
    }

    /// Those of this bucket come first.
    fn channels_for(&self, word: &Word) -> Vec<Choice> {
        let here = self.current().map(|channel| channel.home);
        let mut channels = self.roster.in_order();
        channels.retain(|channel| !channel.is_direct());
        channels.sort_by_key(|channel| Some(channel.home) != here);
        let all = channels.into_iter().map(|channel| (channel, channel.name.to_string()));
        let choice = |channel: &Channel| {
            let bucket = match channel.home {
                Home::Bucket(bucket) => self.roster.bucket(bucket),
                Home::Direct(_) => None,
            };
            let bucket = bucket.map_or("", |bucket| bucket.name.as_str());
            Choice::new(&format!("#{}", channel.name), bucket, format!("#{}", channel.name))
        };
        word.best(all).into_iter().map(choice).collect()
    }
}

fn emoji_for(word: &Word) -> Vec<Choice> {
    let all = emojis::iter().flat_map(|emoji| emoji.shortcodes().map(move |code| (emoji, code)));
    let choice = |(emoji, code): (&emojis::Emoji, &str)| {
        Choice::new(&format!("{emoji}  :{code}:"), emoji.name(), emoji.to_string())
    };
    let best = word.best(all.map(|found| (found, found.1.to_owned())));
    best.into_iter().take(CHOICES_MAX).map(choice).collect()
}
