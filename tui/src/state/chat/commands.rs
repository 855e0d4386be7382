//! What the palette offers, and what comes of a choice.

use pail_protocol::bucket::Role;
use pail_protocol::{BucketId, ChannelId};

use super::Chat;
use crate::state::Surroundings;
use crate::state::connection::Link;
use crate::state::effect::{Call, Effect};
use crate::state::overlay::{Card, Confirms, Overlay, Prompt, Purpose};
use crate::state::palette::{Choice, Command, Palette, Scope, Target};
use crate::state::roster::{Channel, Home};

impl Chat {
    pub(super) fn open_palette(&mut self, scope: Scope, title: &str) {
        self.fetch_people();
        let choices = self.choices(scope);
        self.overlay = Some(Overlay::Palette(Palette::new(scope, title, choices)));
    }

    pub(super) fn narrow_palette(&mut self) {
        let Some(Overlay::Palette(palette)) = &self.overlay else { return };
        let choices = self.choices(palette.scope);
        if let Some(Overlay::Palette(palette)) = &mut self.overlay {
            palette.narrow(choices);
        }
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
            (_, Target::Person(user)) => self.call(Call::OpenDirect { user }),
            (_, Target::Channel(channel)) => self.go(channel, around),
            (_, Target::Bucket(bucket)) => self.go_to_bucket(bucket, around),
            (_, Target::Command(command)) => self.command(command, around),
        }
    }

    fn command(&mut self, command: Command, around: &Surroundings) {
        match command {
            Command::CreateBucket => self.prompt("Name of the new bucket", Purpose::CreateBucket),
            Command::CreateChannel(bucket) => {
                let title = format!("Name of the new channel in {}", self.bucket_name(bucket));
                self.prompt(&title, Purpose::CreateChannel(bucket));
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
            Command::JoinChannel(channel) => {
                let user = self.me.id;
                self.call(Call::AddToChannel { channel, user });
            }
            Command::LeaveChannel(channel) => self.ask_to_leave(channel),
            Command::DiscardRefused => self.discard_refused(around),
            Command::Reconnect => {
                let connect = self.connection.open();
                self.out.push(connect);
            }
            Command::LogOut => self.ask_to_log_out(),
            Command::Help => self.wants_help = true,
            Command::Quit => {
                self.remember();
                self.out.push(Effect::Quit);
            }
        }
    }

    fn prompt(&mut self, title: &str, purpose: Purpose) {
        self.overlay = Some(Overlay::Prompt(Prompt::new(title, purpose)));
    }

    fn ask_to_leave(&mut self, channel: ChannelId) {
        let title = format!("Leave {}?", self.label(channel));
        let lines =
            ["Somebody who manages the bucket can add you again.", "", "Enter leaves, Esc stays."];
        let confirms = Some(Confirms::Call(Call::LeaveChannel { channel }));
        self.overlay = Some(Overlay::Card(Card { confirms, ..Card::new(&title, &lines) }));
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

    fn go_to_bucket(&mut self, bucket: BucketId, around: &Surroundings) {
        let first = self.roster.channels_of(bucket).next().map(|channel| channel.id);
        match first {
            Some(channel) => self.go(channel, around),
            None => self.complain("You are in no channel of that bucket.", around),
        }
    }

    fn choices(&self, scope: Scope) -> Vec<Choice> {
        match scope {
            Scope::Everything => {
                let mut choices = self.channel_choices();
                choices.extend(self.people_choices(false));
                choices.extend(self.bucket_choices());
                choices.extend(self.command_choices());
                choices
            }
            Scope::Message | Scope::AddToChannel(_) | Scope::AddToBucket(_) => {
                self.people_choices(true)
            }
        }
    }

    fn channel_choices(&self) -> Vec<Choice> {
        let mut channels = self.roster.in_order();
        // Unread first, the open one last; otherwise as in the sidebar.
        channels.sort_by_key(|channel| (Some(channel.id) == self.current, channel.unread == 0));
        channels.into_iter().map(|channel| self.channel_choice(channel)).collect()
    }

    fn channel_choice(&self, channel: &Channel) -> Choice {
        let home = match channel.home {
            Home::Bucket(bucket) => self.bucket_name(bucket),
            Home::Direct(_) => "direct message".to_owned(),
        };
        let detail = match channel.unread {
            0 => home,
            unread => format!("{home} · {unread} unread"),
        };
        Choice::new(channel.label().as_str(), &detail, Target::Channel(channel.id))
    }

    /// People; those with a direct message are left out unless everybody is asked for.
    fn people_choices(&self, everybody: bool) -> Vec<Choice> {
        let has_direct =
            |id| self.roster.directs().any(|direct| direct.home == Home::Direct(Some(id)));
        let others = self.roster.people().iter().filter(|person| person.id != self.me.id);
        others
            .filter(|person| everybody || !has_direct(person.id))
            .map(|person| {
                let detail = format!("@{}", person.username);
                Choice::new(person.name.as_str(), &detail, Target::Person(person.id))
            })
            .collect()
    }

    fn bucket_choices(&self) -> Vec<Choice> {
        let buckets = self.roster.buckets().iter();
        buckets
            .map(|bucket| Choice::new(bucket.name.as_str(), "bucket", Target::Bucket(bucket.id)))
            .collect()
    }

    fn command_choices(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        let mut add =
            |label: &str, command| choices.push(Choice::new(label, "", Target::Command(command)));
        if matches!(self.connection.link(), Link::Offline { .. }) {
            add("Reconnect now", Command::Reconnect);
        }
        add("Message someone…", Command::MessageSomeone);
        if let Some(channel) = self.current() {
            self.offer_for_channel(channel, &mut add);
        }
        for bucket in self.roster.buckets() {
            let name = &bucket.name;
            if bucket.role >= Role::Moderator {
                add(&format!("Create a channel in {name}…"), Command::CreateChannel(bucket.id));
                for channel in self.roster.closed_channels_of(bucket.id) {
                    add(&format!("Join {}", channel.label()), Command::JoinChannel(channel.id));
                }
            }
            if bucket.role == Role::Admin {
                add(&format!("Invite someone to {name}"), Command::Invite(bucket.id));
                add(&format!("Add a member to {name}…"), Command::AddToBucket(bucket.id));
            }
        }
        add("Create a bucket…", Command::CreateBucket);
        add("Help", Command::Help);
        add("Log out…", Command::LogOut);
        add("Quit", Command::Quit);
        choices
    }

    fn offer_for_channel(&self, channel: &Channel, add: &mut impl FnMut(&str, Command)) {
        if self
            .outbox
            .of(channel.id)
            .any(|unsent| matches!(unsent.progress, super::Progress::Refused(_)))
        {
            add("Discard refused messages here", Command::DiscardRefused);
        }
        if let Home::Bucket(bucket) = channel.home {
            let label = channel.label();
            if self.roster.bucket(bucket).is_some_and(|bucket| bucket.role >= Role::Moderator) {
                add(&format!("Add a member to {label}…"), Command::AddToChannel(channel.id));
            }
            add(&format!("Leave {label}…"), Command::LeaveChannel(channel.id));
        }
    }

    fn label(&self, channel: ChannelId) -> String {
        self.roster.channel(channel).map(|channel| channel.label().to_string()).unwrap_or_default()
    }

    fn bucket_name(&self, bucket: BucketId) -> String {
        self.roster.bucket(bucket).map(|bucket| bucket.name.to_string()).unwrap_or_default()
    }
}
