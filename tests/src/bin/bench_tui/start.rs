//! The first picture of a client that has been used: 50 channels, 10,000 messages at hand, and the
//! server away, so that nothing but this machine can answer.

use std::time::Duration;

use anyhow::Context;
use pail_tests::process::{self, Process};
use pail_tests::terminal::Terminal;
use tempfile::TempDir;

use crate::flood::{self, Team};
use crate::probe::now;
use crate::say;
use crate::typing::{SIZE, client, idle};

const CHANNELS: usize = 50;
const MESSAGES_EACH: u64 = 200;
/// Starts measured.
const STARTS: usize = 20;
/// Between two channels that are looked into.
const LOOK: Duration = Duration::from_millis(60);

pub async fn run() -> anyhow::Result<()> {
    let (data, folder) = (TempDir::new()?, TempDir::new()?);
    let server = Process::start(data.path());
    let team = Team::new(&server).await?;
    for number in 0..CHANNELS {
        let channel = team.channel(&format!("channel-{number:02}")).await;
        flood::fill(&team.ann, channel, MESSAGES_EACH).await?;
    }
    let mut terminal = client(&server, folder.path())?;
    // So much unread is told on one screen first; a channel opens at its first unread message.
    terminal.press("\u{1b}")?;
    for _ in 0..CHANNELS {
        tokio::time::sleep(LOOK).await;
        terminal.press("\u{1b}[1;3B")?;
        tokio::time::sleep(LOOK).await;
        terminal.press("\u{1b}[1;3F")?;
    }
    terminal.sees(&format!("message {MESSAGES_EACH}:"))?;
    say(&format!("pail, {CHANNELS} channels looked into: {}", idle(&terminal).await?))?;
    terminal.press("\u{3}")?;
    terminal.ends()?;
    drop(server);
    let folder = folder.path().to_str().context("a readable path")?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let began = now();
        let variables = [("PAIL_CLIENT_DIR", folder)];
        let mut terminal = Terminal::start(&process::binary("pail"), &[], &variables, SIZE)?;
        terminal.sees("▏ message ")?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        terminal.press("\u{3}")?;
        terminal.ends()?;
    }
    times.sort_by(f64::total_cmp);
    say(&format!(
        "pail, from its start to the messages of the open channel, server away: median {:.0} ms, \
         fastest {:.0} ms, slowest {:.0} ms of {STARTS}",
        times[STARTS / 2],
        times[0],
        times[STARTS - 1],
    ))?;
    Ok(())
}
