//! What is done about one message: answering, changing, deleting, copying.

use insta::assert_snapshot;
use pail::state::effect::{COPY_BYTES_MAX, Effect};
use pail::state::{Answer, Call, Context};
use pail_protocol::error::ErrorCode;
use pail_protocol::frame::{FrameError, ServerFrame};
use pail_protocol::message::{Refers, Revision};
use pail_protocol::{MessageId, Seq, Timestamp};

use crate::frames::{deleted, edited};
use crate::harness::{
    ANA_SOUZA, App, BEA_LIND, GENERAL, NOW_MS, calls, connecting, live, posted, refused, sent,
};

/// Bea, we, Bea; the newest is number 3.
fn talk() -> App {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "Shall we\u{202E} ship?"));
    app.frame(posted(GENERAL, 2, ANA_SOUZA, "on\tit\r\n`now`"));
    app.frame(posted(GENERAL, 3, BEA_LIND, "thank you"));
    app
}

fn draft(app: &App) -> &str {
    app.chat().draft().map_or("", |draft| draft.text())
}

fn notice(app: &App) -> String {
    app.chat().notice().map(|notice| notice.text.to_string()).unwrap_or_default()
}

fn copied(effects: &[Effect]) -> Vec<&str> {
    let copied = effects.iter().filter_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    });
    copied.collect()
}

fn edit(message: i64, text: &str) -> Call {
    Call::EditMessage { message: MessageId(message), text: text.to_owned() }
}

fn answers(message: i64) -> Refers {
    Refers { reply_to: Some(MessageId(message)), ..Refers::default() }
}

#[test]
fn an_answer_refers_to_what_it_answers_and_only_once() {
    let mut app = talk();
    let message = sent(&app.keys("<up>kkrYes.<enter>"));
    assert_eq!((message[0].message_text.as_str(), &message[0].refers), ("Yes.", &answers(1)));
    assert_eq!(sent(&app.keys("And?<enter>"))[0].refers, Refers::default());
}

#[test]
fn escape_keeps_the_words_and_drops_the_reference() {
    let mut app = talk();
    app.keys("<up>rYes.<esc>");
    assert_eq!((draft(&app), app.state.context()), ("Yes.", Context::Chat));
    assert_eq!(sent(&app.keys("<enter>"))[0].refers, Refers::default());
}

#[test]
fn an_answer_that_waits_keeps_its_reference_over_a_restart_and_so_does_a_draft() {
    let mut app = talk();
    app.closed(None);
    app.keys("<up>rwritten offline<enter><up>kkkrhalf");
    app.wait(2_000);
    let mut app = connecting(app.kept());
    app.hello("e1");
    let effects = app.ready(&[(GENERAL, 3, false)]);
    assert_eq!(sent(&effects)[0].refers, answers(3));
    assert_eq!(sent(&app.keys("<enter>"))[0].refers, answers(1));
}

#[test]
fn a_refused_answer_is_one_again_when_it_is_taken_back() {
    let mut app = talk();
    let nonce = sent(&app.keys("<up>rno<enter>"))[0].nonce.clone();
    let (error, code) = ("Storage full".to_owned(), ErrorCode::StorageFull);
    app.frame(ServerFrame::Error(FrameError { error, code, nonce: Some(nonce) }));
    app.keys("<up>e");
    assert_eq!(draft(&app), "no");
    assert_eq!(sent(&app.keys("<enter>"))[0].refers, answers(3));
}

#[test]
fn a_message_of_ours_is_changed_and_the_draft_before_it_comes_back() {
    let mut app = talk();
    app.keys("half a thought<esc>ke");
    assert_eq!(draft(&app), "on\tit\n`now`");
    let effects = app.keys("!<enter>");
    assert_eq!((calls(&effects), sent(&effects)), (vec![&edit(2, "on\tit\n`now`!")], vec![]));
    assert_eq!(draft(&app), "on\tit\n`now`!");
    app.answer(|call| matches!(call, Call::EditMessage { .. }), Ok(Answer::Changed));
    assert_eq!(draft(&app), "half a thought");
    assert!(app.chat().intent().is_none());
}

#[test]
fn an_edit_that_is_refused_or_given_up_loses_nothing() {
    let mut app = talk();
    app.keys("half<esc>ke more<enter>");
    app.frame(deleted(4, 2));
    app.answer(
        |call| matches!(call, Call::EditMessage { .. }),
        Err(refused("The message was deleted.")),
    );
    assert_eq!(draft(&app), "on\tit\n`now` more");
    assert_eq!(notice(&app), "The message was deleted.");
    app.keys("<esc>");
    assert_eq!(draft(&app), "half");
    app.keys("<ctrl-y>");
    assert_eq!(draft(&app), "halfon\tit\n`now` more");
}

#[test]
fn an_edit_is_never_sent_elsewhere_and_waits_where_it_was_begun() {
    let mut app = talk();
    app.keys("<up>ke plus<alt-down>");
    assert!(app.chat().intent().is_none());
    let effects = app.keys("other<enter>");
    assert_eq!((calls(&effects).len(), sent(&effects)[0].message_text.as_str()), (0, "other"));
    app.keys("<alt-up>");
    assert_eq!(calls(&app.keys("<enter>")), [&edit(2, "on\tit\n`now` plus")]);
}

#[test]
fn what_was_typed_while_an_edit_was_on_its_way_is_still_an_edit() {
    let mut app = talk();
    app.keys("<up>ke 1<enter>2");
    app.answer(|call| matches!(call, Call::EditMessage { .. }), Ok(Answer::Changed));
    assert_eq!(draft(&app), "on\tit\n`now` 12");
    assert_eq!(calls(&app.keys("<enter>")), [&edit(2, "on\tit\n`now` 12")]);
}

#[test]
fn an_edit_that_is_too_long_or_changes_nothing_asks_nobody() {
    let mut app = talk();
    app.frame(posted(GENERAL, 4, ANA_SOUZA, "same"));
    assert_eq!(calls(&app.keys("<up>e<enter>")).len(), 0);
    assert!(app.chat().intent().is_none() && draft(&app).is_empty());
    app.keys("<up>e");
    app.input(pail::state::Input::Pasted("x".repeat(20_000)));
    // The card for large pastes: into the composer.
    app.keys("<enter>");
    assert_eq!(calls(&app.keys("<enter>")).len(), 0);
    assert!(notice(&app).contains("Too long"));
}

#[test]
fn messages_of_others_are_not_changed_nor_deleted_by_members() {
    let mut app = talk();
    app.keys("<up>e");
    assert!(notice(&app).contains("Only who wrote"), "{}", notice(&app));
    app.keys("<alt-down><alt-down>");
    app.frame(posted(20, 1, BEA_LIND, "between us"));
    app.keys("<up>d");
    assert!(app.chat().overlay().is_none() && notice(&app).contains("Only moderators"));
}

#[test]
fn deleting_asks_first() {
    let mut app = talk();
    app.keys("<up>kd");
    assert_snapshot!("delete_card@80x24", app.screen(80, 24));
    assert_eq!(calls(&app.keys("<esc>")).len(), 0);
    let effects = app.keys("d<enter>");
    assert_eq!(calls(&effects), [&Call::DeleteMessage { message: MessageId(2) }]);
    app.answer(|call| matches!(call, Call::DeleteMessage { .. }), Err(refused("Not yours.")));
    assert_eq!(notice(&app), "Not yours.");
}

#[test]
fn nothing_is_done_about_a_message_that_is_gone() {
    for key in ["r", "e", "d", "y", "Y"] {
        let mut app = talk();
        app.frame(deleted(4, 3));
        let effects = app.keys(&format!("<up>{key}"));
        assert!(calls(&effects).is_empty() && copied(&effects).is_empty(), "{key}");
        assert!(notice(&app).contains("deleted"), "{key}: {}", notice(&app));
    }
}

#[test]
fn the_text_is_copied_as_it_was_written_and_a_link_names_the_place() {
    let mut app = talk();
    assert_eq!(copied(&app.keys("<up>kky")), ["Shall we\u{202E} ship?"]);
    assert_eq!(copied(&app.keys("jy")), ["on\tit\r\n`now`"]);
    assert_eq!(copied(&app.keys("Y")), ["http://127.0.0.1:7245/channels/10/messages/2"]);
    app.frame(edited(4, 2, "else"));
    assert_eq!(copied(&app.keys("y")), ["else"]);
}

#[test]
fn a_text_too_long_for_terminals_is_not_half_copied() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, &"x".repeat(COPY_BYTES_MAX + 1)));
    assert_eq!(copied(&app.keys("<up>y")), Vec::<&str>::new());
    assert!(notice(&app).contains("Too long"));
}

#[test]
fn what_a_message_said_before_is_shown_word_by_word() {
    let mut app = talk();
    app.keys("<up>h");
    assert!(notice(&app).contains("never changed"), "{}", notice(&app));
    app.frame(edited(4, 3, "thank you all"));
    assert_eq!(calls(&app.keys("h")), [&Call::Revisions { message: MessageId(3) }]);
    let revision = |minutes: i64, text: &str| Revision {
        message_text: text.to_owned(),
        created_at: Timestamp::from_millis(NOW_MS + minutes * 60_000),
    };
    let revisions = vec![revision(0, "thank you"), revision(5, "thank you\u{1b}[31m all")];
    app.answer(|call| matches!(call, Call::Revisions { .. }), Ok(Answer::Revisions(revisions)));
    for columns in [60, 80, 120, 200] {
        assert_snapshot!(format!("history_card@{columns}x24"), app.screen(columns, 24));
    }
}

#[test]
fn the_rule_says_what_is_answered_and_what_becomes_of_it() {
    let mut app = talk();
    app.keys("<up>r");
    app.frame(edited(4, 3, "thank you all"));
    for columns in [60, 80, 120, 200] {
        assert_snapshot!(format!("answering@{columns}x24"), app.screen(columns, 24));
    }
    app.keys("<esc><up>ke");
    for columns in [60, 80, 120, 200] {
        assert_snapshot!(format!("changing@{columns}x24"), app.screen(columns, 24));
    }
    assert_eq!(app.chat().timeline().unwrap().cursor(), Seq(4));
}
