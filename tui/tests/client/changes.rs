//! Messages that change after they were said.

use crate::frames::{deleted, edited};
use crate::harness::{App, BEA_LIND, GENERAL, live, posted};

fn with_two_messages() -> App {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "frist"));
    app.frame(posted(GENERAL, 2, BEA_LIND, "second"));
    app
}

#[test]
fn an_edited_message_shows_its_new_text_and_says_so() {
    let mut app = with_two_messages();
    app.frame(edited(3, 1, "first"));
    assert_eq!(app.texts(), ["first (edited)", "second"]);
    app.frame(edited(4, 1, "first!"));
    assert_eq!(app.texts(), ["first! (edited)", "second"]);
}

#[test]
fn a_deleted_message_leaves_its_place() {
    let mut app = with_two_messages();
    app.frame(deleted(3, 2));
    assert_eq!(app.texts(), ["frist", "(message deleted)"]);
    app.frame(posted(GENERAL, 4, BEA_LIND, "third"));
    assert_eq!(app.texts(), ["frist", "(message deleted)", "third"]);
}

#[test]
fn a_change_of_a_message_that_is_not_kept_is_only_an_event() {
    let mut app = with_two_messages();
    app.frame(edited(3, 999, "else"));
    app.frame(deleted(4, 999));
    app.frame(posted(GENERAL, 5, BEA_LIND, "fifth"));
    assert_eq!(app.texts(), ["frist", "second", "fifth"]);
}
