//! A bucket as its log: which events belong to it, and whom and what they name. The bytes of
//! attachments are elsewhere; this says which are needed.
//!
//! An export is made a part at a time, from the log as it is then, until nothing is left of it: what
//! is deleted while it runs is deleted at its end. What it remembers grows with people and files,
//! not with messages.

use std::collections::{BTreeSet, HashSet};

use pail_protocol::channel::ChannelType;
use pail_protocol::event::{Actor, Event, IdMut, Recorded};
use pail_protocol::export::{EventLine, FORMAT, Header, Line};
use pail_protocol::{BucketId, ChannelId, UserId};

use super::{Ruled, access};
use crate::clock::Stamp;
use crate::store::Tx;
use crate::store::tx::ContentHash;

/// Events looked at at once: bounds memory, not the export.
const PART_EVENTS: usize = 200;

/// Where an export stands.
pub struct Export {
    by: UserId,
    bucket: BucketId,
    channels: HashSet<ChannelId>,
    people: HashSet<UserId>,
    contents: BTreeSet<ContentHash>,
    pos: i64,
}

/// Begins an export: its first line, and where it stands. Private channels the caller is not in are
/// left out; so is what was deleted.
///
/// # Errors
/// Bucket missing; not a member; not an admin.
pub fn begin(
    tx: &mut dyn Tx,
    by: UserId,
    stamp: Stamp,
    bucket: BucketId,
    epoch: String,
) -> Ruled<(Export, Line)> {
    access::has_role(tx, by, bucket, access::ADMINS)?;
    let name = access::bucket(tx, bucket)?.name;
    let all = tx.all_channels()?.into_iter().filter(|(_, of, _)| *of == Some(bucket));
    let (mut channels, mut left_out) = (HashSet::new(), 0);
    for (channel, _, channel_type) in all.collect::<Vec<_>>() {
        let open = channel_type != ChannelType::Private;
        if open || tx.channel_member(channel, by)?.is_some() {
            channels.insert(channel);
        } else {
            left_out += 1;
        }
    }
    let header = Header {
        format: FORMAT,
        epoch,
        bucket,
        name,
        at: stamp.now,
        channels: channels.len() as u64,
        private_channels_left_out: left_out,
    };
    let (people, contents) = (HashSet::new(), BTreeSet::new());
    Ok((Export { by, bucket, channels, people, contents, pos: 0 }, Line::Header(header)))
}

impl Export {
    /// The lines of the next part; `None` when nothing is left of the log. Asks for permission each
    /// time, so that an export ends when its reader is no admin any more.
    ///
    /// # Errors
    /// As [`begin`].
    pub fn next(&mut self, tx: &mut dyn Tx) -> Ruled<Option<Vec<Line>>> {
        access::has_role(tx, self.by, self.bucket, access::ADMINS)?;
        let part = tx.events_after(self.pos, PART_EVENTS)?;
        let Some(last) = part.last() else { return Ok(None) };
        self.pos = last.pos;
        let mut lines = Vec::new();
        for mut recorded in part {
            if self.has(&recorded.event) {
                self.introduce(tx, &mut recorded, &mut lines)?;
                let Recorded { seq, at, event, .. } = recorded;
                lines.push(Line::Event(EventLine { at_ms: at, seq, event }));
            }
        }
        Ok(Some(lines))
    }

    /// What the attachments of the exported messages contain, each content once.
    pub fn contents(self) -> BTreeSet<ContentHash> {
        self.contents
    }

    fn has(&self, event: &Event) -> bool {
        if let Some(channel) = event.channel() {
            return self.channels.contains(&channel);
        }
        match event {
            Event::BucketCreated { bucket, .. }
            | Event::BucketChanged { bucket, .. }
            | Event::BucketMemberAdded { bucket, .. }
            | Event::BucketRoleChanged { bucket, .. }
            | Event::BucketMemberRemoved { bucket, .. } => *bucket == self.bucket,
            Event::ReadMoved { channel, .. } | Event::ChannelMuted { channel, .. } => {
                self.channels.contains(channel)
            }
            _ => false,
        }
    }

    /// A line for each person whom an event is the first to name; notes the files it is the first to
    /// carry.
    fn introduce(
        &mut self,
        tx: &mut dyn Tx,
        recorded: &mut Recorded,
        lines: &mut Vec<Line>,
    ) -> Ruled<()> {
        for id in recorded.event.ids_mut() {
            match id {
                IdMut::User(&mut user) | IdMut::Actor(&mut Actor { id: user, .. })
                    if self.people.insert(user) =>
                {
                    lines.extend(tx.person(user)?.map(Line::Person));
                }
                IdMut::NewAttachment(attachment) => {
                    let row = tx.attachment(attachment.id)?;
                    self.contents.extend(row.map(|row| row.sha256));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
