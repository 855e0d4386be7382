//! What the terminal can do, as far as its environment says. Nothing is asked of the terminal.

use crate::view::Abilities;

/// Since 0.58, VTE puts text into its visual order.
const VTE_WITH_BIDI: u32 = 5_800;

/// What this terminal can do.
#[must_use]
pub fn abilities() -> Abilities {
    of(|name| std::env::var(name).unwrap_or_default())
}

fn of(variable: impl Fn(&str) -> String) -> Abilities {
    let term = variable("TERM");
    // The console of Linux shows the URL as text, and old versions of screen end it too early.
    let is_old = ["", "dumb", "linux", "vt100", "vt220", "cons25"].contains(&term.as_str());
    let is_screen = term.starts_with("screen") && variable("TMUX").is_empty();
    // VTE (GNOME), Konsole, Terminal.app, mlterm and mintty order text themselves.
    let vte = variable("VTE_VERSION").parse().is_ok_and(|version: u32| version >= VTE_WITH_BIDI);
    let program = variable("TERM_PROGRAM");
    let orders = vte
        || !variable("KONSOLE_VERSION").is_empty()
        || ["Apple_Terminal", "mintty"].contains(&program.as_str())
        || term.starts_with("mlterm");
    Abilities { links: !is_old && !is_screen, stays: !orders }
}

#[cfg(test)]
mod tests {
    use super::{Abilities, of};

    #[track_caller]
    fn check(environment: &[(&str, &str)], links: bool) {
        assert_eq!(found(environment).links, links, "{environment:?}");
    }

    fn found(environment: &[(&str, &str)]) -> Abilities {
        let find = |name: &str| environment.iter().find(|(known, _)| *known == name);
        of(|name| find(name).map_or(String::new(), |(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_terminal_that_orders_text_itself_is_left_to_it() {
        assert!(found(&[("TERM", "xterm-256color")]).stays);
        assert!(found(&[("VTE_VERSION", "5202")]).stays);
        assert!(!found(&[("VTE_VERSION", "7006")]).stays);
        assert!(!found(&[("KONSOLE_VERSION", "230805")]).stays);
        assert!(!found(&[("TERM_PROGRAM", "Apple_Terminal")]).stays);
    }

    #[test]
    fn links_go_where_they_are_understood_or_passed_over() {
        check(&[("TERM", "xterm-256color")], true);
        check(&[("TERM", "screen-256color"), ("TMUX", "/tmp/tmux,1,0")], true);
        check(&[("TERM", "screen")], false);
        check(&[("TERM", "linux")], false);
        check(&[], false);
    }
}
