//! Every id inside an event, so that whoever moves events elsewhere can rename them all.

use super::{Actor, Event};
use crate::attachment::Attachment;
use crate::message::Context;
use crate::{BucketId, ChannelId, LoginId, MemberId, MessageId, UserId};

/// An id inside an event, to be read or replaced. What is `New…` comes into being by the event;
/// everything else must have been there before.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is an id of what its name says")]
pub enum IdMut<'e> {
    User(&'e mut UserId),
    /// A user, with what they were called.
    Actor(&'e mut Actor),
    NewBucket(&'e mut BucketId),
    Bucket(&'e mut BucketId),
    NewChannel(&'e mut ChannelId),
    Channel(&'e mut ChannelId),
    NewMember(&'e mut MemberId),
    NewMessage(&'e mut MessageId),
    Message(&'e mut MessageId),
    /// An attachment that the message of this event is the first to carry; its URL has the id too.
    NewAttachment(&'e mut Attachment),
    Login(&'e mut LoginId),
}

impl Event {
    /// Every id inside the event, those of what it creates last.
    pub fn ids_mut(&mut self) -> Vec<IdMut<'_>> {
        use IdMut::{
            Actor, Bucket, Channel, Login, Message, NewBucket, NewChannel, NewMember, User,
        };
        match self {
            Self::BucketCreated { bucket, name: _, by } => vec![User(by), NewBucket(bucket)],
            Self::BucketChanged { bucket, name: _, icon: _ } => vec![Bucket(bucket)],
            Self::BucketDeleted { bucket } => vec![Bucket(bucket)],
            Self::BucketMemberAdded { bucket, member, user, role: _ } => {
                vec![Bucket(bucket), Actor(user), NewMember(member)]
            }
            Self::BucketRoleChanged { bucket, user, role: _ } => vec![Bucket(bucket), User(user)],
            Self::BucketMemberRemoved { bucket, user } => vec![Bucket(bucket), User(user)],
            Self::ChannelCreated { channel, bucket, name: _, channel_type: _, by } => {
                let bucket = bucket.as_mut().map(Bucket);
                bucket.into_iter().chain([User(by), NewChannel(channel)]).collect()
            }
            Self::ChannelChanged { channel, bucket, name: _, topic: _ }
            | Self::ChannelDeleted { channel, bucket } => {
                bucket.as_mut().map(Bucket).into_iter().chain([Channel(channel)]).collect()
            }
            Self::ChannelMemberAdded {
                channel,
                channel_name: _,
                channel_type: _,
                member,
                user,
            } => vec![Channel(channel), Actor(user), NewMember(member)],
            Self::ChannelMemberRemoved { channel, user } => vec![Channel(channel), User(user)],
            Self::MessagePosted { channel, message, sender, text: _, nonce: _, context } => {
                posted(channel, message, sender, context)
            }
            Self::MessageEdited { channel, message, text: _, mentions, here: _ } => {
                let mentions = mentions.iter_mut().map(User);
                [Channel(channel), Message(message)].into_iter().chain(mentions).collect()
            }
            Self::MessageDeleted { channel, message, by } => {
                vec![Channel(channel), Message(message), User(by)]
            }
            Self::ReactionAdded { channel, message, user, emoji: _ } => {
                vec![Channel(channel), Message(message), Actor(user)]
            }
            Self::ReactionRemoved { channel, message, user, emoji: _ } => {
                vec![Channel(channel), Message(message), User(user)]
            }
            Self::ReadMoved { user, channel, read_seq: _ }
            | Self::ChannelMuted { user, channel, muted: _ } => vec![User(user), Channel(channel)],
            Self::ProfileChanged { user, status: _ } => vec![Actor(user)],
            Self::LoginEnded { login, user } => vec![Login(login), User(user)],
        }
    }
}

fn posted<'e>(
    channel: &'e mut ChannelId,
    message: &'e mut MessageId,
    sender: &'e mut Actor,
    context: &'e mut Context,
) -> Vec<IdMut<'e>> {
    let Context { reply_to, thread, mentions, here: _, attachments } = context;
    let mut ids = vec![IdMut::Channel(channel), IdMut::Actor(sender)];
    ids.extend(reply_to.iter_mut().chain(thread).map(IdMut::Message));
    ids.extend(mentions.iter_mut().map(IdMut::User));
    ids.extend(attachments.iter_mut().map(IdMut::NewAttachment));
    ids.push(IdMut::NewMessage(message));
    ids
}
