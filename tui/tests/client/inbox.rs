//! The threads one is in: what is listed, in which order, how far it reaches, where Enter leads.

use insta::assert_snapshot;
use pail::state::intent::Conversation;
use pail::state::{Answer, Call, Context};
use pail_protocol::frame::ServerFrame;
use pail_protocol::message::Message;
use pail_protocol::{ChannelId, MessageId};

use crate::frames::deleted;
use crate::harness::{
    ANA_SOUZA, App, BEA_LIND, GENERAL, OPS, calls, live, page, posted, refused, unread,
};

const CARLOS: (i64, &str) = (3, "Carlos Pinto");

/// A message of a thread; its root and itself have numbers that no other channel has.
fn said(channel: i64, root: i64, seq: i64, sender: (i64, &str), text: &str) -> ServerFrame {
    let ServerFrame::Message(mut message) = posted(channel, seq, sender, text) else {
        unreachable!("a message is a message")
    };
    message.id = MessageId(channel * 100 + seq);
    message.context.thread = (root != seq).then_some(MessageId(channel * 100 + root));
    ServerFrame::Message(message)
}

/// Ana wrote in one thread, began another and is called in a third; in the fourth she is not.
fn talk() -> App {
    let mut app = live();
    app.screen(80, 24);
    app.frame(said(GENERAL, 1, 1, BEA_LIND, "Where do we eat?"));
    app.frame(said(GENERAL, 2, 2, BEA_LIND, "Who has the keys?"));
    app.frame(said(GENERAL, 1, 3, ANA_SOUZA, "Soup place"));
    app.frame(said(GENERAL, 2, 4, CARLOS, "Not me"));
    app.frame(said(GENERAL, 1, 5, CARLOS, "Fine with me"));
    app.frame(said(OPS, 1, 1, ANA_SOUZA, "The disk of db-2 is full."));
    app.frame(said(OPS, 2, 2, BEA_LIND, "Release on Friday?"));
    (3..=5).for_each(|seq| drop(app.frame(said(OPS, seq, seq, CARLOS, "…"))));
    app.frame(said(OPS, 1, 6, BEA_LIND, "Again?"));
    app.frame(said(OPS, 1, 7, BEA_LIND, "I have made room."));
    app.frame(said(OPS, 2, 8, CARLOS, "@ana decides"));
    app
}

fn rows(app: &mut App) -> Vec<String> {
    let screen = app.screen(80, 24).to_string();
    let inside = screen.lines().skip_while(|line| !line.contains('╭')).skip(1);
    let inside = inside.filter_map(|line| line.split('│').nth(1).map(str::trim));
    let heads = inside.take_while(|line| !line.contains("as far as"));
    heads.filter(|line| line.contains('#')).map(str::to_owned).collect()
}

fn kept(app: &mut App, messages: Vec<Message>) {
    app.answer(|call| *call == Call::Threads, Ok(Answer::Threads(messages)));
}

/// Messages of a channel, the first of which has the others for replies.
fn thread_in(channel: i64, seqs: std::ops::RangeInclusive<i64>) -> Vec<Message> {
    let Answer::History(page) = page(channel, *seqs.start(), *seqs.end()) else {
        unreachable!("a page is a page")
    };
    let mut messages = page.messages;
    let root = messages[0].id;
    messages[0].reply_count = messages.len() as u64 - 1;
    messages[1..].iter_mut().for_each(|reply| reply.context.thread = Some(root));
    messages
}

#[test]
fn threads_one_is_in_are_listed_the_newest_first_with_what_is_unread() {
    let mut app = talk();
    let effects = app.keys("<alt-t>");
    assert_eq!(calls(&effects), [&Call::Threads]);
    let rows = rows(&mut app);
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows[0].contains("Release on Friday?") && rows[0].contains("1 new"), "{rows:?}");
    assert!(rows[1].contains("The disk of db-2") && rows[1].contains("2 new"), "{rows:?}");
    assert!(rows[2].contains("Where do we eat?") && !rows[2].contains("new"), "{rows:?}");
}

#[test]
fn enter_opens_one_in_its_channel() {
    let mut app = talk();
    app.keys("<alt-t><down><enter>");
    assert_eq!((app.open_channel(), app.state.context()), (OPS, Context::EmptyDraft));
    let place = Conversation { channel: ChannelId(OPS), thread: Some(MessageId(OPS * 100 + 1)) };
    assert_eq!(app.chat().thread_with_keys().map(|thread| thread.place), Some(place));
    app.keys("<esc><alt-left>");
    assert_eq!(app.open_channel(), GENERAL);
}

#[test]
fn it_is_in_the_palette_and_a_command() {
    for keys in ["<ctrl-k>>threads<enter>", "/threads<enter>", "<up><alt-t>"] {
        let mut app = talk();
        app.keys(keys);
        assert_eq!(app.state.context(), Context::Threads, "{keys}");
        app.keys("<esc>");
        assert!(app.chat().overlay().is_none());
    }
}

#[test]
fn what_this_machine_has_kept_joins_what_is_at_hand_once_and_without_a_connection() {
    let mut app = talk();
    app.closed(None);
    app.keys("<alt-t><down>");
    let mut messages = thread_in(OPS, 20..=22);
    messages[0].sender.id = pail_protocol::UserId(1);
    kept(&mut app, [messages.clone(), messages].concat());
    let all = rows(&mut app);
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(all[3].contains("message 20") && all[3].contains("2 new"), "{all:?}");
    assert!(app.screen(80, 24).to_string().contains("4 threads, as far as this machine has seen"));
    app.keys("<enter>");
    let root = app.chat().thread().map(|thread| thread.root);
    assert_eq!(root, Some(MessageId(OPS * 100 + 1)), "what was marked stays marked");
    assert!(app.calls.iter().all(|(_, call)| !matches!(call, Call::Thread { .. })));
}

#[test]
fn a_beginning_that_is_not_at_hand_is_fetched_and_a_refusal_disturbs_nobody() {
    let mut app = live();
    app.screen(80, 24);
    app.keys("<alt-t>");
    let mut messages = thread_in(GENERAL, 30..=31);
    messages[1].sender.id = pail_protocol::UserId(1);
    let root = messages.remove(0);
    kept(&mut app, messages.clone());
    assert!(app.screen(80, 24).to_string().contains("not on this machine yet"));
    let asked = Call::Thread { root: root.id, before: None };
    app.answer(|call| *call == asked, Ok(Answer::Thread([vec![root], messages].concat())));
    assert!(rows(&mut app)[0].contains("message 30"));
    app.keys("<esc><alt-t>");
    kept(&mut app, thread_in(OPS, 40..=40));
    assert!(app.chat().notice().is_none());
}

#[test]
fn a_refused_thread_that_nobody_has_open_is_no_news() {
    let mut app = live();
    app.keys("<alt-t>");
    let mut messages = thread_in(GENERAL, 30..=31);
    messages[1].sender.id = pail_protocol::UserId(1);
    kept(&mut app, messages.split_off(1));
    app.answer(|call| matches!(call, Call::Thread { .. }), Err(refused("You are no member.")));
    assert!(app.chat().notice().is_none());
}

#[test]
fn what_comes_while_it_is_open_is_listed_and_what_is_gone_is_not_said() {
    let mut app = talk();
    app.frame(deleted(6, GENERAL * 100 + 5));
    app.keys("<alt-t>");
    assert!(app.screen(80, 24).to_string().contains("Ana Souza: Soup place"));
    app.frame(said(GENERAL, 1, 7, BEA_LIND, "At noon?"));
    let screen = app.screen(80, 24).to_string();
    assert!(screen.contains("Bea Lind: At noon?"), "{screen}");
}

#[test]
fn without_any_it_says_how_one_begins() {
    let mut app = live();
    app.keys("<alt-t>");
    kept(&mut app, Vec::new());
    assert!(app.screen(80, 24).to_string().contains("t begins one"));
    app.keys("<enter>");
    assert_eq!(app.state.context(), Context::Threads);
}

#[test]
fn a_flood_of_threads_is_bounded() {
    let mut app = live();
    app.keys("<alt-t>");
    let many = (0..300).flat_map(|at| {
        let mut thread = thread_in(GENERAL, at * 2 + 1..=at * 2 + 2);
        thread[0].sender.id = pail_protocol::UserId(1);
        thread.pop();
        thread
    });
    let mut many: Vec<Message> = many.collect();
    many.iter_mut().for_each(|root| root.reply_count = 1);
    kept(&mut app, many);
    let asked = app.calls.iter().filter(|(_, call)| matches!(call, Call::Thread { .. })).count();
    assert_eq!(asked, pail::state::threads::FETCHED_MAX);
    assert!(app.screen(80, 24).to_string().contains("50 threads"));
    app.keys("<pgdn><pgdn><end>jjjjk<pgup>");
}

#[test]
fn a_root_says_when_the_last_reply_came() {
    let mut app = talk();
    assert!(app.screen(80, 24).to_string().contains("↳ 2 replies, last 09:35"));
    app.keys("<alt-down>");
    app.frame(said(OPS, 1, 9, BEA_LIND, "Done."));
    assert!(app.screen(80, 24).to_string().contains("↳ 3 replies, last 09:39"));
}

#[test]
fn where_messages_are_missing_only_the_number_of_replies_is_said() {
    let mut app = talk();
    app.closed(None);
    app.hello("e1");
    app.ready(&[(GENERAL, 90, false), (OPS, 8, true)]);
    app.answer_lists(&[unread(GENERAL, 90, 5, 80)]);
    let screen = app.screen(80, 24).to_string();
    assert!(screen.contains("↳ 2 replies") && !screen.contains("last 09"), "{screen}");
}

#[test]
fn what_it_looks_like() {
    let mut app = talk();
    app.keys("<alt-t>");
    kept(&mut app, Vec::new());
    for (columns, rows) in [(60, 20), (80, 24), (120, 40), (200, 50)] {
        assert_snapshot!(format!("threads@{columns}x{rows}"), app.screen(columns, rows));
    }
}
