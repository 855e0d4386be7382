//! The palette opens, and what comes of a choice. What it offers is in `offers`.

use pail_protocol::{BucketId, ChannelId};

use super::Chat;
use crate::state::accounts::OPEN_ACCOUNTS_MAX;
use crate::state::effect::Call;
use crate::state::overlay::{Card, Confirms, Overlay, Prompt, Purpose};
use crate::state::palette::{Command, Palette, Scope, Target};
use crate::state::quiet::Quiet;
use crate::state::{Surroundings, Wish};
use crate::text::SafeText;

impl Chat {
    pub(super) fn open_palette(&mut self, scope: Scope, title: &str) {
        self.fetch_people();
        self.choose_from(scope, title);
    }

    /// Opens a list of what is at hand.
    pub(super) fn choose_from(&mut self, scope: Scope, title: &str) {
        let choices = self.choices(scope);
        self.overlay = Some(Overlay::Palette(Box::new(Palette::new(scope, title, choices))));
    }

    /// There may be something else to choose from.
    pub(super) fn renew_palette(&mut self) {
        let Some(Overlay::Palette(palette)) = &self.overlay else { return };
        let choices = self.choices(palette.scope);
        if let Some(Overlay::Palette(palette)) = &mut self.overlay {
            palette.renew(choices);
        }
    }

    /// Takes what is marked in the palette.
    pub(super) fn choose_marked(&mut self, around: &Surroundings) {
        let Some(Overlay::Palette(palette)) = &self.overlay else { return };
        let Some(choice) = palette.marked_choice() else { return };
        if let Some(why) = choice.why_not.clone() {
            return self.complain(why.as_str(), around);
        }
        let (scope, target) = (palette.scope, choice.target);
        self.overlay = None;
        self.choose(scope, target, around);
    }

    /// Does what was chosen.
    pub(super) fn choose(&mut self, scope: Scope, target: Target, around: &Surroundings) {
        match (scope, target) {
            (Scope::AddToChannel(channel), Target::Person(user)) => {
                self.call(Call::AddToChannel { channel, user });
            }
            (Scope::AddToBucket(bucket), Target::Person(user)) => {
                self.call(Call::AddToBucket { bucket, user });
            }
            (Scope::React(message), Target::React(emoji)) => self.react(message, emoji),
            (Scope::Links(message), Target::Link(at)) => self.open_link_at(message, at, around),
            (Scope::Files(message), Target::File(at)) => self.save_file_at(message, at),
            (_, Target::React(_) | Target::Link(_) | Target::File(_)) => {}
            (_, Target::Person(user)) => self.call(Call::OpenDirect { user }),
            (_, Target::Channel(channel) | Target::Direct(channel)) => self.go(channel, around),
            (_, Target::Bucket(bucket)) => self.go_to_bucket(bucket, around),
            (_, Target::Message(channel, seq)) => self.jump(channel, seq, around),
            (_, Target::Command(command)) => self.command(command, around),
            (_, Target::Do(action)) => self.wish = Some(Wish::Do(action)),
        }
    }

    fn command(&mut self, command: Command, around: &Surroundings) {
        match command {
            Command::CreateBucket => self.prompt("Name of the new bucket", Purpose::CreateBucket),
            Command::CreateChannel(bucket) => {
                let title = format!("Name of the new channel in {}", self.bucket_name(bucket));
                self.prompt(&title, Purpose::CreateChannel(bucket));
            }
            Command::SetTopic(channel) => self.prompt_for_topic(channel),
            Command::Rename => {
                let prompt = Prompt::new("What are you called?", Purpose::Rename);
                self.overlay = Some(Overlay::Prompt(prompt.with(self.me.name.as_str())));
            }
            Command::MessageSomeone => self.open_palette(Scope::Message, "Write to whom?"),
            Command::AddToChannel(channel) => {
                let title = format!("Add whom to {}?", self.label(channel));
                self.open_palette(Scope::AddToChannel(channel), &title);
            }
            Command::AddToBucket(bucket) => {
                let title = format!("Add whom to {}?", self.bucket_name(bucket));
                self.open_palette(Scope::AddToBucket(bucket), &title);
            }
            Command::Invite(bucket) => self.call(Call::Invite { bucket }),
            Command::JoinChannel(channel) => self.call(Call::JoinChannel { channel }),
            Command::LeaveChannel(channel) => self.ask_to_leave(channel),
            Command::MarkEverythingRead => self.ask_to_mark_everything_read(),
            Command::Mute(channel) => self.call(Call::Mute { channel, is_muted: true }),
            Command::Unmute(channel) => self.call(Call::Mute { channel, is_muted: false }),
            Command::Quiet(words) => {
                self.wish = Quiet::asked(words, around).ok().map(Wish::Quiet);
            }
            Command::TakeStatusBack => {
                if let Err(why) = self.ask_for_status("", around) {
                    self.complain(&why, around);
                }
            }
            Command::Write(name) if self.current.is_some_and(|id| self.has_draft(id)) => {
                self.complain(&format!("Send or clear what is written, then: /{name}"), around);
            }
            Command::Write(name) => drop(self.write(&format!("/{name} "), around)),
            Command::RetryRefused => self.retry_refused(around),
            Command::DiscardRefused => self.discard_refused(around),
            Command::Reconnect => self.connect_anew(),
            Command::Account(account) => self.wish = Some(Wish::Account(account)),
            Command::AddAccount if self.neighbours.len() + 1 < OPEN_ACCOUNTS_MAX => {
                self.wish = Some(Wish::AddAccount);
            }
            Command::AddAccount => {
                let sentence =
                    format!("{OPEN_ACCOUNTS_MAX} accounts are open; log out of one first.");
                self.complain(&sentence, around);
            }
            Command::LogOut => self.ask_to_log_out(),
        }
    }

    fn prompt_for_topic(&mut self, id: ChannelId) {
        let Some(channel) = self.roster.channel(id) else { return };
        let title = format!("What is {} about?", channel.label());
        let prompt = Prompt::new(&title, Purpose::SetTopic(id)).with(channel.topic.as_str());
        self.overlay = Some(Overlay::Prompt(prompt));
    }

    /// A topic or our name is what was asked for.
    pub(super) fn name_or_topic_set(&mut self, call: &Call, around: &Surroundings) {
        if matches!(&self.overlay, Some(Overlay::Prompt(prompt)) if prompt.is_busy) {
            self.overlay = None;
        }
        if let Call::Rename { name } = call {
            self.me.name = SafeText::name(name);
            let sentence = format!("You are {} from now on.", self.me.name);
            self.say(&sentence, around);
        }
    }

    fn prompt(&mut self, title: &str, purpose: Purpose) {
        self.overlay = Some(Overlay::Prompt(Prompt::new(title, purpose)));
    }

    pub(super) fn ask_to_leave(&mut self, channel: ChannelId) {
        let title = format!("Leave {}?", self.label(channel));
        let lines =
            ["Somebody who manages the bucket can add you again.", "", "Enter leaves, Esc stays."];
        let confirms = Some(Confirms::Call(Call::LeaveChannel { channel }));
        self.overlay = Some(Overlay::Card(Card { confirms, ..Card::new(&title, &lines) }));
    }

    fn ask_to_mark_everything_read(&mut self) {
        let unread = self.roster.in_order().into_iter().filter(|channel| channel.unread > 0);
        let lines = [
            &*format!("{} channels have messages that you have not seen.", unread.count()),
            "",
            "Enter marks all of them as read, Esc leaves them.",
        ];
        let card = Card::new("Mark everything as read?", &lines);
        let confirms = Some(Confirms::MarkEverythingRead);
        self.overlay = Some(Overlay::Card(Card { confirms, ..card }));
    }

    fn ask_to_log_out(&mut self) {
        let lines = [
            "Your username and password stay saved on this machine:",
            "`pail` offers to log in again, `pail logout --forget` deletes them.",
            "",
            "Enter logs out, Esc stays.",
        ];
        let card = Card::new("Log out of this server?", &lines);
        self.overlay = Some(Overlay::Card(Card { confirms: Some(Confirms::LogOut), ..card }));
    }

    fn discard_refused(&mut self, around: &Surroundings) {
        if let Some(channel) = self.current {
            while self.outbox.recall(channel).is_some() {}
            self.say("Discarded.", around);
        }
    }

    /// Goes to where one was last in a bucket.
    pub(super) fn go_to_bucket(&mut self, bucket: BucketId, around: &Surroundings) {
        let is_there = |id: &ChannelId| self.roster.channels_of(bucket).any(|c| c.id == *id);
        let first = self.roster.channels_of(bucket).next().map(|channel| channel.id);
        let last = self.places.recents().find(is_there);
        match last.or(first) {
            Some(channel) => self.go(channel, around),
            None => self.complain("You are in no channel of that bucket.", around),
        }
    }

    pub(super) fn label(&self, channel: ChannelId) -> String {
        self.roster.channel(channel).map(|channel| channel.label().to_string()).unwrap_or_default()
    }

    pub(super) fn bucket_name(&self, bucket: BucketId) -> String {
        self.roster.bucket(bucket).map(|bucket| bucket.name.to_string()).unwrap_or_default()
    }
}
