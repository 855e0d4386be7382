//! The pointer over the chat: selecting a message, marking text to copy it, reactions, the wheel,
//! the caret.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::{Call, Effect};
use crate::state::feed::{Content, Feed};
use crate::state::geometry::{GUTTER_COLUMNS, Geometry, PROMPT_COLUMNS, Part};
use crate::state::lines::{Line, REACTION_GAP};
use crate::state::overlay::Overlay;
use crate::state::panel::{Panel, Shows};
use crate::state::pointer::{Gesture, Marking, Pointer, Spot, WHEEL_ROWS};
use crate::state::timeline::{ItemId, Scroll};
use crate::text::columns;
use crate::text::markup::Row;

/// A place in a feed that can be compared: item, row of the item, column.
type At = (usize, usize, usize);

impl Chat {
    /// The pointer did something, right of the sidebar.
    pub(in crate::state) fn pointed(
        &mut self,
        pointer: Pointer,
        is_double: bool,
        around: &Surroundings,
    ) -> Vec<Effect> {
        let geometry = self.geometry(around);
        match self.overlay {
            Some(Overlay::Palette(_)) => self.wheel_in_palette(pointer.gesture),
            Some(Overlay::Card(_)) => self.wheel_in_card(pointer.gesture, around),
            Some(_) => {}
            None if self.is_over_panel(&geometry, pointer.column) => {
                self.pointed_at_panel(pointer, around);
            }
            None => self.pointed_at_main(pointer, is_double, &geometry, around),
        }
        self.finish(around)
    }

    /// Whether text is being marked.
    #[must_use]
    pub fn is_marking(&self) -> bool {
        self.marking.is_some()
    }

    /// What is marked of an item's row, in columns of its text.
    #[must_use]
    pub fn marked_columns(
        &self,
        feed: &Feed<'_>,
        index: usize,
        line: usize,
    ) -> Option<Range<usize>> {
        let (from, to) = ends(feed, self.marking.as_ref()?)?;
        if (index, line) < (from.0, from.1) || (index, line) > (to.0, to.1) {
            return None;
        }
        let text = text_of(&feed.lines(index), line)?;
        let start = if (index, line) == (from.0, from.1) { from.2 } else { 0 };
        let end = if (index, line) == (to.0, to.1) { to.2 } else { columns(&text) };
        (start < end).then_some(start..end.min(columns(&text)))
    }

    fn is_over_panel(&self, geometry: &Geometry, column: u16) -> bool {
        let is_beside = column >= geometry.left_columns() + geometry.main_columns;
        self.panel.is_some() && (is_beside || geometry.over == Some(Part::Panel))
    }

    fn wheel_in_card(&mut self, gesture: Gesture, around: &Surroundings) {
        let Some(Overlay::Card(card)) = &mut self.overlay else { return };
        match gesture {
            Gesture::WheelUp => card.scroll_by(-(WHEEL_ROWS as isize), around.size),
            Gesture::WheelDown => card.scroll_by(WHEEL_ROWS as isize, around.size),
            _ => {}
        }
    }

    fn wheel_in_palette(&mut self, gesture: Gesture) {
        let Some(Overlay::Palette(palette)) = &mut self.overlay else { return };
        match gesture {
            Gesture::WheelUp => palette.mark(-1),
            Gesture::WheelDown => palette.mark(1),
            Gesture::Press | Gesture::Drag | Gesture::Release => {}
        }
    }

    fn pointed_at_panel(&mut self, pointer: Pointer, around: &Surroundings) {
        let Some(Panel { shows: Shows::Members(members), has_keys }) = &mut self.panel else {
            return self.pointed_at_thread(pointer.gesture, around);
        };
        match pointer.gesture {
            Gesture::WheelUp => members.step(&self.roster, -1),
            Gesture::WheelDown => members.step(&self.roster, 1),
            Gesture::Press => *has_keys = true,
            Gesture::Drag | Gesture::Release => {}
        }
    }

    fn pointed_at_thread(&mut self, gesture: Gesture, around: &Surroundings) {
        match gesture {
            Gesture::WheelUp => self.scroll_thread(-(WHEEL_ROWS as isize), around),
            Gesture::WheelDown => self.scroll_thread(WHEEL_ROWS as isize, around),
            Gesture::Press => self.panel_takes_keys(),
            Gesture::Drag | Gesture::Release => {}
        }
    }

    fn pointed_at_main(
        &mut self,
        pointer: Pointer,
        is_double: bool,
        geometry: &Geometry,
        around: &Surroundings,
    ) {
        let is_timeline = (1..=geometry.timeline_rows).contains(&pointer.row);
        match pointer.gesture {
            Gesture::WheelUp => self.scroll_by(-(WHEEL_ROWS as isize), around),
            Gesture::WheelDown => self.scroll_by(WHEEL_ROWS as isize, around),
            Gesture::Press if is_timeline => self.press_on_timeline(pointer, is_double, around),
            Gesture::Press => self.press_on_composer(pointer, geometry),
            Gesture::Drag => self.drag(pointer, geometry, around),
            Gesture::Release => self.release(around),
        }
    }

    fn press_on_timeline(&mut self, pointer: Pointer, is_double: bool, around: &Surroundings) {
        self.panel_gives_keys_back();
        self.marking = None;
        let Some(spot) = self.spot(pointer, around) else { return };
        if let Some(call) = self.reaction_at(&spot, around) {
            return self.call(call);
        }
        self.marking = Some(Marking { from: spot.clone(), to: spot });
        if is_double {
            self.mark_word(around);
        }
    }

    fn press_on_composer(&mut self, pointer: Pointer, geometry: &Geometry) {
        self.panel_gives_keys_back();
        self.selection = None;
        let row = pointer.row.checked_sub(geometry.timeline_rows + 2);
        let column = pointer.column.saturating_sub(geometry.left_columns() + PROMPT_COLUMNS);
        let rows = usize::from(geometry.composer_rows);
        if let Some((row, draft)) = row.zip(self.channel_draft_mut()) {
            draft.point_at(geometry.draft_columns(), rows, row.into(), column.into());
        }
    }

    /// Beyond the edges of the timeline it moves along.
    fn drag(&mut self, pointer: Pointer, geometry: &Geometry, around: &Surroundings) {
        if self.marking.is_none() {
            return;
        }
        match pointer.row {
            0 => self.scroll_by(-1, around),
            row if row > geometry.timeline_rows => self.scroll_by(1, around),
            _ => {}
        }
        let row = pointer.row.clamp(1, geometry.timeline_rows.max(1));
        let to = self.spot(Pointer { row, ..pointer }, around);
        if let Some((marking, to)) = self.marking.as_mut().zip(to) {
            marking.to = to;
        }
    }

    /// What is marked is copied; where nothing is, the message is selected.
    fn release(&mut self, around: &Surroundings) {
        let Some(marking) = self.marking.take() else { return };
        let text = self.feed(around).and_then(|feed| copied(&feed, &marking));
        match (text, marking.from.item) {
            (Some(text), _) => {
                let count = text.chars().count();
                let noun = if count == 1 { "character" } else { "characters" };
                self.say(&format!("Copied {count} {noun}."), around);
                self.out.push(Effect::Copy(text));
            }
            (None, item @ (ItemId::Message(_) | ItemId::Unsent(_))) => self.selection = Some(item),
            (None, ItemId::Beginning) => {}
        }
    }

    fn scroll_by(&mut self, rows: isize, around: &Surroundings) {
        let area = usize::from(self.geometry(around).timeline_rows);
        let Some((feed, timeline)) = self.feed(around).zip(self.timeline()) else { return };
        let by = rows.unsigned_abs();
        let scroll = match rows < 0 {
            true => feed.up(&timeline.scroll, by, area).0,
            false => feed.down(&timeline.scroll, by),
        };
        self.set_scroll(scroll);
    }

    fn spot(&self, pointer: Pointer, around: &Surroundings) -> Option<Spot> {
        let geometry = self.geometry(around);
        let from_below = geometry.timeline_rows.checked_sub(pointer.row)?;
        let feed = self.feed(around)?;
        let scroll = self.timeline().map_or(&Scroll::Bottom, |timeline| &timeline.scroll);
        let (index, line) = row_from_below(&feed, scroll, usize::from(from_below))?;
        let column = pointer.column.saturating_sub(geometry.left_columns() + GUTTER_COLUMNS);
        Some(Spot { item: feed.items[index].id(), line, column: usize::from(column) })
    }

    /// A reaction that is pressed is ours afterwards, or no longer.
    fn reaction_at(&self, spot: &Spot, around: &Surroundings) -> Option<Call> {
        let feed = self.feed(around)?;
        let index = feed.position(&spot.item)?;
        let Content::Message(entry) = feed.items[index].content else { return None };
        let lines = feed.lines(index);
        let Line::Reactions(reactions) = lines.get(spot.line)? else { return None };
        let mut begins = 0;
        for reaction in *reactions {
            let wide = reaction.shown.width() + 1 + reaction.count.to_string().len();
            if (begins..begins + wide).contains(&spot.column) {
                let (message, emoji) = (entry.id, reaction.emoji.clone());
                return Some(match reaction.users.contains(&self.me.id) {
                    true => Call::Unreact { message, emoji },
                    false => Call::React { message, emoji },
                });
            }
            begins += wide + REACTION_GAP;
        }
        None
    }

    fn mark_word(&mut self, around: &Surroundings) {
        let Some(spot) = self.marking.as_ref().map(|marking| marking.from.clone()) else { return };
        let word = self.feed(around).and_then(|feed| {
            let index = feed.position(&spot.item)?;
            word_at(&text_of(&feed.lines(index), spot.line)?, spot.column)
        });
        if let Some(word) = word {
            let from = Spot { column: word.start, ..spot.clone() };
            self.marking = Some(Marking { from, to: Spot { column: word.end, ..spot } });
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

fn ends(feed: &Feed<'_>, marking: &Marking) -> Option<(At, At)> {
    let at = |spot: &Spot| Some((feed.position(&spot.item)?, spot.line, spot.column));
    let (from, to) = (at(&marking.from)?, at(&marking.to)?);
    Some((from.min(to), from.max(to)))
}

/// What is marked, without gutters, headers and whatever else is not said; broken where it was
/// broken, not where it was wrapped.
fn copied(feed: &Feed<'_>, marking: &Marking) -> Option<String> {
    let (from, to) = ends(feed, marking)?;
    let mut copied = String::new();
    let mut before: Option<(usize, Row)> = None;
    for index in from.0..=to.0 {
        let lines = feed.lines(index);
        for (line, row) in lines.iter().enumerate().filter_map(|(at, line)| Some((at, row(line)?)))
        {
            if (index, line) < (from.0, from.1) || (index, line) > (to.0, to.1) {
                continue;
            }
            let text = text_of(&lines, line)?;
            let start = if (index, line) == (from.0, from.1) { from.2 } else { 0 };
            let end = if (index, line) == (to.0, to.1) { to.2 } else { usize::MAX };
            if let Some((item, before)) = &before {
                let is_same = *item == index;
                copied.push_str(between(before, &row, is_same, feed.columns()));
            }
            copied.push_str(cut_out(&text, start..end));
            before = Some((index, row));
        }
    }
    Some(copied).filter(|copied| !copied.is_empty())
}

/// What stood between two rows before they were wrapped.
fn between(before: &Row, after: &Row, is_same_message: bool, room: usize) -> &'static str {
    if !is_same_message || before.source.block != after.source.block {
        return "\n";
    }
    match (&before.source.code, &after.source.code) {
        (Some(before), Some(after)) if before.end == after.start => "",
        (Some(_), _) => "\n",
        (None, _) => {
            let text = text(after);
            let word = text.split_whitespace().next().unwrap_or_default();
            let width = columns(&self::text(before));
            match width + 1 + columns(word) > room {
                true if width >= room => "",
                true => " ",
                false => "\n",
            }
        }
    }
}

fn row(line: &Line<'_>) -> Option<Row> {
    match line {
        Line::Text { layout, row } => layout.rows.get(*row).cloned(),
        _ => None,
    }
}

fn text(row: &Row) -> String {
    row.spans.iter().map(|span| span.text.as_str()).collect()
}

fn text_of(lines: &[Line<'_>], line: usize) -> Option<String> {
    lines.get(line).and_then(row).map(|row| text(&row))
}

/// The graphemes that begin in some columns.
fn cut_out(text: &str, range: Range<usize>) -> &str {
    let begins = |column: usize| {
        let mut at = 0;
        let found = text.grapheme_indices(true).find(|(_, grapheme)| {
            let is_there = at >= column;
            at += columns(grapheme);
            is_there
        });
        found.map_or(text.len(), |(byte, _)| byte)
    };
    text.get(begins(range.start)..begins(range.end)).unwrap_or_default()
}

/// The columns of the word at a column.
fn word_at(text: &str, column: usize) -> Option<Range<usize>> {
    let mut at = 0;
    for word in text.split_word_bounds() {
        let wide = columns(word);
        if (at..at + wide).contains(&column) && !word.trim().is_empty() {
            return Some(at..at + wide);
        }
        at += wide;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{cut_out, word_at};

    #[test]
    fn text_is_cut_by_columns_and_never_within_a_character() {
        assert_eq!(cut_out("hello world", 6..usize::MAX), "world");
        assert_eq!(cut_out("日本語 ok", 2..6), "本語");
        assert_eq!(cut_out("日本語", 1..3), "本");
        assert_eq!(cut_out("short", 9..12), "");
    }

    #[test]
    fn a_word_is_found_by_any_of_its_columns() {
        assert_eq!(word_at("so, hello there", 6), Some(4..9));
        assert_eq!(word_at("so, hello there", 3), None);
        assert_eq!(word_at("so", 9), None);
    }
}
