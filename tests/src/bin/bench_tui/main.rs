//! How the terminal client feels, measured from outside: in a real pseudo-terminal of 120x40, as a
//! process beside a real server. The figures are a machine's; their bars are in `BARS` as words.
//!
//! `scripts/bench.sh tui`, or `cargo run --release -p pail-tests --bin bench_tui -- PART…` after
//! `cargo build --release --workspace`. Parts: `typing`, `start`, `million`, `weechat`; all without.

mod flood;
mod million;
mod probe;
mod start;
mod typing;
mod weechat;

use std::io::Write;

use anyhow::bail;

/// What the client promises, printed above what was measured.
const BARS: &str = "\
bars: first paint from cache <= 50 ms; idle CPU 0; RSS <= 25 MB with 50 channels and 10,000 messages;
      key to echo p99 <= 8 ms idle, <= 16 ms at 1,000 msg/s, <= 33 ms at 5,000 msg/s;
      tty output <= 200 kB/s under flood; a channel of 1,000,000 messages within 60 MB";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut parts: Vec<String> = std::env::args().skip(1).collect();
    if parts.is_empty() {
        parts = ["start", "typing", "weechat", "million"].map(str::to_owned).into();
    }
    say(BARS)?;
    for part in parts {
        match part.as_str() {
            "start" => start::run().await?,
            "typing" => typing::run().await?,
            "weechat" => weechat::run().await?,
            "million" => million::run().await?,
            other => bail!("no part {other}; say start, typing, weechat or million"),
        }
    }
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}
