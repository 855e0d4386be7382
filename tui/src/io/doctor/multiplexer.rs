//! What is between pail and the terminal, and its options. tmux is asked for them.

use std::process::{Command, Stdio};

use super::{Environment, Finding, in_time};
use crate::text::SafeText;

/// Above this, Esc is a wait.
const ESCAPE_MS_MAX: u32 = 50;

pub(super) const TMUX_CONF: &str = "~/.tmux.conf";

/// An option of tmux.
struct Wanted {
    name: &'static str,
    is_right: fn(&str) -> bool,
    /// What is amiss otherwise.
    otherwise: &'static str,
    line: &'static str,
}

const WANTED: &[Wanted] = &[
    Wanted {
        name: "set-clipboard",
        is_right: |value| value == "on",
        otherwise: "what you copy in pail may not reach your clipboard",
        line: "set -g set-clipboard on",
    },
    Wanted {
        name: "allow-passthrough",
        is_right: |value| ["on", "all"].contains(&value),
        otherwise: "nothing reaches the terminal around tmux",
        line: "set -g allow-passthrough on",
    },
    Wanted {
        name: "focus-events",
        is_right: |value| value == "on",
        otherwise: "notifications come although you look at pail",
        line: "set -g focus-events on",
    },
    Wanted {
        name: "escape-time",
        is_right: |value| value.parse().is_ok_and(|ms: u32| ms <= ESCAPE_MS_MAX),
        otherwise: "every Esc waits that many milliseconds",
        line: "set -s escape-time 10",
    },
    Wanted {
        name: "extended-keys",
        is_right: |value| value == "always",
        otherwise: "Shift-Enter may be Enter; Ctrl-J starts a new line",
        line: "set -s extended-keys always",
    },
    Wanted {
        name: "default-terminal",
        is_right: |value| value.starts_with("tmux") || value.contains("256color"),
        otherwise: "programs take tmux for a terminal of old",
        line: "set -g default-terminal tmux-256color",
    },
];

/// What tmux says of the options that are wanted, in their order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options(pub(super) Vec<Option<String>>);

impl Options {
    /// Whether anything goes on to the terminal as it is.
    pub(super) fn passes_anything(&self) -> bool {
        self.passthrough().is_some_and(|value| ["on", "all"].contains(&value))
    }

    /// What `allow-passthrough` is. A tmux that does not have it hands everything on.
    pub(super) fn passthrough(&self) -> Option<&str> {
        let at = WANTED.iter().position(|wanted| wanted.name == "allow-passthrough");
        at.and_then(|at| self.0.get(at)?.as_deref())
    }

    /// Whether a text that is copied goes on to the terminal.
    pub(super) fn passes_clipboard(&self) -> bool {
        // The first two: either of them does.
        let is_right = |(wanted, value): (&Wanted, &Option<String>)| {
            value.as_deref().is_some_and(wanted.is_right)
        };
        WANTED.iter().zip(&self.0).take(2).any(is_right)
    }
}

/// Asks tmux, if it is there and answers in time.
pub(super) async fn options(environment: &Environment<'_>) -> Option<Options> {
    if !environment.is_tmux() {
        return None;
    }
    in_time(|| Options(WANTED.iter().map(|wanted| option(wanted.name)).collect())).await
}

fn option(name: &str) -> Option<String> {
    let mut tmux = Command::new("tmux");
    let asked = tmux.args(["show", "-gv", name]).stdin(Stdio::null()).output().ok()?;
    let value = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    (asked.status.success() && !value.is_empty()).then_some(value)
}

/// What is to be said of it.
pub(super) fn findings(environment: &Environment<'_>, options: Option<&Options>) -> Vec<Finding> {
    const ABOUT: &str = "multiplexer";
    match options {
        Some(options) => of_tmux(options),
        None if environment.is_tmux() => {
            vec![Finding::aside(ABOUT, "tmux, which did not say what its options are")]
        }
        None if environment.has("ZELLIJ") => vec![Finding::good(ABOUT, "zellij")],
        None if environment.has("STY") => vec![Finding::aside(
            ABOUT,
            "GNU screen, which passes on neither links nor all colours; tmux does",
        )],
        None => vec![Finding::good(ABOUT, "none")],
    }
}

fn of_tmux(options: &Options) -> Vec<Finding> {
    let passes_clipboard = options.passes_clipboard();
    let judged = WANTED.iter().zip(&options.0).map(|(wanted, value)| {
        let about = "tmux";
        let name = wanted.name;
        let Some(value) = value else {
            return Finding::aside(about, format!("this tmux has no option {name}"));
        };
        let said = format!("{name} is {}", SafeText::line(value));
        if (wanted.is_right)(value) {
            return Finding::good(about, said);
        }
        let is_needed = match name {
            "set-clipboard" => !passes_clipboard,
            // Without them nothing is lost.
            "allow-passthrough" | "extended-keys" => false,
            _ => true,
        };
        let says = format!("{said}: {}", wanted.otherwise);
        let finding = match is_needed {
            true => Finding::wrong(about, says),
            false => Finding::aside(about, says),
        };
        finding.with(TMUX_CONF, wanted.line)
    });
    judged.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::doctor::Mark;

    fn marks(values: [&str; 6]) -> Vec<Mark> {
        let said = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        let options = Options(values.map(said).to_vec());
        of_tmux(&options).iter().map(|finding| finding.mark).collect()
    }

    #[test]
    fn tmux_as_it_comes_is_to_be_told_what_a_chat_needs() {
        use Mark::{Aside, Good, Wrong};
        let as_it_comes = ["external", "off", "off", "500", "off", "tmux-256color"];
        assert_eq!(marks(as_it_comes), [Wrong, Aside, Wrong, Wrong, Aside, Good]);
        let well = ["on", "on", "on", "10", "always", "screen-256color"];
        assert_eq!(marks(well), [Good; 6]);
        let old = ["external", "", "on", "0", "", "screen"];
        assert_eq!(marks(old), [Wrong, Aside, Good, Good, Aside, Wrong]);
        let either = ["external", "on", "on", "nonsense", "on", "tmux"];
        assert_eq!(marks(either), [Aside, Good, Good, Wrong, Aside, Good]);
    }

    #[test]
    fn whoever_is_in_between_is_named() {
        let inside = |name: &'static str| {
            let variable = move |asked: &str| (asked == name).then(|| "0".to_owned());
            findings(&Environment(&variable), None).remove(0).says
        };
        assert!(inside("ZELLIJ").contains("zellij") && inside("STY").contains("screen"));
        assert!(inside("TMUX").contains("did not say"));
        assert_eq!(inside("HOME"), "none");
    }
}
