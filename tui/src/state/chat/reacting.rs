//! Reacting: a list of emoji to choose from, what was used last in front. Choosing one of ours takes
//! it back. What comes of it is told by the server.

use pail_protocol::MessageId;

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::Call;
use crate::state::palette::{Choice, Scope, Target};
use crate::state::timeline::Entry;

/// Emoji remembered as used last.
const USED_MAX: usize = 12;

/// What is offered first to whoever has not reacted yet.
const COMMON: [&str; 8] = ["👍", "❤️", "😂", "🎉", "👀", "✅", "🙏", "🚀"];

/// Emoji used last, newest first.
#[derive(Debug, Default)]
pub(super) struct Used(Vec<&'static str>);

impl Used {
    fn put(&mut self, emoji: &'static str) {
        self.0.retain(|known| *known != emoji);
        self.0.insert(0, emoji);
        self.0.truncate(USED_MAX);
    }

    fn place(&self, emoji: &str) -> usize {
        let common = COMMON.iter().position(|known| *known == emoji).map(|at| USED_MAX + at);
        let used = self.0.iter().position(|known| *known == emoji);
        used.or(common).unwrap_or(usize::MAX)
    }
}

impl Chat {
    pub(super) fn pick_reaction(&mut self, entry: &Entry, _: &Surroundings) {
        self.choose_from(Scope::React(entry.id), "React with");
    }

    /// Reacts, or takes it back.
    pub(super) fn react(&mut self, message: MessageId, emoji: &'static str) {
        let is_ours = self.reactions_of(message).any(|(known, is_ours)| known == emoji && is_ours);
        let written = emoji.to_owned();
        if is_ours {
            self.call(Call::Unreact { message, emoji: written });
        } else {
            self.used_emoji.put(emoji);
            self.call(Call::React { message, emoji: written });
        }
    }

    /// What others said with, then what was used last, then all there is.
    pub(super) fn emoji_choices(&self, message: MessageId) -> Vec<Choice> {
        let given: Vec<(&str, bool)> = self.reactions_of(message).collect();
        let given_at = |emoji: &str| given.iter().position(|(known, _)| *known == emoji);
        let mut all: Vec<&'static emojis::Emoji> = emojis::iter().collect();
        all.sort_by_cached_key(|emoji| {
            let text = emoji.as_str();
            (given_at(text).unwrap_or(usize::MAX), self.used_emoji.place(text))
        });
        let choice = |emoji: &'static emojis::Emoji| {
            let shortcodes: Vec<_> = emoji.shortcodes().map(|code| format!(":{code}:")).collect();
            let label = format!("{}  {}", emoji.as_str(), emoji.name());
            let choice = Choice::new(&label, &shortcodes.join(" "), Target::React(emoji.as_str()));
            match given_at(emoji.as_str()).map(|at| given[at].1) {
                Some(true) => choice.with_news("yours: takes it back"),
                Some(false) => choice.with_news("given"),
                None => choice,
            }
        };
        all.into_iter().map(choice).collect()
    }

    fn reactions_of(&self, message: MessageId) -> impl Iterator<Item = (&str, bool)> {
        let me = self.me.id;
        let reactions = self.entry_of(message).into_iter().flat_map(|entry| &entry.reactions);
        reactions.map(move |reaction| (reaction.emoji.as_str(), reaction.users.contains(&me)))
    }
}
