//! A seeded simulation of the hub and of clients that come, lag, are dropped, and resume: each
//! user gets exactly their events, once, in order, whatever the interleaving. `PAIL_SIM_SEEDS`
//! says how many seeds are run; a failure names its own.
//!
//! Two kinds of clients: those that follow everything of their user are here, those on one channel in
//! `listener`.

mod listener;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use pail_protocol::channel::ChannelType;
use pail_protocol::event::{Actor, Event, Recorded};
use pail_protocol::frame::ServerFrame;
use pail_protocol::message::Context;
use pail_protocol::{ChannelId, LoginId, MemberId, MessageId, Seq, Timestamp, UserId};

use super::outbox::{Inbox, outbox};
use super::state::{Audience, ConnectionId, Joining, State};
use listener::Listener;

const SEEDS_DEFAULT: u64 = 300;
const STEPS: u64 = 250;
const USERS: i64 = 3;
const CHANNELS: i64 = 2;
/// So small that slow clients are dropped all the time.
const OUTBOX_FRAMES: usize = 4;

/// SplitMix64: a few lines, the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    fn user(&mut self) -> UserId {
        UserId(1 + i64::try_from(self.roll(USERS as u64)).expect("a small number"))
    }

    fn channel(&mut self) -> ChannelId {
        ChannelId(1 + i64::try_from(self.roll(CHANNELS as u64)).expect("a small number"))
    }
}

/// The log and the memberships at its head.
#[derive(Default)]
struct Log {
    events: Vec<Recorded>,
    last_seq: BTreeMap<ChannelId, Seq>,
    members: BTreeSet<(ChannelId, UserId)>,
}

impl Log {
    fn append(&mut self, event: Event) {
        let channel = event.channel().expect("only channel events here");
        let seq = Seq(self.last_seq.get(&channel).map_or(1, |last| last.0 + 1));
        self.last_seq.insert(channel, seq);
        let pos = i64::try_from(self.events.len()).expect("a short log") + 1;
        self.events.push(Recorded { pos, seq: Some(seq), at: Timestamp::default(), event });
    }

    fn toggle(&mut self, channel: ChannelId, user: UserId) {
        if self.members.remove(&(channel, user)) {
            self.append(Event::ChannelMemberRemoved { channel, user });
        } else {
            self.members.insert((channel, user));
            let actor = Actor { id: user, username: String::new(), name: String::new() };
            self.append(Event::ChannelMemberAdded {
                channel,
                channel_name: String::new(),
                channel_type: ChannelType::Group,
                member: MemberId(1),
                user: actor,
            });
        }
    }

    fn post(&mut self, channel: ChannelId, user: UserId) {
        if self.members.contains(&(channel, user)) {
            let sender = Actor { id: user, username: String::new(), name: String::new() };
            let (message, text, nonce) = (MessageId(1), String::new(), None);
            let context = Context::default();
            self.append(Event::MessagePosted { channel, message, sender, text, nonce, context });
        }
    }

    /// Edits, reacts to, or deletes some message: all of them are events that take a `seq`.
    fn change(&mut self, channel: ChannelId, user: UserId, how: u64) {
        if !self.members.contains(&(channel, user)) {
            return;
        }
        let (message, text, emoji) = (MessageId(1), String::new(), String::new());
        let actor = Actor { id: user, username: String::new(), name: String::new() };
        self.append(match how {
            0 => Event::MessageEdited { channel, message, text, mentions: Vec::new(), here: false },
            1 => Event::MessageDeleted { channel, message, by: user },
            2 => Event::ReactionAdded { channel, message, user: actor, emoji },
            _ => Event::ReactionRemoved { channel, message, user, emoji },
        });
    }

    fn may_listen(&self, channel: ChannelId, user: UserId) -> bool {
        self.members.contains(&(channel, user))
    }

    /// The events after a position.
    fn after(&self, pos: i64) -> impl Iterator<Item = &Recorded> {
        self.events.iter().skip(usize::try_from(pos).unwrap_or_default())
    }

    fn create(&mut self, channel: ChannelId) {
        let (name, channel_type) = (String::new(), ChannelType::Group);
        self.append(Event::ChannelCreated {
            channel,
            bucket: None,
            name,
            channel_type,
            by: UserId(1),
        });
    }

    /// What `chat::missed` answers: the state of the user's channels, and the events after their
    /// cursors.
    fn missed(
        &self,
        user: UserId,
        have: &BTreeMap<ChannelId, Seq>,
    ) -> (BTreeMap<ChannelId, Seq>, Vec<Recorded>) {
        let mine =
            self.last_seq.iter().filter(|(channel, _)| self.members.contains(&(**channel, user)));
        let covered: BTreeMap<_, _> = mine.map(|(channel, last)| (*channel, *last)).collect();
        let lacks = |one: &&Recorded| {
            let channel = one.event.channel().expect("only channel events here");
            covered.contains_key(&channel)
                && have.get(&channel).is_some_and(|after| one.seq > Some(*after))
        };
        let replay = self.events.iter().filter(lacks).cloned().collect();
        (covered, replay)
    }

    fn head(&self) -> i64 {
        self.events.last().map_or(0, |last| last.pos)
    }
}

fn place(frame: &ServerFrame) -> (ChannelId, Seq) {
    frame.place().unwrap_or_else(|| panic!("{frame:?} is not in this simulation"))
}

/// A connection in one of its three stages.
enum Stage {
    Away,
    /// In the hub, what was missed not read yet.
    Attached(ConnectionId, Inbox),
    /// With the position of the log its read covered.
    Live(ConnectionId, Inbox, i64),
}

struct Client {
    user: UserId,
    stage: Stage,
    /// The newest event it has of each channel it knows.
    cursors: BTreeMap<ChannelId, Seq>,
}

impl Client {
    /// Takes in an event that must be the next one of its channel.
    fn take(&mut self, channel: ChannelId, seq: Seq, frame: &ServerFrame) -> Result<(), String> {
        let me = self.user;
        let about_me = |user: UserId| user == me;
        let joins = matches!(frame, ServerFrame::MemberAdded(added) if about_me(added.user_id));
        match self.cursors.get(&channel) {
            Some(last) if seq.0 == last.0 + 1 => {}
            None if joins => {}
            have => {
                return Err(format!(
                    "{me:?} has {have:?} of {channel:?} and got {seq:?}: {frame:?}"
                ));
            }
        }
        self.cursors.insert(channel, seq);
        if matches!(frame, ServerFrame::MemberRemoved(removed) if about_me(removed.user_id)) {
            self.cursors.remove(&channel);
        }
        Ok(())
    }

    /// Reads what it missed, replays it, and goes live.
    fn resume(&mut self, log: &Log) -> Result<(), String> {
        let Stage::Attached(id, inbox) = std::mem::replace(&mut self.stage, Stage::Away) else {
            return Ok(());
        };
        let (covered, replay) = log.missed(self.user, &self.cursors);
        for one in &replay {
            let channel = one.event.channel().expect("only channel events here");
            let seq = one.seq.expect("channel events have a seq");
            let last = self.cursors.insert(channel, seq);
            if last != Some(Seq(seq.0 - 1)) {
                return Err(format!(
                    "{:?} had {last:?} of {channel:?}: replayed {seq:?}",
                    self.user
                ));
            }
        }
        self.cursors = covered;
        self.stage = Stage::Live(id, inbox, log.head());
        Ok(())
    }

    /// Reads what the hub delivered; says whether the hub closed it.
    fn drain(&mut self, skip: bool) -> Result<bool, String> {
        let Stage::Live(_, inbox, covered) = &mut self.stage else { return Ok(false) };
        let mut taken = Vec::new();
        let closed =
            inbox.take(&mut taken, usize::MAX).now_or_never().is_some_and(|end| end.is_err());
        let covered = *covered;
        for delivery in taken {
            if skip && delivery.pos <= covered {
                continue;
            }
            let frame: ServerFrame = serde_json::from_str(&delivery.frame).expect("our own frame");
            let (channel, seq) = place(&frame);
            self.take(channel, seq, &frame)?;
        }
        Ok(closed)
    }
}

struct World {
    dice: Dice,
    log: Log,
    hub: State,
    /// How much of the log the hub has applied.
    applied: usize,
    clients: Vec<Client>,
    listeners: Vec<Listener>,
    last_id: u64,
    /// The rule under test; without it the simulation must fail.
    skip: bool,
}

impl World {
    fn new(seed: u64, skip: bool) -> Self {
        let mut log = Log::default();
        (1..=CHANNELS).for_each(|channel| log.create(ChannelId(channel)));
        let clients = (0..USERS * 2).map(|n| Client {
            user: UserId(1 + n % USERS),
            stage: Stage::Away,
            cursors: BTreeMap::new(),
        });
        let listeners = (0..USERS * CHANNELS).map(|n| Listener {
            user: UserId(1 + n % USERS),
            channel: ChannelId(1 + n % CHANNELS),
            stage: listener::Stage::Away,
        });
        Self {
            dice: Dice(seed),
            log,
            hub: State::default(),
            applied: 0,
            clients: clients.collect(),
            listeners: listeners.collect(),
            last_id: 0,
            skip,
        }
    }

    fn step(&mut self) -> Result<(), String> {
        match self.dice.roll(16) {
            0..=3 => self.log.post(self.dice.channel(), self.dice.user()),
            4 => self.log.change(self.dice.channel(), self.dice.user(), self.dice.roll(4)),
            5 => self.log.toggle(self.dice.channel(), self.dice.user()),
            6..=8 => self.follow(3),
            9..=11 => {
                let index =
                    usize::try_from(self.dice.roll(self.listeners.len() as u64)).expect("small");
                self.move_listener(index)?;
            }
            _ => {
                let index =
                    usize::try_from(self.dice.roll(self.clients.len() as u64)).expect("small");
                self.move_client(index)?;
            }
        }
        Ok(())
    }

    /// The hub reads a little more of the log.
    fn follow(&mut self, events_max: usize) {
        for event in self.log.events.iter().skip(self.applied).take(events_max) {
            self.hub.apply(event);
            self.applied += 1;
        }
    }

    fn move_client(&mut self, index: usize) -> Result<(), String> {
        let hang_up = self.dice.roll(12) == 0;
        let client = &mut self.clients[index];
        match &client.stage {
            Stage::Away => {
                self.last_id += 1;
                let id = ConnectionId(self.last_id);
                let (outbox, inbox) = outbox(OUTBOX_FRAMES);
                let (user, login) = (client.user, LoginId(1));
                self.hub.join(
                    id,
                    Joining {
                        user,
                        login,
                        audience: Audience::Everything { presence: false },
                        outbox,
                    },
                );
                client.stage = Stage::Attached(id, inbox);
            }
            Stage::Attached(..) => client.resume(&self.log)?,
            Stage::Live(id, ..) => {
                let id = *id;
                if client.drain(self.skip)? || hang_up {
                    self.hub.leave(id);
                    client.stage = Stage::Away;
                }
            }
        }
        Ok(())
    }

    fn move_listener(&mut self, index: usize) -> Result<(), String> {
        let hang_up = self.dice.roll(12) == 0;
        self.last_id += 1;
        let id = ConnectionId(self.last_id);
        self.listeners[index].step(&self.log, &mut self.hub, id, self.skip, hang_up)
    }

    /// Lets everybody catch up and compares what they have with the log.
    fn settle(&mut self) -> Result<(), String> {
        self.follow(usize::MAX);
        for listener in &mut self.listeners {
            listener.settle(&self.log)?;
        }
        for index in 0..self.clients.len() {
            for _ in 0..5 {
                self.move_client(index)?;
            }
            while !matches!(self.clients[index].stage, Stage::Live(..)) {
                self.move_client(index)?;
            }
            let client = &mut self.clients[index];
            client.drain(self.skip)?;
            let (expected, _) = self.log.missed(client.user, &BTreeMap::new());
            if client.cursors != expected {
                return Err(format!(
                    "{:?} ends with {:?}, not {expected:?}",
                    client.user, client.cursors
                ));
            }
        }
        Ok(())
    }
}

fn run(seed: u64, skip: bool) -> Result<(), String> {
    let mut world = World::new(seed, skip);
    for _ in 0..STEPS {
        world.step()?;
    }
    world.settle()
}

#[test]
fn everyone_gets_exactly_their_events_once_in_order() {
    let seeds = std::env::var("PAIL_SIM_SEEDS").ok().and_then(|text| text.parse().ok());
    for seed in 0..seeds.unwrap_or(SEEDS_DEFAULT) {
        run(seed, true).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    }
}

#[test]
fn without_the_skip_rule_the_simulation_fails() {
    assert!((0..20).any(|seed| run(seed, false).is_err()));
}
