//! Buckets, channels, direct messages and people, and what of them is unread.
//!
//! It holds what the lists of the server say, kept fresh by events; no messages.

use std::collections::BTreeSet;

use pail_protocol::account::Profile;
use pail_protocol::bucket::{BucketSummary, Role};
use pail_protocol::channel::{ChannelSummary, DirectMessage, Unread};
use pail_protocol::limits::UNREAD_COUNT_MAX;
use pail_protocol::{BucketId, ChannelId, Seq, UserId};

use crate::text::SafeText;

/// People who are known to be connected. Beyond it they count as being away.
const ONLINE_MAX: usize = 10_000;

/// A bucket of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its id.
    pub id: BucketId,
    /// Its name.
    pub name: SafeText,
    /// An emoji or a few letters, if it has any.
    pub icon: Option<SafeText>,
    /// What we may do in it.
    pub role: Role,
}

/// Where a channel belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// In a bucket.
    Bucket(BucketId),
    /// Between us and somebody.
    Direct(Option<UserId>),
}

/// A channel or direct message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its name; of a direct message the other person's.
    pub name: SafeText,
    /// What it is about; often nothing.
    pub topic: SafeText,
    /// Where it belongs.
    pub home: Home,
    /// Whether we may read it.
    pub is_member: bool,
    /// Messages of others that we have not seen.
    pub unread: u64,
    /// Those of them that mention us, or everybody.
    pub mentions: u64,
    /// Whether it may call us only by mentioning us.
    pub is_muted: bool,
    /// Up to where we have seen everything.
    pub read_seq: Seq,
    /// Up to where `unread` has been counted.
    counted_to: Seq,
}

impl Channel {
    /// A channel of which nothing but the name is known.
    #[must_use]
    pub fn new(id: ChannelId, name: &str, home: Home, is_member: bool) -> Self {
        let name = SafeText::name(name);
        let (read_seq, counted_to) = (Seq(0), Seq(0));
        let (unread, mentions, is_muted) = (0, 0, false);
        let topic = SafeText::default();
        Self { id, name, topic, home, is_member, unread, mentions, is_muted, read_seq, counted_to }
    }

    /// Whether it is a direct message.
    #[must_use]
    pub fn is_direct(&self) -> bool {
        matches!(self.home, Home::Direct(_))
    }

    /// The name with its sign: `#general`, `@Jane Doe`.
    #[must_use]
    pub fn label(&self) -> SafeText {
        let sign = if self.is_direct() { '@' } else { '#' };
        SafeText::line(&format!("{sign}{}", self.name))
    }

    /// Somebody else said something, perhaps to us.
    pub fn count(&mut self, seq: Seq, calls_us: bool) {
        if seq > self.counted_to {
            self.counted_to = seq;
            self.unread = (self.unread + 1).min(UNREAD_COUNT_MAX);
            self.mentions = (self.mentions + u64::from(calls_us)).min(UNREAD_COUNT_MAX);
        }
    }

    /// Whether nothing that is known of is beyond `seq`.
    #[must_use]
    pub fn is_all_seen_at(&self, seq: Seq) -> bool {
        seq >= self.counted_to
    }

    /// Everything up to `seq` has been seen here: so many messages, and so many that mention us.
    pub fn read_to(&mut self, seq: Seq, messages: u64, mentions: u64) {
        self.read_seq = self.read_seq.max(seq);
        if self.is_all_seen_at(seq) {
            return self.seen(seq);
        }
        // What is left of the count is at least one.
        self.unread = self.unread.saturating_sub(messages).max(1);
        self.mentions = self.mentions.saturating_sub(mentions);
    }

    /// The newest message that was counted.
    #[must_use]
    pub fn newest(&self) -> Seq {
        self.counted_to
    }

    /// Everything up to `seq` has been seen here.
    pub fn seen(&mut self, seq: Seq) {
        self.read_seq = self.read_seq.max(seq);
        self.counted_to = self.counted_to.max(seq);
        (self.unread, self.mentions) = (0, 0);
    }
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Their full name.
    pub name: SafeText,
    /// What mentions name.
    pub username: SafeText,
}

/// What there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    buckets: Vec<Bucket>,
    channels: Vec<Channel>,
    people: Vec<Person>,
    online: BTreeSet<UserId>,
}

impl Roster {
    /// Our buckets.
    #[must_use]
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// Everybody we share a bucket with.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// One of them.
    #[must_use]
    pub fn person(&self, id: UserId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// One bucket.
    #[must_use]
    pub fn bucket(&self, id: BucketId) -> Option<&Bucket> {
        self.buckets.iter().find(|bucket| bucket.id == id)
    }

    /// One channel.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// One channel, to change.
    pub fn channel_mut(&mut self, id: ChannelId) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.id == id)
    }

    /// The channels of a bucket that we may read.
    pub fn channels_of(&self, bucket: BucketId) -> impl Iterator<Item = &Channel> {
        let home = Home::Bucket(bucket);
        self.channels.iter().filter(move |channel| channel.home == home && channel.is_member)
    }

    /// The channels of a bucket that we may not read.
    pub fn closed_channels_of(&self, bucket: BucketId) -> impl Iterator<Item = &Channel> {
        let home = Home::Bucket(bucket);
        self.channels.iter().filter(move |channel| channel.home == home && !channel.is_member)
    }

    /// The direct messages.
    pub fn directs(&self) -> impl Iterator<Item = &Channel> {
        self.channels.iter().filter(|channel| channel.is_direct())
    }

    /// All that we may read, in the order of the sidebar.
    #[must_use]
    pub fn in_order(&self) -> Vec<&Channel> {
        let of_buckets = self.buckets.iter().flat_map(|bucket| self.channels_of(bucket.id));
        of_buckets.chain(self.directs()).collect()
    }

    /// How many messages are unread in all.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.channels.iter().filter(|c| c.is_member).map(|c| c.unread).fold(0, u64::saturating_add)
    }

    /// Takes in the list of buckets.
    pub fn set_buckets(&mut self, buckets: &[BucketSummary]) {
        let bucket = |b: &BucketSummary| Bucket {
            id: b.id,
            name: SafeText::name(&b.name),
            icon: b.icon.as_deref().map(SafeText::name),
            role: b.role,
        };
        self.buckets = buckets.iter().map(bucket).collect();
        let known = |home| match home {
            Home::Bucket(id) => buckets.iter().any(|bucket| bucket.id == id),
            Home::Direct(_) => true,
        };
        self.channels.retain(|channel| known(channel.home));
    }

    /// Takes in the list of a bucket's channels.
    pub fn set_channels(&mut self, bucket: BucketId, channels: &[ChannelSummary]) {
        let home = Home::Bucket(bucket);
        let listed = channels
            .iter()
            .map(|c| Channel {
                topic: SafeText::line(&c.topic),
                ..Channel::new(c.id, &c.name, home, c.is_member)
            })
            .collect();
        self.replace(|channel| channel.home == home, listed);
    }

    /// Takes in the list of direct messages.
    pub fn set_directs(&mut self, directs: &[DirectMessage]) {
        let direct = |d: &DirectMessage| {
            let name = d.peer.as_ref().map_or(&d.channel_name, |peer| &peer.name);
            Channel::new(d.channel_id, name, Home::Direct(d.peer.as_ref().map(|p| p.id)), true)
        };
        self.replace(Channel::is_direct, directs.iter().map(direct).collect());
    }

    /// Takes in the list of people.
    pub fn set_people(&mut self, people: &[Profile]) {
        let person = |Profile { user, .. }: &Profile| Person {
            id: user.id,
            name: SafeText::name(&user.name),
            username: SafeText::name(&user.username),
        };
        self.people = people.iter().map(person).collect();
    }

    /// Whether somebody is called this already wherever they are listed.
    #[must_use]
    pub fn knows_as(&self, id: UserId, name: &str, username: &str) -> bool {
        let (name, username) = (SafeText::name(name), SafeText::name(username));
        let is_them = |channel: &&Channel| channel.home == Home::Direct(Some(id));
        self.person(id).is_some_and(|it| it.name == name && it.username == username)
            && self.directs().filter(is_them).all(|direct| direct.name == name)
    }

    /// Who is connected now, of those we know. Nobody is known to be while we are not.
    pub fn set_online(&mut self, online: &[UserId]) {
        self.online = online.iter().copied().take(ONLINE_MAX).collect();
    }

    /// Somebody came or went.
    pub fn set_presence(&mut self, user: UserId, is_online: bool) {
        if !is_online {
            self.online.remove(&user);
        } else if self.online.len() < ONLINE_MAX {
            self.online.insert(user);
        }
    }

    /// Whether somebody is connected now.
    #[must_use]
    pub fn is_online(&self, user: UserId) -> bool {
        self.online.contains(&user)
    }

    /// Adds or renews one channel.
    pub fn put(&mut self, channel: Channel) {
        match self.channel_mut(channel.id) {
            Some(known) => *known = Channel { is_member: channel.is_member, ..known.clone() },
            None => self.channels.push(channel),
        }
    }

    /// Takes in where we stand in a channel. Until our own marks are `settled` the marker only
    /// goes forward. `later` counts messages of others beyond it, and those of them that call us.
    pub fn set_unread(&mut self, row: &Unread, settled: bool, later: impl Fn(Seq) -> (u64, u64)) {
        if let Some(channel) = self.channel_mut(row.channel) {
            let read_seq = if settled { row.read_seq } else { channel.read_seq.max(row.read_seq) };
            let (unread, mentions) = later(row.last_seq.max(read_seq));
            let is_news = u64::from(row.last_seq > read_seq);
            let sum = |counted: u64, later| (counted * is_news).saturating_add(later);
            channel.unread = sum(row.unread, unread).min(UNREAD_COUNT_MAX);
            channel.mentions = sum(row.mentions, mentions).min(UNREAD_COUNT_MAX);
            channel.is_muted = row.muted;
            channel.counted_to = channel.counted_to.max(row.last_seq);
            channel.read_seq = read_seq;
        }
    }

    /// A channel is gone.
    pub fn remove_channel(&mut self, id: ChannelId) {
        self.channels.retain(|channel| channel.id != id);
    }

    /// A bucket is gone, and its channels.
    pub fn remove_bucket(&mut self, id: BucketId) {
        self.buckets.retain(|bucket| bucket.id != id);
        self.channels.retain(|channel| channel.home != Home::Bucket(id));
    }

    /// Every number is void: the server has another database.
    pub fn forget_numbers(&mut self) {
        for channel in &mut self.channels {
            (channel.unread, channel.mentions) = (0, 0);
            (channel.read_seq, channel.counted_to) = (Seq(0), Seq(0));
        }
    }

    fn replace(&mut self, which: impl Fn(&Channel) -> bool, mut listed: Vec<Channel>) {
        for channel in &mut listed {
            if let Some(known) = self.channel(channel.id) {
                (channel.unread, channel.mentions) = (known.unread, known.mentions);
                channel.is_muted = known.is_muted;
                channel.read_seq = known.read_seq;
                channel.counted_to = known.counted_to;
            }
        }
        self.channels.retain(|channel| !which(channel));
        self.channels.extend(listed);
    }
}
