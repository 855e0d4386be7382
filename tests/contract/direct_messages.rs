//! Direct messages: open, recent, all.

use pail_tests::{Server, is_time, keys};
use serde_json::{Value, json};

const OPEN: &str = "/api/chat/direct-messages/create/";
const RECENT: &str = "/api/chat/direct-messages/recent/";
const ALL: &str = "/api/chat/direct-messages/";

fn channels(list: &Value) -> Vec<i64> {
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| row["channel_id"].as_i64().expect("an id")).collect()
}

#[tokio::test]
async fn opening_answers_201_and_then_200_with_the_same_channel_from_both_sides() {
    let server = Server::start().await;
    let team = server.team().await;
    let opened = team.ann.post(OPEN, &json!({"user": team.bob.id})).await.expect(201);
    assert_eq!(opened["name"], "ann and bob");
    assert_eq!((&opened["channel_type"], &opened["bucket"]), (&json!("direct"), &Value::Null));
    let bob = json!({"id": team.bob.id, "name": "bob Doe", "username": "bob", "online": false});
    assert_eq!(opened["peer"], bob);
    let again = team.ann.post(OPEN, &json!({"user": team.bob.id.to_string()})).await.expect(200);
    assert_eq!(again, opened);
    let other = team.bob.post(OPEN, &json!({"user": team.ann.id})).await.expect(200);
    assert_eq!((&other["id"], &other["name"]), (&opened["id"], &opened["name"]));
    assert_eq!(other["peer"]["username"], "ann");
}

#[tokio::test]
async fn both_opening_at_once_get_one_channel() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let (to_bob, to_ann) = (json!({"user": team.bob.id}), json!({"user": team.ann.id}));
    let (one, other) = tokio::join!(team.ann.post(OPEN, &to_bob), team.bob.post(OPEN, &to_ann));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
    assert_eq!(one.json()["id"], other.json()["id"]);
}

#[tokio::test]
async fn oneself_is_a_field_error_and_a_stranger_is_nobody() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    team.ann.post(OPEN, &json!({"user": team.ann.id})).await.faults(&["user"]);
    team.ann.post(OPEN, &json!({})).await.faults(&["user"]);
    for nobody in [eve.id, 999, 0, -1] {
        team.ann.post(OPEN, &json!({ "user": nobody })).await.refuses(404, "not_found");
    }
}

#[tokio::test]
async fn recent_shows_conversations_with_messages_newest_first_as_documented() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    team.ann.adds_to_bucket(team.bucket, &eve, "member").await;
    let with_bob = team.ann.opens_direct(&team.bob).await;
    let with_eve = team.ann.opens_direct(&eve).await;
    assert_eq!(team.ann.get(RECENT).await.expect(200), json!([]));
    team.ann.says(with_eve, "See you tomorrow!").await;
    let said = team.bob.says(with_bob, "Hello, how are you?").await;
    let recent = team.ann.get(RECENT).await.expect(200);
    assert_eq!(channels(&recent), [with_bob, with_eve]);
    let expected = json!({
        "channel_id": with_bob, "channel_name": "ann and bob",
        "latest_message": "Hello, how are you?", "latest_sender": "bob Doe",
        "timestamp": said["created_at"],
        "peer": {"id": team.bob.id, "name": "bob Doe", "username": "bob", "online": false},
    });
    assert_eq!(recent[0], expected);
    assert!(is_time(&recent[0]["timestamp"]));
    team.ann.says(with_eve, "again").await;
    assert_eq!(channels(&team.ann.get(RECENT).await.expect(200)), [with_eve, with_bob]);
    assert_eq!(channels(&eve.get(RECENT).await.expect(200)), [with_eve]);
}

#[tokio::test]
async fn recent_is_bounded_by_its_limit() {
    let server = Server::start().await;
    let team = server.team().await;
    let with_bob = team.ann.opens_direct(&team.bob).await;
    team.ann.says(with_bob, "x").await;
    let path = format!("{RECENT}?limit=1");
    assert_eq!(channels(&team.ann.get(&path).await.expect(200)), [with_bob]);
    for wrong in ["0", "51", "-1", "x", "", "99999999999999999999"] {
        team.ann.get(&format!("{RECENT}?limit={wrong}")).await.faults(&["limit"]);
    }
}

#[tokio::test]
async fn all_shows_the_empty_ones_last() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    team.ann.adds_to_bucket(team.bucket, &eve, "member").await;
    let with_bob = team.ann.opens_direct(&team.bob).await;
    let with_eve = team.ann.opens_direct(&eve).await;
    team.ann.says(with_bob, "hello").await;
    let all = team.ann.get(ALL).await.expect(200);
    assert_eq!(channels(&all), [with_bob, with_eve]);
    let expected = json!({
        "channel_id": with_eve, "channel_name": "ann and eve",
        "latest_message": "No messages yet", "latest_sender": null, "timestamp": null,
        "peer": {"id": eve.id, "name": "eve Doe", "username": "eve", "online": false},
    });
    assert_eq!(all[1], expected);
    assert_eq!(keys(&all[0]), keys(&all[1]));
}

#[tokio::test]
async fn a_direct_message_is_a_channel_of_its_two_people() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    team.ann.adds_to_bucket(team.bucket, &eve, "admin").await;
    let direct = team.ann.opens_direct(&team.bob).await;
    let mut bob = team.bob.listens(direct).await;
    team.ann.says(direct, "psst").await;
    assert_eq!(bob.message().await, "psst");
    assert_eq!(team.bob.reads(direct).await, ["psst"]);
    let history = format!("/api/chat/channels/{direct}/messages/");
    eve.get(&history).await.refuses(403, "not_a_member");
    eve.listens(direct).await.closes_with(4003).await;
    let list = team.ann.get(&format!("/api/chat/buckets/{}/channels/", team.bucket)).await;
    assert_eq!(list.expect(200).as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn it_outlives_the_bucket_the_two_met_in() {
    let server = Server::start().await;
    let team = server.team().await;
    let direct = team.ann.opens_direct(&team.bob).await;
    team.ann.deletes_bucket(team.bucket).await;
    team.ann.says(direct, "still here").await;
    assert_eq!(team.bob.reads(direct).await, ["still here"]);
    let again = team.bob.post(OPEN, &json!({"user": team.ann.id})).await;
    assert_eq!(again.expect(200)["id"], direct);
}
