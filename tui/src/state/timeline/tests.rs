//! Timelines: whatever comes in whatever order, the same messages remain.

use jiff::civil::date;
use pail_protocol::Seq;
use proptest::prelude::*;

use super::{Anew, Arrival, Entry, ItemId, Scroll, Timeline};
use crate::state::page::{PRESENT, Page};
use crate::state::spans::Span;

fn entry(seq: i64) -> Entry {
    let json = serde_json::json!({
        "id": seq, "seq": seq, "channel": 1, "ts_ms": seq.saturating_mul(1000),
        "created_at": "2026-01-01T00:00:00Z", "message_text": format!("message {seq}"),
        "sender": { "id": 1, "username": "ana", "name": "Ana", "email": "" },
    });
    let message = serde_json::from_value(json).expect("a message");
    Entry::of_message(&message, |_| date(2026, 1, 1))
}

/// A page from the server of what is beyond `after` and up to `upto`.
fn page(after: i64, upto: i64) -> Page<Entry> {
    Page::fresh((after.saturating_add(1)..=upto).map(entry).collect(), Seq(after), Seq(upto))
}

fn to_present(page: Page<Entry>) -> Page<Entry> {
    Page { span: Span::new(page.span.after, PRESENT), ..page }
}

/// A page that nobody can say to be up to date.
fn stale(after: i64, upto: i64) -> Page<Entry> {
    Page { is_stale: true, ..page(after, upto) }
}

fn hears(timeline: &mut Timeline, seqs: impl IntoIterator<Item = i64>) {
    for seq in seqs {
        timeline.message(entry(seq));
    }
}

fn reads_at(timeline: &mut Timeline, seq: i64) {
    timeline.scroll = Scroll::At { item: ItemId::Message(Seq(seq)), hidden: 0 };
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
    timeline.page_before(Seq(i64::MAX), page(i64::MAX - 2, i64::MAX - 1));
    assert_eq!(seqs(&timeline), [i64::MAX - 1]);
    let mut timeline = Timeline::starting_after(Seq(i64::MIN));
    assert_eq!(timeline.event(Seq(i64::MAX)), Arrival::Gap);
    timeline.restart_after(Seq(i64::MIN));
    timeline.page_before(Seq(i64::MIN + 1), page(i64::MIN, i64::MIN));
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
    timeline.page_before(Seq(9), page(1, 8));
    timeline.page_before(Seq(2), page(0, 1));
    assert_eq!(seqs(&timeline), (1..=9).collect::<Vec<_>>());
    assert!(timeline.is_complete());
}

#[test]
fn a_page_that_was_asked_for_before_a_gap_is_left_aside() {
    let mut timeline = Timeline::starting_after(Seq(5));
    timeline.loading = true;
    timeline.message(entry(20));
    timeline.page_before(Seq(6), page(0, 5));
    assert_eq!(seqs(&timeline), [20]);
}

#[test]
fn at_the_bottom_the_oldest_messages_are_let_go() {
    let mut timeline = Timeline::starting_after(Seq(0));
    hears(&mut timeline, 1..=10);
    timeline.trim(4);
    assert_eq!(seqs(&timeline), [7, 8, 9, 10]);
    assert_eq!(timeline.wants_before(), Some(Seq(7)));
}

#[test]
fn far_up_the_newest_messages_are_let_go_and_fetched_again() {
    let mut timeline = Timeline::starting_after(Seq(0));
    hears(&mut timeline, 1..=10);
    reads_at(&mut timeline, 2);
    timeline.trim(4);
    assert_eq!(seqs(&timeline), [1, 2, 3, 4]);
    timeline.message(entry(11));
    assert_eq!((seqs(&timeline).len(), timeline.cursor()), (4, Seq(11)));
    assert_eq!(timeline.wants_after(), Some(Seq(4)));
    timeline.page_after(Seq(4), page(4, 9));
    timeline.page_after(Seq(9), to_present(page(9, 11)));
    assert_eq!(seqs(&timeline), (1..=11).collect::<Vec<_>>());
    assert_eq!(timeline.message(entry(12)), Arrival::New);
    assert!(!timeline.is_detached());
}

#[test]
fn what_comes_while_the_last_page_is_on_its_way_is_not_missed() {
    let mut timeline = Timeline::starting_after(Seq(5));
    timeline.page_around(page(0, 4));
    assert_eq!(timeline.wants_after(), Some(Seq(4)));
    timeline.asked();
    hears(&mut timeline, 6..=8);
    timeline.page_after(Seq(4), to_present(page(4, 6)));
    assert!(!timeline.is_detached());
    assert_eq!(seqs(&timeline), (1..=8).collect::<Vec<_>>());
}

#[test]
fn a_hole_in_what_is_on_this_machine_is_known_and_what_is_beyond_it_can_be_read() {
    let mut timeline = Timeline::starting_after(Seq(90));
    timeline.page_before(Seq(91), stale(80, 90));
    timeline.page_before(Seq(81), stale(20, 30));
    assert_eq!(timeline.wants_before(), Some(Seq(21)));
    timeline.page_before(Seq(21), stale(0, 0));
    assert_eq!((timeline.wants_before(), timeline.is_complete()), (None, false));
    let holes: Vec<Span> = timeline.missing().iter().collect();
    assert_eq!(holes, [Span::new(Seq(0), Seq(20)), Span::new(Seq(30), Seq(80))]);
}

#[test]
fn on_the_next_connection_what_may_have_changed_is_fetched_anew() {
    let mut timeline = Timeline::starting_after(Seq(90));
    timeline.page_before(Seq(91), page(80, 90));
    timeline.page_before(Seq(81), stale(20, 30));
    timeline.resumed(Seq(90), true, true);
    assert_eq!(timeline.wants_anew(), Some(Anew::Before(Seq(81))));
    timeline.page_before(Seq(81), page(70, 80));
    assert_eq!(seqs(&timeline), (71..=90).collect::<Vec<_>>());
    assert!(timeline.missing().is_empty() && timeline.wants_anew().is_none());
}

#[test]
fn whoever_reads_what_may_have_changed_stays_there() {
    let mut timeline = Timeline::starting_after(Seq(90));
    timeline.page_before(Seq(91), stale(60, 90));
    reads_at(&mut timeline, 65);
    timeline.resumed(Seq(5_000), false, true);
    assert_eq!(seqs(&timeline).len(), 30);
    assert_eq!(timeline.wants_anew(), Some(Anew::Around(Seq(65))));
    timeline.page_around(page(15, 115));
    assert_eq!(timeline.wants_after(), Some(Seq(115)));
    assert_eq!((timeline.wants_anew(), timeline.cursor()), (None, Seq(5_000)));
}

#[test]
fn what_nobody_looks_at_is_let_go_when_it_may_have_changed() {
    let mut timeline = Timeline::starting_after(Seq(90));
    timeline.page_before(Seq(91), stale(60, 90));
    timeline.resumed(Seq(5_000), false, false);
    assert_eq!((seqs(&timeline).len(), timeline.wants_before()), (0, Some(Seq(5_001))));
}

#[test]
fn until_the_newest_has_come_the_last_known_is_seen() {
    let mut timeline = Timeline::starting_after(Seq(0));
    hears(&mut timeline, 1..=3);
    timeline.resumed(Seq(500), false, true);
    assert_eq!(seqs(&timeline), [1, 2, 3]);
    assert_eq!(timeline.wants_anew(), Some(Anew::Before(Seq(501))));
    timeline.asked();
    timeline.message(entry(501));
    timeline.page_before(Seq(501), page(400, 500));
    assert_eq!(seqs(&timeline), (401..=501).collect::<Vec<_>>());
}

proptest! {
    /// Pages and live messages, interleaved and repeated in any way, end in the same timeline.
    #[test]
    fn order_and_duplicates_do_not_matter(
        base in 1i64..40, live in 0i64..40, page_len in 1i64..9,
        steps in proptest::collection::vec((any::<bool>(), 0i64..40), 0..120),
    ) {
        let mut timeline = Timeline::starting_after(Seq(base));
        let mut arrived = 0;
        let older = |timeline: &mut Timeline| {
            if let Some(before) = timeline.wants_before() {
                let after = (before.0 - 1 - page_len).max(0);
                timeline.page_before(before, page(after, before.0 - 1));
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
