//! The rows of an item, one by one: what stands above a message, what it says, what hangs below.
//!
//! The feed counts them and the view paints them, so that both mean the same. It knows no styles.

use std::ops::Range;
use std::rc::Rc;

use jiff::civil::Date;
use pail_protocol::{AttachmentId, MessageId, Timestamp};

use super::entry::{Entry, File, Reacted};
use super::feed::{Content, Feed, Item};
use super::layouts::Layout;
use super::pictures::Fit;
use crate::text::SafeText;

/// Columns between reactions.
pub const REACTION_GAP: usize = 2;

/// A row of an item.
#[derive(Debug, Clone)]
pub enum Line<'a> {
    /// A day begins.
    Day(Date),
    /// Messages are missing that no connection could bring so far.
    Missing,
    /// The unread messages begin.
    New,
    /// Nothing.
    Apart,
    /// Who speaks.
    Header,
    /// Nothing is older than this.
    Beginning,
    /// What a message answers, or the thread it is in.
    Refers {
        /// To which message.
        to: MessageId,
        /// Whether it is in a thread.
        is_in_thread: bool,
    },
    /// What a message says.
    Text {
        /// All its rows.
        layout: Rc<Layout>,
        /// Which of them.
        row: usize,
    },
    /// So many more rows are folded.
    Folded(usize),
    /// A file.
    File(&'a File),
    /// A row of a file's picture.
    Picture {
        /// The file.
        file: &'a File,
        /// All of it.
        fit: Fit,
        /// Which row.
        row: u16,
    },
    /// Reactions, as many as there is room for.
    Reactions(&'a [Reacted]),
    /// So many replies are in the thread that begins here, and when the last one came, if known.
    Replies(u64, Option<Timestamp>),
    /// Why it was not sent.
    Refusal(&'a SafeText),
}

impl<'a> Feed<'a> {
    /// The rows of the item at an index.
    #[must_use]
    pub fn lines(&self, index: usize) -> Vec<Line<'a>> {
        let item = &self.items[index];
        let mut lines = Vec::new();
        lines.extend(item.day.map(Line::Day));
        lines.extend(item.is_after_gap.then_some(Line::Missing));
        lines.extend(item.is_first_unread.then_some(Line::New));
        lines.extend(item.is_set_apart.then_some(Line::Apart));
        lines.extend(item.has_header.then_some(Line::Header));
        match item.content {
            Content::Beginning => lines.push(Line::Beginning),
            Content::Message(entry) => {
                lines.extend(self.refers(index, entry));
                push_text(&mut lines, self.layout(item));
                entry.files.iter().for_each(|file| self.push_file(&mut lines, file));
                let rows = reaction_rows(&entry.reactions, self.columns()).into_iter();
                lines.extend(rows.map(|row| Line::Reactions(&entry.reactions[row])));
                let has_replies = entry.reply_count > 0 && !self.is_thread;
                let last = self.last_replies.get(&entry.id).copied();
                lines.extend(has_replies.then_some(Line::Replies(entry.reply_count, last)));
            }
            Content::Unsent(_) => push_text(&mut lines, self.layout(item)),
        }
        lines.extend(item.refusal().map(Line::Refusal));
        lines
    }

    /// The rows of an item that a picture takes.
    #[must_use]
    pub fn picture_rows(&self, index: usize, id: AttachmentId) -> Range<usize> {
        let is_of = |line: &Line<'_>| matches!(line, Line::Picture { file, .. } if file.id == id);
        let lines = self.lines(index);
        let start = lines.iter().position(is_of).unwrap_or(lines.len());
        start..start + lines.iter().filter(|line| is_of(line)).count()
    }

    /// A file, and below it what it shows.
    fn push_file(&self, lines: &mut Vec<Line<'a>>, file: &'a File) {
        lines.push(Line::File(file));
        if let Some(fit) = self.pictures.fit(file, self.columns()) {
            lines.extend((0..fit.cells.rows).map(|row| Line::Picture { file, fit, row }));
        }
    }

    /// A message that is kept.
    #[must_use]
    pub fn entry(&self, id: MessageId) -> Option<&'a Entry> {
        self.items.iter().rev().find_map(|item| match item.content {
            Content::Message(entry) if entry.id == id => Some(entry),
            _ => None,
        })
    }

    /// What follows in the same thread says so once.
    fn refers(&self, index: usize, entry: &Entry) -> Option<Line<'a>> {
        let before = index.checked_sub(1).map(|before| self.items[before].content);
        let continues = match before {
            Some(Content::Message(before)) => {
                !self.items[index].has_header && before.thread == entry.thread
            }
            _ => false,
        };
        let to_thread = entry.thread.filter(|_| !self.is_thread && !continues);
        let in_thread = to_thread.map(|root| Line::Refers { to: root, is_in_thread: true });
        let answers = entry.reply_to.filter(|to| entry.thread != Some(*to));
        in_thread.or(answers.map(|to| Line::Refers { to, is_in_thread: false }))
    }

    fn layout(&self, item: &Item<'_>) -> Option<Rc<Layout>> {
        match item.content {
            Content::Beginning => None,
            Content::Message(entry) => Some(self.layouts.of_entry(entry, self.columns())),
            Content::Unsent(unsent) => Some(self.layouts.of_unsent(unsent, self.columns())),
        }
    }
}

fn push_text<'a>(lines: &mut Vec<Line<'a>>, layout: Option<Rc<Layout>>) {
    let Some(layout) = layout else { return };
    lines.extend((0..layout.rows.len()).map(|row| Line::Text { layout: layout.clone(), row }));
    lines.extend((layout.folded > 0).then_some(Line::Folded(layout.folded)));
}

/// The reactions that fit on one row each time.
fn reaction_rows(reactions: &[Reacted], columns: usize) -> Vec<Range<usize>> {
    let mut rows: Vec<Range<usize>> = Vec::new();
    let mut width = 0;
    for (index, reaction) in reactions.iter().enumerate() {
        let wide = reaction.shown.width() + 1 + reaction.count.to_string().len();
        match rows.last_mut() {
            Some(row) if width + REACTION_GAP + wide <= columns => {
                row.end = index + 1;
                width += REACTION_GAP + wide;
            }
            _ => {
                rows.push(index..index + 1);
                width = wide;
            }
        }
    }
    rows
}
