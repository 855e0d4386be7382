//! Without a server: everything that is on this machine is there, and what is not is said.

use insta::assert_snapshot;
use pail::state::{Answer, Call, Effect};
use pail_protocol::frame::ClientFrame;
use pail_protocol::{ChannelId, Seq};

use crate::harness::{
    App, BEA_LIND, GENERAL, OPS, calls, connecting_with, last_in, posted, unread,
};
use crate::pages::{cached, nowhere, stale, stretch};

fn before(seq: i64) -> Call {
    Call::HistoryBefore { channel: ChannelId(GENERAL), before: Seq(seq) }
}

/// A client that was here before, in `#general`, of which the messages up to 90 are known.
fn known() -> App {
    let newest = stretch(GENERAL, 60, 61..=90);
    let unread = [unread(GENERAL, 90, 90, 0), unread(OPS, 7, 5, 2)];
    connecting_with(last_in(GENERAL), cached(&[(GENERAL, 90), (OPS, 7)], Some(newest), &unread))
}

/// The page that is asked for is the one that is here.
fn is_here(app: &mut App, asked: &Call, page: Answer) -> Vec<Effect> {
    app.answer(|call| call == asked, Ok(page))
}

#[test]
fn the_first_frame_is_the_last_of_the_run_before() {
    let mut app = known();
    assert_eq!((app.open_channel(), app.unread(OPS)), (GENERAL, 2));
    assert_snapshot!("first_frame@80x24", app.screen(80, 24));
    app.keys("written at once<enter>");
    assert_eq!(app.chat().waiting(), 1);
}

#[test]
fn the_server_is_told_what_is_here_and_replays_the_rest() {
    let mut app = known();
    let effects = app.hello("e1");
    let [Effect::SendFrame(_, ClientFrame::Subscribe(subscribe))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let cursors: Vec<_> =
        subscribe.channels.iter().map(|(id, cursor)| (id.0, cursor.after.0)).collect();
    assert_eq!(cursors, [(GENERAL, 90), (OPS, 7)]);
    app.frame(posted(GENERAL, 91, BEA_LIND, "meanwhile"));
    app.ready(&[(GENERAL, 91, true), (OPS, 7, true)]);
    app.answer_lists(&[unread(GENERAL, 91, 90, 1), unread(OPS, 7, 5, 2)]);
    assert_eq!(app.texts().len(), 31);
    assert_eq!(app.unread(OPS), 2);
}

#[test]
fn another_database_voids_messages_and_keeps_what_is_unsent() {
    let mut app = known();
    app.keys("still mine<enter>half");
    app.hello("e2");
    assert!(app.chat().timeline().is_none());
    assert_eq!(app.chat().draft().unwrap().text(), "half");
    assert_eq!(app.chat().waiting(), 1);
}

#[test]
fn a_hole_in_what_is_here_is_seen_and_what_is_beyond_it_can_be_read() {
    let mut app = known();
    app.keys("<pgup><pgup>");
    is_here(&mut app, &before(61), stale(stretch(GENERAL, 10, 11..=40)));
    app.closed(None);
    app.keys("<pgup>");
    assert_snapshot!("hole@80x24", app.screen(80, 24));
    app.keys("<pgup><pgup><pgup><pgup>");
    is_here(&mut app, &before(11), nowhere());
    app.keys("<pgup><pgup>");
    assert_snapshot!("end_of_what_is_here@80x24", app.screen(80, 24));
    assert!(app.calls.is_empty(), "{:?}", app.calls);
}

#[test]
fn a_hole_is_filled_on_the_next_connection_around_what_is_read() {
    let mut app = known();
    app.keys("<pgup><pgup>");
    is_here(&mut app, &before(61), stale(stretch(GENERAL, 10, 11..=40)));
    app.keys("<pgup><pgup><pgup>");
    is_here(&mut app, &before(11), nowhere());
    app.hello("e1");
    let effects = app.ready(&[(GENERAL, 90, true), (OPS, 7, true)]);
    let around = calls(&effects).into_iter().find(|call| call.is_page()).cloned();
    let Some(Call::HistoryAround { seq, .. }) = around else { panic!("{effects:?}") };
    assert!(seq < Seq(40), "{seq:?}");
    let read = app.screen(80, 24).to_string();
    is_here(&mut app, &around.unwrap(), Answer::History(stretch(GENERAL, 0, 1..=90)));
    assert_eq!(app.texts().len(), 90);
    assert!(app.chat().timeline().unwrap().missing().is_empty());
    let now = app.screen(80, 24).to_string();
    let last_row = |screen: &str| screen.lines().nth(20).map(str::to_owned);
    assert_eq!(last_row(&read), last_row(&now), "the reader stays where they are");
}

#[test]
fn a_channel_of_which_nothing_is_here_says_so() {
    let mut app = known();
    app.keys("<alt-down>");
    while app.calls.iter().any(|(_, call)| call.is_page()) {
        app.answer(Call::is_page, Ok(nowhere()));
    }
    let screen = app.screen(80, 24).to_string();
    assert!(screen.contains("Your messages appear as soon as the server is reached."), "{screen}");
}
