//! A server that stops says goodbye with 1001 and lets what has begun finish.

use std::time::Duration;

use pail_tests::{Request, Server, Socket, Wire};
use serde_json::json;

#[tokio::test]
async fn every_socket_is_closed_with_1001() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let mut channel = team.ann.listens(team.channel).await;
    let mut events = team.bob.follows().await;
    let mut unsubscribed = Socket::with_token(server.addr, "/ws/events/", &team.bob.token).await;
    unsubscribed.frame().await;
    server.begin_stop();
    for socket in [&mut channel, &mut events, &mut unsubscribed] {
        assert_eq!(socket.ended().await, (1001, "Server going away.".to_owned()));
    }
    drop((channel, events, unsubscribed));
    server.stop().await;
}

#[tokio::test]
async fn a_request_that_has_begun_is_answered() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let mut wire = Wire::open(server.addr).await;
    let request = Request::post("/api/chat/buckets/create/", &json!({"name": "Dev"}));
    let bytes = request.token(&ann.token).bytes();
    let (first, rest) = bytes.split_at(bytes.len() - 3);
    wire.write(first).await;
    // Another request on the way there: the first is being served when this is answered.
    server.send(Request::get("/healthz")).await.expect(200);
    server.begin_stop();
    wire.write(rest).await;
    assert_eq!(wire.answer().await.expect("an answer").status, 201);
    server.stop().await;
}

#[tokio::test]
async fn who_does_not_go_is_not_waited_for_longer_than_the_bound() {
    let mut config = pail_tests::server::settings();
    config.connections.drain_timeout = Duration::from_millis(300);
    let server = Server::start_with(config).await;
    let team = server.team().await;
    let _stays = Socket::narrow(server.addr, "/ws/events/", &[]).await;
    let mut half = Wire::open(server.addr).await;
    half.write(b"GET / HTTP/1.1\r\nHo").await;
    let _mute = team.ann.listens(team.channel).await;
    server.stop().await;
}
