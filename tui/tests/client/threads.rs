//! Threads: beside the chat or in its place, with messages, a draft and a selection of their own.

use insta::assert_snapshot;
use pail::state::intent::Conversation;
use pail::state::timeline::Scroll;
use pail::state::{Answer, Call, Context, Effect};
use pail_protocol::frame::ServerFrame;
use pail_protocol::limits::HISTORY_PAGE_DEFAULT;
use pail_protocol::message::{Message, Refers};
use pail_protocol::{ChannelId, MessageId, Seq};

use crate::frames::{deleted, edited};
use crate::harness::{
    ANA_SOUZA, App, BEA_LIND, GENERAL, OPS, calls, connecting, live, page, posted, posted_as,
    refused, sent,
};

/// A reply to the thread of message 1.
fn reply(seq: i64, sender: (i64, &str), text: &str) -> ServerFrame {
    let ServerFrame::Message(mut message) = posted(GENERAL, seq, sender, text) else {
        unreachable!("a message is a message")
    };
    message.context.thread = Some(MessageId(1));
    ServerFrame::Message(message)
}

fn talk() -> App {
    let mut app = live();
    app.screen(140, 24);
    app.frame(posted(GENERAL, 1, BEA_LIND, "Where do we eat?"));
    app.frame(posted(GENERAL, 2, (3, "Carlos Pinto"), "build is green"));
    app.frame(reply(3, (3, "Carlos Pinto"), "Soup place"));
    app.frame(reply(4, BEA_LIND, "Fine with me"));
    app
}

/// As the server tells it: the root, then replies of these numbers.
fn told(replies: std::ops::RangeInclusive<i64>) -> Answer {
    let messages = |from, to| match page(GENERAL, from, to) {
        Answer::History(page) => page.messages,
        other => panic!("{other:?}"),
    };
    let mut thread: Vec<Message> = messages(1, 1);
    thread[0].reply_count = replies.clone().count() as u64;
    thread.extend(messages(*replies.start(), *replies.end()));
    for reply in &mut thread[1..] {
        reply.context.thread = Some(MessageId(1));
    }
    Answer::Thread(thread)
}

fn asked(before: Option<i64>) -> Call {
    Call::Thread { root: MessageId(1), before: before.map(Seq) }
}

fn texts(app: &App) -> Vec<String> {
    let thread = app.chat().thread().expect("a thread is open");
    thread.entries().map(|entry| entry.raw().to_owned()).collect()
}

fn replies_of_root(app: &App) -> u64 {
    app.chat().timeline().unwrap().entries().next().unwrap().reply_count
}

fn draft_of_channel(app: &App) -> &str {
    let place = Conversation::channel(ChannelId(GENERAL));
    app.chat().draft_in(place).map_or("", |draft| draft.text())
}

#[test]
fn a_thread_opens_from_any_of_its_messages_with_what_is_at_hand_and_asks_for_the_rest() {
    for keys in ["<up>t", "<up>k<enter>", "<up>kkkt", "<up><f4>"] {
        let mut app = talk();
        let effects = app.keys(keys);
        assert_eq!(calls(&effects), [&asked(None)], "{keys}");
        assert_eq!(texts(&app), ["Where do we eat?", "Soup place", "Fine with me"]);
        assert_eq!(app.state.context(), Context::EmptyDraft);
    }
}

#[test]
fn what_is_written_there_goes_into_the_thread() {
    let mut app = talk();
    app.keys("for all<esc>t");
    let message = sent(&app.keys("Me too<enter>")).remove(0);
    let refers = Refers { thread: Some(MessageId(1)), ..Refers::default() };
    assert_eq!((message.message_text.as_str(), message.refers), ("Me too", refers));
    assert_eq!(draft_of_channel(&app), "for all");
    assert!(app.screen(140, 24).to_string().contains("Me too"));
    let refers = sent(&app.keys("<up>kr@bea!<enter>")).remove(0).refers;
    assert_eq!((refers.thread, refers.reply_to), (Some(MessageId(1)), Some(MessageId(4))));
}

#[test]
fn f4_takes_the_keys_puts_it_away_and_brings_it_back_with_its_draft() {
    let mut app = talk();
    app.keys("<up>thalf<esc>");
    assert_eq!((app.state.context(), draft_of_channel(&app)), (Context::EmptyDraft, ""));
    app.keys("main<f4>");
    assert_eq!(app.chat().draft().unwrap().text(), "half");
    app.keys("<f4>");
    assert!(app.chat().thread().is_none());
    assert_eq!(app.chat().draft().unwrap().text(), "main");
    app.keys("<f4>");
    assert_eq!(app.chat().draft().unwrap().text(), "half");
}

#[test]
fn it_stays_open_over_another_channel_and_still_hears() {
    let mut app = talk();
    app.keys("<up>t<alt-down>");
    assert_eq!(app.open_channel(), OPS);
    app.frame(reply(5, BEA_LIND, "still there?"));
    assert_eq!(texts(&app).last().unwrap(), "still there?");
    let refers = sent(&app.keys("yes<enter>")).remove(0);
    assert_eq!((refers.channel_id, refers.refers.thread), (ChannelId(GENERAL), Some(MessageId(1))));
}

#[test]
fn pages_replace_what_was_at_hand_and_older_ones_come_when_one_scrolls_up() {
    let mut app = talk();
    app.keys("<up>t");
    app.frame(reply(500, BEA_LIND, "newest"));
    let first = 500 - HISTORY_PAGE_DEFAULT as i64;
    app.answer(|call| *call == asked(None), Ok(told(first..=499)));
    assert_eq!(texts(&app).len(), HISTORY_PAGE_DEFAULT + 2);
    let mut effects = Vec::new();
    for _ in 0..20 {
        effects.extend(app.keys("<pgup>"));
    }
    let older: Vec<_> = calls(&effects);
    assert_eq!(older, [&asked(Some(first))]);
    app.answer(|call| *call == asked(Some(first)), Ok(told(first - 10..=first - 1)));
    assert_eq!(texts(&app).len(), HISTORY_PAGE_DEFAULT + 12);
    assert_eq!(calls(&app.keys("<pgup><pgup><pgup>")), Vec::<&Call>::new());
}

#[test]
fn replies_are_counted_once_through_deletions_and_replays() {
    let mut app = talk();
    assert_eq!(replies_of_root(&app), 2);
    app.frame(reply(4, BEA_LIND, "Fine with me"));
    app.frame(edited(5, 4, "Fine"));
    assert_eq!(replies_of_root(&app), 2);
    app.frame(deleted(6, 4));
    app.frame(deleted(6, 4));
    assert_eq!(replies_of_root(&app), 1);
    app.frame(reply(7, ANA_SOUZA, "ours"));
    assert_eq!(replies_of_root(&app), 2);
}

#[test]
fn changes_reach_the_thread_and_a_deleted_root_leaves_its_place() {
    let mut app = talk();
    app.keys("<up>t");
    app.frame(edited(5, 3, "Noodles"));
    app.frame(deleted(6, 1));
    assert_eq!(texts(&app), ["", "Noodles", "Fine with me"]);
    assert!(app.screen(140, 24).to_string().contains("(message deleted)"));
    app.frame(reply(7, BEA_LIND, "who deleted that?"));
    assert_eq!(texts(&app).len(), 4);
}

#[test]
fn what_came_while_offline_is_asked_for_and_a_refusal_is_said_once() {
    let mut app = talk();
    app.keys("<up>t");
    app.answer(|call| *call == asked(None), Ok(told(3..=4)));
    app.closed(None);
    app.hello("e1");
    let effects = app.ready(&[(GENERAL, 9, true), (OPS, 0, true)]);
    assert!(calls(&effects).contains(&&asked(None)));
    let effects = app.answer(|call| *call == asked(None), Err(refused("You are no member.")));
    assert_eq!(
        calls(&effects).iter().filter(|call| matches!(call, Call::Thread { .. })).count(),
        0
    );
    assert_eq!(app.chat().notice().unwrap().text.as_str(), "You are no member.");
}

#[test]
fn messages_of_a_thread_are_selected_in_it() {
    let mut app = talk();
    app.keys("<up>t<up>");
    assert_eq!(app.state.context(), Context::Select);
    let effects = app.keys("ky");
    assert!(effects.contains(&Effect::Copy("Soup place".to_owned())), "{effects:?}");
    app.keys("<esc><esc>");
    assert!(app.chat().thread().is_some() && app.chat().thread_with_keys().is_none());
    app.keys("<up>");
    assert!(app.chat().selection().is_some());
}

#[test]
fn a_flood_in_a_thread_is_bounded() {
    let mut app = talk();
    app.keys("<up>t");
    for seq in 5..3_000 {
        app.frame(reply(seq, BEA_LIND, "again"));
    }
    assert!(texts(&app).len() <= pail::state::thread::THREAD_MESSAGES_MAX);
    assert_eq!(texts(&app)[0], "Where do we eat?");
    assert_eq!(app.chat().thread().unwrap().scroll, Scroll::Bottom);
}

#[test]
fn a_thread_of_a_channel_that_is_gone_goes_with_it() {
    let mut app = talk();
    app.keys("<up>tdraft");
    app.frame(ServerFrame::ChannelDeleted(pail_protocol::frame::ChannelDeleted {
        channel_id: ChannelId(GENERAL),
        seq: Seq(5),
        bucket_id: None,
    }));
    assert!(app.chat().thread().is_none());
    app.keys("<f4>");
    assert!(app.chat().thread().is_none());
}

#[test]
fn the_draft_of_a_thread_survives_a_restart() {
    let mut app = talk();
    app.keys("<up>thalf");
    app.wait(2_000);
    let kept = app.kept();
    assert!(kept.drafts.is_empty());
    let mut app = connecting(kept);
    app.go_live(&[(GENERAL, 0), (OPS, 0)]);
    app.frame(posted_as(GENERAL, 1, BEA_LIND, "Where do we eat?", None));
    app.keys("<up>t");
    assert_eq!(app.chat().draft().unwrap().text(), "half");
}

#[test]
fn thread_panel() {
    for columns in [60, 80, 120, 200] {
        let mut app = talk();
        app.keys("<up>t");
        app.answer(|call| *call == asked(None), Ok(told(3..=4)));
        app.frame(reply(5, ANA_SOUZA, "Let us go at noon, before the queue is around the corner."));
        app.keys("See you");
        assert_snapshot!(format!("thread_panel@{columns}x24"), app.screen(columns, 24));
    }
}
