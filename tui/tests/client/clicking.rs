//! Clicks: on what a message is made of, in a thread, in lists, on cards, among members.

use pail::state::pointer::Gesture;
use pail::state::{Answer, Call, Context, Effect, Input};
use pail::view::Theme;
use pail_protocol::attachment::Attachment;
use pail_protocol::frame::ServerFrame;
use pail_protocol::{AttachmentId, BucketId, ChannelId, MemberId, MessageId, Timestamp, UserId};

use crate::harness::{
    ANA, ANA_SOUZA, App, BEA, BEA_LIND, DIRECT, GENERAL, OPS, calls, live, page, posted,
};
use crate::pointing::{click, copied, drag, end_of, find, last, point};

fn with(
    frame: ServerFrame,
    change: impl FnOnce(&mut pail_protocol::message::Context),
) -> ServerFrame {
    let ServerFrame::Message(mut message) = frame else { unreachable!("a message is a message") };
    change(&mut message.context);
    ServerFrame::Message(message)
}

/// A question with two answers in its thread, a link, a file and an answer.
fn talk() -> App {
    let mut app = live();
    app.screen(140, 30);
    app.frame(posted(GENERAL, 1, BEA_LIND, "Where do we eat?"));
    let thread = |seq, who, text| {
        with(posted(GENERAL, seq, who, text), |context| context.thread = Some(MessageId(1)))
    };
    app.frame(thread(2, (3, "Carlos Pinto"), "Soup place, see https://soup.example/menu"));
    app.frame(thread(3, BEA_LIND, "Fine with me"));
    app.frame(with(posted(GENERAL, 4, BEA_LIND, "The log"), |context| {
        context.attachments = vec![Attachment {
            id: AttachmentId(3),
            name: "trace.txt".to_owned(),
            size: 1024,
            content_type: "text/plain".to_owned(),
            url: "/api/chat/attachments/3/".to_owned(),
            sha256: String::new(),
        }];
    }));
    let answer = posted(GENERAL, 5, ANA_SOUZA, "Thanks, https://docs.example/a is better");
    app.frame(with(answer, |context| context.reply_to = Some(MessageId(4))));
    app
}

fn press(app: &mut App, text: &str) -> Vec<Effect> {
    let at = find(app, text);
    click(app, at)
}

fn twice(app: &mut App, text: &str) -> Vec<Effect> {
    let at = find(app, text);
    click(app, at);
    click(app, at)
}

#[test]
fn a_link_is_asked_about_in_full_and_opened_by_its_button() {
    let mut app = talk();
    let effects = press(&mut app, "docs.example");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::OpenLink(_))));
    assert_eq!(app.state.context(), Context::Card);
    assert!(app.screen(140, 30).to_string().contains("https://docs.example/a"));
    app.wait(1_000);
    let effects = press(&mut app, "[Enter yes]");
    assert_eq!(effects, [Effect::OpenLink("https://docs.example/a".to_owned())]);
    press(&mut app, "docs.example");
    app.wait(1_000);
    assert_eq!(press(&mut app, "[Esc no]"), []);
    assert!(app.chat().overlay().is_none());
}

#[test]
fn a_link_can_be_dragged_over() {
    let mut app = talk();
    let (from, to) = (find(&mut app, "https://docs"), end_of(&mut app, "docs.example/a"));
    assert_eq!(copied(&drag(&mut app, from, to)), Some("https://docs.example/a"));
    assert!(app.chat().overlay().is_none());
}

#[test]
fn rows_of_a_message_lead_where_they_say() {
    let mut app = talk();
    press(&mut app, "2 replies");
    assert_eq!(app.chat().thread_with_keys().map(|thread| thread.root), Some(MessageId(1)));
    let mut app = talk();
    press(&mut app, "in a thread");
    assert_eq!(app.chat().thread_with_keys().map(|thread| thread.root), Some(MessageId(1)));
    let mut app = talk();
    press(&mut app, "trace.txt");
    assert!(app.screen(140, 30).to_string().contains("Save trace.txt to"));
    let mut app = talk();
    press(&mut app, "↳ Bea Lind: The log");
    app.keys("y");
    assert!(app.chat().notice().is_some_and(|notice| notice.text.as_str().contains("clipboard")));
    let mut app = live();
    app.screen(140, 30);
    app.frame(posted(GENERAL, 1, BEA_LIND, &"line\n".repeat(60)));
    press(&mut app, "more lines");
    assert!(!app.screen(140, 30).to_string().contains("more lines"));
}

#[test]
fn two_presses_on_a_name_mention_them() {
    let mut app = talk();
    app.keys("Thank you ");
    twice(&mut app, "Bea Lind  09:31");
    assert_eq!(app.chat().draft().unwrap().text(), "Thank you @bea ");
    assert_eq!(app.state.context(), Context::Chat);
}

#[test]
fn a_thread_takes_presses_drags_and_carets_as_the_channel_does() {
    for columns in [60, 80, 140] {
        let mut app = talk();
        press(&mut app, "2 replies");
        app.screen(columns, 30);
        app.keys("hello");
        let at = last(&mut app, "hello");
        click(&mut app, at);
        app.keys("> ");
        assert_eq!(app.chat().draft().unwrap().text(), "> hello");
        let from = last(&mut app, "Fine with me");
        let to = (from.0 + 10, from.1);
        assert_eq!(copied(&drag(&mut app, from, to)), Some("Fine with "));
        app.wait(1_000);
        click(&mut app, from);
        assert_eq!(app.state.context(), Context::Select);
        assert!(app.chat().thread_with_keys().is_some());
        let at = last(&mut app, "https://soup");
        click(&mut app, at);
        assert_eq!(app.state.context(), Context::Card, "a link");
    }
}

#[test]
fn choosing_in_the_palette_does_what_enter_does() {
    let mut app = talk();
    app.keys("<ctrl-k>ops");
    press(&mut app, "#ops  ");
    let mut app = talk();
    app.keys("<ctrl-k>");
    let at = find(&mut app, "@Bea Lind");
    let at = (at.0.max(40), find(&mut app, "direct message").1);
    click(&mut app, at);
    assert_eq!(app.open_channel(), DIRECT);
    app.keys("<ctrl-k>?settings");
    press(&mut app, "Settings…");
    assert_eq!(app.state.context(), Context::Settings);
}

#[test]
fn the_wheel_moves_the_mark_in_every_list() {
    let mut app = talk();
    for keys in ["<ctrl-k>", "<f1>", "<ctrl-k>?settings<enter>"] {
        app.keys(keys);
        app.screen(140, 20);
        let before = app.styled(Theme::default());
        (0..3).for_each(|_| drop(point(&mut app, Gesture::WheelDown, (70, 10))));
        assert!(app.styled(Theme::default()) != before, "{keys}");
        (0..3).for_each(|_| drop(point(&mut app, Gesture::WheelUp, (70, 10))));
        assert!(app.styled(Theme::default()) == before, "{keys}");
        app.keys("<esc><esc>");
    }
}

#[test]
fn a_press_beside_a_list_closes_it_and_beside_a_line_being_typed_does_not() {
    let mut app = talk();
    for keys in ["<ctrl-k>", "<ctrl-f>words", "<alt-t>"] {
        app.keys(keys);
        app.wait(1_000);
        click(&mut app, (0, 0));
        assert!(app.chat().overlay().is_none(), "{keys}");
    }
    app.keys("<ctrl-k>change your name<enter>");
    app.wait(1_000);
    click(&mut app, (0, 0));
    assert_eq!(app.state.context(), Context::Prompt);
}

#[test]
fn what_was_found_is_gone_to_and_how_far_it_looks_is_widened() {
    let mut app = talk();
    app.keys("<ctrl-f>menu");
    app.wait(1_000);
    let Answer::History(found) = page(GENERAL, 1, 3) else { unreachable!("a page is a page") };
    let hits = found.messages.into_iter().map(|message| pail_protocol::search::SearchHit {
        channel_name: "general".to_owned(),
        bucket: Some(BucketId(1)),
        snippet: message.message_text.clone(),
        matches: Vec::new(),
        message,
    });
    let is_search = |call: &Call| matches!(call, Call::Search(_));
    app.answer(is_search, Ok(Answer::Found(hits.collect())));
    press(&mut app, "message 2");
    assert!(app.chat().overlay().is_none());
    assert_eq!(app.state.context(), Context::Select);
    app.keys("<ctrl-f>menu");
    press(&mut app, "Tab widens");
    app.wait(1_000);
    let within = app.calls.iter().rev().find_map(|(_, call)| match call {
        Call::Search(search) => Some(search.within),
        _ => None,
    });
    assert_eq!(within, Some(pail::state::effect::Within::Bucket(BucketId(1))));
}

#[test]
fn a_channel_of_the_digest_and_a_thread_of_the_list_are_gone_to() {
    let mut app = talk();
    app.input(Input::Focus(false));
    app.frame(posted(OPS, 1, BEA_LIND, "The disk is full."));
    app.keys("<alt-c>");
    press(&mut app, "The disk is full.");
    assert_eq!(app.open_channel(), OPS);
    let mut app = talk();
    app.frame(with(posted(GENERAL, 6, ANA_SOUZA, "Me too"), |context| {
        context.thread = Some(MessageId(1));
    }));
    app.keys("<alt-t>");
    press(&mut app, "3 replies · ");
    assert!(app.chat().thread_with_keys().is_some());
}

#[test]
fn a_member_is_marked_by_one_press_and_written_to_by_two() {
    let mut app = talk();
    app.keys("<f3>");
    let member = |user: i64, name: &str| pail_protocol::channel::ChannelMember {
        id: MemberId(user),
        channel: ChannelId(GENERAL),
        user: UserId(user),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
        user_name: name.to_owned(),
        username: name.to_lowercase(),
    };
    let list = vec![member(ANA, "Ana"), member(BEA, "Bea"), member(3, "Carlos")];
    let is_asked = |call: &Call| matches!(call, Call::ChannelMembers { .. });
    app.answer(is_asked, Ok(Answer::ChannelMembers(list)));
    assert!(calls(&press(&mut app, "@carlos")).is_empty());
    app.wait(1_000);
    assert_eq!(calls(&twice(&mut app, "@bea")), [&Call::OpenDirect { user: UserId(BEA) }]);
}

#[test]
fn a_paste_is_decided_about_with_a_button() {
    let mut app = talk();
    app.input(Input::Pasted("let a = 1;\n".repeat(200)));
    press(&mut app, "[c code]");
    assert!(app.chat().draft().unwrap().text().starts_with("```"));
}
