//! What the socket says: frames in, the machine of the connection, what is sent after it is live.

use pail_protocol::channel::ChannelType;
use pail_protocol::close::CloseCode;
use pail_protocol::error::ErrorCode;
use pail_protocol::frame::{
    ChannelCreated, ChatMessage, ClientFrame, Cursor, FrameError, Hello, MemberAdded,
    MemberRemoved, MemberUpdated, ReadUpdated, Ready, ServerFrame, Subscribe,
};
use pail_protocol::limits::SUBSCRIBE_CHANNELS_MAX;
use pail_protocol::{ChannelId, Seq};

use super::{Chat, Lists, day_in};
use crate::state::Surroundings;
use crate::state::effect::{Call, Effect, Generation};
use crate::state::input::NetEvent;
use crate::state::notices::{NOTIFICATION_GAP_MS, minute_of_day, notification, says_one_of};
use crate::state::random::Random;
use crate::state::roster::{Channel, Home};
use crate::state::settings::Via;
use crate::state::thread::Thread;
use crate::state::timeline::{Arrival, Entry, Scroll, Timeline};
use crate::text::SafeText;

/// What is said when the server ends the login.
pub(super) const LOGIN_ENDED: &str = "Your login on this server has ended. Log in again to go on.";

impl Chat {
    /// The socket has something to say. Older sockets are not listened to.
    pub(in crate::state) fn net(
        &mut self,
        generation: Generation,
        event: NetEvent,
        around: &Surroundings,
        random: &mut Random,
    ) -> Vec<Effect> {
        if generation != self.connection.generation() || self.logged_out.is_some() {
            return Vec::new();
        }
        match event {
            NetEvent::Frame(frame) => {
                self.connection.heard();
                self.frame(*frame, around);
            }
            NetEvent::Closed { code, .. } if code == Some(CloseCode::NotAuthenticated.number()) => {
                self.end_login(LOGIN_ENDED);
            }
            NetEvent::Closed { reason, .. } => self.lost(reason, around, random),
        }
        self.finish(around)
    }

    pub(super) fn end_login(&mut self, why: &str) {
        self.connection.end();
        self.logged_out = Some(SafeText::line(why));
        self.remember();
        self.out.push(Effect::Close);
    }

    pub(super) fn lost(&mut self, reason: SafeText, around: &Surroundings, random: &mut Random) {
        let connect = self.connection.lost(reason, around.now, random);
        self.out.push(connect);
        self.away_since.get_or_insert(around.now);
        self.start_over();
    }

    /// Asks whether the server is there still.
    pub(super) fn ping(&mut self) {
        self.out.push(Effect::SendFrame(self.connection.generation(), ClientFrame::Ping {}));
    }

    /// Gives up the connection there is and opens another one.
    pub(super) fn connect_anew(&mut self) {
        let connect = self.connection.open();
        self.out.push(connect);
        self.start_over();
    }

    /// What was on its way on the last connection is not any more.
    fn start_over(&mut self) {
        self.outbox.connection_lost();
        self.typing.lost();
        self.thread_mut().into_iter().for_each(Thread::ask_again);
        self.roster.set_online(&[]);
        self.lists = Lists::default();
        self.marks.values_mut().for_each(|mark| mark.in_flight = false);
        self.timelines.values_mut().for_each(Timeline::pages_lost);
    }

    fn frame(&mut self, frame: ServerFrame, around: &Surroundings) {
        match frame {
            ServerFrame::Hello(hello) => self.hello(hello),
            ServerFrame::Ready(ready) => self.ready(&ready, around),
            ServerFrame::Message(message) => self.message(&message, around),
            ServerFrame::BucketCreated(_) => self.fetch_lists(),
            ServerFrame::BucketDeleted(gone) => self.bucket_gone(gone.bucket_id, around),
            ServerFrame::ChannelCreated(new) => self.channel_created(&new),
            ServerFrame::ChannelDeleted(gone) => self.forget_channel(gone.channel_id, around),
            ServerFrame::MemberAdded(added) => self.member_added(&added),
            ServerFrame::MemberRemoved(removed) => self.member_removed(&removed, around),
            ServerFrame::BucketUpdated(_) => self.fetch_lists(),
            ServerFrame::MemberUpdated(updated) => self.member_updated(&updated),
            ServerFrame::UserUpdated(user) => self.user_updated(&user, around),
            ServerFrame::ReadUpdated(read) => self.read_elsewhere(read, around),
            ServerFrame::ChannelUpdated(changed) => {
                self.event(changed.channel_id, changed.seq);
                self.fetch_lists();
            }
            ServerFrame::MessageEdited(edited) => self.message_edited(&edited),
            ServerFrame::MessageDeleted(gone) => self.message_deleted(&gone),
            ServerFrame::ReactionAdded(it) => self.reaction_changed(&it, true),
            ServerFrame::ReactionRemoved(it) => self.reaction_changed(&it, false),
            ServerFrame::MuteUpdated(it) => self.muted(it.channel_id, it.muted),
            ServerFrame::Typing(typing) => self.heard_typing(typing, around),
            ServerFrame::Presence(it) => self.roster.set_presence(it.user_id, it.online),
            ServerFrame::Pong {} => {}
            ServerFrame::Error(error) => self.refused(error, around),
        }
    }

    fn hello(&mut self, hello: Hello) {
        self.limits = hello.limits;
        self.lists = Lists::default();
        self.me.name = SafeText::name(&hello.user.name);
        self.me.username = SafeText::name(&hello.user.username);
        if !self.connection.greeted(&hello.epoch) {
            self.timelines.clear();
            self.close_thread_of(|_| true);
            self.marks.clear();
            self.roster.forget_numbers();
        }
        // Channels beyond the bound start at the present, so nothing may be kept of them.
        while self.timelines.len() > SUBSCRIBE_CHANNELS_MAX {
            self.timelines.pop_last();
        }
        let cursor =
            |(id, timeline): (&ChannelId, &Timeline)| (*id, Cursor { after: timeline.cursor() });
        let channels = self.timelines.iter().map(cursor).collect();
        let epoch = Some(hello.epoch);
        let subscribe = ClientFrame::Subscribe(Subscribe { epoch, channels, presence: true });
        self.out.push(Effect::SendFrame(self.connection.generation(), subscribe));
    }

    fn ready(&mut self, ready: &Ready, around: &Surroundings) {
        self.timelines.retain(|id, _| ready.channels.contains_key(id));
        for (id, resumed) in &ready.channels {
            let known = self.timelines.entry(*id);
            let timeline = known.or_insert_with(|| Timeline::starting_after(resumed.last_seq));
            timeline.resumed(resumed.last_seq, resumed.recovered, self.current == Some(*id));
        }
        self.roster.set_online(ready.online.as_deref().unwrap_or_default());
        self.roster.set_presence(self.me.id, true);
        self.connection.ready(around.now);
        self.send_waiting(around);
        self.fetch_lists();
    }

    /// Writes what waits to a live connection, in order.
    pub(super) fn send_waiting(&mut self, around: &Surroundings) {
        if self.connection.is_live() {
            let generation = self.connection.generation();
            let frames = self.outbox.flush(around.now);
            self.out.extend(frames.into_iter().map(|frame| Effect::SendFrame(generation, frame)));
        }
    }

    /// Fetches all lists; while they are on their way already, once more when they have arrived.
    pub(super) fn fetch_lists(&mut self) {
        if self.lists.awaited > 0 {
            self.lists.again = true;
            return;
        }
        self.lists.marked_since.clear();
        let lists = [Call::Buckets, Call::Directs, Call::Unread];
        self.lists.awaited += lists.len();
        lists.into_iter().for_each(|call| self.call(call));
        self.fetch_people();
    }

    /// As [`Self::fetch_lists`].
    pub(super) fn fetch_people(&mut self) {
        if self.lists.people_awaited {
            self.lists.people_again = true;
            return;
        }
        self.lists.people_awaited = true;
        self.call(Call::People);
    }

    pub(super) fn event(&mut self, channel: ChannelId, seq: Seq) -> &mut Timeline {
        let before = Seq(seq.0.saturating_sub(1).max(0));
        let timeline = self.timelines.entry(channel);
        let timeline = timeline.or_insert_with(|| Timeline::starting_after(before));
        timeline.event(seq);
        timeline
    }

    fn message(&mut self, message: &ChatMessage, around: &Surroundings) {
        let entry = Entry::of_frame(message, day_in(around));
        let (id, seq) = (message.channel_id, message.seq);
        self.reconcile(&entry, around);
        let before = Seq(seq.0.saturating_sub(1).max(0));
        let timeline = self.timelines.entry(id);
        let timeline = timeline.or_insert_with(|| Timeline::starting_after(before));
        self.typing.stopped(id, entry.author);
        if timeline.message(entry.clone()) == Arrival::Known {
            return;
        }
        let is_mine = entry.author == self.me.id;
        timeline.new_below += usize::from(!is_mine && timeline.scroll != Scroll::Bottom);
        self.threaded(&entry, id);
        if is_mine {
            return;
        }
        if let Some(channel) = self.roster.channel_mut(id) {
            channel.count(seq, entry.calls(self.me.id));
        }
        self.disturb(id, &entry, around);
    }

    /// Our marker moved: on another device, or this is the echo of what we said ourselves. Whoever
    /// looks at the channel keeps the line "new" where it is.
    fn read_elsewhere(&mut self, read: ReadUpdated, around: &Surroundings) {
        let id = read.channel_id;
        let is_looked_at = self.current == Some(id) && around.is_focused;
        let is_settled = self.is_settled(id);
        let Some(channel) = self.roster.channel_mut(id) else { return };
        let went_back = is_settled && read.read_seq < channel.read_seq;
        if channel.is_all_seen_at(read.read_seq) {
            channel.seen(read.read_seq);
        } else if read.read_seq > channel.read_seq || went_back {
            self.fetch_lists();
        }
        let line = self.timelines.get_mut(&id).and_then(|timeline| timeline.seen_to.as_mut());
        if let Some(line) = line.filter(|_| !is_looked_at) {
            *line = read.read_seq;
        }
    }

    fn muted(&mut self, channel: ChannelId, is_muted: bool) {
        if let Some(channel) = self.roster.channel_mut(channel) {
            channel.is_muted = is_muted;
        }
    }

    /// A message of ours that waited for its echo has it.
    pub(super) fn reconcile(&mut self, entry: &Entry, around: &Surroundings) {
        if entry.author == self.me.id
            && let Some(nonce) = &entry.nonce
            && let Some(message) = self.outbox.acknowledge(nonce)
        {
            self.forget_files(&message.files);
            self.send_waiting(around);
            self.remember_soon(around);
        }
    }

    /// Calls somebody who looks elsewhere. What is replayed calls nobody.
    fn disturb(&mut self, id: ChannelId, entry: &Entry, around: &Surroundings) {
        let Some(channel) = self.roster.channel(id) else { return };
        let settings = &around.chosen.settings.notify;
        let concerns_us = (channel.is_direct() && !channel.is_muted)
            || entry.calls(self.me.id)
            || (!channel.is_muted && says_one_of(entry, &settings.keywords));
        let is_quiet = settings.quiet_hours.hold(minute_of_day(around))
            || settings.do_not_disturb.holds(around.now);
        if !self.connection.is_live() || around.is_focused || !concerns_us || is_quiet {
            return;
        }
        if settings.bell {
            self.out.push(Effect::Bell);
        }
        let quiet_ms = around.now.as_millis().saturating_sub(self.notified_at.as_millis());
        if settings.via != Via::Off && quiet_ms >= NOTIFICATION_GAP_MS {
            let account = (!self.neighbours.is_empty()).then_some(&self.me);
            self.out.push(Effect::Notify(notification(entry, channel, account, settings)));
            self.notified_at = around.now;
        }
    }

    fn bucket_gone(&mut self, bucket: pail_protocol::BucketId, around: &Surroundings) {
        let channels: Vec<_> = self.roster.channels_of(bucket).map(|channel| channel.id).collect();
        self.roster.remove_bucket(bucket);
        channels.into_iter().for_each(|channel| self.forget_channel(channel, around));
    }

    /// A direct message is there at once: its first message may follow before the lists do.
    fn direct_opened(&mut self, added: &MemberAdded) {
        if let (Some(id), Some(ChannelType::Direct)) = (added.channel_id, added.channel_type)
            && self.roster.channel(id).is_none()
        {
            let name = added.channel_name.as_deref().unwrap_or_default();
            self.roster.put(Channel::new(id, name, Home::Direct(None), true));
        }
    }

    fn channel_created(&mut self, new: &ChannelCreated) {
        let home = new.bucket_id.map_or(Home::Direct(None), Home::Bucket);
        let is_direct = new.bucket_id.is_none();
        self.roster.put(Channel::new(new.channel_id, &new.name, home, is_direct));
        self.event(new.channel_id, new.seq);
        self.fetch_lists();
    }

    fn member_added(&mut self, added: &MemberAdded) {
        if added.user_id == self.me.id {
            self.direct_opened(added);
        }
        if let Some((channel, seq)) = added.channel_id.zip(added.seq) {
            self.members_changed(channel);
            self.event(channel, seq);
        }
        if added.user_id == self.me.id {
            self.fetch_lists();
        } else if added.bucket_id.is_some() {
            self.fetch_people();
        }
    }

    fn member_updated(&mut self, updated: &MemberUpdated) {
        self.roles_changed(updated.bucket_id);
        self.fetch_lists();
    }

    fn member_removed(&mut self, removed: &MemberRemoved, around: &Surroundings) {
        match (removed.user_id == self.me.id, removed.channel_id, removed.bucket_id) {
            (true, Some(channel), _) => {
                if let Some(channel) = self.roster.channel(channel) {
                    let sentence = format!("You are no longer in {}.", channel.label());
                    self.say(&sentence, around);
                }
                self.forget_channel(channel, around);
                self.fetch_lists();
            }
            (true, None, Some(bucket)) => self.bucket_gone(bucket, around),
            (false, Some(channel), _) => {
                self.members_changed(channel);
                if let Some(seq) = removed.seq {
                    self.event(channel, seq);
                }
            }
            (false, None, Some(_)) => self.fetch_people(),
            (_, None, None) => {}
        }
    }

    fn refused(&mut self, error: FrameError, around: &Surroundings) {
        let sentence = SafeText::line(&error.error);
        match error.nonce {
            Some(nonce) if passes(error.code) => {
                self.outbox.put_off(&nonce, sentence, around.now);
            }
            Some(nonce) => self.outbox.refuse(&nonce, sentence),
            None => self.complain(sentence.as_str(), around),
        }
        self.send_waiting(around);
        self.remember_soon(around);
    }
}

/// Whether the server may take the same message another time.
fn passes(code: ErrorCode) -> bool {
    let passing = [ErrorCode::Throttled, ErrorCode::StorageFull, ErrorCode::Internal];
    passing.contains(&code)
}
