//! What of a channel is on this machine, and what of that is up to date. Pure.
//!
//! Every event of a channel has a number and none is left out, so whatever was lost on the way
//! (a frame that found no room, a night without a connection) is seen as a step in the numbers:
//! from there on a new range begins, and what was there before may have changed since.

use pail_protocol::Seq;

use crate::state::page::PRESENT;
use crate::state::spans::{Span, Spans};

/// The ranges of one channel of which all messages are here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Coverage {
    /// The newest event that was heard of, without a step since the ranges that are fresh.
    pub(super) cursor: Option<Seq>,
    /// Ranges of which every change up to the cursor is known.
    pub(super) fresh: Spans,
    /// Ranges of which it is not.
    pub(super) stale: Spans,
}

/// A part of a range that answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) span: Span,
    pub(super) is_stale: bool,
}

impl Coverage {
    /// An event came. Whether it is news.
    pub(super) fn event(&mut self, seq: Seq) -> bool {
        match self.cursor {
            Some(cursor) if seq <= cursor => return false,
            Some(cursor) if seq.0 == cursor.0.saturating_add(1) => {}
            _ => self.age(),
        }
        self.fresh.insert(Span::new(before(seq), seq));
        self.cursor = Some(seq);
        true
    }

    /// The connection is live and the channel stands at `last`; `recovered` when everything up to
    /// there has been replayed.
    pub(super) fn resumed(&mut self, last: Seq, recovered: bool) {
        if !recovered || self.cursor.is_none_or(|cursor| cursor < last) {
            self.age();
            self.cursor = Some(last);
        }
    }

    /// A page came from the server. Returns the range it stands for.
    pub(super) fn page(&mut self, span: Span, last: Option<Seq>, is_fresh: bool) -> Span {
        let known = last.max(self.cursor).unwrap_or(span.after);
        let upto = if span.upto == PRESENT { known } else { span.upto };
        let span = Span::new(span.after, upto);
        if is_fresh {
            self.stale.remove(span);
            self.fresh.insert(span);
        } else {
            self.stale.insert(span);
            self.fresh.iter().for_each(|fresh| self.stale.remove(fresh));
        }
        span
    }

    /// What was let go, up to here.
    pub(super) fn forget_to(&mut self, seq: Seq) {
        let gone = Span::new(Seq(i64::MIN), seq);
        self.fresh.remove(gone);
        self.stale.remove(gone);
    }

    /// What is up to date of what ends at an event.
    pub(super) fn fresh_at(&self, seq: Seq) -> Option<Found> {
        self.fresh.around(seq).map(|span| Found { span, is_stale: false })
    }

    /// What there is of what ends at an event, or at the next older one of which there is anything.
    pub(super) fn at_or_below(&self, seq: Seq) -> Option<Found> {
        let stale = |span| Found { span, is_stale: true };
        let here = self.fresh_at(seq).or_else(|| self.stale.around(seq).map(stale));
        here.or_else(|| {
            let fresh = self.fresh.below(seq).map(|span| Found { span, is_stale: false });
            let lower = [fresh, self.stale.below(seq).map(stale)].into_iter().flatten();
            lower.max_by_key(|found| found.span.upto)
        })
    }

    /// What there is of what begins with an event, or with the next newer one of which there is
    /// anything.
    pub(super) fn at_or_above(&self, seq: Seq) -> Option<Found> {
        let stale = |span| Found { span, is_stale: true };
        let here = self.fresh_at(seq).or_else(|| self.stale.around(seq).map(stale));
        here.or_else(|| {
            let fresh = self.fresh.above(seq).map(|span| Found { span, is_stale: false });
            let upper = [fresh, self.stale.above(seq).map(stale)].into_iter().flatten();
            upper.min_by_key(|found| found.span.after)
        })
    }

    /// Changes may have been missed.
    fn age(&mut self) {
        std::mem::take(&mut self.fresh).iter().for_each(|span| self.stale.insert(span));
        self.cursor = None;
    }
}

fn before(seq: Seq) -> Seq {
    Seq(seq.0.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pail_protocol::Seq;
    use proptest::prelude::*;

    use super::{Coverage, Span};

    #[derive(Debug, Clone)]
    enum Step {
        /// So many events happen while we listen.
        Hear(i64),
        /// So many happen while we do not.
        Miss(i64),
        /// We listen again; the server replays what was missed, or says that it does not.
        Resume(bool),
        /// A page of what is before an event.
        Page(i64, i64),
        /// Old messages are let go.
        Forget(i64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            (1i64..5).prop_map(Step::Hear),
            (1i64..5).prop_map(Step::Miss),
            any::<bool>().prop_map(Step::Resume),
            (0i64..60, 1i64..8).prop_map(|(end, len)| Step::Page(end, len)),
            (0i64..20).prop_map(Step::Forget),
        ];
        proptest::collection::vec(step, 0..60)
    }

    /// What is true of every event, kept one by one: whether we have it, and up to which event of
    /// the channel we know what became of it.
    #[derive(Default)]
    struct Model {
        last: i64,
        cursor: i64,
        is_listening: bool,
        known_to: BTreeMap<i64, i64>,
    }

    impl Model {
        fn hear(&mut self, coverage: &mut Coverage) {
            self.last += 1;
            if self.is_listening {
                self.take(self.last, coverage);
            }
        }

        fn take(&mut self, seq: i64, coverage: &mut Coverage) {
            coverage.event(Seq(seq));
            // Whoever hears an event of the channel knows what became of all that was current.
            for known in self.known_to.values_mut().filter(|known| **known == self.cursor) {
                *known = seq;
            }
            self.known_to.insert(seq, seq);
            self.cursor = seq;
        }
    }

    proptest! {
        /// Whatever happens, what counts as here is here, and what counts as fresh is current.
        #[test]
        fn what_is_said_to_be_here_is_here_and_what_is_said_to_be_fresh_is(steps in steps()) {
            let mut model = Model { is_listening: true, ..Model::default() };
            let mut coverage = Coverage { cursor: Some(Seq(0)), ..Coverage::default() };
            for step in steps {
                match step {
                    Step::Hear(count) => (0..count).for_each(|_| model.hear(&mut coverage)),
                    Step::Miss(count) => {
                        model.is_listening = false;
                        model.last += count;
                    }
                    Step::Resume(recovered) => {
                        if recovered {
                            (model.cursor + 1..=model.last)
                                .for_each(|seq| model.take(seq, &mut coverage));
                        }
                        coverage.resumed(Seq(model.last), recovered);
                        (model.cursor, model.is_listening) = (model.last, true);
                    }
                    Step::Page(end, len) => {
                        let end = end.min(model.last);
                        let after = (end - len).max(0);
                        if model.is_listening && after < end {
                            coverage.page(Span::new(Seq(after), Seq(end)), Some(Seq(end)), true);
                            (after + 1..=end).for_each(|seq| {
                                model.known_to.insert(seq, model.last);
                            });
                        }
                    }
                    Step::Forget(upto) => {
                        coverage.forget_to(Seq(upto));
                        model.known_to.retain(|seq, _| *seq > upto);
                    }
                }
            }
            for seq in 0..=model.last + 2 {
                let found = coverage.at_or_below(Seq(seq)).filter(|f| f.span.contains(Seq(seq)));
                prop_assert_eq!(found.is_some(), model.known_to.contains_key(&seq));
                if found.is_some_and(|found| !found.is_stale) {
                    prop_assert_eq!(model.known_to[&seq], model.cursor);
                }
            }
        }
    }
}
