//! `pail doctor`, printed: a line per check, and under it the line to write down somewhere.

use std::process::ExitCode;

use super::print_line;
use crate::io::config::Chosen;
use crate::io::doctor::{Finding, Mark, Remedy, examine};
use crate::io::secrets::Secrets;
use crate::runtime::stop_signal;

/// Columns before what is found: the mark, and what it is about.
const INDENT: usize = 21;

/// Fails when there is something to change, or when it was stopped.
pub(super) async fn doctor(chosen: &Chosen, secrets: &Secrets) -> ExitCode {
    let found = tokio::select! {
        found = examine(chosen, secrets) => found,
        () = stop_signal() => None,
    };
    let Some(found) = found else {
        print_line("Stopped.");
        return ExitCode::FAILURE;
    };
    found.iter().flat_map(lines).for_each(|line| print_line(&line));
    let wrong = found.iter().filter(|finding| finding.mark == Mark::Wrong).count();
    print_line(&match wrong {
        0 => "\nNothing has to be changed; pail does without what has a -.".to_owned(),
        1 => "\nOne thing should be changed: the line with !.".to_owned(),
        more => format!("\n{more} things should be changed: the lines with !."),
    });
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn lines(finding: &Finding) -> Vec<String> {
    let Finding { about, mark, says, remedy } = finding;
    let mark = match mark {
        Mark::Good => "ok",
        Mark::Wrong => "!",
        Mark::Aside => "-",
    };
    let mut lines = vec![format!("{mark:<2} {about:<width$}{says}", width = INDENT - 3)];
    if let Some(Remedy { file, line }) = remedy {
        lines.push(format!("{:INDENT$}{file}: {line}", ""));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Finding, Mark, Remedy, lines};

    #[test]
    fn the_line_to_write_down_is_under_what_it_is_for() {
        let remedy = Remedy { file: "~/.tmux.conf", line: "set -s escape-time 10".to_owned() };
        let says = "escape-time is 500".to_owned();
        let finding = Finding { about: "tmux", mark: Mark::Wrong, says, remedy: Some(remedy) };
        let expected = "\
!  tmux              escape-time is 500
                     ~/.tmux.conf: set -s escape-time 10";
        assert_eq!(lines(&finding).join("\n"), expected);
    }
}
