//! `/ws/chat/<channel_id>/`, the documented socket: connect, send, receive, errors.

use pail_tests::{Request, Server, Socket, is_time, keys};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn every_member_receives_what_one_says_and_the_sender_too() {
    let server = Server::start().await;
    let team = server.team().await;
    let (mut ann, mut bob) =
        (team.ann.listens(team.channel).await, team.bob.listens(team.channel).await);
    let sent = json!({"message_text": "Hello, world!", "channel_id": team.channel, "sender_id": team.ann.id});
    ann.send(&sent).await;
    let heard = bob.frame().await;
    assert_eq!(ann.frame().await, heard);
    assert_eq!(heard["type"], "chat.message");
    assert_eq!((&heard["message"], &heard["sender"]), (&json!("Hello, world!"), &json!("ann Doe")));
    assert_eq!(heard["sender_id"], team.ann.id);
    assert!(is_time(&heard["timestamp"]), "{heard}");
    assert_eq!(
        (&heard["message_text"], &heard["sender_name"]),
        (&heard["message"], &heard["sender"])
    );
    assert_eq!(
        (&heard["created_at"], &heard["channel_id"]),
        (&heard["timestamp"], &json!(team.channel))
    );
    assert_eq!(heard["sender_username"], "ann");
    let history = team.bob.get(&format!("/api/chat/channels/{}/messages/", team.channel)).await;
    let stored = &history.expect(200)[0];
    for key in ["id", "seq", "ts_ms", "message_text", "created_at"] {
        assert_eq!(stored[key], heard[key], "{key}");
    }
    assert!(!keys(&heard).contains(&"nonce"));
}

#[tokio::test]
async fn ids_in_a_frame_may_be_left_out_null_or_digits() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut ann = team.ann.listens(team.channel).await;
    for (index, extra) in [
        json!({}),
        json!({"channel_id": null, "sender_id": null, "nonce": null}),
        json!({"channel_id": team.channel.to_string(), "sender_id": team.ann.id.to_string()}),
        json!({"type": "whatever", "deep": {"more": [1, 2]}}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut frame = extra;
        frame["message_text"] = json!(format!("m{index}"));
        ann.send(&frame).await;
        assert_eq!(ann.message().await, format!("m{index}"));
    }
}

#[tokio::test]
async fn each_wrong_frame_gets_its_documented_error_alone_and_closes_nothing() {
    let server = Server::start().await;
    let team = server.team().await;
    let (mut ann, mut bob) =
        (team.ann.listens(team.channel).await, team.bob.listens(team.channel).await);
    let invalid = "Invalid JSON format";
    let sender = "Sender ID doesn't match authenticated user";
    let channel = "Channel ID doesn't match connection";
    let missing = "message_text is required";
    let cases = [
        ("nonsense", invalid),
        ("", invalid),
        ("{", invalid),
        ("[]", invalid),
        ("null", invalid),
        ("\"text\"", invalid),
        ("{'message_text':'x'}", invalid),
        (r#"{"message_text":"\ud800"}"#, invalid),
        (r#"{"message_text":"x","sender_id":999}"#, sender),
        (r#"{"message_text":"x","sender_id":"x"}"#, sender),
        (r#"{"message_text":"x","sender_id":-1}"#, sender),
        (r#"{"sender_id":999,"channel_id":999}"#, sender),
        (r#"{"message_text":"x","channel_id":999}"#, channel),
        (r#"{"message_text":"x","channel_id":[]}"#, channel),
        (r#"{"message_text":"x","channel_id":99999999999999999999}"#, channel),
        ("{}", missing),
        (r#"{"message":"x"}"#, missing),
        (r#"{"message_text":null}"#, missing),
        (r#"{"message_text":5}"#, missing),
        (r#"{"message_text":" \n "}"#, missing),
        (r#"{"message_text":""}"#, missing),
        (r#"{"message_text":"x","nonce":""}"#, "nonce is invalid"),
        (r#"{"message_text":"x","nonce":5}"#, "nonce is invalid"),
        (r#"{"message_text":"x","nonce":"a b"}"#, "nonce is invalid"),
    ];
    for (text, error) in cases {
        ann.send_text(text).await;
        assert_eq!(ann.frame().await, json!({ "error": error }), "{text}");
    }
    ann.send_text(&"[".repeat(60_000)).await;
    assert_eq!(ann.frame().await, json!({ "error": invalid }));
    ann.send_message(Message::binary(br#"{"message_text":"x"}"#.to_vec())).await;
    assert_eq!(ann.frame().await, json!({ "error": invalid }));
    ann.send(&json!({"message_text": "fine"})).await;
    assert_eq!(ann.message().await, "fine");
    assert_eq!(bob.message().await, "fine");
}

#[tokio::test]
async fn an_error_names_the_nonce_and_the_bound() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut ann = team.ann.listens(team.channel).await;
    ann.send(&json!({"message_text": "x".repeat(16_385), "nonce": "n-1"})).await;
    let long = json!({"error": "message_text too long", "max": 16_384, "nonce": "n-1"});
    assert_eq!(ann.frame().await, long);
    ann.send(&json!({"message_text": "x", "sender_id": 999, "nonce": "n-2"})).await;
    assert_eq!(ann.frame().await["nonce"], "n-2");
    ann.send(&json!({"nonce": "n-3"})).await;
    assert_eq!(ann.frame().await, json!({"error": "message_text is required", "nonce": "n-3"}));
    ann.send(&json!({"message_text": "x".repeat(16_384), "nonce": "n-1"})).await;
    assert_eq!(ann.frame().await["nonce"], "n-1");
}

#[tokio::test]
async fn a_repeated_nonce_is_answered_with_the_first_message_to_the_sender_alone() {
    let server = Server::start().await;
    let team = server.team().await;
    let (mut ann, mut bob) =
        (team.ann.listens(team.channel).await, team.bob.listens(team.channel).await);
    ann.send(&json!({"message_text": "first", "nonce": "n-1"})).await;
    let first = ann.frame().await;
    assert_eq!(first["nonce"], "n-1");
    ann.send(&json!({"message_text": "second", "nonce": "n-1"})).await;
    assert_eq!(ann.frame().await, first);
    let rest =
        team.ann.posts(team.channel, &json!({"message_text": "third", "nonce": "n-1"})).await;
    assert_eq!(rest.expect(200)["id"], first["id"]);
    ann.send(&json!({"message_text": "end"})).await;
    assert_eq!((bob.message().await, bob.message().await), ("first".into(), "end".into()));
}

#[tokio::test]
async fn who_is_refused_is_told_by_a_code_after_the_handshake_in_the_order_of_the_document() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let wrong = "Token pail_wrong";
    let eves = format!("Token {}", eve.token);
    let huge = "/ws/chat/99999999999999999999/";
    let mine = format!("/ws/chat/{}/", team.channel);
    let cases = [
        (mine.as_str(), None, 4001, "User is not authenticated."),
        (&mine, Some(wrong), 4001, "User is not authenticated."),
        ("/ws/chat/999/", None, 4001, "User is not authenticated."),
        ("/ws/chat/abc/", Some(wrong), 4001, "User is not authenticated."),
        ("/ws/events/", None, 4001, "User is not authenticated."),
        (&mine, Some(&eves), 4003, "User is not a member of the channel."),
        ("/ws/chat/999/", Some(&eves), 4004, "Channel does not exist."),
        ("/ws/chat/abc/", Some(&eves), 4004, "Channel does not exist."),
        ("/ws/chat/-1/", Some(&eves), 4004, "Channel does not exist."),
        ("/ws/chat/0", Some(&eves), 4004, "Channel does not exist."),
        (huge, Some(&eves), 4004, "Channel does not exist."),
    ];
    for (path, token, code, reason) in cases {
        let headers: Vec<_> = token.map(|token| ("authorization", token)).into_iter().collect();
        let mut socket = Socket::open(server.addr, path, &headers).await.expect("a handshake");
        assert_eq!(socket.ended().await, (code, reason.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_sign_makes_no_number() {
    let server = Server::start().await;
    let team = server.team().await;
    let path = format!("/ws/chat/+{}/", team.channel);
    Socket::with_token(server.addr, &path, &team.bob.token).await.closes_with(4004).await;
}

#[tokio::test]
async fn the_token_is_taken_from_header_subprotocol_or_url() {
    let server = Server::start().await;
    let team = server.team().await;
    let (path, token) = (format!("/ws/chat/{}", team.channel), &team.bob.token);
    let bearer = format!("bearer {token}");
    let offered = format!("pail.v1, token.{token}");
    let in_url = format!("{path}/?x=1&token={token}");
    let open = |path: String, name: &'static str, value: String| async move {
        let headers = [(name, value.as_str())];
        Socket::open(server.addr, &path, &headers).await.expect("a handshake")
    };
    let mut by_header = open(path.clone(), "authorization", bearer).await;
    let mut by_protocol = open(path.clone(), "sec-websocket-protocol", offered).await;
    let mut by_url = open(in_url, "x-nothing", String::new()).await;
    let agreed = by_protocol.headers.get("sec-websocket-protocol").map(|value| value.as_bytes());
    assert_eq!(agreed, Some(&b"pail.v1"[..]));
    team.ann.says(team.channel, "hi").await;
    for socket in [&mut by_header, &mut by_protocol, &mut by_url] {
        assert_eq!(socket.message().await, "hi");
    }
}

#[tokio::test]
async fn another_site_is_refused_before_the_handshake_and_this_one_is_not() {
    let server = Server::start().await;
    let team = server.team().await;
    let path = format!("/ws/chat/{}/?token={}", team.channel, team.bob.token);
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let refused = Socket::open(server.addr, &path, &[("origin", origin)]).await;
        assert_eq!(refused.err(), Some(403), "{origin}");
    }
    let own = format!("http://{}", server.addr);
    assert!(Socket::open(server.addr, &path, &[("origin", &own)]).await.is_ok());
}

#[tokio::test]
async fn what_is_no_websocket_request_gets_426_and_an_unknown_path_404() {
    let server = Server::start().await;
    let team = server.team().await;
    for path in [format!("/ws/chat/{}/", team.channel), "/ws/events/".into(), "/ws/chat/x".into()] {
        team.ann.get(&path).await.refuses(426, "upgrade_required");
    }
    for path in ["/ws/", "/ws/chat/", "/ws/chat/1/2/", "/ws/nothing/"] {
        team.ann.get(path).await.refuses(404, "not_found");
        assert_eq!(Socket::open(server.addr, path, &[]).await.err(), Some(404), "{path}");
    }
    let upgrade =
        Request::get("/ws/events/").header("Connection", "Upgrade").header("Upgrade", "websocket");
    let old = upgrade.clone().header("Sec-WebSocket-Version", "8").header("Sec-WebSocket-Key", "x");
    server.send(old).await.refuses(426, "upgrade_required");
    let keyless = upgrade.header("Sec-WebSocket-Version", "13");
    server.send(keyless).await.refuses(400, "bad_request");
}

#[tokio::test]
async fn a_426_names_the_protocol_and_the_methods() {
    let server = Server::start().await;
    let answer = server.send(Request::get("/ws/events/")).await;
    assert_eq!(answer.status, 426);
    assert_eq!(answer.header("upgrade"), Some("websocket"), "{answer}");
    assert!(answer.header("allow").is_some(), "{answer}");
}

#[tokio::test]
async fn a_handshake_is_a_get() {
    let server = Server::start().await;
    let team = server.team().await;
    let request = Request::new("POST", "/ws/events/")
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    assert_eq!(team.ann.send(request).await.status, 405);
}

#[tokio::test]
async fn open_sockets_end_with_the_documented_codes() {
    let server = Server::start().await;
    let team = server.team().await;
    let second = team.ann.creates_channel(team.bucket, "Second").await;
    let third = team.ann.creates_channel(team.bucket, "Third").await;
    for channel in [second, third] {
        team.ann.adds_to_channel(channel, &team.bob).await;
    }
    let other_device = team.bob.logs_in().await;
    let mut revoked = other_device.listens(team.channel).await;
    let mut removed = team.bob.listens(team.channel).await;
    let mut deleted = team.bob.listens(second).await;
    let mut taken_along = team.bob.listens(third).await;
    let mut stays = team.ann.listens(third).await;
    other_device.logs_out().await;
    revoked.closes_with(4001).await;
    team.ann.removes_from_channel(team.channel, &team.bob).await;
    removed.closes_with(4003).await;
    team.ann.deletes_channel(second).await;
    deleted.closes_with(4004).await;
    team.ann.says(third, "still open").await;
    assert_eq!(taken_along.message().await, "still open");
    assert_eq!(stays.message().await, "still open");
    team.ann.deletes_bucket(team.bucket).await;
    taken_along.closes_with(4004).await;
    stays.closes_with(4004).await;
}

#[tokio::test]
async fn a_message_right_behind_the_handshake_is_taken_and_none_after_it_is_missed() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    for round in 0..20 {
        let mut bob = team.bob.listens(team.channel).await;
        let text = format!("round {round}");
        team.ann.says(team.channel, &text).await;
        assert_eq!(bob.message().await, text);
        bob.send(&json!({"message_text": "mine"})).await;
        assert_eq!(bob.message().await, "mine");
    }
}

#[tokio::test]
async fn what_breaks_the_protocol_ends_that_connection_alone() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut bob = team.bob.listens(team.channel).await;
    let mut big = team.ann.listens(team.channel).await;
    big.send(&json!({"message_text": "x".repeat(70_000)})).await;
    big.closes_with(1009).await;
    let mut long = team.ann.listens(team.channel).await;
    // A header that announces 2^62 bytes.
    long.send_bytes(&[0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]).await;
    long.closes_with(1009).await;
    let mut no_text = team.ann.listens(team.channel).await;
    // A text frame, masked with zeroes, of bytes that are no UTF-8.
    no_text.send_bytes(&[0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]).await;
    no_text.closes_with(1007).await;
    let mut unmasked = team.ann.listens(team.channel).await;
    unmasked.send_bytes(&[0x81, 0x02, b'{', b'}']).await;
    unmasked.closes_with(1002).await;
    let mut reserved = team.ann.listens(team.channel).await;
    reserved.send_bytes(&[0xf1, 0x82, 0, 0, 0, 0, b'{', b'}']).await;
    reserved.closes_with(1002).await;
    team.ann.says(team.channel, "still here").await;
    assert_eq!(bob.message().await, "still here");
}

#[tokio::test]
async fn a_message_in_fragments_is_one_message_and_too_many_are_too_big() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut ann = team.ann.listens(team.channel).await;
    let halves = [br#"{"message_te"#.as_slice(), br#"xt":"whole"}"#.as_slice()];
    ann.send_bytes(&fragment(0x01, halves[0])).await;
    ann.send_message(Message::Ping(vec![1].into())).await;
    ann.send_bytes(&fragment(0x80, halves[1])).await;
    assert_eq!(ann.message().await, "whole");
    ann.send_bytes(&fragment(0x01, &[b' '; 60_000])).await;
    ann.send_bytes(&fragment(0x00, &[b' '; 60_000])).await;
    ann.closes_with(1009).await;
}

fn fragment(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match u8::try_from(payload.len()) {
        Ok(length @ ..126) => bytes.push(0x80 | length),
        _ => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(payload.len()).expect("a short fragment").to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

#[tokio::test]
async fn a_burst_of_one_client_is_echoed_whole_and_in_order() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let (mut ann, mut bob) =
        (team.ann.listens(team.channel).await, team.bob.listens(team.channel).await);
    for index in 0..300 {
        ann.feed(&json!({"message_text": format!("m{index}"), "nonce": format!("n{index}")})).await;
    }
    assert!(ann.flush().await);
    let mut last = 0;
    for index in 0..300 {
        let (mine, theirs) = (ann.frame().await, bob.frame().await);
        assert_eq!((&mine, &mine["nonce"]), (&theirs, &json!(format!("n{index}"))));
        let seq = mine["seq"].as_i64().expect("a seq");
        assert!(seq > last);
        last = seq;
    }
}
