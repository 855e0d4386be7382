//! Timelines: whatever comes in whatever order, the same messages remain.

use jiff::civil::date;
use pail_protocol::Seq;
use proptest::prelude::*;

use super::{Arrival, Entry, ItemId, Scroll, Timeline};

fn entry(seq: i64) -> Entry {
    let json = serde_json::json!({
        "id": seq, "seq": seq, "channel": 1, "ts_ms": seq.saturating_mul(1000),
        "created_at": "2026-01-01T00:00:00Z", "message_text": format!("message {seq}"),
        "sender": { "id": 1, "username": "ana", "name": "Ana", "email": "" },
    });
    let message = serde_json::from_value(json).expect("a message");
    Entry::of_message(&message, |_| date(2026, 1, 1))
}

fn page(seqs: impl IntoIterator<Item = i64>) -> Vec<Entry> {
    seqs.into_iter().map(entry).collect()
}

fn seqs(timeline: &Timeline) -> Vec<i64> {
    timeline.entries().map(|entry| entry.seq.0).collect()
}

#[test]
fn the_same_message_twice_is_one_message() {
    let mut timeline = Timeline::starting_after(Seq(0));
    assert_eq!(timeline.message(entry(1)), Arrival::New);
    assert_eq!(timeline.message(entry(1)), Arrival::Known);
    assert_eq!(seqs(&timeline), [1]);
}

#[test]
fn numbers_at_the_end_of_their_range_stay_there() {
    let mut timeline = Timeline::starting_after(Seq(i64::MAX));
    assert_eq!(timeline.wants_before(), Some(Seq(i64::MAX)));
    assert_eq!(timeline.event(Seq(i64::MIN)), Arrival::Known);
    timeline.page_before(Seq(i64::MAX), page([i64::MAX - 1]), 1);
    assert_eq!(seqs(&timeline), [i64::MAX - 1]);
    let mut timeline = Timeline::starting_after(Seq(i64::MIN));
    assert_eq!(timeline.event(Seq(i64::MAX)), Arrival::Gap);
    timeline.restart_after(Seq(i64::MIN));
    timeline.page_before(Seq(i64::MIN + 1), page([i64::MIN]), 1);
}

#[test]
fn events_that_are_no_messages_move_the_cursor() {
    let mut timeline = Timeline::starting_after(Seq(4));
    timeline.event(Seq(5));
    assert_eq!(timeline.message(entry(6)), Arrival::New);
    assert_eq!(timeline.cursor(), Seq(6));
}

#[test]
fn a_gap_drops_what_was_kept_and_history_fills_it() {
    let mut timeline = Timeline::starting_after(Seq(0));
    timeline.message(entry(1));
    assert_eq!(timeline.message(entry(9)), Arrival::Gap);
    assert_eq!(seqs(&timeline), [9]);
    assert_eq!(timeline.wants_before(), Some(Seq(9)));
    timeline.page_before(Seq(9), page(2..9), 7);
    timeline.page_before(Seq(2), page(1..2), 7);
    assert_eq!(seqs(&timeline), (1..=9).collect::<Vec<_>>());
    assert!(timeline.is_complete());
}

#[test]
fn a_page_that_was_asked_for_before_a_gap_is_left_aside() {
    let mut timeline = Timeline::starting_after(Seq(5));
    timeline.loading = true;
    timeline.message(entry(20));
    timeline.page_before(Seq(6), page(1..6), 100);
    assert_eq!(seqs(&timeline), [20]);
}

#[test]
fn at_the_bottom_the_oldest_messages_are_let_go() {
    let mut timeline = Timeline::starting_after(Seq(0));
    (1..=10).for_each(|seq| {
        timeline.message(entry(seq));
    });
    timeline.trim(4);
    assert_eq!(seqs(&timeline), [7, 8, 9, 10]);
    assert_eq!(timeline.wants_before(), Some(Seq(7)));
}

#[test]
fn far_up_the_newest_messages_are_let_go_and_fetched_again() {
    let mut timeline = Timeline::starting_after(Seq(0));
    (1..=10).for_each(|seq| {
        timeline.message(entry(seq));
    });
    timeline.scroll = Scroll::At { item: ItemId::Message(Seq(2)), hidden: 0 };
    timeline.trim(4);
    assert_eq!(seqs(&timeline), [1, 2, 3, 4]);
    timeline.message(entry(11));
    assert_eq!((seqs(&timeline).len(), timeline.cursor()), (4, Seq(11)));
    assert_eq!(timeline.wants_after(), Some(Seq(4)));
    timeline.page_after(Seq(4), page(5..=9), 5);
    timeline.page_after(Seq(9), page(10..=11), 5);
    assert_eq!(seqs(&timeline), (1..=11).collect::<Vec<_>>());
    assert_eq!(timeline.message(entry(12)), Arrival::New);
    assert!(!timeline.is_detached());
}

proptest! {
    /// Pages and live messages, interleaved and repeated in any way, end in the same timeline.
    #[test]
    fn order_and_duplicates_do_not_matter(
        base in 1i64..40, live in 0i64..40, page_len in 1usize..9,
        steps in proptest::collection::vec((any::<bool>(), 0i64..40), 0..120),
    ) {
        let mut timeline = Timeline::starting_after(Seq(base));
        let mut arrived = 0;
        let older = |timeline: &mut Timeline| {
            if let Some(before) = timeline.wants_before() {
                let first = (before.0 - page_len as i64).max(1);
                timeline.page_before(before, page(first..before.0), page_len);
            }
        };
        for (is_live, seq) in steps {
            match is_live {
                // What comes is the next one, or any that came before.
                true => {
                    let next = if seq <= arrived { seq } else { (arrived + 1).min(live) };
                    arrived = arrived.max(next);
                    timeline.message(entry((base + next).max(1)));
                }
                false => older(&mut timeline),
            }
        }
        (arrived + 1..=live).for_each(|seq| {
        timeline.message(entry(base + seq));
    });
        while !timeline.is_complete() { older(&mut timeline); }
        prop_assert_eq!(seqs(&timeline), (1..=base + live).collect::<Vec<_>>());
        prop_assert_eq!(timeline.cursor(), Seq(base + live));
    }
}
