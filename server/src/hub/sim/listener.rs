//! The simulation's clients on a channel alone: they hear exactly the messages said while they may
//! listen, in order, and nothing from beyond their removal; once removed, they are closed.

use futures_util::FutureExt;
use pail_protocol::close::CloseCode;
use pail_protocol::event::Event;
use pail_protocol::{ChannelId, LoginId, UserId};

use super::{Log, OUTBOX_FRAMES};
use crate::hub::outbox::{Inbox, outbox};
use crate::hub::state::{Audience, ConnectionId, Joining, State};

/// A client on one channel.
pub(super) struct Listener {
    pub user: UserId,
    pub channel: ChannelId,
    pub stage: Stage,
}

/// A connection in one of its three stages.
pub(super) enum Stage {
    Away,
    /// In the hub, not yet asked whether it may listen.
    Attached(ConnectionId, Inbox),
    /// Let in; with the position of the log up to which it has heard everything.
    Live(ConnectionId, Inbox, i64),
}

impl Listener {
    /// One step of its life, whichever is next.
    pub fn step(
        &mut self,
        log: &Log,
        hub: &mut State,
        id: ConnectionId,
        skip: bool,
        hang_up: bool,
    ) -> Result<(), String> {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Away) {
            Stage::Away if !log.may_listen(self.channel, self.user) => Stage::Away,
            Stage::Away => self.attach(hub, id),
            Stage::Attached(id, inbox) => self.ask(log, hub, id, inbox, skip),
            Stage::Live(id, mut inbox, heard) => match self.drain(log, &mut inbox, heard)? {
                Some(heard) if !hang_up => Stage::Live(id, inbox, heard),
                _ => {
                    hub.leave(id);
                    Stage::Away
                }
            },
        };
        Ok(())
    }

    fn attach(&self, hub: &mut State, id: ConnectionId) -> Stage {
        let (outbox, inbox) = outbox(OUTBOX_FRAMES);
        let audience = Audience::Channel(self.channel);
        hub.join(id, Joining { user: self.user, login: LoginId(1), audience, outbox });
        Stage::Attached(id, inbox)
    }

    /// Asks after attaching, so that a removal in between is seen by the one or the other.
    fn ask(
        &self,
        log: &Log,
        hub: &mut State,
        id: ConnectionId,
        mut inbox: Inbox,
        skip: bool,
    ) -> Stage {
        if !log.may_listen(self.channel, self.user) {
            hub.leave(id);
            return Stage::Away;
        }
        if skip {
            inbox.cover(log.head());
        }
        Stage::Live(id, inbox, log.head())
    }

    /// Takes what was delivered; returns how far it has heard, or `None` when it was closed.
    fn drain(&self, log: &Log, inbox: &mut Inbox, heard: i64) -> Result<Option<i64>, String> {
        let mut taken = Vec::new();
        let closed = match inbox.take(&mut taken, usize::MAX).now_or_never() {
            Some(Err(code)) => Some(code),
            Some(Ok(())) | None => None,
        };
        // What was taken before the close was noticed is not written any more.
        if let Some(code) = closed {
            return self.was_closed(log, heard, code).map(|()| None);
        }
        let mut heard = heard;
        for delivery in taken {
            let expected = self.next_message(log, heard);
            if expected != Some(delivery.pos) {
                return Err(format!(
                    "{:?} on {:?} had heard {heard}, then {}, not {expected:?}",
                    self.user, self.channel, delivery.pos
                ));
            }
            heard = delivery.pos;
        }
        Ok(Some(heard))
    }

    /// A close is right when it was removed, or when it was slow.
    fn was_closed(&self, log: &Log, heard: i64, code: CloseCode) -> Result<(), String> {
        let removed = self.removal_after(log, heard).is_some();
        match code {
            CloseCode::SlowConsumer => Ok(()),
            CloseCode::NotAMember if removed => Ok(()),
            other => Err(format!("{:?} was closed with {other:?} without a reason", self.user)),
        }
    }

    /// Once the hub has caught up, everything was heard, or the close was.
    pub fn settle(&mut self, log: &Log) -> Result<(), String> {
        let Stage::Live(_, inbox, heard) = &mut self.stage else { return Ok(()) };
        let mut at = *heard;
        // A few at a time: a closing is looked for before what is queued.
        for _ in 0..=OUTBOX_FRAMES {
            let (user, channel) = (self.user, self.channel);
            let listener = Self { user, channel, stage: Stage::Away };
            match listener.drain(log, inbox, at)? {
                Some(heard) => at = heard,
                None => return Ok(()),
            }
        }
        match (self.removal_after(log, at), self.next_message(log, at)) {
            (None, None) => Ok(()),
            (removed, missed) => {
                Err(format!("{:?} goes on after {at}: {removed:?}, {missed:?}", self.user))
            }
        }
    }

    /// The position of the next message of the channel.
    fn next_message(&self, log: &Log, after: i64) -> Option<i64> {
        let said = |event: &Event| matches!(event, Event::MessagePosted { channel, .. } if *channel == self.channel);
        log.after(after).find(|one| said(&one.event)).map(|one| one.pos)
    }

    fn removal_after(&self, log: &Log, after: i64) -> Option<i64> {
        let removes = |event: &Event| {
            matches!(event, Event::ChannelMemberRemoved { channel, user }
                if *channel == self.channel && *user == self.user)
        };
        log.after(after).find(|one| removes(&one.event)).map(|one| one.pos)
    }
}
