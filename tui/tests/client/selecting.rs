//! Selecting a message: moving among them, what stays in sight, the way back to the composer.

use insta::assert_snapshot;
use pail::state::timeline::{ItemId, OPEN_MESSAGES_MAX, Scroll};
use pail::state::{Context, Input};
use pail_protocol::Seq;

use crate::harness::{ANA_SOUZA, App, BEA_LIND, GENERAL, OPS, live, posted, posted_as, sent};

fn with_messages(count: i64) -> App {
    let mut app = live();
    app.screen(80, 24);
    for seq in 1..=count {
        app.frame(posted(GENERAL, seq, BEA_LIND, &format!("message {seq}")));
    }
    app
}

/// The number of the selected message; 0 for none.
fn selected(app: &App) -> i64 {
    match app.chat().selection() {
        Some(ItemId::Message(seq)) => seq.0,
        Some(other) => panic!("{other:?}"),
        None => 0,
    }
}

fn is_in_sight(app: &mut App, text: &str) -> bool {
    app.screen(80, 24).to_string().contains(text)
}

#[track_caller]
fn check(keys: &str, expected: i64) {
    let mut app = with_messages(60);
    app.keys(keys);
    assert_eq!(selected(&app), expected, "{keys}");
    if expected > 0 {
        assert!(is_in_sight(&mut app, &format!("›▏ message {expected} ")), "{keys}");
    }
}

#[test]
fn keys_move_among_messages_and_back_to_the_composer() {
    check("<up>", 60);
    check("<esc>", 60);
    check("<up><up>", 59);
    check("<up>kkk", 57);
    check("<up>kkkj", 58);
    check("<up>g", 1);
    check("<up>gk", 1);
    check("<up>gG", 60);
    check("<up>gjj", 3);
    check("<up>j", 0);
    check("<up><esc>", 0);
    check("<up>i", 0);
    check("<up><ctrl-c>", 0);
    check("<up><pgup>", 42);
    check("<up><pgup><pgup><pgup><pgup><pgup><pgup>", 1);
    check("<up>g<pgdn><pgdn><pgdn><pgdn><pgdn><pgdn>", 60);
}

#[test]
fn what_is_typed_goes_to_the_composer_and_a_draft_is_kept_meanwhile() {
    let mut app = with_messages(3);
    app.keys("half<esc>kk");
    assert_eq!((selected(&app), app.state.context()), (1, Context::Select));
    app.keys("W!");
    assert_eq!((selected(&app), app.state.context()), (0, Context::Chat));
    assert_eq!(app.chat().draft().unwrap().text(), "halfW!");
    app.keys("<esc>");
    app.input(Input::Pasted("j and k".to_owned()));
    assert_eq!(app.chat().draft().unwrap().text(), "halfW!j and k");
}

#[test]
fn escape_goes_to_the_newest_message_before_it_selects() {
    let mut app = with_messages(60);
    app.keys("<pgup><pgup><esc>");
    assert_eq!(
        (selected(&app), app.chat().timeline().unwrap().scroll.clone()),
        (0, Scroll::Bottom)
    );
    app.keys("<esc>");
    assert_eq!(selected(&app), 60);
}

#[test]
fn new_messages_do_not_push_the_selected_one_away() {
    let mut app = with_messages(30);
    app.keys("<up>k");
    for seq in 31..=90 {
        app.frame(posted(GENERAL, seq, BEA_LIND, "flood"));
    }
    assert_eq!(selected(&app), 29);
    assert!(is_in_sight(&mut app, "›▏ message 29 "));
    assert!(is_in_sight(&mut app, "new below"));
}

#[test]
fn a_selected_message_that_is_let_go_gives_way_to_its_neighbour() {
    let mut app = with_messages(10);
    app.keys("<up>g");
    for seq in 11..=(OPEN_MESSAGES_MAX as i64 * 2) {
        app.frame(posted(GENERAL, seq, BEA_LIND, "flood"));
    }
    let oldest = app.chat().timeline().unwrap().entries().next().unwrap().seq;
    assert!(selected(&app) >= oldest.0);
    app.closed(None);
    app.hello("another database");
    app.ready(&[(GENERAL, 7, false), (OPS, 0, true)]);
    assert_eq!(app.chat().selection(), None);
}

#[test]
fn one_of_ours_stays_selected_when_it_arrives() {
    let mut app = with_messages(2);
    let nonce = sent(&app.keys("mine<enter>"))[0].nonce.clone();
    app.keys("<up>");
    assert_eq!(app.chat().selection(), Some(&ItemId::Unsent(nonce.clone())));
    app.frame(posted_as(GENERAL, 3, ANA_SOUZA, "mine", Some(nonce)));
    assert_eq!(app.chat().selection(), Some(&ItemId::Message(Seq(3))));
}

#[test]
fn an_empty_channel_has_nothing_to_select_and_says_so() {
    let mut app = live();
    app.keys("<up>");
    assert_eq!(app.chat().selection(), None);
    assert!(app.chat().notice().is_some());
}

#[test]
fn another_channel_begins_without_a_selection() {
    let mut app = with_messages(3);
    app.keys("<up><alt-down>");
    assert_eq!((app.open_channel(), app.chat().selection()), (OPS, None));
}

#[test]
fn a_message_taller_than_the_screen_can_be_read_while_it_is_selected() {
    let mut app = with_messages(3);
    let tall: Vec<String> = (1..=40).map(|line| format!("line {line}.")).collect();
    app.frame(posted(GENERAL, 4, BEA_LIND, &tall.join("\n")));
    app.frame(posted(GENERAL, 5, BEA_LIND, "after"));
    app.keys("<up>k<pgup>");
    assert_eq!(selected(&app), 4);
    assert!(is_in_sight(&mut app, "line 10."));
    app.keys("<pgdn>");
    assert!(is_in_sight(&mut app, "line 35."));
}

#[test]
fn selected_message() {
    for columns in [60, 80, 120, 200] {
        let mut app = with_messages(4);
        app.frame(posted(GENERAL, 5, (3, "Carlos Pinto"), "two\nlines"));
        app.keys("<up>");
        assert_snapshot!(format!("selected_message@{columns}x24"), app.screen(columns, 24));
    }
}
