//! The list one chooses from by typing: the line, what matches with its letters marked, and the key
//! that does the same.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

use super::overlay::line;
use super::paint::{Piece, foreign, own, row, row_of, row_right, rule, width};
use super::theme::Theme;
use crate::state::Context;
use crate::state::boxes::first_shown;
use crate::state::keytable::KeyTable;
use crate::state::palette::{Choice, PREFIXES, Palette, Scope, Target};
use crate::text::SafeText;

/// Columns between a label and what is beside it, with the one at the edge.
const GAP_COLUMNS: u16 = 3;

/// Draws the list in its box; returns where the caret is.
pub(super) fn draw(
    palette: &Palette,
    keys: &KeyTable,
    theme: Theme,
    buffer: &mut Buffer,
    inside: Rect,
) -> Option<Position> {
    let caret = line(&palette.draft, "› ", theme, buffer, row_of(inside, 0));
    rule(buffer, row_of(inside, 1), &prefixes(palette, theme), theme.faint());
    let room = usize::from(inside.height.saturating_sub(2));
    let first = first_shown(palette.marked, room);
    for (down, (choice, letters)) in palette.matches().enumerate().skip(first).take(room) {
        let area = row_of(inside, 2 + down - first);
        let key = key_of(choice.target, keys);
        draw_choice((choice, letters), key, down == palette.marked, theme, buffer, area);
    }
    if palette.matches().len() == 0 {
        row(buffer, row_of(inside, 2), &[own(" Nothing like that.", theme.faint())]);
    }
    caret
}

/// What a first sign asks for, as long as nothing is typed.
fn prefixes(palette: &Palette, theme: Theme) -> Vec<Piece> {
    if palette.scope != Scope::Everything || !palette.draft.is_empty() {
        return Vec::new();
    }
    let pieces = PREFIXES.iter().flat_map(|(sign, _, words)| {
        [own(format!(" {sign} "), theme.accent()), own(words, theme.faint())]
    });
    pieces.chain([own(" ", theme.faint())]).collect()
}

fn draw_choice(
    (choice, letters): (&Choice, &[u32]),
    key: Option<&str>,
    is_marked: bool,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let over = |style: Style| if is_marked { theme.marked() } else { style };
    let text = if choice.why_not.is_some() { theme.faint() } else { theme.text() };
    if is_marked {
        buffer.set_style(area, theme.marked());
    }
    let mut beside = Vec::new();
    if !choice.news.as_str().is_empty() {
        beside.extend([foreign(&choice.news, over(theme.fresh())), own("  ", over(text))]);
    }
    let detail = choice.why_not.as_ref().unwrap_or(&choice.detail);
    beside.push(foreign(detail, over(theme.faint())));
    beside.extend(key.map(|key| own(key, over(theme.accent()))));
    let mut label = vec![own(" ", over(text))];
    label.extend(lettered(&choice.label, letters, over(text)));
    if let Some(says) = &choice.says {
        let says = [own(" · ", over(theme.faint())), foreign(says, over(theme.faint()))];
        let wanted = width(&label) + width(&beside) + width(&says) + GAP_COLUMNS;
        beside.extend(says.into_iter().filter(|_| wanted <= area.width));
    }
    beside.push(own(" ", over(text)));
    let room = area.width.saturating_sub(width(&beside) + 1).max(area.width.min(width(&label)) / 2);
    row_right(buffer, area, &beside);
    row(buffer, Rect { width: room, ..area }, &label);
}

/// The key that does the same.
fn key_of(target: Target, keys: &KeyTable) -> Option<&str> {
    let Target::Do(action) = target else { return None };
    keys.key(Context::Chat, action).or_else(|| keys.key(Context::EmptyDraft, action))
}

/// A label whose matching graphemes stand out, also without colours.
fn lettered(label: &SafeText, letters: &[u32], style: Style) -> Vec<Piece> {
    let marked = style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for (at, grapheme) in label.as_str().graphemes(true).enumerate() {
        let is_letter = u32::try_from(at).is_ok_and(|at| letters.contains(&at));
        match pieces.last_mut() {
            Some((run, same)) if *same == is_letter => run.push_str(grapheme),
            _ => pieces.push((grapheme.to_owned(), is_letter)),
        }
    }
    let piece = |(run, is_letter): (String, bool)| {
        foreign(&SafeText::line(&run), if is_letter { marked } else { style })
    };
    pieces.into_iter().map(piece).collect()
}
