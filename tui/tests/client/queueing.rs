//! What was sent and has not arrived: its marks, what may be done about it, and how it goes out.

use insta::assert_snapshot;
use pail::state::effect::Effect;
use pail::state::outbox::{IN_FLIGHT_MAX, RETRY_FIRST_MS, TRIES_MAX};
use pail::state::settings::{Count, Settings};
use pail_protocol::Nonce;
use pail_protocol::error::ErrorCode;
use pail_protocol::frame::{FrameError, ServerFrame};

use crate::harness::{ANA_SOUZA, App, GENERAL, OPS, live, posted_as, sent};
use crate::writing::SIZES;

fn texts(effects: &[Effect]) -> Vec<String> {
    sent(effects).into_iter().map(|send| send.message_text).collect()
}

fn say(app: &mut App, text: &str) -> Nonce {
    sent(&app.keys(&format!("{text}<enter>")))[0].nonce.clone()
}

fn refuse(app: &mut App, nonce: &Nonce, code: ErrorCode) -> Vec<Effect> {
    let error = match code {
        ErrorCode::Throttled => "Too much at once.",
        _ => "You are not a member of this channel.",
    };
    let (error, nonce) = (error.to_owned(), Some(nonce.clone()));
    app.frame(ServerFrame::Error(FrameError { error, code, nonce }))
}

fn draft(app: &App) -> &str {
    app.chat().draft().map(|draft| draft.text()).unwrap_or_default()
}

fn notice(app: &App) -> &str {
    app.chat().notice().map(|notice| notice.text.as_str()).unwrap_or_default()
}

#[test]
fn what_the_server_cannot_take_goes_out_later_and_holds_back_its_channel_alone() {
    let mut app = live();
    let first = say(&mut app, "first");
    refuse(&mut app, &first, ErrorCode::Throttled);
    assert_eq!(texts(&app.keys("second<enter>")), Vec::<String>::new());
    assert_eq!(texts(&app.keys("<alt-down>elsewhere<enter>")), ["elsewhere"]);
    assert!(app.state.next_wake().is_some(), "it counts down");
    assert_eq!(texts(&app.wait(RETRY_FIRST_MS - 1)), Vec::<String>::new());
    assert_eq!(texts(&app.wait(1)), ["first", "second"]);
}

#[test]
fn a_server_that_never_takes_a_message_refuses_it_in_the_end() {
    let mut app = live();
    let nonce = say(&mut app, "poison");
    for _ in 0..TRIES_MAX - 1 {
        refuse(&mut app, &nonce, ErrorCode::Internal);
        assert_eq!(texts(&app.wait(60_000)), ["poison"]);
    }
    refuse(&mut app, &nonce, ErrorCode::Internal);
    assert_eq!(texts(&app.wait(120_000)), Vec::<String>::new());
    assert!(app.screen(80, 24).to_string().contains("✕ refused"));
}

#[test]
fn a_refused_message_holds_back_nobody_and_is_sent_again_on_request() {
    let mut app = live();
    let nonce = say(&mut app, "not yet");
    refuse(&mut app, &nonce, ErrorCode::NotAMember);
    assert_eq!(texts(&app.keys("next<enter>")), ["next"]);
    app.frame(posted_as(GENERAL, 1, ANA_SOUZA, "next", Some(sent_nonce(&app))));
    let effects = app.keys("<up>R");
    assert_eq!(texts(&effects), ["not yet"]);
    assert_eq!(sent(&effects)[0].nonce, nonce, "under the same name: it is stored once");
    refuse(&mut app, &nonce, ErrorCode::NotAMember);
    assert_eq!(texts(&app.keys("<esc><ctrl-k>refused again<enter>")), ["not yet"]);
}

/// The name of the message that waits for its echo.
fn sent_nonce(app: &App) -> Nonce {
    let feed = app.chat().feed(&app.state.around).expect("a channel is open");
    let last = feed.items.last().expect("a message").id();
    match last {
        pail::state::timeline::ItemId::Unsent(nonce) => nonce,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unsent_message_is_edited_or_discarded_unless_it_may_have_arrived() {
    let mut app = live();
    let nonce = say(&mut app, "careless");
    refuse(&mut app, &nonce, ErrorCode::NotAMember);
    app.keys("<up>e");
    assert_eq!(draft(&app), "careless");
    let nonce = say(&mut app, "<ctrl-u>careful");
    app.keys("<up>x");
    assert!(notice(&app).contains("on its way"), "{}", notice(&app));
    app.closed(None);
    app.keys("x");
    assert!(notice(&app).contains("may have arrived"), "{}", notice(&app));
    app.keys("<esc>never sent<enter><up>x");
    assert_eq!(notice(&app), "Discarded.");
    app.hello("e1");
    let effects = app.ready(&[(GENERAL, 0, true), (OPS, 0, true)]);
    assert_eq!(sent(&effects).iter().map(|send| &send.nonce).collect::<Vec<_>>(), [&nonce]);
}

#[test]
fn a_long_queue_goes_out_in_slices_and_in_order() {
    let mut app = live();
    app.closed(None);
    let count = IN_FLIGHT_MAX * 3 + 7;
    for number in 0..count {
        app.keys(&format!("{number}<enter>"));
    }
    app.hello("e1");
    let mut on_their_way = sent(&app.ready(&[(GENERAL, 0, true), (OPS, 0, true)]));
    assert_eq!(on_their_way.len(), IN_FLIGHT_MAX);
    let mut arrived = Vec::new();
    while !on_their_way.is_empty() {
        let send = on_their_way.remove(0);
        arrived.push(send.message_text.clone());
        let seq = arrived.len() as i64;
        let echo = posted_as(GENERAL, seq, ANA_SOUZA, &send.message_text, Some(send.nonce));
        on_their_way.extend(sent(&app.frame(echo)));
        assert!(on_their_way.len() <= IN_FLIGHT_MAX);
    }
    assert_eq!(arrived, (0..count).map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!(app.chat().waiting(), 0);
}

fn delayed() -> App {
    let mut app = live();
    let mut settings = Settings::default();
    settings.compose.send_delay = Count(5);
    app.configure(settings, &[]);
    app
}

#[test]
fn who_wants_it_can_take_back_what_was_just_sent() {
    let mut app = delayed();
    assert_eq!(texts(&app.keys("oh no<enter>")), Vec::<String>::new());
    app.wait(4_000);
    app.keys("<ctrl-_>");
    assert_eq!(draft(&app), "oh no");
    assert_eq!(texts(&app.wait(60_000)), Vec::<String>::new());
    app.keys("<ctrl-u>oh yes<enter>");
    assert_eq!(texts(&app.wait(5_000)), ["oh yes"]);
    app.keys("<ctrl-_>");
    assert_eq!(draft(&app), "", "it is gone");
}

#[test]
fn marks() {
    let mut app = live();
    let nonces = ["It was refused.", "It was put off."].map(|text| say(&mut app, text));
    refuse(&mut app, &nonces[0], ErrorCode::NotAMember);
    refuse(&mut app, &nonces[1], ErrorCode::Throttled);
    app.keys("It waits behind that.<enter>");
    for (columns, rows) in SIZES {
        assert_snapshot!(format!("marks@{columns}x{rows}"), app.screen(columns, rows));
    }
    let mut app = delayed();
    app.keys("It can still be taken back.<enter>");
    assert_snapshot!("held@80x24", app.screen(80, 24));
}
