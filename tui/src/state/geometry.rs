//! How the screen is divided. Pure arithmetic, shared by scrolling and drawing.
//!
//! From left to right: the rail of buckets, the sidebar, the chat, a panel. Where there is no room
//! they go in the order rail, panel, sidebar. One that goes although it has the keys takes the
//! place of the chat instead.

use super::input::Size;

/// Fewer columns or rows than these show nothing one could use.
pub const LEAST: Size = Size { columns: 20, rows: 5 };
/// Below so many columns the sidebar is hidden.
pub const SIDEBAR_FROM_COLUMNS: u16 = 70;
/// Below so many columns there is one column beside the chat.
pub const RAIL_FROM_COLUMNS: u16 = 100;
/// Columns of the rail with its border.
pub const RAIL_COLUMNS: u16 = 9;
/// The chat has at least so many columns when something is beside it.
const MAIN_COLUMNS_MIN: u16 = 44;
/// Most rows of text the composer grows to.
pub const COMPOSER_ROWS_MAX: u16 = 10;
/// From so many rows of timeline on, groups of messages are set apart by an empty row.
const ROOMY_FROM_ROWS: u16 = 28;
/// Columns left of a message's text: margin, gutter, space.
pub const GUTTER_COLUMNS: u16 = 3;
/// Columns left of the composer's text.
pub const PROMPT_COLUMNS: u16 = 3;

/// Whether something is wanted beside the chat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wanted {
    /// It is closed.
    #[default]
    No,
    /// Where there is room.
    Beside,
    /// It has the keys, so it must be seen.
    WithKeys,
}

/// What is wanted beside the chat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beside {
    /// Whether there are several buckets to choose from.
    pub has_rail: bool,
    /// The sidebar.
    pub sidebar: Wanted,
    /// The panel.
    pub panel: Wanted,
}

/// The sizes of the parts of the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Columns of the rail with its border; 0 when it is hidden.
    pub rail_columns: u16,
    /// Columns of the sidebar with its border; 0 when it is hidden.
    pub sidebar_columns: u16,
    /// Columns of the chat, whatever lies over it.
    pub main_columns: u16,
    /// Columns of the panel with its border; 0 when it is hidden.
    pub panel_columns: u16,
    /// What lies over the chat, in all its columns.
    pub over: Option<Part>,
    /// Rows of the timeline.
    pub timeline_rows: u16,
    /// Rows of the composer's text.
    pub composer_rows: u16,
}

/// What can be beside the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Part {
    Sidebar,
    Panel,
}

impl Geometry {
    /// Divides a screen whose composer wants so many rows of text.
    #[must_use]
    pub fn of(size: Size, beside: Beside, draft_rows: usize) -> Self {
        let columns = size.columns;
        let fits_sidebar = columns >= SIDEBAR_FROM_COLUMNS && beside.sidebar != Wanted::No;
        let sidebar_columns = if fits_sidebar { (columns / 4).clamp(20, 32) } else { 0 };
        let room = columns - sidebar_columns;
        let wanted = (columns * 3 / 10).clamp(30, 60);
        let fits_panel = beside.panel != Wanted::No && room >= MAIN_COLUMNS_MIN + wanted;
        let panel_columns = if fits_panel { wanted } else { 0 };
        let room = room - panel_columns;
        let fits_rail = beside.has_rail
            && columns >= RAIL_FROM_COLUMNS
            && room >= MAIN_COLUMNS_MIN + RAIL_COLUMNS;
        let rail_columns = if fits_rail { RAIL_COLUMNS } else { 0 };
        let over = match (beside.sidebar, beside.panel) {
            (Wanted::WithKeys, _) if !fits_sidebar || columns < SIDEBAR_FROM_COLUMNS => {
                Some(Part::Sidebar)
            }
            (_, Wanted::WithKeys) if !fits_panel => Some(Part::Panel),
            _ => None,
        };
        // Title, rule above the composer, status.
        let free = size.rows.saturating_sub(3);
        let wanted = u16::try_from(draft_rows).unwrap_or(u16::MAX).clamp(1, COMPOSER_ROWS_MAX);
        let composer_rows = wanted.min((free / 2).max(1));
        Self {
            rail_columns,
            sidebar_columns,
            main_columns: room - rail_columns,
            panel_columns,
            over,
            timeline_rows: free.saturating_sub(composer_rows),
            composer_rows,
        }
    }

    /// Whether anything one could use fits on a screen.
    #[must_use]
    pub fn fits(size: Size) -> bool {
        size.columns >= LEAST.columns && size.rows >= LEAST.rows
    }

    /// Columns left of the chat.
    #[must_use]
    pub fn left_columns(&self) -> u16 {
        self.rail_columns + self.sidebar_columns
    }

    /// Columns in which a panel is drawn, with its border where it has one; 0 when it is not seen.
    #[must_use]
    pub fn seen_panel_columns(&self) -> u16 {
        if self.over == Some(Part::Panel) { self.main_columns } else { self.panel_columns }
    }

    /// Columns of a message's text.
    #[must_use]
    pub fn text_columns(&self) -> usize {
        usize::from(self.main_columns.saturating_sub(GUTTER_COLUMNS + 1))
    }

    /// Columns of the composer's text.
    #[must_use]
    pub fn draft_columns(&self) -> usize {
        usize::from(self.main_columns.saturating_sub(PROMPT_COLUMNS + 1))
    }

    /// Whether groups of messages are set apart by an empty row.
    #[must_use]
    pub fn is_roomy(&self) -> bool {
        self.timeline_rows >= ROOMY_FROM_ROWS
    }
}

#[cfg(test)]
mod tests {
    use super::{Beside, Geometry, Part, RAIL_COLUMNS, Wanted};
    use crate::state::input::Size;

    fn at(columns: u16, sidebar: Wanted, panel: Wanted) -> Geometry {
        let beside = Beside { has_rail: true, sidebar, panel };
        Geometry::of(Size { columns, rows: 30 }, beside, 1)
    }

    #[test]
    fn parts_go_in_the_order_rail_panel_sidebar() {
        let seen = |columns| {
            let geometry = at(columns, Wanted::Beside, Wanted::Beside);
            let parts = [geometry.rail_columns, geometry.panel_columns, geometry.sidebar_columns];
            parts.map(|part| part > 0)
        };
        assert_eq!(seen(200), [true, true, true]);
        assert_eq!(seen(120), [true, true, true]);
        assert_eq!(seen(100), [false, true, true]);
        assert_eq!(seen(80), [false, false, true]);
        assert_eq!(seen(60), [false, false, false]);
    }

    #[test]
    fn all_columns_are_given_away_and_the_chat_keeps_its_own() {
        for columns in 0..300 {
            for wanted in [Wanted::No, Wanted::Beside, Wanted::WithKeys] {
                let it = at(columns, wanted, wanted);
                let beside = it.rail_columns + it.sidebar_columns + it.panel_columns;
                assert_eq!(beside + it.main_columns, columns);
                assert!(beside == 0 || it.main_columns >= 44, "{columns}: {it:?}");
            }
        }
        assert_eq!(at(100, Wanted::Beside, Wanted::No).rail_columns, RAIL_COLUMNS);
    }

    #[test]
    fn what_has_the_keys_is_seen_at_any_width() {
        assert_eq!(at(60, Wanted::WithKeys, Wanted::No).over, Some(Part::Sidebar));
        assert_eq!(at(80, Wanted::Beside, Wanted::WithKeys).over, Some(Part::Panel));
        assert_eq!(at(60, Wanted::Beside, Wanted::WithKeys).over, Some(Part::Panel));
        assert_eq!(at(140, Wanted::WithKeys, Wanted::WithKeys).over, None);
        assert_eq!(at(60, Wanted::Beside, Wanted::Beside).over, None);
    }
}
