//! The thread beside the chat: opening and closing it, what it shows, keeping it right.
//!
//! While it has the keys everything that is written or selected is in it; the questions that end in
//! `here` answer for the part that has them.

use pail_protocol::frame::{MessageDeleted, MessageEdited, ReactionChanged};
use pail_protocol::message::Message;
use pail_protocol::{ChannelId, MessageId};

use super::{Chat, day_in};
use crate::state::Surroundings;
use crate::state::effect::Call;
use crate::state::feed::Feed;
use crate::state::geometry::{COMPOSER_ROWS_MAX, GUTTER_COLUMNS, Geometry, PROMPT_COLUMNS};
use crate::state::intent::Conversation;
use crate::state::panel::{Panel, Shows};
use crate::state::thread::Thread;
use crate::state::timeline::{Entry, Scroll, Timeline};

/// Columns of the border of the panel where it is beside the chat.
const BORDER_COLUMNS: u16 = 1;

/// How the panel of a thread is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadGeometry {
    /// Columns inside its border.
    pub columns: u16,
    /// Rows of its messages, below its title.
    pub timeline_rows: u16,
    /// Rows of its composer's text, below a rule.
    pub composer_rows: u16,
}

impl Chat {
    /// The thread beside the chat.
    #[must_use]
    pub fn thread(&self) -> Option<&Thread> {
        match &self.panel.as_ref()?.shows {
            Shows::Thread(thread) => Some(thread),
            Shows::Members(_) => None,
        }
    }

    pub(super) fn thread_mut(&mut self) -> Option<&mut Thread> {
        match &mut self.panel.as_mut()?.shows {
            Shows::Thread(thread) => Some(thread),
            Shows::Members(_) => None,
        }
    }

    /// The thread, while it has the keys.
    #[must_use]
    pub fn thread_with_keys(&self) -> Option<&Thread> {
        self.thread().filter(|_| self.panel_has_keys())
    }

    /// Opens the thread of a message: the one it is in, or the one it begins.
    pub(super) fn open_thread(&mut self, entry: &Entry, _: &Surroundings) {
        self.show_thread_here(entry.thread.unwrap_or(entry.id));
    }

    pub(super) fn show_thread_here(&mut self, root: MessageId) {
        if let Some(here) = self.conversation() {
            self.show_thread(Conversation { thread: Some(root), ..here }, root);
        }
    }

    pub(super) fn show_thread(&mut self, place: Conversation, root: MessageId) {
        self.selection = None;
        self.last_thread = Some(place);
        let at_hand = self.timelines.get(&place.channel).into_iter().flat_map(Timeline::entries);
        let shows = match self.thread() {
            Some(thread) if thread.root == root => Shows::Thread(thread.clone()),
            _ => Shows::Thread(Thread::new(place, root, at_hand)),
        };
        self.panel = Some(Panel { shows, has_keys: true });
    }

    /// Gets the keys, or is put away when it has them; else the last one is opened, or that of the
    /// message that is meant.
    pub(super) fn toggle_thread(&mut self, around: &Surroundings) {
        if self.thread_with_keys().is_some() {
            (self.panel, self.selection) = (None, None);
        } else if self.thread().is_some() {
            self.selection = None;
            self.panel_takes_keys();
        } else if self.selection.is_none()
            && let Some((place, root)) = self.last_thread.and_then(|it| Some((it, it.thread?)))
        {
            self.show_thread(place, root);
        } else {
            self.with_selected(around, Self::open_thread);
        }
    }

    /// Asks for what is not at hand of the thread, and is near to being seen.
    pub(super) fn follow_with_thread(&mut self, around: &Surroundings) {
        if !self.connection.is_live() || self.thread().is_none() {
            return;
        }
        let rows = self.thread_geometry(around).map_or(0, |it| usize::from(it.timeline_rows));
        let is_top_near = self.thread_feed(around).zip(self.thread()).is_some_and(|(feed, it)| {
            it.scroll != Scroll::Bottom && feed.up(&it.scroll, 0, rows).1 < rows
        });
        if let Some(call) = self.thread_mut().and_then(|thread| thread.ask(is_top_near)) {
            self.call(call);
        }
    }

    pub(super) fn thread_arrived(&mut self, call: &Call, page: &[Message], around: &Surroundings) {
        let Call::Thread { root, before } = call else { return };
        self.put_into_inbox(page, around);
        let page: Vec<Entry> =
            page.iter().map(|message| Entry::of_message(message, day_in(around))).collect();
        if let Some(thread) = self.thread_mut().filter(|thread| thread.root == *root) {
            thread.page(page, *before);
        }
    }

    /// Whether that thread is open.
    pub(super) fn thread_refused(&mut self, root: MessageId) -> bool {
        let thread = self.thread_mut().filter(|thread| thread.root == root);
        thread.map(Thread::refused).is_some()
    }

    /// A message came for the first time: its root has one more reply.
    pub(super) fn threaded(&mut self, entry: &Entry, channel: ChannelId) {
        if let Some((root, timeline)) = entry.thread.zip(self.timelines.get_mut(&channel)) {
            timeline.replied(root);
        }
        self.heard_in_inbox(channel, entry);
        if let Some(thread) = self.thread_mut().filter(|it| it.place.channel == channel) {
            thread.message(entry);
        }
    }

    pub(super) fn message_edited(&mut self, edited: &MessageEdited) {
        self.event(edited.channel_id, edited.seq).edited(edited);
        self.change_in_thread(edited.id, |entry| entry.edited(edited));
    }

    pub(super) fn message_deleted(&mut self, gone: &MessageDeleted) {
        self.event(gone.channel_id, gone.seq).deleted(gone);
        self.change_in_thread(gone.id, Entry::deleted);
    }

    pub(super) fn reaction_changed(&mut self, it: &ReactionChanged, is_added: bool) {
        self.event(it.channel_id, it.seq).reacted(it, is_added);
        let change = |entry: &mut Entry| entry.reacted(it.user_id, &it.emoji, is_added);
        self.change_in_thread(it.message_id, change);
    }

    fn change_in_thread(&mut self, id: MessageId, change: impl FnOnce(&mut Entry)) {
        if let Some(thread) = self.thread_mut() {
            thread.change(id, change);
        }
    }

    /// Nothing of a channel that is gone stays beside another.
    pub(super) fn close_thread_of(&mut self, is_gone: impl Fn(ChannelId) -> bool) {
        if self.thread().is_some_and(|thread| is_gone(thread.place.channel)) {
            (self.panel, self.selection) = (None, None);
        }
        self.last_thread = self.last_thread.filter(|place| !is_gone(place.channel));
    }

    /// How the panel is divided between the messages and the composer of the thread.
    #[must_use]
    pub fn thread_geometry(&self, around: &Surroundings) -> Option<ThreadGeometry> {
        let (thread, geometry) = (self.thread()?, self.geometry(around));
        let border = if geometry.over.is_some() { 0 } else { BORDER_COLUMNS };
        let columns = geometry.seen_panel_columns().saturating_sub(border);
        let draft_columns = usize::from(columns.saturating_sub(PROMPT_COLUMNS + 1));
        let draft = self.draft_in(thread.place);
        let wanted = draft.map_or(1, |draft| draft.row_count(draft_columns));
        // Title, rule above the composer, status.
        let free = around.size.rows.saturating_sub(3);
        let wanted = u16::try_from(wanted).unwrap_or(u16::MAX).clamp(1, COMPOSER_ROWS_MAX);
        let composer_rows = wanted.min((free / 2).max(1));
        let timeline_rows = free.saturating_sub(composer_rows);
        Some(ThreadGeometry { columns, timeline_rows, composer_rows })
    }

    /// The thread as items.
    #[must_use]
    pub fn thread_feed(&self, around: &Surroundings) -> Option<Feed<'_>> {
        let (thread, divided) = (self.thread()?, self.thread_geometry(around)?);
        let (main_columns, timeline_rows) = (divided.columns, divided.timeline_rows);
        let geometry = Geometry { main_columns, timeline_rows, ..self.geometry(around) };
        debug_assert!(geometry.text_columns() + usize::from(GUTTER_COLUMNS) < 1 << 16);
        let unsent = self.outbox.of(thread.place.channel);
        let unsent = unsent.filter(|unsent| unsent.refers.thread == Some(thread.root));
        let entries = thread.entries();
        let pictures = self.pictures(around);
        let mut feed = Feed::new(
            self.me.id,
            false,
            entries,
            unsent,
            None,
            &geometry,
            (&self.layouts, pictures),
        );
        feed.is_thread = true;
        Some(feed)
    }

    pub(super) fn scroll_thread(&mut self, rows: isize, around: &Surroundings) {
        let Some(area_rows) = self.thread_geometry(around).map(|it| it.timeline_rows) else {
            return;
        };
        let Some((feed, thread)) = self.thread_feed(around).zip(self.thread()) else { return };
        let step = rows.unsigned_abs();
        let scroll = match rows < 0 {
            true => feed.up(&thread.scroll, step, usize::from(area_rows)).0,
            false => feed.down(&thread.scroll, step),
        };
        self.thread_mut().into_iter().for_each(|thread| thread.scroll = scroll.clone());
    }

    /// The messages of the part that has the keys.
    pub(super) fn feed_here(&self, around: &Surroundings) -> Option<Feed<'_>> {
        if self.thread_with_keys().is_some() { self.thread_feed(around) } else { self.feed(around) }
    }

    pub(super) fn scroll_here(&self) -> Option<&Scroll> {
        match self.thread_with_keys() {
            Some(thread) => Some(&thread.scroll),
            None => self.timeline().map(|timeline| &timeline.scroll),
        }
    }

    pub(super) fn rows_here(&self, around: &Surroundings) -> usize {
        let of_thread = self.thread_with_keys().and_then(|_| self.thread_geometry(around));
        let rows = of_thread
            .map_or_else(|| self.geometry(around).timeline_rows, |thread| thread.timeline_rows);
        usize::from(rows)
    }

    /// Whether newer messages than those at hand are to be fetched.
    pub(super) fn is_detached_here(&self) -> bool {
        self.thread_with_keys().is_none() && self.timeline().is_some_and(Timeline::is_detached)
    }

    /// A message that is at hand in the part that has the keys, or else in the open channel.
    pub(super) fn entry_of(&self, id: MessageId) -> Option<&Entry> {
        let in_thread = self.thread().and_then(|it| it.entries().find(|entry| entry.id == id));
        in_thread.or_else(|| self.timeline().and_then(|timeline| timeline.by_id(id)))
    }
}
