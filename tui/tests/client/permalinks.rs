//! Links to messages: copied, followed in whichever account they belong to, and never a dead end.

use pail::state::keepsake::Keepsake;
use pail::state::timeline::ItemId;
use pail::state::{Answer, Call, Context, Effect};
use pail_protocol::{ChannelId, MessageId, Seq};

use crate::harness::{
    App, BEA_LIND, FIRST, GENERAL, OPS, SECOND, calls, live, page, posted, refused,
};
use crate::pages::message;
use crate::pointing::{click, find};

const HERE: &str = "http://127.0.0.1:7245";
const ABROAD: &str = "https://chat.example";

fn link(server: &str, channel: i64, message: i64) -> String {
    format!("{server}/channels/{channel}/messages/{message}")
}

fn reading(text: &str) -> App {
    let mut app = live();
    app.screen(120, 24);
    app.frame(posted(GENERAL, 1, BEA_LIND, "The decision was made here."));
    app.frame(posted(GENERAL, 2, BEA_LIND, text));
    app
}

fn notice(app: &App) -> &str {
    app.chat().notice().map(|notice| notice.text.as_str()).unwrap_or_default()
}

#[test]
fn a_message_at_hand_is_shown_at_once() {
    let mut app = reading(&link(HERE, GENERAL, 1));
    let effects = app.keys("<up>o");
    assert!(!calls(&effects).iter().any(|call| matches!(call, Call::Message { .. })));
    assert_eq!(app.chat().selection(), Some(&ItemId::Message(Seq(1))));
    let mut app = reading(&link(HERE, GENERAL, 1));
    let at = find(&mut app, "127.0.0.1");
    click(&mut app, at);
    assert_eq!(app.chat().selection(), Some(&ItemId::Message(Seq(1))));
}

#[test]
fn what_is_copied_leads_back_to_the_same_message() {
    let mut app = reading("hi");
    let effects = app.keys("<up>kY");
    assert!(effects.contains(&Effect::Copy(link(HERE, GENERAL, 1))), "{effects:?}");
    app.keys("<esc>");
    app.keys(&format!("/go {}<enter>", link(HERE, GENERAL, 1)));
    assert_eq!(app.chat().selection(), Some(&ItemId::Message(Seq(1))));
}

#[test]
fn one_elsewhere_is_asked_for_gone_to_and_come_back_from() {
    let mut app = reading(&link(HERE, OPS, 70));
    let effects = app.keys("<up>o");
    let asked = Call::Message { message: MessageId(70) };
    assert_eq!(calls(&effects), [&asked]);
    app.answer(|call| *call == asked, Ok(Answer::Message(Box::new(message(OPS, 70)))));
    assert_eq!(app.open_channel(), OPS);
    let around = Call::HistoryAround { channel: ChannelId(OPS), seq: Seq(70) };
    app.answer(|call| *call == around, Ok(page(OPS, 20, 119)));
    assert_eq!(app.chat().selection(), Some(&ItemId::Message(Seq(70))));
    app.keys("<alt-left>");
    assert_eq!(app.open_channel(), GENERAL);
}

#[test]
fn the_account_it_belongs_to_comes_forward() {
    let mut app = reading(&link(ABROAD, OPS, 70));
    app.enter(SECOND, ABROAD, Keepsake::default(), true);
    app.play(SECOND);
    app.go_live(&[(GENERAL, 0), (OPS, 0)]);
    assert_eq!(app.state.accounts.front(), Some(FIRST));
    app.keys("<up>o");
    assert_eq!(app.state.accounts.front(), Some(SECOND));
    let asked = Call::Message { message: MessageId(70) };
    app.answer(|call| *call == asked, Ok(Answer::Message(Box::new(message(OPS, 70)))));
    assert_eq!(app.open_channel(), OPS);
}

#[test]
fn where_we_have_no_account_it_says_so_and_offers_the_browser() {
    let mut app = reading(&link(ABROAD, OPS, 70));
    app.keys("<up>o");
    assert_eq!(app.state.context(), Context::Card);
    assert!(app.screen(120, 24).to_string().contains("where you are not logged in"));
    assert_eq!(app.keys("<enter>"), [Effect::OpenLink(link(ABROAD, OPS, 70))]);
    app.keys(&format!("<esc>/go {}<enter>", link(ABROAD, OPS, 70)));
    assert!(notice(&app).contains("not logged in"), "{}", notice(&app));
}

#[test]
fn one_that_is_gone_or_not_for_us_says_so() {
    let mut app = reading(&link(HERE, 99, 70));
    app.keys("<up>o");
    let asked = Call::Message { message: MessageId(70) };
    app.answer(|call| *call == asked, Err(refused("Not found.")));
    assert_eq!(notice(&app), "That message cannot be shown: Not found.");
    app.keys("o");
    app.answer(|call| *call == asked, Ok(Answer::Message(Box::new(message(99, 70)))));
    assert_eq!(notice(&app), "That message is in a channel you are not in.");
    assert_eq!(app.open_channel(), GENERAL);
}

#[test]
fn among_several_links_those_to_messages_say_where() {
    let text = format!("{} and {}", link(HERE, OPS, 70), "https://docs.example");
    let mut app = reading(&text);
    app.keys("<up>o");
    let screen = app.screen(120, 24).to_string();
    assert!(screen.contains("a message in #ops"), "{screen}");
    assert_eq!(calls(&app.keys("<enter>")), [&Call::Message { message: MessageId(70) }]);
}
