//! Rigs that measure: not tests of the suite, but they fail when a promise is broken.
//!
//! `cargo build --release -p pail-server` first, then
//! `cargo run --release -p pail-tests --bin scale -- fanout|idle|burst`. Loopback only, bounded in
//! count and time; `idle` needs some 2,100 file descriptors here and in the server (`ulimit -n`).

use std::fs;
use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use futures_util::future::{join_all, try_join_all};
use pail_tests::process::Process;
use pail_tests::scenario::registration;
use pail_tests::{Heard, Request, Socket, User};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::{Instant, timeout};

const FANOUT_SOCKETS: usize = 500;
const FANOUT_SENDERS: usize = 4;
const FANOUT_MESSAGES: usize = 2000;
const IDLE_SOCKETS: usize = 2000;
const BURST_TIME: Duration = Duration::from_secs(8);
/// Handshakes at once.
const OPENING: usize = 50;
/// No rig takes longer.
const PATIENCE: Duration = Duration::from_secs(180);
/// Of `/proc/PID/stat`; 100 on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let rig = std::env::args().nth(1).unwrap_or_default();
    let measured = match rig.as_str() {
        "fanout" => timeout(PATIENCE, fanout()).await,
        "idle" => timeout(PATIENCE, idle()).await,
        "burst" => timeout(PATIENCE, burst()).await,
        _ => bail!("say fanout, idle or burst"),
    };
    measured.context("the rig takes too long")?
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// A fresh server, and somebody in it with a bucket.
struct Rig {
    server: Process,
    owner: User,
    bucket: i64,
    _data: TempDir,
}

impl Rig {
    async fn start() -> anyhow::Result<Self> {
        let data = TempDir::new()?;
        let server = Process::start(data.path());
        let register = Request::post("/api/auth/register/", &registration("owner"));
        let owner = User::of(server.addr, &register.send(server.addr).await.expect(201));
        let bucket = owner.creates_bucket("Rig").await;
        Ok(Self { server, owner, bucket, _data: data })
    }

    /// Seconds of a core that the server has used.
    fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.server.id()))?;
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: Vec<f64> =
            fields.skip(11).take(2).filter_map(|text| text.parse().ok()).collect();
        Ok(ticks.iter().sum::<f64>() / TICKS_PER_SECOND)
    }

    /// The server's resident memory.
    fn resident_kib(&self) -> anyhow::Result<i64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|rest| rest.split_whitespace().next());
        number.context("no VmRSS")?.parse().context("VmRSS is no number")
    }

    async fn listeners(&self, channel: i64, count: usize) -> Vec<Socket> {
        let mut sockets = Vec::with_capacity(count);
        while sockets.len() < count {
            let next = (count - sockets.len()).min(OPENING);
            sockets.extend(join_all((0..next).map(|_| self.owner.listens(channel))).await);
        }
        sockets
    }
}

/// Every one of many sockets gets every message once and in order.
async fn fanout() -> anyhow::Result<()> {
    let rig = Rig::start().await?;
    let channel = rig.owner.creates_channel(rig.bucket, "General").await;
    let listeners = rig.listeners(channel, FANOUT_SOCKETS).await;
    let (begun, cpu) = (Instant::now(), rig.cpu_seconds()?);
    let readers = listeners.into_iter().map(|socket| tokio::spawn(reads_all(socket)));
    let readers: Vec<_> = readers.collect();
    let senders = (0..FANOUT_SENDERS).map(|who| {
        let owner = rig.owner.clone();
        tokio::spawn(async move { sends(&owner, channel, who).await })
    });
    for sender in try_join_all(senders).await? {
        sender?;
    }
    for reader in try_join_all(readers).await? {
        reader?;
    }
    let (took, cpu) = (begun.elapsed().as_secs_f64(), rig.cpu_seconds()? - cpu);
    let deliveries = (FANOUT_SOCKETS * FANOUT_MESSAGES) as f64;
    say(&format!(
        "fanout: {FANOUT_SOCKETS} sockets x {FANOUT_MESSAGES} messages of {FANOUT_SENDERS} senders, \
         each once and in order: {took:.2} s, {:.0} deliveries/s, {:.2} server CPU s per million",
        deliveries / took,
        cpu / deliveries * 1e6,
    ))
}

async fn reads_all(mut socket: Socket) -> anyhow::Result<()> {
    let mut last = None;
    for count in 0..FANOUT_MESSAGES {
        match socket.listen().await {
            Heard::Frame(frame) => {
                let seq = frame["seq"].as_i64().context("no seq")?;
                ensure!(last.is_none_or(|last| seq == last + 1), "{last:?} was followed by {seq}");
                last = Some(seq);
            }
            end => bail!("{end:?} after {count} messages"),
        }
    }
    Ok(())
}

/// Sends its share, a few at a time.
async fn sends(owner: &User, channel: i64, who: usize) -> anyhow::Result<()> {
    let mut socket = owner.listens(channel).await;
    let share = FANOUT_MESSAGES / FANOUT_SENDERS;
    let nonce = |index: usize| format!("{who}-{index}");
    let mut sent = 0;
    let mut echoed = 0;
    while echoed < share {
        while sent < share && sent < echoed + 4 {
            let text = "A message of a usual length, a line or so, as people write them.";
            socket.feed(&json!({ "message_text": text, "nonce": nonce(sent) })).await;
            sent += 1;
        }
        ensure!(socket.flush().await, "the sender was cut off");
        match socket.listen().await {
            Heard::Frame(frame) => echoed += usize::from(frame["nonce"] == nonce(echoed).as_str()),
            end => bail!("the sender got {end:?}"),
        }
    }
    Ok(())
}

/// What an open socket costs that does nothing.
async fn idle() -> anyhow::Result<()> {
    for kind in ["channel", "events"] {
        let rig = Rig::start().await?;
        let channel = rig.owner.creates_channel(rig.bucket, "General").await;
        let before = rig.resident_kib()?;
        let mut sockets = Vec::with_capacity(IDLE_SOCKETS);
        while sockets.len() < IDLE_SOCKETS {
            match kind {
                "channel" => {
                    sockets
                        .extend(join_all((0..OPENING).map(|_| rig.owner.listens(channel))).await);
                }
                _ => sockets.extend(join_all((0..OPENING).map(|_| rig.owner.follows())).await),
            }
        }
        let idle = rig.resident_kib()?;
        rig.owner.says(channel, "hello").await;
        for socket in &mut sockets {
            let heard = socket.frame().await;
            ensure!(heard["type"] == "chat.message", "{heard}");
        }
        let after = rig.resident_kib()?;
        let each = |now: i64| (now - before) as f64 / IDLE_SOCKETS as f64;
        say(&format!(
            "idle: {IDLE_SOCKETS} {kind} sockets: {before} KiB before, {:.1} KiB each, \
             {:.1} KiB each after one message to all",
            each(idle),
            each(after),
        ))?;
    }
    Ok(())
}

/// How many messages become durable in a second.
async fn burst() -> anyhow::Result<()> {
    for (clients, in_flight) in [(8, 1), (64, 4)] {
        let rig = Rig::start().await?;
        let cpu = rig.cpu_seconds()?;
        let mut tasks = Vec::new();
        for index in 0..clients {
            let channel = rig.owner.creates_channel(rig.bucket, &format!("c{index}")).await;
            let socket = rig.owner.listens(channel).await;
            tasks.push(tokio::spawn(keeps_sending(socket, in_flight)));
        }
        let mut count = 0;
        for done in try_join_all(tasks).await? {
            count += done?;
        }
        let cpu = rig.cpu_seconds()? - cpu;
        say(&format!(
            "burst: {clients} clients x {in_flight} in flight, a channel each: {:.0} durable \
             messages/s, {:.0} µs of server CPU each",
            count as f64 / BURST_TIME.as_secs_f64(),
            cpu / count as f64 * 1e6,
        ))?;
    }
    Ok(())
}

/// Sends whenever there is room, and counts the echoes within the time.
async fn keeps_sending(mut socket: Socket, in_flight: usize) -> anyhow::Result<usize> {
    let message: Value = json!({ "message_text": "A message of a usual length, as people write." });
    for _ in 0..in_flight {
        socket.feed(&message).await;
    }
    let until = Instant::now() + BURST_TIME;
    let mut count = 0;
    loop {
        ensure!(socket.flush().await, "the sender was cut off");
        match tokio::time::timeout_at(until, socket.listen()).await {
            Err(_) => return Ok(count),
            Ok(Heard::Frame(_)) => count += 1,
            Ok(end) => bail!("the sender got {end:?}"),
        }
        socket.feed(&message).await;
    }
}
