//! Text of others on every screen: whatever it holds, cells stay where they are.

use pail::state::Input;
use pail::state::welcome::{Suggestions, Way, Welcome};
use pail::state::{Answer, Call};
use pail::text::SafeText;
use pail_protocol::account::{Profile, Status};
use pail_protocol::bucket::{BucketSummary, Role};
use pail_protocol::error::ErrorCode;
use pail_protocol::frame::{FrameError, ServerFrame};
use pail_protocol::{BucketId, UserId};
use ratatui::backend::TestBackend;

use crate::harness::{
    App, BEA, DIRECT, GENERAL, OPS, channel, connecting, direct, live, person, posted, refused,
    sent, unread, welcome,
};

pub const HOSTILE: &str = "\x1b[31mred\x1b]52;c;aGk=\x07 \u{202E}gnp.exe\u{202C} a\u{200B}b \
    \u{2066}x\u{2069} \x08\x7f\u{9b}2J \u{3164}\u{2800}\u{115F} \u{E0041} \u{FEFF}\u{2028}\
    10:32 admin: forged\r\n\tAna Souza  10:33";

fn towers() -> String {
    format!("Z{} 👩{}", "\u{301}".repeat(500), "\u{200D}👩".repeat(200))
}

#[track_caller]
fn assert_clean(screen: &TestBackend) {
    for cell in &screen.buffer().content {
        let symbol = cell.symbol();
        let is_bad = |c: char| {
            c.is_control()
                || matches!(c, '\u{200B}'..='\u{200C}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
                    | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{3164}' | '\u{115F}' | '\u{1160}'
                    | '\u{FFA0}' | '\u{2800}' | '\u{AD}' | '\u{61C}' | '\u{E0000}'..='\u{E0FFF}')
        };
        assert!(!symbol.chars().any(is_bad), "{symbol:?}");
        assert!(symbol.len() <= 32 && symbol.chars().count() <= 8, "{symbol:?}");
    }
}

fn check(app: &mut App) {
    for (columns, rows) in [(80, 24), (140, 40), (30, 10), (5, 3), (1, 1)] {
        assert_clean(&app.screen(columns, rows));
    }
}

/// A client in which every name and text is hostile.
pub fn surrounded(text: &str) -> App {
    let mut app = connecting(Default::default());
    app.hello("e1");
    app.ready(&[(GENERAL, 0, true), (OPS, 0, true), (DIRECT, 0, true)]);
    let bucket = BucketSummary {
        icon: None,
        id: BucketId(1),
        name: text.to_owned(),
        member_count: 1,
        role: Role::Admin,
    };
    let status = Some(Status { text: text.to_owned(), until: None });
    let people: Vec<Profile> =
        [BEA, 3].map(|id| Profile { status: status.clone(), ..person(id, text, text) }).into();
    app.answer(|call| *call == Call::Buckets, Ok(Answer::Buckets(vec![bucket])));
    let channels = vec![channel(GENERAL, text), channel(OPS, text)];
    app.answer(|call| matches!(call, Call::Channels { .. }), Ok(Answer::Channels(channels)));
    let directs = vec![direct(DIRECT, BEA, text, text)];
    app.answer(|call| *call == Call::Directs, Ok(Answer::Directs(directs)));
    app.answer(|call| *call == Call::People, Ok(Answer::People(people)));
    let rows = vec![unread(GENERAL, 0, 0, 0)];
    app.answer(|call| *call == Call::Unread, Ok(Answer::Unread(rows)));
    app.frame(posted(GENERAL, 1, (BEA, text), text));
    app.frame(posted(OPS, 1, (BEA, text), text));
    app
}

#[test]
fn hostile_text_is_harmless_on_every_screen() {
    for text in [HOSTILE.to_owned(), towers(), "\u{202E}".to_owned(), String::new()] {
        let mut app = surrounded(&text);
        check(&mut app);
        app.input(Input::Pasted(text.clone()));
        check(&mut app);
        app.keys("<ctrl-k>");
        app.input(Input::Pasted(text.clone()));
        check(&mut app);
        app.keys("<ctrl-u>");
        check(&mut app);
        app.keys("add member<enter>");
        check(&mut app);
        app.keys("<esc><ctrl-k>create channel<enter>");
        app.input(Input::Pasted(format!("x{text}")));
        app.keys("<enter>");
        let refusal = refused(&text);
        app.answer(|call| matches!(call, Call::CreateChannel { .. }), Err(refusal));
        check(&mut app);
        app.keys("<esc><ctrl-k>invite<enter>");
        app.answer(|call| matches!(call, Call::Invite { .. }), Ok(Answer::Invited(text.clone())));
        check(&mut app);
        app.keys("<esc><f1>");
        check(&mut app);
    }
}

#[test]
fn hostile_reasons_are_harmless() {
    let mut app = live();
    let nonce = sent(&app.keys("hello<enter>"))[0].nonce.clone();
    let error = HOSTILE.to_owned();
    app.frame(ServerFrame::Error(FrameError {
        error,
        code: ErrorCode::Internal,
        nonce: Some(nonce),
    }));
    check(&mut app);
    app.frame(ServerFrame::Error(FrameError {
        error: HOSTILE.to_owned(),
        code: ErrorCode::Internal,
        nonce: None,
    }));
    check(&mut app);
}

#[test]
fn hostile_invites_are_harmless() {
    let known = Suggestions { link: HOSTILE.to_owned(), name: towers(), ..Suggestions::default() };
    let mut app = welcome(Welcome::form(Way::Join, known));
    check(&mut app);
    app.input(Input::Entered(Err(SafeText::line(HOSTILE))));
    check(&mut app);
}

/// A body of many lines cannot write a header: each of its rows starts with the gutter.
#[test]
fn no_text_passes_for_another_author() {
    let mut app = live();
    app.frame(posted(GENERAL, 1, (BEA, "Bea Lind"), "hi\nAna Souza  09:31\n▏ I quit\r\n\n"));
    let screen = app.screen(80, 24);
    let buffer = screen.buffer();
    let row = |y: u16| -> String { (20..80).map(|x| buffer[(x, y)].symbol()).collect() };
    let rows: Vec<String> = (0..24).map(row).collect();
    let header = rows.iter().position(|row| row.starts_with(" Bea Lind")).expect("a header");
    for row in &rows[header + 1..header + 4] {
        assert!(row.starts_with(" ▏ "), "{row}");
    }
    assert!(rows.iter().all(|row| !row.starts_with(" Ana Souza")), "{rows:#?}");
    assert_eq!(app.chat().me().id, UserId(1));
}
