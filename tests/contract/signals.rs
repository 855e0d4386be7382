//! Typing and presence: told to whoever is there, never stored, never repeated.

use std::time::Duration;

use pail_server::{Config, Connections};
use pail_tests::server::settings;
use pail_tests::{Server, Socket, User};
use serde_json::{Value, json};

/// Somebody is gone at once when their last connection ends.
async fn server_without_grace() -> Server {
    let connections = Connections { presence_grace: Duration::ZERO, ..Connections::default() };
    Server::start_with(Config { connections, ..settings() }).await
}

/// An events socket that asked for presence, and its `ready`.
async fn watches(user: &User) -> (Socket, Value) {
    let mut socket = Socket::with_token(user.addr, "/ws/events/", &user.token).await;
    assert_eq!(socket.frame().await["type"], "hello");
    socket.send(&json!({"type": "subscribe", "presence": true})).await;
    let ready = socket.frame_of("ready").await;
    (socket, ready)
}

async fn types(socket: &mut Socket, channel: i64) {
    socket.send(&json!({"type": "typing", "channel_id": channel})).await;
}

#[tokio::test]
async fn typing_reaches_the_other_members_and_nobody_else() {
    let server = Server::start().await;
    let team = server.team().await;
    let cat = server.user("cat").await;
    team.ann.adds_to_bucket(team.bucket, &cat, "member").await;
    let (mut ann, mut phone) = (team.ann.follows().await, team.ann.follows().await);
    let (mut bob, mut cat) = (team.bob.follows().await, cat.follows().await);
    types(&mut ann, team.channel).await;
    let expected = json!({"type": "typing", "channel_id": team.channel, "user_id": team.ann.id});
    assert_eq!(bob.frame().await, expected);
    // The typist's own devices and people outside hear the next event first.
    team.ann.creates_channel(team.bucket, "Next").await;
    for other in [&mut ann, &mut phone, &mut cat] {
        assert_eq!(other.frame().await["type"], "channel.created");
    }
}

#[tokio::test]
async fn typing_is_passed_on_once_in_a_while_and_only_for_members() {
    let server = Server::start().await;
    let team = server.team().await;
    let private = team.ann.creates_channel(team.bucket, "Only ann").await;
    let (mut ann, mut bob) = (team.ann.follows().await, team.bob.follows().await);
    for _ in 0..5 {
        types(&mut ann, team.channel).await;
    }
    for foreign in [private, 999_999] {
        types(&mut bob, foreign).await;
    }
    ann.send(&json!({"type": "ping"})).await;
    assert_eq!(ann.frame().await, json!({"type": "pong"}));
    assert_eq!(bob.frame().await["type"], "typing");
    team.ann.says(team.channel, "done").await;
    assert_eq!(bob.message().await, "done");
    assert_eq!(ann.message().await, "done");
}

#[tokio::test]
async fn signals_are_not_replayed() {
    let server = Server::start().await;
    let team = server.team().await;
    let (mut ann, mut bob) = (team.ann.follows().await, team.bob.follows().await);
    types(&mut ann, team.channel).await;
    assert_eq!(bob.frame().await["type"], "typing");
    let (_socket, replay, ready) =
        team.bob.resumes(&json!({team.channel.to_string(): {"after": 0}})).await;
    assert!(replay.iter().all(|frame| frame["type"] != "typing"), "{replay:?}");
    assert_eq!(ready["channels"][team.channel.to_string()]["last_seq"], 3);
}

#[tokio::test]
async fn who_asks_is_told_who_is_there_and_who_comes_and_goes() {
    let server = server_without_grace().await;
    let team = server.team().await;
    let stranger = server.user("stranger").await;
    let _elsewhere = stranger.follows().await;
    let bob = team.bob.listens(team.channel).await;
    let (mut ann, ready) = watches(&team.ann).await;
    assert_eq!(ready["online"], json!([team.bob.id]));
    let presence =
        |online: bool| json!({"type": "presence", "user_id": team.bob.id, "online": online});
    let second = team.bob.listens(team.channel).await;
    drop(bob);
    drop(second);
    assert_eq!(ann.frame().await, presence(false));
    let _back = team.bob.follows().await;
    assert_eq!(ann.frame().await, presence(true));
}

#[tokio::test]
async fn who_does_not_ask_is_not_told() {
    let server = server_without_grace().await;
    let team = server.team().await;
    let (mut ann, _, ready) = team.ann.resumes(&json!({})).await;
    assert_eq!(ready.get("online"), None);
    drop(team.bob.follows().await);
    team.ann.says(team.channel, "next").await;
    assert_eq!(ann.message().await, "next");
}

#[tokio::test]
async fn somebody_who_reconnects_in_time_was_never_gone() {
    let server = Server::start().await;
    let team = server.team().await;
    let bob = team.bob.follows().await;
    let (mut ann, ready) = watches(&team.ann).await;
    assert_eq!(ready["online"], json!([team.bob.id]));
    drop(bob);
    let _back = team.bob.follows().await;
    team.ann.says(team.channel, "next").await;
    assert_eq!(ann.message().await, "next");
}

#[tokio::test]
async fn a_direct_message_shows_whether_the_other_is_there() {
    let server = server_without_grace().await;
    let team = server.team().await;
    let path = "/api/chat/direct-messages/create/";
    let open = json!({"user": team.bob.id});
    let opened = team.ann.post(path, &open).await.expect(201);
    assert_eq!(opened["peer"]["online"], false);
    let (mut ann, _) = watches(&team.ann).await;
    let bob = team.bob.follows().await;
    assert_eq!(ann.frame_of("presence").await["online"], true);
    assert_eq!(team.ann.post(path, &open).await.expect(200)["peer"]["online"], true);
    let all = team.ann.get("/api/chat/direct-messages/").await.expect(200);
    assert_eq!(all[0]["peer"]["online"], true);
    drop(bob);
    assert_eq!(ann.frame_of("presence").await["online"], false);
    assert_eq!(team.ann.post(path, &open).await.expect(200)["peer"]["online"], false);
}
