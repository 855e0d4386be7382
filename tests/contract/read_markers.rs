//! Read markers and mutes as somebody's devices see them: what moves is told to all of them, and to
//! nobody else.

use pail_tests::{Answer, Server, Socket, Team, User};
use serde_json::{Value, json};

async fn does(user: &User, channel: i64, what: &str, body: Value) -> Answer {
    user.post(&format!("/api/chat/channels/{channel}/{what}/"), &body).await
}

/// A team in whose channel Ann has said three things: seq 4, 5 and 6.
async fn talk() -> (Server, Team) {
    let server = Server::start().await;
    let team = server.team().await;
    for text in ["four", "five", "six"] {
        team.ann.says(team.channel, text).await;
    }
    (server, team)
}

/// The next frame is a message with that text: nothing came before it.
async fn hears_next(socket: &mut Socket, team: &Team, text: &str) {
    team.ann.says(team.channel, text).await;
    assert_eq!(socket.message().await, text);
}

#[tokio::test]
async fn a_marker_that_moves_is_told_to_every_device_of_its_owner_and_to_nobody_else() {
    let (_server, team) = talk().await;
    let mut laptop = team.bob.follows().await;
    let mut phone = team.bob.logs_in().await.follows().await;
    let mut ann = team.ann.follows().await;
    let steps = [
        ("read", 5, Some(5)),
        ("read", 5, None),
        ("read", 4, None),
        ("read", 0, None),
        ("unread", 7, None),
        ("unread", 6, None),
        ("unread", 5, Some(4)),
        ("unread", 1, Some(0)),
        ("unread", 1, None),
        ("read", i64::MAX, Some(6)),
        ("unread", i64::MAX, None),
    ];
    let mut at = 0;
    for (what, seq, moved) in steps {
        let row = does(&team.bob, team.channel, what, json!({ "seq": seq })).await.expect(200);
        at = moved.unwrap_or(at);
        assert_eq!(row["read_seq"], at, "{what} {seq}");
        if let Some(read_seq) = moved {
            let told = json!({
                "type": "read.updated", "channel_id": team.channel, "read_seq": read_seq,
            });
            assert_eq!(laptop.frame().await, told, "{what} {seq}");
            assert_eq!(phone.frame().await, told, "{what} {seq}");
        }
    }
    for socket in [&mut laptop, &mut phone, &mut ann] {
        hears_next(socket, &team, "end").await;
    }
}

#[tokio::test]
async fn the_read_frame_marks_as_rest_does_and_answers_only_what_moved() {
    let (_server, team) = talk().await;
    let mut bob = team.bob.follows().await;
    let read = |channel: i64, seq: i64| json!({"type": "read", "channel_id": channel, "seq": seq});
    bob.send(&read(team.channel, 5)).await;
    assert_eq!(bob.frame().await["read_seq"], 5);
    bob.send(&read(team.channel, 3)).await;
    bob.send(&read(team.channel, 99)).await;
    assert_eq!(bob.frame().await["read_seq"], 6);
    let hidden = team.ann.creates_channel(team.bucket, "Hidden").await;
    assert_eq!(bob.frame().await["type"], "channel.created");
    for (channel, seq, code) in
        [(hidden, 1, "not_a_member"), (999, 1, "not_found"), (team.channel, -1, "invalid")]
    {
        bob.send(&read(channel, seq)).await;
        let error = bob.frame().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)));
    }
    let row = &team.bob.get("/api/chat/unread/").await.expect(200)[0];
    assert_eq!((&row["read_seq"], &row["unread"]), (&json!(6), &json!(0)));
}

#[tokio::test]
async fn marking_unread_brings_back_the_messages_of_others_from_there_on() {
    let (_server, team) = talk().await;
    team.bob.says(team.channel, "seven").await;
    does(&team.bob, team.channel, "read", json!({"seq": 7})).await.expect(200);
    for (seq, read_seq, unread) in [(7, 6, 0), (6, 5, 1), (4, 3, 3), (1, 0, 3)] {
        let row = does(&team.bob, team.channel, "unread", json!({ "seq": seq })).await.expect(200);
        assert_eq!((&row["read_seq"], &row["unread"]), (&json!(read_seq), &json!(unread)), "{seq}");
    }
    for wrong in [json!(0), json!(-1), json!("x"), json!(null), json!(1.5)] {
        does(&team.bob, team.channel, "unread", json!({ "seq": wrong })).await.faults(&["seq"]);
    }
    does(&team.bob, team.channel, "unread", json!({})).await.faults(&["seq"]);
}

#[tokio::test]
async fn muting_is_told_to_ones_own_devices_and_changes_no_count() {
    let (_server, team) = talk().await;
    let (mut bob, mut ann) = (team.bob.follows().await, team.ann.follows().await);
    for (what, muted) in [("mute", true), ("mute", true), ("unmute", false), ("unmute", false)] {
        let row = does(&team.bob, team.channel, what, json!({})).await.expect(200);
        assert_eq!((&row["muted"], &row["unread"]), (&json!(muted), &json!(3)), "{what}");
        assert_eq!(team.bob.get("/api/chat/unread/").await.expect(200)[0], row);
        assert_eq!(team.ann.get("/api/chat/unread/").await.expect(200)[0]["muted"], false);
    }
    for muted in [true, false] {
        let told = json!({"type": "mute.updated", "channel_id": team.channel, "muted": muted});
        assert_eq!(bob.frame().await, told);
    }
    hears_next(&mut bob, &team, "end").await;
    assert_eq!(ann.message().await, "end");
}

#[tokio::test]
async fn moving_a_marker_takes_no_number_of_the_channel() {
    let (_server, team) = talk().await;
    does(&team.bob, team.channel, "read", json!({"seq": 6})).await.expect(200);
    does(&team.bob, team.channel, "mute", json!({})).await.expect(200);
    assert_eq!(team.ann.says(team.channel, "seven").await["seq"], 7);
}
