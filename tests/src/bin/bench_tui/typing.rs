//! From a key to its echo on the screen, while nothing happens and while messages pour in. Also idle
//! CPU, memory and what is painted.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use pail_tests::process::{self, Process};
use pail_tests::scenario;
use pail_tests::terminal::{Size, Terminal};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::flood::{self, Team};
use crate::probe::{cpu_ticks, now, rss_kib};
use crate::say;

pub const SIZE: Size = Size { columns: 120, rows: 40 };
/// Messages a second that are offered.
pub const RATES: [u32; 3] = [0, 1_000, 5_000];
/// Keys measured per rate.
const KEYS: usize = 200;
/// Between two keys: a fast typist.
const KEY_EVERY: Duration = Duration::from_millis(60);
/// Keys before the line is cleared, so that it stays on one row.
const LINE: usize = 60;
/// How long idle CPU is watched.
const IDLE: Duration = Duration::from_secs(10);

pub async fn run() -> anyhow::Result<()> {
    let (data, folder) = (TempDir::new()?, TempDir::new()?);
    let server = Process::start(data.path());
    let team = Team::new(&server).await?;
    let channel = team.channel("flood").await;
    let mut terminal = client(&server, folder.path())?;
    say(&format!("pail, idle: {}", idle(&terminal).await?))?;
    for rate in RATES {
        let stop = CancellationToken::new();
        let flood = flood::at_rate(team.ann.clone(), channel, rate, stop.clone());
        let flood = tokio::spawn(flood);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let measured = tokio::task::spawn_blocking(move || type_keys(terminal, "› ")).await??;
        stop.cancel();
        let (stored, seconds) = flood.await??;
        terminal = measured.terminal;
        let stored = stored as f64 / seconds;
        say(&format!("pail, {rate} msg/s offered, {stored:.0} stored: {}", measured.said))?;
    }
    Ok(())
}

/// Bob's client, logged in and live.
pub fn client(server: &Process, folder: &Path) -> anyhow::Result<Terminal> {
    let url = format!("http://{}", server.addr);
    let folder = folder.to_str().context("a readable path")?;
    let variables = [("PAIL_CLIENT_DIR", folder), ("PAIL_PASSWORD", scenario::PASSWORD)];
    let arguments = ["login", url.as_str(), "--username", "bob"];
    let terminal = Terminal::start(&process::binary("pail"), &arguments, &variables, SIZE)?;
    terminal.sees("● live")?;
    Ok(terminal)
}

/// What a program costs while nothing happens.
pub async fn idle(terminal: &Terminal) -> anyhow::Result<String> {
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = cpu_ticks(terminal)?;
    tokio::time::sleep(IDLE).await;
    let ticks = cpu_ticks(terminal)? - before;
    Ok(format!("{ticks} CPU ticks in {} s, {} KiB RSS", IDLE.as_secs(), rss_kib(terminal)?))
}

/// How typing went, in words, and the terminal back.
pub struct Measured {
    pub terminal: Terminal,
    pub said: String,
}

/// Presses keys one by one and waits for each to appear behind the prompt.
pub fn type_keys(mut terminal: Terminal, prompt: &str) -> anyhow::Result<Measured> {
    let (painted, ticks, began) = (terminal.bytes_painted(), cpu_ticks(&terminal)?, now());
    let mut times = Vec::with_capacity(KEYS);
    let mut typed = String::new();
    for index in 0..KEYS {
        if index % LINE == 0 {
            terminal.press("\u{15}")?;
            let shown = format!("{prompt}{typed}");
            terminal.wait_until("an empty line", |s| typed.is_empty() || !s.contains(&shown))?;
            std::thread::sleep(KEY_EVERY);
            typed.clear();
        }
        // No run of these letters occurs in a message.
        let key = ['q', 'z', 'x', 'j'][(index * 7 + index / 3) % 4];
        typed.push(key);
        let began = now();
        terminal.press(&key.to_string())?;
        terminal.sees(&format!("{prompt}{typed}"))?;
        times.push(began.elapsed());
        std::thread::sleep(KEY_EVERY);
    }
    let seconds = began.elapsed().as_secs_f64();
    times.sort();
    let at = |part: f64| times[(times.len() as f64 * part) as usize].as_secs_f64() * 1e3;
    let said = format!(
        "key to echo p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms; {:.0} kB/s painted, {:.0} % CPU, \
         {} KiB RSS",
        at(0.5),
        at(0.99),
        at(0.9999),
        (terminal.bytes_painted() - painted) as f64 / seconds / 1e3,
        (cpu_ticks(&terminal)? - ticks) as f64 / seconds,
        rss_kib(&terminal)?,
    );
    Ok(Measured { terminal, said })
}
