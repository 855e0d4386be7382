//! What the terminal can do, as far as its environment says. Nothing is asked of the terminal.

use crate::view::Abilities;

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
    Abilities { links: !is_old && !is_screen }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[track_caller]
    fn check(environment: &[(&str, &str)], links: bool) {
        let find = |name: &str| environment.iter().find(|(known, _)| *known == name);
        let found = of(|name| find(name).map_or(String::new(), |(_, value)| (*value).to_owned()));
        assert_eq!(found.links, links, "{environment:?}");
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
