//! Writing: what keys do to a draft, and what is seen of it.

use insta::assert_snapshot;
use pail::state::News;
use pail::state::effect::Effect;
use pail::text::SafeText;

use crate::harness::{App, BEA_LIND, GENERAL, live, posted};

/// Every size that matters.
pub const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 50)];

fn check(name: &str, app: &mut App) {
    for (columns, rows) in SIZES {
        assert_snapshot!(format!("{name}@{columns}x{rows}"), app.screen(columns, rows));
    }
}

pub fn talking() -> App {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "Shall we ship 1.4 today?"));
    app
}

pub fn draft(app: &App) -> String {
    app.chat().draft().map(|draft| draft.text().to_owned()).unwrap_or_default()
}

#[test]
fn a_long_draft_grows_to_a_bound_and_says_where_one_is() {
    let mut app = talking();
    let lines: Vec<String> = (1..=14).map(|line| format!("line {line} 日本語 שלום")).collect();
    app.keys(&lines.join("<ctrl-j>"));
    app.keys("<up><up>");
    check("long_draft", &mut app);
}

#[test]
fn what_is_cleared_by_mistake_is_undone_by_one_key() {
    let mut app = talking();
    app.keys("a long and careful answer<ctrl-c>");
    assert_eq!(draft(&app), "");
    app.keys("<ctrl-_>");
    assert_eq!(draft(&app), "a long and careful answer");
    app.keys("<ctrl-_>");
    assert_eq!(draft(&app), "a long and careful ");
    app.keys("<alt-_>");
    assert_eq!(draft(&app), "a long and careful answer");
}

#[test]
fn a_draft_goes_to_the_editor_and_comes_back() {
    let mut app = talking();
    let effects = app.keys("half a thought<alt-e>");
    assert!(effects.contains(&Effect::EditElsewhere("half a thought".to_owned())));
    // It belongs where it came from, wherever one is meanwhile.
    app.keys("<alt-down>");
    app.news(News::Edited(Ok("a whole\nthought".to_owned())));
    assert_eq!(draft(&app), "");
    app.keys("<alt-up>");
    assert_eq!(draft(&app), "a whole\nthought");
    app.keys("<ctrl-_>");
    assert_eq!(draft(&app), "half a thought");
}

#[test]
fn an_editor_that_fails_changes_nothing_and_says_so() {
    let mut app = talking();
    app.keys("half a thought<ctrl-x><ctrl-e>");
    app.news(News::Edited(Err(SafeText::line("vi ended with 1; the draft is as it was."))));
    assert_eq!(draft(&app), "half a thought");
    let notice = app.chat().notice().expect("it is said");
    assert!(notice.is_error && notice.text.as_str().contains("as it was"), "{notice:?}");
}

#[test]
fn a_command_from_the_editor_is_not_carried_out() {
    let mut app = talking();
    app.keys("/edit<enter>");
    app.news(News::Edited(Ok("/quit".to_owned())));
    assert_eq!(app.keys("<enter>"), []);
}

#[test]
fn the_shell_gets_the_terminal_from_everywhere() {
    for keys in ["<ctrl-z>", "<ctrl-k><ctrl-z>", "<f1><ctrl-z>", "text @b<ctrl-z>"] {
        assert!(talking().keys(keys).contains(&Effect::Suspend), "{keys}");
    }
}

#[test]
fn a_snippet_is_written_in_the_editor() {
    let mut app = talking();
    let effects = app.keys("/snippet rust<enter>");
    assert!(effects.contains(&Effect::EditElsewhere("```rust\n\n```".to_owned())));
}
