//! What a transaction can do, by noun. Rules and queries see only this; a second backend
//! implements it.
//!
//! Methods take `&mut self` even to read, because other database clients need it. "Not there" is
//! `None`; every method fails only with [`StoreError`]. Deleted buckets and channels, and
//! memberships that have ended, are not there.

mod attachments;
mod invites;
mod logins;
mod messages;
mod moving;
mod reactions;
mod reads;
mod search;
mod webhooks;

use pail_protocol::account::{Profile, Status, User};
use pail_protocol::bucket::{Bucket, BucketMember, BucketSummary, Role};
use pail_protocol::channel::{ChannelMember, ChannelSummary, ChannelType, DirectMessage, Peer};
use pail_protocol::event::{Actor, Event, Recorded};
use pail_protocol::{BucketId, ChannelId, MemberId, Seq, Timestamp, UserId};

pub use attachments::{AttachmentRow, Attachments, ContentHash, NewAttachment};
pub use invites::{InviteRow, Invites, NewInvite};
pub use logins::{Login, Logins, NewLogin, Origin};
pub use messages::{Among, MessageRow, Messages, NewMessage, NewText, Page};
pub use moving::{Moving, Renamed};
pub use reactions::Reactions;
pub use reads::{Reads, Standing};
pub use search::{Find, Search};
pub use webhooks::{NewWebhook, Webhooks};

use super::StoreError;

/// The answer of every method.
pub type Stored<T> = Result<T, StoreError>;

macro_rules! transaction {
    ($($noun:ident)+) => {
        /// One transaction: for commands on the writer, for queries on a reader (where writing
        /// fails).
        pub trait Tx: $($noun +)+ {}

        impl<T: $($noun +)+> Tx for T {}
    };
}

transaction! {
    Accounts Logins Invites Buckets Channels Messages Reactions Attachments Webhooks Reads Search
    Moving Events
}

/// A SHA-256 of a secret: all the store knows of tokens and invite codes.
pub type SecretHash = [u8; 32];

/// An account to be inserted.
pub struct NewUser<'a> {
    /// Unique without regard to case.
    pub username: &'a str,
    /// Full name.
    pub name: &'a str,
    /// May be empty.
    pub email: &'a str,
    /// In PHC form.
    pub password_hash: &'a str,
    /// When.
    pub created_at: Timestamp,
}

/// Users.
pub trait Accounts {
    /// The user of that id, unless they have closed their account.
    fn user(&mut self, id: UserId) -> Stored<Option<User>>;
    /// The person of that name in any case, and the hash of their password.
    fn user_by_name(&mut self, username: &str) -> Stored<Option<(User, String)>>;
    /// Whether a person or a bot has that name in any case.
    fn is_username_taken(&mut self, username: &str) -> Stored<bool>;
    /// Adds an account. The name must be free.
    fn insert_user(&mut self, user: &NewUser<'_>) -> Stored<UserId>;
    /// Whether anybody has registered.
    fn has_users(&mut self) -> Stored<bool>;
    /// Up to `limit` people who share a bucket with `of` (themselves too) and whose name or
    /// username contains `text` in any ASCII case, by id.
    fn people(&mut self, of: UserId, text: &str, limit: usize) -> Stored<Vec<Profile>>;
    /// The user of that id as others see them; nobody is online here.
    fn profile(&mut self, id: UserId) -> Stored<Option<Profile>>;
    /// The hash of a user's password.
    fn password_hash(&mut self, id: UserId) -> Stored<Option<String>>;
    /// Changes a user's full name and e-mail address.
    fn change_user(&mut self, id: UserId, name: &str, email: &str) -> Stored<()>;
    /// What a user says of themselves since an event, which tells of it; the log forgets what they
    /// said before.
    fn put_status(&mut self, id: UserId, status: Option<&Status>, pos: i64) -> Stored<()>;
    /// Changes the hash of a user's password.
    fn change_password(&mut self, id: UserId, hash: &str) -> Stored<()>;
    /// Closes an account under another name. Password and address are forgotten; the events that
    /// are replayed say the new name.
    fn close_user(&mut self, user: &Actor, at: Timestamp) -> Stored<()>;
    /// Whether two people are in one bucket.
    fn share_a_bucket(&mut self, one: UserId, other: UserId) -> Stored<bool>;
}

/// Buckets and their members.
pub trait Buckets {
    /// The bucket of that id.
    fn bucket(&mut self, id: BucketId) -> Stored<Option<Bucket>>;
    /// The buckets somebody is in, by id.
    fn buckets_of(&mut self, user: UserId) -> Stored<Vec<BucketSummary>>;
    /// A current membership.
    fn bucket_member(&mut self, bucket: BucketId, user: UserId) -> Stored<Option<BucketMember>>;
    /// The current members, by membership id.
    fn bucket_members(&mut self, bucket: BucketId) -> Stored<Vec<BucketMember>>;
    /// How many current members have that role.
    fn count_role(&mut self, bucket: BucketId, role: Role) -> Stored<u64>;
    /// All current memberships of all buckets.
    fn all_bucket_members(&mut self) -> Stored<Vec<(BucketId, UserId)>>;

    /// Projection: adds a bucket.
    fn put_bucket(&mut self, id: BucketId, name: &str, at: Timestamp) -> Stored<()>;
    /// Projection: a bucket is called this, and has that icon.
    fn change_bucket(
        &mut self,
        id: BucketId,
        name: &str,
        icon: Option<&str>,
        at: Timestamp,
    ) -> Stored<()>;
    /// Projection: a member has another role.
    fn change_bucket_role(
        &mut self,
        bucket: BucketId,
        user: UserId,
        role: Role,
        at: Timestamp,
    ) -> Stored<()>;
    /// Projection: a bucket and its channels are gone, and with them all memberships.
    fn end_bucket(&mut self, id: BucketId, at: Timestamp, pos: i64) -> Stored<()>;
    /// Projection: a membership begins.
    fn put_bucket_member(&mut self, member: &NewMember<BucketId>, role: Role) -> Stored<()>;
    /// Projection: a membership ends.
    fn end_bucket_member(&mut self, bucket: BucketId, user: UserId, pos: i64) -> Stored<()>;
}

/// A membership that begins, in a bucket or channel.
pub struct NewMember<Of> {
    /// The membership's id.
    pub id: MemberId,
    /// In what.
    pub of: Of,
    /// Whose.
    pub user: UserId,
    /// When.
    pub at: Timestamp,
    /// Where in the log.
    pub pos: i64,
}

/// A stored channel.
#[derive(Debug, Clone)]
pub struct ChannelRow {
    /// Its id.
    pub id: ChannelId,
    /// `None` for a direct message.
    pub bucket: Option<BucketId>,
    /// Its name.
    pub name: String,
    /// Its type.
    pub channel_type: ChannelType,
    /// Its newest event.
    pub last_seq: Seq,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What it is about; may be empty.
    pub topic: String,
}

/// Channels, direct messages, their members.
pub trait Channels {
    /// The channel of that id.
    fn channel(&mut self, id: ChannelId) -> Stored<Option<ChannelRow>>;
    /// A bucket's channels by id, as `viewer` sees them: of the private ones only their own.
    fn channels_in(&mut self, bucket: BucketId, viewer: UserId) -> Stored<Vec<ChannelSummary>>;
    /// The `group` channel of a bucket that has that name in any case.
    fn group_channel_named(&mut self, bucket: BucketId, name: &str) -> Stored<Option<ChannelId>>;
    /// A bucket's oldest `group` channel.
    fn first_channel(&mut self, bucket: BucketId) -> Stored<Option<ChannelId>>;
    /// Channels of a bucket somebody is in.
    fn channels_joined(&mut self, bucket: BucketId, user: UserId) -> Stored<Vec<ChannelId>>;
    /// A current membership.
    fn channel_member(&mut self, channel: ChannelId, user: UserId)
    -> Stored<Option<ChannelMember>>;
    /// The current member of that username in any case.
    fn member_named(&mut self, channel: ChannelId, username: &str) -> Stored<Option<UserId>>;
    /// The current members, by membership id.
    fn channel_members(&mut self, channel: ChannelId) -> Stored<Vec<ChannelMember>>;
    /// How many current members a channel has.
    fn count_channel_members(&mut self, channel: ChannelId) -> Stored<u64>;
    /// All channels with their bucket and type.
    fn all_channels(&mut self) -> Stored<Vec<(ChannelId, Option<BucketId>, ChannelType)>>;
    /// All current memberships of all channels.
    fn all_channel_members(&mut self) -> Stored<Vec<(ChannelId, UserId)>>;
    /// The channels somebody is in, with their newest event, by id.
    fn channels_of(&mut self, user: UserId) -> Stored<Vec<(ChannelId, Seq)>>;
    /// The direct message two people have.
    fn direct_between(&mut self, one: UserId, other: UserId) -> Stored<Option<ChannelId>>;
    /// The other person of a direct message, also when they have left for good.
    fn peer(&mut self, channel: ChannelId, of: UserId) -> Stored<Option<Peer>>;
    /// Up to `limit` direct messages of a user, newest first; empty ones last or left out.
    fn directs(&mut self, of: UserId, with_empty: bool, limit: usize)
    -> Stored<Vec<DirectMessage>>;

    /// Projection: adds a channel, whose first event this is.
    fn put_channel(&mut self, channel: &ChannelRow) -> Stored<()>;
    /// Projection: a channel is called this, and is about that.
    fn change_channel(
        &mut self,
        id: ChannelId,
        name: &str,
        topic: &str,
        at: Timestamp,
    ) -> Stored<()>;
    /// Projection: the channel's newest event.
    fn advance_channel(&mut self, id: ChannelId, seq: Seq) -> Stored<()>;
    /// Projection: a channel is gone, and with it all memberships.
    fn end_channel(&mut self, id: ChannelId, at: Timestamp, pos: i64) -> Stored<()>;
    /// Projection: a membership begins.
    fn put_channel_member(&mut self, member: &NewMember<ChannelId>) -> Stored<()>;
    /// Projection: a membership ends.
    fn end_channel_member(&mut self, channel: ChannelId, user: UserId, pos: i64) -> Stored<()>;
}

/// What ids are given out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// [`BucketId`]
    Bucket,
    /// [`ChannelId`]
    Channel,
    /// [`MemberId`], of buckets and channels alike.
    Member,
    /// [`pail_protocol::MessageId`]
    Message,
    /// [`pail_protocol::WebhookId`], which no event carries.
    Webhook,
}

/// The log, and the ids its events carry.
pub trait Events {
    /// A fresh id.
    fn next_id(&mut self, noun: Noun) -> Stored<i64>;
    /// Appends an event; it takes the next `seq` of its channel.
    fn append(&mut self, at: Timestamp, event: Event) -> Stored<Recorded>;
    /// The newest position, 0 when there is none.
    fn head(&mut self) -> Stored<i64>;
    /// Up to `limit` events after a position, in order.
    fn events_after(&mut self, pos: i64, limit: usize) -> Stored<Vec<Recorded>>;
    /// Up to `limit` events of a channel after a number, in order.
    fn channel_events_after(
        &mut self,
        channel: ChannelId,
        seq: Seq,
        limit: usize,
    ) -> Stored<Vec<Recorded>>;
    /// A user, as events name them.
    fn actor(&mut self, user: UserId) -> Stored<Option<Actor>>;
}
