//! How typing feels: from a key to its echo on the screen, in a real terminal, while nothing
//! happens and while messages pour in. Also idle CPU, memory and what is painted.
//!
//! `cargo build --release --workspace && cargo run --release -p pail-tests --bin typing`

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use futures_util::{SinkExt, StreamExt};
use pail_tests::process::{self, Process};
use pail_tests::terminal::{Size, Terminal};
use pail_tests::{Request, User, scenario};
use serde_json::json;
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::sync::CancellationToken;

const SIZE: Size = Size { columns: 120, rows: 40 };
/// Keys measured per rate.
const KEYS: usize = 200;
/// Between two keys: a fast typist.
const KEY_EVERY: Duration = Duration::from_millis(60);
/// Messages a second that are offered.
const RATES: [u32; 3] = [0, 1_000, 5_000];
/// How often a part of them is sent.
const BURST_EVERY: Duration = Duration::from_millis(10);
/// Keys before the composer is cleared, so that it stays on one line.
const LINE: usize = 60;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (data, folder) = (TempDir::new()?, TempDir::new()?);
    let server = Process::start(data.path());
    let (ana, channel) = team(&server).await?;
    let mut terminal = client(&server, folder.path())?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = cpu_ticks(&terminal)?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let (ticks, rss) = (cpu_ticks(&terminal)? - idle, rss_kib(&terminal)?);
    say(&format!("idle: {ticks} CPU ticks in 10 s, {rss} KiB RSS"))?;
    for rate in RATES {
        terminal = measure(&ana, channel, rate, terminal).await?;
    }
    Ok(())
}

/// Types while messages pour in, and says how it went.
async fn measure(
    ana: &User,
    channel: i64,
    rate: u32,
    terminal: Terminal,
) -> anyhow::Result<Terminal> {
    let stop = CancellationToken::new();
    let flood = tokio::spawn(flood(ana.clone(), channel, rate, stop.clone()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (painted, ticks, began) = (terminal.bytes_painted(), cpu_ticks(&terminal)?, now());
    let (mut times, terminal) = tokio::task::spawn_blocking(move || type_keys(terminal)).await??;
    let seconds = began.elapsed().as_secs_f64();
    let painted = terminal.bytes_painted() - painted;
    let cpu = (cpu_ticks(&terminal)? - ticks) as f64 / seconds;
    stop.cancel();
    let (echoed, flooded) = flood.await??;
    times.sort();
    let at = |part: f64| times[(times.len() as f64 * part) as usize].as_secs_f64() * 1e3;
    say(&format!(
        "{rate:>5} msg/s offered, {:.0} stored: key to echo p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms; \
         {:.0} kB/s painted, {cpu:.0} % CPU, {} KiB RSS",
        echoed as f64 / flooded,
        at(0.5),
        at(0.99),
        at(0.9999),
        painted as f64 / seconds / 1e3,
        rss_kib(&terminal)?,
    ))?;
    Ok(terminal)
}

/// Presses keys one by one and waits for each to appear.
fn type_keys(mut terminal: Terminal) -> anyhow::Result<(Vec<Duration>, Terminal)> {
    let mut times = Vec::with_capacity(KEYS);
    let mut typed = String::new();
    for index in 0..KEYS {
        if index % LINE == 0 {
            terminal.press("\u{15}")?;
            terminal.sees("› Message #")?;
            std::thread::sleep(KEY_EVERY);
            typed.clear();
        }
        // No run of these letters occurs in a message.
        let key = ['q', 'z', 'x', 'j'][(index * 7 + index / 3) % 4];
        typed.push(key);
        let began = now();
        terminal.press(&key.to_string())?;
        terminal.sees(&format!("› {typed}"))?;
        times.push(began.elapsed());
        std::thread::sleep(KEY_EVERY);
    }
    Ok((times, terminal))
}

/// Ana and her channel, which the client under test will join as Bob.
async fn team(server: &Process) -> anyhow::Result<(User, i64)> {
    let mut people = Vec::new();
    for name in ["ann", "bob"] {
        let body = scenario::registration(name);
        let answer = Request::post("/api/auth/register/", &body).send(server.addr).await;
        people.push(User::of(server.addr, &answer.expect(201)));
    }
    let bob = people.pop().context("two people")?;
    let ana = people.pop().context("two people")?;
    let bucket = ana.creates_bucket("Team").await;
    let channel = ana.creates_channel(bucket, "flood").await;
    ana.adds_to_bucket(bucket, &bob, "member").await;
    ana.adds_to_channel(channel, &bob).await;
    Ok((ana, channel))
}

fn client(server: &Process, folder: &Path) -> anyhow::Result<Terminal> {
    let url = format!("http://{}", server.addr);
    let folder = folder.to_str().context("a readable path")?;
    let variables = [("PAIL_CLIENT_DIR", folder), ("PAIL_PASSWORD", scenario::PASSWORD)];
    let arguments = ["login", url.as_str(), "--username", "bob"];
    let terminal = Terminal::start(&process::binary("pail"), &arguments, &variables, SIZE)?;
    terminal.sees("● live")?;
    Ok(terminal)
}

/// Sends at a rate until stopped; how many were echoed, and in how many seconds.
async fn flood(
    ana: User,
    channel: i64,
    rate: u32,
    stop: CancellationToken,
) -> anyhow::Result<(u64, f64)> {
    let url = format!("ws://{}/ws/chat/{channel}/?token={}", ana.addr, ana.token);
    let stream = tokio::net::TcpStream::connect(ana.addr).await?;
    let (socket, _) = tokio_tungstenite::client_async(url.into_client_request()?, stream).await?;
    let (mut sender, mut receiver) = socket.split();
    let echoes = tokio::spawn(async move {
        let mut count = 0_u64;
        while let Some(Ok(frame)) = receiver.next().await {
            count += u64::from(frame.is_text());
        }
        count
    });
    let mut ticks = tokio::time::interval(BURST_EVERY);
    let (began, mut number) = (now(), 0_u64);
    while !stop.is_cancelled() {
        ticks.tick().await;
        let due = (began.elapsed().as_secs_f64() * f64::from(rate)) as u64;
        while number < due {
            number += 1;
            let text = format!("message {number}: the deploy of the day went out and is green");
            let frame = json!({ "message_text": text }).to_string();
            sender.feed(Message::Text(frame.into())).await?;
        }
        sender.flush().await?;
    }
    let seconds = began.elapsed().as_secs_f64();
    sender.close().await?;
    Ok((echoes.await?, seconds))
}

/// CPU time the client has used, in ticks of 10 ms.
fn cpu_ticks(terminal: &Terminal) -> anyhow::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid(terminal)?))?;
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
    let field = |index: usize| fields.get(index).and_then(|text| text.parse::<u64>().ok());
    field(11).zip(field(12)).map(|(user, system)| user + system).context("two times")
}

fn rss_kib(terminal: &Terminal) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid(terminal)?))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.and_then(|word| word.parse().ok()).context("a resident size")
}

fn pid(terminal: &Terminal) -> anyhow::Result<u32> {
    terminal.process_id().context("a running client")
}

fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}

#[expect(clippy::disallowed_methods, reason = "this measures time")]
fn now() -> Instant {
    Instant::now()
}
