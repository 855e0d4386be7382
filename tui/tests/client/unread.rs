//! What counts as read: what was on the screen, from where reading stopped, and nothing else.

use pail::state::action::Context;
use pail::state::timeline::ItemId;
use pail::state::{Answer, Call, Input};
use pail_protocol::frame::{ReadUpdated, ServerFrame};
use pail_protocol::{ChannelId, Seq};

use crate::harness::{
    App, BEA_LIND, DIRECT, GENERAL, OPS, calls, connecting, live, page, posted, unread,
};

/// A channel with so many messages, read up to `read`, is opened.
fn opened(last: i64, read: i64) -> App {
    let mut app = connecting(Default::default());
    app.screen(80, 24);
    app.hello("e1");
    app.ready(&[(GENERAL, 0, true), (OPS, last, true), (DIRECT, 0, true)]);
    app.answer_lists(&[unread(OPS, last, read, (last - read).unsigned_abs().min(1_000))]);
    app.keys("<alt-a>");
    answer_around(&mut app, last, read + 1);
    app
}

fn answer_around(app: &mut App, last: i64, seq: i64) -> Vec<pail::state::Effect> {
    let wanted = Call::HistoryAround { channel: ChannelId(OPS), seq: Seq(seq) };
    let around = page(OPS, (seq - 50).max(1), (seq + 49).min(last));
    app.answer(|call| *call == wanted, Ok(around))
}

fn shows(app: &mut App, words: &str) -> bool {
    app.screen(80, 24).to_string().contains(words)
}

fn marks(app: &App) -> Vec<i64> {
    let seq = |(_, call): &(_, Call)| match call {
        Call::MarkRead { seq, .. } => Some(seq.0),
        _ => None,
    };
    app.calls.iter().filter_map(seq).collect()
}

#[test]
fn more_unread_than_fits_begins_at_the_first_and_is_read_as_it_is_seen() {
    let mut app = opened(300, 35);
    assert!(shows(&mut app, "── new") && shows(&mut app, "message 36 "));
    assert!(shows(&mut app, "message 35 "), "what it follows is seen as well");
    let seen = marks(&app)[0];
    assert!((40..60).contains(&seen), "only what was on the screen: {seen}");
    assert_eq!(app.unread(OPS), 300 - u64::try_from(seen).unwrap());
    for _ in 0..40 {
        app.keys("<pgdn>");
        let newer: Vec<i64> = app
            .calls
            .iter()
            .filter_map(|(_, call)| match call {
                Call::HistoryAfter { after, .. } => Some(after.0),
                _ => None,
            })
            .collect();
        for after in newer {
            let after_call = Call::HistoryAfter { channel: ChannelId(OPS), after: Seq(after) };
            let newer = page(OPS, after + 1, (after + 100).min(300));
            app.answer(|call| *call == after_call, Ok(newer));
        }
    }
    assert_eq!(app.unread(OPS), 0);
    assert!(!shows(&mut app, "unread above"));
}

#[test]
fn unread_messages_that_fit_are_seen_at_the_newest() {
    let mut app = opened(300, 297);
    assert_eq!(marks(&app), [300]);
    assert_eq!(app.unread(OPS), 0);
    assert!(shows(&mut app, "── new") && shows(&mut app, "message 300 "));
}

#[test]
fn what_was_skipped_stays_unread_until_it_is_seen_or_waved_through() {
    let mut app = opened(300, 100);
    let seen = marks(&app)[0];
    app.keys("<alt-end>");
    let wanted = Call::HistoryBefore { channel: ChannelId(OPS), before: Seq(301) };
    app.answer(|call| *call == wanted, Ok(page(OPS, 201, 300)));
    assert_eq!(marks(&app), [seen], "the end was seen, what is before it was not");
    assert!(shows(&mut app, "unread above · Alt-U"));
    app.keys("<alt-u>");
    answer_around(&mut app, 300, 101);
    assert!(shows(&mut app, "message 101 "));
    app.keys("<esc>");
    app.answer(|call| *call == wanted, Ok(page(OPS, 201, 300)));
    app.keys("<esc>");
    assert_eq!(app.unread(OPS), 0);
    assert!(!shows(&mut app, "unread above"));
}

#[test]
fn what_came_while_nobody_looked_is_not_read_by_coming_back() {
    let mut app = live();
    app.screen(80, 24);
    app.frame(posted(GENERAL, 1, BEA_LIND, "seen"));
    app.input(Input::Focus(false));
    for seq in 2..=60 {
        app.frame(posted(GENERAL, seq, BEA_LIND, "while away"));
    }
    app.input(Input::Focus(true));
    assert!(shows(&mut app, "↑ 59 unread above"));
    assert_eq!(marks(&app), [1]);
    app.keys("<alt-u>");
    assert!(shows(&mut app, "── new") && !shows(&mut app, "unread above"));
    (0..6).for_each(|_| drop(app.keys("<pgdn>")));
    assert_eq!(app.unread(GENERAL), 0);
}

#[test]
fn a_few_that_came_while_nobody_looked_are_seen_when_one_comes_back() {
    let mut app = live();
    app.screen(80, 24);
    app.input(Input::Focus(false));
    (1..=3).for_each(|seq| drop(app.frame(posted(GENERAL, seq, BEA_LIND, "x"))));
    app.input(Input::Focus(true));
    assert_eq!((marks(&app), app.unread(GENERAL)), (vec![3], 0));
}

#[test]
fn what_was_marked_unread_stays_so_until_the_channel_is_left() {
    let mut app = live();
    app.screen(80, 24);
    (1..=3).for_each(|seq| drop(app.frame(posted(GENERAL, seq, BEA_LIND, "x"))));
    app.answer(
        |c| matches!(c, Call::MarkRead { .. }),
        Ok(Answer::MarkedRead(unread(GENERAL, 3, 1, 2))),
    );
    app.answer(
        |c| matches!(c, Call::MarkRead { .. }),
        Ok(Answer::MarkedRead(unread(GENERAL, 3, 3, 0))),
    );
    app.keys("<up>kU<esc>");
    let second = Call::MarkUnread { channel: ChannelId(GENERAL), seq: Seq(2) };
    app.answer(|c| *c == second, Ok(Answer::MarkedUnread(unread(GENERAL, 3, 1, 2))));
    assert_eq!((app.unread(GENERAL), marks(&app).len()), (2, 0));
    app.keys("<ctrl-k>mark unread from<enter>");
    let marked = Call::MarkUnread { channel: ChannelId(GENERAL), seq: Seq(3) };
    app.answer(|c| *c == marked, Ok(Answer::MarkedUnread(unread(GENERAL, 3, 2, 1))));
    assert_eq!((app.unread(GENERAL), marks(&app).len()), (1, 0));
    assert!(shows(&mut app, "── new"));
    app.keys("<alt-down>");
    assert_eq!(app.unread(GENERAL), 1);
    app.keys("<alt-up>");
    assert_eq!((app.unread(GENERAL), marks(&app)), (0, vec![3]));
}

#[test]
fn another_device_moves_the_line_only_when_nobody_looks() {
    let mut app = opened(300, 290);
    let line = |app: &App| app.chat().timeline().unwrap().seen_to;
    let read = |seq| {
        let (channel_id, read_seq) = (ChannelId(OPS), Seq(seq));
        ServerFrame::ReadUpdated(ReadUpdated { channel_id, read_seq })
    };
    app.frame(read(295));
    assert_eq!(line(&app), Some(Seq(290)));
    app.input(Input::Focus(false));
    app.frame(read(300));
    assert_eq!(line(&app), Some(Seq(300)));
}

#[test]
fn everything_is_marked_read_after_asking() {
    let mut app = live();
    app.frame(posted(OPS, 4, BEA_LIND, "one"));
    app.frame(posted(DIRECT, 2, BEA_LIND, "two"));
    app.keys("<ctrl-k>everything as read<enter>");
    assert_eq!(marks(&app), Vec::<i64>::new());
    app.keys("<enter>");
    assert_eq!((app.unread(OPS), app.unread(DIRECT)), (0, 0));
    assert_eq!(marks(&app), [4, 2]);
}

#[test]
fn a_place_is_kept_while_one_is_elsewhere_and_for_the_next_run() {
    let mut app = connecting(Default::default());
    app.screen(80, 24);
    app.go_live(&[(GENERAL, 0), (OPS, 300), (DIRECT, 0)]);
    app.keys("<alt-down>");
    let wanted = Call::HistoryBefore { channel: ChannelId(OPS), before: Seq(301) };
    app.answer(|call| *call == wanted, Ok(page(OPS, 201, 300)));
    app.keys("<pgup><pgup>");
    let place = app.chat().timeline().unwrap().scroll.clone();
    app.keys("<alt-up><alt-down>");
    assert_eq!(app.chat().timeline().unwrap().scroll, place);
    app.wait(2_000);
    let mut next = connecting(app.kept());
    next.screen(80, 24);
    next.hello("e1");
    next.ready(&[(GENERAL, 0, true), (OPS, 300, true), (DIRECT, 0, true)]);
    next.answer_lists(&[unread(OPS, 300, 300, 0)]);
    let pail::state::timeline::Scroll::At { item: ItemId::Message(seq), .. } = place else {
        panic!("{place:?}")
    };
    answer_around(&mut next, 300, seq.0);
    let now = next.chat().timeline().unwrap().scroll.clone();
    assert!(
        matches!(now, pail::state::timeline::Scroll::At { item: ItemId::Message(s), .. } if s == seq)
    );
}

#[test]
fn back_and_forward_go_to_where_one_was_in_a_channel() {
    let mut app = opened(300, 100);
    let place = app.chat().timeline().unwrap().scroll.clone();
    app.keys("<ctrl-k>general<enter>");
    assert_eq!(app.open_channel(), GENERAL);
    app.keys("<alt-left>");
    assert_eq!(app.open_channel(), OPS);
    assert_eq!(app.chat().timeline().unwrap().scroll, place);
    app.keys("<alt-right>");
    assert_eq!(app.open_channel(), GENERAL);
    app.keys("words stay with <alt-left>");
    assert_eq!(app.state.context(), Context::Chat, "with a draft the caret moves");
    assert_eq!(app.open_channel(), GENERAL);
}

#[test]
fn alt_shift_a_goes_from_mention_to_mention_and_back() {
    let mut app = live();
    app.screen(80, 24);
    for seq in 1..=60 {
        let mut frame = posted(OPS, seq, BEA_LIND, "chatter");
        if let ServerFrame::Message(message) = &mut frame
            && [20, 40].contains(&seq)
        {
            message.context.mentions = vec![pail_protocol::UserId(crate::harness::ANA)];
        }
        app.frame(frame);
    }
    let selected = |app: &App| app.chat().selection().cloned();
    app.keys("<alt-A>");
    assert_eq!((app.open_channel(), selected(&app)), (OPS, Some(ItemId::Message(Seq(20)))));
    app.keys("<alt-A>");
    assert_eq!(selected(&app), Some(ItemId::Message(Seq(40))));
    app.keys("<alt-A>");
    assert_eq!(app.open_channel(), GENERAL);
    assert_eq!(calls(&app.keys("<alt-A>")).len(), 0);
}
