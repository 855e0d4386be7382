//! What a process costs, read from `/proc`, and time on the wall.

use std::time::Instant;

use anyhow::Context;
use pail_tests::terminal::Terminal;

/// CPU time a program has used, in ticks of 10 ms.
pub fn cpu_ticks(terminal: &Terminal) -> anyhow::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid(terminal)?))?;
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
    let field = |index: usize| fields.get(index).and_then(|text| text.parse::<u64>().ok());
    field(11).zip(field(12)).map(|(user, system)| user + system).context("two times")
}

/// Resident memory, in KiB.
pub fn rss_kib(terminal: &Terminal) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid(terminal)?))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.and_then(|word| word.parse().ok()).context("a resident size")
}

fn pid(terminal: &Terminal) -> anyhow::Result<u32> {
    terminal.process_id().context("a running program")
}

#[expect(clippy::disallowed_methods, reason = "this measures time")]
pub fn now() -> Instant {
    Instant::now()
}
