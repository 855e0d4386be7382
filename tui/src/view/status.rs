//! The first and the last row: where one is, how the connection stands, the keys that matter now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{Piece, foreign, indented, own, row, row_right, width};
use super::theme::Theme;
use crate::keys::chord_for;
use crate::state::chat::Chat;
use crate::state::connection::Link;
use crate::state::roster::Home;
use crate::state::{Action, Context, Edit, Surroundings};
use crate::text::SafeText;

/// Draws where one is; without a sidebar beside it, also what is unread elsewhere.
pub(super) fn draw_title(
    chat: &Chat,
    is_alone: bool,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let mut pieces = vec![own(" ", theme.text())];
    match chat.current() {
        Some(channel) => {
            pieces.push(foreign(&channel.label(), theme.strong()));
            let home = match channel.home {
                Home::Bucket(bucket) => {
                    chat.roster().bucket(bucket).map(|bucket| bucket.name.clone())
                }
                Home::Direct(_) => Some(SafeText::line("direct message")),
            };
            if let Some(home) = home {
                pieces.extend([own("  ", theme.text()), foreign(&home, theme.faint())]);
            }
        }
        None => pieces.push(own("Pail", theme.strong())),
    }
    row(buffer, area, &pieces);
    let elsewhere = unread_elsewhere(chat);
    if is_alone && elsewhere > 0 {
        row_right(buffer, area, &[own(format!(" {elsewhere} unread elsewhere "), theme.fresh())]);
    }
}

fn unread_elsewhere(chat: &Chat) -> u64 {
    let open = chat.current().map(|channel| channel.id);
    let others = chat.roster().in_order().into_iter().filter(|channel| Some(channel.id) != open);
    others.map(|channel| channel.unread).sum()
}

/// Draws the state of the connection and the keys.
pub(super) fn draw(
    chat: &Chat,
    around: &Surroundings,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let left = match chat.notice() {
        Some(notice) => {
            let style = if notice.is_error { theme.error() } else { theme.strong() };
            vec![own(" ", theme.text()), foreign(&notice.text, style)]
        }
        None => connection(chat, around, theme),
    };
    row(buffer, area, &left);
    let room = area.width.saturating_sub(width(&left) + 2);
    let hints = hints(chat.context(), theme, room);
    row_right(buffer, indented(area, width(&left).saturating_add(2)), &hints);
}

fn connection(chat: &Chat, around: &Surroundings, theme: Theme) -> Vec<Piece> {
    let (mark, words) = match chat.connection().link() {
        Link::Live { .. } => (own(" ● ", theme.good()), "live".to_owned()),
        Link::Resuming => (own(" ◐ ", theme.pending()), "catching up…".to_owned()),
        Link::Connecting => (own(" ○ ", theme.pending()), "connecting…".to_owned()),
        Link::Offline { .. } => {
            let seconds = chat.connection().retry_in_s(around.now).unwrap_or(0);
            (own(" ○ ", theme.error()), format!("offline, retry in {seconds}s"))
        }
    };
    let mut pieces = vec![mark, own(words, theme.text())];
    if chat.waiting() > 0 {
        pieces.push(own(format!(" · {} unsent", chat.waiting()), theme.pending()));
    }
    match chat.connection().link() {
        Link::Offline { reason, .. } => {
            pieces.push(own(" · ", theme.faint()));
            pieces.push(foreign(reason, theme.faint()));
        }
        _ => {
            pieces.push(own(" · ", theme.faint()));
            pieces.push(foreign(&chat.me().username, theme.faint()));
        }
    }
    pieces
}

/// As many hints as fit, most useful first.
fn hints(context: Context, theme: Theme, room: u16) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (key, words) in keys_that_matter(context) {
        let hint = [own(key, theme.accent()), own(format!(" {words}  "), theme.faint())];
        if width(&pieces) + width(&hint) > room {
            break;
        }
        pieces.extend(hint);
    }
    pieces
}

fn keys_that_matter(context: Context) -> Vec<(String, &'static str)> {
    let wanted: &[(Action, &'static str)] = match context {
        Context::Chat => &[
            (Action::Submit, "send"),
            (Action::Edit(Edit::NewLine), "new line"),
            (Action::OpenPalette, "go"),
            (Action::ClearDraft, "clear"),
            (Action::OpenHelp, "help"),
        ],
        Context::EmptyDraft => &[
            (Action::OpenPalette, "go anywhere"),
            (Action::OpenHelp, "help"),
            (Action::NextUnread, "next unread"),
            (Action::PageUp, "older"),
            (Action::Quit, "quit"),
        ],
        Context::Palette => &[
            (Action::Submit, "choose"),
            (Action::Up, "up"),
            (Action::Down, "down"),
            (Action::Cancel, "close"),
        ],
        Context::Prompt | Context::Card => &[(Action::Submit, "go on"), (Action::Cancel, "close")],
        Context::Help | Context::Chooser | Context::Form => &[],
    };
    let key = |action| {
        let here = chord_for(context, action);
        here.or_else(|| chord_for(Context::Chat, action)).map(|chord| chord.to_string())
    };
    wanted.iter().filter_map(|(action, words)| Some((key(*action)?, *words))).collect()
}
