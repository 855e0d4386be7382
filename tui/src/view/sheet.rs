//! The settings: every row of the table, what it is set to, and who decided.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::overlay::line;
use super::paint::{Piece, foreign, framed, own, row, row_of, row_right, rule};
use super::theme::Theme;
use crate::state::settings::{Kind, SECTIONS, Setting, Settings, TABLE};
use crate::state::sheet::{Sheet, written};
use crate::text::SafeText;
use crate::text::wrap::wrap;

/// Columns of the box when there is room.
const BOX_COLUMNS: u16 = 76;
/// Columns of a setting's name and of its value.
const NAME_COLUMNS: usize = 22;
const VALUE_COLUMNS: usize = 28;
/// Rows below the list: a rule, what the marked one is for, what it takes, what keys do.
const FOOT_ROWS: usize = 6;

/// Draws the settings over everything; returns where the caret is.
pub(super) fn draw(
    sheet: &Sheet,
    settings: &Settings,
    theme: Theme,
    frame: &mut Frame<'_>,
) -> Option<Position> {
    let rows = rows();
    let buffer = frame.buffer_mut();
    let wanted = u16::try_from(rows.len() + FOOT_ROWS + 2).unwrap_or(u16::MAX);
    let title = own("Settings", theme.strong());
    let inside = framed(buffer, (BOX_COLUMNS, wanted), title, theme.faint());
    let room = usize::from(inside.height).saturating_sub(FOOT_ROWS);
    let marked = rows.iter().position(|row| *row == Row::Setting(sheet.marked())).unwrap_or(0);
    let first = (marked + 2).saturating_sub(room).min(rows.len().saturating_sub(room));
    for (down, which) in rows.iter().skip(first).take(room).enumerate() {
        draw_row(*which, sheet, settings, theme, buffer, row_of(inside, down));
    }
    draw_foot(sheet, settings, theme, buffer, (inside, room))
}

/// A row of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Section(&'static str),
    /// Its place in the table.
    Setting(usize),
}

fn rows() -> Vec<Row> {
    let of_section = |section: &'static str| {
        let all = TABLE.iter().enumerate();
        let its = all.filter(move |(_, setting)| setting.section == section);
        std::iter::once(Row::Section(section)).chain(its.map(|(at, _)| Row::Setting(at)))
    };
    SECTIONS.iter().flat_map(|(section, _)| of_section(section)).collect()
}

fn draw_row(
    which: Row,
    sheet: &Sheet,
    settings: &Settings,
    theme: Theme,
    buffer: &mut Buffer,
    area: Rect,
) {
    let setting = match which {
        Row::Section(name) => return row(buffer, area, &[own(name, theme.strong())]),
        Row::Setting(at) => &TABLE[at],
    };
    let is_marked = which == Row::Setting(sheet.marked());
    let style = if is_marked { theme.marked() } else { theme.text() };
    if is_marked {
        buffer.set_style(area, style);
    }
    let value = SafeText::line(&written((setting.get)(settings))).cut(VALUE_COLUMNS);
    let name = own(format!("  {:<NAME_COLUMNS$}", setting.key), style);
    row(buffer, area, &[name, foreign(&value, style)]);
    let origin = if is_marked { theme.marked() } else { theme.faint() };
    row_right(buffer, area, &[own(format!("{} ", settings.origin(setting).words()), origin)]);
}

fn draw_foot(
    sheet: &Sheet,
    settings: &Settings,
    theme: Theme,
    buffer: &mut Buffer,
    (inside, room): (Rect, usize),
) -> Option<Position> {
    let setting = &TABLE[sheet.marked().min(TABLE.len() - 1)];
    let at = |down: usize| row_of(inside, room + down);
    rule(buffer, at(0), &[], theme.faint());
    let words = setting.words.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    for (down, part) in wrap(&words, usize::from(inside.width)).iter().take(3).enumerate() {
        row(buffer, at(1 + down), &[own(&words[part.clone()], theme.text())]);
    }
    row(buffer, at(5), &keys(setting, sheet, theme));
    if let Some(draft) = &sheet.draft {
        return line(draft, "› ", theme, buffer, at(4));
    }
    match &sheet.message {
        Some(message) => row(buffer, at(4), &[foreign(message, theme.error())]),
        None => {
            let default = written(setting.default());
            if settings.origin(setting) != Default::default() && !default.is_empty() {
                row(buffer, at(4), &[own(format!("Default: {default}"), theme.faint())]);
            }
        }
    }
    None
}

fn keys(setting: &Setting, sheet: &Sheet, theme: Theme) -> Vec<Piece> {
    let words = match (setting.kind, &sheet.draft) {
        (_, Some(_)) => "Enter takes it · Esc leaves it as it was",
        (Kind::Switch | Kind::OneOf(_), None) => "← → change · ↑ ↓ go · Esc closes",
        (Kind::Number(..) | Kind::Named(_), None) => "← → change · Enter types · Esc closes",
        (Kind::Text(_) | Kind::List, None) => "Enter types · ↑ ↓ go · Esc closes",
    };
    vec![own(words, theme.faint())]
}
