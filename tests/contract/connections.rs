//! Connections that are slow, idle, silent or too many.

use std::time::Duration;

use pail_server::{Config, Connections};
use pail_tests::{Request, Server, Wire, within};
use serde_json::json;
use tokio::time::timeout;

const SHORT: Duration = Duration::from_millis(300);

fn impatient() -> Config {
    let connections = Connections {
        head_timeout: SHORT,
        body_timeout: SHORT,
        ping_interval: Duration::from_millis(100),
        silence_max: SHORT,
        ..Connections::default()
    };
    Config { connections, ..pail_tests::server::settings() }
}

#[tokio::test]
async fn half_a_head_is_not_waited_for() {
    let server = Server::start_with(impatient()).await;
    let mut wire = Wire::open(server.addr).await;
    wire.write(b"GET /healthz HTTP/1.1\r\nHos").await;
    let answer = within("the end", wire.answer()).await;
    assert!(answer.is_none_or(|answer| answer.status == 408));
}

#[tokio::test]
async fn a_head_that_trickles_in_is_not_waited_for_either() {
    let server = Server::start_with(impatient()).await;
    let mut wire = Wire::open(server.addr).await;
    let trickle = async {
        wire.write(b"GET /healthz HTTP/1.1\r\n").await;
        for _ in 0..100 {
            wire.write(b"A: b\r\n").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            if timeout(Duration::from_millis(1), wire.head()).await.is_ok() {
                return true;
            }
        }
        false
    };
    assert!(trickle.await, "5 seconds of trickle were accepted");
}

#[tokio::test]
async fn half_a_body_is_answered_408() {
    let server = Server::start_with(impatient()).await;
    for framing in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
        let mut wire = Wire::open(server.addr).await;
        let head = format!("POST /api/auth/login/ HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n");
        wire.write(head.as_bytes()).await;
        wire.write(b"5\r\n{\"use").await;
        let answer = wire.answer().await.expect("an answer");
        answer.refuses(408, "request_timeout");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_harms_nobody() {
    let server = Server::start().await;
    let mut wire = Wire::open(server.addr).await;
    wire.write(b"POST /api/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{").await;
    drop(wire);
    server.send(Request::get("/healthz")).await.expect(200);
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = Server::start_with(impatient()).await;
    let mut wire = Wire::open(server.addr).await;
    wire.write(&Request::get("/healthz").bytes()).await;
    assert_eq!(wire.answer().await.expect("an answer").status, 200);
    assert_eq!(wire.end().await, 0);
    let mut mute = Wire::open(server.addr).await;
    mute.end().await;
}

#[tokio::test]
async fn a_socket_that_answers_pings_lives_and_a_dead_one_does_not() {
    let server = Server::start_with(impatient()).await;
    let team = server.team().await;
    let mut alive = team.bob.listens(team.channel).await;
    let mut dead = Wire::open(server.addr).await;
    let handshake = Request::get(&format!("/ws/chat/{}/", team.channel))
        .token(&team.bob.token)
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    dead.write(&handshake.bytes()).await;
    let head = dead.head().await.expect("a head");
    assert_eq!(head.status, 101);
    assert_eq!(head.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    tokio::select! {
        received = dead.end() => assert!(received > 0, "no pings came"),
        heard = alive.listen() => panic!("the living socket got {heard:?}"),
    }
    team.ann.says(team.channel, "still here").await;
    assert_eq!(alive.message().await, "still here");
}

#[tokio::test]
async fn one_connection_too_many_waits_for_its_turn() {
    let mut config = impatient();
    config.connections.count_max = 2;
    config.connections.head_timeout = Duration::from_secs(60);
    let server = Server::start_with(config).await;
    let held = [Wire::open(server.addr).await, Wire::open(server.addr).await];
    let mut late = Wire::open(server.addr).await;
    late.write(&Request::get("/healthz").bytes()).await;
    let early = timeout(SHORT, late.answer()).await;
    assert!(early.is_err(), "a third connection was served");
    drop(held);
    assert_eq!(late.answer().await.expect("an answer").status, 200);
}

#[tokio::test]
async fn who_stops_reading_an_answer_is_cut_off_and_makes_room() {
    let mut config = impatient();
    config.connections.count_max = 1;
    config.connections.head_timeout = Duration::from_secs(60);
    config.connections.write_timeout = SHORT;
    let server = Server::start_with(config).await;
    let team = server.team().await;
    for _ in 0..400 {
        team.ann.says(team.channel, &"x".repeat(16_000)).await;
    }
    let mut stalled = Wire::narrow(server.addr).await;
    let path = format!("/api/chat/channels/{}/messages/", team.channel);
    stalled.write(&Request::get(&path).token(&team.bob.token).bytes()).await;
    assert_eq!(stalled.head().await.expect("a head").status, 200);
    // There is one place only: this is answered once the stalled reader has lost it.
    server.send(Request::get("/healthz")).await.expect(200);
    assert!(
        stalled.end().await < 6_000_000,
        "the whole history was kept for one who does not read"
    );
}

#[tokio::test]
async fn open_sockets_count_as_connections() {
    let mut config = pail_tests::server::settings();
    config.connections.count_max = 2;
    let server = Server::start_with(config).await;
    let team = server.team().await;
    let _held = [team.ann.listens(team.channel).await, team.bob.listens(team.channel).await];
    let mut late = Wire::open(server.addr).await;
    late.write(&Request::get("/healthz").bytes()).await;
    assert!(timeout(SHORT, late.answer()).await.is_err(), "a third connection was served");
}

#[tokio::test]
async fn a_client_that_vanishes_in_mid_history_harms_nobody() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    for _ in 0..60 {
        team.ann.says(team.channel, &"x".repeat(16_000)).await;
    }
    for _ in 0..5 {
        let mut wire = Wire::open(server.addr).await;
        let path = format!("/api/chat/channels/{}/messages/", team.channel);
        wire.write(&Request::get(&path).token(&team.bob.token).bytes()).await;
        wire.head().await.expect("a head");
    }
    team.bob.posts(team.channel, &json!({"message_text": "still here"})).await.expect(201);
}
