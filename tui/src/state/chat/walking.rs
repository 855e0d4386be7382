//! Walking through what is unread: the most urgent first, each channel once, in the end back to where
//! one began.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use pail_protocol::{ChannelId, Seq};

use super::Chat;
use crate::state::Surroundings;
use crate::state::roster::Channel;
use crate::state::timeline::ItemId;

/// A walk that has begun.
#[derive(Debug, Default)]
pub(super) struct Walk {
    origin: Option<ChannelId>,
    visited: BTreeSet<ChannelId>,
}

impl Chat {
    /// The next channel with unread messages: those that mention us, then direct messages, then the
    /// others in the order of the sidebar. After the last one, back to where the walk began.
    pub(super) fn next_unread(&mut self, around: &Surroundings) {
        let mut walk = self.begin_or_go_on();
        let is_left = |channel: &&Channel| {
            !walk.visited.contains(&channel.id) && !self.snoozed.contains_key(&channel.id)
        };
        let next = self.roster.in_order().into_iter().filter(is_left).filter(|c| calls(c));
        match next.min_by_key(|channel| urgency(channel)).map(|channel| channel.id) {
            Some(next) => {
                walk.visited.insert(next);
                self.go(next, around);
                self.aim_at_unread();
                self.walk = Some(walk);
            }
            None => self.end_walk(walk, "Nothing is unread.", around),
        }
    }

    /// The next message that mentions us and is unread; after the last one, back to where the walk
    /// began.
    pub(super) fn next_mention(&mut self, around: &Surroundings) {
        let mut walk = self.begin_or_go_on();
        if let Some((channel, from)) = self.mention_below() {
            self.jump_to_mention(channel, from, around);
            return self.walk = Some(walk);
        }
        let is_left = |channel: &&Channel| !walk.visited.contains(&channel.id);
        let mut order = self.roster.in_order().into_iter().filter(is_left);
        let next = order.find(|channel| channel.mentions > 0);
        match next.map(|channel| (channel.id, channel.read_seq)) {
            Some((next, read_seq)) => {
                walk.visited.insert(next);
                self.jump_to_mention(next, Seq(read_seq.0.saturating_add(1)), around);
                self.walk = Some(walk);
            }
            None => self.end_walk(walk, "Nobody has mentioned you since you last looked.", around),
        }
    }

    /// Another mention of the open channel, below the selected message.
    fn mention_below(&self) -> Option<(ChannelId, Seq)> {
        let (channel, timeline) = self.current().zip(self.timeline())?;
        let Some(ItemId::Message(selected)) = self.selection else { return None };
        let me = self.me.id;
        let mut below = timeline.entries().rev().take_while(|entry| entry.seq > selected);
        let is_there = below.any(|entry| entry.author != me && entry.calls(me));
        is_there.then_some((channel.id, Seq(selected.0.saturating_add(1))))
    }

    fn begin_or_go_on(&mut self) -> Walk {
        let mut walk = self
            .walk
            .take()
            .unwrap_or_else(|| Walk { origin: self.current, visited: BTreeSet::new() });
        walk.visited.extend(self.current);
        walk
    }

    fn end_walk(&mut self, walk: Walk, nothing: &str, around: &Surroundings) {
        match walk.origin.filter(|origin| Some(*origin) != self.current) {
            Some(origin) => self.go(origin, around),
            None => self.say(nothing, around),
        }
    }
}

/// Whether a walk comes by: a muted channel calls only by mentioning us.
fn calls(channel: &Channel) -> bool {
    channel.mentions > 0 || (channel.unread > 0 && !channel.is_muted)
}

fn urgency(channel: &Channel) -> (bool, Reverse<bool>) {
    (channel.mentions == 0, Reverse(channel.is_direct()))
}
