//! The real binary, killed in mid-burst: what was acknowledged is there after the restart, once and
//! in order, and sending the rest again with the same nonces completes it.
//!
//! `PAIL_CRASH_ROUNDS=20` runs more rounds than the suite needs.

mod full_disk;
mod uploads;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::join_all;
use pail_tests::process::{Process, refused};
use pail_tests::scenario::registration;
use pail_tests::{Heard, Request, Socket, User, within};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;

const CLIENTS: usize = 4;
const BURST: usize = 400;

fn rounds() -> usize {
    let wanted = std::env::var("PAIL_CRASH_ROUNDS").ok().and_then(|text| text.parse().ok());
    wanted.unwrap_or(3)
}

async fn registers(addr: SocketAddr, name: &str) -> User {
    let answer = Request::post("/api/auth/register/", &registration(name)).send(addr).await;
    User::of(addr, &answer.expect(201))
}

/// What one client knows: the nonces it sent, and the seq of those that were acknowledged.
struct Client {
    user: User,
    channel: i64,
    sent: Vec<String>,
    acknowledged: BTreeMap<String, i64>,
    /// How many were acknowledged to all clients together.
    count: Arc<watch::Sender<usize>>,
}

impl Client {
    /// Sends a burst and notes every echo until the connection ends.
    async fn bursts(&mut self, round: usize) {
        let mut socket = self.user.listens(self.channel).await;
        let nonces: Vec<_> = (0..BURST).map(|index| format!("{round}-{index}")).collect();
        self.sent.extend(nonces.iter().cloned());
        let mut flowing = true;
        for window in nonces.chunks(16) {
            for nonce in window {
                socket.feed(&json!({ "message_text": nonce, "nonce": nonce })).await;
            }
            flowing = flowing && socket.flush().await;
            let mut echoes = 0;
            while flowing && echoes < window.len() {
                match socket.next().await {
                    Heard::Frame(frame) => echoes += usize::from(self.notes(&frame)),
                    Heard::Closed(..) | Heard::Gone => flowing = false,
                }
            }
        }
    }

    fn notes(&mut self, frame: &Value) -> bool {
        assert_eq!(frame["type"], "chat.message", "{frame}");
        if frame["sender_id"] != self.user.id {
            return false;
        }
        let nonce = frame["nonce"].as_str().expect("a nonce").to_owned();
        let seq = frame["seq"].as_i64().expect("a seq");
        if self.acknowledged.insert(nonce, seq).is_none() {
            self.count.send_modify(|count| *count += 1);
        }
        true
    }

    /// Sends again what was not acknowledged, as a client does that has lost its connection.
    async fn completes(&mut self, socket: &mut Socket) {
        let lost: Vec<_> = self.lost().collect();
        for window in lost.chunks(16) {
            for nonce in window {
                socket.feed(&json!({ "message_text": nonce, "nonce": nonce })).await;
            }
            assert!(socket.flush().await);
            while window.iter().any(|nonce| !self.acknowledged.contains_key(nonce)) {
                self.notes(&socket.frame().await);
            }
        }
    }

    fn lost(&self) -> impl Iterator<Item = String> {
        self.sent.iter().filter(|nonce| !self.acknowledged.contains_key(*nonce)).cloned()
    }
}

/// The whole history of a client's view: what they sent, as nonce and seq.
async fn stored(client: &Client) -> Vec<(String, i64)> {
    let path = format!("/api/chat/channels/{}/messages/", client.channel);
    let history = client.user.get(&path).await.expect(200);
    let mine = history.as_array().expect("a list").iter();
    let mine = mine.filter(|one| one["sender"]["id"] == client.user.id);
    let pair = |one: &Value| {
        assert_eq!(one["message_text"], one["nonce"], "{one}");
        (one["nonce"].as_str().expect("a nonce").to_owned(), one["seq"].as_i64().expect("a seq"))
    };
    mine.map(pair).collect()
}

/// Asserts that a history holds everything acknowledged, where it was, once, in the order sent.
async fn holds_what_was_acknowledged(client: &Client) {
    let stored = stored(client).await;
    let by_nonce: BTreeMap<_, _> = stored.iter().cloned().collect();
    assert_eq!(by_nonce.len(), stored.len(), "a message is there twice");
    for (nonce, seq) in &client.acknowledged {
        assert_eq!(by_nonce.get(nonce), Some(seq), "acknowledged and not there: {nonce}");
    }
    assert!(stored.is_sorted_by(|a, b| a.1 < b.1));
    let nonces: Vec<_> = stored.into_iter().map(|(nonce, _)| nonce).collect();
    assert!(client.sent.starts_with(&nonces), "what is there is what was sent first, in order");
}

async fn crew(addr: SocketAddr) -> Vec<Client> {
    let owner = registers(addr, "owner").await;
    let bucket = owner.creates_bucket("Dev").await;
    let channel = owner.creates_channel(bucket, "General").await;
    let mut clients = Vec::new();
    let count = Arc::new(watch::Sender::new(0));
    for index in 0..CLIENTS {
        let user = registers(addr, &format!("user{index}")).await;
        owner.adds_to_bucket(bucket, &user, "member").await;
        owner.adds_to_channel(channel, &user).await;
        let (sent, acknowledged, count) = (Vec::new(), BTreeMap::new(), Arc::clone(&count));
        clients.push(Client { user, channel, sent, acknowledged, count });
    }
    clients
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9_and_nonces_complete_the_rest() {
    let data = TempDir::new().expect("a directory");
    let mut server = Process::start(data.path());
    let mut clients = crew(server.addr).await;
    for round in 0..rounds() {
        let mut count = clients[0].count.subscribe();
        // Early, late and in between; always before the burst is over.
        let enough = *count.borrow() + 1 + (round * 331) % (CLIENTS * BURST * 3 / 4);
        let bursts = join_all(clients.iter_mut().map(|client| client.bursts(round)));
        let kill = async {
            let reached = count.wait_for(|count| *count >= enough).await;
            reached.expect("the clients count");
            server.kill();
        };
        within("a burst that is cut off", async { tokio::join!(bursts, kill) }).await;
        assert!(clients.iter().all(|client| client.lost().count() > 0), "the kill came too late");
        server = Process::start(data.path());
        for client in &mut clients {
            client.user.addr = server.addr;
            holds_what_was_acknowledged(client).await;
            let mut socket = client.user.listens(client.channel).await;
            client.completes(&mut socket).await;
        }
        for client in &clients {
            let stored = stored(client).await.into_iter().map(|(nonce, _)| nonce);
            assert_eq!(stored.collect::<Vec<_>>(), client.sent, "each nonce exactly once");
        }
    }
}

#[tokio::test]
async fn two_servers_never_share_a_directory() {
    let data = TempDir::new().expect("a directory");
    let mut first = Process::start(data.path());
    let (status, said) = refused(data.path(), &["--listen", "127.0.0.1:0"]);
    assert!(!status.success());
    assert!(said.contains("another server is running on"), "{said}");
    assert_eq!(Request::get("/healthz").send(first.addr).await.status, 200);
    first.kill();
    let second = Process::start(data.path());
    assert_eq!(Request::get("/healthz").send(second.addr).await.status, 200);
}

#[tokio::test]
async fn sigterm_says_1001_to_every_socket_and_ends_well() {
    let data = TempDir::new().expect("a directory");
    let server = Process::start(data.path());
    let clients = crew(server.addr).await;
    let mut channel = clients[0].user.listens(clients[0].channel).await;
    let mut events = clients[1].user.follows().await;
    clients[0].user.says(clients[0].channel, "bye").await;
    server.terminate();
    assert_eq!(channel.close_code().await, 1001);
    assert_eq!(events.close_code().await, 1001);
    drop((channel, events));
    assert!(server.ended().await.success());
}

#[tokio::test]
async fn a_server_whose_log_nobody_reads_any_more_still_ends_well() {
    let data = TempDir::new().expect("a directory");
    let server = Process::start_unread(data.path());
    server.terminate();
    assert!(server.ended().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_in_mid_burst_ends_well_and_keeps_what_was_acknowledged() {
    let data = TempDir::new().expect("a directory");
    let server = Process::start(data.path());
    let mut clients = crew(server.addr).await;
    let mut count = clients[0].count.subscribe();
    let bursts = join_all(clients.iter_mut().map(|client| client.bursts(0)));
    let terminate = async {
        let reached = count.wait_for(|count| *count >= 200).await;
        reached.expect("the clients count");
        server.terminate();
    };
    within("a burst that is cut off", async { tokio::join!(bursts, terminate) }).await;
    assert!(server.ended().await.success());
    let server = Process::start(data.path());
    for client in &mut clients {
        client.user.addr = server.addr;
        holds_what_was_acknowledged(client).await;
    }
}

#[tokio::test]
async fn a_public_address_needs_insecure_to_be_said() {
    let data = TempDir::new().expect("a directory");
    for address in ["0.0.0.0:0", "[::]:0"] {
        let (status, said) = refused(data.path(), &["--listen", address]);
        assert!(!status.success());
        assert!(said.contains("--insecure"), "{said}");
    }
    assert!(!data.path().join("pail.db").exists(), "it touched the data before it refused");
}

#[tokio::test]
async fn what_is_no_directory_or_no_database_is_refused_in_words() {
    let data = TempDir::new().expect("a directory");
    let file = data.path().join("file");
    std::fs::write(&file, "text").expect("a file");
    let (status, said) = refused(&file, &["--listen", "127.0.0.1:0"]);
    assert!(!status.success() && said.starts_with("pail-server: "), "{said}");
    std::fs::write(data.path().join("pail.db"), "x".repeat(8192)).expect("a file");
    let (status, said) = refused(data.path(), &["--listen", "127.0.0.1:0"]);
    assert!(!status.success() && !said.contains("panicked"), "{said}");
}
