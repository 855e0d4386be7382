//! One channel: reading it, its name and topic, joining and leaving it.

use pail_tests::{Server, User, keys};
use serde_json::{Value, json};

fn path(channel: i64) -> String {
    format!("/api/chat/channels/{channel}/")
}

async fn joins(user: &User, channel: i64) -> pail_tests::Answer {
    user.post(&format!("/api/chat/channels/{channel}/join/"), &json!({})).await
}

async fn leaves(user: &User, channel: i64) -> pail_tests::Answer {
    user.post(&format!("/api/chat/channels/{channel}/leave/"), &json!({})).await
}

#[tokio::test]
async fn reading_shows_members_where_they_stand_and_the_bucket_that_it_is_there() {
    let server = Server::start().await;
    let team = server.team().await;
    let cleo = server.user("cleo").await;
    team.ann.adds_to_bucket(team.bucket, &cleo, "member").await;
    team.ann.says(team.channel, "hi").await;
    let detail = team.bob.get(&path(team.channel)).await.expect(200);
    let shown = [
        "bucket",
        "channel_type",
        "created_at",
        "id",
        "is_member",
        "last_seq",
        "member_count",
        "mentions",
        "muted",
        "name",
        "read_seq",
        "topic",
        "unread",
        "updated_at",
    ];
    assert_eq!(keys(&detail), shown);
    assert_eq!((&detail["member_count"], &detail["unread"]), (&json!(2), &json!(1)));
    assert_eq!((&detail["is_member"], &detail["last_seq"]), (&json!(true), &json!(4)));
    let outside = cleo.get(&path(team.channel)).await.expect(200);
    assert_eq!((&outside["is_member"], &outside["unread"]), (&json!(false), &json!(0)));
    assert_eq!((&outside["last_seq"], &outside["member_count"]), (&json!(0), &json!(2)));
    server.user("eve").await.get(&path(team.channel)).await.refuses(403, "not_a_member");
    team.ann.get(&path(999)).await.refuses(404, "not_found");
    let direct = team.ann.opens_direct(&team.bob).await;
    let detail = team.bob.get(&path(direct)).await.expect(200);
    assert_eq!((&detail["peer"]["username"], &detail["bucket"]), (&json!("ann"), &json!(null)));
    cleo.get(&path(direct)).await.refuses(403, "not_a_member");
}

#[tokio::test]
async fn the_topic_is_every_members_and_the_name_the_moderators() {
    let server = Server::start().await;
    let team = server.team().await;
    let moderator = server.user("moderator").await;
    team.ann.adds_to_bucket(team.bucket, &moderator, "moderator").await;
    let change = async |user: &User, body: Value| user.patch(&path(team.channel), &body).await;
    let topic = change(&team.bob, json!({"topic": " Anything, really "})).await.expect(200);
    assert_eq!(topic["topic"], "Anything, really");
    change(&team.bob, json!({"name": "Lobby"})).await.refuses(403, "permission_denied");
    change(&team.bob, json!({"name": "Lobby", "topic": "x"}))
        .await
        .refuses(403, "permission_denied");
    let renamed = change(&moderator, json!({"name": "Lobby"})).await.expect(200);
    assert_eq!(
        (&renamed["name"], &renamed["topic"]),
        (&json!("Lobby"), &json!("Anything, really"))
    );
    change(&moderator, json!({"topic": "x"})).await.refuses(403, "not_a_member");
    assert_eq!(change(&moderator, json!({})).await.expect(200)["name"], "Lobby");
    assert_eq!(change(&team.ann, json!({"topic": ""})).await.expect(200)["topic"], "");
    change(&server.user("eve").await, json!({})).await.refuses(403, "not_a_member");
    let direct = team.ann.opens_direct(&team.bob).await;
    for body in [json!({}), json!({"name": "x"}), json!({"topic": "x"})] {
        team.ann.patch(&path(direct), &body).await.refuses(403, "permission_denied");
    }
}

#[tokio::test]
async fn names_and_topics_that_cannot_be_are_refused_together() {
    let server = Server::start().await;
    let team = server.team().await;
    team.ann.creates_channel(team.bucket, "Ops").await;
    let change = async |body: Value| team.ann.patch(&path(team.channel), &body).await;
    for name in [json!(""), json!("x".repeat(65)), json!("OPS"), json!(null), json!([])] {
        change(json!({"name": name})).await.faults(&["name"]);
    }
    for topic in [json!("x".repeat(257)), json!("a\u{1b}b"), json!(null), json!({})] {
        change(json!({"topic": topic})).await.faults(&["topic"]);
    }
    change(json!({"name": "", "topic": "x".repeat(257)})).await.faults(&["name", "topic"]);
    change(json!({"name": "GENERAL"})).await.expect(200);
    change(json!({"topic": "日".repeat(256)})).await.expect(200);
}

#[tokio::test]
async fn the_bucket_hears_what_changes_and_nothing_of_what_does_not() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut bob = team.bob.follows().await;
    let change = async |body: Value| team.ann.patch(&path(team.channel), &body).await.expect(200);
    change(json!({"name": "Lobby"})).await;
    change(json!({"name": "Lobby", "topic": ""})).await;
    change(json!({})).await;
    change(json!({"topic": "Anything"})).await;
    let (first, second) = (bob.frame().await, bob.frame().await);
    let updated = |seq: &Value, topic: &str| {
        json!({
            "type": "channel.updated", "channel_id": team.channel, "seq": seq,
            "bucket_id": team.bucket, "name": "Lobby", "topic": topic,
        })
    };
    assert_eq!(first, updated(&json!(4), ""));
    assert_eq!(second, updated(&json!(5), "Anything"));
    let list = team.bob.get(&format!("/api/chat/buckets/{}/channels/", team.bucket)).await;
    assert_eq!(list.expect(200)[0]["topic"], "Anything");
}

#[tokio::test]
async fn members_of_the_bucket_join_and_leave_as_they_like() {
    let server = Server::start().await;
    let team = server.team().await;
    let (cleo, eve) = (server.user("cleo").await, server.user("eve").await);
    team.ann.adds_to_bucket(team.bucket, &cleo, "member").await;
    leaves(&cleo, team.channel).await.refuses(403, "not_a_member");
    let joined = joins(&cleo, team.channel).await.expect(201);
    assert_eq!((&joined["user"], &joined["channel"]), (&json!(cleo.id), &json!(team.channel)));
    assert_eq!(joins(&cleo, team.channel).await.expect(200), joined);
    let mut socket = cleo.listens(team.channel).await;
    cleo.says(team.channel, "hello").await;
    assert_eq!(socket.message().await, "hello");
    leaves(&cleo, team.channel).await.expect(204);
    socket.closes_with(4003).await;
    assert_ne!(joins(&cleo, team.channel).await.expect(201)["id"], joined["id"]);
    joins(&eve, team.channel).await.refuses(403, "not_a_member");
    joins(&cleo, 999).await.refuses(404, "not_found");
    let direct = team.ann.opens_direct(&team.bob).await;
    joins(&team.ann, direct).await.refuses(403, "permission_denied");
    leaves(&team.ann, direct).await.refuses(403, "permission_denied");
    joins(&cleo, direct).await.refuses(403, "not_a_member");
}
