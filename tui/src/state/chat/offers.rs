//! What the palette offers: places, people, and everything that can be done now. What cannot be done
//! is left out, or says why where somebody may look for it.

use std::collections::BTreeSet;

use pail_protocol::bucket::Role;

use super::{Chat, Progress};
use crate::state::action::{Action, Compose, Edit, Go, OnMessage, Open};
use crate::state::connection::Link;
use crate::state::palette::{self, Choice, Command, Scope, Target};
use crate::state::places::RECENTS_MAX;
use crate::state::roster::{Bucket, Channel, Home};
use crate::state::slash::COMMANDS;
use crate::state::statuses::Says;
use crate::state::timeline::Scroll;
use crate::text::SafeText;

/// Why what only the server can do cannot be done.
const NOT_CONNECTED: &str = "not while the server is out of reach";
/// What the channel last looked at is worth in a match; older ones less. A letter is worth 16.
const RECENT_WEIGHT: usize = 12;
/// What unread messages are worth in a match.
const UNREAD_WEIGHT: u32 = 6;
/// What unread mentions are worth in a match.
const MENTION_WEIGHT: u32 = 12;

/// Columns of somebody's status beside their name.
const STATUS_COLUMNS: usize = 24;

/// Something that a key does, as the palette calls it.
struct Offer {
    action: Action,
    label: &'static str,
    /// Whether there is anything it could be done to.
    can: fn(&Chat) -> bool,
}

/// Do not disturb: the usual times, in the words of `/dnd`.
const QUIETS: [(&str, &str); 4] = [
    ("Do not disturb for 30 minutes", "30m"),
    ("Do not disturb for 2 hours", "2h"),
    ("Do not disturb until tomorrow, 09:00", "until tomorrow 09:00"),
    ("Disturb me again", "off"),
];

/// What keys do. A test wants every key of the chat to be here, but for editing and scrolling.
const OFFERS: &[Offer] = &[
    offer(Action::Go(Go::NextUnread), "Next unread", |chat| {
        chat.roster.in_order().iter().any(|channel| channel.unread > 0)
    }),
    offer(Action::Go(Go::NextMention), "Next mention", |chat| {
        chat.roster.in_order().iter().any(|channel| channel.mentions > 0)
    }),
    offer(Action::Go(Go::FirstUnread), "First unread message here", |chat| {
        chat.current().is_some_and(|channel| channel.unread > 0)
            || chat.timeline().is_some_and(|timeline| timeline.seen_to.is_some())
    }),
    offer(Action::Go(Go::Back), "Back to where you were before", |chat| chat.places.can_go_back()),
    offer(Action::Go(Go::Forward), "Forward again", |chat| chat.places.can_go_forward()),
    offer(Action::Open(Open::Digest), "Catch up: what happened while you were away", |chat| {
        chat.roster.in_order().iter().any(|channel| channel.unread > 0)
    }),
    offer(Action::Open(Open::Threads), "Threads you are in", always),
    offer(Action::Open(Open::Search), "Search messages…", always),
    offer(Action::Open(Open::Recents), "Where you were…", |chat| chat.places.recents().len() > 1),
    offer(Action::Go(Go::Newest), "Newest message", |chat| {
        chat.timeline().is_some_and(|timeline| timeline.scroll != Scroll::Bottom)
    }),
    offer(Action::Go(Go::PreviousChannel), "Channel above", always),
    offer(Action::Go(Go::NextChannel), "Channel below", always),
    offer(Action::Open(Open::Sidebar), "Sidebar", always),
    offer(Action::Open(Open::Members), "Members of this channel", |chat| chat.current.is_some()),
    offer(Action::Go(Go::NextPart), "Next part of the screen", always),
    offer(Action::Go(Go::PreviousBucket), "Bucket above", always),
    offer(Action::Go(Go::NextBucket), "Bucket below", always),
    offer(Action::Compose(Compose::Clear), "Clear the draft", |chat| {
        chat.current.is_some_and(|id| chat.has_draft(id))
    }),
    offer(Action::Compose(Compose::Complete), "Complete the word at the caret", |chat| {
        chat.current.is_some_and(|id| chat.has_draft(id))
    }),
    offer(Action::Compose(Compose::Paste), "Paste from the clipboard: text or a picture", |chat| {
        chat.current.is_some()
    }),
    offer(Action::Compose(Compose::Elsewhere), "Write in your editor", always),
    offer(Action::Edit(Edit::Undo), "Undo what was written", always),
    offer(Action::Edit(Edit::Redo), "Redo what was undone", always),
    offer(Action::Message(OnMessage::Select), "Select a message", |chat| {
        chat.timeline().is_some_and(|timeline| !timeline.is_empty())
    }),
    offer(Action::Message(OnMessage::Reply), "Answer a message", has_message),
    offer(Action::Message(OnMessage::History), "What a message said before", |chat| {
        chat.meant().is_some_and(|entry| entry.is_edited)
    }),
    offer(Action::Message(OnMessage::Thread), "Open the thread of a message", has_message),
    offer(Action::Open(Open::Thread), "The thread beside the chat", |chat| {
        chat.thread().is_some() || chat.last_thread.is_some() || has_message(chat)
    }),
    offer(Action::Message(OnMessage::React), "React to a message…", has_message),
    offer(Action::Message(OnMessage::Edit), "Change a message of yours", has_message),
    offer(Action::Message(OnMessage::Delete), "Delete a message…", has_message),
    offer(Action::Message(OnMessage::Copy), "Copy a message", has_message),
    offer(Action::Message(OnMessage::CopyLink), "Copy a link to a message", has_message),
    offer(
        Action::Message(OnMessage::CopyBlock(1)),
        "Copy a message's first block of code",
        |chat| chat.meant().is_some_and(|entry| !entry.code_blocks().is_empty()),
    ),
    offer(
        Action::Message(OnMessage::MarkUnread),
        "Mark unread from the selected or newest message on",
        has_message,
    ),
    offer(Action::Message(OnMessage::Save), "Save a file of a message, or its text…", has_message),
    offer(Action::Message(OnMessage::View), "See a picture on the whole screen", has_message),
    offer(Action::Message(OnMessage::Pipe), "Pipe a message through a command…", has_message),
    offer(Action::Message(OnMessage::OpenLink), "Open a link of a message…", has_message),
    offer(Action::Open(Open::Help), "Help: all keys", always),
    offer(Action::Open(Open::Settings), "Settings…", always),
    offer(Action::Suspend, "Suspend: back to the shell for a while", always),
    offer(Action::Redraw, "Draw the screen anew", always),
    offer(Action::Quit, "Quit", always),
];

const fn offer(action: Action, label: &'static str, can: fn(&Chat) -> bool) -> Offer {
    Offer { action, label, can }
}

fn always(_: &Chat) -> bool {
    true
}

/// Whether one is selected, or there is a newest.
fn has_message(chat: &Chat) -> bool {
    chat.meant().is_some()
}

/// Every action that the palette knows.
pub fn offered() -> impl Iterator<Item = Action> {
    OFFERS.iter().map(|offer| offer.action)
}

impl Chat {
    /// What there is to choose from.
    pub(super) fn choices(&self, scope: Scope) -> Vec<Choice> {
        match scope {
            Scope::Everything => {
                let mut choices = self.channel_choices();
                choices.extend(self.people_choices(false));
                choices.extend(self.bucket_choices());
                choices.extend(self.command_choices());
                choices.extend(self.key_choices());
                choices
            }
            Scope::Recents => self.recent_choices(),
            Scope::React(message) => self.emoji_choices(message),
            Scope::Links(message) => self.link_choices(message),
            Scope::Files(message) => self.file_choices(message),
            Scope::Message | Scope::AddToChannel(_) | Scope::AddToBucket(_) => {
                self.people_choices(true)
            }
        }
    }

    /// What words lead to, as the palette would choose.
    #[must_use]
    pub fn place_for(&self, words: &str) -> Option<Target> {
        let mut choices = self.channel_choices();
        choices.extend(self.people_choices(false));
        choices.extend(self.bucket_choices());
        palette::best_target(&choices, words)
    }

    /// Where one was first, then what is unread, then the rest as in the sidebar; the open channel
    /// last.
    fn channel_choices(&self) -> Vec<Choice> {
        let mut channels = self.roster.in_order();
        channels.sort_by_cached_key(|channel| {
            let is_open = Some(channel.id) == self.current;
            let age = self.places.age(channel.id).unwrap_or(RECENTS_MAX);
            (is_open, age, channel.mentions == 0, channel.unread == 0)
        });
        channels.into_iter().map(|channel| self.channel_choice(channel)).collect()
    }

    fn recent_choices(&self) -> Vec<Choice> {
        let others = self.places.recents().filter(|id| Some(*id) != self.current);
        let known = others.filter_map(|id| self.roster.channel(id));
        known.map(|channel| self.channel_choice(channel)).collect()
    }

    fn channel_choice(&self, channel: &Channel) -> Choice {
        let (home, target) = match channel.home {
            Home::Bucket(bucket) => (self.bucket_name(bucket), Target::Channel(channel.id)),
            Home::Direct(_) => ("direct message".to_owned(), Target::Direct(channel.id)),
        };
        let choice = Choice::new(channel.label().as_str(), &home, target);
        let choice = choice.saying(self.status_in(channel).map(short));
        choice.with_news(&news(channel)).worth(self.weight(channel))
    }

    fn weight(&self, channel: &Channel) -> u32 {
        let age = self.places.age(channel.id).unwrap_or(RECENT_WEIGHT);
        let recent = RECENT_WEIGHT.saturating_sub(age) as u32;
        let unread = match (channel.mentions, channel.unread, channel.is_muted) {
            (1.., ..) => MENTION_WEIGHT,
            (0, 1.., false) => UNREAD_WEIGHT,
            _ => 0,
        };
        if Some(channel.id) == self.current { 0 } else { recent + unread }
    }

    /// People; those with a direct message are left out unless everybody is asked for.
    fn people_choices(&self, everybody: bool) -> Vec<Choice> {
        let of_direct = |direct: &Channel| match direct.home {
            Home::Direct(peer) => peer,
            Home::Bucket(_) => None,
        };
        let listed: BTreeSet<_> = self.roster.directs().filter_map(of_direct).collect();
        let others = self.roster.people().iter().filter(|person| person.id != self.me.id);
        others
            .filter(|person| everybody || !listed.contains(&person.id))
            .map(|person| {
                let detail = format!("@{}", person.username);
                let target = Target::Person(person.id);
                let choice = Choice::new(person.name.as_str(), &detail, target);
                choice.saying(self.status_of(person.id).map(short)).blocked(self.why_not_asked())
            })
            .collect()
    }

    fn bucket_choices(&self) -> Vec<Choice> {
        let buckets = self.roster.buckets().iter();
        buckets
            .map(|bucket| Choice::new(bucket.name.as_str(), "bucket", Target::Bucket(bucket.id)))
            .collect()
    }

    fn key_choices(&self) -> Vec<Choice> {
        let offers = OFFERS.iter().filter(|offer| (offer.can)(self));
        offers.map(|offer| Choice::new(offer.label, "", Target::Do(offer.action))).collect()
    }

    /// What is to be done by the server is offered, and says why it cannot be done now.
    fn why_not_asked(&self) -> Option<&'static str> {
        (!self.connection.is_live()).then_some(NOT_CONNECTED)
    }

    fn command_choices(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        let why_not = self.why_not_asked();
        let mut ask = |label: &str, command| {
            choices.push(Choice::new(label, "", Target::Command(command)).blocked(why_not));
        };
        ask("Message someone…", Command::MessageSomeone);
        if let Some(channel) = self.current() {
            self.offer_for_channel(channel, &mut ask);
        }
        for bucket in self.roster.buckets() {
            self.offer_for_bucket(bucket, &mut ask);
        }
        ask("Create a bucket…", Command::CreateBucket);
        ask("Change your name…", Command::Rename);
        ask("Set a status…", Command::Write("status"));
        if self.status_of(self.me.id).is_some() {
            ask("Take the status back", Command::TakeStatusBack);
        }
        if self.roster.in_order().iter().any(|channel| channel.unread > 0) {
            ask("Mark everything as read…", Command::MarkEverythingRead);
        }
        let mut add =
            |label: &str, command| choices.push(Choice::new(label, "", Target::Command(command)));
        for (label, words) in QUIETS {
            add(label, Command::Quiet(words));
        }
        if self.has_refused_here() {
            add("Send refused messages here again", Command::RetryRefused);
            add("Discard refused messages here", Command::DiscardRefused);
        }
        if matches!(self.connection.link(), Link::Offline { .. }) {
            add("Reconnect now", Command::Reconnect);
        }
        for other in &self.neighbours {
            add(&format!("Account {}", other.label), Command::Account(other.key));
        }
        add("Add an account…", Command::AddAccount);
        add("Log out…", Command::LogOut);
        let written = COMMANDS.iter().filter(|command| command.needs_words());
        choices.extend(written.map(|command| {
            let target = Target::Command(Command::Write(command.names[0]));
            Choice::new(&command.usage(), command.help, target)
        }));
        choices
    }

    fn offer_for_channel(&self, channel: &Channel, ask: &mut impl FnMut(&str, Command)) {
        let label = channel.label();
        if channel.is_muted {
            ask(&format!("Unmute {label}"), Command::Unmute(channel.id));
        } else {
            ask(&format!("Mute {label}: only mentions call"), Command::Mute(channel.id));
        }
        if let Home::Bucket(bucket) = channel.home {
            if self.roster.bucket(bucket).is_some_and(|bucket| bucket.role >= Role::Moderator) {
                ask(&format!("Add a member to {label}…"), Command::AddToChannel(channel.id));
            }
            ask(&format!("Say what {label} is about…"), Command::SetTopic(channel.id));
            ask(&format!("Leave {label}…"), Command::LeaveChannel(channel.id));
        }
    }

    fn offer_for_bucket(&self, bucket: &Bucket, ask: &mut impl FnMut(&str, Command)) {
        let name = &bucket.name;
        for channel in self.roster.closed_channels_of(bucket.id) {
            ask(&format!("Join {} of {name}", channel.label()), Command::JoinChannel(channel.id));
        }
        if bucket.role >= Role::Moderator {
            ask(&format!("Create a channel in {name}…"), Command::CreateChannel(bucket.id));
        }
        if bucket.role == Role::Admin {
            ask(&format!("Invite someone to {name}"), Command::Invite(bucket.id));
            ask(&format!("Add a member to {name}…"), Command::AddToBucket(bucket.id));
        }
    }

    fn has_refused_here(&self) -> bool {
        let is_refused = |progress: &Progress| matches!(progress, Progress::Refused(_));
        let mut here = self.current.into_iter().flat_map(|id| self.outbox.of(id));
        here.any(|unsent| is_refused(&unsent.progress))
    }
}

fn short(says: &Says) -> SafeText {
    says.text.cut(STATUS_COLUMNS)
}

/// What is new in a channel.
fn news(channel: &Channel) -> String {
    let muted = if channel.is_muted { "muted · " } else { "" };
    match (channel.unread, channel.mentions) {
        (0, _) => muted.trim_end_matches(" · ").to_owned(),
        (unread, 0) => format!("{muted}{unread} unread"),
        (unread, mentions) => format!("{muted}{unread} unread, @{mentions}"),
    }
}
