//! The ways in: chooser and forms.

use pail::state::effect::{Effect, Entry, Secret};
use pail::state::welcome::{Suggestions, Way, Welcome};
use pail::state::{Input, Screen};
use pail::text::SafeText;

use crate::harness::{App, welcome};

fn chooser() -> App {
    welcome(Welcome::chooser(Suggestions { name: "ana".to_owned(), ..Default::default() }, None))
}

#[test]
fn an_invite_and_a_name_are_all_that_joining_takes() {
    let mut app = chooser();
    app.keys("<enter>");
    app.input(Input::Pasted("http://127.0.0.1:7245/join/abc\n".to_owned()));
    assert_eq!(app.keys("<enter>"), []);
    let link = "http://127.0.0.1:7245/join/abc".to_owned();
    let entry = Entry::Join { link, name: "ana".to_owned() };
    assert_eq!(app.keys("<enter>"), [Effect::Enter(entry)]);
    assert_eq!(app.keys("<enter>"), [], "it is being tried already");
}

#[test]
fn what_is_missing_is_asked_for_and_nothing_else() {
    let mut app = chooser();
    app.keys("<down><down><enter>");
    assert_eq!(app.keys("<enter>"), []);
    app.keys("http://h:1<enter>ana<enter>secret");
    let entry = Entry::LogIn {
        server: "http://h:1".to_owned(),
        username: "ana".to_owned(),
        password: Secret("secret".to_owned()),
    };
    assert!(!app.screen(80, 24).to_string().contains("secret"));
    assert_eq!(app.keys("<enter>"), [Effect::Enter(entry.clone())]);
    assert!(!format!("{entry:?}").contains("secret"));
}

#[test]
fn a_refusal_is_shown_in_the_form_and_can_be_corrected() {
    let known = Suggestions { link: "http://h/join/x".to_owned(), ..Default::default() };
    let mut app = welcome(Welcome::form(Way::Join, known));
    app.keys("Ana<enter>");
    app.input(Input::Entered(Err(SafeText::line("The invite is used up."))));
    assert!(app.screen(80, 24).to_string().contains("The invite is used up."));
    assert_eq!(app.keys(" Souza<enter>").len(), 1);
}

#[test]
fn the_demo_starts_at_once_and_a_failure_leads_back() {
    let mut app = chooser();
    assert_eq!(app.keys("<up><enter>"), [Effect::Enter(Entry::Demo)]);
    app.input(Input::Entered(Err(SafeText::line("no room"))));
    let Screen::Welcome(welcome) = app.state.screen() else { panic!("no way in") };
    assert!(welcome.form.is_none() && welcome.message.is_some());
}

#[test]
fn escape_leads_back_to_the_chooser_and_then_out() {
    let mut app = chooser();
    app.keys("<enter><esc>");
    assert_eq!(app.keys("<esc>"), [Effect::Quit]);
}
