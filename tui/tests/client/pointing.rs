//! The mouse: what is under it, and what a press, a drag and the wheel do there.

use insta::assert_snapshot;
use pail::state::pointer::{Gesture, Pointer};
use pail::state::{self, Call, Context, Effect, Input};
use pail::view::Theme;
use pail_protocol::frame::{ReactionChanged, ServerFrame};
use pail_protocol::{ChannelId, MessageId, Seq, UserId};
use ratatui::style::Modifier;

use crate::harness::{ANA_SOUZA, App, BEA, BEA_LIND, GENERAL, OPS, calls, live, posted};

pub const COLUMNS: u16 = 80;
pub const ROWS: u16 = 24;

fn talking() -> App {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "Good morning! Coffee is ready."));
    let long = "A sentence that is too long for one row of the timeline is wrapped, and is one.";
    app.frame(posted(GENERAL, 2, BEA_LIND, long));
    app.frame(posted(GENERAL, 3, (3, "Carlos Pinto"), "```\nlet a = 1;\nlet b = 2;\n```"));
    app.frame(posted(GENERAL, 4, ANA_SOUZA, "日本語 too"));
    app.screen(COLUMNS, ROWS);
    app
}

/// Where a text is on the screen.
pub fn find(app: &mut App, text: &str) -> (u16, u16) {
    places(app, text)[0]
}

/// Where it is for the last time: in the panel, if it is beside the chat as well.
pub fn last(app: &mut App, text: &str) -> (u16, u16) {
    let places = places(app, text);
    places.into_iter().max().expect("there is one")
}

fn places(app: &mut App, text: &str) -> Vec<(u16, u16)> {
    let state::Size { columns, rows } = app.state.around.size;
    let screen = app.screen(columns, rows);
    let buffer = screen.buffer();
    let mut places = Vec::new();
    for row in 0..rows {
        let cells: Vec<&str> = (0..columns).map(|column| buffer[(column, row)].symbol()).collect();
        for column in 0..cells.len() {
            if cells[column..].concat().starts_with(text) {
                places.push((u16::try_from(column).expect("it is small"), row));
            }
        }
    }
    assert!(!places.is_empty(), "{text} is not on the screen:\n{screen}");
    places
}

pub fn point(app: &mut App, gesture: Gesture, (column, row): (u16, u16)) -> Vec<Effect> {
    app.input(Input::Pointed(Pointer { gesture, column, row }))
}

pub fn click(app: &mut App, at: (u16, u16)) -> Vec<Effect> {
    let mut effects = point(app, Gesture::Press, at);
    effects.extend(point(app, Gesture::Release, at));
    effects
}

pub fn drag(app: &mut App, from: (u16, u16), to: (u16, u16)) -> Vec<Effect> {
    point(app, Gesture::Press, from);
    point(app, Gesture::Drag, to);
    point(app, Gesture::Release, to)
}

pub fn copied(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    })
}

pub fn end_of(app: &mut App, text: &str) -> (u16, u16) {
    let (column, row) = find(app, text);
    (column + u16::try_from(pail::text::columns(text)).expect("it is small"), row)
}

#[test]
fn a_press_on_a_channel_goes_there() {
    let mut app = talking();
    let at = find(&mut app, "#ops");
    click(&mut app, at);
    assert_eq!(app.open_channel(), OPS);
}

#[test]
fn a_press_on_a_message_selects_it() {
    let mut app = talking();
    let at = find(&mut app, "Coffee");
    let effects = click(&mut app, at);
    assert_eq!((copied(&effects), app.state.context()), (None, Context::Select));
}

#[test]
fn what_is_dragged_over_is_copied_without_what_is_beside_it() {
    let mut app = talking();
    let (from, to) = (find(&mut app, "Coffee"), end_of(&mut app, "is one."));
    assert_eq!(
        copied(&drag(&mut app, from, to)),
        Some(
            "Coffee is ready.\n\
             A sentence that is too long for one row of the timeline is wrapped, and is one."
        )
    );
    // Backwards is the same.
    assert!(copied(&drag(&mut app, to, from)).unwrap().starts_with("Coffee is ready.\nA sen"));
    assert_snapshot!("copied@80x24", app.screen(COLUMNS, ROWS));
}

#[test]
fn code_keeps_its_lines_and_wide_characters_stay_whole() {
    let mut app = talking();
    let (from, to) = (find(&mut app, "let a"), end_of(&mut app, "let b = 2;"));
    assert_eq!(copied(&drag(&mut app, from, to)), Some("let a = 1;\nlet b = 2;"));
    let (column, row) = find(&mut app, "日");
    assert_eq!(copied(&drag(&mut app, (column + 2, row), (column + 6, row))), Some("本語"));
}

#[test]
fn what_is_marked_is_reversed_while_it_grows() {
    let mut app = talking();
    let from = find(&mut app, "morning!");
    point(&mut app, Gesture::Press, from);
    let to = end_of(&mut app, "morning!");
    point(&mut app, Gesture::Drag, to);
    let cells = app.styled(Theme::default());
    let is_reversed = |(column, row): (u16, u16)| {
        let cell = &cells[usize::from(row) * usize::from(COLUMNS) + usize::from(column)];
        cell.modifier.contains(Modifier::REVERSED)
    };
    assert!(is_reversed(from) && is_reversed((to.0 - 1, to.1)));
    assert!(!is_reversed(to) && !is_reversed((from.0 - 1, from.1)));
}

#[test]
fn two_presses_copy_a_word() {
    let mut app = talking();
    let at = find(&mut app, "ready");
    click(&mut app, (at.0 + 2, at.1));
    let effects = click(&mut app, (at.0 + 2, at.1));
    assert_eq!(copied(&effects), Some("ready"));
    app.wait(1_000);
    let effects = click(&mut app, (at.0 + 2, at.1));
    assert_eq!(copied(&effects), None, "the third is a first one again");
}

#[test]
fn a_press_on_a_reaction_joins_it_and_another_leaves_it() {
    let mut app = talking();
    let reaction = |user: i64, seq: i64| ReactionChanged {
        channel_id: ChannelId(GENERAL),
        message_id: MessageId(1),
        seq: Seq(seq),
        user_id: UserId(user),
        emoji: "👍".to_owned(),
    };
    app.frame(ServerFrame::ReactionAdded(reaction(BEA, 5)));
    let at = find(&mut app, "👍");
    let (message, emoji) = (MessageId(1), "👍".to_owned());
    let effects = click(&mut app, at);
    assert_eq!(calls(&effects), [&Call::React { message, emoji: emoji.clone() }]);
    app.frame(ServerFrame::ReactionAdded(reaction(1, 6)));
    assert_eq!(calls(&click(&mut app, at)), [&Call::Unreact { message, emoji }]);
}

#[test]
fn the_wheel_scrolls_what_is_under_it() {
    let mut app = live();
    for seq in 1..60 {
        app.frame(posted(GENERAL, seq, BEA_LIND, &format!("message {seq}")));
    }
    let bottom = app.screen(COLUMNS, ROWS).to_string();
    point(&mut app, Gesture::WheelUp, (40, 10));
    let above = app.screen(COLUMNS, ROWS).to_string();
    assert!(above.contains("Alt-End") && !above.contains("message 59"));
    point(&mut app, Gesture::WheelDown, (40, 10));
    assert_eq!(app.screen(COLUMNS, ROWS).to_string(), bottom);
    point(&mut app, Gesture::WheelUp, (3, 10));
    assert_eq!(app.screen(COLUMNS, ROWS).to_string(), bottom, "all of the sidebar is seen");
}

#[test]
fn dragging_beyond_the_edge_moves_the_timeline() {
    let mut app = live();
    for seq in 1..60 {
        app.frame(posted(GENERAL, seq, BEA_LIND, &format!("message {seq}")));
    }
    let from = end_of(&mut app, "message 59");
    point(&mut app, Gesture::Press, from);
    for _ in 0..40 {
        point(&mut app, Gesture::Drag, (23, 0));
    }
    let effects = point(&mut app, Gesture::Release, (23, 0));
    let copied = copied(&effects).expect("something is marked");
    assert!(copied.contains("message 15\nmessage 16\n") && copied.ends_with("message 59"));
}

#[test]
fn a_press_in_the_composer_puts_the_caret_there() {
    let mut app = talking();
    app.keys("Hello wörld<ctrl-j>漢字仮名");
    let at = find(&mut app, "wörld");
    click(&mut app, at);
    app.keys("big ");
    let at = find(&mut app, "字");
    click(&mut app, at);
    app.keys("-");
    assert_eq!(app.chat().draft().unwrap().text(), "Hello big wörld\n漢-字仮名");
}

#[test]
fn a_pointer_anywhere_at_any_size_harms_nothing() {
    let mut app = talking();
    app.keys("<f3>");
    let gestures =
        [Gesture::Press, Gesture::Drag, Gesture::Release, Gesture::WheelUp, Gesture::WheelDown];
    for (columns, rows) in [(1, 1), (19, 4), (40, 10), (60, 20), (100, 24), (200, 60)] {
        app.screen(columns, rows);
        for at in
            (0..210).step_by(7).flat_map(|column| [(column, 0), (column, rows / 2), (0, column)])
        {
            gestures.iter().for_each(|gesture| drop(point(&mut app, *gesture, at)));
        }
    }
}
