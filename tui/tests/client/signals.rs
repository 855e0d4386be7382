//! Signals: who is typing, who is there, what people are called now.

use insta::assert_snapshot;
use pail::state::{Effect, Input};
use pail_protocol::frame::{
    ClientFrame, Presence, Ready, ServerFrame, SomebodyTyping, Typing, UserUpdated,
};
use pail_protocol::{ChannelId, UserId};

use crate::harness::{ANA, App, BEA, BEA_LIND, GENERAL, OPS, calls, live, posted};

fn typing(channel: i64, user: i64) -> ServerFrame {
    let (channel_id, user_id) = (ChannelId(channel), UserId(user));
    ServerFrame::Typing(SomebodyTyping { channel_id, user_id })
}

fn told(effects: &[Effect]) -> Vec<i64> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::SendFrame(_, ClientFrame::Typing(Typing { channel_id })) => Some(channel_id.0),
        _ => None,
    });
    told.collect()
}

fn said(app: &App) -> String {
    app.chat().typing().map(|words| words.to_string()).unwrap_or_default()
}

#[test]
fn others_are_told_that_one_types_but_not_with_every_key() {
    let mut app = live();
    assert_eq!(told(&app.keys("hel")), [GENERAL]);
    app.wait(2_999);
    assert_eq!(told(&app.keys("l")), Vec::<i64>::new());
    app.wait(1);
    assert_eq!(told(&app.keys("o")), [GENERAL]);
    assert_eq!(told(&app.keys("<alt-down>x")), [OPS]);
    app.keys("<enter>");
    assert_eq!(told(&app.keys("more")), [OPS]);
}

#[test]
fn nobody_is_told_of_commands_nor_while_offline_nor_when_one_does_not_want_it() {
    let mut app = live();
    assert_eq!(told(&app.keys("/topic x")), Vec::<i64>::new());
    app.closed(None);
    assert_eq!(told(&app.keys("<ctrl-c>x")), Vec::<i64>::new());
    let mut app = live();
    app.state.around.chosen.settings.privacy.typing = false;
    assert_eq!(told(&app.keys("x")), Vec::<i64>::new());
}

#[test]
fn who_types_is_named_until_they_say_it_or_stop() {
    let mut app = live();
    app.frame(typing(GENERAL, ANA));
    assert_eq!(said(&app), "");
    app.frame(typing(GENERAL, BEA));
    assert_eq!(said(&app), "Bea Lind is typing…");
    app.wait(3_000);
    app.frame(typing(GENERAL, 3));
    assert_eq!(said(&app), "Bea Lind and Carlos Pinto are typing…");
    app.frame(typing(GENERAL, 4));
    assert_eq!(said(&app), "Bea Lind and 2 others are typing…");
    app.wait(3_000);
    assert_eq!(said(&app), "Carlos Pinto and Somebody are typing…");
    app.frame(posted(GENERAL, 1, (3, "Carlos Pinto"), "there"));
    assert_eq!(said(&app), "Somebody is typing…");
    app.keys("<alt-down>");
    assert_eq!(said(&app), "");
}

#[test]
fn time_alone_forgets_who_typed_and_a_storm_is_bounded() {
    let mut app = live();
    for user in 0..10_000 {
        app.frame(typing(GENERAL, 1_000 + user));
    }
    assert!(said(&app).contains("99 others"), "{}", said(&app));
    app.wait(600);
    let wake = app.state.next_wake().expect("somebody is to be forgotten");
    assert_eq!(wake.as_millis() - app.now_ms, 5_400);
    app.wait(5_400);
    assert_eq!(said(&app), "");
}

#[test]
fn who_is_there_is_known_while_one_is_connected() {
    let mut app = live();
    let is_online = |app: &App| app.chat().roster().is_online(UserId(BEA));
    assert!(!is_online(&app));
    app.frame(ServerFrame::Presence(Presence { user_id: UserId(BEA), online: true }));
    assert!(is_online(&app));
    app.closed(None);
    assert!(!is_online(&app));
    app.hello("e1");
    let (epoch, channels) = ("e1".to_owned(), Default::default());
    app.frame(ServerFrame::Ready(Ready { epoch, channels, online: Some(vec![UserId(BEA)]) }));
    assert!(is_online(&app));
    app.frame(ServerFrame::Presence(Presence { user_id: UserId(BEA), online: false }));
    assert!(!is_online(&app));
}

#[test]
fn a_new_name_stands_over_what_was_said_before() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "hello"));
    let (user_id, username) = (UserId(BEA), "bea".to_owned());
    let name = "Bea Lind-Olsen".to_owned();
    let effects =
        app.frame(ServerFrame::UserUpdated(UserUpdated { user_id, name, username, status: None }));
    assert!(!calls(&effects).is_empty());
    assert!(app.screen(80, 24).to_string().contains("Bea Lind-Olsen  09:31"));
}

#[test]
fn a_mention_is_what_the_server_says_is_one() {
    let mut app = live();
    app.input(Input::Focus(false));
    assert!(app.frame(posted(GENERAL, 1, BEA_LIND, "hey @ana")).contains(&Effect::Bell));
    assert!(!app.frame(posted(GENERAL, 2, BEA_LIND, "`@anabel`")).contains(&Effect::Bell));
    assert!(app.frame(posted(GENERAL, 3, BEA_LIND, "@here lunch")).contains(&Effect::Bell));
}

#[test]
fn somebody_is_typing() {
    for columns in [60, 80, 120, 200] {
        let mut app = live();
        app.frame(posted(GENERAL, 1, BEA_LIND, "hello"));
        app.frame(typing(GENERAL, BEA));
        assert_snapshot!(format!("typing@{columns}x16"), app.screen(columns, 16));
    }
}
