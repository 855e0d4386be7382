//! The chat: one account, its channels, what is open, what is being written.
//!
//! This file holds the parts together and answers questions about them; what changes them is in
//! its siblings: keys (`actions`), the socket (`net`), REST (`answers`), the palette (`offers`,
//! `commands`), going places (`jumping`, `walking`), what has been read (`reading`), and what follows
//! from all of them (`upkeep`).

mod actions;
mod answers;
mod attaching;
mod catching_up;
mod clicking;
mod commands;
mod completing;
mod history;
mod inbox;
mod intents;
mod jumping;
mod laying_out;
mod links;
mod marking;
mod members;
mod net;
mod offers;
mod on_message;
mod opening;
mod opening_files;
mod pasting;
mod picturing;
mod piping;
mod pointing;
mod pointing_over;
mod presence;
mod queue;
mod reacting;
mod reading;
mod restoring;
mod saving;
mod searching;
mod selection;
mod slashing;
mod statuses;
mod threading;
mod upkeep;
mod walking;
mod writing;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use pail_protocol::account::Limits;
use pail_protocol::{BucketId, ChannelId, MessageId, Seq, Timestamp};

use super::accounts::Neighbour;
use super::action::Context;
use super::completion::Completion;
use super::connection::Connection;
use super::digest::Digest;
use super::draft::Draft;
use super::drafts::Drafts;
use super::effect::{Call, Effect};
use super::export::ExportId;
use super::input::{Entered, Me};
use super::intent::{Conversation, Intent};
use super::keepsake::Keepsake;
use super::layouts::Layouts;
use super::nearby::Nearby;
use super::notices::Notice;
use super::outbox::{Outbox, Progress};
use super::overlay::Overlay;
use super::panel::Panel;
use super::pictures::Pictures;
use super::places::Places;
use super::pointer::Marking;
use super::roster::{Channel, Home, Roster};
use super::statuses::Statuses;
use super::timeline::{ItemId, Timeline};
use super::typing::Typing;
use super::uploads::Uploads;
use super::{Surroundings, Wish};
use crate::text::SafeText;
use jumping::Aim;
pub use offers::offered;
pub use pointing::row_from_below;
pub use threading::ThreadGeometry;
use walking::Walk;

/// One account's chat.
#[derive(Debug)]
pub struct Chat {
    me: Me,
    connection: Connection,
    roster: Roster,
    statuses: Statuses,
    timelines: BTreeMap<ChannelId, Timeline>,
    drafts: Drafts,
    /// What was typed before there was a channel to write to; goes into the first that opens.
    early: Draft,
    completion: Completion,
    /// What drafts are for that are not simply the next message.
    intents: BTreeMap<Conversation, Intent>,
    /// The channel whose draft another program has.
    edited_elsewhere: Option<Conversation>,
    outbox: Outbox,
    uploads: Uploads,
    last_export: ExportId,
    layouts: Layouts,
    nearby: Nearby,
    pictures: Pictures,
    overlay: Option<Overlay>,
    /// The message that is selected: keys are about it.
    selection: Option<ItemId>,
    typing: Typing,
    used_emoji: reacting::Used,
    notice: Option<Notice>,
    warning: Option<SafeText>,
    current: Option<ChannelId>,
    /// To be opened as soon as it is listed.
    desired: Option<ChannelId>,
    /// The walk through what is unread.
    walk: Option<Walk>,
    places: Places,
    /// Where an earlier run left the channels that were not opened in this one.
    positions: BTreeMap<ChannelId, Seq>,
    /// What is to be shown as soon as it is there.
    aim: Option<Aim>,
    /// The message to go to once it is known where it is.
    wanted: Option<MessageId>,
    /// The channel that was marked unread, until it is left.
    held: Option<ChannelId>,
    /// The digest from which one went to a channel.
    left_digest: Option<Box<Digest>>,
    /// What is put off, and until when.
    snoozed: BTreeMap<ChannelId, Timestamp>,
    /// Since when there is no connection.
    away_since: Option<Timestamp>,
    marks: BTreeMap<ChannelId, Mark>,
    lists: Lists,
    limits: Limits,
    was_focused: bool,
    remember_by: Option<Timestamp>,
    notified_at: Timestamp,
    panel: Option<Panel>,
    marking: Option<Marking>,
    last_thread: Option<Conversation>,
    logged_out: Option<SafeText>,
    pub(super) wish: Option<Wish>,
    /// The other accounts that are open.
    pub(super) neighbours: Vec<Neighbour>,
    out: Vec<Effect>,
}

/// How far the server was told that we have read.
#[derive(Debug, Default, Clone, Copy)]
struct Mark {
    wanted: Seq,
    posted: Seq,
    in_flight: bool,
}

/// The lists of this connection.
#[derive(Debug, Default)]
struct Lists {
    /// How many are on their way.
    awaited: usize,
    /// Whether they are out of date before they have arrived.
    again: bool,
    /// Whether all of them have arrived once.
    have_arrived: bool,
    people_awaited: bool,
    people_again: bool,
    unread: Vec<pail_protocol::channel::Unread>,
    /// The channels whose markers we have moved since the lists were asked for.
    marked_since: BTreeSet<ChannelId>,
}

impl Chat {
    /// Opens an account: connects, and brings back what the last run left.
    pub(super) fn open(entered: Entered, around: &Surroundings) -> (Self, Vec<Effect>) {
        let Entered { me, keepsake, cached, .. } = entered;
        let Keepsake { whereabouts: left, drafts, composing, unsent } = *keepsake;
        let mut outbox = Outbox::default();
        outbox.restore(unsent);
        let of_channels = drafts.into_iter().map(|(id, text)| (Conversation::channel(id), text));
        let drafts = Drafts::restored(of_channels.chain(composing.threads));
        let place = left.current.and_then(|id| Some((id, *left.positions.get(&id)?)));
        let mut chat = Self {
            me,
            connection: Connection::to_epoch(cached.epoch.clone()),
            roster: Roster::default(),
            statuses: Statuses::default(),
            timelines: BTreeMap::new(),
            drafts,
            early: Draft::default(),
            completion: Completion::default(),
            intents: composing.intents.into_iter().collect(),
            edited_elsewhere: None,
            outbox,
            uploads: Uploads::default(),
            last_export: ExportId::default(),
            layouts: Layouts::default(),
            nearby: Nearby::default(),
            pictures: Pictures::default(),
            overlay: None,
            selection: None,
            typing: Typing::default(),
            used_emoji: reacting::Used::default(),
            notice: None,
            warning: None,
            // What is written before the lists are there belongs where one was last.
            current: left.current,
            desired: left.current,
            walk: None,
            places: Places::restored(left.recents),
            positions: left.positions,
            aim: place.map(|(id, seq)| Aim::as_left(id, seq)),
            wanted: None,
            held: None,
            left_digest: None,
            snoozed: left.snoozed,
            away_since: None,
            marks: BTreeMap::new(),
            lists: Lists::default(),
            limits: Limits::default(),
            was_focused: around.is_focused,
            remember_by: None,
            notified_at: Timestamp::from_millis(i64::MIN),
            panel: None,
            marking: None,
            last_thread: None,
            logged_out: None,
            wish: None,
            neighbours: Vec::new(),
            out: Vec::new(),
        };
        let connect = chat.connection.open();
        chat.out.push(connect);
        chat.restore(*cached, around);
        chat.upload_again();
        let effects = chat.finish(around);
        (chat, effects)
    }

    /// Who we are.
    #[must_use]
    pub fn me(&self) -> &Me {
        &self.me
    }

    /// How the connection stands.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Buckets, channels, people.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The layer over the chat.
    #[must_use]
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlay.as_ref()
    }

    /// The message that is selected.
    #[must_use]
    pub fn selection(&self) -> Option<&ItemId> {
        self.selection.as_ref()
    }

    /// The passing sentence.
    #[must_use]
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// What is wrong until the end of this run.
    #[must_use]
    pub fn warning(&self) -> Option<&SafeText> {
        self.warning.as_ref()
    }

    /// Messages that wait for a connection.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.outbox.waiting()
    }

    /// Whether the lists have not come yet.
    #[must_use]
    pub fn is_loading_lists(&self) -> bool {
        self.lists.awaited > 0 || !self.lists.have_arrived
    }

    /// Whether there is a place to write to, even if its name is not known yet.
    #[must_use]
    pub fn can_write(&self) -> bool {
        self.current.is_some()
    }

    /// The open channel.
    #[must_use]
    pub fn current(&self) -> Option<&Channel> {
        self.current.and_then(|id| self.roster.channel(id))
    }

    /// The messages of the open channel.
    #[must_use]
    pub fn timeline(&self) -> Option<&Timeline> {
        self.current.and_then(|id| self.timelines.get(&id))
    }

    /// The bucket of the open channel, or of the last one that had any.
    #[must_use]
    pub fn bucket_in_view(&self) -> Option<BucketId> {
        let home = |id: ChannelId| match self.roster.channel(id)?.home {
            Home::Bucket(bucket) => Some(bucket),
            Home::Direct(_) => None,
        };
        let last = self.current.into_iter().chain(self.places.recents()).find_map(home);
        last.or_else(|| self.roster.buckets().first().map(|bucket| bucket.id))
    }

    /// What is being written where the keys are.
    #[must_use]
    pub fn draft(&self) -> Option<&Draft> {
        self.draft_in(self.conversation()?)
    }

    /// What is being written somewhere.
    #[must_use]
    pub fn draft_in(&self, place: Conversation) -> Option<&Draft> {
        self.drafts.get(place)
    }

    /// Whether something is being written in a channel.
    #[must_use]
    pub fn has_draft(&self, channel: ChannelId) -> bool {
        self.drafts.get(Conversation::channel(channel)).is_some_and(|draft| !draft.is_empty())
    }

    /// Why there is no login any more.
    #[must_use]
    pub fn logged_out(&self) -> Option<&SafeText> {
        self.logged_out.as_ref()
    }

    /// Where the keys go.
    #[must_use]
    pub fn context(&self) -> Context {
        match &self.overlay {
            Some(Overlay::Palette(_)) => Context::Palette,
            Some(Overlay::Prompt(_)) => Context::Prompt,
            Some(Overlay::Card(card)) if card.is_about_paste() => Context::Paste,
            Some(Overlay::Card(_)) => Context::Card,
            Some(Overlay::Search(_)) => Context::Search,
            Some(Overlay::Digest(_)) => Context::Digest,
            Some(Overlay::Threads(_)) => Context::Threads,
            Some(Overlay::Picture(_)) => Context::Picture,
            None if self.members_have_keys() => Context::Members,
            None if self.selection.is_some() => Context::Select,
            None if self.completion.popup().is_some() => Context::Completion,
            None if self.draft().is_none_or(Draft::is_empty) => Context::EmptyDraft,
            None => Context::Chat,
        }
    }

    /// When something changes by itself. What nobody sees may wait.
    #[must_use]
    pub fn next_wake(&self, around: &Surroundings, is_shown: bool) -> Option<Timestamp> {
        let notice = self.notice.as_ref().map(|notice| notice.until);
        let connection = self.connection.next_change(around.now);
        let typing = self.typing.next_change();
        let snoozed = self.snoozed.values().min().copied();
        let quiet = around.chosen.settings.notify.do_not_disturb.end(around.now);
        let status = self.statuses.next_change();
        let waits = [notice, connection, typing, self.search_due(), snoozed, quiet, status];
        let seen = waits.into_iter().flatten().filter(|_| is_shown);
        let outbox = self.outbox.next_change(around.now);
        seen.chain(self.remember_by).chain(outbox).min()
    }

    fn call(&mut self, call: Call) {
        self.out.push(Effect::Call(self.connection.generation(), call));
    }

    fn say(&mut self, text: &str, around: &Surroundings) {
        self.notice = Some(Notice::new(text, false, around.now));
    }

    fn complain(&mut self, text: &str, around: &Surroundings) {
        self.notice = Some(Notice::new(text, true, around.now));
    }
}

fn day_in(around: &Surroundings) -> impl Fn(Timestamp) -> Date + '_ {
    |at| match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(at) => around.zone.to_datetime(at).date(),
        Err(_) => Date::ZERO,
    }
}
