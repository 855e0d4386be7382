//! Pictures are asked for as they come into sight, a few at a time. What is being read stays where it
//! is when one takes up rows.

use pail_protocol::AttachmentId;

use super::Chat;
use crate::state::Surroundings;
use crate::state::action::{Action, OnMessage};
use crate::state::effect::Effect;
use crate::state::export::Savable;
use crate::state::feed::{Content, Feed};
use crate::state::overlay::Overlay;
use crate::state::pictures::{Fate, Frame, Missing, Pixels, Wanted};
use crate::state::timeline::{Entry, Scroll, Timeline};
use crate::state::viewer::Viewer;

/// Items below the edge whose pictures are asked for before they are in sight. Above it, it is
/// those of one more screen.
const ITEMS_AHEAD: usize = 4;

impl Chat {
    /// How large a picture is, or why it is not here.
    pub(in crate::state) fn pictured(
        &mut self,
        id: AttachmentId,
        result: Result<Pixels, Missing>,
        around: &Surroundings,
    ) -> Vec<Effect> {
        let fate = match result {
            Ok(pixels) => Fate::Here(pixels),
            Err(Missing::Unreached) => Fate::Later(self.connection.generation()),
            Err(Missing::Unfit(why)) => Fate::Never(why),
        };
        let rows = usize::from(self.geometry(around).timeline_rows);
        let top = self.feed(around).zip(self.timeline()).and_then(|(feed, timeline)| {
            let is_away = timeline.scroll != Scroll::Bottom;
            feed.top(&timeline.scroll, rows).filter(|_| is_away)
        });
        self.pictures.learn(id, fate);
        if let Some((feed, (index, line))) = self.feed(around).zip(top) {
            let grown = feed.picture_rows(index, id);
            let line = if grown.start <= line { line + grown.len() } else { line };
            let scroll = feed.with_top(index, line, rows);
            if let Some(timeline) = self.current.and_then(|id| self.timelines.get_mut(&id)) {
                timeline.scroll = scroll;
            }
        }
        self.finish(around)
    }

    /// The pictures as they are on this screen.
    #[must_use]
    pub fn pictures(&self, around: &Surroundings) -> Frame<'_> {
        self.pictures.frame(around.canvas, around.size)
    }

    /// The pictures of a message on the whole screen.
    pub(super) fn view(&mut self, entry: &Entry, around: &Surroundings) {
        match (Viewer::of(entry), around.canvas) {
            (Some(viewer), Some(_)) => self.overlay = Some(Overlay::Picture(Box::new(viewer))),
            (Some(_), None) => {
                self.complain("Pictures are not shown here; s saves it.", around);
            }
            (None, _) => self.complain("That message has no picture that can be shown.", around),
        }
    }

    pub(super) fn perform_in_viewer(&mut self, action: Action) {
        let Some(Overlay::Picture(viewer)) = &mut self.overlay else { return };
        match action {
            Action::Down => viewer.step(true),
            Action::Up => viewer.step(false),
            Action::Submit => self.close_overlay(),
            Action::Message(OnMessage::Save) => {
                let savable = Savable::file(viewer.file());
                self.ask_where(savable);
            }
            _ => {}
        }
    }

    /// Asks for the pictures that are in sight or about to be, the newest first.
    pub(super) fn ask_for_pictures(&mut self, around: &Surroundings) {
        let room = self.pictures.room();
        if around.canvas.is_none() || room == 0 {
            return;
        }
        let rows = usize::from(self.geometry(around).timeline_rows);
        if !self.may_want_pictures(rows) {
            return;
        }
        let of_channel =
            self.feed(around).zip(self.timeline()).map(|(feed, it)| (feed, &it.scroll));
        let of_thread = self.thread_feed(around).zip(self.thread());
        let of_thread = of_thread.map(|(feed, thread)| (feed, &thread.scroll));
        let near = of_thread.into_iter().chain(of_channel);
        let wanted: Vec<Wanted> =
            near.flat_map(|(feed, scroll)| self.wanted_of(&feed, scroll, rows)).collect();
        for wanted in wanted.into_iter().take(room) {
            // It may be in both.
            if self.pictures.fate(wanted.id) != Some(&Fate::Awaited) {
                self.pictures.learn(wanted.id, Fate::Awaited);
                self.out.push(Effect::Picture(wanted));
            }
        }
    }

    /// Whether there is any to look for: most channels have none. This is asked with every message
    /// of a flood, and costs what is in sight. A message takes a row at least.
    fn may_want_pictures(&self, rows: usize) -> bool {
        let is_wanting = |entry: &Entry| {
            entry.files.iter().any(|file| self.pictures.wants(file, self.connection.generation()))
        };
        let near = |timeline: &Timeline| {
            timeline.from_sight(ITEMS_AHEAD).take(ITEMS_AHEAD + 2 * rows).any(is_wanting)
        };
        self.timeline().is_some_and(near)
            || self.thread().is_some_and(|thread| thread.entries().any(is_wanting))
    }

    fn wanted_of(&self, feed: &Feed<'_>, scroll: &Scroll, rows: usize) -> Vec<Wanted> {
        let Some((first, last)) = feed.in_sight(scroll, 2 * rows) else { return Vec::new() };
        let end = (last + 1 + ITEMS_AHEAD).min(feed.items.len());
        let files = feed.items[first..end].iter().rev().flat_map(|item| match item.content {
            Content::Message(entry) => entry.files.as_slice(),
            Content::Beginning | Content::Unsent(_) => &[],
        });
        let generation = self.connection.generation();
        files.filter(|file| self.pictures.wants(file, generation)).map(Wanted::of).collect()
    }
}
