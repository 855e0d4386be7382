//! `/ws/chat/<channel_id>/?after=&epoch=`: the messages one missed, `chat.ready`, then what is live.

use pail_tests::scenario::id_of;
use pail_tests::{Heard, Server, Socket, Team, User};
use serde_json::{Value, json};

async fn opens(user: &User, channel: i64, query: &str) -> Socket {
    Socket::with_token(user.addr, &format!("/ws/chat/{channel}/?{query}"), &user.token).await
}

/// The texts before `chat.ready`, and that.
async fn replayed(socket: &mut Socket) -> (Vec<String>, Value) {
    let mut texts = Vec::new();
    loop {
        let frame = socket.frame().await;
        if frame["type"] == "chat.ready" {
            return (texts, frame);
        }
        assert_eq!(frame["type"], "chat.message", "{frame}");
        texts.push(frame["message"].as_str().expect("a text").to_owned());
    }
}

/// A team in whose channel four things were said, seq 4 to 7, with an edit and a deletion, 8 and 9.
async fn talk() -> (Server, Team, String) {
    let server = Server::start().await;
    let team = server.team().await;
    let mut ids = Vec::new();
    for text in ["four", "five", "six", "seven"] {
        ids.push(id_of(&team.ann.says(team.channel, text).await));
    }
    let path = format!("/api/chat/messages/{}/", ids[1]);
    let body = json!({"message_text": "FIVE"}).to_string();
    let edit = pail_tests::Request::new("PATCH", &path).body("application/json", body);
    team.ann.send(edit).await.expect(200);
    team.ann.delete(&format!("/api/chat/messages/{}/delete/", ids[2])).await.expect(204);
    let me = team.ann.get("/api/auth/me/").await.expect(200);
    let epoch = me["epoch"].as_str().expect("an epoch").to_owned();
    (server, team, epoch)
}

#[tokio::test]
async fn the_messages_beyond_the_cursor_come_once_as_they_are_now_then_ready_then_live() {
    let (_server, team, epoch) = talk().await;
    let cases: &[(i64, &[&str])] = &[
        (0, &["four", "FIVE", "seven"]),
        (4, &["FIVE", "seven"]),
        (5, &["seven"]),
        (6, &["seven"]),
        (7, &[]),
        (9, &[]),
    ];
    for (after, expected) in cases {
        for query in [format!("after={after}"), format!("after={after}&epoch={epoch}")] {
            let mut socket = opens(&team.bob, team.channel, &query).await;
            let (texts, ready) = replayed(&mut socket).await;
            assert_eq!(texts, *expected, "{query}");
            let whole = json!({
                "type": "chat.ready", "epoch": epoch, "last_seq": 9, "recovered": true,
            });
            assert_eq!(ready, whole, "{query}");
            socket.send(&json!({"message_text": " "})).await;
            assert_eq!(socket.frame().await["error"], "message_text is required", "{query}");
        }
    }
    let mut socket = opens(&team.bob, team.channel, "after=7").await;
    replayed(&mut socket).await;
    team.ann.says(team.channel, "live").await;
    assert_eq!(socket.message().await, "live");
}

#[tokio::test]
async fn a_cursor_that_cannot_be_continued_is_told_so_and_gets_no_replay() {
    let (_server, team, epoch) = talk().await;
    for query in [
        "after=10".to_owned(),
        "after=-1".to_owned(),
        "after=9223372036854775807".to_owned(),
        "after=4&epoch=feedfacefeedface".to_owned(),
    ] {
        let mut socket = opens(&team.bob, team.channel, &query).await;
        let (texts, ready) = replayed(&mut socket).await;
        assert!(texts.is_empty(), "{query}");
        assert_eq!(
            (&ready["recovered"], &ready["last_seq"]),
            (&json!(false), &json!(9)),
            "{query}"
        );
        assert_eq!(ready["epoch"], epoch);
    }
}

#[tokio::test]
async fn more_than_1000_missed_events_are_a_gap() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut ann = team.ann.listens(team.channel).await;
    for _ in 0..100 {
        for _ in 0..10 {
            ann.feed(&json!({"message_text": "x"})).await;
        }
        assert!(ann.flush().await);
        for _ in 0..10 {
            ann.frame().await;
        }
    }
    let mut socket = opens(&team.bob, team.channel, "after=3").await;
    let (texts, ready) = replayed(&mut socket).await;
    assert_eq!((texts.len(), &ready["recovered"]), (1000, &json!(true)));
    let mut socket = opens(&team.bob, team.channel, "after=2").await;
    let (texts, ready) = replayed(&mut socket).await;
    assert_eq!((texts.len(), &ready["recovered"]), (0, &json!(false)));
    team.ann.says(team.channel, "live").await;
    assert_eq!(socket.message().await, "live");
}

#[tokio::test]
async fn without_a_number_there_is_neither_replay_nor_ready() {
    let (_server, team, epoch) = talk().await;
    for query in ["", "after=", "after=x", "after=1.5", &format!("epoch={epoch}")] {
        let mut socket = opens(&team.bob, team.channel, query).await;
        team.ann.says(team.channel, "live").await;
        assert_eq!(socket.message().await, "live", "{query}");
    }
}

#[tokio::test]
async fn who_may_not_listen_is_closed_before_anything_is_replayed() {
    let (server, team, _) = talk().await;
    let eve = server.user("eve").await;
    opens(&eve, team.channel, "after=0").await.closes_with(4003).await;
    opens(&eve, 999, "after=0").await.closes_with(4004).await;
    team.ann.removes_from_channel(team.channel, &team.bob).await;
    opens(&team.bob, team.channel, "after=0").await.closes_with(4003).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_removed_during_a_replay_is_not_told_that_it_was_whole() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let mut ann = team.ann.listens(team.channel).await;
    for _ in 0..45 {
        for _ in 0..10 {
            ann.feed(&json!({"message_text": "x".repeat(1000)})).await;
        }
        assert!(ann.flush().await);
        for _ in 0..10 {
            ann.frame().await;
        }
    }
    for round in 0..20 {
        let mut bob = opens(&team.bob, team.channel, "after=3").await;
        for _ in 0..round * 5 {
            bob.frame().await;
        }
        let removed = team.ann.removes_from_channel(team.channel, &team.bob);
        let heard = async {
            let mut frames = round * 5;
            loop {
                match bob.next().await {
                    Heard::Frame(frame) if frame["type"] == "chat.ready" => {
                        assert_eq!(frames, 450, "ready after a part of it in round {round}");
                    }
                    Heard::Frame(_) => frames += 1,
                    ended => return ended,
                }
            }
        };
        let ((), ended) = tokio::join!(removed, heard);
        assert!(matches!(ended, Heard::Closed(4003, _)), "{ended:?}");
        team.ann.adds_to_channel(team.channel, &team.bob).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_and_goes_while_others_talk_gets_every_message_once_in_order() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let (ann, channel) = (team.ann.clone(), team.channel);
    let talk = tokio::spawn(async move {
        for index in 0..300 {
            ann.says(channel, &format!("m{index}")).await;
        }
    });
    let (mut have, mut got, mut rounds) = (3, Vec::new(), 0);
    while got.len() < 300 {
        let mut socket = opens(&team.bob, channel, &format!("after={have}")).await;
        let mut live = None;
        while got.len() < 300 && live != Some(rounds % 5) {
            let frame = socket.frame().await;
            if frame["type"] == "chat.ready" {
                assert_eq!(frame["recovered"], true);
                live = Some(0);
                continue;
            }
            have = frame["seq"].as_i64().expect("a seq");
            got.push(frame["message"].as_str().expect("a text").to_owned());
            live = live.map(|count| count + 1);
        }
        rounds += 1;
    }
    assert_eq!(got, (0..300).map(|index| format!("m{index}")).collect::<Vec<_>>());
    talk.await.expect("nobody panics");
}
