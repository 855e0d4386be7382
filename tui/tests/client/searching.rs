//! Searching: what is asked when, what is shown, where Enter leads.

use insta::assert_snapshot;
use pail::state::overlay::Overlay;
use pail::state::search::{Finder, HITS_MAX, PAUSE_MS};
use pail::state::timeline::ItemId;
use pail::state::{Answer, Call, Effect};
use pail_protocol::search::SearchHit;
use pail_protocol::{BucketId, ChannelId, Seq};

use crate::harness::{App, GENERAL, OPS, calls, live, refused};
use crate::pages::{message, page};

fn hit(channel: i64, seq: i64, snippet: &str, matches: &[[usize; 2]]) -> SearchHit {
    SearchHit {
        message: message(channel, seq),
        channel_name: if channel == OPS { "ops" } else { "general" }.to_owned(),
        bucket: Some(BucketId(1)),
        snippet: snippet.to_owned(),
        matches: matches.to_vec(),
    }
}

fn searching() -> App {
    let mut app = live();
    app.screen(80, 24);
    app.keys("<ctrl-f>disk");
    app
}

fn finder(app: &App) -> &Finder {
    match app.chat().overlay() {
        Some(Overlay::Search(finder)) => finder,
        other => panic!("{other:?}"),
    }
}

fn searches(effects: &[Effect]) -> usize {
    calls(effects).iter().filter(|call| matches!(call, Call::Search(_))).count()
}

fn is_search(call: &Call) -> bool {
    matches!(call, Call::Search(_))
}

fn found() -> Answer {
    Answer::Found(vec![
        hit(
            OPS,
            120,
            "The disk of db-2 is full again, and the disk of db-3 nearly",
            &[[4, 8], [40, 44]],
        ),
        hit(OPS, 80, "…who ordered the new disks?", &[[20, 24]]),
        hit(GENERAL, 7, "disk", &[[0, 4]]),
    ])
}

#[test]
fn it_is_asked_once_somebody_stops_typing() {
    let mut app = searching();
    assert_eq!(app.state.next_wake().map(|at| at.as_millis()), Some(app.now_ms + PAUSE_MS));
    assert_eq!(searches(&app.wait(PAUSE_MS - 1)), 0);
    assert_eq!(searches(&app.keys("s")), 0);
    assert_eq!(searches(&app.wait(PAUSE_MS - 1)), 0, "every letter begins the pause anew");
    assert_eq!(searches(&app.wait(1)), 1);
    assert_eq!(searches(&app.wait(PAUSE_MS)), 0);
}

#[test]
fn an_answer_to_other_words_is_not_heard() {
    let mut app = searching();
    app.wait(PAUSE_MS);
    app.keys("s");
    app.answer(is_search, Ok(found()));
    assert_eq!(finder(&app).inquiry.hits().len(), 0);
    app.wait(PAUSE_MS);
    app.answer(is_search, Ok(found()));
    assert_eq!(finder(&app).inquiry.hits().len(), 3);
}

#[test]
fn enter_goes_to_the_message_and_alt_left_comes_back() {
    let mut app = searching();
    app.wait(PAUSE_MS);
    app.answer(is_search, Ok(found()));
    app.keys("<down><enter>");
    assert_eq!(app.open_channel(), OPS);
    let around = Call::HistoryAround { channel: ChannelId(OPS), seq: Seq(80) };
    app.answer(|call| *call == around, Ok(page(OPS, 30, 129)));
    assert_eq!(app.chat().selection(), Some(&ItemId::Message(Seq(80))));
    assert!(
        app.screen(80, 24).to_string().contains("› ▏ message 80 ")
            || app.screen(80, 24).to_string().contains("message 80 ")
    );
    app.keys("<alt-left>");
    assert_eq!(app.open_channel(), GENERAL);
}

#[test]
fn tab_looks_further_and_comes_around() {
    let mut app = searching();
    let reach = |app: &App| finder(app).reaches[finder(app).reach].1.to_string();
    assert_eq!(reach(&app), "#general");
    app.keys("<tab>");
    assert_eq!(reach(&app), "Acme");
    app.keys("<tab>");
    assert_eq!(reach(&app), "everything");
    app.keys("<tab>");
    assert_eq!(reach(&app), "#general");
}

#[test]
fn more_is_fetched_at_the_end_and_the_list_is_bounded() {
    let mut app = searching();
    app.wait(PAUSE_MS);
    let full = |from: i64| {
        let hits = (0..50).map(|n| hit(OPS, 100_000 - from - n, "disk", &[[0, 4]]));
        Answer::Found(hits.collect())
    };
    app.answer(is_search, Ok(full(0)));
    for at in 1..30 {
        let effects = (0..11).flat_map(|_| app.keys("<pgdn>")).collect::<Vec<_>>();
        let Some(Call::Search(search)) = calls(&effects).first().copied().cloned() else { break };
        assert!(search.before.is_some());
        app.answer(is_search, Ok(full(at * 50)));
    }
    assert_eq!(finder(&app).inquiry.hits().len(), HITS_MAX);
}

#[test]
fn a_refusal_is_a_sentence_and_the_words_stay() {
    let mut app = searching();
    app.wait(PAUSE_MS);
    app.answer(is_search, Err(refused("you are not a member of this channel")));
    assert!(app.screen(80, 24).to_string().contains("you are not a member"));
    assert_eq!(finder(&app).draft.text(), "disk");
}

#[test]
fn the_palette_finds_messages_below_the_rest() {
    let mut app = live();
    app.screen(80, 24);
    app.keys("<ctrl-k>di");
    assert_eq!(searches(&app.wait(PAUSE_MS)), 0, "two letters are in too many messages");
    app.keys("sk");
    assert_eq!(searches(&app.wait(PAUSE_MS)), 1);
    app.answer(is_search, Ok(found()));
    app.keys("<enter>");
    assert_eq!(app.open_channel(), OPS, "nothing else is like that");
    app.keys("<ctrl-k>/x");
    assert_eq!(searches(&app.wait(PAUSE_MS)), 1);
}

#[test]
fn a_command_and_a_slash_search_as_well() {
    let mut app = live();
    app.keys("/search full disk<enter>");
    assert_eq!(finder(&app).draft.text(), "full disk");
    app.keys("<esc>");
    app.frame(crate::harness::posted(GENERAL, 1, crate::harness::BEA_LIND, "hi"));
    app.keys("<up>/");
    assert_eq!(finder(&app).draft.text(), "");
}

#[test]
fn without_a_server_this_machine_is_searched_and_says_so() {
    let mut app = searching();
    app.closed(None);
    app.wait(PAUSE_MS);
    let Answer::Found(hits) = found() else { return };
    app.answer(is_search, Ok(Answer::FoundHere(hits)));
    let screen = app.screen(80, 24).to_string();
    assert!(screen.contains("3 found on this machine; the server is not reached"), "{screen}");
    app.keys("s");
    app.wait(PAUSE_MS);
    app.answer(is_search, Ok(found()));
    assert!(!app.screen(80, 24).to_string().contains("on this machine"));
}

#[test]
fn what_it_looks_like() {
    let mut app = searching();
    app.keys("<tab><tab>");
    app.wait(PAUSE_MS);
    app.answer(is_search, Ok(found()));
    app.keys("<down>");
    for (columns, rows) in [(60, 20), (80, 24), (120, 40), (200, 50)] {
        assert_snapshot!(format!("search@{columns}x{rows}"), app.screen(columns, rows));
    }
    app.keys("<esc><ctrl-k>disk");
    app.wait(PAUSE_MS);
    app.answer(is_search, Ok(found()));
    assert_snapshot!("palette_messages@80x24", app.screen(80, 24));
}
