//! `/ws/events/`: hello, ready, who hears which events, sending.

use pail_tests::{Server, Socket, User, keys};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

async fn greeted(user: &User) -> (Socket, Value) {
    let mut socket = Socket::with_token(user.addr, "/ws/events/", &user.token).await;
    let hello = socket.frame().await;
    (socket, hello)
}

#[tokio::test]
async fn hello_says_who_and_what() {
    let server = Server::start().await;
    let team = server.team().await;
    let (_socket, hello) = greeted(&team.ann).await;
    assert_eq!(keys(&hello), ["epoch", "limits", "server_version", "type", "user"]);
    let user = json!({"id": team.ann.id, "username": "ann", "name": "ann Doe", "email": "ann@example.com"});
    assert_eq!((&hello["type"], &hello["user"]), (&json!("hello"), &user));
    let limits = json!({"message_text_bytes": 16384, "frame_bytes": 65536, "body_bytes": 65536, "history_page": 200, "attachment_bytes": 26_214_400});
    assert_eq!(hello["limits"], limits);
    let me = team.ann.get("/api/auth/me/").await.expect(200);
    assert_eq!((&hello["epoch"], &hello["limits"]), (&me["epoch"], &me["limits"]));
}

#[tokio::test]
async fn ready_has_a_line_for_every_channel_of_the_user_and_no_other() {
    let server = Server::start().await;
    let team = server.team().await;
    team.ann.creates_channel(team.bucket, "Quiet").await;
    let direct = team.bob.opens_direct(&team.ann).await;
    let (_socket, replay, ready) = team.bob.resumes(&json!({})).await;
    assert!(replay.is_empty(), "{replay:?}");
    let expected = json!({
        team.channel.to_string(): {"last_seq": 3, "recovered": true},
        direct.to_string(): {"last_seq": 3, "recovered": true},
    });
    assert_eq!(ready["channels"], expected);
}

#[tokio::test]
async fn the_first_frame_must_be_a_subscription() {
    let server = Server::start().await;
    let team = server.team().await;
    let many: Value = (1..=1001)
        .map(|id: i32| (id.to_string(), json!({"after": 0})))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let many = json!({"type": "subscribe", "channels": many}).to_string();
    for wrong in [
        "nonsense",
        "{}",
        "[]",
        r#"{"type":"hello"}"#,
        r#"{"type":"subscribe","channels":[]}"#,
        r#"{"type":"subscribe","channels":{"x":{"after":1}}}"#,
        r#"{"type":"subscribe","channels":{"1":{"after":"x"}}}"#,
        r#"{"type":"subscribe","channels":{"1":{"after":99999999999999999999}}}"#,
        r#"{"type":"send","channel_id":1,"message_text":"x","nonce":"n"}"#,
        &many,
    ] {
        let (mut socket, _) = greeted(&team.ann).await;
        socket.send_text(wrong).await;
        assert_eq!(socket.ended().await, (4000, "Unexpected frame.".to_owned()), "{wrong}");
    }
    let (mut socket, _) = greeted(&team.ann).await;
    socket.send_message(Message::binary(vec![1])).await;
    socket.closes_with(4000).await;
}

#[tokio::test]
async fn a_thousand_channels_may_be_named_and_unknown_ones_are_ignored() {
    let server = Server::start().await;
    let team = server.team().await;
    let many: Value = (1..=1000)
        .map(|id: i32| (id.to_string(), json!({"after": 0})))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let (_socket, replay, ready) = team.bob.resumes(&many).await;
    assert_eq!(replay.len(), 3);
    assert_eq!(keys(&ready["channels"]), [team.channel.to_string()]);
}

#[tokio::test]
async fn a_second_subscription_breaks_the_protocol() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut ann = team.ann.follows().await;
    ann.send(&json!({"type": "subscribe", "channels": {}})).await;
    ann.closes_with(4000).await;
}

#[tokio::test]
async fn who_says_nothing_for_10_seconds_is_closed() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let (mut socket, _) = greeted(&ann).await;
    socket.closes_with(4000).await;
}

#[tokio::test]
async fn sending_is_acknowledged_by_the_message_itself() {
    let server = Server::start().await;
    let team = server.team().await;
    let (mut ann, mut bob) = (team.ann.follows().await, team.bob.follows().await);
    let mut old = team.bob.listens(team.channel).await;
    let send =
        json!({"type": "send", "channel_id": team.channel, "message_text": "hi", "nonce": "n-1"});
    ann.send(&send).await;
    let heard = ann.frame().await;
    assert_eq!((&heard["nonce"], &heard["message"]), (&json!("n-1"), &json!("hi")));
    assert_eq!(bob.frame().await, heard);
    assert_eq!(old.frame().await, heard);
    ann.send(&send).await;
    assert_eq!(ann.frame().await, heard);
    team.ann.says(team.channel, "end").await;
    assert_eq!(bob.message().await, "end");
}

#[tokio::test]
async fn a_refusal_names_code_and_nonce_and_closes_nothing() {
    let server = Server::start().await;
    let team = server.team().await;
    let hidden = team.ann.creates_channel(team.bucket, "Hidden").await;
    let mut bob = team.bob.follows().await;
    let long = "x".repeat(16_385);
    for (channel, text, code) in [
        (hidden, "x", "not_a_member"),
        (999, "x", "not_found"),
        (-1, "x", "not_found"),
        (team.channel, "  ", "invalid"),
        (team.channel, long.as_str(), "invalid"),
    ] {
        bob.send(
            &json!({"type": "send", "channel_id": channel, "message_text": text, "nonce": code}),
        )
        .await;
        let error = bob.frame().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)), "{error}");
        assert_eq!(error["nonce"], code);
    }
    let error = json!({"type": "send", "channel_id": hidden, "message_text": "x", "nonce": "6f1d"});
    bob.send(&error).await;
    let expected = json!({
        "type": "error", "error": "you are not a member of this channel",
        "code": "not_a_member", "nonce": "6f1d",
    });
    assert_eq!(bob.frame().await, expected);
}

#[tokio::test]
async fn frames_nobody_knows_are_errors_that_close_nothing() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut bob = team.bob.follows().await;
    let deep = "[".repeat(60_000);
    for wrong in ["nonsense", "{}", "null", r#"{"type":"dance"}"#, r#"{"type":"send"}"#, &deep] {
        bob.send_text(wrong).await;
        assert_eq!(bob.frame().await["type"], "error", "{wrong}");
    }
    bob.send_message(Message::binary(vec![0xff])).await;
    assert_eq!(bob.frame().await["type"], "error");
    team.ann.says(team.channel, "still here").await;
    assert_eq!(bob.message().await, "still here");
}

#[tokio::test]
async fn a_malformed_send_is_refused_under_its_nonce() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut bob = team.bob.follows().await;
    for wrong in [
        json!({"type": "send", "channel_id": team.channel, "nonce": "n-1"}),
        json!({"type": "send", "channel_id": "x", "message_text": "x", "nonce": "n-1"}),
        json!({"type": "send", "channel_id": team.channel, "message_text": 5, "nonce": "n-1"}),
    ] {
        bob.send(&wrong).await;
        let error = bob.frame().await;
        assert_eq!((&error["type"], &error["nonce"]), (&json!("error"), &json!("n-1")), "{wrong}");
    }
}

#[tokio::test]
async fn an_oversized_frame_is_too_big_before_and_after_ready() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut ready = team.ann.follows().await;
    ready.send_text(&" ".repeat(70_000)).await;
    ready.closes_with(1009).await;
}

#[tokio::test]
async fn an_oversized_first_frame_is_told_to_be_too_big() {
    let server = Server::start().await;
    let team = server.team().await;
    let (mut socket, _) = greeted(&team.ann).await;
    socket.send_text(&" ".repeat(70_000)).await;
    socket.closes_with(1009).await;
}

/// Asserts that each of some sockets gets that frame next.
async fn all_hear(sockets: &mut [&mut Socket], expected: Value) {
    for socket in sockets {
        assert_eq!(socket.frame().await, expected);
    }
}

#[tokio::test]
async fn events_of_a_bucket_reach_its_members_from_first_to_last() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let (mut ann, mut bob) = (team.ann.follows().await, team.bob.follows().await);
    let mut eves = eve.follows().await;
    team.ann.adds_to_bucket(team.bucket, &eve, "moderator").await;
    let joined = json!({
        "type": "member.added", "bucket_id": team.bucket, "user_id": eve.id,
        "user_name": "eve Doe", "username": "eve", "role": "moderator",
    });
    all_hear(&mut [&mut ann, &mut bob, &mut eves], joined).await;
    team.ann.removes_from_bucket(team.bucket, &eve).await;
    let left = json!({"type": "member.removed", "bucket_id": team.bucket, "user_id": eve.id});
    all_hear(&mut [&mut ann, &mut bob, &mut eves], left).await;
    team.ann.deletes_bucket(team.bucket).await;
    let gone = json!({"type": "bucket.deleted", "bucket_id": team.bucket});
    all_hear(&mut [&mut ann, &mut bob], gone).await;
    let own = eve.creates_bucket("Own").await;
    let own = eve.creates_channel(own, "Own").await;
    assert_eq!(eves.frame_of("channel.created").await["channel_id"], own);
}

#[tokio::test]
async fn events_of_a_channel_reach_its_members_in_order_without_holes() {
    let server = Server::start().await;
    let team = server.team().await;
    let (mut ann, mut bob) = (team.ann.follows().await, team.bob.follows().await);
    let ops = team.ann.creates_channel(team.bucket, "Ops").await;
    let created = json!({
        "type": "channel.created", "channel_id": ops, "seq": 1, "bucket_id": team.bucket,
        "name": "Ops", "channel_type": "group",
    });
    all_hear(&mut [&mut ann, &mut bob], created).await;
    assert_eq!(ann.frame().await["seq"], 2);
    team.ann.adds_to_channel(ops, &team.bob).await;
    let added = json!({
        "type": "member.added", "channel_id": ops, "channel_name": "Ops", "channel_type": "group", "seq": 3, "user_id": team.bob.id,
        "user_name": "bob Doe", "username": "bob",
    });
    all_hear(&mut [&mut ann, &mut bob], added).await;
    team.ann.says(ops, "hi").await;
    assert_eq!((ann.frame().await["seq"].as_i64(), bob.message().await), (Some(4), "hi".into()));
    team.ann.removes_from_channel(ops, &team.bob).await;
    let removed =
        json!({"type": "member.removed", "channel_id": ops, "seq": 5, "user_id": team.bob.id});
    all_hear(&mut [&mut ann, &mut bob], removed).await;
    team.ann.says(ops, "without bob").await;
    assert_eq!(ann.message().await, "without bob");
    team.ann.deletes_channel(ops).await;
    let deleted =
        json!({"type": "channel.deleted", "channel_id": ops, "seq": 7, "bucket_id": team.bucket});
    all_hear(&mut [&mut ann, &mut bob], deleted).await;
}

#[tokio::test]
async fn whoever_creates_a_bucket_hears_of_it() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let mut events = ann.follows().await;
    let bucket = ann.creates_bucket("Development Team").await;
    let created =
        json!({"type": "bucket.created", "bucket_id": bucket, "name": "Development Team"});
    assert_eq!(events.frame().await, created);
}

#[tokio::test]
async fn both_people_of_a_new_direct_message_hear_of_themselves_first() {
    let server = Server::start().await;
    let team = server.team().await;
    let (mut ann, mut bob) = (team.ann.follows().await, team.bob.follows().await);
    let direct = team.ann.opens_direct(&team.bob).await;
    let first = bob.frame_of("member.added").await;
    assert_eq!(
        (first["channel_id"].as_i64(), first["user_id"].as_i64()),
        (Some(direct), Some(team.bob.id))
    );
    let own = ann.frame_of("member.added").await;
    assert_eq!(own["user_id"], team.ann.id);
    assert_eq!(ann.frame().await["user_id"], team.bob.id);
    team.ann.says(direct, "psst").await;
    assert_eq!((ann.message().await, bob.message().await), ("psst".into(), "psst".into()));
}

#[tokio::test]
async fn who_is_removed_hears_that_and_nothing_after_it() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let mut bob = team.bob.follows().await;
    for round in 0..10 {
        team.ann.says(team.channel, "before").await;
        team.ann.removes_from_channel(team.channel, &team.bob).await;
        team.ann.says(team.channel, "secret").await;
        team.ann.adds_to_channel(team.channel, &team.bob).await;
        team.ann.says(team.channel, "after").await;
        assert_eq!(bob.message().await, "before", "{round}");
        assert_eq!(bob.frame().await["type"], "member.removed");
        assert_eq!(bob.frame().await["type"], "member.added");
        assert_eq!(bob.message().await, "after");
    }
}

#[tokio::test]
async fn a_token_that_is_revoked_closes_its_sockets_and_no_others() {
    let server = Server::start().await;
    let team = server.team().await;
    let second = team.bob.logs_in().await;
    let (mut one, mut other) = (team.bob.follows().await, second.follows().await);
    let (mut waiting, _) = greeted(&second).await;
    second.logs_out().await;
    other.closes_with(4001).await;
    waiting.send(&json!({"type": "subscribe", "channels": {}})).await;
    waiting.closes_with(4001).await;
    team.ann.says(team.channel, "still here").await;
    assert_eq!(one.message().await, "still here");
}
