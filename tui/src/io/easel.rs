//! What the terminal can show pictures with, as far as it is known by name; tmux is asked for the
//! terminal around it.
//!
//! Nothing is asked of the terminal: those that understand kitty's protocol do not say whether cells
//! may stand for pictures, and an answer that comes late is typed into what one writes.

use std::process::{Command, Stdio};

use tokio::sync::oneshot;

use crate::state::pictures::Medium;

/// What tmux is asked: the name of the terminal around it, and whether anything goes through.
const TMUX_QUESTION: &str = "#{client_termname} #{allow-passthrough}";

/// What is known by the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// What there is, besides blocks.
    Known(Option<Medium>),
    /// What tmux says.
    AskTmux,
}

/// What is known of this terminal.
#[must_use]
pub fn guess() -> Guess {
    of(|name| std::env::var(name).unwrap_or_default())
}

pub(super) fn of(variable: impl Fn(&str) -> String) -> Guess {
    if !variable("TMUX").is_empty() {
        return Guess::AskTmux;
    }
    // They have the name of the terminal around them.
    if !variable("ZELLIJ").is_empty() || !variable("STY").is_empty() {
        return Guess::Known(None);
    }
    let (term, program) = (variable("TERM"), variable("TERM_PROGRAM"));
    let is_kitty = is_kitty(&term) || is_kitty(&program) || !variable("KITTY_WINDOW_ID").is_empty();
    let has_sixels = ["foot", "mlterm", "contour", "yaft"].iter().any(|it| term.starts_with(it))
        || ["WezTerm", "iTerm.app", "mintty", "contour"].contains(&program.as_str());
    Guess::Known(match (is_kitty, has_sixels) {
        (true, _) => Some(Medium::Kitty { in_tmux: false }),
        (false, true) => Some(Medium::Sixel),
        (false, false) => None,
    })
}

/// Those whose cells may stand for pieces of pictures.
fn is_kitty(name: &str) -> bool {
    ["kitty", "ghostty"].iter().any(|known| name.to_lowercase().contains(known))
}

/// What tmux says of the terminal around it.
pub async fn ask_tmux() -> Option<Medium> {
    through_tmux(&tmux_says(TMUX_QUESTION).await?)
}

/// What tmux says, on a thread of its own: whoever leaves waits for none.
pub(super) async fn tmux_says(question: &'static str) -> Option<String> {
    let (done, said) = oneshot::channel();
    std::thread::spawn(move || {
        let mut tmux = Command::new("tmux");
        let asked = tmux.args(["display-message", "-p", question]).stdin(Stdio::null());
        let answer = asked.output().map(|output| output.stdout).unwrap_or_default();
        done.send(String::from_utf8_lossy(&answer).into_owned())
    });
    said.await.ok()
}

fn through_tmux(answer: &str) -> Option<Medium> {
    let (terminal, passes) = answer.trim().split_once(' ')?;
    let is_open = ["on", "all"].contains(&passes);
    (is_kitty(terminal) && is_open).then_some(Medium::Kitty { in_tmux: true })
}

#[cfg(test)]
mod tests {
    use super::{Guess, Medium, of, through_tmux};

    #[track_caller]
    fn check(environment: &[(&str, &str)], expected: Guess) {
        let find = |name: &str| environment.iter().find(|(known, _)| *known == name);
        let guess = of(|name| find(name).map_or(String::new(), |(_, value)| (*value).to_owned()));
        assert_eq!(guess, expected, "{environment:?}");
    }

    #[test]
    fn terminals_are_known_by_name_unless_somebody_is_in_between() {
        let kitty = Guess::Known(Some(Medium::Kitty { in_tmux: false }));
        let sixel = Guess::Known(Some(Medium::Sixel));
        let none = Guess::Known(None);
        check(&[("TERM", "xterm-kitty")], kitty);
        check(&[("TERM", "xterm-ghostty")], kitty);
        check(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "ghostty")], kitty);
        check(&[("TERM", "xterm-256color"), ("KITTY_WINDOW_ID", "1")], kitty);
        check(&[("TERM", "foot")], sixel);
        check(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")], sixel);
        check(&[("TERM", "xterm-256color")], none);
        check(&[], none);
        check(&[("TERM", "xterm-kitty"), ("ZELLIJ", "0")], none);
        check(&[("TERM", "xterm-kitty"), ("STY", "1.pts")], none);
        check(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/x,1,0")], Guess::AskTmux);
    }

    #[test]
    fn tmux_hands_on_only_what_it_may_to_who_understands_it() {
        let kitty = Some(Medium::Kitty { in_tmux: true });
        assert_eq!(through_tmux("xterm-kitty on\n"), kitty);
        assert_eq!(through_tmux("xterm-ghostty all\n"), kitty);
        for other in ["xterm-kitty off", "xterm-kitty ", "foot on", "", "on", "xterm-256color on"] {
            assert_eq!(through_tmux(other), None, "{other}");
        }
    }
}
