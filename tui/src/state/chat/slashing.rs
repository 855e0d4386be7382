//! Carrying out what was written as a command. What cannot be done says why, and stays written.

use pail_protocol::{BucketId, ChannelId, MessageId, UserId};

use super::{Chat, Wish};
use crate::state::Surroundings;
use crate::state::effect::Call;
use crate::state::palette::Scope;
use crate::state::permalink::Permalink;
use crate::state::quiet::Quiet;
use crate::state::random::Random;
use crate::state::roster::{Bucket, Channel, Home};
use crate::state::slash::{self, Command, Does, Written};
use crate::state::substitution::Substitution;
use crate::text::SafeText;

/// Done, or why not.
type Done = Result<(), String>;

impl Chat {
    pub(super) fn carry_out(
        &mut self,
        command: &'static Command,
        words: &str,
        around: &Surroundings,
        random: &mut Random,
    ) -> Done {
        if words.is_empty() && command.needs_words() {
            return Err(usage(command));
        }
        match command.does {
            Does::Act(action) => self.wish = Some(Wish::Do(action)),
            Does::Say(says) => return self.say_here(&says(words), around, random),
            Does::Join => return self.join(words, around),
            Does::Leave => self.leave_open_channel()?,
            Does::Message => return self.message_somebody(words, around, random),
            Does::Topic => self.set_topic(words)?,
            Does::Mute(is_muted) => {
                let channel = self.open_id()?;
                self.call(Call::Mute { channel, is_muted });
            }
            Does::Quiet => self.wish = Some(Wish::Quiet(Quiet::asked(words, around)?)),
            Does::Status => self.ask_for_status(words, around)?,
            Does::Invite => self.invite(words)?,
            Does::Search => self.open_search(words, around),
            Does::Snippet => self.write_snippet(words),
            Does::Upload => self.attach(words)?,
            Does::Cancel => {
                if !self.detach_last(around) {
                    return Err("No file is attached.".to_owned());
                }
            }
            Does::Go if Permalink::parse(words).is_some() => self.go_to_link(words, around)?,
            Does::Go => {
                let target = self.place_for(words).ok_or_else(|| nothing_like(words))?;
                self.choose(Scope::Everything, target, around);
            }
        }
        Ok(())
    }

    /// What is said over the composer of what Enter would do.
    #[must_use]
    pub fn intention(&self) -> Option<SafeText> {
        let draft = self.draft()?;
        let words = match slash::read(draft.text(), draft.is_start_typed()) {
            Written::Command(command, _) => format!("{} · {}", command.usage(), command.help),
            Written::Substitution(substitution) => match self.substituted(&substitution) {
                Ok((_, text)) => format!("your last message: {text}"),
                Err(why) => why,
            },
            Written::Text(_) | Written::Unknown(_) | Written::Pasted(_) => return None,
        };
        Some(SafeText::line(&words))
    }

    /// The last message of ours says something else.
    pub(super) fn substitute(&mut self, substitution: &Substitution) -> Done {
        let (message, text) = self.substituted(substitution)?;
        if text.trim().is_empty() || text.len() > self.limits.message_text_bytes {
            return Err("Nothing would be left of it, or too much. It stays as it is.".to_owned());
        }
        self.call(Call::EditMessage { message, text });
        Ok(())
    }

    fn substituted(&self, substitution: &Substitution) -> Result<(MessageId, String), String> {
        let mut entries = self.timeline().into_iter().flat_map(|t| t.entries().rev());
        let mine = entries.find(|entry| entry.author == self.me.id && !entry.is_deleted);
        let mine = mine.ok_or("No message of yours is here to be changed.")?;
        match substitution.apply(mine.raw()) {
            Some(text) => Ok((mine.id, text)),
            None => Err(format!("Your last message does not say “{}”.", substitution.old())),
        }
    }

    fn go_to_link(&mut self, words: &str, around: &Surroundings) -> Done {
        let place = Permalink::parse(words).and_then(|link| self.place_of(&link));
        let place = place.ok_or("That message is on a server where you are not logged in.")?;
        self.go_to_place(&place, around);
        Ok(())
    }

    fn open_id(&self) -> Result<ChannelId, String> {
        self.current().map(|channel| channel.id).ok_or_else(|| "No channel is open.".to_owned())
    }

    fn open_bucket(&self) -> Result<BucketId, String> {
        match self.current().map(|channel| channel.home) {
            Some(Home::Bucket(bucket)) => Ok(bucket),
            _ => Err("That works in a channel of a bucket only.".to_owned()),
        }
    }

    fn join(&mut self, words: &str, around: &Surroundings) -> Done {
        let name = words.trim_start_matches('#');
        let is_it = |channel: &&Channel| channel.name.as_str().eq_ignore_ascii_case(name);
        let open = self.roster.in_order().into_iter().filter(|c| !c.is_direct()).find(is_it);
        if let Some(id) = open.map(|channel| channel.id) {
            self.go(id, around);
            return Ok(());
        }
        let closed = |bucket: &Bucket| {
            self.roster.closed_channels_of(bucket.id).find(is_it).map(|channel| channel.id)
        };
        let channel = self.roster.buckets().iter().find_map(closed);
        let channel = channel.ok_or_else(|| nothing_like(words))?;
        self.call(Call::JoinChannel { channel });
        Ok(())
    }

    fn leave_open_channel(&mut self) -> Done {
        self.open_bucket()?;
        let channel = self.open_id()?;
        self.ask_to_leave(channel);
        Ok(())
    }

    /// To somebody new, the words wait in the composer until the conversation is open.
    fn message_somebody(
        &mut self,
        words: &str,
        around: &Surroundings,
        random: &mut Random,
    ) -> Done {
        let (name, text) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let user = self.person_called(name)?;
        let known = self.roster.directs().find(|direct| direct.home == Home::Direct(Some(user)));
        match known.map(|direct| direct.id) {
            Some(id) => {
                self.go(id, around);
                if text.trim().is_empty() { Ok(()) } else { self.say_here(text, around, random) }
            }
            None => {
                self.early.insert(text.trim());
                self.call(Call::OpenDirect { user });
                Ok(())
            }
        }
    }

    fn set_topic(&mut self, words: &str) -> Done {
        self.open_bucket()?;
        let (channel, topic) = (self.open_id()?, words.to_owned());
        self.call(Call::SetTopic { channel, topic });
        Ok(())
    }

    fn invite(&mut self, words: &str) -> Done {
        let bucket = self.open_bucket()?;
        let call = match words {
            "" => Call::Invite { bucket },
            name => {
                Call::AddToChannel { channel: self.open_id()?, user: self.person_called(name)? }
            }
        };
        self.call(call);
        Ok(())
    }

    fn person_called(&self, name: &str) -> Result<UserId, String> {
        let name = name.trim_start_matches('@');
        let mut people = self.roster.people().iter();
        let found = people.find(|person| person.username.as_str().eq_ignore_ascii_case(name));
        found.map(|person| person.id).ok_or_else(|| format!("Nobody here is called @{name}."))
    }
}

fn usage(command: &Command) -> String {
    format!("It is written {}: {}.", command.usage(), command.help)
}

fn nothing_like(words: &str) -> String {
    format!("Nothing is called {words}. Ctrl-K shows all there is.")
}
