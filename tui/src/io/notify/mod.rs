//! Where a notification goes: to the desktop one sits at, or else to the terminal, which is there.
//!
//! Over SSH the desktop around us is not the reader's. A terminal gets only what it is known by name to
//! show; the others have the bell. It writes nothing: what comes of it is for whoever has the terminal.

mod desktop;
pub mod sequence;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::timeout;

use super::{easel, links};
use crate::state::effect::Notification;
use crate::state::settings::Via;
use sequence::{Id, Inside, Protocol, sequence};

/// How long tmux may take to say what is around it.
const TMUX_TIMEOUT: Duration = Duration::from_secs(1);
/// What tmux is asked: what the terminal around it goes by, and what it calls itself.
const TMUX_QUESTION: &str = "#{client_termname} #{client_termtype}";

/// Terminals that show notifications, by a part of their name. urxvt needs an extension for it.
const KNOWN: &[(&str, Protocol)] = &[
    ("kitty", Protocol::Osc99),
    ("iterm", Protocol::Osc9),
    ("ghostty", Protocol::Osc777),
    ("wezterm", Protocol::Osc777),
    ("foot", Protocol::Osc777),
    ("contour", Protocol::Osc777),
    ("rxvt-unicode", Protocol::Osc777),
];

/// Variables with the terminal's name. ssh hands on the first, and often the last.
const NAMES: [&str; 3] = ["TERM", "TERM_PROGRAM", "LC_TERMINAL"];

static LAST: AtomicU32 = AtomicU32::new(0);

/// Shows a notification on the desktop, or returns what shows it in the terminal, if anything does.
pub async fn notify(notification: Notification) -> Option<String> {
    let protocol = match notification.via {
        Via::Off => return None,
        Via::Auto if !links::is_remote() && desktop::shows(&notification).await => return None,
        Via::Auto => known().await?,
        Via::Desktop => {
            desktop::shows(&notification).await;
            return None;
        }
        via => Protocol::chosen(via)?,
    };
    let id = Id { process: std::process::id(), number: LAST.fetch_add(1, Ordering::Relaxed) };
    Some(sequence(&notification, protocol, inside(variable), id))
}

/// What this terminal is known to show, or the one around tmux.
pub(super) async fn known() -> Option<Protocol> {
    match inside(variable) {
        Inside::Tmux => {
            let said = timeout(TMUX_TIMEOUT, easel::tmux_says(TMUX_QUESTION)).await.ok()??;
            by_name(&said)
        }
        Inside::Screen | Inside::Nothing => by_environment(variable),
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

fn inside(variable: impl Fn(&str) -> String) -> Inside {
    match (variable("TMUX").as_str(), variable("STY").as_str()) {
        ("", "") => Inside::Nothing,
        ("", _) => Inside::Screen,
        _ => Inside::Tmux,
    }
}

fn by_environment(variable: impl Fn(&str) -> String) -> Option<Protocol> {
    // It passes none of them on.
    if !variable("ZELLIJ").is_empty() {
        return None;
    }
    let says = |name: &str, protocol| (!variable(name).is_empty()).then_some(protocol);
    by_name(&NAMES.map(&variable).join(" "))
        .or_else(|| says("KITTY_WINDOW_ID", Protocol::Osc99))
        .or_else(|| says("WT_SESSION", Protocol::Osc777))
}

fn by_name(names: &str) -> Option<Protocol> {
    let names = names.to_lowercase();
    let known = KNOWN.iter().find(|(part, _)| names.contains(part));
    known.map(|(_, protocol)| *protocol)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(environment: &[(&str, &str)]) -> (Option<Protocol>, Inside) {
        let find = |name: &str| environment.iter().find(|(known, _)| *known == name);
        let variable = |name: &str| find(name).map_or(String::new(), |(_, it)| (*it).to_owned());
        (by_environment(variable), inside(variable))
    }

    #[test]
    fn a_terminal_gets_what_it_is_known_to_show_and_else_nothing() {
        for (name, value, expected) in [
            ("TERM", "xterm-kitty", Some(Protocol::Osc99)),
            ("KITTY_WINDOW_ID", "1", Some(Protocol::Osc99)),
            ("TERM_PROGRAM", "iTerm.app", Some(Protocol::Osc9)),
            ("LC_TERMINAL", "iTerm2", Some(Protocol::Osc9)),
            ("TERM", "xterm-ghostty", Some(Protocol::Osc777)),
            ("TERM_PROGRAM", "WezTerm", Some(Protocol::Osc777)),
            ("TERM", "foot-extra", Some(Protocol::Osc777)),
            ("TERM", "rxvt-unicode-256color", Some(Protocol::Osc777)),
            ("WT_SESSION", "0f0e", Some(Protocol::Osc777)),
            ("TERM", "xterm-256color", None),
            ("TERM", "linux", None),
            ("TERM_PROGRAM", "Apple_Terminal", None),
        ] {
            assert_eq!(found(&[(name, value)]), (expected, Inside::Nothing), "{name}={value}");
        }
        assert_eq!(found(&[("TERM", "xterm-kitty"), ("ZELLIJ", "0")]).0, None);
    }

    #[test]
    fn tmux_names_the_terminal_around_it() {
        assert_eq!(by_name("xterm-256color iTerm2 3.5.11"), Some(Protocol::Osc9));
        assert_eq!(by_name("xterm-kitty "), Some(Protocol::Osc99));
        assert_eq!([by_name(" "), by_name("xterm-256color XTerm(390)")], [None; 2]);
        assert_eq!(found(&[("TMUX", "/tmp/x"), ("STY", "1.x")]).1, Inside::Tmux);
        assert_eq!(found(&[("STY", "1.x")]).1, Inside::Screen);
    }
}
