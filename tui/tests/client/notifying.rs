//! What a terminal is sent to show a notification: whatever others wrote, that and nothing else.

use pail::io::notify::sequence::{BODY_BYTES_MAX, Id, Inside, Protocol, TITLE_BYTES_MAX, sequence};
use pail::state::effect::Notification;
use pail::state::settings::{Settings, Via};
use pail::state::{Effect, Input};
use pail::text::SafeText;
use proptest::prelude::*;

use crate::emulated::anything;
use crate::harness::{BEA_LIND, DIRECT, live, posted};

const ID: Id = Id { process: 7, number: 3 };
/// What screen takes in one envelope.
const ENVELOPE_BYTES_MAX: usize = 768;

fn told(title: &str, body: &str, protocol: Protocol, inside: Inside) -> String {
    let (title, body) = (SafeText::line(title), SafeText::line(body));
    sequence(&Notification { title, body, via: Via::Auto }, protocol, inside, ID)
}

/// The parameters of every OSC; fails on anything else.
fn sequences(bytes: &str) -> Vec<Vec<String>> {
    #[derive(Default)]
    struct Heard(Vec<Vec<String>>);
    impl vte::Perform for Heard {
        fn osc_dispatch(&mut self, parameters: &[&[u8]], is_ended_by_bell: bool) {
            assert!(is_ended_by_bell);
            let text = |bytes: &&[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
            self.0.push(parameters.iter().map(text).collect());
        }

        fn print(&mut self, character: char) {
            panic!("{character:?} is shown");
        }

        fn execute(&mut self, byte: u8) {
            panic!("control {byte:#x}");
        }

        fn csi_dispatch(&mut self, _: &vte::Params, _: &[u8], _: bool, action: char) {
            panic!("CSI {action}");
        }

        fn esc_dispatch(&mut self, _: &[u8], _: bool, byte: u8) {
            panic!("ESC {byte:#x}");
        }

        fn hook(&mut self, _: &vte::Params, _: &[u8], _: bool, action: char) {
            panic!("DCS {action}");
        }
    }
    let mut heard = Heard::default();
    vte::Parser::new().advance(&mut heard, bytes.as_bytes());
    heard.0
}

/// What comes out of the envelopes; fails where one ends too early, or is too long.
fn opened(bytes: &str, inside: Inside) -> String {
    let begin = match inside {
        Inside::Nothing => return bytes.to_owned(),
        Inside::Tmux => "\x1bPtmux;",
        Inside::Screen => "\x1bP",
    };
    let mut opened = String::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (held, after) = rest.strip_prefix(begin).unwrap().split_once("\x1b\\").unwrap();
        assert!(held.len() <= ENVELOPE_BYTES_MAX, "{} bytes", held.len());
        match inside {
            Inside::Tmux => {
                assert!(!held.replace("\x1b\x1b", "").contains('\x1b'), "{held:?}");
                opened.push_str(&held.replace("\x1b\x1b", "\x1b"));
            }
            _ => opened.push_str(held),
        }
        rest = after;
    }
    opened
}

fn check(title: &str, body: &str) {
    for inside in [Inside::Nothing, Inside::Tmux, Inside::Screen] {
        let of = |protocol| sequences(&opened(&told(title, body, protocol, inside), inside));
        let [nine] = &of(Protocol::Osc9)[..] else { panic!("one OSC 9") };
        let [code, text] = &nine[..] else { panic!("{nine:?}") };
        assert!(code == "9" && !text.starts_with(|c: char| c.is_ascii_digit()), "{nine:?}");
        let [urxvt] = &of(Protocol::Osc777)[..] else { panic!("one OSC 777") };
        let [code, notify, title, body] = &urxvt[..] else { panic!("{urxvt:?}") };
        assert_eq!((code.as_str(), notify.as_str()), ("777", "notify"));
        assert!(title.len() <= TITLE_BYTES_MAX && body.len() <= BODY_BYTES_MAX, "{urxvt:?}");
        let expected = [["99", "i=pail7-3:d=0", title], ["99", "i=pail7-3:p=body", body]];
        assert_eq!(of(Protocol::Osc99), expected);
    }
}

#[test]
fn words_stay_words_in_every_protocol() {
    let told = |protocol, inside| told("Bea in #dev", "a; b", protocol, inside);
    let plain = |protocol| told(protocol, Inside::Nothing);
    assert_eq!(plain(Protocol::Osc9), "\x1b]9;Bea in #dev: a, b\x07");
    assert_eq!(plain(Protocol::Osc777), "\x1b]777;notify;Bea in #dev;a, b\x07");
    let kitty = "\x1b]99;i=pail7-3:d=0;Bea in #dev\x07\x1b]99;i=pail7-3:p=body;a, b\x07";
    assert_eq!(plain(Protocol::Osc99), kitty);
    let tmux = "\x1bPtmux;\x1b\x1b]9;Bea in #dev: a, b\x07\x1b\\";
    assert_eq!(told(Protocol::Osc9, Inside::Tmux), tmux);
    let screen = "\x1bP\x1b]9;Bea in #dev: a, b\x07\x1b\\";
    assert_eq!(told(Protocol::Osc9, Inside::Screen), screen);
}

#[test]
fn what_would_break_out_stays_inside() {
    for text in ["\x07\x1b]52;c;aGk=\x07", "\x1b\\\x1b[2J", "4;3;50", "\u{9c}\u{9d}0;x", ";;;;"] {
        check(text, text);
    }
    check(&"名前".repeat(500), &"👩\u{200D}👩\u{200D}👧".repeat(500));
}

proptest! {
    #[test]
    fn whatever_others_are_called_and_write_one_notification_comes_of_it(
        title in anything(), body in anything(),
    ) {
        check(&title, &body.repeat(8));
    }
}

#[test]
fn nobody_shows_what_is_to_be_left_to_the_bell() {
    let mut app = live();
    let mut settings = Settings::default();
    settings.notify.via = Via::Off;
    app.configure(settings, &[]);
    app.input(Input::Focus(false));
    assert_eq!(app.frame(posted(DIRECT, 1, BEA_LIND, "psst")), [Effect::Bell]);
}
