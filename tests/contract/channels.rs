//! Channels: create, list, delete.

use pail_tests::{Server, is_time, keys};
use serde_json::json;

const CREATE: &str = "/api/chat/channels/create/";

#[tokio::test]
async fn creating_answers_201_with_the_channel_and_its_creator_is_in_it() {
    let server = Server::start().await;
    let team = server.team().await;
    let body = json!({"name": "Ops", "channel_type": "group", "bucket": team.bucket});
    let channel = team.ann.post(CREATE, &body).await.expect(201);
    let shown = ["bucket", "channel_type", "created_at", "id", "name", "topic", "updated_at"];
    assert_eq!(keys(&channel), shown);
    assert_eq!((&channel["name"], &channel["channel_type"]), (&json!("Ops"), &json!("group")));
    assert_eq!(channel["bucket"], team.bucket);
    assert!(is_time(&channel["created_at"]) && is_time(&channel["updated_at"]), "{channel}");
    let history = format!("/api/chat/channels/{}/messages/", channel["id"]);
    assert_eq!(team.ann.get(&history).await.expect(200), json!([]));
    team.bob.get(&history).await.refuses(403, "not_a_member");
}

#[tokio::test]
async fn the_type_may_be_left_out_and_the_bucket_may_be_digits() {
    let server = Server::start().await;
    let team = server.team().await;
    let body = json!({"name": "Ops", "bucket": team.bucket.to_string()});
    assert_eq!(team.ann.post(CREATE, &body).await.expect(201)["channel_type"], "group");
}

#[tokio::test]
async fn missing_fields_are_told_at_once_in_the_words_of_the_document() {
    let server = Server::start().await;
    let team = server.team().await;
    let required = "This field is required";
    let expected = json!({"name": required, "bucket": required});
    assert_eq!(team.ann.post(CREATE, &json!({})).await.expect(400), expected);
    let body = json!({"name": "x", "bucket": {}});
    team.ann.post(CREATE, &body).await.faults(&["bucket"]);
}

#[tokio::test]
async fn names_and_types_that_cannot_be_are_refused_at_once() {
    let server = Server::start().await;
    let team = server.team().await;
    let create = |name: &str, kind: &str| {
        let body = json!({"name": name, "channel_type": kind, "bucket": team.bucket});
        let ann = team.ann.clone();
        async move { ann.post(CREATE, &body).await }
    };
    create("", "group").await.faults(&["name"]);
    create(&"x".repeat(65), "group").await.faults(&["name"]);
    create("a\u{7}b", "group").await.faults(&["name"]);
    create("Ops", "voice").await.faults(&["channel_type"]);
    create(" ", "voice").await.faults(&["channel_type", "name"]);
    let direct = create("Ops", "direct").await.expect(400);
    let sentence = direct["channel_type"].as_str().expect("a sentence");
    assert!(sentence.contains("/api/chat/direct-messages/create/"), "{sentence}");
}

#[tokio::test]
async fn a_name_is_unique_in_its_bucket_without_regard_to_case_until_it_is_free_again() {
    let server = Server::start().await;
    let team = server.team().await;
    let elsewhere = team.ann.creates_bucket("Elsewhere").await;
    let first = team.ann.creates_channel(team.bucket, "Zürich ÄÖ").await;
    for name in ["Zürich ÄÖ", "zürich äö", "  ZÜRICH ÄÖ "] {
        let body = json!({"name": name, "bucket": team.bucket});
        team.ann.post(CREATE, &body).await.faults(&["name"]);
    }
    team.ann.creates_channel(elsewhere, "Zürich ÄÖ").await;
    team.ann.deletes_channel(first).await;
    team.ann.creates_channel(team.bucket, "zürich äö").await;
}

#[tokio::test]
async fn an_unknown_bucket_is_404_even_with_a_wrong_name() {
    let server = Server::start().await;
    let team = server.team().await;
    for name in ["Ops", "", &"x".repeat(65)] {
        let body = json!({"name": name, "bucket": 999, "channel_type": "voice"});
        team.ann.post(CREATE, &body).await.refuses(404, "not_found");
    }
}

#[tokio::test]
async fn members_do_not_create_and_are_told_which_roles_do() {
    let server = Server::start().await;
    let team = server.team().await;
    let body = json!({"name": "", "bucket": team.bucket});
    let refused = team.bob.post(CREATE, &body).await;
    let error = refused.refuses(403, "permission_denied");
    assert_eq!(error, "permission deleted. Required roles : admin, moderator");
    assert_eq!(refused.json()["required_roles"], json!(["admin", "moderator"]));
    let moderator = server.user("mod").await;
    team.ann.adds_to_bucket(team.bucket, &moderator, "moderator").await;
    moderator.creates_channel(team.bucket, "Ops").await;
}

#[tokio::test]
async fn the_list_shows_every_channel_of_the_bucket_with_its_latest_message() {
    let server = Server::start().await;
    let team = server.team().await;
    let quiet = team.ann.creates_channel(team.bucket, "Announcements").await;
    team.ann.says(team.channel, "first").await;
    let last = team.bob.says(team.channel, "Hello, everyone!").await;
    let list = team.bob.get(&format!("/api/chat/buckets/{}/channels/", team.bucket)).await;
    let expected = json!([
        {
            "id": team.channel, "name": "General", "channel_type": "group",
            "latest_message": "Hello, everyone!", "latest_message_id": last["id"],
            "latest_at": last["created_at"], "is_member": true, "topic": "",
        },
        {
            "id": quiet, "name": "Announcements", "channel_type": "group",
            "latest_message": "No messages yet", "latest_message_id": null,
            "latest_at": null, "is_member": false, "topic": "",
        },
    ]);
    assert_eq!(list.expect(200), expected);
}

#[tokio::test]
async fn deleting_answers_204_with_nothing_in_it() {
    let server = Server::start().await;
    let team = server.team().await;
    let path = format!("/api/chat/channels/{}/delete/", team.channel);
    let answer = team.ann.delete(&path).await;
    assert_eq!(answer.status, 204);
    assert!(answer.body.is_empty());
    assert_eq!(answer.header("content-type"), None);
    team.ann.delete(&path).await.refuses(404, "not_found");
    let list = team.ann.get(&format!("/api/chat/buckets/{}/channels/", team.bucket)).await;
    assert_eq!(list.expect(200), json!([]));
}

#[tokio::test]
async fn a_direct_message_cannot_be_deleted_and_outsiders_do_not_learn_what_it_is() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let direct = team.ann.opens_direct(&team.bob).await;
    let path = format!("/api/chat/channels/{direct}/delete/");
    team.ann.delete(&path).await.refuses(403, "permission_denied");
    eve.delete(&path).await.refuses(403, "not_a_member");
}
