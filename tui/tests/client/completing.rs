//! The list over the composer: when it comes, what it offers, what its keys do.

use insta::assert_snapshot;
use pail::state::effect::Effect;
use pail::state::pasted::{Asked, Found};
use pail::state::paths::{Name, Names, Sought};
use pail::state::{Context, News};
use pail::text::SafeText;

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

/// What of a folder was asked for, answered with these names; those with a slash are folders.
fn answer(app: &mut App, effects: &[Effect], names: &[&str]) -> Vec<Effect> {
    let asked = effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask(Asked::Names(sought)) => Some(sought.clone()),
        _ => None,
    });
    let sought = asked.unwrap_or_else(|| panic!("nobody asked: {effects:?}"));
    let named = |name: &&str| Name {
        name: name.trim_end_matches('/').to_owned(),
        is_folder: name.ends_with('/'),
    };
    let names: Vec<Name> =
        names.iter().map(named).filter(|name| sought.means(&name.name)).collect();
    app.news(News::Local(Found::Names(sought, Ok(Names { names, has_more: false }))))
}

const FOLDER: &[&str] = &["notes/", "a b.png", "new\u{202e}gnp.txt", "news.md", ".netrc"];

#[test]
fn the_path_of_a_file_is_completed_on_tab() {
    let mut app = talking();
    assert_eq!(app.keys("/upload ~/n").len(), 0, "nobody asked");
    let effects = app.keys("<tab>");
    answer(&mut app, &effects, FOLDER);
    assert_eq!(offered(&app), ["notes/", "newgnp.txt", "news.md"]);
    for (columns, rows) in SIZES {
        assert_snapshot!(format!("paths@{columns}x{rows}"), app.screen(columns, rows));
    }
    // What is typed on narrows it.
    let effects = app.keys("ew");
    answer(&mut app, &effects, FOLDER);
    assert_eq!(offered(&app), ["newgnp.txt", "news.md"]);
    app.keys("<down><enter>");
    assert_eq!(draft(&app), "/upload ~/news.md");
    assert!(
        app.keys("<enter>")
            .iter()
            .any(|effect| matches!(effect, Effect::Upload { path, .. } if path == "~/news.md"))
    );
}

#[test]
fn a_folder_leads_into_it_and_a_single_name_is_taken() {
    let mut app = talking();
    let effects = app.keys("/attach /srv/no<tab>");
    let effects = answer(&mut app, &effects, FOLDER);
    assert_eq!(draft(&app), "/attach /srv/notes/");
    answer(&mut app, &effects, &["one", "two"]);
    assert_eq!(offered(&app), ["one", "two"]);
    app.keys("<esc>");
    assert_eq!((offered(&app).len(), draft(&app)), (0, "/attach /srv/notes/"));
    let effects = app.keys("<ctrl-u>/upload /srv/a <tab>");
    answer(&mut app, &effects, FOLDER);
    assert_eq!(draft(&app), "/upload /srv/a b.png", "names have spaces");
}

#[test]
fn a_folder_that_cannot_be_read_is_said_and_late_answers_are_not_heard() {
    let mut app = talking();
    app.keys("/upload /root/<tab>");
    let why = SafeText::line("/root/ cannot be read: Permission denied");
    let refused =
        |typed: &str| News::Local(Found::Names(Sought::of(typed, true), Err(why.clone())));
    app.news(refused("/root/"));
    let notice = app.chat().notice().expect("it is said").text.to_string();
    assert_eq!(notice, "/root/ cannot be read: Permission denied.");
    let effects = app.keys("<ctrl-u>/upload /srv/zz<tab>");
    answer(&mut app, &effects, FOLDER);
    let notice = app.chat().notice().expect("it is said").text.to_string();
    assert_eq!(notice, "Nothing in /srv/ begins with zz.");
    app.keys("<ctrl-u>words<tab>");
    app.wait(60_000);
    app.news(refused("/root/"));
    assert!(app.chat().notice().is_none() && offered(&app).is_empty());
}

#[test]
fn a_pasted_command_completes_nothing() {
    let mut app = talking();
    app.input(pail::state::Input::Pasted("/upload ".to_owned()));
    let asks = |effect: &Effect| matches!(effect, Effect::Ask(Asked::Names(_)));
    assert!(!app.keys("<tab>").iter().any(asks));
}
