//! What messages say as rows, kept so that nothing is laid out twice while it is scrolled and drawn.
//!
//! What is kept can be made again from the message, and is bounded; what is not looked at goes first.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;
use std::rc::Rc;
use std::sync::Arc;

use pail_protocol::MessageId;

use super::entry::Entry;
use super::outbox::Unsent;
use crate::text::SafeText;
use crate::text::markup::{Code, Content, Markup, Role, Row, Span, lay_out};

/// Rows a message may have before it is folded.
pub const FOLD_FROM_ROWS: usize = 40;
/// Rows of a folded message that are shown.
pub const FOLDED_ROWS: usize = 30;
/// Messages that may be unfolded at once; beyond it the oldest is folded again.
pub const UNFOLDED_MAX: usize = 32;
/// Bytes of rows that are kept, about: what 500 messages of several lines take, twenty
/// screens and more.
pub const LAYOUT_BYTES_MAX: usize = 2 * 1024 * 1024;

/// What is shown in the place of a message that was deleted.
const DELETED: &str = "(message deleted)";
/// What is shown behind a message that was changed.
const EDITED: &str = " (edited)";

/// A message as rows.
#[derive(Debug)]
pub struct Layout {
    /// What is shown of it.
    pub rows: Vec<Row>,
    /// How many more rows there are.
    pub folded: usize,
    /// Its blocks of code.
    pub codes: Vec<CodeBlock>,
}

/// A block of code of a message.
#[derive(Debug, Clone)]
pub struct CodeBlock {
    /// Its place among the blocks.
    pub block: usize,
    /// What stands for it when it is asked whether it is the same.
    pub fingerprint: u64,
    /// The code.
    pub code: Arc<Code>,
}

/// The layouts of messages.
#[derive(Debug, Default)]
pub struct Layouts {
    unfolded: BTreeSet<MessageId>,
    kept: RefCell<Kept>,
}

/// Two generations: what is used again is young again, and the old are let go together.
#[derive(Debug, Default)]
struct Kept {
    young: BTreeMap<Key, Rc<Layout>>,
    old: BTreeMap<Key, Rc<Layout>>,
    /// Of the young.
    bytes: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    id: MessageId,
    fingerprint: u64,
    is_edited: bool,
    is_deleted: bool,
    is_unfolded: bool,
    columns: usize,
}

/// What stands for a text when it is asked whether it is the same.
#[must_use]
pub fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl Layouts {
    /// A message at a width.
    #[must_use]
    pub fn of_entry(&self, entry: &Entry, columns: usize) -> Rc<Layout> {
        let key = Key {
            id: entry.id,
            fingerprint: entry.fingerprint(),
            is_edited: entry.is_edited,
            is_deleted: entry.is_deleted,
            is_unfolded: self.unfolded.contains(&entry.id),
            columns,
        };
        self.layout(key, entry.raw(), entry.files.is_empty())
    }

    /// A message of ours that is not acknowledged.
    #[must_use]
    pub fn of_unsent(&self, unsent: &Unsent, columns: usize) -> Rc<Layout> {
        let key = Key {
            id: MessageId::default(),
            fingerprint: fingerprint(&unsent.text),
            is_edited: false,
            is_deleted: false,
            is_unfolded: false,
            columns,
        };
        self.layout(key, &unsent.text, true)
    }

    /// Folds a long message, or unfolds it.
    pub fn toggle_fold(&mut self, id: MessageId) {
        if !self.unfolded.remove(&id) {
            self.unfolded.insert(id);
        }
        if self.unfolded.len() > UNFOLDED_MAX {
            self.unfolded.pop_first();
        }
    }

    fn layout(&self, key: Key, raw: &str, says_something: bool) -> Rc<Layout> {
        let mut kept = self.kept.borrow_mut();
        if let Some(layout) = kept.young.get(&key) {
            return layout.clone();
        }
        let layout = match kept.old.remove(&key) {
            Some(layout) => layout,
            None => Rc::new(Layout::new(&key, raw, says_something)),
        };
        kept.keep(key, layout.clone());
        layout
    }
}

impl Kept {
    fn keep(&mut self, key: Key, layout: Rc<Layout>) {
        self.bytes += layout.bytes();
        if self.bytes > LAYOUT_BYTES_MAX / 2 {
            (self.old, self.bytes) = (mem::take(&mut self.young), layout.bytes());
        }
        self.young.insert(key, layout);
    }
}

impl Layout {
    fn new(key: &Key, raw: &str, says_something: bool) -> Self {
        let markup = if key.is_deleted { Markup::default() } else { Markup::read(raw) };
        let mut rows = match markup.blocks.is_empty() && !says_something {
            true => Vec::new(),
            false => lay_out(&markup, key.columns),
        };
        match (key.is_deleted, key.is_edited) {
            (true, _) => rows = vec![note(DELETED)],
            (false, true) => add_note(&mut rows, EDITED, key.columns),
            (false, false) => {}
        }
        let folded = match rows.len() {
            count if count > FOLD_FROM_ROWS && !key.is_unfolded => count - FOLDED_ROWS,
            _ => 0,
        };
        rows.truncate(rows.len() - folded);
        rows.shrink_to_fit();
        let codes = markup.blocks.into_iter().enumerate();
        let codes = codes.filter_map(|(block, of)| match of.content {
            Content::Code(code) => Some(CodeBlock::new(block, code)),
            Content::Text(_) | Content::Rule => None,
        });
        Self { rows, folded, codes: codes.collect() }
    }

    fn bytes(&self) -> usize {
        let of_text = |text: &SafeText| size_of::<SafeText>() + text.as_str().len();
        let of_span = |span: &Span| size_of::<Span>() + of_text(&span.text);
        let of_row = |row: &Row| size_of::<Row>() + row.spans.iter().map(of_span).sum::<usize>();
        let codes = self.codes.iter().map(|of| size_of::<Code>() + of_text(&of.code.text));
        size_of::<(Key, Self)>()
            + self.rows.iter().map(of_row).sum::<usize>()
            + codes.sum::<usize>()
    }
}

impl CodeBlock {
    fn new(block: usize, code: Code) -> Self {
        let mut hasher = DefaultHasher::new();
        (code.language.as_str(), code.text.as_str()).hash(&mut hasher);
        Self { block, fingerprint: hasher.finish(), code: Arc::new(code) }
    }
}

fn note(words: &str) -> Row {
    let span = Span { text: SafeText::line(words), role: Role::Mark, ..Span::default() };
    Row { spans: vec![span], ..Row::default() }
}

/// On the last row if it has room, and is no row of a block of code.
fn add_note(rows: &mut Vec<Row>, words: &str, columns: usize) {
    let note = note(words);
    let width = |row: &Row| row.spans.iter().map(|span| span.text.width()).sum::<usize>();
    let is_words = |row: &Row| row.spans.iter().any(|span| span.role != Role::Mark);
    match rows.last_mut() {
        Some(last) if is_words(last) && width(last) + width(&note) <= columns => {
            last.spans.extend(note.spans);
        }
        _ => rows.push(Row { spans: vec![trimmed(words)], ..note }),
    }
}

fn trimmed(words: &str) -> Span {
    Span { text: SafeText::line(words.trim()), role: Role::Mark, ..Span::default() }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use jiff::civil::Date;
    use pail_protocol::MessageId;

    use super::{Entry, FOLDED_ROWS, LAYOUT_BYTES_MAX, Layouts, UNFOLDED_MAX};

    fn entry(id: i64, text: &str) -> Entry {
        let json = serde_json::json!({
            "id": id, "seq": id, "channel": 1, "created_at": "2026-01-01T00:00:00Z",
            "message_text": text,
            "sender": { "id": 1, "username": "ana", "name": "Ana", "email": "" },
        });
        Entry::of_message(&serde_json::from_value(json).expect("a message"), |_| Date::ZERO)
    }

    #[test]
    fn what_twenty_screens_say_is_laid_out_once() {
        let layouts = Layouts::default();
        let text =
            "An *ordinary* message of one or two lines, with a `word` of code in it. ".repeat(2);
        let entries: Vec<_> = (1..=500).map(|id| entry(id, &text)).collect();
        let first: Vec<_> = entries.iter().map(|entry| layouts.of_entry(entry, 60)).collect();
        for (entry, layout) in entries.iter().zip(first) {
            assert!(Rc::ptr_eq(&layouts.of_entry(entry, 60), &layout));
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let layouts = Layouts::default();
        let long = "*a* ".repeat(4_000);
        for id in 1..=200 {
            drop(layouts.of_entry(&entry(id, &long), 8));
        }
        let kept = layouts.kept.borrow();
        let bytes = |layouts: &super::BTreeMap<_, Rc<super::Layout>>| {
            layouts.values().map(|layout| layout.bytes()).sum::<usize>()
        };
        assert!(bytes(&kept.young) + bytes(&kept.old) <= LAYOUT_BYTES_MAX);
    }

    #[test]
    fn a_message_that_says_something_else_is_laid_out_anew() {
        let layouts = Layouts::default();
        let shown = |entry: &Entry| layouts.of_entry(entry, 40).rows[0].spans[0].text.to_string();
        assert_eq!(shown(&entry(1, "one")), "one");
        assert_eq!(shown(&entry(1, "two")), "two");
    }

    #[test]
    fn only_so_many_are_unfolded() {
        let mut layouts = Layouts::default();
        let long = "a\n".repeat(100);
        (1..=UNFOLDED_MAX as i64 + 1).for_each(|id| layouts.toggle_fold(MessageId(id)));
        let rows = |id| layouts.of_entry(&entry(id, &long), 40).rows.len();
        assert_eq!((rows(1), rows(2)), (FOLDED_ROWS, 100));
    }
}
