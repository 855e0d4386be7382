//! How the screen is divided for a chat, and its open channel as items with rows.

use super::Chat;
use crate::state::Surroundings;
use crate::state::feed::Feed;
use crate::state::geometry::{Beside, Geometry};
use crate::state::intent::Conversation;
use crate::state::spans::Spans;
use crate::state::timeline::Timeline;

impl Chat {
    /// How the screen is divided now.
    #[must_use]
    pub fn geometry(&self, around: &Surroundings) -> Geometry {
        let beside = Beside { panel: self.panel_wanted(), ..around.beside };
        let columns = Geometry::of(around.size, beside, 1).draft_columns();
        let draft = self.current.and_then(|id| self.draft_in(Conversation::channel(id)));
        let rows = draft.map_or(1, |draft| draft.row_count(columns));
        Geometry::of(around.size, beside, rows)
    }

    /// The open channel as items; before the server is reached, only what is unsent.
    #[must_use]
    pub fn feed(&self, around: &Surroundings) -> Option<Feed<'_>> {
        let id = self.current?;
        let timeline = self.timelines.get(&id);
        let unsent = self.outbox.shown(id).filter(|_| !timeline.is_some_and(Timeline::is_detached));
        let feed = Feed::new(
            self.me.id,
            timeline.is_some_and(Timeline::is_complete),
            timeline.into_iter().flat_map(Timeline::entries),
            unsent,
            timeline.and_then(Timeline::new_after),
            &self.geometry(around),
            (&self.layouts, self.pictures(around)),
        );
        let knows_newest = timeline.is_some_and(Timeline::reaches_present);
        let feed = if knows_newest { feed.with_last_replies() } else { feed };
        Some(feed.with_gaps(timeline.map_or(&Spans::default(), Timeline::missing)))
    }
}
