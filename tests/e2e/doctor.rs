//! `pail doctor` where the test plays the terminal, where nothing answers, and where there is none.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pail_tests::process;
use pail_tests::terminal::Terminal;
use tempfile::TempDir;

use super::people::WIDE;

/// What a good terminal says: itself, a dark background, that it knows all that is asked, where its
/// cursor is after each sample, and DA1.
const ANSWERS: &str = "\x1bP>|foot(1.20)\x1b\\\x1b]11;rgb:1111/1111/1111\x1b\\\
    \x1bP1$r0;48:2::1:2:3m\x1b\\\x1bP1+r4d73=41\x1b\\\x1b_Gi=31;OK\x1b\\\
    \x1b[?0u\x1b[?1004;2$y\x1b[?2026;2$y\
    \x1b[1;3R\x1b[1;3R\x1b[1;3R\x1b[1;3R\x1b[1;3R\x1b[1;5R\x1b[?62;4c";

/// Half a second for the terminal, one for the desktop, and the rest for a busy machine.
const SOON: Duration = Duration::from_secs(5);

/// Nothing of the machine the test runs on, but a shell that says how the terminal is afterwards.
fn doctor(folder: &Path) -> anyhow::Result<Terminal> {
    let pail = process::binary("pail");
    let script = format!(
        "unset LC_ALL LC_CTYPE VISUAL ZELLIJ STY VTE_VERSION TERM_PROGRAM; '{}' doctor; \
         echo \"exit code $?\"; stty -a | grep -o '.icanon'",
        pail.display()
    );
    let folder = folder.to_str().expect("a readable path");
    let variables = [
        ("PAIL_CLIENT_DIR", folder),
        ("COLORTERM", "truecolor"),
        ("LANG", "C.UTF-8"),
        ("EDITOR", "sh"),
        ("TERM", "foot"),
    ];
    Terminal::start(Path::new("/bin/sh"), &["-c", &script], &variables, WIDE)
}

/// Waits for the questions, so that the terminal is the doctor's.
fn is_asked(terminal: &Terminal) -> anyhow::Result<()> {
    terminal.wait_until("questions", |_| terminal.bytes_painted() > 0).map(|_| ())
}

/// The terminal reads lines again.
fn is_given_back(terminal: &mut Terminal) -> anyhow::Result<String> {
    terminal.sees(" icanon")?;
    terminal.ends()?;
    Ok(terminal.screen())
}

#[test]
fn what_a_terminal_answers_is_told_in_a_line_each() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let mut terminal = doctor(folder.path())?;
    is_asked(&terminal)?;
    terminal.press(ANSWERS)?;
    let screen = is_given_back(&mut terminal)?;
    for line in [
        "ok terminal          foot(1.20)",
        "ok colours           all",
        "ok background        dark, #111111",
        "ok kitty keyboard    Shift-Enter starts a new line",
        "ok focus events      pail knows",
        "ok synchronized      drawings appear at once",
        "ok copying (OSC 52)  taken",
        "ok images            sixels",
        "-  wide characters   other columns than counted",
        "ok locale            LANG is C.UTF-8",
        "ok editor            sh",
        "Nothing has to be changed",
        "exit code 0",
    ] {
        assert!(screen.contains(line), "{line:?} is not in:\n{screen}");
    }
    Ok(())
}

#[test]
fn a_terminal_that_does_not_answer_is_told_of_soon() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let start = now();
    let mut terminal = doctor(folder.path())?;
    let screen = is_given_back(&mut terminal)?;
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    assert!(screen.contains("it does not answer in half a second"), "{screen}");
    assert!(screen.contains("-  wide characters   it does not say where"), "{screen}");
    assert!(screen.contains("exit code 0"), "{screen}");
    Ok(())
}

#[test]
fn ctrl_c_ends_the_questions_and_gives_the_terminal_back() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let mut terminal = doctor(folder.path())?;
    is_asked(&terminal)?;
    terminal.press("\x03")?;
    let screen = is_given_back(&mut terminal)?;
    assert!(screen.contains("Stopped.") && screen.contains("exit code 1"), "{screen}");
    Ok(())
}

#[test]
fn without_a_terminal_it_says_what_could_not_be_asked_and_what_is_wrong() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let mut pail = Command::new(process::binary("pail"));
    pail.arg("doctor").env("PAIL_CLIENT_DIR", folder.path()).stdin(Stdio::null());
    pail.env_remove("TMUX").envs([process::NO_BUS]).env("LC_ALL", "C");
    let printed = pail.output()?;
    let said = String::from_utf8(printed.stdout)?;
    assert!(
        said.contains("-  terminal          there is no terminal here: its background"),
        "{said}"
    );
    assert!(said.contains("!  locale            LC_ALL is C, which is not UTF-8\n"), "{said}");
    assert!(said.contains("                     ~/.profile: export LC_ALL=C.UTF-8\n"), "{said}");
    assert_eq!(printed.status.code(), Some(1));
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a person's patience is measured on the wall")]
fn now() -> Instant {
    Instant::now()
}
