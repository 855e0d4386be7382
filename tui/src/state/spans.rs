//! Sets of ranges of a channel's numbers: what of it is there, or is not.
//!
//! Ranges are open below and closed above, as cursors are: `(after, upto]`. They know nothing of
//! messages.

use std::collections::BTreeMap;

use pail_protocol::Seq;

/// Everything beyond `after`, up to `upto` and with it. Empty when they are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the words say it")]
pub struct Span {
    pub after: Seq,
    pub upto: Seq,
}

/// Ranges that neither overlap nor touch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spans {
    /// Where each begins, by where it ends.
    ranges: BTreeMap<Seq, Seq>,
}

impl Span {
    /// A range; empty when its ends are the wrong way round.
    #[must_use]
    pub fn new(after: Seq, upto: Seq) -> Self {
        Self { after, upto: upto.max(after) }
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.after >= self.upto
    }

    /// Whether a number is in it.
    #[must_use]
    pub fn contains(&self, seq: Seq) -> bool {
        self.after < seq && seq <= self.upto
    }
}

impl Spans {
    /// The ranges, lowest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Span> {
        self.ranges.iter().map(|(upto, after)| Span { after: *after, upto: *upto })
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Adds a range; what it overlaps or touches becomes one with it.
    pub fn insert(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        let Span { mut after, mut upto } = span;
        let touching: Vec<Span> =
            self.from(after).take_while(|known| known.after <= upto).collect();
        for known in touching {
            self.ranges.remove(&known.upto);
            (after, upto) = (after.min(known.after), upto.max(known.upto));
        }
        self.ranges.insert(upto, after);
    }

    /// Takes a range out.
    pub fn remove(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        let cut: Vec<Span> = self.from(span.after).take_while(|k| k.after < span.upto).collect();
        for known in cut {
            self.ranges.remove(&known.upto);
            let parts = [
                Span::new(known.after, span.after.min(known.upto)),
                Span::new(span.upto.max(known.after), known.upto),
            ];
            for part in parts.into_iter().filter(|part| !part.is_empty()) {
                self.ranges.insert(part.upto, part.after);
            }
        }
    }

    /// The range a number is in.
    #[must_use]
    pub fn around(&self, seq: Seq) -> Option<Span> {
        self.from(seq).next().filter(|span| span.contains(seq))
    }

    /// The highest range that ends below a number.
    #[must_use]
    pub fn below(&self, seq: Seq) -> Option<Span> {
        let (upto, after) = self.ranges.range(..seq).next_back()?;
        Some(Span { after: *after, upto: *upto })
    }

    /// The lowest range that begins at a number or above it.
    #[must_use]
    pub fn above(&self, seq: Seq) -> Option<Span> {
        self.from(seq).find(|span| span.after >= seq)
    }

    /// Those that end at a number or above it, lowest first.
    fn from(&self, seq: Seq) -> impl Iterator<Item = Span> {
        self.ranges.range(seq..).map(|(upto, after)| Span { after: *after, upto: *upto })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pail_protocol::Seq;
    use proptest::prelude::*;

    use super::{Span, Spans};

    fn span(after: i64, upto: i64) -> Span {
        Span::new(Seq(after), Seq(upto))
    }

    #[test]
    fn ranges_at_the_ends_of_the_numbers_are_ranges() {
        let mut spans = Spans::default();
        spans.insert(span(i64::MIN, i64::MAX));
        spans.remove(span(i64::MAX - 1, i64::MAX));
        assert_eq!(spans.around(Seq(0)), Some(span(i64::MIN, i64::MAX - 1)));
        assert_eq!(spans.around(Seq(i64::MAX)), None);
    }

    proptest! {
        /// After any insertions and removals the same numbers are in it as in a plain set, in as
        /// few ranges as can be, and questions are answered as by looking at every number.
        #[test]
        fn they_are_a_set_of_numbers(
            steps in proptest::collection::vec((any::<bool>(), 0i64..40, 0i64..12), 0..40),
        ) {
            let (mut spans, mut model) = (Spans::default(), BTreeSet::new());
            for (is_added, after, len) in steps {
                let numbers = after + 1..=after + len;
                match is_added {
                    true => {
                        spans.insert(span(after, after + len));
                        model.extend(numbers);
                    }
                    false => {
                        spans.remove(span(after, after + len));
                        model.retain(|seq| !numbers.contains(seq));
                    }
                }
            }
            let all: Vec<Span> = spans.iter().collect();
            prop_assert!(all.iter().all(|span| !span.is_empty()));
            prop_assert!(all.windows(2).all(|pair| pair[0].upto < pair[1].after));
            for seq in 0..60 {
                let here = spans.around(Seq(seq));
                prop_assert_eq!(here.is_some(), model.contains(&seq));
                let below = all.iter().rev().find(|span| span.upto < Seq(seq));
                prop_assert_eq!(spans.below(Seq(seq)), below.copied());
                let above = all.iter().find(|span| span.after >= Seq(seq));
                prop_assert_eq!(spans.above(Seq(seq)), above.copied());
            }
        }
    }
}
