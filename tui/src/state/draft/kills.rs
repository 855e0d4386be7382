//! What was killed, newest last, to be yanked again. What is killed in one go is one piece.

use std::collections::VecDeque;

/// Pieces that can be yanked.
pub const KILLS_MAX: usize = 8;

/// The killed pieces of a draft, and which of them is next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Kills {
    pieces: VecDeque<String>,
}

impl Kills {
    /// A piece of its own.
    pub(super) fn push(&mut self, piece: String) {
        self.pieces.push_back(piece);
        if self.pieces.len() > KILLS_MAX {
            self.pieces.pop_front();
        }
    }

    /// More of the newest piece: what stood after it, or before.
    pub(super) fn grow(&mut self, more: &str, is_after: bool) {
        if let Some(newest) = self.pieces.back_mut() {
            let at = if is_after { newest.len() } else { 0 };
            newest.insert_str(at, more);
        }
    }

    /// What is yanked.
    pub(super) fn newest(&self) -> Option<&str> {
        self.pieces.back().map(String::as_str)
    }

    /// Makes the piece before the newest one.
    pub(super) fn turn(&mut self) {
        self.pieces.rotate_right(1.min(self.pieces.len()));
    }
}
