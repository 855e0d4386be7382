//! A rig: people are shut out in seven ways while others talk at full speed, and none of their
//! sockets hears anything of it afterwards.
//!
//! `cargo build --release -p pail-server` first, then
//! `cargo run --release -p pail-tests --bin removal -- 500`: so many removals, in equal parts; names of
//! ways behind the number choose some of them. It prints a table and fails when a socket heard too
//! much, or was closed otherwise than documented.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use pail_tests::process::Process;
use pail_tests::removal::{Arena, Outcome, Removal};
use tempfile::TempDir;

const REMOVALS: usize = 500;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let count = match std::env::args().nth(1) {
        Some(text) => text.parse().context("say how many removals")?,
        None => REMOVALS,
    };
    let names: Vec<String> = std::env::args().skip(2).collect();
    let chosen = |kind: &Removal| names.is_empty() || names.contains(&format!("{kind:?}"));
    let kinds: Vec<Removal> = Removal::ALL.into_iter().filter(chosen).collect();
    ensure!(!kinds.is_empty(), "the ways are {:?}", Removal::ALL);
    let data = TempDir::new()?;
    let server = Process::start(data.path());
    let arena = Arena::open(server.addr).await;
    say(&format!(
        "{:<12} {:>8} {:>8} {:>14} {:>6} {:>9}   closed within (p50, p99, max)",
        "removal", "removals", "sockets", "frames before", "wrong", "too slow",
    ))?;
    let mut wrong = Vec::new();
    let each = count.div_ceil(kinds.len());
    for kind in kinds {
        let mut outcome = arena.removals(kind, each).await;
        say(&row(kind, &mut outcome))?;
        wrong.extend(outcome.wrong.iter().map(|sentence| format!("{kind:?}: {sentence}")));
    }
    arena.close().await;
    for sentence in &wrong {
        say(&format!("WRONG: {sentence}"))?;
    }
    if wrong.is_empty() { Ok(()) } else { bail!("{} sockets heard or ended wrongly", wrong.len()) }
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn row(kind: Removal, outcome: &mut Outcome) -> String {
    outcome.delays.sort_unstable();
    let at = |share: f64| {
        let index = (outcome.delays.len() as f64 * share) as usize;
        let delay = outcome.delays.get(index.min(outcome.delays.len().saturating_sub(1)));
        delay.copied().unwrap_or(Duration::ZERO)
    };
    format!(
        "{:<12} {:>8} {:>8} {:>14} {:>6} {:>9}   {:.1?}, {:.1?}, {:.1?}",
        format!("{kind:?}"),
        outcome.removals,
        outcome.sockets,
        outcome.before,
        outcome.wrong.len(),
        outcome.too_slow,
        at(0.5),
        at(0.99),
        at(1.0),
    )
}
