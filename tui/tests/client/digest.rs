//! Catching up: when the digest is shown, what it says, what its keys do.

use insta::assert_snapshot;
use pail::state::overlay::Overlay;
use pail::state::{Answer, Call, Input};
use pail_protocol::ChannelId;
use pail_protocol::channel::Unread;

use crate::harness::{
    App, BEA_LIND, DIRECT, GENERAL, OPS, calls, connecting, live, page, posted, unread,
};

fn is_open(app: &App) -> bool {
    matches!(app.chat().overlay(), Some(Overlay::Digest(_)))
}

/// Something is unread in two channels and a direct message.
fn away() -> App {
    let mut app = live();
    app.screen(80, 24);
    app.frame(posted(OPS, 1, BEA_LIND, "The disk of db-2 is full again."));
    app.frame(posted(OPS, 2, BEA_LIND, "@ana could you have a look?"));
    app.frame(posted(OPS, 3, BEA_LIND, "Nobody else is awake."));
    app.frame(posted(DIRECT, 1, BEA_LIND, "psst"));
    app.input(Input::Focus(false));
    app.frame(posted(GENERAL, 1, BEA_LIND, "Good morning!"));
    app
}

fn with_digest() -> App {
    let mut app = away();
    app.keys("<alt-c>");
    assert!(is_open(&app));
    app
}

#[test]
fn it_comes_after_half_an_hour_away_and_not_before() {
    let mut app = live();
    let come_back_after = |app: &mut App, ms: i64| {
        app.closed(None);
        app.wait(ms);
        app.hello("e1");
        app.ready(&[(GENERAL, 0, true), (OPS, 9, true), (DIRECT, 0, true)]);
        app.answer_lists(&[unread(OPS, 9, 0, 9)]);
    };
    come_back_after(&mut app, 29 * 60_000);
    assert!(!is_open(&app));
    come_back_after(&mut app, 31 * 60_000);
    assert!(is_open(&app));
}

#[test]
fn whoever_is_writing_is_not_interrupted() {
    let mut app = live();
    app.keys("half a sentence");
    app.closed(None);
    app.wait(60 * 60_000);
    app.hello("e1");
    app.ready(&[(GENERAL, 0, true), (OPS, 9, true), (DIRECT, 0, true)]);
    app.answer_lists(&[unread(OPS, 9, 0, 9)]);
    assert!(!is_open(&app));
}

#[test]
fn a_start_with_much_to_read_begins_with_it() {
    let channels: Vec<_> =
        (30..34).map(|id| crate::harness::channel(id, &format!("c{id}"))).collect();
    let rows: Vec<Unread> = (30..34).map(|id| unread(id, 9, 0, 9)).collect();
    let mut app = connecting(Default::default());
    app.hello("e1");
    app.ready(&[]);
    app.answer(|call| *call == Call::Unread, Ok(Answer::Unread(rows)));
    app.list_channels(channels);
    assert!(is_open(&app));
}

#[test]
fn done_counts_as_read_and_goes_on() {
    let mut app = with_digest();
    let effects = app.keys("e");
    assert!(
        calls(&effects)
            .iter()
            .any(|call| matches!(call, Call::MarkRead { channel, .. } if channel.0 == OPS))
    );
    assert_eq!(app.unread(OPS), 0);
    app.keys("ee");
    assert_eq!((app.unread(DIRECT), app.unread(GENERAL)), (0, 0));
}

#[test]
fn what_is_put_off_is_not_walked_and_comes_back_at_nine() {
    let mut app = with_digest();
    app.keys("s<esc>");
    let mut visited = Vec::new();
    for _ in 0..2 {
        app.keys("<alt-a>");
        visited.push(app.open_channel());
    }
    assert!(!visited.contains(&OPS), "{visited:?}");
    // It is 10:30 where Ana is; until nine there are 22 hours and a half.
    app.wait(22 * 3_600_000);
    assert!(app.chat().notice().is_none());
    app.wait(3_600_000);
    assert!(app.chat().notice().unwrap().text.as_str().starts_with("#ops"));
}

#[test]
fn enter_goes_there_and_back_leads_to_the_digest() {
    let mut app = with_digest();
    app.keys("n<enter>");
    assert_eq!(app.open_channel(), DIRECT);
    app.keys("<alt-left>");
    assert!(is_open(&app));
    let effects = app.keys("m");
    let muted = calls(&effects);
    assert!(matches!(muted.last(), Some(Call::Mute { is_muted: true, .. })), "{muted:?}");
}

#[test]
fn what_is_not_at_hand_is_said_and_fetched() {
    let mut app = connecting(Default::default());
    app.screen(80, 24);
    app.hello("e1");
    app.ready(&[(GENERAL, 0, true), (OPS, 300, true), (DIRECT, 0, true)]);
    app.answer_lists(&[unread(OPS, 300, 100, 200)]);
    app.keys("<alt-c>");
    assert!(app.screen(80, 24).to_string().contains("not on this machine yet"));
    let around = Call::HistoryAround { channel: ChannelId(OPS), seq: pail_protocol::Seq(101) };
    app.answer(|call| *call == around, Ok(page(OPS, 51, 150)));
    let screen = app.screen(80, 24).to_string();
    assert!(screen.contains("message 101") && !screen.contains("not on this machine"));
}

#[test]
fn when_all_is_read_it_says_so() {
    let mut app = live();
    app.keys("<alt-c>");
    assert!(app.chat().notice().unwrap().text.as_str().contains("caught up"));
}

#[test]
fn what_it_looks_like() {
    let mut app = with_digest();
    app.keys("ns");
    for (columns, rows) in [(60, 20), (80, 24), (120, 40), (200, 50)] {
        assert_snapshot!(format!("digest@{columns}x{rows}"), app.screen(columns, rows));
    }
}
