//! What was done to a draft, so that it can be undone and done again.
//!
//! What is typed or erased in one go is one step, up to the end of a word. It holds pieces, never
//! whole drafts, and knows nothing of carets beyond where one stood.

use std::collections::VecDeque;

/// Steps that can be undone.
pub const STEPS_MAX: usize = 200;
/// Most bytes all steps of a draft hold together; the oldest go first.
pub const STEPS_BYTES_MAX: usize = 256 * 1024;

/// A piece of text in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// Where, in bytes.
    pub at: usize,
    /// What was there.
    pub removed: String,
    /// What is there.
    pub inserted: String,
    /// Where the caret stood before.
    pub caret: usize,
    /// Whether the first character was typed before; after, once it is undone.
    pub is_start_typed: bool,
}

/// The steps, and those that were undone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
    bytes: usize,
    /// Whether the last step may still grow.
    is_open: bool,
}

impl History {
    /// Something was done. What was undone before it cannot be done again.
    pub(super) fn record(&mut self, step: Step) {
        self.undone.clear();
        self.bytes += step.bytes();
        let goes_on = self.is_open && step.is_small();
        let rest = match self.done.back_mut().filter(|_| goes_on) {
            Some(last) => last.join(step),
            None => Some(step),
        };
        self.is_open = rest.as_ref().is_none_or(Step::is_small);
        self.done.extend(rest);
        while self.done.len() > STEPS_MAX || self.bytes > STEPS_BYTES_MAX {
            let Some(oldest) = self.done.pop_front() else { break };
            self.bytes -= oldest.bytes();
        }
    }

    /// What follows is a step of its own.
    pub(super) fn pause(&mut self) {
        self.is_open = false;
    }

    /// The step that is undone now.
    pub(super) fn undo(&mut self) -> Option<&mut Step> {
        self.is_open = false;
        let step = self.done.pop_back()?;
        self.bytes -= step.bytes();
        self.undone.push(step);
        self.undone.last_mut()
    }

    /// The step that is done again now.
    pub(super) fn redo(&mut self) -> Option<&mut Step> {
        self.is_open = false;
        let step = self.undone.pop()?;
        self.bytes += step.bytes();
        self.done.push_back(step);
        self.done.back_mut()
    }
}

impl Step {
    fn bytes(&self) -> usize {
        self.removed.len() + self.inserted.len()
    }

    /// Whether it is one key's work.
    fn is_small(&self) -> bool {
        self.removed.is_empty() && self.inserted.chars().count() == 1 || self.inserted.is_empty()
    }

    /// Takes in what follows, or gives it back when it is something else.
    fn join(&mut self, next: Self) -> Option<Self> {
        let is_typed = self.removed.is_empty() && next.removed.is_empty();
        let is_erased = self.inserted.is_empty() && next.inserted.is_empty();
        if is_typed && next.at == self.at + self.inserted.len() {
            if begins_word(&self.inserted, &next.inserted) {
                return Some(next);
            }
            self.inserted.push_str(&next.inserted);
        } else if is_erased && next.at + next.removed.len() == self.at {
            self.removed.insert_str(0, &next.removed);
            self.at = next.at;
        } else if is_erased && next.at == self.at {
            self.removed.push_str(&next.removed);
        } else {
            return Some(next);
        }
        None
    }
}

fn begins_word(before: &str, next: &str) -> bool {
    before.ends_with(char::is_whitespace) && !next.starts_with(char::is_whitespace)
}
