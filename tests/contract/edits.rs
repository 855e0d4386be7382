//! Editing and deleting: who may, what everybody sees of it, and what is forgotten.

use pail_tests::scenario::id_of;
use pail_tests::{Answer, Request, Server, Team, User, keys};
use serde_json::{Value, json};

fn url(message: i64, what: &str) -> String {
    format!("/api/chat/messages/{message}/{what}")
}

async fn edits(user: &User, message: i64, text: &str) -> Answer {
    let body = json!({ "message_text": text }).to_string();
    let request = Request::new("PATCH", &url(message, ""));
    user.send(request.body("application/json", body)).await
}

async fn deletes(user: &User, message: i64) -> Answer {
    user.delete(&url(message, "delete/")).await
}

/// A team and a message of Bob's, seq 4.
async fn said() -> (Server, Team, i64) {
    let server = Server::start().await;
    let team = server.team().await;
    let message = id_of(&team.bob.says(team.channel, "Hello, world!").await);
    (server, team, message)
}

#[tokio::test]
async fn an_edited_message_says_the_new_text_everywhere_and_keeps_its_place() {
    let (_server, team, message) = said().await;
    let mut ann = team.ann.follows().await;
    let edited = edits(&team.bob, message, "Hello, everybody!").await.expect(200);
    assert_eq!(edited["message_text"], "Hello, everybody!");
    assert_eq!((&edited["seq"], &edited["id"]), (&json!(4), &json!(message)));
    assert!(pail_tests::is_time(&edited["edited_at"]), "{edited}");
    let heard = ann.frame().await;
    let expected = json!({
        "type": "message.edited", "id": message, "channel_id": team.channel, "seq": 5,
        "message_text": "Hello, everybody!", "here": false, "edited_at": edited["edited_at"],
    });
    assert_eq!(heard, expected);
    assert_eq!(team.ann.get(&url(message, "")).await.expect(200), edited);
    assert_eq!(team.ann.reads(team.channel).await, ["Hello, everybody!"]);
    let path = format!("/api/chat/buckets/{}/channels/", team.bucket);
    let summary = &team.ann.get(&path).await.expect(200)[0];
    assert_eq!(summary["latest_message"], "Hello, everybody!");
}

#[tokio::test]
async fn the_same_text_again_changes_nothing() {
    let (_server, team, message) = said().await;
    let mut ann = team.ann.follows().await;
    let same = edits(&team.bob, message, "Hello, world!").await.expect(200);
    assert_eq!(same.get("edited_at"), None);
    team.ann.says(team.channel, "end").await;
    assert_eq!(ann.message().await, "end");
}

#[tokio::test]
async fn revisions_are_what_it_said_and_end_with_what_it_says() {
    let (_server, team, message) = said().await;
    let texts = async |user: &User| {
        let rows = user.get(&url(message, "revisions/")).await.expect(200);
        let rows = rows.as_array().expect("a list").clone();
        assert!(rows.iter().all(|row| keys(row) == ["created_at", "message_text"]));
        rows.into_iter().map(|mut row| row["message_text"].take()).collect::<Vec<_>>()
    };
    assert_eq!(texts(&team.bob).await, ["Hello, world!"]);
    edits(&team.bob, message, "two").await.expect(200);
    edits(&team.bob, message, "three").await.expect(200);
    assert_eq!(texts(&team.bob).await, ["Hello, world!", "two", "three"]);
    assert_eq!(texts(&team.ann).await, ["Hello, world!", "two", "three"]);
    deletes(&team.bob, message).await.expect(204);
    assert!(texts(&team.ann).await.is_empty());
}

#[tokio::test]
async fn an_edit_that_is_wrong_is_refused_and_changes_nothing() {
    let (_server, team, message) = said().await;
    for wrong in [json!(""), json!(" \n"), json!(null), json!([]), json!("x".repeat(16_385))] {
        let body = json!({ "message_text": wrong }).to_string();
        let request = Request::new("PATCH", &url(message, "")).body("application/json", body);
        team.bob.send(request).await.faults(&["message_text"]);
    }
    let request = Request::new("PATCH", &url(message, "")).body("application/json", "{}");
    team.bob.send(request).await.faults(&["message_text"]);
    assert_eq!(team.bob.reads(team.channel).await, ["Hello, world!"]);
}

#[tokio::test]
async fn a_message_can_be_edited_a_hundred_times() {
    let (_server, team, message) = said().await;
    for index in 0..100 {
        edits(&team.bob, message, &format!("take {index}")).await.expect(200);
    }
    edits(&team.bob, message, "once more").await.faults(&["message_text"]);
    edits(&team.bob, message, "take 99").await.expect(200);
}

#[tokio::test]
async fn each_may_do_with_a_message_what_the_table_says() {
    let server = Server::start().await;
    let team = server.team().await;
    let (mallory, eve) = (server.user("mallory").await, server.user("eve").await);
    team.ann.adds_to_bucket(team.bucket, &mallory, "moderator").await;
    team.ann.adds_to_channel(team.channel, &mallory).await;
    team.ann.adds_to_bucket(team.bucket, &eve, "member").await;
    let direct = team.bob.opens_direct(&team.ann).await;
    // Of a message of Bob's: reading, editing, its revisions, deleting it.
    let table = [
        (team.channel, &eve, [403, 403, 403, 403]),
        (team.channel, &mallory, [200, 403, 403, 204]),
        (team.channel, &team.ann, [200, 403, 200, 204]),
        (team.channel, &team.bob, [200, 200, 200, 204]),
        (direct, &mallory, [403, 403, 403, 403]),
        (direct, &team.ann, [200, 403, 403, 403]),
        (direct, &team.bob, [200, 200, 200, 204]),
    ];
    for (channel, user, expected) in table {
        let message = id_of(&team.bob.says(channel, "mine").await);
        let statuses = [
            user.get(&url(message, "")).await.status,
            edits(user, message, "theirs").await.status,
            user.get(&url(message, "revisions/")).await.status,
            deletes(user, message).await.status,
        ];
        assert_eq!(statuses, expected, "{} in {channel}", user.username);
    }
    let message = id_of(&team.bob.says(team.channel, "mine").await);
    edits(&team.ann, message, "x").await.refuses(403, "permission_denied");
    edits(&eve, message, "x").await.refuses(403, "not_a_member");
    for answer in [
        team.bob.get(&url(999, "")).await,
        edits(&team.bob, 999, "x").await,
        deletes(&team.bob, 999).await,
        team.bob.get(&url(999, "revisions/")).await,
    ] {
        answer.refuses(404, "not_found");
    }
    team.ann.deletes_channel(team.channel).await;
    team.bob.get(&url(message, "")).await.refuses(404, "not_found");
}

#[tokio::test]
async fn who_left_the_channel_can_no_longer_change_what_they_said() {
    let (_server, team, message) = said().await;
    team.ann.removes_from_channel(team.channel, &team.bob).await;
    edits(&team.bob, message, "x").await.refuses(403, "not_a_member");
    deletes(&team.bob, message).await.refuses(403, "not_a_member");
}

#[tokio::test]
async fn of_a_deleted_message_only_its_place_is_left() {
    let (_server, team, message) = said().await;
    team.ann.says(team.channel, "six").await;
    edits(&team.bob, message, "secret").await.expect(200);
    team.ann.post(&url(message, "reactions/add/"), &json!({"emoji": "👍"})).await.expect(201);
    let mut ann = team.ann.follows().await;
    for _ in 0..2 {
        deletes(&team.bob, message).await.expect(204);
    }
    let told = ann.frame().await;
    let expected = json!({
        "type": "message.deleted", "id": message, "channel_id": team.channel, "seq": 8,
        "deleted_at": told["deleted_at"], "deleted_by": team.bob.id,
    });
    assert_eq!(told, expected);
    let tombstone = team.ann.get(&url(message, "")).await.expect(200);
    let shown =
        ["channel", "created_at", "deleted_at", "id", "message_text", "sender", "seq", "ts_ms"];
    assert_eq!(keys(&tombstone), shown);
    assert_eq!((&tombstone["message_text"], &tombstone["seq"]), (&json!(""), &json!(4)));
    assert_eq!(team.ann.reads(team.channel).await, ["six"]);
    let page = format!("/api/chat/channels/{}/messages/?limit=10", team.channel);
    assert_eq!(team.ann.get(&page).await.expect(200)[0], tombstone);
    edits(&team.bob, message, "x").await.faults(&["message_text"]);
    team.ann.says(team.channel, "end").await;
    assert_eq!(ann.message().await, "end");
}

#[tokio::test]
async fn a_deleted_message_is_replayed_with_an_empty_text_and_reactions_without_emoji() {
    let (_server, team, message) = said().await;
    edits(&team.bob, message, "secret @ann @here").await.expect(200);
    for what in ["add", "remove", "add"] {
        let path = url(message, &format!("reactions/{what}/"));
        team.ann.post(&path, &json!({"emoji": "secret"})).await;
    }
    deletes(&team.ann, message).await.expect(204);
    let (_socket, replay, _) =
        team.ann.resumes(&json!({team.channel.to_string(): {"after": 3}})).await;
    let kinds: Vec<_> =
        replay.iter().map(|frame| frame["type"].as_str().expect("a type")).collect();
    let reactions = ["reaction.added", "reaction.removed", "reaction.added"];
    assert_eq!(kinds[..2], ["chat.message", "message.edited"]);
    assert_eq!(kinds[2..5], reactions);
    assert_eq!(kinds[5..], ["message.deleted"]);
    assert!(replay[2..5].iter().all(|frame| frame["emoji"] == ""), "{replay:?}");
    assert_eq!((&replay[0]["message"], &replay[0]["message_text"]), (&json!(""), &json!("")));
    assert_eq!(replay[1]["message_text"], "");
    assert!(replay.iter().all(|frame| frame.get("mentions").is_none()), "{replay:?}");
}

#[tokio::test]
async fn previews_and_counts_look_past_deleted_messages() {
    let (_server, team, message) = said().await;
    let direct = team.bob.opens_direct(&team.ann).await;
    let only = id_of(&team.bob.says(direct, "psst").await);
    let last = id_of(&team.bob.says(team.channel, "last").await);
    let summaries = format!("/api/chat/buckets/{}/channels/", team.bucket);
    let latest = async || team.ann.get(&summaries).await.expect(200)[0]["latest_message"].clone();
    let unread = async || team.ann.get("/api/chat/unread/").await.expect(200)[0]["unread"].clone();
    assert_eq!((latest().await, unread().await), (json!("last"), json!(2)));
    deletes(&team.bob, last).await.expect(204);
    assert_eq!((latest().await, unread().await), (json!("Hello, world!"), json!(1)));
    deletes(&team.bob, message).await.expect(204);
    assert_eq!((latest().await, unread().await), (json!("No messages yet"), json!(0)));
    deletes(&team.bob, only).await.expect(204);
    let recent = team.ann.get("/api/chat/direct-messages/recent/").await.expect(200);
    assert_eq!(recent, json!([]));
}

#[tokio::test]
async fn the_nonce_of_a_deleted_message_stays_taken() {
    let server = Server::start().await;
    let team = server.team().await;
    let body = json!({"message_text": "once", "nonce": "n-1"});
    let first = id_of(&team.bob.posts(team.channel, &body).await.expect(201));
    deletes(&team.bob, first).await.expect(204);
    let again: Value = team.bob.posts(team.channel, &body).await.expect(200);
    assert_eq!((id_of(&again), &again["message_text"]), (first, &json!("")));
}
