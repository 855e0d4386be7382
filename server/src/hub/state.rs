//! Who hears what: memberships folded from the log, and the connections of members. Pure: no
//! tasks, no clock, no IO; delivering is a queue's `try_send`.

use std::collections::{HashMap, HashSet};

use pail_protocol::channel::ChannelType;
use pail_protocol::close::CloseCode;
use pail_protocol::event::{Event, Recorded};
use pail_protocol::frame::{self, ServerFrame, SomebodyTyping};
use pail_protocol::{BucketId, ChannelId, LoginId, UserId};

use super::outbox::{Delivery, Outbox};
use crate::presence::Presence;
use crate::store::Tx;
use crate::store::tx::Stored;

/// One connection within the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// What a connection wants to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The messages of one channel.
    Channel(ChannelId),
    /// Every event of the user's buckets and channels; with who comes and goes, or without.
    Everything {
        /// Whether to be told who comes and goes.
        presence: bool,
    },
}

/// A connection that joins.
pub struct Joining {
    /// Whose.
    pub user: UserId,
    /// By which login.
    pub login: LoginId,
    /// To hear what.
    pub audience: Audience,
    /// Where it is delivered.
    pub outbox: Outbox,
}

#[derive(Default)]
struct Channel {
    bucket: Option<BucketId>,
    /// Whether only its members know of it.
    private: bool,
    members: HashSet<UserId>,
    /// Connections on this channel alone.
    listeners: HashSet<ConnectionId>,
}

/// Behind every position: a closing that no read can have covered.
const FOR_GOOD: i64 = i64::MAX;

/// Memberships at one position of the log, and the connections.
#[derive(Default)]
pub struct State {
    buckets: HashMap<BucketId, HashSet<UserId>>,
    channels: HashMap<ChannelId, Channel>,
    connections: HashMap<ConnectionId, Joining>,
    /// Connections that hear everything.
    by_user: HashMap<UserId, HashSet<ConnectionId>>,
    /// How many connections somebody has, of any kind.
    counts: HashMap<UserId, usize>,
    presence: Presence,
    /// Whose last connection has ended, since this was last asked.
    left: Vec<UserId>,
}

impl State {
    /// The memberships as a transaction sees them, and the position they belong to.
    ///
    /// # Errors
    /// Only the store's.
    pub fn load(tx: &mut dyn Tx) -> Stored<(Self, i64)> {
        let mut state = Self::default();
        for (bucket, user) in tx.all_bucket_members()? {
            state.buckets.entry(bucket).or_default().insert(user);
        }
        for (channel, bucket, kind) in tx.all_channels()? {
            let private = kind == ChannelType::Private;
            state.channels.insert(channel, Channel { bucket, private, ..Channel::default() });
        }
        for (channel, user) in tx.all_channel_members()? {
            state.channels.entry(channel).or_default().members.insert(user);
        }
        Ok((state, tx.head()?))
    }

    /// Tells requests who is there.
    #[must_use]
    pub fn with_presence(self, presence: Presence) -> Self {
        Self { presence, ..self }
    }

    /// Adds a connection.
    pub fn join(&mut self, id: ConnectionId, joining: Joining) {
        let user = joining.user;
        *self.counts.entry(user).or_default() += 1;
        match joining.audience {
            Audience::Channel(channel) => {
                self.channels.entry(channel).or_default().listeners.insert(id);
            }
            Audience::Everything { .. } => {
                self.by_user.entry(user).or_default().insert(id);
            }
        }
        self.connections.insert(id, joining);
        if self.presence.arrive(user) {
            self.tell_presence(user, true);
        }
    }

    /// Forgets a connection.
    pub fn leave(&mut self, id: ConnectionId) {
        let Some(gone) = self.connections.remove(&id) else { return };
        match gone.audience {
            Audience::Channel(channel) => {
                if let Some(channel) = self.channels.get_mut(&channel) {
                    channel.listeners.remove(&id);
                }
            }
            Audience::Everything { .. } => {
                if let Some(ids) = self.by_user.get_mut(&gone.user) {
                    ids.remove(&id);
                    if ids.is_empty() {
                        self.by_user.remove(&gone.user);
                    }
                }
            }
        }
        let Some(count) = self.counts.get_mut(&gone.user) else { return };
        *count -= 1;
        if *count == 0 {
            self.counts.remove(&gone.user);
            self.left.push(gone.user);
        }
    }

    /// Whose last connection has ended since this was last asked.
    pub fn take_left(&mut self) -> Vec<UserId> {
        std::mem::take(&mut self.left)
    }

    /// Somebody has been away long enough to be gone, unless they came back.
    pub fn depart(&mut self, user: UserId) {
        if !self.counts.contains_key(&user) && self.presence.depart(user) {
            self.tell_presence(user, false);
        }
    }

    /// Who is there of those who share a bucket with somebody, without them.
    #[must_use]
    pub fn online_around(&self, user: UserId) -> Vec<UserId> {
        let shares = self.shares_a_bucket_with(user);
        let mut online = self.presence.everybody();
        online.retain(|other| *other != user && shares(*other));
        online.sort_unstable();
        online
    }

    /// Somebody types: the other members of the channel are told, if they are one themselves.
    pub fn typing(&self, channel: ChannelId, user: UserId) {
        let is_member = |channel: &Channel| channel.members.contains(&user);
        if !self.channels.get(&channel).is_some_and(is_member) {
            return;
        }
        let frame = ServerFrame::Typing(SomebodyTyping { channel_id: channel, user_id: user });
        let hearers = self.in_channel(channel).into_iter();
        self.hint(&frame, hearers.filter(|id| self.connections[id].user != user));
    }

    fn tell_presence(&self, user: UserId, online: bool) {
        let frame = ServerFrame::Presence(frame::Presence { user_id: user, online });
        let asked = |id: &ConnectionId| {
            self.connections[id].audience == Audience::Everything { presence: true }
        };
        let others = self.around_user(user).into_iter();
        self.hint(&frame, others.filter(|id| self.connections[id].user != user).filter(asked));
    }

    /// Offers a signal, which may be lost.
    fn hint(&self, frame: &ServerFrame, to: impl Iterator<Item = ConnectionId>) {
        let Ok(text) = serde_json::to_string(frame) else { return };
        // No read of the store covers a signal.
        let delivery = Delivery { pos: FOR_GOOD, frame: text.into() };
        to.filter_map(|id| self.connections.get(&id)).for_each(|it| it.outbox.hint(&delivery));
    }

    /// Closes every connection.
    pub fn close_all(&mut self, code: CloseCode) {
        self.connections
            .drain()
            .for_each(|(_, connection)| connection.outbox.close(code, FOR_GOOD));
        self.by_user.clear();
        self.counts.clear();
        self.channels.values_mut().for_each(|channel| channel.listeners.clear());
    }

    /// Takes in the next event of the log: delivers it, folds it, closes whom it shuts out. A
    /// member who is added hears of it; one who is removed hears of that, and of nothing after.
    /// Returns the bytes each of its hearers was given.
    pub fn apply(&mut self, recorded: &Recorded) -> usize {
        self.admit(&recorded.event);
        let bytes = self.deliver(recorded);
        self.dismiss(recorded);
        bytes
    }

    /// Folds what widens an audience.
    fn admit(&mut self, event: &Event) {
        match event {
            Event::BucketMemberAdded { bucket, user, .. } => {
                self.buckets.entry(*bucket).or_default().insert(user.id);
            }
            Event::ChannelCreated { channel, bucket, channel_type, .. } => {
                let channel = self.channels.entry(*channel).or_default();
                channel.bucket = *bucket;
                channel.private = *channel_type == ChannelType::Private;
            }
            Event::ChannelMemberAdded { channel, user, .. } => {
                self.channels.entry(*channel).or_default().members.insert(user.id);
            }
            _ => {}
        }
    }

    fn deliver(&mut self, recorded: &Recorded) -> usize {
        let Some(frame) = ServerFrame::of(recorded) else { return 0 };
        let Ok(frame) = serde_json::to_string(&frame) else { return 0 };
        let delivery = Delivery { pos: recorded.pos, frame: frame.into() };
        for id in self.hearers(&recorded.event) {
            let kept = self.connections.get(&id).is_none_or(|to| to.outbox.offer(&delivery));
            if !kept {
                self.close(id, CloseCode::SlowConsumer);
            }
        }
        delivery.frame.len()
    }

    /// The connections that are told of an event, each once.
    fn hearers(&self, event: &Event) -> Vec<ConnectionId> {
        match event {
            Event::MessagePosted { channel, .. } => {
                let mut ids = self.in_channel(*channel);
                let listeners = self.channels.get(channel).map(|channel| &channel.listeners);
                ids.extend(listeners.into_iter().flatten());
                ids
            }
            Event::ChannelMemberAdded { channel, .. }
            | Event::ChannelMemberRemoved { channel, .. }
            | Event::MessageEdited { channel, .. }
            | Event::MessageDeleted { channel, .. }
            | Event::ReactionAdded { channel, .. }
            | Event::ReactionRemoved { channel, .. } => self.in_channel(*channel),
            // Nobody is a member yet; whoever creates it is about to be.
            Event::BucketCreated { by, .. }
            | Event::ChannelCreated { channel_type: ChannelType::Private, by, .. } => {
                self.of_user(*by)
            }
            Event::ChannelCreated { channel, bucket, .. }
            | Event::ChannelChanged { channel, bucket, .. }
            | Event::ChannelDeleted { channel, bucket } => self.around_channel(*channel, *bucket),
            Event::BucketChanged { bucket, .. }
            | Event::BucketDeleted { bucket }
            | Event::BucketMemberAdded { bucket, .. }
            | Event::BucketRoleChanged { bucket, .. }
            | Event::BucketMemberRemoved { bucket, .. } => self.in_bucket(*bucket),
            Event::ReadMoved { user, .. } | Event::ChannelMuted { user, .. } => self.of_user(*user),
            Event::ProfileChanged { user, .. } => self.around_user(user.id),
            Event::LoginEnded { .. } => Vec::new(),
        }
    }

    /// Whoever may know of a channel: its bucket, or only its members.
    fn around_channel(&self, id: ChannelId, bucket: Option<BucketId>) -> Vec<ConnectionId> {
        let private = self.channels.get(&id).is_some_and(|channel| channel.private);
        match bucket {
            Some(bucket) if !private => self.in_bucket(bucket),
            _ => self.in_channel(id),
        }
    }

    /// Somebody, and whoever shares a bucket with them. Walks those who are connected: buckets may
    /// have many more members.
    fn around_user(&self, user: UserId) -> Vec<ConnectionId> {
        let shares = self.shares_a_bucket_with(user);
        let online = self.by_user.iter();
        let around = online.filter(|(other, _)| **other == user || shares(**other));
        around.flat_map(|(_, ids)| ids).copied().collect()
    }

    /// Whether others share a bucket with somebody.
    fn shares_a_bucket_with(&self, user: UserId) -> impl Fn(UserId) -> bool {
        let theirs: Vec<&HashSet<UserId>> =
            self.buckets.values().filter(|members| members.contains(&user)).collect();
        move |other| theirs.iter().any(|members| members.contains(&other))
    }

    fn in_channel(&self, channel: ChannelId) -> Vec<ConnectionId> {
        self.of_users(self.channels.get(&channel).map(|channel| &channel.members))
    }

    fn in_bucket(&self, bucket: BucketId) -> Vec<ConnectionId> {
        self.of_users(self.buckets.get(&bucket))
    }

    fn of_user(&self, user: UserId) -> Vec<ConnectionId> {
        self.by_user.get(&user).into_iter().flatten().copied().collect()
    }

    /// The connections that hear everything, of some users. Walks the smaller of the two sets.
    fn of_users(&self, users: Option<&HashSet<UserId>>) -> Vec<ConnectionId> {
        let Some(users) = users else { return Vec::new() };
        if users.len() <= self.by_user.len() {
            users.iter().filter_map(|user| self.by_user.get(user)).flatten().copied().collect()
        } else {
            let online = self.by_user.iter();
            online
                .filter(|(user, _)| users.contains(user))
                .flat_map(|(_, ids)| ids)
                .copied()
                .collect()
        }
    }

    /// Folds what narrows an audience, and closes whom it shuts out.
    fn dismiss(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::BucketDeleted { bucket } => self.end_bucket(*bucket),
            Event::BucketMemberRemoved { bucket, user } => {
                if let Some(members) = self.buckets.get_mut(bucket) {
                    members.remove(user);
                }
            }
            Event::ChannelDeleted { channel, .. } => self.end_channel(*channel),
            Event::ChannelMemberRemoved { channel, user } => {
                self.end_member(*channel, *user, recorded.pos);
            }
            Event::LoginEnded { login, .. } => self.end_login(*login),
            _ => {}
        }
    }

    fn end_bucket(&mut self, bucket: BucketId) {
        self.buckets.remove(&bucket);
        let channels = self.channels.iter();
        let of_bucket = channels.filter(|(_, channel)| channel.bucket == Some(bucket));
        let ended: Vec<ChannelId> = of_bucket.map(|(id, _)| *id).collect();
        ended.into_iter().for_each(|channel| self.end_channel(channel));
    }

    fn end_channel(&mut self, channel: ChannelId) {
        let listeners = self.channels.remove(&channel).map(|channel| channel.listeners);
        for id in listeners.into_iter().flatten() {
            self.close(id, CloseCode::NoSuchChannel);
        }
    }

    /// Closes the removed member's connections on the channel. They stay until they leave by
    /// themselves: one that was let in by a later addition ignores this.
    fn end_member(&mut self, id: ChannelId, user: UserId, pos: i64) {
        let Some(channel) = self.channels.get_mut(&id) else { return };
        channel.members.remove(&user);
        let listeners = channel.listeners.iter().filter_map(|id| self.connections.get(id));
        let theirs = listeners.filter(|connection| connection.user == user);
        theirs.for_each(|connection| connection.outbox.close(CloseCode::NotAMember, pos));
    }

    fn end_login(&mut self, login: LoginId) {
        let connections = self.connections.iter();
        let theirs = connections.filter(|(_, connection)| connection.login == login);
        for id in theirs.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.close(id, CloseCode::NotAuthenticated);
        }
    }

    fn close(&mut self, id: ConnectionId, code: CloseCode) {
        if let Some(connection) = self.connections.get(&id) {
            connection.outbox.close(code, FOR_GOOD);
        }
        self.leave(id);
    }
}
