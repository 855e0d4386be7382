//! How the screen is divided. Pure arithmetic, shared by scrolling and drawing.

use super::input::Size;

/// Below so many columns the sidebar is hidden.
pub const SIDEBAR_FROM_COLUMNS: u16 = 70;
/// Most rows of text the composer grows to.
pub const COMPOSER_ROWS_MAX: u16 = 10;
/// From so many rows of timeline on, groups of messages are set apart by an empty row.
const ROOMY_FROM_ROWS: u16 = 28;
/// Columns left of a message's text: margin, gutter, space.
pub const GUTTER_COLUMNS: u16 = 3;
/// Columns left of the composer's text.
pub const PROMPT_COLUMNS: u16 = 3;

/// The sizes of the parts of the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Columns of the sidebar with its border; 0 when it is hidden.
    pub sidebar_columns: u16,
    /// Columns right of it.
    pub main_columns: u16,
    /// Rows of the timeline.
    pub timeline_rows: u16,
    /// Rows of the composer's text.
    pub composer_rows: u16,
}

impl Geometry {
    /// Divides a screen whose composer wants so many rows of text.
    #[must_use]
    pub fn of(size: Size, draft_rows: usize) -> Self {
        let sidebar_columns = match size.columns {
            ..SIDEBAR_FROM_COLUMNS => 0,
            columns => (columns / 4).clamp(20, 32),
        };
        // Title, rule above the composer, status.
        let free = size.rows.saturating_sub(3);
        let wanted = u16::try_from(draft_rows).unwrap_or(u16::MAX).clamp(1, COMPOSER_ROWS_MAX);
        let composer_rows = wanted.min((free / 2).max(1));
        Self {
            sidebar_columns,
            main_columns: size.columns - sidebar_columns,
            timeline_rows: free.saturating_sub(composer_rows),
            composer_rows,
        }
    }

    /// Columns of a message's text.
    #[must_use]
    pub fn text_columns(&self) -> usize {
        usize::from(self.main_columns.saturating_sub(GUTTER_COLUMNS + 1))
    }

    /// Columns of the composer's text.
    #[must_use]
    pub fn draft_columns(size: Size) -> usize {
        usize::from(Self::of(size, 1).main_columns.saturating_sub(PROMPT_COLUMNS + 1))
    }

    /// Whether groups of messages are set apart by an empty row.
    #[must_use]
    pub fn is_roomy(&self) -> bool {
        self.timeline_rows >= ROOMY_FROM_ROWS
    }
}
