//! A channel of a million messages: scrolled far up and searched, while the client stays small.

use std::time::Duration;

use pail_tests::process::Process;
use tempfile::TempDir;

use crate::flood::{self, Team};
use crate::probe::{now, rss_kib};
use crate::say;
use crate::typing::client;

const MESSAGES: u64 = 1_000_000;
/// Pages up: some 12,000 messages.
const PAGES: usize = 400;
/// Between two pages.
const PAGE_EVERY: Duration = Duration::from_millis(30);

pub async fn run() -> anyhow::Result<()> {
    let (data, folder) = (TempDir::new()?, TempDir::new()?);
    let server = Process::start(data.path());
    let team = Team::new(&server).await?;
    let channel = team.channel("million").await;
    let began = now();
    flood::fill(&team.ann, channel, MESSAGES).await?;
    let seconds = began.elapsed().as_secs_f64();
    say(&format!("{MESSAGES} messages stored in {seconds:.0} s"))?;
    let mut terminal = client(&server, folder.path())?;
    terminal.press("\u{1b}[1;3F")?;
    terminal.sees(&format!("message {MESSAGES}:"))?;
    let (small, mut largest, began) = (rss_kib(&terminal)?, 0, now());
    for _ in 0..PAGES {
        terminal.press("\u{1b}[5~")?;
        tokio::time::sleep(PAGE_EVERY).await;
        largest = largest.max(rss_kib(&terminal)?);
    }
    let scrolled = began.elapsed().as_secs_f64();
    let indexed = flood::is_found(&team.ann, channel, MESSAGES).await?;
    say(&format!("the last one can be found {indexed:.0} s after it was stored"))?;
    let began = now();
    terminal.press("\u{6}")?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    terminal.press("432100 green")?;
    terminal.sees("message 432100:")?;
    let searched = began.elapsed().as_secs_f64();
    largest = largest.max(rss_kib(&terminal)?);
    terminal.press("\r")?;
    terminal.wait_until("the message in its place", |screen| {
        screen.contains("message 432099:") && screen.contains("message 432100:")
    })?;
    largest = largest.max(rss_kib(&terminal)?);
    say(&format!(
        "pail, in a channel of {MESSAGES}: {small} KiB RSS; {PAGES} pages up in {scrolled:.1} s, one \
         found in {searched:.2} s and shown in its place; at most {largest} KiB RSS"
    ))?;
    Ok(())
}
