//! Mentions: who is meant by a text, and who counts them.

use pail_tests::{Server, Team};
use serde_json::{Value, json};

/// Whom a message of Ann's mentions.
async fn mentioned(team: &Team, text: &str) -> (Value, bool) {
    let said = team.ann.says(team.channel, text).await;
    (said.get("mentions").cloned().unwrap_or(json!([])), said.get("here") == Some(&json!(true)))
}

#[tokio::test]
async fn a_text_mentions_members_of_the_channel_by_their_username() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    team.ann.adds_to_bucket(team.bucket, &eve, "member").await;
    let (ann, bob) = (team.ann.id, team.bob.id);
    let cases = [
        ("@bob look", json!([bob]), false),
        ("@BOB. And @bob, (@ann)!", json!([ann, bob]), false),
        ("@here lunch", json!([]), true),
        ("@bob @here", json!([bob]), true),
        ("`@bob @here` is code", json!([]), false),
        ("```\n@bob\n```", json!([]), false),
        ("bob@example.com", json!([]), false),
        ("@eve is not in the channel, @nobody does not exist", json!([]), false),
        ("@bobby is another name", json!([]), false),
    ];
    for (text, mentions, here) in cases {
        assert_eq!(mentioned(&team, text).await, (mentions, here), "{text}");
    }
}

#[tokio::test]
async fn frames_say_whom_a_message_mentions() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut bob = team.bob.follows().await;
    let said = team.ann.says(team.channel, "@bob @here").await;
    let heard = bob.frame().await;
    assert_eq!((&heard["mentions"], &heard["here"]), (&said["mentions"], &json!(true)));
    assert_eq!(heard["mentions"], json!([team.bob.id]));
    let body = json!({"message_text": "@ann, not @here"}).to_string();
    let path = format!("/api/chat/messages/{}/", said["id"]);
    let request = pail_tests::Request::new("PATCH", &path).body("application/json", body);
    let edited = team.ann.send(request).await.expect(200);
    assert_eq!((&edited["mentions"], &edited["here"]), (&json!([team.ann.id]), &json!(true)));
    let heard = bob.frame().await;
    assert_eq!((&heard["mentions"], &heard["here"]), (&json!([team.ann.id]), &json!(true)));
}

#[tokio::test]
async fn unread_mentions_are_those_of_others_by_name_or_at_everybody_each_once() {
    let server = Server::start().await;
    let team = server.team().await;
    let count = async || {
        let row = &team.bob.get("/api/chat/unread/").await.expect(200)[0];
        (row["unread"].as_i64(), row["mentions"].as_i64())
    };
    for text in ["nobody", "@bob", "@bob @here", "@here", "`@bob`"] {
        team.ann.says(team.channel, text).await;
    }
    team.bob.says(team.channel, "@bob @here, says bob").await;
    assert_eq!(count().await, (Some(5), Some(3)));
    let deleted = team.ann.says(team.channel, "@bob @here").await;
    assert_eq!(count().await, (Some(6), Some(4)));
    let path = format!("/api/chat/messages/{}/delete/", deleted["id"]);
    team.ann.delete(&path).await.expect(204);
    assert_eq!(count().await, (Some(5), Some(3)));
    let path = format!("/api/chat/channels/{}/read/", team.channel);
    team.bob.post(&path, &json!({"seq": 6})).await.expect(200);
    assert_eq!(count().await, (Some(2), Some(1)));
}

#[tokio::test]
async fn at_most_50_names_count() {
    let server = Server::start().await;
    let team = server.team().await;
    let others = |count: usize| (0..count).map(|index| format!("@x{index} ")).collect::<String>();
    let bob = json!([team.bob.id]);
    assert_eq!(mentioned(&team, &format!("{}@bob", others(49))).await.0, bob);
    assert_eq!(mentioned(&team, &format!("{}@bob", others(50))).await.0, json!([]));
    assert_eq!(mentioned(&team, &"@".repeat(16_000)).await.0, json!([]));
}
