//! Writing: what keys do to a draft, and what is seen of it.

use insta::assert_snapshot;

use crate::harness::{App, BEA_LIND, GENERAL, live, posted};

/// Every size that matters.
pub const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 50)];

fn check(name: &str, app: &mut App) {
    for (columns, rows) in SIZES {
        assert_snapshot!(format!("{name}@{columns}x{rows}"), app.screen(columns, rows));
    }
}

fn talking() -> App {
    let mut app = live();
    app.frame(posted(GENERAL, 1, BEA_LIND, "Shall we ship 1.4 today?"));
    app
}

fn draft(app: &App) -> String {
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
