//! The one way history changes: append an event, then project it on the tables.
//!
//! The tables follow from the log alone. The same [`project`] serves a local command and a
//! rebuild, so an event carries all that its projection needs, ids included.

use pail_protocol::bucket::Role;
use pail_protocol::event::{Event, Recorded};
use pail_protocol::{BucketId, ChannelId, MemberId, Seq, UserId};

use super::Ruled;
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::{ChannelRow, NewMember, NewMessage, NewText, Stored};

/// Records a fact: from here on it is so.
pub fn record(tx: &mut dyn Tx, stamp: Stamp, event: Event) -> Ruled<Recorded> {
    let recorded = tx.append(stamp.now, event)?;
    project(tx, &recorded)?;
    Ok(recorded)
}

/// Applies an event to the tables. Events must come in the order of the log.
///
/// # Errors
/// Only the store's.
pub fn project(tx: &mut dyn Tx, recorded: &Recorded) -> Stored<()> {
    let Recorded { pos, at, event, .. } = recorded;
    let seq = recorded.seq.unwrap_or_default();
    if let Some(channel) = event.channel() {
        tx.advance_channel(channel, seq)?;
    }
    match event {
        Event::BucketCreated { bucket, name, .. } => tx.put_bucket(*bucket, name, *at),
        Event::BucketChanged { bucket, name, icon } => {
            tx.change_bucket(*bucket, name, icon.as_deref(), *at)
        }
        Event::BucketRoleChanged { bucket, user, role } => {
            tx.change_bucket_role(*bucket, *user, *role, *at)
        }
        Event::BucketDeleted { bucket } => tx.end_bucket(*bucket, *at, *pos),
        Event::BucketMemberAdded { bucket, member, user, role } => {
            put_bucket_member(tx, recorded, *bucket, *member, user.id, *role)
        }
        Event::BucketMemberRemoved { bucket, user } => tx.end_bucket_member(*bucket, *user, *pos),
        Event::ChannelCreated { channel, bucket, name, channel_type, .. } => {
            tx.put_channel(&ChannelRow {
                id: *channel,
                bucket: *bucket,
                name: name.clone(),
                channel_type: *channel_type,
                last_seq: seq,
                created_at: *at,
                updated_at: *at,
                topic: String::new(),
            })
        }
        Event::ChannelChanged { channel, name, topic, .. } => {
            tx.change_channel(*channel, name, topic, *at)
        }
        Event::ChannelDeleted { channel, .. } => tx.end_channel(*channel, *at, *pos),
        Event::ChannelMemberAdded { channel, member, user, .. } => {
            put_channel_member(tx, recorded, *channel, *member, user.id)
        }
        Event::ChannelMemberRemoved { channel, user } => {
            tx.end_channel_member(*channel, *user, *pos)
        }
        Event::MessagePosted { .. } => put_message(tx, recorded, seq),
        Event::MessageEdited { message, text, mentions, here, .. } => {
            let message = *message;
            tx.put_text(&NewText { message, seq, text, mentions, here: *here, at: *at })
        }
        Event::MessageDeleted { message, .. } => {
            tx.detach_all(*message)?;
            tx.put_deletion(*message, *at)
        }
        Event::ReactionAdded { message, user, emoji, .. } => {
            tx.put_reaction(*message, user.id, emoji, seq)
        }
        Event::ReactionRemoved { message, user, emoji, .. } => {
            tx.end_reaction(*message, *user, emoji, seq)
        }
        Event::ReadMoved { user, channel, read_seq } => {
            tx.put_read(*user, *channel, *read_seq, *pos)
        }
        Event::ChannelMuted { user, channel, muted } => tx.put_mute(*user, *channel, *muted),
        // Logins and profiles are accounts, not history: the rows have changed already.
        Event::ProfileChanged { .. } | Event::LoginEnded { .. } => Ok(()),
    }
}

fn put_bucket_member(
    tx: &mut dyn Tx,
    recorded: &Recorded,
    bucket: BucketId,
    member: MemberId,
    user: UserId,
    role: Role,
) -> Stored<()> {
    let Recorded { pos, at, .. } = *recorded;
    tx.put_bucket_member(&NewMember { id: member, of: bucket, user, at, pos }, role)
}

fn put_channel_member(
    tx: &mut dyn Tx,
    recorded: &Recorded,
    channel: ChannelId,
    member: MemberId,
    user: UserId,
) -> Stored<()> {
    let Recorded { pos, at, .. } = *recorded;
    tx.put_channel_member(&NewMember { id: member, of: channel, user, at, pos })
}

fn put_message(tx: &mut dyn Tx, recorded: &Recorded, seq: Seq) -> Stored<()> {
    let Event::MessagePosted { channel, message, sender, text, nonce, context } = &recorded.event
    else {
        return Ok(());
    };
    tx.put_message(&NewMessage {
        id: *message,
        channel: *channel,
        seq,
        sender: sender.id,
        text,
        nonce: nonce.as_ref(),
        at: recorded.at,
        context,
    })?;
    context.attachments.iter().try_for_each(|attachment| tx.attach(attachment.id, *message))
}
