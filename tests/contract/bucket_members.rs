//! Members of buckets: add, remove, list, roles.

use pail_tests::scenario::id_of;
use pail_tests::{Server, Team, is_time, keys};
use serde_json::json;

const ADD: &str = "/api/chat/buckets/members/add/";

fn remove(team: &Team, user: i64) -> String {
    format!("/api/chat/buckets/{}/members/{user}/remove/", team.bucket)
}

#[tokio::test]
async fn adding_answers_201_with_the_membership() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let body = json!({"bucket": team.bucket, "user": eve.id, "role": "moderator"});
    let member = team.ann.post(ADD, &body).await.expect(201);
    let shown = ["bucket", "create_at", "created_at", "id", "role"];
    assert_eq!(keys(&member)[..5], shown);
    assert_eq!(keys(&member)[5..], ["updated_at", "user", "user_name", "username"]);
    assert_eq!(member["bucket"], team.bucket);
    assert_eq!(member["user"], eve.id);
    assert_eq!(member["role"], "moderator");
    assert_eq!(member["user_name"], "eve Doe");
    assert!(is_time(&member["create_at"]) && is_time(&member["updated_at"]), "{member}");
    assert_eq!(member["create_at"], member["created_at"]);
}

#[tokio::test]
async fn ids_may_come_as_digits_in_strings_and_a_role_may_be_left_out() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let body = json!({"bucket": team.bucket.to_string(), "user": eve.id.to_string()});
    let member = team.ann.post(ADD, &body).await.expect(201);
    assert_eq!(member["role"], "member");
    assert!(member["bucket"].is_i64() && member["user"].is_i64(), "{member}");
}

#[tokio::test]
async fn all_missing_fields_are_told_at_once() {
    let server = Server::start().await;
    let team = server.team().await;
    let required = "This field is required";
    let answer = team.ann.post(ADD, &json!({})).await;
    assert_eq!(answer.expect(400), json!({"bucket": required, "user": required}));
    let answer = team.ann.post(ADD, &json!({"bucket": "abc", "user": null})).await;
    let expected = json!({
        "bucket": "Incorrect type. Expected pk value, received str.",
        "user": "This field may not be null",
    });
    assert_eq!(answer.expect(400), expected);
}

#[tokio::test]
async fn an_unknown_role_is_told_in_words() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let body = json!({"bucket": team.bucket, "user": eve.id, "role": "boss"});
    let refused = team.ann.post(ADD, &body).await.expect(400);
    assert_eq!(refused, json!({"role": "\"boss\" is not a valid choice"}));
    for role in [json!("Admin"), json!(""), json!(null), json!(["admin"]), json!(1)] {
        let body = json!({"bucket": team.bucket, "user": eve.id, "role": role});
        team.ann.post(ADD, &body).await.faults(&["role"]);
    }
}

#[tokio::test]
async fn adding_a_member_again_is_a_field_error_and_changes_nothing() {
    let server = Server::start().await;
    let team = server.team().await;
    let before = team.ann.get(&members(&team)).await.expect(200);
    let body = json!({"bucket": team.bucket, "user": team.bob.id, "role": "admin"});
    team.ann.post(ADD, &body).await.faults(&["user"]);
    assert_eq!(team.ann.get(&members(&team)).await.expect(200), before);
}

fn members(team: &Team) -> String {
    format!("/api/chat/buckets/{}/members/", team.bucket)
}

#[tokio::test]
async fn an_unknown_bucket_or_user_is_404_before_any_question_of_role() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    for user in [&team.ann, &team.bob, &eve] {
        let body = json!({"bucket": 999, "user": eve.id});
        user.post(ADD, &body).await.refuses(404, "not_found");
        let body = json!({"bucket": team.bucket, "user": 999});
        user.post(ADD, &body).await.refuses(404, "not_found");
    }
}

#[tokio::test]
async fn the_list_has_memberships_by_id() {
    let server = Server::start().await;
    let team = server.team().await;
    let list = team.bob.get(&members(&team)).await.expect(200);
    let list = list.as_array().expect("a list");
    let roles: Vec<_> = list.iter().map(|one| (one["user"].as_i64(), &one["role"])).collect();
    let admin = (Some(team.ann.id), &json!("admin"));
    assert_eq!(roles, [admin, (Some(team.bob.id), &json!("member"))]);
    assert!(id_of(&list[0]) < id_of(&list[1]));
    assert!(list.iter().all(|one| one["bucket"] == team.bucket && is_time(&one["create_at"])));
}

#[tokio::test]
async fn removing_answers_200_in_the_words_of_the_document() {
    let server = Server::start().await;
    let team = server.team().await;
    let answer = team.ann.delete(&remove(&team, team.bob.id)).await;
    assert_eq!(answer.expect(200), json!({"message": "user removed from bucket"}));
    team.ann.delete(&remove(&team, team.bob.id)).await.refuses(404, "not_found");
    team.ann.delete(&remove(&team, 999)).await.refuses(404, "not_found");
    let elsewhere = format!("/api/chat/buckets/999/members/{}/remove/", team.bob.id);
    team.ann.delete(&elsewhere).await.refuses(404, "not_found");
}

#[tokio::test]
async fn a_member_may_leave_but_remove_nobody_else() {
    let server = Server::start().await;
    let team = server.team().await;
    let refused = team.bob.delete(&remove(&team, team.ann.id)).await;
    refused.refuses(403, "permission_denied");
    team.bob.removes_from_bucket(team.bucket, &team.bob).await;
    team.bob.get(&members(&team)).await.refuses(403, "not_a_member");
}

#[tokio::test]
async fn who_is_removed_leaves_every_channel_of_the_bucket_and_no_direct_message() {
    let server = Server::start().await;
    let team = server.team().await;
    let second = team.ann.creates_channel(team.bucket, "Second").await;
    team.ann.adds_to_channel(second, &team.bob).await;
    let direct = team.ann.opens_direct(&team.bob).await;
    let mut sockets = [team.bob.listens(team.channel).await, team.bob.listens(second).await];
    team.ann.removes_from_bucket(team.bucket, &team.bob).await;
    for socket in &mut sockets {
        socket.closes_with(4003).await;
    }
    for channel in [team.channel, second] {
        let history = format!("/api/chat/channels/{channel}/messages/");
        team.bob.get(&history).await.refuses(403, "not_a_member");
    }
    team.bob.says(direct, "still here").await;
    team.ann.adds_to_bucket(team.bucket, &team.bob, "member").await;
    let history = format!("/api/chat/channels/{second}/messages/");
    team.bob.get(&history).await.refuses(403, "not_a_member");
}

#[tokio::test]
async fn the_last_admin_stays() {
    let server = Server::start().await;
    let team = server.team().await;
    team.ann.delete(&remove(&team, team.ann.id)).await.faults(&["user"]);
    let eve = server.user("eve").await;
    team.ann.adds_to_bucket(team.bucket, &eve, "admin").await;
    team.ann.removes_from_bucket(team.bucket, &team.ann).await;
    eve.delete(&remove(&team, eve.id)).await.faults(&["user"]);
}

#[tokio::test]
async fn two_admins_who_leave_at_once_leave_one_behind() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    team.ann.adds_to_bucket(team.bucket, &eve, "admin").await;
    let (one, other) = (remove(&team, team.ann.id), remove(&team, eve.id));
    let (one, other) = tokio::join!(team.ann.delete(&one), eve.delete(&other));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn who_comes_back_has_a_new_membership() {
    let server = Server::start().await;
    let team = server.team().await;
    let id = || async { id_of(&team.ann.get(&members(&team)).await.expect(200)[1]) };
    let first = id().await;
    team.ann.removes_from_bucket(team.bucket, &team.bob).await;
    team.ann.adds_to_bucket(team.bucket, &team.bob, "moderator").await;
    assert!(id().await > first);
}
