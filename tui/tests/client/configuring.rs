//! Settings and keys that somebody chose, seen from the chat.

use pail::keys::Override;
use pail::state::effect::Effect;
use pail::state::settings::{CtrlK, Mode, Origin, Settings, ThemeName, Value};
use pail::state::{Context, Input};

use crate::harness::{App, BEA_LIND, DIRECT, live, posted, sent};

fn change(context: &str, action: &str, key: &str) -> Override {
    let (context, action) = (Some(context.to_owned()), action.to_owned());
    Override { context, action, keys: vec![key.to_owned()], line: 1 }
}

#[test]
fn a_key_somebody_chose_sends_and_the_hint_line_knows_it() {
    let mut app = live();
    app.configure(Settings::default(), &[change("chat", "submit", "alt-s")]);
    app.keys("hello");
    assert!(app.screen(120, 24).to_string().contains("Alt-S send"));
    assert_eq!(sent(&app.keys("<enter>")).len(), 0);
    assert_eq!(sent(&app.keys("<alt-s>"))[0].message_text, "hello");
}

#[test]
fn a_sequence_that_has_begun_is_seen_and_goes_away() {
    let mut app = live();
    app.keys("one two<ctrl-a><ctrl-x>");
    let status = |app: &mut App| {
        app.screen(80, 24).to_string().lines().last().unwrap_or_default().to_owned()
    };
    assert!(status(&mut app).contains("Ctrl-X …"));
    app.keys("<ctrl-k>");
    assert!(!status(&mut app).contains("Ctrl-X"));
    assert_eq!(app.state.context(), Context::EmptyDraft, "the line is killed");
    app.keys("<ctrl-x>z");
    assert!(status(&mut app).contains("Ctrl-X z is not bound"));
    app.keys("z");
    assert!(!status(&mut app).contains("Ctrl-X"));
}

#[test]
fn ctrl_k_deletes_to_the_end_of_the_line_for_those_who_want_it() {
    let mut app = live();
    let mut settings = Settings::default();
    settings.keys.ctrl_k = CtrlK::KillLine;
    app.configure(settings, &[]);
    app.keys("one<ctrl-a><ctrl-k>");
    assert_eq!(app.state.context(), Context::EmptyDraft);
    assert!(app.screen(80, 24).to_string().contains("Alt-G go anywhere"));
    app.keys("<alt-g>");
    assert_eq!(app.state.context(), Context::Palette);
}

#[test]
fn the_help_finds_what_is_typed_and_escape_peels() {
    let mut app = live();
    app.keys("<f1>/unread");
    let screen = app.screen(80, 24).to_string();
    assert!(screen.contains("next unread") && !screen.contains("delete the word"), "{screen}");
    app.keys("<esc>");
    assert!(app.screen(80, 24).to_string().contains("delete the word"));
    app.keys("<esc>");
    assert!(app.state.help.is_none());
    app.keys("<f1>zzzz");
    assert!(app.screen(80, 24).to_string().contains("Nothing like that."));
}

#[test]
fn no_hints_are_shown_to_those_who_know() {
    let mut app = live();
    let mut settings = Settings::default();
    settings.look.hints = false;
    app.configure(settings, &[]);
    assert!(!app.screen(80, 24).to_string().contains("go anywhere"));
}

#[test]
fn what_was_written_is_hidden_from_the_desktop_of_those_who_ask_for_it() {
    let mut app = live();
    let mut settings = Settings::default();
    (settings.notify.hide_content, settings.notify.bell) = (true, false);
    app.configure(settings, &[]);
    app.input(Input::Focus(false));
    let effects = app.frame(posted(DIRECT, 1, BEA_LIND, "the password is hunter2"));
    let [Effect::Notify(notification)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(notification.body.as_str(), "New message");
}

fn settings_panel() -> App {
    let mut app = live();
    app.keys("<ctrl-k>settings<enter>");
    assert_eq!(app.state.context(), Context::Settings);
    app
}

#[test]
fn settings_are_gone_through_and_are_in_force_at_once() {
    let mut app = settings_panel();
    let effects = app.keys("<down><down><right>");
    let chosen = Effect::Choose { section: "look", key: "hints", value: Value::Switch(false) };
    assert_eq!(effects, [chosen]);
    assert!(!app.state.around.chosen.settings.look.hints);
    app.keys("<esc>");
    assert_eq!(app.state.context(), Context::EmptyDraft);
}

#[test]
fn a_name_is_typed_and_escape_leaves_the_one_before() {
    let mut app = settings_panel();
    app.keys("<enter><ctrl-u>mine<esc>");
    assert_eq!(app.state.around.chosen.settings.look.theme, ThemeName::default());
    let effects = app.keys("<enter><ctrl-u>mine<enter>");
    assert!(matches!(&effects[..], [Effect::Choose { key: "theme", .. }]), "{effects:?}");
    assert_eq!(app.state.around.chosen.settings.look.theme, ThemeName("mine".to_owned()));
}

#[test]
fn the_settings_look_like_this() {
    for (columns, rows) in [(60, 20), (80, 24), (120, 40), (200, 50)] {
        let screen = settings_panel().screen(columns, rows);
        insta::assert_snapshot!(format!("settings@{columns}x{rows}"), screen);
    }
}

fn vim() -> App {
    let mut app = live();
    let mut settings = Settings::default();
    settings.keys.mode = Mode::Vim;
    app.configure(settings, &[]);
    app
}

#[test]
fn vim_s_keys_do_to_a_draft_what_they_do_in_vim() {
    for (keys, expected) in [
        ("one two<esc>bx", "one wo"),
        ("one two<esc>0dw", "two"),
        ("one two<esc>0cwten<esc>", "ten two"),
        ("one two<esc>0D", ""),
        ("one<ctrl-j>two<esc>ggdd", "two"),
        ("one<esc>Ozero<esc>", "zero\none"),
        ("one<esc>otwo<esc>Izero ", "one\nzero two"),
        ("one<esc>0i>a", ">aone"),
        ("one<esc>xu", "one"),
        ("one<esc>yyp", "one\none"),
        ("one<esc>xu<ctrl-r>", "on"),
        ("one<esc>xuU", "on"),
        ("a b c d<esc>02d.", "a b c d"),
        ("a b c d<esc>0d3w", "d"),
        ("say (not this)<esc>ci(that<esc>", "say (that)"),
        ("a-b-c<esc>0f-cw+<esc>;.", "a+b+c"),
        ("one<esc>zq", "one"),
    ] {
        let mut app = vim();
        app.keys(keys);
        let text = app.chat().draft().map(|draft| draft.text().to_owned()).unwrap_or_default();
        assert_eq!(text, expected, "{keys}");
    }
}

#[test]
fn what_is_not_finished_in_vim_is_shown_and_escape_ends_it() {
    let mut app = vim();
    app.keys("precious<esc>2d");
    assert!(app.screen(80, 24).to_string().contains("2 d …"));
    app.keys("<esc>");
    assert!(!app.screen(80, 24).to_string().contains("2 d …"));
    app.keys("dq");
    assert!(app.screen(80, 24).to_string().contains("d q is not bound"));
    assert_eq!(app.chat().draft().unwrap().text(), "precious");
    assert_eq!(app.state.context(), Context::Normal);
}

#[test]
fn vim_begins_by_writing_and_says_in_which_mode_it_is() {
    let mut app = vim();
    assert_eq!(sent(&app.keys("jj<enter>"))[0].message_text, "jj");
    app.keys("draft<esc>");
    assert_eq!(app.state.context(), Context::Normal);
    assert!(app.screen(120, 24).to_string().contains("NORMAL"));
    assert_eq!(sent(&app.keys("<enter>"))[0].message_text, "draft");
    assert_eq!(app.state.context(), Context::EmptyDraft, "what comes next is written");
    app.keys("<ctrl-k>");
    assert_eq!(app.state.context(), Context::Palette);
}

#[test]
fn nothing_disturbs_until_the_time_one_asked_for() {
    let mut app = live();
    let shows = |app: &mut App, text: &str| app.screen(120, 24).to_string().contains(text);
    let chooses = |effects: &[Effect]| -> Vec<String> {
        let chosen = effects.iter().filter_map(|effect| match effect {
            Effect::Choose { key, value, .. } => Some(format!("{key} = {value}")),
            _ => None,
        });
        chosen.collect()
    };
    app.keys("/dnd until 11:00");
    let effects = app.keys("<enter>");
    assert_eq!(chooses(&effects), ["do_not_disturb = \"2026-03-04T10:00:00Z\""], "for restarts");
    assert!(shows(&mut app, "do not disturb until 11:00"));
    app.input(Input::Focus(false));
    let disturbs = |app: &mut App, seq| {
        app.frame(posted(DIRECT, seq, BEA_LIND, "are you there?")).contains(&Effect::Bell)
    };
    assert!(!disturbs(&mut app, 1));
    app.wait(30 * 60_000);
    assert!(!shows(&mut app, "do not disturb"));
    assert!(disturbs(&mut app, 2));
    app.input(Input::Focus(true));
    app.keys("<ctrl-k>disturb for 2<enter>");
    assert!(shows(&mut app, "do not disturb until 13:00"));
    app.keys("/dnd<enter>");
    assert!(!shows(&mut app, "do not disturb"));
    app.keys("/dnd soon<enter>");
    assert!(shows(&mut app, "/dnd takes a time"));
}

#[test]
fn keywords_disturb_and_quiet_hours_do_not() {
    let disturbs = |quiet: &str, words: &[&str], text: &str| {
        let mut app = live();
        let mut settings = Settings::default();
        let hours = pail::state::settings::find("notify", "quiet_hours").unwrap();
        settings.choose(hours, &Value::Word(quiet.to_owned()), Origin::File).unwrap();
        settings.notify.keywords = words.iter().map(|word| (*word).to_owned()).collect();
        app.configure(settings, &[]);
        app.input(Input::Focus(false));
        app.frame(posted(DIRECT - 10, 1, BEA_LIND, text)).contains(&Effect::Bell)
    };
    // It is half past ten where Ana is.
    assert!(disturbs("", &["deploy"], "the Deploy, now!"));
    assert!(!disturbs("", &["deploy"], "deployed"));
    assert!(!disturbs("10:00-11:00", &["deploy"], "deploy"));
    assert!(disturbs("22:00-08:00", &["deploy"], "deploy"));
}
