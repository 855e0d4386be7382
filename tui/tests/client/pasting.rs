//! Pasting: what is asked first, what is offered instead, and that nothing is sent or carried out by it.

use insta::assert_snapshot;
use pail::state::effect::Effect;
use pail::state::pasted::{Asked, Clip, Found, Meant};
use pail::state::{Context, Input, News};
use pail::text::SafeText;
use pail_protocol::ChannelId;

use crate::harness::{App, GENERAL, sent};
use crate::writing::{SIZES, draft, talking};

const PROGRAM: &str = "fn main() {\n    let x = 1;\n    let y = 2;\n    let z = 3;\n    \
    println!(\"{x}{y}{z}\");\n}\n\n#[test]\nfn it_works() {}\n";

fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    app.input(Input::Pasted(text.to_owned()))
}

fn asked(effects: &[Effect]) -> Option<&Asked> {
    effects.iter().find_map(|effect| match effect {
        Effect::Ask(asked) => Some(asked),
        _ => None,
    })
}

fn found(app: &mut App, found: Found) -> Vec<Effect> {
    app.news(News::Local(found))
}

fn uploads(effects: &[Effect]) -> Vec<&str> {
    let paths = effects.iter().filter_map(|effect| match effect {
        Effect::Upload { path, .. } => Some(path.as_str()),
        _ => None,
    });
    paths.collect()
}

fn meant(path: &str) -> Meant {
    Meant { path: path.to_owned(), bytes: 12_000 }
}

#[test]
fn a_large_paste_asks_what_it_is_to_be() {
    let mut app = talking();
    assert_eq!(paste(&mut app, PROGRAM), []);
    assert_eq!(draft(&app), "");
    for (columns, rows) in SIZES {
        assert_snapshot!(format!("paste_card@{columns}x{rows}"), app.screen(columns, rows));
    }
    app.keys("<enter>");
    assert_eq!(draft(&app), PROGRAM);
    app.keys("<ctrl-_>see:");
    paste(&mut app, PROGRAM);
    app.keys("c");
    assert_eq!(draft(&app), format!("see:\n```rust\n{PROGRAM}```\n"));
    paste(&mut app, &"x".repeat(5_000));
    assert_eq!(app.keys("<esc>"), []);
    assert_eq!(draft(&app), format!("see:\n```rust\n{PROGRAM}```\n"));
}

#[test]
fn line_ends_are_counted_however_a_terminal_writes_them() {
    for end in ["\n", "\r", "\r\n"] {
        let mut app = talking();
        paste(&mut app, &format!("line{end}").repeat(9));
        assert_eq!(app.state.context(), Context::Paste, "{end:?}");
        app.keys("<enter>");
        assert_eq!(draft(&app), "line\n".repeat(9));
        app.keys("<ctrl-c>");
        let effects = paste(&mut app, &format!("/tmp/a{end}/tmp/b{end}"));
        let readings = vec![vec!["/tmp/a".to_owned(), "/tmp/b".to_owned()]];
        let text = "/tmp/a\n/tmp/b\n".to_owned();
        assert_eq!(asked(&effects), Some(&Asked::Files { text, readings }));
    }
}

#[test]
fn a_large_paste_is_sent_only_when_somebody_says_so_and_never_as_a_command() {
    let mut app = talking();
    app.keys("look: ");
    paste(&mut app, PROGRAM);
    assert_eq!(sent(&app.keys("s"))[0].message_text, format!("look: {PROGRAM}"));
    assert_eq!(draft(&app), "");
    let commands = "/topic one\n".repeat(8);
    paste(&mut app, &commands);
    assert_eq!(app.keys("s"), []);
    assert_eq!(draft(&app), commands);
    app.keys("<ctrl-c>/topic ");
    paste(&mut app, PROGRAM);
    assert_eq!(app.keys("s"), [], "what stands before it was typed, but not to be sent");
    assert_eq!(draft(&app), format!("/topic {PROGRAM}"));
}

#[test]
fn what_is_too_long_for_a_draft_is_not_sent_in_part() {
    let mut app = talking();
    paste(&mut app, &"x\n".repeat(40_000));
    assert_eq!(sent(&app.keys("s")), []);
    let notice = app.chat().notice().expect("it is said").text.to_string();
    assert!(notice.contains("were cut off"), "{notice}");
}

#[test]
fn a_large_paste_becomes_a_file_of_the_next_message() {
    let mut app = talking();
    paste(&mut app, PROGRAM);
    let effects = app.keys("f");
    let Some(Asked::File { channel, name, text }) = asked(&effects) else { panic!("{effects:?}") };
    assert_eq!((name.as_str(), text.as_str()), ("paste.rs", PROGRAM));
    let channel = *channel;
    // It belongs where it was pasted, wherever one is meanwhile.
    app.keys("<alt-down>");
    let effects = found(&mut app, Found::File(channel, Ok("/x/paste.rs".to_owned())));
    assert_eq!((channel, uploads(&effects)), (ChannelId(GENERAL), vec!["/x/paste.rs"]));
    assert!(app.chat().attached().is_empty());
    app.keys("<alt-up>");
    assert_eq!(app.chat().attached()[0].name.as_str(), "paste.rs");
}

#[test]
fn a_small_paste_goes_where_the_caret_is_and_sends_nothing() {
    let mut app = talking();
    assert_eq!(sent(&paste(&mut app, "two\nlines\n")), []);
    assert_eq!(draft(&app), "two\nlines\n");
}

#[test]
fn a_pasted_path_is_text_until_its_file_is_wanted() {
    let mut app = talking();
    app.keys("see ");
    let effects = paste(&mut app, "'/tmp/a b.png' ");
    let Some(Asked::Files { text, readings }) = asked(&effects) else { panic!("{effects:?}") };
    assert_eq!(readings, &[vec!["/tmp/a b.png".to_owned()]]);
    assert_eq!(draft(&app), "see '/tmp/a b.png' ");
    let files = || vec![meant("/tmp/a b.png")];
    let text = text.clone();
    found(&mut app, Found::Files { text: text.clone(), files: files() });
    for (columns, rows) in SIZES {
        assert_snapshot!(format!("path_card@{columns}x{rows}"), app.screen(columns, rows));
    }
    app.keys("<esc>");
    assert_eq!(draft(&app), "see '/tmp/a b.png' ");
    found(&mut app, Found::Files { text, files: files() });
    assert_eq!(uploads(&app.keys("<enter>")), ["/tmp/a b.png"]);
    assert_eq!(draft(&app), "see ");
}

#[test]
fn whoever_wrote_on_or_sent_it_is_not_interrupted() {
    for keys in ["x", "<enter>", "<alt-down>"] {
        let mut app = talking();
        paste(&mut app, "/tmp/a.png");
        app.keys(keys);
        let (text, files) = ("/tmp/a.png".to_owned(), vec![meant("/tmp/a.png")]);
        found(&mut app, Found::Files { text, files });
        assert!(app.chat().overlay().is_none(), "{keys}");
    }
}

#[test]
fn files_that_are_dropped_together_are_attached_together() {
    let mut app = talking();
    let dropped = "file:///tmp/1\nfile:///tmp/2\nfile:///tmp/3\nfile:///tmp/4\nfile:///tmp/5\n\
                   file:///tmp/6\n";
    let effects = paste(&mut app, dropped);
    assert!(asked(&effects).is_some());
    // It asks what so many lines are to be, until it is known that they are files.
    assert_eq!(app.state.context(), Context::Paste);
    let files: Vec<Meant> = (1..=6).map(|n| meant(&format!("/tmp/{n}"))).collect();
    found(&mut app, Found::Files { text: dropped.to_owned(), files });
    assert_eq!(uploads(&app.keys("<enter>")).len(), 6);
    assert_eq!(draft(&app), "");
}

#[test]
fn the_clipboard_is_read_on_a_key() {
    for key in ["<ctrl-v>", "<alt-v>"] {
        let mut app = talking();
        assert_eq!(app.keys(key), [Effect::Ask(Asked::Clipboard)]);
        found(&mut app, Found::Clipboard(Ok(Clip::Text("/quit".to_owned()))));
        assert_eq!(draft(&app), "/quit");
        assert_eq!(app.keys("<enter>"), [], "what was pasted is no command");
    }
    let mut app = talking();
    let why = SafeText::line("The clipboard is empty.");
    found(&mut app, Found::Clipboard(Err(why)));
    assert_eq!(app.chat().notice().unwrap().text.as_str(), "The clipboard is empty.");
}

#[test]
fn a_picture_is_offered_and_goes_along_or_leaves_nothing() {
    let mut app = talking();
    let picture = || Found::Clipboard(Ok(Clip::Picture(meant("/x/picture.png"))));
    found(&mut app, picture());
    assert_snapshot!("picture_card@80x24", app.screen(80, 24));
    let effects = app.keys("<esc>");
    assert_eq!(asked(&effects), Some(&Asked::Forget("/x/picture.png".to_owned())));
    found(&mut app, picture());
    assert_eq!(uploads(&app.keys("<enter>")), ["/x/picture.png"]);
    let effects = app.keys("<esc>");
    assert!(effects.contains(&Effect::Ask(Asked::Forget("/x/picture.png".to_owned()))));
    assert!(app.chat().attached().is_empty());
}
