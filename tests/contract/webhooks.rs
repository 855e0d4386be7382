//! Webhooks: who makes them, what is said through them, and what their URLs answer.

use pail_tests::{Answer, Request, Server, Team, User, is_time, keys};
use serde_json::{Value, json};

const JSON: &str = "application/json";

fn create(channel: i64) -> String {
    format!("/api/chat/channels/{channel}/webhooks/create/")
}

async fn creates(user: &User, channel: i64, name: &str) -> Value {
    user.post(&create(channel), &json!({ "name": name })).await.expect(201)
}

fn url(webhook: &Value) -> String {
    webhook["url"].as_str().unwrap_or_else(|| panic!("no url: {webhook}")).to_owned()
}

/// Posts to a URL as another service does: without credentials.
async fn posts(server: &Server, url: &str, media_type: &str, body: &str) -> Answer {
    server.send(Request::new("POST", url).body(media_type, body)).await
}

#[track_caller]
fn says(answer: &Answer, status: u16, word: &str) {
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(answer.header("content-type"), Some("text/plain"), "{answer}");
    assert_eq!(String::from_utf8_lossy(&answer.body), word);
}

async fn moderator(server: &Server, team: &Team) -> User {
    let user = server.user("mod").await;
    team.ann.adds_to_bucket(team.bucket, &user, "moderator").await;
    user
}

#[tokio::test]
async fn what_is_posted_is_said_by_a_bot_of_its_own() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut socket = team.bob.listens(team.channel).await;
    let webhook = creates(&team.ann, team.channel, "CI").await;
    assert_eq!(keys(&webhook), ["channel", "created_at", "id", "name", "url", "user"]);
    assert!(is_time(&webhook["created_at"]));
    assert_eq!((&webhook["channel"], &webhook["name"]), (&json!(team.channel), &json!("CI")));
    let url = url(&webhook);
    assert!(url.starts_with("/hooks/hook_"), "{url}");
    says(&posts(&server, &url, JSON, r#"{"text":"build <https://e.com|42> ok"}"#).await, 200, "ok");
    let frame = socket.frame().await;
    assert_eq!(frame["message"], "build 42 (https://e.com) ok");
    assert_eq!((&frame["sender"], &frame["sender_id"]), (&json!("CI"), &webhook["user"]));
    let path = format!("/api/chat/channels/{}/messages/", team.channel);
    let history = team.bob.get(&path).await.expect(200);
    let username = format!("webhook-{}", webhook["id"]);
    let sender = json!({
        "id": webhook["user"], "username": username, "name": "CI", "email": "", "bot": true,
    });
    assert_eq!(history[0]["sender"], sender);
}

#[tokio::test]
async fn every_form_of_a_body_is_taken_on_both_urls() {
    let server = Server::start().await;
    let team = server.team().await;
    let url = url(&creates(&team.ann, team.channel, "CI").await);
    let form = "application/x-www-form-urlencoded";
    let slack = format!("{url}/slack");
    for (url, media_type, body) in [
        (url.as_str(), JSON, r#"{"text":"one"}"#),
        (slack.as_str(), form, "payload=%7B%22text%22%3A%22two%22%7D"),
        (slack.as_str(), form, r#"{"text":"three"}"#),
        (&format!("{url}/"), "text/plain", "four"),
        (url.as_str(), "", "five"),
    ] {
        let answer = posts(&server, url, media_type, body).await;
        says(&answer, 200, "ok");
    }
    assert_eq!(team.bob.reads(team.channel).await, ["one", "two", "three", "four", "five"]);
}

#[tokio::test]
async fn refusals_are_one_word() {
    let server = Server::start().await;
    let team = server.team().await;
    let url = url(&creates(&team.ann, team.channel, "CI").await);
    let text = "text/plain";
    let long = "x".repeat(16_385);
    let huge = "x".repeat(70_000);
    for (media_type, body, status, word) in [
        (JSON, "{", 400, "invalid_payload"),
        (JSON, "[]", 400, "invalid_payload"),
        (JSON, "{}", 400, "no_text"),
        (text, " ", 400, "no_text"),
        (text, "", 400, "no_text"),
        (text, &long, 400, "msg_too_long"),
        (text, &huge, 413, "payload_too_large"),
    ] {
        says(&posts(&server, &url, media_type, body).await, status, word);
    }
    for body in ["hi", ""] {
        says(&posts(&server, "/hooks/hook_unknown", text, body).await, 404, "no_service");
    }
    says(&posts(&server, "/hooks/hook_unknown", JSON, "{").await, 404, "no_service");
    says(&server.send(Request::get(&url)).await, 405, "method_not_allowed");
    let picky = Request::new("POST", &url).body(text, "hi").header("Accept", "text/html");
    says(&server.send(picky).await, 200, "ok");
    assert_eq!(team.bob.reads(team.channel).await, ["hi"]);
}

#[tokio::test]
async fn a_url_of_what_was_deleted_says_so() {
    let server = Server::start().await;
    let team = server.team().await;
    let other = team.ann.creates_channel(team.bucket, "Other").await;
    let gone = creates(&team.ann, team.channel, "gone").await;
    let orphan = creates(&team.ann, other, "orphan").await;
    let path = format!("/api/chat/webhooks/{}/delete/", gone["id"]);
    assert_eq!(team.ann.delete(&path).await.status, 204);
    team.ann.delete(&path).await.refuses(404, "not_found");
    team.ann.deletes_channel(other).await;
    for webhook in [gone, orphan] {
        let answer = posts(&server, &url(&webhook), "text/plain", "hi").await;
        says(&answer, 410, "channel_is_archived");
        let nonsense = posts(&server, &url(&webhook), JSON, "{").await;
        says(&nonsense, 410, "channel_is_archived");
    }
    let list = format!("/api/chat/channels/{}/webhooks/", team.channel);
    assert_eq!(team.ann.get(&list).await.expect(200), json!([]));
}

#[tokio::test]
async fn those_who_manage_channels_and_are_in_this_one_manage_its_webhooks() {
    let server = Server::start().await;
    let team = server.team().await;
    let moderator = moderator(&server, &team).await;
    let outsider = server.user("eve").await;
    let webhook = creates(&team.ann, team.channel, "CI").await;
    let list = format!("/api/chat/channels/{}/webhooks/", team.channel);
    let delete = format!("/api/chat/webhooks/{}/delete/", webhook["id"]);
    for (user, code) in [
        (&team.bob, "permission_denied"),
        (&outsider, "not_a_member"),
        (&moderator, "not_a_member"),
    ] {
        let body = json!({ "name": "CI" });
        user.post(&create(team.channel), &body).await.refuses(403, code);
        user.get(&list).await.refuses(403, code);
        user.delete(&delete).await.refuses(403, code);
    }
    team.ann.adds_to_channel(team.channel, &moderator).await;
    let listed = moderator.get(&list).await.expect(200);
    assert_eq!(keys(&listed[0]), ["channel", "created_at", "id", "name", "user"]);
    assert_eq!(listed[0]["id"], webhook["id"]);
    moderator.delete(&delete).await.expect(204);
    team.ann.delete("/api/chat/webhooks/999/delete/").await.refuses(404, "not_found");
    team.ann.get("/api/chat/channels/999/webhooks/").await.refuses(404, "not_found");
    let direct = team.ann.opens_direct(&team.bob).await;
    let refused = team.ann.post(&create(direct), &json!({ "name": "CI" })).await;
    refused.refuses(403, "permission_denied");
}

#[tokio::test]
async fn a_webhook_has_a_name_and_a_channel_twenty_webhooks() {
    let server = Server::start().await;
    let team = server.team().await;
    let long = "x".repeat(65);
    for body in
        [json!({}), json!({"name": " "}), json!({"name": long}), json!({"name": "a\u{202e}"})]
    {
        team.ann.post(&create(team.channel), &body).await.faults(&["name"]);
    }
    for _ in 0..20 {
        creates(&team.ann, team.channel, "CI").await;
    }
    let one_more = team.ann.post(&create(team.channel), &json!({ "name": "CI" })).await;
    one_more.faults(&["non_field_errors"]);
}

#[tokio::test]
async fn a_bot_is_nobody_who_logs_in_or_can_be_found() {
    let server = Server::start().await;
    let team = server.team().await;
    let webhook = creates(&team.ann, team.channel, "CI").await;
    let username = format!("webhook-{}", webhook["id"]);
    for password in ["", "correct horse battery"] {
        let body = json!({ "username": username, "password": password });
        let answer = server.send(Request::post("/api/auth/login/", &body)).await;
        assert_eq!(answer.status, 400, "{answer}");
    }
    for name in ["webhook-99", "Webhook-x"] {
        let body = pail_tests::scenario::registration(name);
        server.send(Request::post("/api/auth/register/", &body)).await.faults(&["username"]);
    }
    let people = team.ann.get("/api/chat/users/?search=webhook").await.expect(200);
    assert_eq!(people, json!([]));
    let bob = team.bob.get("/api/chat/unread/").await.expect(200);
    posts(&server, &url(&webhook), "text/plain", "@bob and <!here>").await;
    let after = team.bob.get("/api/chat/unread/").await.expect(200);
    assert_eq!((&bob[0]["mentions"], &after[0]["mentions"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn a_bot_is_no_user_whom_one_adds_or_writes_to() {
    let server = Server::start().await;
    let team = server.team().await;
    let bot = &creates(&team.ann, team.channel, "CI").await["user"];
    let (members, direct) = ("buckets/members/add/", "direct-messages/create/");
    for (url, body) in [
        (members, json!({ "bucket": team.bucket, "user": bot, "role": "admin" })),
        (members, json!({ "bucket": team.bucket, "user": bot, "role": "nonsense" })),
        (&*format!("buckets/{}/members/{bot}/role/", team.bucket), json!({ "role": "admin" })),
        ("channels/members/add/", json!({ "channel": team.channel, "user": bot })),
        (direct, json!({ "user": bot })),
    ] {
        let refused = team.ann.post(&format!("/api/chat/{url}"), &body).await;
        refused.refuses(404, "not_found");
        assert_eq!(refused.json()["error"], "No User matches the given query.", "{url}");
    }
    let list = team.ann.get(&format!("/api/chat/buckets/{}/members/", team.bucket)).await;
    assert_eq!(list.expect(200).as_array().map(Vec::len), Some(2));
}
