//! Files of this machine that messages name: looked for once, underlined, opened in the editor.

use pail::state::nearby::LOOKED_THROUGH_MAX;
use pail::state::{Context, Effect, News};
use pail::text::located::Located;
use pail::view::Theme;
use ratatui::style::Modifier;

use crate::harness::{App, BEA_LIND, GENERAL, live, posted};
use crate::pointing::{click, find};

fn looked_for(effects: &[Effect]) -> Vec<&str> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::LookForFiles(paths) => Some(paths),
        _ => None,
    });
    asked.flatten().map(String::as_str).collect()
}

fn there(app: &mut App, paths: &[&str]) {
    app.news(News::FilesFound(paths.iter().map(|path| (*path).to_owned()).collect()));
}

fn open(path: &str, line: u32) -> Effect {
    Effect::OpenFile(Located { path: path.to_owned(), line: Some(line) })
}

fn told() -> App {
    let mut app = live();
    app.screen(80, 24);
    let text = "It panics in `src/db.rs:42`, or is it src/gone.rs:7? See docs/api.md.";
    let effects = app.frame(posted(GENERAL, 1, BEA_LIND, text));
    assert_eq!(looked_for(&effects), ["src/db.rs", "src/gone.rs", "docs/api.md"]);
    app
}

fn is_underlined(app: &mut App, text: &str) -> bool {
    let (column, row) = find(app, text);
    let cells = app.styled(Theme::default());
    let length = u16::try_from(text.len()).expect("it is short");
    (column..column + length).all(|column| {
        let cell = &cells[usize::from(row) * 80 + usize::from(column)];
        cell.modifier.contains(Modifier::UNDERLINED)
    })
}

#[test]
fn what_is_there_is_underlined_and_nothing_else() {
    let mut app = told();
    assert!(!is_underlined(&mut app, "src/db.rs:42"));
    there(&mut app, &["src/db.rs"]);
    assert!(is_underlined(&mut app, "src/db.rs:42"));
    for text in ["src/gone.rs:7", "docs", "panics", "in "] {
        assert!(!is_underlined(&mut app, text), "{text}");
    }
}

#[test]
fn it_is_opened_with_its_line_by_key_and_by_click() {
    let mut app = told();
    assert_eq!(app.keys("<up>o"), [], "nothing is known yet");
    assert!(app.chat().notice().unwrap().text.as_str().contains("no link"));
    there(&mut app, &["src/db.rs"]);
    assert_eq!(app.keys("o"), [open("src/db.rs", 42)]);
    let at = find(&mut app, "db.rs:42");
    assert_eq!(click(&mut app, at), [open("src/db.rs", 42)]);
    let at = find(&mut app, "gone.rs");
    app.wait(1_000);
    assert_eq!(click(&mut app, at), []);
    assert_eq!(app.state.context(), Context::Select);
}

#[test]
fn among_several_one_is_chosen_links_first() {
    let mut app = told();
    app.frame(posted(GENERAL, 2, BEA_LIND, "src/db.rs:3, src/db.rs:9 and https://docs.example"));
    there(&mut app, &["src/db.rs"]);
    app.keys("<up>o");
    let screen = app.screen(80, 24).to_string();
    assert!(screen.contains("https://docs.example") && screen.contains("in your editor"));
    assert_eq!(app.keys("db.rs:9<enter>"), [open("src/db.rs", 9)]);
}

#[test]
fn stack_traces_in_blocks_of_code_count_too() {
    let mut app = told();
    there(&mut app, &["src/db.rs"]);
    app.frame(posted(GENERAL, 2, BEA_LIND, "```\n  --> src/db.rs:8:13\n```"));
    assert!(is_underlined(&mut app, "src/db.rs:8"));
    assert_eq!(app.keys("<up>o"), [open("src/db.rs", 8)]);
}

#[test]
fn nothing_is_looked_for_twice_and_a_flood_is_bounded() {
    let mut app = told();
    let effects = app.frame(posted(GENERAL, 2, BEA_LIND, "again src/db.rs:1"));
    assert_eq!(looked_for(&effects), Vec::<&str>::new());
    let many: String = (0..500).map(|at| format!("src/{at}.rs:1 ")).collect();
    let effects = app.frame(posted(GENERAL, 3, BEA_LIND, &many));
    assert_eq!(looked_for(&effects).len(), 20);
    app.keys("<esc>");
    for seq in 4..600 {
        app.frame(posted(GENERAL, seq, BEA_LIND, &format!("x/{seq}.rs:1")));
    }
    app.keys("<up>g");
    let effects = app.keys("<pgup>");
    assert!(looked_for(&effects).len() <= LOOKED_THROUGH_MAX);
}

#[test]
fn a_failure_of_the_editor_is_said() {
    let mut app = told();
    let why = pail::text::SafeText::line("src/db.rs is not there any more.");
    app.news(News::Edited(Err(why)));
    assert!(app.chat().notice().unwrap().text.as_str().contains("not there any more"));
}
