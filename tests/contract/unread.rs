//! Unread counts, and reading over REST.

use pail_tests::{Server, Team};
use serde_json::{Value, json};

async fn marks(team: &Team, seq: Value) -> pail_tests::Answer {
    let path = format!("/api/chat/channels/{}/read/", team.channel);
    team.bob.post(&path, &json!({ "seq": seq })).await
}

#[tokio::test]
async fn only_messages_of_others_beyond_the_marker_count() {
    let server = Server::start().await;
    let team = server.team().await;
    let row = |last: i64, read: i64, unread: i64| {
        json!({
            "channel": team.channel, "last_seq": last, "read_seq": read,
            "unread": unread, "mentions": 0, "muted": false,
        })
    };
    let all = || async { team.bob.get("/api/chat/unread/").await.expect(200) };
    assert_eq!(all().await, json!([row(3, 0, 0)]));
    team.ann.says(team.channel, "4").await;
    team.bob.says(team.channel, "5").await;
    team.ann.says(team.channel, "6").await;
    assert_eq!(all().await, json!([row(6, 0, 2)]));
    assert_eq!(marks(&team, json!(4)).await.expect(200), row(6, 4, 1));
    assert_eq!(marks(&team, json!("2")).await.expect(200), row(6, 4, 1));
    assert_eq!(marks(&team, json!(i64::MAX)).await.expect(200), row(6, 6, 0));
    team.ann.says(team.channel, "7").await;
    assert_eq!(all().await, json!([row(7, 6, 1)]));
}

#[tokio::test]
async fn a_marker_that_is_none_is_a_field_error() {
    let server = Server::start().await;
    let team = server.team().await;
    for wrong in [json!(null), json!("x"), json!(1.5), json!([]), json!(-1)] {
        marks(&team, wrong).await.faults(&["seq"]);
    }
    let path = format!("/api/chat/channels/{}/read/", team.channel);
    let required = json!({"seq": "This field is required"});
    assert_eq!(team.bob.post(&path, &json!({})).await.expect(400), required);
    marks(&team, json!(0)).await.expect(200);
    let unknown = team.bob.post("/api/chat/channels/999/read/", &json!({"seq": 1})).await;
    unknown.refuses(404, "not_found");
}

#[tokio::test]
async fn there_is_a_row_for_each_channel_one_is_in_and_for_no_other() {
    let server = Server::start().await;
    let team = server.team().await;
    team.ann.creates_channel(team.bucket, "Quiet").await;
    let direct = team.ann.opens_direct(&team.bob).await;
    let rows = team.bob.get("/api/chat/unread/").await.expect(200);
    let channels: Vec<_> =
        rows.as_array().expect("a list").iter().map(|row| &row["channel"]).collect();
    assert_eq!(channels, [&json!(team.channel), &json!(direct)]);
    team.ann.removes_from_channel(team.channel, &team.bob).await;
    let rows = team.bob.get("/api/chat/unread/").await.expect(200);
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn counting_stops_at_1000() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut ann = team.ann.listens(team.channel).await;
    for _ in 0..101 {
        for _ in 0..10 {
            ann.feed(&json!({"message_text": "x"})).await;
        }
        assert!(ann.flush().await);
        for _ in 0..10 {
            ann.frame().await;
        }
    }
    assert_eq!(team.bob.get("/api/chat/unread/").await.expect(200)[0]["unread"], 1000);
}
