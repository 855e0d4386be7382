//! The help while it is open: how far it is scrolled, and what is looked for in it.
//!
//! What it says is the list of [`KeyTable`]; how it looks is the view's business.

use super::action::{Action, Context};
use super::draft::Draft;
use super::keytable::{KeyRow, KeyTable};

/// Rows around what is listed: frames, a gap, the last line.
const OTHER_ROWS: usize = 4;
/// Rows a page has.
const PAGE: usize = 10;

/// The help.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Help {
    /// Rows scrolled down, as far as somebody wants; the view knows where it ends.
    pub scrolled: usize,
    /// What is looked for.
    pub sought: Option<Draft>,
}

/// A row of the help.
#[derive(Debug, PartialEq, Eq)]
pub enum Row<'a> {
    /// Nothing, between groups.
    Gap,
    /// What a group is called.
    Noun(&'static str),
    /// An action.
    Keys(&'a KeyRow),
}

impl Help {
    /// Where the keys go: to the line of what is sought, once it is there.
    #[must_use]
    pub fn context(&self) -> Context {
        if self.sought.is_some() { Context::Palette } else { Context::Help }
    }

    /// A key. Returns whether the help stays open.
    #[must_use]
    pub fn perform(&mut self, action: Action, end: usize) -> bool {
        let at = self.scrolled.min(end);
        match (action, &mut self.sought) {
            (Action::Up, _) => self.scrolled = at.saturating_sub(1),
            (Action::Down, _) => self.scrolled = end.min(at + 1),
            (Action::PageUp, _) => self.scrolled = at.saturating_sub(PAGE),
            (Action::PageDown, _) => self.scrolled = end.min(at + PAGE),
            (Action::Edit(edit), Some(sought)) => {
                sought.edit(edit);
                self.scrolled = 0;
            }
            (Action::Cancel, Some(_)) => *self = Self::default(),
            (_, sought) => return sought.is_some(),
        }
        true
    }

    /// Text looks for something; a `/` only begins that.
    pub fn type_text(&mut self, text: &str) {
        let text =
            if self.sought.is_none() { text.strip_prefix('/').unwrap_or(text) } else { text };
        self.sought.get_or_insert_default().insert_line(text);
        self.scrolled = 0;
    }

    /// What it says now, row by row.
    #[must_use]
    pub fn rows<'a>(&'a self, keys: &'a KeyTable) -> Vec<Row<'a>> {
        let mut rows = Vec::new();
        let mut noun = "";
        for bound in self.shown(keys) {
            if bound.noun != noun {
                if !noun.is_empty() {
                    rows.push(Row::Gap);
                }
                noun = bound.noun;
                rows.push(Row::Noun(noun));
            }
            rows.push(Row::Keys(bound));
        }
        rows
    }

    /// How far one can scroll.
    #[must_use]
    pub fn end(&self, keys: &KeyTable, screen_rows: u16) -> usize {
        let room = usize::from(screen_rows).saturating_sub(OTHER_ROWS);
        self.rows(keys).len().saturating_sub(room)
    }

    /// What is sought, or everything, in the order of the list.
    fn shown<'a>(&'a self, keys: &'a KeyTable) -> impl Iterator<Item = &'a KeyRow> {
        let sought = self.sought.as_ref().map(|draft| draft.text().to_lowercase());
        let words: Vec<String> =
            sought.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        keys.iter().filter(move |row| {
            let Some(about) = row.words else { return false };
            let text = format!("{about} {} {}", row.noun, row.all_keys().join(" "));
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        })
    }
}
