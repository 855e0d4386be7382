//! Several accounts at once: each hears its own server, one is in front.

use pail::state::{Call, Effect, Screen};

use crate::harness::{
    ANA_SOUZA, App, BEA_LIND, FIRST, GENERAL, OPS, SECOND, calls, live, posted, posted_as, sent,
};

const CHANNELS: [(i64, i64); 3] = [(GENERAL, 0), (OPS, 0), (20, 0)];

/// Ana on two servers that number their channels alike; the first one is in front.
fn two() -> App {
    let mut app = live();
    app.play(SECOND);
    app.enter(SECOND, "https://chat.example.org", Default::default(), true);
    app.go_live(&CHANNELS);
    app
}

fn go_to_second(app: &mut App) {
    app.keys("<ctrl-k>>account example<enter>");
    assert_eq!(app.state.accounts.front(), Some(SECOND));
}

#[test]
fn the_same_channel_of_two_servers_is_two_channels() {
    let mut app = two();
    app.frame(posted(GENERAL, 1, BEA_LIND, "abroad"));
    app.play(FIRST);
    app.frame(posted(GENERAL, 1, BEA_LIND, "at home"));
    assert_eq!(app.texts(), ["at home"]);
    go_to_second(&mut app);
    assert_eq!(app.texts(), ["abroad"]);
}

#[test]
fn what_is_typed_goes_to_the_account_in_front() {
    let mut app = two();
    app.keys("for home");
    go_to_second(&mut app);
    let outgoing = app.keys("for abroad<enter>");
    assert_eq!(sent(&outgoing)[0].message_text, "for abroad");
    app.keys("<ctrl-k>>account 127.0.0.1<enter>");
    assert_eq!(app.chat().draft().unwrap().text(), "for home", "a draft waits where it was");
}

#[test]
fn nothing_is_marked_read_in_an_account_that_is_not_seen() {
    let mut app = two();
    let effects = app.frame(posted(GENERAL, 1, BEA_LIND, "psst"));
    assert!(calls(&effects).is_empty(), "{effects:?}");
    assert_eq!(app.played().roster().unread(), 1);
    let effects = app.keys("<ctrl-k>>account example<enter>");
    let is_mark = |call: &&Call| matches!(call, Call::MarkRead { .. });
    assert!(calls(&effects).iter().any(is_mark), "now it is seen: {effects:?}");
    assert_eq!(app.played().roster().unread(), 0);
}

#[test]
fn a_mention_behind_the_account_in_front_calls() {
    let mut app = two();
    let effects = app.frame(posted(GENERAL, 1, BEA_LIND, "@ana are you there?"));
    assert!(effects.contains(&Effect::Bell));
    let notification = effects.iter().find_map(|effect| match effect {
        Effect::Notify(notification) => Some(notification),
        _ => None,
    });
    let title = notification.expect("a mention calls").title.as_str();
    assert_eq!(title, "Bea Lind in #general · ana on chat.example.org", "which account it is for");
}

#[test]
fn a_server_that_is_gone_hinders_no_other() {
    let mut app = two();
    app.closed(None);
    app.play(FIRST);
    app.frame(posted(GENERAL, 1, BEA_LIND, "still here"));
    assert_eq!(app.texts(), ["still here"]);
    assert!(app.link() != app.state.accounts.get(SECOND).unwrap().connection().link());
    app.wait(20_000);
    assert_eq!(app.state.next_wake(), None, "nobody sees the seconds pass");
}

#[test]
fn the_ways_in_lie_over_the_chat_and_esc_goes_back() {
    let mut app = two();
    app.keys("<ctrl-k>add an account<enter>");
    assert!(matches!(app.state.screen(), Screen::Welcome(_)));
    insta::assert_snapshot!("add_an_account@80x24", app.screen(80, 24));
    app.keys("<enter><esc><esc>");
    assert!(matches!(app.state.screen(), Screen::Chat(_)));
    assert_eq!(app.state.accounts.front(), Some(FIRST));
}

#[test]
fn logging_out_of_one_leaves_the_other() {
    let mut app = two();
    app.keys("<ctrl-k>log out<enter>");
    let effects = app.keys("<enter>");
    assert!(effects.contains(&Effect::LogOut) && effects.contains(&Effect::Close));
    assert!(matches!(app.state.screen(), Screen::Welcome(_)));
    app.keys("<esc>");
    assert_eq!(app.state.accounts.front(), Some(SECOND));
    assert_eq!(app.state.accounts.iter().len(), 1);
}

#[test]
fn a_login_that_ends_behind_the_chat_interrupts_nobody() {
    let mut app = two();
    app.keys("half a sen");
    let effects = app.closed(Some(4001));
    assert_eq!(effects.last(), Some(&Effect::Close));
    assert_eq!(app.chat().draft().unwrap().text(), "half a sen");
    let warning = app.chat().warning().expect("it is said").as_str().to_owned();
    assert!(warning.contains("chat.example.org"), "{warning}");
}

#[test]
fn entering_an_open_account_again_brings_it_forward_with_all_it_has() {
    let mut app = two();
    app.frame(posted(GENERAL, 1, BEA_LIND, "kept"));
    let effects = app.enter(SECOND, "https://chat.example.org", Default::default(), false);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Connect { .. })));
    assert!(effects.contains(&Effect::CameForward));
    assert_eq!(app.texts(), ["kept"]);
}

#[test]
fn quitting_keeps_what_is_unsaid_in_every_account() {
    let mut app = two();
    let effects = app.keys("<ctrl-q>");
    let kept = effects.iter().filter(|effect| matches!(effect, Effect::Remember(_)));
    assert_eq!(kept.count(), 2);
    assert!(effects.contains(&Effect::Quit));
}

#[test]
fn several_accounts_share_the_sidebar() {
    let mut app = two();
    app.frame(posted_as(OPS, 1, BEA_LIND, "disk", None));
    app.frame(posted_as(OPS, 2, ANA_SOUZA, "full", None));
    insta::assert_snapshot!("several_accounts@80x24", app.screen(80, 24));
    insta::assert_snapshot!("several_accounts@140x40", app.screen(140, 40));
}
