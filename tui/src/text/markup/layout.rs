//! From blocks to rows of at most so many columns.
//!
//! Words wrap, code is broken only where it must be and says so. What stands before a row hangs: a
//! list's mark is on its first row only, the bar of a quote on all.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{Block, Code, Content, Markup, Role, Span};
use crate::text::wrap::{COLUMNS_MIN, wrap};
use crate::text::{SafeText, bidi, columns};

/// Widest rule, in columns. Those around code are as wide as the code.
const RULE_COLUMNS_MAX: usize = 40;
/// Narrowest rule around code, in columns.
const CODE_RULE_COLUMNS_MIN: usize = 16;
/// What a row begins with that continues a line of code.
const CONTINUED: &str = "↪ ";
/// Fewest columns at which what continues is marked.
const CONTINUED_FROM_COLUMNS: usize = 8;

/// A row of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// From left to right as it is read.
    pub spans: Vec<Span>,
    /// Whether it is read from right to left.
    pub is_rtl: bool,
    /// What it is part of.
    pub source: RowSource,
}

/// What a row is part of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowSource {
    /// Which block of the message.
    pub block: usize,
    /// Which bytes of the shown code, when it is a row of code.
    pub code: Option<Range<usize>>,
}

/// The rows of a message. It has at least one.
#[must_use]
pub fn lay_out(markup: &Markup, columns: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, block) in markup.blocks.iter().enumerate() {
        Rows { rows: &mut rows, index, block, columns }.lay_out();
    }
    if rows.is_empty() {
        rows.push(Row::default());
    }
    rows
}

struct Rows<'a> {
    rows: &'a mut Vec<Row>,
    index: usize,
    block: &'a Block,
    columns: usize,
}

impl Rows<'_> {
    fn lay_out(mut self) {
        if let Some(apart) = &self.block.apart {
            let lead = tail(apart, self.lead_max());
            self.push_after(lead, Vec::new(), None);
        }
        let begun = self.rows.len();
        match &self.block.content {
            Content::Text(spans) => self.text(spans, begun),
            Content::Code(code) => self.code(code, begun),
            Content::Rule => {
                let width = self.room().min(RULE_COLUMNS_MAX);
                self.push(begun, vec![mark("─".repeat(width))], None);
            }
        }
    }

    /// Columns beside what stands before the rows.
    fn room(&self) -> usize {
        let lead = self.block.first.width().max(self.block.rest.width());
        self.columns - lead.min(self.lead_max())
    }

    /// Most columns that stand before a row: half of them, and never those of a wide character.
    fn lead_max(&self) -> usize {
        (self.columns / 2).min(self.columns.saturating_sub(COLUMNS_MIN))
    }

    fn text(&mut self, spans: &[Span], begun: usize) {
        let text: String = spans.iter().map(|span| span.text.as_str()).collect();
        let mut rest = Cursor { spans, at: 0 };
        let mut is_rtl = false;
        for range in wrap(&text, self.room()) {
            if range.start == 0 || text[..range.start].ends_with('\n') {
                let line = text[range.start..].split('\n').next().unwrap_or_default();
                is_rtl = bidi::is_rtl(line);
            }
            let spans = rest.cut(range);
            self.push(begun, spans, None);
            if let Some(row) = self.rows.last_mut() {
                row.is_rtl = is_rtl;
            }
        }
    }

    fn code(&mut self, code: &Code, begun: usize) {
        let room = self.room();
        let text = code.text.as_str();
        let widest = text.lines().map(columns).max().unwrap_or(0);
        let language = code.language.as_str();
        let title = format!("{}{language} ", if language.is_empty() { "" } else { " " });
        let title = SafeText::line(&title);
        let number = Span::new(SafeText::line(&code.number.to_string()), Role::Number);
        let titled = number.text.width() + title.width();
        let width = widest.max(CODE_RULE_COLUMNS_MIN).max(titled + 2).min(room);
        let line = "─".repeat(width.saturating_sub(titled));
        let title = Span::new(title.cut(room.saturating_sub(number.text.width())), Role::Mark);
        self.push(begun, vec![number, title, mark(line)], None);
        let mut start = 0;
        for line in text.split('\n') {
            self.code_line(line, start, room, begun);
            start += line.len() + 1;
        }
        self.push(begun, vec![mark("─".repeat(width))], None);
    }

    fn code_line(&mut self, line: &str, start: usize, room: usize, begun: usize) {
        let continued = if room < CONTINUED_FROM_COLUMNS { 0 } else { columns(CONTINUED) };
        for (index, range) in broken(line, room, continued).into_iter().enumerate() {
            let mut spans = Vec::with_capacity(2);
            if index > 0 && continued > 0 {
                spans.push(mark(CONTINUED));
            }
            spans.push(Span::new(SafeText::line(&line[range.clone()]), Role::Code));
            self.push(begun, spans, Some(start + range.start..start + range.end));
        }
    }

    fn push(&mut self, begun: usize, spans: Vec<Span>, code: Option<Range<usize>>) {
        let is_first = self.rows.len() == begun;
        let lead = if is_first { &self.block.first } else { &self.block.rest };
        let lead = tail(lead, self.lead_max());
        self.push_after(lead, spans, code);
    }

    fn push_after(&mut self, lead: SafeText, mut spans: Vec<Span>, code: Option<Range<usize>>) {
        if !lead.as_str().is_empty() {
            spans.insert(0, Span::new(lead, Role::Mark));
        }
        let source = RowSource { block: self.index, code };
        self.rows.push(Row { spans, is_rtl: false, source });
    }
}

fn mark(text: impl AsRef<str>) -> Span {
    Span::new(SafeText::line(text.as_ref()), Role::Mark)
}

/// The end of a text that fits: what is deepest counts most.
fn tail(text: &SafeText, room: usize) -> SafeText {
    let mut rest = text.as_str();
    while columns(rest) > room {
        let next = rest.chars().next().map_or(0, char::len_utf8);
        rest = &rest[next..];
    }
    SafeText::line(rest)
}

/// A line of code in pieces, of which all but the first leave room for a mark.
fn broken(line: &str, room: usize, mark: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut start, mut width) = (0, 0);
    for (at, grapheme) in line.grapheme_indices(true) {
        let wide = columns(grapheme);
        let room = if pieces.is_empty() { room } else { room - mark };
        if width + wide > room && at > start {
            pieces.push(start..at);
            (start, width) = (at, 0);
        }
        width += wide;
    }
    pieces.push(start..line.len());
    pieces
}

/// Cuts rows out of spans, from the first on.
struct Cursor<'a> {
    spans: &'a [Span],
    /// Where the first span that is left begins.
    at: usize,
}

impl Cursor<'_> {
    fn cut(&mut self, row: Range<usize>) -> Vec<Span> {
        let mut cut = Vec::new();
        while let Some((span, later)) = self.spans.split_first() {
            let text = span.text.as_str();
            let end = self.at + text.len();
            let (from, to) = (row.start.max(self.at), row.end.min(end));
            if from < to {
                let part = SafeText::line(&text[from - self.at..to - self.at]);
                cut.push(Span { text: part, ..span.clone() });
            }
            if end > row.end {
                break;
            }
            (self.spans, self.at) = (later, end);
        }
        cut
    }
}
