//! Messages over REST: fetch all, send, nonces.

use std::time::Duration;

use pail_tests::{Request, Server, Wire, is_time, keys};
use serde_json::{Value, json};

fn path(channel: i64) -> String {
    format!("/api/chat/channels/{channel}/messages/")
}

#[tokio::test]
async fn the_history_has_the_documented_shape() {
    let server = Server::start().await;
    let team = server.team().await;
    team.ann.posts(team.channel, &json!({"message_text": "Hello, world!", "nonce": "6f1d"})).await;
    let answer = team.bob.get(&path(team.channel)).await;
    let history = answer.expect(200);
    let message = &history[0];
    let shown = ["channel", "created_at", "id", "message_text", "nonce", "sender", "seq", "ts_ms"];
    assert_eq!(keys(message), shown);
    assert_eq!(keys(&message["sender"]), ["email", "id", "name", "username"]);
    assert_eq!(message["sender"]["email"], "ann@example.com");
    assert_eq!(message["sender"]["id"], team.ann.id);
    assert_eq!(
        (&message["message_text"], &message["nonce"]),
        (&json!("Hello, world!"), &json!("6f1d"))
    );
    assert_eq!(message["channel"], team.channel);
    assert!(is_time(&message["created_at"]), "{message}");
    assert!(message["ts_ms"].as_i64().is_some_and(|ms| ms > 1_600_000_000_000), "{message}");
    assert_eq!(answer.header("x-pail-last-seq"), Some(message["seq"].to_string().as_str()));
}

#[tokio::test]
async fn sending_answers_201_with_the_message_and_whoever_listens_hears_it() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut bob = team.bob.listens(team.channel).await;
    let said = team.ann.says(team.channel, "hi").await;
    let heard = bob.frame().await;
    for (live, rest) in
        [("id", "id"), ("seq", "seq"), ("message", "message_text"), ("ts_ms", "ts_ms")]
    {
        assert_eq!(heard[live], said[rest], "{live}");
    }
    assert_eq!(team.bob.get(&path(team.channel)).await.expect(200), json!([said]));
}

#[tokio::test]
async fn text_is_returned_as_it_was_sent() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut bob = team.bob.listens(team.channel).await;
    let longest = "é".repeat(8192);
    let controls: String = ('\0'..' ').chain("x\u{7f}\u{9b}".chars()).collect();
    let texts = [
        "  spaces  around  ",
        "line\nline\r\n\ttab",
        "\u{0}.",
        "a\u{0}b",
        &controls,
        "\u{1b}[31mred",
        "\u{202e}desrever",
        "🪣👩‍👩‍👧‍👦 e\u{301}",
        "<script>\"'&\\",
        "\u{feff}.\u{200b}",
        &longest,
        "No messages yet",
        "{\"message_text\":1}",
        "'; DROP TABLE messages; --",
    ];
    for text in texts {
        let said = team.ann.says(team.channel, text).await;
        assert_eq!(said["message_text"], text);
        assert_eq!(bob.message().await, text);
    }
    assert_eq!(team.bob.reads(team.channel).await, texts);
}

#[tokio::test]
async fn text_that_is_missing_blank_too_long_or_none_is_refused_and_takes_no_number() {
    let server = Server::start().await;
    let team = server.team().await;
    let required = json!({"message_text": "This field is required"});
    assert_eq!(team.ann.posts(team.channel, &json!({})).await.expect(400), required);
    let before = team.ann.says(team.channel, "before").await["seq"].as_i64();
    let long = "x".repeat(16_385);
    let long_in_bytes = "é".repeat(8193);
    for wrong in [
        json!(""),
        json!(" \t\n\u{3000}"),
        json!(" \u{200b} "),
        json!("\u{feff}"),
        json!("\u{200d}\u{fe0f}"),
        json!("\u{0}\u{7f}"),
        json!(null),
        json!([]),
        json!({}),
        json!(false),
        json!(long),
        json!(long_in_bytes),
    ] {
        team.ann
            .posts(team.channel, &json!({"message_text": wrong}))
            .await
            .faults(&["message_text"]);
    }
    let after = team.ann.says(team.channel, "after").await["seq"].as_i64();
    assert_eq!(after, before.map(|seq| seq + 1));
}

#[tokio::test]
async fn the_same_nonce_again_answers_200_with_the_first_message_whatever_the_text() {
    let server = Server::start().await;
    let team = server.team().await;
    let body = json!({"message_text": "first", "nonce": "n-1"});
    let first = team.ann.posts(team.channel, &body).await.expect(201);
    for text in ["first", "second", " ", &"x".repeat(20_000)] {
        let body = json!({"message_text": text, "nonce": "n-1"});
        assert_eq!(team.ann.posts(team.channel, &body).await.expect(200), first);
    }
    assert_eq!(team.bob.posts(team.channel, &body).await.expect(201)["message_text"], "first");
    assert_eq!(team.bob.reads(team.channel).await, ["first", "first"]);
}

#[tokio::test]
async fn a_nonce_used_in_another_channel_is_refused_and_not_taken_for_sent() {
    let server = Server::start().await;
    let team = server.team().await;
    let second = team.ann.creates_channel(team.bucket, "Second").await;
    let body = json!({"message_text": "x", "nonce": "n-1"});
    team.ann.posts(team.channel, &body).await.expect(201);
    team.ann.posts(second, &body).await.faults(&["nonce"]);
    assert!(team.ann.reads(second).await.is_empty());
}

#[tokio::test]
async fn a_nonce_is_1_to_64_visible_ascii_characters() {
    let server = Server::start().await;
    let team = server.team().await;
    let long = "n".repeat(65);
    for wrong in
        [json!(""), json!("a b"), json!("é"), json!("a\n"), json!(long), json!([]), json!(true)]
    {
        let body = json!({"message_text": "x", "nonce": wrong});
        team.ann.posts(team.channel, &body).await.faults(&["nonce"]);
    }
    let body = json!({"message_text": 7, "nonce": ""});
    team.ann.posts(team.channel, &body).await.faults(&["nonce"]);
    for nonce in [json!("!~"), json!("n".repeat(64)), json!(null)] {
        let body = json!({"message_text": "x", "nonce": nonce});
        assert_eq!(team.ann.posts(team.channel, &body).await.status, 201, "{nonce}");
    }
}

#[tokio::test]
async fn one_nonce_sent_many_times_at_once_is_one_message() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let body = json!({"message_text": "once", "nonce": "same"});
    let posts = (0..24).map(|_| team.ann.posts(team.channel, &body));
    let answers = futures_util::future::join_all(posts).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    let first = answers[0].json();
    assert!(answers.iter().all(|answer| answer.json() == first));
    assert_eq!(team.bob.reads(team.channel).await, ["once"]);
}

#[tokio::test]
async fn without_parameters_all_messages_come_in_order_even_thousands() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let texts = fill(&team, 3000, "message").await;
    let answer = team.bob.get(&path(team.channel)).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let history = answer.expect(200);
    let history = history.as_array().expect("a list");
    let read: Vec<_> = history.iter().map(|one| one["message_text"].clone()).collect();
    assert_eq!(read, texts);
    let seqs: Vec<_> = history.iter().filter_map(|one| one["seq"].as_i64()).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b));
    assert!(history.iter().map(|one| one["id"].as_i64()).is_sorted_by(|a, b| a < b));
    assert_eq!(answer.header("x-pail-last-seq"), seqs.last().map(i64::to_string).as_deref());
}

/// Says many things over one socket, a window at a time, and returns what was said.
async fn fill(team: &pail_tests::Team, count: usize, text: &str) -> Vec<Value> {
    let mut ann = team.ann.listens(team.channel).await;
    let texts: Vec<Value> = (0..count).map(|index| json!(format!("{text} {index}"))).collect();
    for window in texts.chunks(5) {
        for text in window {
            ann.feed(&json!({ "message_text": text })).await;
        }
        assert!(ann.flush().await);
        for text in window {
            assert_eq!(json!(ann.message().await), *text);
        }
    }
    texts
}

#[tokio::test]
async fn a_reader_who_is_removed_while_the_history_streams_gets_no_whole_list() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    fill(&team, 2200, &"x".repeat(8000)).await;
    let mut wire = Wire::open(server.addr).await;
    wire.write(&Request::get(&path(team.channel)).token(&team.bob.token).bytes()).await;
    let head = wire.head().await.expect("a head");
    assert_eq!(head.status, 200);
    team.ann.removes_from_channel(team.channel, &team.bob).await;
    // The head is read and nothing more: most of the 17 MB cannot have left the server.
    let rest = tokio::time::timeout(Duration::from_secs(20), wire.end()).await;
    let read = rest.expect("the stream ends");
    assert!(read < 15_000_000, "{read} bytes were streamed");
}

#[tokio::test]
async fn the_first_message_has_a_number_of_its_own_after_the_memberships() {
    let server = Server::start().await;
    let team = server.team().await;
    // Created, Ann in, Bob in.
    assert_eq!(team.ann.says(team.channel, "x").await["seq"], 4);
}
