//! What a message says as blocks of styled spans: the Markdown that people write in a chat.
//!
//! Every leaf is [`SafeText`]. It knows nothing of widths, colours or who reads; HTML is plain text,
//! images are links, and nothing that was written is hidden behind what is shown.

mod layout;
mod link;
mod protect;
mod reader;
mod words;

use super::SafeText;
pub use layout::{Row, RowSource, lay_out};
pub use link::{LINK_BYTES_MAX, Link};

/// Quotes and list items within each other that are told apart. Deeper ones look like the last.
pub const NESTING_MAX: usize = 6;

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markup {
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a message that stands on rows of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What stands before its first row: the bars of quotes, the mark of a list's item.
    pub first: SafeText,
    /// What stands before its other rows.
    pub rest: SafeText,
    /// What stands on the empty row before it, if there is one.
    pub apart: Option<SafeText>,
    /// What it says.
    pub content: Content,
}

/// What a block says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Words, of one or more lines.
    Text(Vec<Span>),
    /// Code, never re-flowed.
    Code(Code),
    /// A line across.
    Rule,
}

/// A block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Its number in the message, from one.
    pub number: usize,
    /// What its author wrote behind the fence; empty when nothing.
    pub language: SafeText,
    /// The code as it is shown. To the byte it is in [`code_blocks`].
    pub text: SafeText,
}

/// A stretch of text that looks the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// The text.
    pub text: SafeText,
    /// What it is.
    pub role: Role,
    /// How it is stressed.
    pub stress: Stress,
    /// Where it leads, when it says so itself.
    pub link: Option<Link>,
}

/// What a span is. How that looks is for others to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    /// Words.
    #[default]
    Plain,
    /// Code among words.
    InlineCode,
    /// A row of a block of code.
    Code,
    /// A URL, or words that are a link.
    Link,
    /// `@somebody`.
    Mention,
    /// `#somewhere`.
    Channel,
    /// A bar, a bullet, a line: nothing that was written.
    Mark,
    /// The number of a block of code.
    Number,
}

/// How a span is stressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "the words say it")]
pub struct Stress {
    pub is_strong: bool,
    pub is_emphasised: bool,
    pub is_struck: bool,
}

impl Markup {
    /// Reads what somebody wrote, to the byte.
    #[must_use]
    pub fn read(raw: &str) -> Self {
        Self { blocks: reader::read(raw) }
    }

    /// What it says, on one line and without any markup.
    #[must_use]
    pub fn words(&self) -> SafeText {
        let blocks = self.blocks.iter().map(|block| match &block.content {
            Content::Text(spans) => spans.iter().map(|span| span.text.as_str()).collect(),
            Content::Code(code) => code.text.as_str().to_owned(),
            Content::Rule => String::new(),
        });
        let words = blocks.collect::<Vec<String>>().join(" ");
        SafeText::line(words.split_whitespace().collect::<Vec<_>>().join(" ").as_str())
    }

    /// The blocks of code.
    pub fn codes(&self) -> impl Iterator<Item = &Code> {
        self.blocks.iter().filter_map(|block| match &block.content {
            Content::Code(code) => Some(code),
            Content::Text(_) | Content::Rule => None,
        })
    }
}

/// What the blocks of code in a message say to the byte, in the order of their numbers.
#[must_use]
pub fn code_blocks(raw: &str) -> Vec<String> {
    reader::code_blocks(raw)
}

impl Span {
    fn new(text: SafeText, role: Role) -> Self {
        Self { text, role, ..Self::default() }
    }
}

#[cfg(test)]
mod tests;
