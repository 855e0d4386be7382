//! Where the parts of the chat are on a screen.

use ratatui::layout::Rect;

use crate::state::State;
use crate::state::chat::Chat;
use crate::state::geometry::Part;

/// The parts; empty when they are not seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Areas {
    pub rail: Rect,
    pub sidebar: Rect,
    pub title: Rect,
    pub timeline: Rect,
    pub composer: Rect,
    pub panel: Rect,
    pub status: Rect,
}

impl Areas {
    /// The parts as the geometry divides the screen.
    pub(super) fn of(state: &State, chat: &Chat, screen: Rect) -> Self {
        let geometry = chat.geometry(&state.around);
        let above_status = screen.height.saturating_sub(1);
        let at = |x, y, width, height| Rect::new(x, y, width, height).intersection(screen);
        let left = geometry.left_columns();
        let main = |y, height| at(left, y, geometry.main_columns, height);
        let all_rows = |x, width| at(x, 0, width, above_status);
        let panel = match geometry.over {
            Some(Part::Panel) => all_rows(left, geometry.main_columns),
            _ => all_rows(left + geometry.main_columns, geometry.panel_columns),
        };
        let sidebar = match geometry.over {
            Some(Part::Sidebar) => all_rows(0, screen.width),
            _ => all_rows(geometry.rail_columns, geometry.sidebar_columns),
        };
        let shown = |area: Rect| if geometry.over.is_some() { Rect::default() } else { area };
        Self {
            rail: all_rows(0, geometry.rail_columns),
            sidebar,
            title: shown(main(0, 1)),
            timeline: shown(main(1, geometry.timeline_rows)),
            composer: shown(main(1 + geometry.timeline_rows, 1 + geometry.composer_rows)),
            panel,
            status: at(0, above_status, screen.width, 1),
        }
    }
}
