//! The frame that tells of an event, and the place of a frame in its channel.

use super::{
    BucketCreated, BucketDeleted, BucketUpdated, ChannelCreated, ChannelDeleted, ChannelUpdated,
    ChatMessage, MemberAdded, MemberRemoved, MemberUpdated, MessageDeleted, MessageEdited,
    MuteUpdated, ReactionChanged, ReadUpdated, ServerFrame, UserUpdated,
};
use crate::event::{Actor, Event, Recorded};
use crate::message::Message;
use crate::{ChannelId, Seq};

impl ServerFrame {
    /// The frame that tells of an event; `None` for events that close connections without a word.
    #[must_use]
    pub fn of(recorded: &Recorded) -> Option<Self> {
        match &recorded.event {
            Event::MessagePosted { .. }
            | Event::MessageEdited { .. }
            | Event::MessageDeleted { .. }
            | Event::ReactionAdded { .. }
            | Event::ReactionRemoved { .. } => Self::of_message(recorded),
            Event::ChannelCreated { .. }
            | Event::ChannelChanged { .. }
            | Event::ChannelDeleted { .. }
            | Event::ChannelMemberAdded { .. }
            | Event::ChannelMemberRemoved { .. } => Self::of_channel(recorded),
            Event::BucketCreated { .. }
            | Event::BucketChanged { .. }
            | Event::BucketDeleted { .. }
            | Event::BucketMemberAdded { .. }
            | Event::BucketRoleChanged { .. }
            | Event::BucketMemberRemoved { .. } => Self::of_bucket(&recorded.event),
            Event::ReadMoved { .. }
            | Event::ChannelMuted { .. }
            | Event::ProfileChanged { .. }
            | Event::LoginEnded { .. } => Self::of_user(&recorded.event),
        }
    }

    fn of_message(recorded: &Recorded) -> Option<Self> {
        let (at, seq) = (recorded.at, recorded.seq.unwrap_or_default());
        Some(match recorded.event.clone() {
            Event::MessagePosted { channel, message, sender, text, nonce, context } => {
                Self::Message(ChatMessage {
                    message: text.clone(),
                    sender: sender.name.clone(),
                    sender_id: sender.id,
                    timestamp: at,
                    id: message,
                    seq,
                    channel_id: channel,
                    sender_name: sender.name,
                    sender_username: sender.username,
                    message_text: text,
                    created_at: at,
                    ts_ms: at,
                    nonce,
                    context,
                })
            }
            Event::MessageEdited { channel, message, text, mentions, here } => {
                Self::MessageEdited(MessageEdited {
                    id: message,
                    channel_id: channel,
                    seq,
                    message_text: text,
                    mentions,
                    here,
                    edited_at: at,
                })
            }
            Event::MessageDeleted { channel, message, by } => {
                Self::MessageDeleted(MessageDeleted {
                    id: message,
                    channel_id: channel,
                    seq,
                    deleted_at: at,
                    deleted_by: by,
                })
            }
            Event::ReactionAdded { channel, message, user, emoji } => {
                let (message_id, channel_id, user_id) = (message, channel, user.id);
                Self::ReactionAdded(ReactionChanged { message_id, channel_id, seq, user_id, emoji })
            }
            Event::ReactionRemoved { channel, message, user, emoji } => {
                let (message_id, channel_id, user_id) = (message, channel, user);
                Self::ReactionRemoved(ReactionChanged {
                    message_id,
                    channel_id,
                    seq,
                    user_id,
                    emoji,
                })
            }
            _ => return None,
        })
    }

    fn of_channel(recorded: &Recorded) -> Option<Self> {
        let seq = recorded.seq.unwrap_or_default();
        Some(match recorded.event.clone() {
            Event::ChannelCreated { channel, bucket, name, channel_type, .. } => {
                let (channel_id, bucket_id) = (channel, bucket);
                let created = ChannelCreated { channel_id, seq, bucket_id, name, channel_type };
                Self::ChannelCreated(created)
            }
            Event::ChannelChanged { channel, bucket, name, topic } => {
                let (channel_id, bucket_id) = (channel, bucket);
                Self::ChannelUpdated(ChannelUpdated { channel_id, seq, bucket_id, name, topic })
            }
            Event::ChannelDeleted { channel, bucket } => {
                Self::ChannelDeleted(ChannelDeleted { channel_id: channel, seq, bucket_id: bucket })
            }
            Event::ChannelMemberAdded { channel, channel_name, channel_type, user, .. } => {
                Self::MemberAdded(MemberAdded {
                    channel_id: Some(channel),
                    channel_name: Some(channel_name),
                    channel_type: Some(channel_type),
                    seq: Some(seq),
                    ..MemberAdded::of(user)
                })
            }
            Event::ChannelMemberRemoved { channel, user } => Self::MemberRemoved(MemberRemoved {
                bucket_id: None,
                channel_id: Some(channel),
                seq: Some(seq),
                user_id: user,
            }),
            _ => return None,
        })
    }

    fn of_bucket(event: &Event) -> Option<Self> {
        Some(match event.clone() {
            Event::BucketCreated { bucket, name, .. } => {
                Self::BucketCreated(BucketCreated { bucket_id: bucket, name })
            }
            Event::BucketChanged { bucket, name, icon } => {
                Self::BucketUpdated(BucketUpdated { bucket_id: bucket, name, icon })
            }
            Event::BucketDeleted { bucket } => {
                Self::BucketDeleted(BucketDeleted { bucket_id: bucket })
            }
            Event::BucketMemberAdded { bucket, user, role, .. } => Self::MemberAdded(MemberAdded {
                bucket_id: Some(bucket),
                role: Some(role),
                ..MemberAdded::of(user)
            }),
            Event::BucketRoleChanged { bucket, user, role } => {
                Self::MemberUpdated(MemberUpdated { bucket_id: bucket, user_id: user, role })
            }
            Event::BucketMemberRemoved { bucket, user } => Self::MemberRemoved(MemberRemoved {
                bucket_id: Some(bucket),
                channel_id: None,
                seq: None,
                user_id: user,
            }),
            _ => return None,
        })
    }

    fn of_user(event: &Event) -> Option<Self> {
        Some(match event.clone() {
            Event::ReadMoved { channel, read_seq, .. } => {
                Self::ReadUpdated(ReadUpdated { channel_id: channel, read_seq })
            }
            Event::ChannelMuted { channel, muted, .. } => {
                Self::MuteUpdated(MuteUpdated { channel_id: channel, muted })
            }
            Event::ProfileChanged { user, status } => Self::UserUpdated(UserUpdated {
                user_id: user.id,
                name: user.name,
                username: user.username,
                status,
            }),
            _ => return None,
        })
    }

    /// The channel and number of the event a frame tells of; `None` for frames that tell of none,
    /// or of one without a number.
    #[must_use]
    pub fn place(&self) -> Option<(ChannelId, Seq)> {
        match self {
            Self::Message(it) => Some((it.channel_id, it.seq)),
            Self::MessageEdited(it) => Some((it.channel_id, it.seq)),
            Self::MessageDeleted(it) => Some((it.channel_id, it.seq)),
            Self::ReactionAdded(it) | Self::ReactionRemoved(it) => Some((it.channel_id, it.seq)),
            Self::ChannelCreated(it) => Some((it.channel_id, it.seq)),
            Self::ChannelUpdated(it) => Some((it.channel_id, it.seq)),
            Self::ChannelDeleted(it) => Some((it.channel_id, it.seq)),
            Self::MemberAdded(it) => it.channel_id.zip(it.seq),
            Self::MemberRemoved(it) => it.channel_id.zip(it.seq),
            Self::Hello(_)
            | Self::Ready(_)
            | Self::BucketCreated(_)
            | Self::BucketUpdated(_)
            | Self::BucketDeleted(_)
            | Self::MemberUpdated(_)
            | Self::UserUpdated(_)
            | Self::ReadUpdated(_)
            | Self::MuteUpdated(_)
            | Self::Typing(_)
            | Self::Presence(_)
            | Self::Pong {}
            | Self::Error(_) => None,
        }
    }
}

impl From<Message> for ChatMessage {
    /// A stored message as a frame: what a repeated nonce is answered with.
    fn from(stored: Message) -> Self {
        Self {
            message: stored.message_text.clone(),
            sender: stored.sender.name.clone(),
            sender_id: stored.sender.id,
            timestamp: stored.created_at,
            id: stored.id,
            seq: stored.seq,
            channel_id: stored.channel,
            sender_name: stored.sender.name,
            sender_username: stored.sender.username,
            message_text: stored.message_text,
            created_at: stored.created_at,
            ts_ms: stored.ts_ms,
            nonce: stored.nonce,
            context: stored.context,
        }
    }
}

impl MemberAdded {
    /// Somebody, in nothing yet.
    fn of(user: Actor) -> Self {
        Self {
            bucket_id: None,
            channel_id: None,
            channel_name: None,
            channel_type: None,
            seq: None,
            user_id: user.id,
            user_name: user.name,
            username: user.username,
            role: None,
        }
    }
}
