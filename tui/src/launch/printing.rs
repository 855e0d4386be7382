//! Commands that print something of the configuration and end.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;
use ratatui::style::Color;

use super::print_line;
use crate::cli::{Cli, Config, Format, Keys};
use crate::io::background;
use crate::io::config::{Chosen, File, default_text};
use crate::io::terminal;
use crate::keys::{KeyMap, listing, taken};
use crate::text::SafeText;
use crate::view::theme::{Background, Depth, READABLE, contrast, depth};

/// Backgrounds a theme is checked against where the terminal does not say what it has: the darkest
/// and the lightest of those that are common.
const DARK: [Color; 2] = [Color::Rgb(0, 0, 0), Color::Rgb(0x28, 0x2C, 0x34)];
const LIGHT: [Color; 2] = [Color::Rgb(0xFF, 0xFF, 0xFF), Color::Rgb(0xFD, 0xF6, 0xE3)];

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

/// `pail theme`.
pub(super) fn theme(chosen: &Chosen, name: Option<&str>, is_check: bool) -> ExitCode {
    let name = name.unwrap_or(&chosen.settings.look.theme.0);
    if !chosen.themes().any(|known| known == name) {
        let known = chosen.themes().collect::<Vec<_>>().join(", ");
        print_line(&format!("There is no theme {:?}, but {known}.", SafeText::line(name).as_str()));
        return ExitCode::FAILURE;
    }
    let background = if terminal::is_there() { background::ask() } else { None };
    let (word, backgrounds) = match (background, name) {
        (Some(Background::Light), _) | (None, "light") => ("light", LIGHT),
        _ => ("dark", DARK),
    };
    let shown = background.or(Some(Background::Dark));
    let depth = depth(chosen.settings.look.colours, |name| std::env::var(name).ok());
    let palette = chosen.palette(name, shown, depth);
    print_line(&format!("{name}, on a {word} background, in {}:", colours(depth)));
    let mut code = ExitCode::SUCCESS;
    for (role, colour) in palette.roles() {
        let colour = depth.nearest(colour);
        let ratios = backgrounds.iter().filter_map(|background| contrast(colour, *background));
        let (shown, verdict) = match ratios.reduce(f64::min) {
            // What the terminal's own sixteen look like is its business.
            Some(ratio) if matches!(colour, Color::Rgb(..) | Color::Indexed(16..)) => {
                let is_hard = ratio < READABLE;
                if is_hard && is_check {
                    code = ExitCode::FAILURE;
                }
                let mark = if is_hard { "! hard to read" } else { "✓" };
                (colour.to_string(), format!("{ratio:>5.1} {mark}"))
            }
            _ if colour == Color::Reset => ("the terminal's".to_owned(), String::new()),
            _ => (colour.to_string(), "    – the terminal's".to_owned()),
        };
        print_line(format!("  {role:<10} {shown:<16} {verdict}").trim_end());
    }
    code
}

fn colours(depth: Depth) -> &'static str {
    match depth {
        Depth::None => "no colours",
        Depth::Sixteen => "16 colours",
        Depth::TwoFiftySix => "256 colours",
        Depth::True => "all colours",
    }
}

/// `pail completions`.
pub(super) fn completions(shell: clap_complete::Shell) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "pail", &mut script);
    print_line(String::from_utf8_lossy(&script).trim_end());
    ExitCode::SUCCESS
}

/// `pail man`.
pub(super) fn manual(dir: Option<&Path>) -> anyhow::Result<ExitCode> {
    match dir {
        Some(dir) => {
            std::fs::create_dir_all(dir)
                .and_then(|()| clap_mangen::generate_to(Cli::command(), dir))
                .with_context(|| format!("{} takes no manual pages", dir.display()))?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            print_line(String::from_utf8_lossy(&page).trim_end());
        }
    }
    Ok(ExitCode::SUCCESS)
}
