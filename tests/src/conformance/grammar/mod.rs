//! Case files: from text to clauses. Nothing here runs anything.
//!
//! `outline` turns lines into a tree, `file` reads setups and clauses from it, `step` and
//! `expectation` the lines below them; `template`, `pattern` and `path` are what those are made of.

pub mod expectation;
pub mod file;
mod matrix;
mod names;
pub mod outline;
pub mod path;
pub mod pattern;
mod step;
pub mod template;

pub use expectation::{Expectation, Order, Subject, Test};
pub use file::{CaseFile, Clause, Document, Need, Quote, Setup};
pub use path::Path;
pub use pattern::{Item, Kind, Pattern};
pub use step::{Action, Actor, Body, Hearing, Part, Role, Step};
pub use template::{Reference, Scope, Template};

/// What is wrong with a line of a case file, in words that follow `file:line: `.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {sentence}")]
pub struct CaseError {
    /// The file, as it was named.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What was expected and what is there instead.
    pub sentence: String,
}

/// A [`CaseError`] that does not know its place yet.
pub type Sentence = String;

/// `expected …, found …`.
pub(crate) fn expected(what: &str, found: &str) -> Sentence {
    match found.trim() {
        "" => format!("expected {what}, found the end of the line"),
        found => {
            let shown: String = found.chars().take(60).collect();
            format!("expected {what}, found `{shown}`")
        }
    }
}

/// Takes the first word off a text: the word, and the rest without the blanks before it.
pub(crate) fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(' ').unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

/// Whether a text can name a user, a bucket, a channel, a socket or a captured value.
pub(crate) fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_lowercase())
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// A name, or the sentence that says what is there instead.
pub(crate) fn name(what: &str, text: &str) -> Result<String, Sentence> {
    if is_name(text) {
        Ok(text.to_owned())
    } else {
        Err(expected(&format!("{what} in lower case letters, digits and `_`"), text))
    }
}
