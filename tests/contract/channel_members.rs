//! Members of channels: add, remove, list.

use pail_tests::scenario::id_of;
use pail_tests::{Server, Team, is_time, keys};
use serde_json::json;

const ADD: &str = "/api/chat/channels/members/add/";

fn remove(team: &Team, user: i64) -> String {
    format!("/api/chat/channels/{}/members/{user}/remove/", team.channel)
}

#[tokio::test]
async fn adding_answers_201_with_the_membership() {
    let server = Server::start().await;
    let team = server.team().await;
    let quiet = team.ann.creates_channel(team.bucket, "Ops").await;
    let body = json!({"channel": quiet.to_string(), "user": team.bob.id});
    let member = team.ann.post(ADD, &body).await.expect(201);
    let shown = ["channel", "created_at", "id", "updated_at", "user", "user_name", "username"];
    assert_eq!(keys(&member), shown);
    assert_eq!(
        (member["channel"].as_i64(), member["user"].as_i64()),
        (Some(quiet), Some(team.bob.id))
    );
    assert!(is_time(&member["created_at"]), "{member}");
    assert_eq!(member["username"], "bob");
}

#[tokio::test]
async fn fields_that_are_missing_or_no_ids_are_told_at_once() {
    let server = Server::start().await;
    let team = server.team().await;
    let required = "This field is required";
    let expected = json!({"channel": required, "user": required});
    assert_eq!(team.ann.post(ADD, &json!({})).await.expect(400), expected);
    let body = json!({"channel": 1.5, "user": "x"});
    team.ann.post(ADD, &body).await.faults(&["channel", "user"]);
}

#[tokio::test]
async fn an_unknown_channel_or_user_is_404() {
    let server = Server::start().await;
    let team = server.team().await;
    for (channel, user) in [(999, team.bob.id), (team.channel, 999), (-1, 1), (i64::MAX, 1)] {
        let body = json!({"channel": channel, "user": user});
        team.ann.post(ADD, &body).await.refuses(404, "not_found");
        team.bob.post(ADD, &body).await.refuses(404, "not_found");
    }
}

#[tokio::test]
async fn a_member_or_somebody_outside_the_bucket_cannot_be_added() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    for user in [&team.bob, &eve] {
        let body = json!({"channel": team.channel, "user": user.id});
        team.ann.post(ADD, &body).await.faults(&["user"]);
    }
    let list = team.ann.get(&format!("/api/chat/channels/{}/members/", team.channel)).await;
    assert_eq!(list.expect(200).as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_moderator_adds_and_removes_even_where_they_are_no_member() {
    let server = Server::start().await;
    let team = server.team().await;
    let moderator = server.user("mod").await;
    team.ann.adds_to_bucket(team.bucket, &moderator, "moderator").await;
    moderator.removes_from_channel(team.channel, &team.bob).await;
    moderator.adds_to_channel(team.channel, &team.bob).await;
    let members = format!("/api/chat/channels/{}/members/", team.channel);
    moderator.get(&members).await.refuses(403, "not_a_member");
}

#[tokio::test]
async fn removing_answers_204_with_nothing_in_it() {
    let server = Server::start().await;
    let team = server.team().await;
    let answer = team.ann.delete(&remove(&team, team.bob.id)).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(answer.header("content-type"), None);
    team.ann.delete(&remove(&team, team.bob.id)).await.refuses(404, "not_found");
    team.ann.delete(&remove(&team, 999)).await.refuses(404, "not_found");
    let nowhere = format!("/api/chat/channels/999/members/{}/remove/", team.ann.id);
    team.ann.delete(&nowhere).await.refuses(404, "not_found");
}

#[tokio::test]
async fn a_member_may_leave_but_remove_nobody_else() {
    let server = Server::start().await;
    let team = server.team().await;
    team.bob.delete(&remove(&team, team.ann.id)).await.refuses(403, "permission_denied");
    team.bob.removes_from_channel(team.channel, &team.bob).await;
    let history = format!("/api/chat/channels/{}/messages/", team.channel);
    team.bob.get(&history).await.refuses(403, "not_a_member");
}

#[tokio::test]
async fn the_list_is_for_members_and_by_id() {
    let server = Server::start().await;
    let team = server.team().await;
    let path = format!("/api/chat/channels/{}/members/", team.channel);
    let list = team.bob.get(&path).await.expect(200);
    assert_eq!((&list[0]["username"], &list[1]["username"]), (&json!("ann"), &json!("bob")));
    assert!(id_of(&list[0]) < id_of(&list[1]));
    assert_ne!(list[1]["id"], list[1]["user"]);
    server.user("eve").await.get(&path).await.refuses(403, "not_a_member");
}

#[tokio::test]
async fn a_direct_message_keeps_its_two_people() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    team.ann.adds_to_bucket(team.bucket, &eve, "member").await;
    let direct = team.ann.opens_direct(&team.bob).await;
    let add = json!({"channel": direct, "user": eve.id});
    team.ann.post(ADD, &add).await.refuses(403, "permission_denied");
    for user in [team.ann.id, team.bob.id] {
        let path = format!("/api/chat/channels/{direct}/members/{user}/remove/");
        team.bob.delete(&path).await.refuses(403, "permission_denied");
        eve.delete(&path).await.refuses(403, "not_a_member");
    }
}
