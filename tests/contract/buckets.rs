//! Buckets: create, list, delete.

use pail_tests::scenario::id_of;
use pail_tests::{Request, Server, is_time, keys};
use serde_json::{Value, json};

const CREATE: &str = "/api/chat/buckets/create/";
const LIST: &str = "/api/chat/buckets/";

#[tokio::test]
async fn creating_answers_201_with_both_spellings_of_its_time() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let bucket = ann.post(CREATE, &json!({"name": "Development Team"})).await.expect(201);
    assert_eq!(keys(&bucket), ["create_at", "created_at", "id", "name", "updated_at"]);
    assert_eq!(bucket["name"], "Development Team");
    assert!(is_time(&bucket["create_at"]) && is_time(&bucket["updated_at"]), "{bucket}");
    assert_eq!(bucket["create_at"], bucket["created_at"]);
    assert!(bucket["id"].is_i64(), "{bucket}");
}

#[tokio::test]
async fn a_missing_name_is_told_in_the_words_of_the_document() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    for body in ["{}", "", r#"{"title":"x"}"#] {
        let answer = ann.send(Request::new("POST", CREATE).body("application/json", body)).await;
        assert_eq!(answer.expect(400), json!({"name": "This field is required"}), "{body}");
    }
}

#[tokio::test]
async fn a_name_that_cannot_be_is_refused() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let long = "x".repeat(65);
    for name in [json!(""), json!("  \t"), json!(null), json!([1]), json!({}), json!(true)] {
        ann.post(CREATE, &json!({"name": name})).await.faults(&["name"]);
    }
    for name in [long.as_str(), "a\nb", "a\u{1b}[31m", "a\u{0}b", "a\u{9b}b"] {
        ann.post(CREATE, &json!({"name": name})).await.faults(&["name"]);
    }
    assert_eq!(ann.get(LIST).await.expect(200), json!([]));
}

#[tokio::test]
async fn a_name_is_trimmed_and_otherwise_returned_as_it_was_sent() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let longest = "日".repeat(64);
    for (sent, kept) in [
        (json!("  Ops  "), "Ops"),
        (json!("Ops"), "Ops"),
        (json!("<b>\"é\" & 🪣</b>"), "<b>\"é\" & 🪣</b>"),
        (json!(longest), longest.as_str()),
        (json!(2024), "2024"),
        (json!(-1.5), "-1.5"),
    ] {
        let bucket = ann.post(CREATE, &json!({"name": sent})).await.expect(201);
        assert_eq!(bucket["name"], kept);
    }
}

#[tokio::test]
async fn a_number_of_any_size_is_taken_as_its_digits() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let body = r#"{"name": 123456789012345678901234567890}"#;
    let answer = ann.send(Request::new("POST", CREATE).body("application/json", body)).await;
    assert_eq!(answer.expect(201)["name"], "123456789012345678901234567890");
}

#[tokio::test]
async fn a_form_works_like_json() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let form =
        |body: &str| Request::new("POST", CREATE).body("application/x-www-form-urlencoded", body);
    assert_eq!(ann.send(form("name=Dev+%26+Ops&x=y")).await.expect(201)["name"], "Dev & Ops");
    assert_eq!(ann.send(form("")).await.expect(400), json!({"name": "This field is required"}));
}

#[tokio::test]
async fn the_list_holds_the_callers_buckets_by_id_with_count_and_own_role() {
    let server = Server::start().await;
    let (ann, bob) = (server.user("ann").await, server.user("bob").await);
    let first = ann.creates_bucket("Development Team").await;
    let hidden = bob.creates_bucket("Secret").await;
    let second = ann.creates_bucket("Marketing Team").await;
    ann.adds_to_bucket(second, &bob, "moderator").await;
    assert_eq!(
        ann.get(LIST).await.expect(200),
        json!([
            {"id": first, "name": "Development Team", "member_count": 1, "role": "admin"},
            {"id": second, "name": "Marketing Team", "member_count": 2, "role": "admin"},
        ])
    );
    let seen_by_bob = ids(&bob.get(LIST).await.expect(200));
    assert_eq!(seen_by_bob, [hidden, second]);
    assert_eq!(bob.get(LIST).await.expect(200)[1]["role"], "moderator");
}

fn ids(list: &Value) -> Vec<i64> {
    list.as_array().expect("a list").iter().map(id_of).collect()
}

#[tokio::test]
async fn two_buckets_may_have_one_name() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    assert_ne!(ann.creates_bucket("Dev").await, ann.creates_bucket("Dev").await);
}

#[tokio::test]
async fn deleting_answers_200_in_the_words_of_the_document_with_or_without_a_body() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    for body in [None, Some("{}"), Some(" ")] {
        let bucket = ann.creates_bucket("Dev").await;
        let request = Request::delete(&format!("/api/chat/buckets/{bucket}/delete/"));
        let request = match body {
            None => request,
            Some(body) => request.body("application/json", body),
        };
        assert_eq!(ann.send(request).await.expect(200), json!({"message": "Bucket deleted"}));
    }
    assert_eq!(ann.get(LIST).await.expect(200), json!([]));
}

#[tokio::test]
async fn only_an_admin_deletes_and_is_told_so_in_the_words_of_the_document() {
    let server = Server::start().await;
    let team = server.team().await;
    let moderator = server.user("mod").await;
    team.ann.adds_to_bucket(team.bucket, &moderator, "moderator").await;
    let path = format!("/api/chat/buckets/{}/delete/", team.bucket);
    for user in [&team.bob, &moderator] {
        let refused = user.delete(&path).await.expect(403);
        let expected = json!({
            "error": "permission deleted. Required roles : admin",
            "detail": "Permission denied. Required roles: admin.",
            "code": "permission_denied",
            "required_roles": ["admin"],
        });
        assert_eq!(refused, expected);
    }
}

#[tokio::test]
async fn who_is_not_a_member_is_told_so_in_the_words_of_the_document() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let path = format!("/api/chat/buckets/{}/delete/", team.bucket);
    let expected = json!({
        "error": "you are not a member of this bucket",
        "detail": "you are not a member of this bucket",
        "code": "not_a_member",
    });
    assert_eq!(eve.delete(&path).await.expect(403), expected);
}

#[tokio::test]
async fn a_deleted_bucket_takes_everything_with_it_at_once() {
    let server = Server::start().await;
    let team = server.team().await;
    let (bucket, channel) = (team.bucket, team.channel);
    team.bob.says(channel, "hello").await;
    let code = team.ann.invites_to(bucket, &json!({})).await;
    team.ann.deletes_bucket(bucket).await;
    for path in [
        format!("/api/chat/buckets/{bucket}/members/"),
        format!("/api/chat/buckets/{bucket}/channels/"),
        format!("/api/chat/channels/{channel}/messages/"),
        format!("/api/chat/channels/{channel}/members/"),
    ] {
        team.bob.get(&path).await.refuses(404, "not_found");
    }
    team.ann.posts(channel, &json!({"message_text": "x"})).await.refuses(404, "not_found");
    let again = format!("/api/chat/buckets/{bucket}/delete/");
    team.ann.delete(&again).await.refuses(404, "not_found");
    assert_eq!(team.bob.get("/api/chat/buckets/").await.expect(200), json!([]));
    assert_eq!(team.bob.get("/api/chat/unread/").await.expect(200), json!([]));
    let accept = format!("/api/chat/invites/{code}/accept/");
    team.bob.post(&accept, &json!({})).await.refuses(403, "invite_invalid");
}

#[tokio::test]
async fn ids_are_never_used_twice() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let gone = ann.creates_bucket("Dev").await;
    ann.deletes_bucket(gone).await;
    assert!(ann.creates_bucket("Dev").await > gone);
}

#[tokio::test]
async fn people_of_a_deleted_bucket_share_nothing_any_more() {
    let server = Server::start().await;
    let team = server.team().await;
    team.ann.deletes_bucket(team.bucket).await;
    let body = json!({"user": team.bob.id});
    let found = team.ann.get("/api/chat/users/?search=bob").await.expect(200);
    let opened = team.ann.post("/api/chat/direct-messages/create/", &body).await;
    assert_eq!(found, json!([]), "{opened}");
    opened.refuses(404, "not_found");
}
