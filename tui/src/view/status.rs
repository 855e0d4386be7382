//! The first and the last row: where one is, how the connection stands, the keys that matter now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{Piece, foreign, indented, named, own, row, row_right, unread_count, width};
use super::theme::Theme;
use crate::state::accounts::Accounts;
use crate::state::action::{InDigest, InPaste};
use crate::state::chat::Chat;
use crate::state::clock::moment;
use crate::state::connection::Link;
use crate::state::modal::Modal;
use crate::state::roster::{Channel, Home};
use crate::state::settings::Mode;
use crate::state::{
    Action, Compose, Context, Edit, Go, OnMember, OnMessage, Open, State, Surroundings,
};
use crate::text::SafeText;

/// Columns between the sentence on the left and the keys on the right.
const GAP_COLUMNS: u16 = 2;
/// In fewer columns the sentence may take the place of all keys.
const HINT_FROM_COLUMNS: u16 = 60;

/// In fewer columns a number stands for what is unread elsewhere.
const WORDS_FROM_COLUMNS: u16 = 50;

/// In fewer columns one's own status is not shown beside the keys.
const STATUS_FROM_COLUMNS: u16 = 100;
/// Columns of one's own status.
const STATUS_COLUMNS: usize = 24;

/// A key and what it does.
type Hint = (String, &'static str);

/// Draws where one is; without a sidebar beside it, also what is unread elsewhere.
pub(super) fn draw_title(
    state: &State,
    chat: &Chat,
    is_alone: bool,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let elsewhere = unread_elsewhere(&state.accounts, chat);
    let words = match area.width {
        ..WORDS_FROM_COLUMNS => format!(" +{} ", unread_count(elsewhere)),
        _ => format!(" {} unread elsewhere ", unread_count(elsewhere)),
    };
    let elsewhere = match is_alone && elsewhere > 0 {
        true => vec![own(words, theme.fresh())],
        false => Vec::new(),
    };
    let room = Rect { width: area.width.saturating_sub(width(&elsewhere)), ..area };
    let mut pieces = vec![own(" ", theme.text())];
    match chat.current() {
        Some(channel) => pieces.extend(place(chat, channel, &state.around, is_alone, theme)),
        None => pieces.push(own("Pail", theme.strong())),
    }
    row(buffer, room, &pieces);
    row_right(buffer, area, &elsewhere);
}

/// The channel and its bucket, and what it is about; of somebody, what they say of themselves.
fn place(
    chat: &Chat,
    channel: &Channel,
    around: &Surroundings,
    is_alone: bool,
    theme: Theme,
) -> Vec<Piece> {
    let home = match channel.home {
        Home::Bucket(bucket) => chat.roster().bucket(bucket).map(|bucket| bucket.name.clone()),
        Home::Direct(_) => Some(SafeText::line("direct message")),
    };
    let home = home.unwrap_or_default();
    let label = named(&channel.label(), theme.strong(), theme);
    let mut pieces = match is_alone && !channel.is_direct() {
        true => vec![named(&home, theme.faint(), theme), own(" › ", theme.faint()), label],
        false => vec![label, own("  ", theme.text()), named(&home, theme.faint(), theme)],
    };
    let says = chat.status_in(channel).map(|says| says.in_words(around));
    let about = says.unwrap_or_else(|| channel.topic.clone());
    if !about.as_str().is_empty() {
        pieces.extend([own(" · ", theme.faint()), named(&about, theme.faint(), theme)]);
    }
    pieces
}

fn unread_elsewhere(accounts: &Accounts, front: &Chat) -> u64 {
    let open = front.current().map_or(0, |channel| channel.unread);
    let all = accounts.iter().map(|(_, chat)| chat.roster().unread());
    all.fold(0, u64::saturating_add).saturating_sub(open)
}

/// Draws the state of the connection and the keys.
pub(super) fn draw(
    chat: &Chat,
    context: Context,
    around: &Surroundings,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let left = match chat.notice() {
        _ if !around.sequence.as_str().is_empty() => {
            vec![own(" ", theme.text()), foreign(&around.sequence, theme.accent())]
        }
        Some(notice) => {
            let style = if notice.is_error { theme.error() } else { theme.strong() };
            vec![own(" ", theme.text()), foreign(&notice.text, style)]
        }
        None => connection(chat, around, theme),
    };
    let left = with_warning(chat, around, left, theme);
    // However long the sentence, the most useful key beside it is seen.
    let keys = keys_that_matter(context, around);
    let first = keys.first().map_or(0, |hint| width(&hint_pieces(hint, theme)));
    let room = match area.width {
        ..HINT_FROM_COLUMNS => area.width,
        columns => columns.saturating_sub(first + GAP_COLUMNS),
    };
    let taken = width(&left).min(room);
    row(buffer, Rect { width: taken, ..area }, &left);
    let room = area.width.saturating_sub(taken + GAP_COLUMNS);
    let hints = hints(&keys, theme, room);
    row_right(buffer, indented(area, taken + GAP_COLUMNS), &hints);
}

/// A warning stays beside the connection: it must not hide that one is offline.
fn with_warning(
    chat: &Chat,
    around: &Surroundings,
    mut left: Vec<Piece>,
    theme: Theme,
) -> Vec<Piece> {
    for warning in chat.warning().into_iter().chain(&around.chosen.problem) {
        left.extend([own(" · ", theme.faint()), foreign(warning, theme.error())]);
    }
    left
}

fn connection(chat: &Chat, around: &Surroundings, theme: Theme) -> Vec<Piece> {
    let (mark, words) = match chat.connection().link() {
        Link::Live { .. } => (own(" ● ", theme.good()), "live".to_owned()),
        Link::Resuming => (own(" ◐ ", theme.pending()), "catching up…".to_owned()),
        Link::Connecting => (own(" ○ ", theme.pending()), "connecting…".to_owned()),
        Link::Offline { .. } => {
            let seconds = chat.connection().retry_in_s(around.now).unwrap_or(0);
            (own(" ○ ", theme.error()), format!("server not reached, trying again in {seconds}s"))
        }
    };
    let mut pieces = vec![mark, own(words, theme.text())];
    if around.chosen.settings.keys.mode == Mode::Vim {
        let mode = if around.is_normal { " · NORMAL" } else { " · INSERT" };
        pieces.push(own(mode, theme.strong()));
    }
    let quiet = around.chosen.settings.notify.do_not_disturb;
    if quiet.holds(around.now) {
        let end = quiet.end(around.now).map(|end| format!(" until {}", moment(end, around)));
        let words = format!(" · do not disturb{}", end.unwrap_or_default());
        pieces.push(own(words, theme.strong()));
    }
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
            pieces.extend(own_status(chat, around, theme));
        }
    }
    pieces
}

/// What we say of ourselves, so that it is not forgotten there.
fn own_status(chat: &Chat, around: &Surroundings, theme: Theme) -> Vec<Piece> {
    let has_room = around.size.columns >= STATUS_FROM_COLUMNS;
    let says = chat.status_of(chat.me().id).filter(|_| has_room).map(|says| {
        [own(" · ", theme.faint()), named(&says.text.cut(STATUS_COLUMNS), theme.faint(), theme)]
    });
    says.into_iter().flatten().collect()
}

/// As many hints as fit, most useful first.
fn hints(keys: &[Hint], theme: Theme, room: u16) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for hint in keys {
        let hint = hint_pieces(hint, theme);
        if width(&pieces) + width(&hint) > room {
            break;
        }
        pieces.extend(hint);
    }
    pieces
}

fn hint_pieces((key, words): &Hint, theme: Theme) -> [Piece; 2] {
    [own(key, theme.accent()), own(format!(" {words}  "), theme.faint())]
}

fn keys_that_matter(context: Context, around: &Surroundings) -> Vec<Hint> {
    if !around.chosen.settings.look.hints {
        return Vec::new();
    }
    let wanted: &[(Action, &'static str)] = match context {
        Context::Chat => &[
            (Action::Submit, "send"),
            (Action::Edit(Edit::NewLine), "new line"),
            (Action::Open(Open::Palette), "go"),
            (Action::Compose(Compose::Clear), "clear"),
            (Action::Open(Open::Help), "help"),
        ],
        Context::Completion => {
            &[(Action::Submit, "take"), (Action::Down, "next"), (Action::Cancel, "close")]
        }
        Context::EmptyDraft => &[
            (Action::Open(Open::Palette), "go anywhere"),
            (Action::Open(Open::Help), "help"),
            (Action::Go(Go::NextUnread), "next unread"),
            (Action::Message(OnMessage::Select), "select"),
            (Action::Quit, "quit"),
        ],
        Context::Select => &[
            (Action::Up, "older"),
            (Action::Down, "newer"),
            (Action::Cancel, "write"),
            (Action::Open(Open::Help), "help"),
        ],
        Context::Sidebar => &[
            (Action::Submit, "go there"),
            (Action::Open(Open::Filter), "narrow"),
            (Action::Open(Open::Sidebar), "hide"),
            (Action::Cancel, "write"),
        ],
        Context::Filter => &[(Action::Submit, "go there"), (Action::Cancel, "all again")],
        Context::Members => &[
            (Action::Submit, "write to"),
            (Action::Member(OnMember::Add), "add"),
            (Action::Member(OnMember::Remove), "remove"),
            (Action::Open(Open::Members), "close"),
            (Action::Cancel, "write"),
        ],
        Context::Normal => &[
            (Action::Modal(Modal::Insert), "write"),
            (Action::Modal(Modal::DeleteLine), "delete line"),
            (Action::Edit(Edit::Undo), "undo"),
            (Action::Open(Open::Palette), "go"),
            (Action::Open(Open::Help), "help"),
        ],
        Context::Palette => &[
            (Action::Submit, "choose"),
            (Action::Up, "up"),
            (Action::Down, "down"),
            (Action::Cancel, "close"),
        ],
        Context::Digest => &[
            (Action::Submit, "go there"),
            (Action::Digest(InDigest::Done), "done"),
            (Action::Digest(InDigest::Snooze), "till 09:00"),
            (Action::Digest(InDigest::Mute), "mute"),
            (Action::Cancel, "close"),
        ],
        Context::Threads => &[
            (Action::Submit, "open"),
            (Action::Down, "down"),
            (Action::Up, "up"),
            (Action::Cancel, "close"),
        ],
        Context::Picture => &[
            (Action::Cancel, "back"),
            (Action::Message(OnMessage::Save), "save"),
            (Action::Down, "next"),
        ],
        Context::Search => &[
            (Action::Submit, "go there"),
            (Action::Widen, "look further"),
            (Action::Down, "down"),
            (Action::Cancel, "close"),
        ],
        Context::Paste => &[
            (Action::Paste(InPaste::Edit), "edit"),
            (Action::Paste(InPaste::Send), "send"),
            (Action::Paste(InPaste::Code), "code"),
            (Action::Paste(InPaste::File), "file"),
            (Action::Cancel, "drop"),
        ],
        Context::Prompt | Context::Card => &[(Action::Submit, "go on"), (Action::Cancel, "close")],
        Context::Help | Context::Settings | Context::Chooser | Context::Form => &[],
    };
    let key = |action| around.chosen.keys.key(context, action).map(str::to_owned);
    wanted.iter().filter_map(|(action, words)| Some((key(*action)?, *words))).collect()
}
