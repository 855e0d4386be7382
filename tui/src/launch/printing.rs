//! Commands that print something of the configuration and end.

use std::process::ExitCode;

use super::print_line;
use crate::cli::{Config, Format, Keys};
use crate::io::config::{Chosen, File, default_text};
use crate::keys::{KeyMap, listing, taken};
use crate::text::SafeText;

/// `pail config`.
pub(super) fn config(file: &File, chosen: &Chosen, what: &Config) -> ExitCode {
    match what {
        Config::Path => print_line(&file.path().display().to_string()),
        Config::Default => print_line(default_text().trim_end()),
        Config::Check => return check(file, chosen),
    }
    ExitCode::SUCCESS
}

fn check(file: &File, chosen: &Chosen) -> ExitCode {
    for problem in &chosen.problems {
        let sentence = SafeText::line(&problem.to_string());
        print_line(&format!("{}: {sentence}", file.path().display()));
    }
    match (chosen.problems.is_empty(), file.path().exists()) {
        (false, _) => return ExitCode::FAILURE,
        (true, true) => print_line(&format!("{} is all right.", file.path().display())),
        (true, false) => print_line("There is no config.toml; everything is as it comes."),
    }
    ExitCode::SUCCESS
}

/// `pail keys`.
pub(super) fn keys(map: &KeyMap, how: &Keys) -> ExitCode {
    if how.check {
        return check_keys(map);
    }
    let table = match how.format {
        Format::Text => listing::text(map),
        Format::Md => listing::markdown(map),
        Format::Json => listing::json(map),
    };
    print_line(table.trim_end());
    ExitCode::SUCCESS
}

/// Fails when something cannot be done by any key.
fn check_keys(map: &KeyMap) -> ExitCode {
    let taken = taken::taken(map, |name| std::env::var(name).ok());
    if taken.is_empty() {
        print_line("Nothing that pail knows of takes keys here.");
        return ExitCode::SUCCESS;
    }
    let mut code = ExitCode::SUCCESS;
    for by in taken {
        print_line(&format!("{} keeps these keys; {}.", by.by, by.advice));
        for (key, action, is_left) in by.keys {
            let left = if is_left { "another key does it" } else { "! no other key does it" };
            print_line(&format!("  {key:<16} {action:<26} {left}"));
            if !is_left {
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
