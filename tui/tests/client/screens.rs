//! What people see, at two sizes. Review these like code.

use insta::assert_snapshot;
use pail::state::welcome::{Suggestions, Way, Welcome};
use pail::state::{Answer, Call, Input};
use pail::text::SafeText;
use pail::view::Theme;
use pail_protocol::ChannelId;
use pail_protocol::error::ErrorCode;
use pail_protocol::frame::{FrameError, ServerFrame};
use ratatui::style::Color;

use crate::harness::{
    ANA_SOUZA, App, BEA_LIND, DIRECT, GENERAL, OPS, connecting, live, page, posted, posted_as,
    sent, welcome,
};
use crate::hostile::HOSTILE;

const CARLOS: (i64, &str) = (3, "Carlos Pinto");

fn check(name: &str, app: &mut App) {
    assert_snapshot!(format!("{name}@80x24"), app.screen(80, 24));
    assert_snapshot!(format!("{name}@140x40"), app.screen(140, 40));
}

fn known() -> Suggestions {
    Suggestions { name: "ana".to_owned(), ..Suggestions::default() }
}

fn busy() -> App {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "Good morning! Coffee is ready ☕"));
    app.frame(posted(
        GENERAL,
        2,
        CARLOS,
        "Morning. The deploy of 1.4 went out at nine and nothing is on fire so far.",
    ));
    app.frame(posted(GENERAL, 3, CARLOS, "fn main() {\n    println!(\"日本語\");\n}"));
    app.frame(posted(GENERAL, 4, BEA_LIND, "@ana could you have a look at the latency graph?"));
    app.frame(posted_as(GENERAL, 5, ANA_SOUZA, "On it.", None));
    app.frame(posted(OPS, 1, CARLOS, "disk"));
    app.frame(posted(OPS, 2, CARLOS, "full"));
    app.frame(posted(DIRECT, 1, BEA_LIND, "psst"));
    app
}

#[test]
fn chooser() {
    check("chooser", &mut welcome(Welcome::chooser(known(), None)));
}

#[test]
fn logged_out() {
    let mut app = live();
    app.closed(Some(4001));
    check("logged_out", &mut app);
}

#[test]
fn join_prompt() {
    let link = "http://127.0.0.1:7245/join/Zm9vYmFyYmF6cXV4".to_owned();
    let mut app = welcome(Welcome::form(Way::Join, Suggestions { link, ..known() }));
    app.input(Input::Entered(Err(SafeText::line("The invite has been used up."))));
    check("join_prompt", &mut app);
}

#[test]
fn chat_with_unread() {
    let mut app = busy();
    app.keys("Shall we<ctrl-j>meet at eleven?");
    check("chat_with_unread", &mut app);
}

#[test]
fn unread_line() {
    let mut app = busy();
    app.keys("<alt-a><alt-a>");
    check("unread_line", &mut app);
}

#[test]
fn without_sidebar() {
    assert_snapshot!("without_sidebar@60x20", busy().screen(60, 20));
}

#[test]
fn palette() {
    let mut app = busy();
    app.keys("<ctrl-k>");
    check("palette", &mut app);
    assert_snapshot!("palette@60x20", app.screen(60, 20));
    assert_snapshot!("palette@200x50", app.screen(200, 50));
}

#[test]
fn recents() {
    let mut app = busy();
    app.keys("<alt-down><alt-down><ctrl-r>");
    check("recents", &mut app);
    assert_snapshot!("recents@60x20", app.screen(60, 20));
}

#[test]
fn palette_narrowed() {
    let mut app = busy();
    app.keys("<ctrl-k>invi");
    check("palette_narrowed", &mut app);
}

#[test]
fn help() {
    let mut app = busy();
    app.keys("<f1>");
    check("help", &mut app);
}

#[test]
fn dialog() {
    let mut app = busy();
    app.keys("<ctrl-k>create channel<enter>rust");
    check("dialog", &mut app);
}

#[test]
fn invite_card() {
    let mut app = busy();
    app.keys("<ctrl-k>invite<enter>");
    let line = "pail join http://127.0.0.1:7245/join/Zm9vYmFyYmF6cXV4".to_owned();
    app.answer(|call| matches!(call, Call::Invite { .. }), Ok(Answer::Invited(line)));
    check("invite_card", &mut app);
}

#[test]
fn offline_with_pending() {
    let mut app = busy();
    for _ in 0..6 {
        app.closed(None);
    }
    app.keys("Are you still there?<enter>Hello?<enter>");
    check("offline_with_pending", &mut app);
}

#[test]
fn scrolled_up() {
    let mut app = connecting(Default::default());
    app.go_live(&[(GENERAL, 300), (OPS, 0), (DIRECT, 0)]);
    let asked = |before| Call::HistoryBefore {
        channel: ChannelId(GENERAL),
        before: pail_protocol::Seq(before),
    };
    app.answer(|call| *call == asked(301), Ok(page(GENERAL, 201, 300)));
    app.keys("<pgup><pgup>");
    app.frame(posted(GENERAL, 301, BEA_LIND, "something new"));
    check("scrolled_up", &mut app);
}

#[test]
fn refused_message() {
    let mut app = busy();
    let nonce = sent(&app.keys("This will not do<enter>"))[0].nonce.clone();
    let error = "you are not a member of this channel".to_owned();
    app.frame(ServerFrame::Error(FrameError {
        error,
        code: ErrorCode::NotAMember,
        nonce: Some(nonce),
    }));
    check("refused_message", &mut app);
}

#[test]
fn hostile_text() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, HOSTILE));
    app.frame(posted(GENERAL, 2, (3, HOSTILE), "a hostile name"));
    check("hostile_text", &mut app);
}

#[test]
fn without_colours_no_cell_has_one() {
    let mut app = busy();
    app.screen(80, 24);
    let cells = app.styled(Theme::without_colours());
    assert!(cells.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    let cells = app.styled(Theme::default());
    assert!(cells.iter().any(|cell| cell.fg != Color::Reset));
    assert!(cells.iter().all(|cell| cell.bg == Color::Reset), "the background is the terminal's");
}
