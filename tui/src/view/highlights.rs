//! What is what in the blocks of code that are drawn, as far as it is known.
//!
//! Drawing never waits: a block that is not known is drawn plainly and asked for, and whoever draws
//! takes the wishes on. What is kept is bounded; what is not looked at goes first.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::rc::Rc;

use crate::state::layouts::CodeBlock;
use crate::text::highlight::Stretch;

/// Stretches that are kept. All blocks that fit on a screen of 150 rows have fewer, whatever is in
/// them, so that drawing comes to rest.
pub const STRETCHES_KEPT_MAX: usize = 200_000;

/// What is known of blocks of code, by their fingerprints.
#[derive(Debug, Default)]
pub struct Highlights(RefCell<Known>);

/// Two generations: what is used again is young again, and the old are let go together.
#[derive(Debug, Default)]
struct Known {
    young: BTreeMap<u64, Rc<[Stretch]>>,
    old: BTreeMap<u64, Rc<[Stretch]>>,
    /// Of the young.
    stretches: usize,
    asked: BTreeSet<u64>,
    wanted: Vec<CodeBlock>,
}

impl Highlights {
    /// What is known of a block; when it is nothing, it is asked for once.
    pub(super) fn of(&self, code: &CodeBlock) -> Option<Rc<[Stretch]>> {
        if code.code.language.as_str().is_empty() {
            return None;
        }
        let mut known = self.0.borrow_mut();
        if let Some(stretches) = known.young.get(&code.fingerprint) {
            return Some(stretches.clone());
        }
        if let Some(stretches) = known.old.remove(&code.fingerprint) {
            known.keep(code.fingerprint, stretches.clone());
            return Some(stretches);
        }
        if known.asked.insert(code.fingerprint) {
            known.wanted.push(code.clone());
        }
        None
    }

    /// The blocks that were drawn plainly for want of knowledge, once each.
    pub fn take_wanted(&mut self) -> Vec<CodeBlock> {
        mem::take(&mut self.0.get_mut().wanted)
    }

    /// What became of a wish; nothing when it may be asked again.
    pub fn learn(&mut self, fingerprint: u64, stretches: Option<Vec<Stretch>>) {
        let known = self.0.get_mut();
        known.asked.remove(&fingerprint);
        if let Some(stretches) = stretches {
            known.keep(fingerprint, stretches.into());
        }
    }
}

impl Known {
    fn keep(&mut self, fingerprint: u64, stretches: Rc<[Stretch]>) {
        self.stretches += stretches.len();
        if self.stretches > STRETCHES_KEPT_MAX / 2 {
            (self.old, self.stretches) = (mem::take(&mut self.young), stretches.len());
        }
        self.young.insert(fingerprint, stretches);
    }
}
