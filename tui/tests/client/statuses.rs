//! What people say of themselves: heard, shown beside their names, set, taken back, and over in time.

use insta::assert_snapshot;
use pail::state::overlay::Overlay;
use pail::state::statuses::NewStatus;
use pail::state::{Answer, Call, Input};
use pail::view::Transcript;
use pail_protocol::account::{Profile, Status};
use pail_protocol::frame::{ServerFrame, UserUpdated};
use pail_protocol::{Timestamp, UserId};

use crate::harness::{
    ANA, App, BEA, DIRECT, GENERAL, NOW_MS, calls, connecting_with, last_in, live, person,
};
use crate::pages::cached;
use crate::parts::with_members;

const CARLOS: i64 = 3;
const HOUR_MS: i64 = 3_600_000;

fn status(text: &str, ms: Option<i64>) -> Status {
    let until = ms.map(|ms| Timestamp::from_millis(NOW_MS + ms));
    Status { text: text.to_owned(), until }
}

fn said(user: i64, status: Option<Status>) -> ServerFrame {
    let (username, name) = match user {
        ANA => ("ana", "Ana Souza"),
        BEA => ("bea", "Bea Lind"),
        _ => ("carlos", "Carlos Pinto"),
    };
    let (user_id, name, username) = (UserId(user), name.to_owned(), username.to_owned());
    ServerFrame::UserUpdated(UserUpdated { user_id, name, username, status })
}

/// A direct message with Bea, who says this of herself.
fn beside_bea(status: Status) -> App {
    let mut app = live();
    app.keys("/go bea<enter>");
    assert_eq!(app.open_channel(), DIRECT);
    app.frame(said(BEA, Some(status)));
    app
}

fn row(app: &mut App, columns: u16, at: usize) -> String {
    app.screen(columns, 24).to_string().lines().nth(at).unwrap_or_default().to_owned()
}

fn notice(app: &App) -> String {
    app.chat().notice().map(|notice| notice.text.to_string()).unwrap_or_default()
}

fn wanted(text: &str, seconds: Option<i64>) -> Call {
    Call::SetStatus(NewStatus { text: text.to_owned(), seconds })
}

fn is_set(call: &Call) -> bool {
    matches!(call, Call::SetStatus(_))
}

/// Ana has set this, and the sentence about it is over.
fn having_set(status: Status) -> App {
    let mut app = live();
    app.keys("/status anything<enter>");
    app.answer(is_set, Ok(Answer::StatusSet(Some(status))));
    app
}

#[test]
fn statuses_stand_beside_the_names_of_members() {
    let mut app = with_members();
    app.frame(said(ANA, Some(status("reviewing 🔍", None))));
    app.frame(said(BEA, Some(status("on the train", Some(HOUR_MS)))));
    let long = "on parental leave until the days are long again, Dagny knows all about the index";
    app.frame(said(CARLOS, Some(status(long, None))));
    for columns in [60, 80, 120, 200] {
        assert_snapshot!(format!("members@{columns}x12"), app.screen(columns, 12));
    }
}

#[test]
fn the_title_of_a_direct_message_says_it_and_until_when() {
    let mut app = beside_bea(status("on the train", Some(HOUR_MS)));
    for columns in [60, 80, 120, 200] {
        assert!(row(&mut app, columns, 0).contains("on the train until 11:30"), "{columns}");
    }
    app.frame(said(BEA, None));
    assert!(!row(&mut app, 80, 0).contains("train"));
}

#[test]
fn what_has_ended_goes_by_itself_and_what_does_not_end_wakes_nobody() {
    let mut app = live();
    app.keys("/go bea<enter>");
    let idle = app.state.next_wake();
    app.frame(said(BEA, Some(status("at lunch", None))));
    assert_eq!(app.state.next_wake(), idle);
    app.frame(said(BEA, Some(status("at lunch", Some(1_000)))));
    assert_eq!(app.state.next_wake(), Some(Timestamp::from_millis(NOW_MS + 1_000)));
    app.wait(999);
    assert!(row(&mut app, 80, 0).contains("at lunch"));
    app.wait(1);
    assert!(!row(&mut app, 80, 0).contains("at lunch"));
    assert_ne!(app.state.next_wake(), Some(Timestamp::from_millis(NOW_MS + 1_000)));
}

#[test]
fn a_status_is_set_in_words_and_stands_in_ones_own_status_line() {
    let mut app = live();
    let effects = app.keys("/status on the train for 2h<enter>");
    assert_eq!(calls(&effects), [&wanted("on the train", Some(7_200))]);
    let answer = Answer::StatusSet(Some(status("on the train", Some(2 * HOUR_MS))));
    app.answer(is_set, Ok(answer));
    assert_eq!(notice(&app), "Beside your name: on the train until 12:30.");
    app.wait(30_000);
    assert!(row(&mut app, 120, 23).contains("live · ana · on the train"));
    assert!(!row(&mut app, 80, 23).contains("train"), "the keys need the room");
    app.wait(2 * HOUR_MS);
    assert!(!row(&mut app, 120, 23).contains("train"));
}

#[test]
fn status_alone_takes_it_back() {
    let mut app = having_set(status("on the train", None));
    let effects = app.keys("/status <enter>");
    assert_eq!(calls(&effects), [&wanted("", None)]);
    app.answer(is_set, Ok(Answer::StatusSet(None)));
    assert_eq!(notice(&app), "Nothing is beside your name any more.");
    assert!(calls(&app.keys("/status <enter>")).is_empty());
    assert!(notice(&app).starts_with("You have no status."), "{}", notice(&app));
}

#[test]
fn what_cannot_be_set_says_why_and_stays_written() {
    let mut app = live();
    let long = "a".repeat(101);
    for (words, why) in [("for 2h", "needs words"), ("out for 60d", "30 days"), (&long, "100")] {
        assert!(calls(&app.keys(&format!("/status {words}<enter>"))).is_empty(), "{words}");
        assert!(notice(&app).contains(why), "{}", notice(&app));
        assert_eq!(app.chat().draft().unwrap().text(), format!("/status {words}"));
        app.keys("<ctrl-c>");
    }
}

#[test]
fn offline_it_is_refused_and_not_queued() {
    let mut app = live();
    app.closed(None);
    assert!(calls(&app.keys("/status on the train<enter>")).is_empty());
    assert!(notice(&app).starts_with("Not connected"), "{}", notice(&app));
    assert_eq!(app.chat().draft().unwrap().text(), "/status on the train");
    app.wait(60_000);
    app.go_live(&[(GENERAL, 0), (DIRECT, 0)]);
    assert!(!app.calls.iter().any(|(_, call)| is_set(call)));
    let effects = app.keys("<enter>");
    assert_eq!(calls(&effects), [&wanted("on the train", None)]);
}

#[test]
fn the_palette_sets_it_takes_it_back_and_shows_those_of_others() {
    let mut app = having_set(status("reviewing", None));
    app.frame(said(CARLOS, Some(status("on the train to the far north", Some(HOUR_MS)))));
    app.keys("<ctrl-k>set a status<enter>");
    assert_eq!(app.chat().draft().unwrap().text(), "/status ");
    app.keys("<ctrl-c><ctrl-k>carlos");
    let shown = app.screen(120, 24).to_string();
    assert!(shown.contains("@carlos · on the train to the far…"), "{shown}");
    let narrow = app.screen(40, 24).to_string();
    assert!(narrow.contains("Carlos Pinto") && !narrow.contains("train"), "{narrow}");
    app.wait(HOUR_MS);
    assert!(!app.screen(120, 24).to_string().contains("train"), "also in the open list");
    let effects = app.keys("<esc><ctrl-k>take the status back<enter>");
    assert!(calls(&effects).contains(&&wanted("", None)));
}

#[test]
fn nobody_comes_first_in_the_palette_by_what_they_say() {
    let mut app = live();
    app.frame(said(BEA, Some(status("ops ops ops", None))));
    app.keys("<ctrl-k>ops");
    let Some(Overlay::Palette(palette)) = app.chat().overlay() else { panic!("no palette") };
    let labels: Vec<_> = palette.matches().map(|(choice, _)| choice.label.to_string()).collect();
    assert!(labels[0] == "#ops" && !labels.contains(&"@Bea Lind".to_owned()), "{labels:?}");
}

#[test]
fn a_status_alone_fetches_no_lists_but_one_on_its_way_once_more() {
    let mut app = live();
    assert!(calls(&app.frame(said(BEA, Some(status("at lunch", None))))).is_empty());
    app.keys("<ctrl-k>");
    app.frame(said(BEA, Some(status("on the train", None))));
    let older = |text| {
        let status = Some(status(text, None));
        Answer::People(vec![Profile { status, ..person(BEA, "bea", "Bea Lind") }])
    };
    app.answer(|call| *call == Call::People, Ok(older("at lunch")));
    app.answer(|call| *call == Call::People, Ok(older("on the train")));
    app.keys("<esc>/go bea<enter>");
    assert!(row(&mut app, 80, 0).contains("on the train"));
}

#[test]
fn what_earlier_runs_learned_is_shown_unless_it_has_ended() {
    let learned = |ms| {
        let mut cached = cached(&[(DIRECT, 0)], None, &[]);
        for (_, answer) in &mut cached.lists {
            if let Answer::People(people) = answer {
                people[1].status = Some(status("on the train", ms));
            }
        }
        row(&mut connecting_with(last_in(DIRECT), cached), 80, 0)
    };
    assert!(learned(Some(1)).contains("on the train"));
    assert!(!learned(Some(0)).contains("on the train"));
}

#[test]
fn it_is_set_without_a_screen_too() {
    let mut app = live();
    let mut transcript = Transcript::default();
    transcript.news(&app.state);
    let effects = app.input(Input::Line("/status on the train until 12:00".to_owned()));
    assert_eq!(calls(&effects), [&wanted("on the train", Some(5_400))]);
    app.answer(is_set, Ok(Answer::StatusSet(Some(status("on the train", Some(5_400_000))))));
    assert_eq!(transcript.news(&app.state), ["Beside your name: on the train until 12:00."]);
}

#[test]
fn hostile_statuses_are_shown_as_text_of_one_line() {
    let hostile = format!("\u{1b}[2Jgone\n\u{202e}drawkcab{}", "x".repeat(10_000));
    let mut app = beside_bea(status(&hostile, None));
    let says = app.chat().status_of(UserId(BEA)).expect("it is kept").text.clone();
    assert!(!says.as_str().chars().any(char::is_control), "{says}");
    assert!(says.as_str().chars().count() <= 100, "{says}");
    assert!(!app.screen(80, 24).to_string().contains('\u{202e}'));
}
