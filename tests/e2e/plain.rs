//! The client without a screen: in a pipe, as a script or a screen reader has it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use anyhow::{Context, ensure};
use pail_tests::process::{NO_BUS, Process, binary};
use tempfile::TempDir;

use super::people::{newcomer, server};

/// Lines that may wait to be looked at.
const LINES_MAX: usize = 1_000;
/// How long a line may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn pail(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary("pail"));
    command.envs([NO_BUS]).arg("--client-dir").arg(folder.path()).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Waits for a line that holds a text.
fn line_with(lines: &Receiver<String>, text: &str) -> anyhow::Result<String> {
    let mut seen = Vec::new();
    loop {
        let line = lines.recv_timeout(PATIENCE).with_context(|| format!("no {text}: {seen:#?}"))?;
        if line.contains(text) {
            return Ok(line);
        }
        seen.push(line);
    }
}

#[test]
fn lines_go_in_and_come_out_and_nothing_else() -> anyhow::Result<()> {
    let data = TempDir::new()?;
    let (_server, link): (Process, String) = server(data.path())?;
    let mut ana = newcomer(&["join", &link, "--name", "Ana Lima"], &[])?;
    ana.is_live()?;
    let invite = ana.invites()?;
    let folder = TempDir::new()?;
    let mut bob = pail(&folder, &["--plain", "join", &invite, "--name", "Bob Stone"]).spawn()?;
    let (tell, lines) = sync_channel(LINES_MAX);
    let out = BufReader::new(bob.stdout.take().context("its output")?);
    std::thread::spawn(move || {
        out.lines().map_while(Result::ok).try_for_each(|line| tell.send(line))
    });
    let mut keys = bob.stdin.take().context("its input")?;
    line_with(&lines, "Connected to ")?;
    line_with(&lines, "Now in #general.")?;
    ana.says("can you hear me?")?;
    let heard = line_with(&lines, "can you hear me?")?;
    ensure!(heard.starts_with("Ana Lima in #general, "), "{heard}");
    ensure!(!heard.contains('\u{1b}'), "{heard:?}");
    writeln!(keys, "loud and clear")?;
    ana.terminal.sees("loud and clear")?;
    writeln!(keys, "/nonsense")?;
    line_with(&lines, "/nonsense")?;
    writeln!(keys, "/help")?;
    line_with(&lines, "/search")?;
    writeln!(keys, "the last word")?;
    drop(keys);
    ensure!(bob.wait()?.success());
    ana.terminal.sees("the last word")?;
    Ok(())
}

#[test]
fn who_is_not_logged_in_is_told_what_to_say() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let output = pail(&folder, &[]).output()?;
    ensure!(output.status.code() == Some(2));
    let said = String::from_utf8(output.stderr)?;
    ensure!(said.contains("pail join LINK"), "{said}");
    ensure!(output.stdout.is_empty());
    Ok(())
}
