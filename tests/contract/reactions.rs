//! Reactions: there or not, whoever asks twice.

use pail_tests::scenario::id_of;
use pail_tests::{Answer, Request, Server, Team, User};
use serde_json::json;

async fn reacts(user: &User, message: i64, what: &str, emoji: &str) -> Answer {
    let path = format!("/api/chat/messages/{message}/reactions/{what}/");
    user.post(&path, &json!({ "emoji": emoji })).await
}

async fn said() -> (Server, Team, i64) {
    let server = Server::start().await;
    let team = server.team().await;
    let message = id_of(&team.bob.says(team.channel, "Hello, world!").await);
    (server, team, message)
}

#[tokio::test]
async fn reactions_are_grouped_by_emoji_in_the_order_of_first_use() {
    let (_server, team, message) = said().await;
    for (user, emoji) in [(&team.bob, "🎉"), (&team.ann, "👍"), (&team.ann, "🎉")] {
        reacts(user, message, "add", emoji).await.expect(201);
    }
    let read = team.ann.get(&format!("/api/chat/messages/{message}/")).await.expect(200);
    let expected = json!([
        {"emoji": "🎉", "count": 2, "users": [team.bob.id, team.ann.id]},
        {"emoji": "👍", "count": 1, "users": [team.ann.id]},
    ]);
    assert_eq!(read["reactions"], expected);
    let history = team.bob.get(&format!("/api/chat/channels/{}/messages/", team.channel)).await;
    assert_eq!(history.expect(200)[0], read);
}

#[tokio::test]
async fn of_many_people_a_reaction_names_the_first_20_and_whoever_asks() {
    let (server, team, message) = said().await;
    let mut people = Vec::new();
    for index in 0..22 {
        let user = server.user(&format!("user{index}")).await;
        team.ann.adds_to_bucket(team.bucket, &user, "member").await;
        team.ann.adds_to_channel(team.channel, &user).await;
        reacts(&user, message, "add", "👍").await.expect(201);
        people.push(user);
    }
    let first: Vec<i64> = people[..20].iter().map(|user| user.id).collect();
    let named = |more: Option<&User>| first.iter().copied().chain(more.map(|it| it.id)).collect();
    let pages = [
        format!("/api/chat/channels/{}/messages/", team.channel),
        format!("/api/chat/channels/{}/messages/?limit=1", team.channel),
        format!("/api/chat/messages/{message}/thread/"),
    ];
    let cases: [(&User, Vec<i64>); 3] = [
        (&team.bob, named(None)),
        (&people[3], named(None)),
        (&people[21], named(Some(&people[21]))),
    ];
    for (user, users) in cases {
        let reactions = json!([{"emoji": "👍", "count": 22, "users": users}]);
        let read = user.get(&format!("/api/chat/messages/{message}/")).await.expect(200);
        assert_eq!(read["reactions"], reactions, "{}", user.username);
        for page in &pages {
            assert_eq!(user.get(page).await.expect(200)[0], read, "{page}");
        }
    }
    let last = reacts(&people[20], message, "add", "👍").await.expect(200);
    assert_eq!(last["reactions"][0]["users"], json!(named(Some(&people[20]))));
    let without = reacts(&people[0], message, "remove", "👍").await.expect(200);
    assert_eq!(without["reactions"][0]["count"], 21);
    assert_eq!(without["reactions"][0]["users"][19], people[20].id);
}

#[tokio::test]
async fn a_reaction_is_added_and_taken_back_once_and_members_hear_each_once() {
    let (_server, team, message) = said().await;
    let mut ann = team.ann.follows().await;
    let added = reacts(&team.bob, message, "add", "👍").await.expect(201);
    assert_eq!(reacts(&team.bob, message, "add", "👍").await.expect(200), added);
    let removed = reacts(&team.bob, message, "remove", "👍").await.expect(200);
    assert_eq!(removed.get("reactions"), None);
    assert_eq!(reacts(&team.bob, message, "remove", "👍").await.expect(200), removed);
    for (kind, seq) in [("reaction.added", 5), ("reaction.removed", 6)] {
        let told = json!({
            "type": kind, "message_id": message, "channel_id": team.channel, "seq": seq,
            "user_id": team.bob.id, "emoji": "👍",
        });
        assert_eq!(ann.frame().await, told);
    }
    team.ann.says(team.channel, "end").await;
    assert_eq!(ann.message().await, "end");
}

#[tokio::test]
async fn taking_back_works_by_delete_with_the_emoji_in_body_or_url() {
    let (_server, team, message) = said().await;
    let path = format!("/api/chat/messages/{message}/reactions/remove/");
    let in_url = Request::delete(&format!("{path}?emoji=%F0%9F%91%8D"));
    let in_body =
        Request::delete(&path).body("application/json", json!({"emoji": "👍"}).to_string());
    for request in [in_url, in_body] {
        reacts(&team.bob, message, "add", "👍").await.expect(201);
        assert_eq!(team.bob.send(request).await.expect(200).get("reactions"), None);
    }
    team.bob.delete(&path).await.faults(&["emoji"]);
    team.bob.delete(&format!("{path}?emoji=")).await.faults(&["emoji"]);
}

#[tokio::test]
async fn what_is_no_emoji_is_refused() {
    let (_server, team, message) = said().await;
    let path = format!("/api/chat/messages/{message}/reactions/add/");
    let long = "x".repeat(65);
    for wrong in [
        json!(""),
        json!(" "),
        json!("a b"),
        json!("\u{200b}"),
        json!("\u{0}"),
        json!(long),
        json!(null),
        json!([]),
    ] {
        team.bob.post(&path, &json!({ "emoji": wrong })).await.faults(&["emoji"]);
    }
    team.bob.post(&path, &json!({})).await.faults(&["emoji"]);
    for fine in ["👨‍👩‍👧‍👦", "🏳️‍🌈", "+1", "ok", "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"]
    {
        reacts(&team.bob, message, "add", fine).await.expect(201);
    }
}

#[tokio::test]
async fn a_message_has_at_most_50_different_emoji() {
    let (_server, team, message) = said().await;
    for index in 0..50 {
        reacts(&team.bob, message, "add", &format!("e{index}")).await.expect(201);
    }
    reacts(&team.bob, message, "add", "one-more").await.faults(&["emoji"]);
    reacts(&team.ann, message, "add", "e7").await.expect(201);
    reacts(&team.bob, message, "remove", "e0").await.expect(200);
    reacts(&team.bob, message, "add", "one-more").await.expect(201);
}

#[tokio::test]
async fn only_members_react_and_only_to_what_is_there() {
    let (server, team, message) = said().await;
    let eve = server.user("eve").await;
    reacts(&eve, message, "add", "👍").await.refuses(403, "not_a_member");
    reacts(&eve, message, "remove", "").await.refuses(403, "not_a_member");
    reacts(&team.bob, 999, "add", "👍").await.refuses(404, "not_found");
    team.bob.delete(&format!("/api/chat/messages/{message}/delete/")).await.expect(204);
    reacts(&team.ann, message, "add", "👍").await.faults(&["emoji"]);
}
