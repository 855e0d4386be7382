//! Reacting, copying code, opening links.

use insta::assert_snapshot;
use pail::state::effect::Effect;
use pail::state::overlay::Overlay;
use pail::state::{Answer, Call};
use pail_protocol::frame::{ReactionChanged, ServerFrame};
use pail_protocol::{ChannelId, MessageId, Seq, UserId};

use crate::harness::{ANA, App, BEA, BEA_LIND, GENERAL, calls, live, posted, refused};

const WITH_CODE: &str = "look:\n```rust\nfn main() {}\t\n```\nand\n```\nls -l\n```\nhttps://example.org/a?b=c and [docs](http://docs.example.com/x) and https://example.org/a?b=c";

fn talk() -> App {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, WITH_CODE));
    app
}

fn reacted(seq: i64, user: i64, emoji: &str, is_added: bool) -> ServerFrame {
    let change = ReactionChanged {
        message_id: MessageId(1),
        channel_id: ChannelId(GENERAL),
        seq: Seq(seq),
        user_id: UserId(user),
        emoji: emoji.to_owned(),
    };
    if is_added { ServerFrame::ReactionAdded(change) } else { ServerFrame::ReactionRemoved(change) }
}

fn react(emoji: &str) -> Call {
    Call::React { message: MessageId(1), emoji: emoji.to_owned() }
}

fn unreact(emoji: &str) -> Call {
    Call::Unreact { message: MessageId(1), emoji: emoji.to_owned() }
}

fn notice(app: &App) -> String {
    app.chat().notice().map(|notice| notice.text.to_string()).unwrap_or_default()
}

fn first(app: &App) -> String {
    match app.chat().overlay() {
        Some(Overlay::Palette(palette)) => {
            palette.marked_choice().map(|choice| choice.label.to_string()).unwrap_or_default()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_emoji_is_found_by_its_names_and_what_was_used_comes_first() {
    let mut app = talk();
    app.keys("<up>+");
    assert!(first(&app).starts_with("👍"));
    assert!(calls(&app.keys("tada<enter>")).contains(&&react("🎉")));
    app.keys("+");
    assert!(first(&app).starts_with("🎉"), "{}", first(&app));
    assert!(calls(&app.keys("<esc>:eyes<enter>")).contains(&&react("👀")));
}

#[test]
fn what_others_said_with_comes_first_and_ours_is_taken_back() {
    let mut app = talk();
    app.frame(reacted(2, BEA, "🦀", true));
    assert!(calls(&app.keys("<up>+<enter>")).contains(&&react("🦀")));
    app.frame(reacted(3, ANA, "🦀", true));
    assert!(calls(&app.keys("+<enter>")).contains(&&unreact("🦀")));
    app.frame(reacted(4, ANA, "🦀", false));
    assert!(calls(&app.keys("+<enter>")).contains(&&react("🦀")));
}

#[test]
fn nothing_is_shown_before_the_server_says_it_and_a_refusal_is_said() {
    let mut app = talk();
    app.keys("<up>+<enter>");
    let entry = |app: &App| app.chat().timeline().unwrap().entries().next().unwrap().clone();
    assert!(entry(&app).reactions.is_empty());
    app.answer(|call| *call == react("👍"), Err(refused("That message was deleted.")));
    assert_eq!(notice(&app), "That message was deleted.");
    app.keys("+<enter>");
    app.answer(|call| *call == react("👍"), Ok(Answer::Changed));
    assert!(entry(&app).reactions.is_empty());
    app.frame(reacted(2, ANA, "👍", true));
    assert_eq!(entry(&app).reactions.len(), 1);
}

#[test]
fn a_storm_of_reactions_stays_readable() {
    let mut app = talk();
    for at in 0..5_000 {
        app.frame(reacted(2 + at, 100 + at % 40, &format!("e{}", at % 50), at % 3 > 0));
    }
    app.keys("<up>");
    assert!(app.screen(80, 24).to_string().contains("› "));
}

#[test]
fn code_blocks_are_copied_to_the_byte() {
    let mut app = talk();
    let copied = |effects: Vec<Effect>| match effects.as_slice() {
        [Effect::Copy(text)] => text.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!(copied(app.keys("<up>1")), "fn main() {}\t\n");
    assert_eq!(copied(app.keys("2")), "ls -l\n");
    assert_eq!(copied(app.keys("3")), "[]");
    assert!(notice(&app).contains("2 blocks"), "{}", notice(&app));
}

#[test]
fn a_link_is_opened_only_after_its_whole_address_was_shown() {
    let mut app = talk();
    assert_eq!(app.keys("<up>o"), []);
    let effects = app.keys("docs<enter>");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::OpenLink(_))));
    assert!(app.screen(80, 24).to_string().contains("http://docs.example.com/x "));
    let expected = Effect::OpenLink("http://docs.example.com/x".to_owned());
    assert_eq!(app.keys("<enter>"), [expected]);
    app.frame(posted(GENERAL, 2, BEA_LIND, "javascript:alert(1) file:///etc/passwd"));
    app.keys("Go");
    assert!(notice(&app).contains("no link"), "{}", notice(&app));
}

#[test]
fn reaction_picker() {
    for columns in [60, 80, 120, 200] {
        let mut app = talk();
        app.frame(reacted(2, BEA, "🦀", true));
        app.frame(reacted(3, ANA, "🚀", true));
        app.keys("<up>+");
        assert_snapshot!(format!("reaction_picker@{columns}x24"), app.screen(columns, 24));
    }
}
