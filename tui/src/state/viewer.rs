//! The pictures of a message on the whole screen, one at a time. What they show is not its business.

use super::entry::{Entry, File};
use super::pictures::is_picture;

/// The pictures of a message, and which of them is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    files: Vec<File>,
    at: usize,
}

impl Viewer {
    /// From the first picture of a message on, if it has any.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        let files: Vec<File> = entry.files.iter().filter(|it| is_picture(it)).cloned().collect();
        (!files.is_empty()).then_some(Self { files, at: 0 })
    }

    /// The one that is seen.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.files[self.at]
    }

    /// Which one that is, from one, and of how many.
    #[must_use]
    pub fn place(&self) -> (usize, usize) {
        (self.at + 1, self.files.len())
    }

    /// The next one, or the one before; behind the last comes the first.
    pub fn step(&mut self, is_forward: bool) {
        let count = self.files.len();
        self.at = (self.at + if is_forward { 1 } else { count - 1 }) % count;
    }
}
