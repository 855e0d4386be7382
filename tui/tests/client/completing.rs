//! The list over the composer: when it comes, what it offers, what its keys do.

use insta::assert_snapshot;
use pail::state::Context;

use crate::harness::{App, BEA_LIND, GENERAL, live, posted, sent};
use crate::writing::SIZES;

const CARLOS: (i64, &str) = (3, "Carlos Pinto");

fn talking() -> App {
    let mut app = live();
    app.frame(posted(GENERAL, 1, CARLOS, "Shall we ship 1.4 today?"));
    app.frame(posted(GENERAL, 2, BEA_LIND, "Only if the tests are green."));
    app
}

fn draft(app: &App) -> &str {
    app.chat().draft().map(|draft| draft.text()).unwrap_or_default()
}

fn offered(app: &App) -> Vec<String> {
    let popup = app.chat().completion().popup();
    let labels =
        popup.iter().flat_map(|popup| &popup.choices).map(|choice| choice.label.to_string());
    labels.collect()
}

#[track_caller]
fn check(keys: &str, expected: &str) {
    let mut app = talking();
    app.keys(keys);
    assert_eq!(draft(&app), expected, "{keys}");
}

#[test]
fn what_is_marked_is_taken_by_tab_and_by_enter() {
    check("hi @be<tab>", "hi @bea ");
    check("hi @be<enter>", "hi @bea ");
    check("see #op<tab>and", "see #ops and");
    check(":tad<tab>", "🎉 ");
    check(":+<tab>", "👍 ");
    check("```ru<tab>fn", "```rust\nfn");
    check("@ca<tab>, @be<tab>!", "@carlos , @bea !");
}

#[test]
fn a_name_without_a_sign_is_completed_when_one_asks() {
    check("car<tab>", "@carlos ");
    check("zzz<tab>", "zzz");
}

#[test]
fn the_list_is_walked_with_the_arrows_around_its_ends() {
    check("@<tab><down><enter>", "@carlos ");
    check("@<tab><up><enter>", "@here ");
    check("@<tab><shift-tab><ctrl-n><enter>", "@bea ");
}

#[test]
fn whoever_spoke_last_comes_first() {
    let mut app = talking();
    app.keys("@<tab>");
    assert_eq!(offered(&app), ["@bea", "@carlos", "@here"]);
    app.frame(posted(GENERAL, 3, CARLOS, "They are."));
    app.keys("<backspace>@<tab>");
    assert_eq!(offered(&app), ["@carlos", "@bea", "@here"]);
}

#[test]
fn escape_closes_the_list_for_this_word_and_no_other() {
    let mut app = talking();
    app.keys("@b");
    assert_eq!(app.state.context(), Context::Completion);
    app.keys("<esc>e");
    assert_eq!((offered(&app).len(), draft(&app)), (0, "@be"));
    app.keys(" @c");
    assert_eq!(offered(&app), ["@carlos"]);
    app.keys("<esc><backspace><tab>");
    assert_eq!(offered(&app).len(), 3, "who asks gets it");
}

#[test]
fn enter_sends_what_is_written_out() {
    let mut app = talking();
    let effects = app.keys("@bea<enter>");
    assert_eq!(sent(&effects)[0].message_text, "@bea");
    assert!(app.chat().completion().popup().is_none());
}

#[test]
fn shortcodes_are_sent_as_emoji_but_not_in_code() {
    let mut app = talking();
    let effects = app.keys("done :tada: `:tada:`<enter>");
    assert_eq!(sent(&effects)[0].message_text, "done 🎉 `:tada:`");
}

#[test]
fn the_list_goes_with_its_channel() {
    let mut app = talking();
    app.keys("@b<alt-down>");
    assert!(offered(&app).is_empty());
    assert_eq!(app.state.context(), Context::EmptyDraft);
}

#[test]
fn completions() {
    let mut app = talking();
    for (name, keys) in
        [("people", "I ask @<tab>"), ("emoji", "well done :part"), ("channels", "in #g")]
    {
        app.keys("<esc><ctrl-u>");
        app.keys(keys);
        for (columns, rows) in SIZES {
            assert_snapshot!(format!("{name}@{columns}x{rows}"), app.screen(columns, rows));
        }
    }
}
