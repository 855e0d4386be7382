//! Where one writes: a rule, a prompt, the draft with its caret.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::paint::{Piece, foreign, indented, own, row, row_of, row_right, rule};
use super::theme::Theme;
use crate::state::chat::Chat;
use crate::state::draft::Draft;
use crate::state::geometry::PROMPT_COLUMNS;
use crate::state::intent::{Conversation, Intent};
use crate::state::roster::Channel;
use crate::text::SafeText;

/// Columns of the rule that no words are written on.
const RULE_COLUMNS: u16 = 4;

/// Columns of the rule for other words than the message that is answered or changed.
const WORDS_COLUMNS: u16 = 46;
/// Most columns of that message.
const EXCERPT_COLUMNS: u16 = 50;

/// Draws the composer; returns where the caret is.
pub(super) fn draw(
    chat: &Chat,
    place: Option<Conversation>,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let has_keys = chat.conversation() == place;
    let words = match chat.intention().or_else(|| chat.attached_shown()) {
        _ if !has_keys => Vec::new(),
        Some(words) => intention(&words, theme, area.width),
        None => intent(chat, theme, area.width),
    };
    rule(buffer, row_of(area, 0), &words, theme.faint());
    let place = place?;
    let text_rows = usize::from(area.height.saturating_sub(1));
    if text_rows == 0 {
        return None;
    }
    let empty = Draft::default();
    let draft = chat.draft_in(place).unwrap_or(&empty);
    let columns = usize::from(area.width.saturating_sub(PROMPT_COLUMNS + 1));
    let shown = draft.shown(columns, text_rows);
    if shown.count > text_rows {
        let words = format!(" row {} of {} ", shown.caret.0 + 1, shown.count);
        row_right(buffer, row_of(area, 0), &[own(words, theme.faint())]);
    }
    row(buffer, row_of(area, 1), &[own(" › ", theme.accent())]);
    for (down, text) in shown.rows.iter().enumerate() {
        let area = indented(row_of(area, 1 + down), PROMPT_COLUMNS);
        row(buffer, area, &[foreign(text, theme.text())]);
    }
    if draft.is_empty() {
        let label = chat.current().map(Channel::label).unwrap_or_default();
        let words = match place.thread {
            Some(_) => SafeText::line("Answer in this thread"),
            None => SafeText::line(&format!("Message {label}")),
        };
        row(buffer, indented(row_of(area, 1), PROMPT_COLUMNS), &[foreign(&words, theme.faint())]);
    }
    let column = u16::try_from(shown.caret.1).unwrap_or(u16::MAX);
    let x = (area.x + PROMPT_COLUMNS).saturating_add(column).min(area.right().saturating_sub(1));
    let y = area.y + 1 + u16::try_from(shown.caret.0 - shown.first).unwrap_or(0);
    has_keys.then_some(Position { x, y })
}

/// What Enter would do, on the rule.
fn intention(words: &SafeText, theme: Theme, columns: u16) -> Vec<Piece> {
    let words = words.cut(usize::from(columns.saturating_sub(RULE_COLUMNS + 2)));
    vec![own(" ", theme.faint()), foreign(&words, theme.accent()), own(" ", theme.faint())]
}

/// What is being written, where it is not simply the next message.
fn intent(chat: &Chat, theme: Theme, columns: u16) -> Vec<Piece> {
    let Some((intent, entry)) = chat.intent() else { return typing(chat, theme, columns) };
    let about = match entry {
        Some(entry) => SafeText::line(&format!("{}: {}", entry.name, entry.excerpt())),
        None => SafeText::line("a message further up"),
    };
    let columns = columns.saturating_sub(WORDS_COLUMNS).min(EXCERPT_COLUMNS);
    let about = foreign(&about.cut(usize::from(columns)), theme.faint());
    match intent {
        Intent::Reply(_) => {
            vec![
                own(" ↳ answering ", theme.accent()),
                about,
                own(" · Esc drops it ", theme.faint()),
            ]
        }
        Intent::Edit { .. } => vec![
            own(" ✎ changing ", theme.accent()),
            about,
            own(" · Enter saves, Esc leaves it ", theme.faint()),
        ],
    }
}

/// Who else is writing.
fn typing(chat: &Chat, theme: Theme, columns: u16) -> Vec<Piece> {
    let Some(words) = chat.typing() else { return Vec::new() };
    let words = words.cut(usize::from(columns.saturating_sub(RULE_COLUMNS + 2)));
    vec![own(" ", theme.faint()), foreign(&words, theme.faint()), own(" ", theme.faint())]
}
