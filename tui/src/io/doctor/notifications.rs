//! Who shows notifications, and what is in the way of it.

use super::multiplexer::{Options, TMUX_CONF};
use super::{Environment, Finding};
use crate::io::notify::sequence::Protocol;
use crate::state::settings::Via;
use crate::text::SafeText;

const ABOUT: &str = "notifications";

/// Who could show them.
#[derive(Debug, Clone, Default)]
pub(super) struct Ways {
    /// Who does so on the desktop of this machine.
    pub(super) desktop: Option<String>,
    /// What the terminal is known to show.
    pub(super) terminal: Option<Protocol>,
}

/// Who shows notifications on the desktop of this machine.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) async fn desktop() -> Option<String> {
    super::in_time(|| notify_rust::get_server_information().ok().map(|server| server.name)).await?
}

/// Who shows notifications on the desktop of this machine: the system itself.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(super) async fn desktop() -> Option<String> {
    Some("the system".to_owned())
}

/// What is to be said of it.
pub(super) fn finding(
    via: Via,
    Ways { desktop, terminal }: Ways,
    environment: &Environment<'_>,
    options: Option<&Options>,
) -> Finding {
    let is_remote = environment.has("SSH_CONNECTION") || environment.has("SSH_TTY");
    match (via, desktop, Protocol::chosen(via).or(terminal)) {
        (Via::Off, ..) => Finding::good(ABOUT, "none, as you chose"),
        (Via::Desktop, Some(name), _) => on_desktop(&name),
        (Via::Desktop, None, _) => no_daemon(),
        (Via::Auto, Some(name), _) if !is_remote => on_desktop(&name),
        (_, _, Some(protocol)) => in_terminal(protocol, options),
        (..) if is_remote || !has_display(environment) => Finding::aside(
            ABOUT,
            "there is no desktop here, and this terminal is not known to show them: its bell rings \
             instead; notify.via says otherwise",
        ),
        (..) => no_daemon(),
    }
}

fn has_display(environment: &Environment<'_>) -> bool {
    environment.has("WAYLAND_DISPLAY") || environment.has("DISPLAY")
}

fn on_desktop(name: &str) -> Finding {
    Finding::good(ABOUT, format!("shown by {}", SafeText::line(name)))
}

fn no_daemon() -> Finding {
    let says = "nothing on D-Bus shows them: install and start a daemon such as dunst or mako";
    Finding::wrong(ABOUT, says)
}

fn in_terminal(protocol: Protocol, options: Option<&Options>) -> Finding {
    let shown = format!("shown by the terminal ({})", protocol.name());
    match options.and_then(Options::passthrough) {
        None | Some("all") => Finding::good(ABOUT, shown),
        Some("on") => Finding::aside(
            ABOUT,
            format!("{shown}, while the window of tmux is seen that pail is in"),
        )
        .with(TMUX_CONF, "set -g allow-passthrough all"),
        Some(_) => Finding::aside(
            ABOUT,
            format!("not {shown}: allow-passthrough is off in tmux; the bell rings instead"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Mark, within};
    use super::*;

    fn found(via: Via, ways: &Ways, variables: &[(&str, &str)]) -> (Mark, String) {
        let finding = within(variables, |e| finding(via, ways.clone(), e, None));
        (finding.mark, finding.says)
    }

    #[test]
    fn only_a_desktop_has_to_show_notifications() {
        let mark = |variables: &[(&str, &str)]| found(Via::Auto, &Ways::default(), variables).0;
        assert_eq!(mark(&[]), Mark::Aside);
        assert_eq!(mark(&[("DISPLAY", ":0")]), Mark::Wrong);
        assert_eq!(mark(&[("DISPLAY", ":0"), ("SSH_CONNECTION", "1")]), Mark::Aside);
    }

    #[test]
    fn over_ssh_the_terminal_shows_them_and_not_the_desktop_of_there() {
        let ways = Ways { desktop: Some("dunst".to_owned()), terminal: Some(Protocol::Osc99) };
        let says = |via, variables: &[(&str, &str)]| found(via, &ways, variables).1;
        assert_eq!(says(Via::Auto, &[]), "shown by dunst");
        assert_eq!(says(Via::Auto, &[("SSH_TTY", "1")]), "shown by the terminal (OSC 99)");
        assert_eq!(says(Via::Osc9, &[]), "shown by the terminal (OSC 9)");
        assert_eq!(says(Via::Off, &[]), "none, as you chose");
    }

    #[test]
    fn tmux_has_to_hand_them_on() {
        let with = |value: &str| {
            let options = Options(vec![None, Some(value.to_owned())]);
            in_terminal(Protocol::Osc777, Some(&options))
        };
        let marks = ["all", "on", "off"].map(|value| with(value).mark);
        assert_eq!(marks, [Mark::Good, Mark::Aside, Mark::Aside]);
        assert_eq!(with("on").remedy.unwrap().line, "set -g allow-passthrough all");
        assert!(with("off").says.contains("allow-passthrough is off"));
    }
}
