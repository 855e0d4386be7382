//! What leaves the chat for the machine: a file or a text that is saved, a text that goes through a
//! command. It says what is meant; what is done about it is done at the edge.

use std::fmt;

use pail_protocol::AttachmentId;

use super::entry::{Entry, File};

/// How long a command may take.
pub const PIPE_SECONDS_MAX: u64 = 10;
/// Most bytes of what a command says that are read.
pub const PIPE_OUTPUT_BYTES_MAX: usize = 64 * 1024;
/// What a file is called whose name says nothing.
const NAMELESS: &str = "file";

/// Names the exports of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ExportId(pub u64);

/// What is to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A file that came with a message.
    Attachment {
        /// Which one.
        id: AttachmentId,
        /// How long the server says it is.
        bytes: u64,
    },
    /// What a message says.
    Text(String),
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piped {
    /// What it said, as it came.
    pub output: String,
    /// How it ended.
    pub ending: Ending,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this code.
    Code(i32),
    /// By a signal.
    Signal,
    /// It took too long and was stopped.
    TooLate,
    /// It said too much and was stopped.
    TooMuch,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "ended with {code}"),
            Self::Signal => f.write_str("was killed"),
            Self::TooLate => write!(f, "stopped after {PIPE_SECONDS_MAX} seconds"),
            Self::TooMuch => write!(f, "stopped after {} KiB", PIPE_OUTPUT_BYTES_MAX / 1024),
        }
    }
}

/// Something that can be saved, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Savable {
    /// A name, never a path: what others call their files leads nowhere.
    pub name: String,
    /// What it is.
    pub content: Content,
}

impl Savable {
    /// A file that came with a message.
    #[must_use]
    pub fn file(file: &File) -> Self {
        let content = Content::Attachment { id: file.id, bytes: file.size };
        Self { name: own_name(file.name.as_str()), content }
    }

    /// What a message says: its code when that is one block, else all of it.
    #[must_use]
    pub fn text(entry: &Entry) -> Self {
        let (is_code, text) = text_of(entry);
        let kind = if is_code { "code" } else { "message" };
        Self { name: format!("{kind}-{}.txt", entry.id), content: Content::Text(text) }
    }
}

/// What of a message is meant where its text is: its code when that is one block, else all of it
/// as it was written. Whether it is code.
#[must_use]
pub fn text_of(entry: &Entry) -> (bool, String) {
    let mut blocks = entry.code_blocks();
    match blocks.len() {
        1 => (true, blocks.swap_remove(0)),
        _ => (false, entry.raw().to_owned()),
    }
}

fn own_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim_start_matches(['.', '~']);
    if name.trim().is_empty() { NAMELESS.to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::own_name;

    #[test]
    fn a_name_leads_nowhere() {
        let names = ["notes.txt", "../../.bashrc", "C:\\x\\y.exe", "..", "~", ".profile", " "];
        let own = ["notes.txt", "bashrc", "y.exe", "file", "file", "profile", "file"];
        assert_eq!(names.map(own_name), own);
    }
}
