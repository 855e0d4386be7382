//! The pointer over the chat and the panel: pressing, marking text, the wheel, the caret.
//!
//! What a click means is in `clicking`, what is marked in `marking`, boxes over the chat are
//! `pointing_over`'s.

use super::Chat;
use super::marking::{copied, text_of, word_at};
use crate::state::Surroundings;
use crate::state::effect::Effect;
use crate::state::feed::Feed;
use crate::state::geometry::{GUTTER_COLUMNS, Geometry, PROMPT_COLUMNS, Part};
use crate::state::panel::{Panel, Shows};
use crate::state::pointer::{Gesture, Marking, Pointer, Spot, WHEEL_ROWS};
use crate::state::timeline::Scroll;

/// Messages and a composer on the screen: those of the channel, or of the thread beside it.
#[derive(Debug, Clone, Copy)]
struct Pane {
    is_thread: bool,
    /// Its first column.
    left: u16,
    /// Columns of its composer's text.
    draft_columns: usize,
    timeline_rows: u16,
    composer_rows: u16,
}

impl Chat {
    /// The pointer did something, right of the sidebar.
    pub(in crate::state) fn pointed(
        &mut self,
        pointer: Pointer,
        is_double: bool,
        around: &Surroundings,
    ) -> Vec<Effect> {
        let geometry = self.geometry(around);
        let is_over_panel = self.is_over_panel(&geometry, pointer.column);
        match &self.panel {
            _ if self.overlay.is_some() => self.pointed_over(pointer, is_double, around),
            Some(Panel { shows: Shows::Members(_), .. }) if is_over_panel => {
                self.pointed_at_members(pointer, is_double, around);
            }
            _ => {
                if let Some(pane) = self.pane(is_over_panel, &geometry, around) {
                    self.pointed_at_pane(pointer, is_double, pane, around);
                }
            }
        }
        self.finish(around)
    }

    fn is_over_panel(&self, geometry: &Geometry, column: u16) -> bool {
        let is_beside = column >= geometry.left_columns() + geometry.main_columns;
        self.panel.is_some() && (is_beside || geometry.over == Some(Part::Panel))
    }

    fn pane(&self, is_thread: bool, geometry: &Geometry, around: &Surroundings) -> Option<Pane> {
        if !is_thread {
            return Some(Pane {
                is_thread,
                left: geometry.left_columns(),
                draft_columns: geometry.draft_columns(),
                timeline_rows: geometry.timeline_rows,
                composer_rows: geometry.composer_rows,
            });
        }
        let divided = self.thread_geometry(around)?;
        let right = geometry.left_columns() + geometry.main_columns + geometry.panel_columns;
        Some(Pane {
            is_thread,
            left: right.saturating_sub(divided.columns),
            draft_columns: usize::from(divided.columns.saturating_sub(PROMPT_COLUMNS + 1)),
            timeline_rows: divided.timeline_rows,
            composer_rows: divided.composer_rows,
        })
    }

    fn pointed_at_members(&mut self, pointer: Pointer, is_double: bool, around: &Surroundings) {
        let Some(Panel { shows: Shows::Members(members), has_keys }) = &mut self.panel else {
            return;
        };
        match pointer.gesture {
            Gesture::WheelUp => members.step(&self.roster, -1),
            Gesture::WheelDown => members.step(&self.roster, 1),
            Gesture::Press => {
                *has_keys = true;
                let pressed = members.at_row(&self.roster, around.size, pointer.row);
                members.marked = pressed.or(members.marked);
                if is_double && pressed.is_some() {
                    self.write_to(pressed);
                }
            }
            Gesture::Drag | Gesture::Release => {}
        }
    }

    fn pointed_at_pane(
        &mut self,
        pointer: Pointer,
        is_double: bool,
        pane: Pane,
        around: &Surroundings,
    ) {
        let is_timeline = (1..=pane.timeline_rows).contains(&pointer.row);
        match pointer.gesture {
            Gesture::WheelUp => self.scroll_by(-(WHEEL_ROWS as isize), pane, around),
            Gesture::WheelDown => self.scroll_by(WHEEL_ROWS as isize, pane, around),
            Gesture::Press => {
                self.take_keys_to(pane);
                match is_timeline {
                    true => self.press_on_timeline(pointer, is_double, pane, around),
                    false => self.press_on_composer(pointer, pane),
                }
            }
            Gesture::Drag => self.drag(pointer, pane, around),
            Gesture::Release => self.release(around),
        }
    }

    /// What is selected in one part is not selected in another.
    fn take_keys_to(&mut self, pane: Pane) {
        let had_keys = self.thread_with_keys().is_some();
        if pane.is_thread {
            self.panel_takes_keys();
        } else {
            self.panel_gives_keys_back();
        }
        if had_keys != pane.is_thread {
            self.selection = None;
            self.completion.end();
        }
    }

    fn press_on_timeline(
        &mut self,
        pointer: Pointer,
        is_double: bool,
        pane: Pane,
        around: &Surroundings,
    ) {
        self.marking = None;
        let Some(spot) = self.spot(pointer, pane, around) else { return };
        if is_double && self.mention_author(&spot, pane.is_thread, around) {
            return;
        }
        let marking = Marking { from: spot.clone(), to: spot, is_thread: pane.is_thread };
        self.marking = Some(if is_double { self.word(marking, around) } else { marking });
    }

    fn press_on_composer(&mut self, pointer: Pointer, pane: Pane) {
        self.selection = None;
        let row = pointer.row.checked_sub(pane.timeline_rows + 2);
        let column = pointer.column.saturating_sub(pane.left + PROMPT_COLUMNS);
        let rows = usize::from(pane.composer_rows);
        if let Some((row, draft)) = row.zip(self.draft_mut()) {
            draft.point_at(pane.draft_columns, rows, row.into(), column.into());
        }
    }

    /// Beyond the edges of the timeline it moves along.
    fn drag(&mut self, pointer: Pointer, pane: Pane, around: &Surroundings) {
        if !self.is_marking(pane.is_thread) {
            return;
        }
        match pointer.row {
            0 => self.scroll_by(-1, pane, around),
            row if row > pane.timeline_rows => self.scroll_by(1, pane, around),
            _ => {}
        }
        let row = pointer.row.clamp(1, pane.timeline_rows.max(1));
        let to = self.spot(Pointer { row, ..pointer }, pane, around);
        if let Some((marking, to)) = self.marking.as_mut().zip(to) {
            marking.to = to;
        }
    }

    /// What is marked is copied; where nothing is, it was a click.
    fn release(&mut self, around: &Surroundings) {
        let Some(marking) = self.marking.take() else { return };
        let feed = self.feed_of(marking.is_thread, around);
        match feed.and_then(|feed| copied(&feed, &marking)) {
            Some(text) => {
                let count = text.chars().count();
                let noun = if count == 1 { "character" } else { "characters" };
                self.say(&format!("Copied {count} {noun}."), around);
                self.out.push(Effect::Copy(text));
            }
            None if marking.from == marking.to => {
                self.clicked(&marking.from, marking.is_thread, around);
            }
            None => {}
        }
    }

    fn scroll_by(&mut self, rows: isize, pane: Pane, around: &Surroundings) {
        if pane.is_thread {
            return self.scroll_thread(rows, around);
        }
        let area = usize::from(pane.timeline_rows);
        let Some((feed, timeline)) = self.feed(around).zip(self.timeline()) else { return };
        let by = rows.unsigned_abs();
        let scroll = match rows < 0 {
            true => feed.up(&timeline.scroll, by, area).0,
            false => feed.down(&timeline.scroll, by),
        };
        self.set_channel_scroll(scroll);
    }

    /// The messages of the thread, or of the channel.
    #[must_use]
    pub fn feed_of(&self, is_thread: bool, around: &Surroundings) -> Option<Feed<'_>> {
        if is_thread { self.thread_feed(around) } else { self.feed(around) }
    }

    /// How far up that is.
    #[must_use]
    pub fn scroll_of(&self, is_thread: bool) -> &Scroll {
        let scroll = match is_thread {
            true => self.thread().map(|thread| &thread.scroll),
            false => self.timeline().map(|timeline| &timeline.scroll),
        };
        scroll.unwrap_or(&Scroll::Bottom)
    }

    fn spot(&self, pointer: Pointer, pane: Pane, around: &Surroundings) -> Option<Spot> {
        let from_below = pane.timeline_rows.checked_sub(pointer.row)?;
        let feed = self.feed_of(pane.is_thread, around)?;
        let scroll = self.scroll_of(pane.is_thread);
        let (index, line) = row_from_below(&feed, scroll, usize::from(from_below))?;
        let column = pointer.column.saturating_sub(pane.left + GUTTER_COLUMNS);
        Some(Spot { item: feed.items[index].id(), line, column: usize::from(column) })
    }

    /// The word where something begins to be marked.
    fn word(&self, marking: Marking, around: &Surroundings) -> Marking {
        let spot = &marking.from;
        let word = self.feed_of(marking.is_thread, around).and_then(|feed| {
            let index = feed.position(&spot.item)?;
            word_at(&text_of(&feed.lines(index), spot.line)?, spot.column)
        });
        match word {
            Some(word) => Marking {
                from: Spot { column: word.start, ..spot.clone() },
                to: Spot { column: word.end, ..spot.clone() },
                ..marking
            },
            None => marking,
        }
    }
}

/// The item and the row of it that are so many rows above the edge.
#[must_use]
pub fn row_from_below(feed: &Feed<'_>, scroll: &Scroll, rows: usize) -> Option<(usize, usize)> {
    let (mut index, hidden) = feed.bottom(scroll)?;
    let mut rows = rows + hidden;
    loop {
        let count = feed.rows_of(index);
        if rows < count {
            return Some((index, count - 1 - rows));
        }
        rows -= count;
        index = index.checked_sub(1)?;
    }
}
