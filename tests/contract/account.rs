//! One's own account: profile, password, and its end; and what others see of it.

use pail_tests::scenario::PASSWORD;
use pail_tests::{Answer, Request, Server, User, is_time, keys};
use serde_json::{Value, json};

const ME: &str = "/api/auth/me/";
const NEW: &str = "staple of another kind";

async fn logs_in(server: &Server, username: &str, password: &str) -> Answer {
    let body = json!({"username": username, "password": password});
    server.send(Request::post("/api/auth/login/", &body)).await
}

async fn changes_password(user: &User, old: &str, new: &str) -> Answer {
    let body = json!({"old_password": old, "new_password": new});
    user.post("/api/auth/password/", &body).await
}

async fn deletes(user: &User, password: &str) -> Answer {
    user.post("/api/auth/me/delete/", &json!({ "password": password })).await
}

#[tokio::test]
async fn a_new_name_shows_at_once_on_old_messages_too() {
    let server = Server::start().await;
    let team = server.team().await;
    team.bob.says(team.channel, "hi").await;
    let mut ann = team.ann.follows().await;
    let body = json!({"name": " Robert ", "email": "bob@example.org"});
    let me = team.bob.patch(ME, &body).await.expect(200);
    assert_eq!((&me["name"], &me["email"]), (&json!("Robert"), &json!("bob@example.org")));
    assert_eq!(team.bob.get(ME).await.expect(200), me);
    let expected = json!({
        "type": "user.updated", "user_id": team.bob.id, "name": "Robert", "username": "bob",
    });
    assert_eq!(ann.frame().await, expected);
    let history = team.ann.get(&format!("/api/chat/channels/{}/messages/", team.channel)).await;
    assert_eq!(history.expect(200)[0]["sender"]["name"], "Robert");
    team.bob.patch(ME, &json!({})).await.expect(200);
    team.bob.patch(ME, &json!({"email": ""})).await.expect(200);
    for (field, wrong) in [
        ("name", json!("")),
        ("name", json!("x".repeat(65))),
        ("name", json!(null)),
        ("name", json!("a\u{202e}b")),
        ("email", json!("x".repeat(255))),
        ("email", json!([])),
    ] {
        team.bob.patch(ME, &json!({ field: wrong })).await.faults(&[field]);
    }
}

#[tokio::test]
async fn a_status_is_told_to_whoever_shares_a_bucket_and_the_log_forgets_earlier_ones() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut ann = team.ann.follows().await;
    let status = json!({"status": " on the train ", "status_expires_in": 3600});
    let me = team.bob.patch(ME, &status).await.expect(200);
    assert_eq!(me["status"]["text"], "on the train");
    assert!(is_time(&me["status"]["until"]));
    let frame = ann.frame().await;
    assert_eq!((&frame["type"], &frame["status"]), (&json!("user.updated"), &me["status"]));
    assert_eq!(team.bob.get(ME).await.expect(200), me);
    let bob = format!("/api/chat/users/{}/", team.bob.id);
    assert_eq!(team.ann.get(&bob).await.expect(200)["status"], me["status"]);
    team.bob.patch(ME, &json!({"email": "bob@example.org"})).await.expect(200);
    let renamed = team.bob.patch(ME, &json!({"name": "Robert"})).await.expect(200);
    assert_eq!(renamed["status"], me["status"]);
    assert_eq!(ann.frame().await["status"], me["status"]);
    team.bob.patch(ME, &json!({"status": ""})).await.expect(200);
    assert_eq!(keys(&ann.frame().await), ["name", "type", "user_id", "username"]);
    assert!(team.ann.get(&bob).await.expect(200).get("status").is_none());
    for (field, wrong) in [
        ("status", json!({"status": "x".repeat(101)})),
        ("status", json!({"status": "a\u{202e}b"})),
        ("status_expires_in", json!({"status": "x", "status_expires_in": 0})),
        ("status_expires_in", json!({"status": "x", "status_expires_in": 2_592_001})),
        ("status_expires_in", json!({"status_expires_in": 60})),
    ] {
        team.bob.patch(ME, &wrong).await.faults(&[field]);
    }
}

#[tokio::test]
async fn a_new_password_ends_every_other_login_and_its_sockets_at_once() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let (laptop, bot) = (team.bob.logs_in().await, team.bob.makes_token(&["read"]).await);
    let mut others = [laptop.listens(team.channel).await, bot.follows().await];
    let mut own = team.bob.listens(team.channel).await;
    team.ann.says(team.channel, "before").await;
    changes_password(&team.bob, PASSWORD, NEW).await.expect(204);
    team.ann.says(team.channel, "after").await;
    for socket in &mut others {
        assert_eq!(socket.texts_until_close().await, (vec!["before".to_owned()], 4001));
    }
    assert_eq!([own.message().await, own.message().await], ["before", "after"]);
    for gone in [&laptop, &bot] {
        gone.get(ME).await.refuses(403, "authentication_failed");
    }
    team.bob.get(ME).await.expect(200);
    logs_in(&server, "bob", PASSWORD).await.expect(400);
    logs_in(&server, "bob", NEW).await.expect(200);
}

#[tokio::test]
async fn guessing_the_password_of_an_open_session_is_slowed_down() {
    let server = Server::start().await;
    let jane = server.user("jane").await;
    changes_password(&jane, PASSWORD, "short").await.faults(&["new_password"]);
    let wrong = changes_password(&jane, "wrong password", NEW).await.expect(400);
    assert_eq!(wrong, json!({"old_password": "Wrong password"}));
    for _ in 0..8 {
        changes_password(&jane, "wrong password", NEW).await.faults(&["old_password"]);
    }
    deletes(&jane, &"x".repeat(2000)).await.faults(&["password"]);
    changes_password(&jane, PASSWORD, NEW).await.refuses(429, "throttled");
    deletes(&jane, PASSWORD).await.refuses(429, "throttled");
    jane.get(ME).await.expect(200);
}

#[tokio::test]
async fn who_deletes_their_account_leaves_everything_and_is_forgotten_by_name() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let alone = team.bob.creates_bucket("Bob's own").await;
    let secret = team.bob.creates_channel(alone, "Diary").await;
    let direct = team.ann.opens_direct(&team.bob).await;
    team.bob.says(team.channel, "for the record").await;
    team.bob.says(direct, "psst").await;
    let mut heard = team.ann.follows().await;
    let bot = team.bob.makes_token(&["read"]).await;
    let mut own = [team.bob.follows().await, bot.follows().await];
    let mut listening = team.bob.listens(secret).await;
    deletes(&team.bob, "wrong password").await.faults(&["password"]);
    deletes(&team.bob, PASSWORD).await.expect(204);
    for socket in &mut own {
        socket.closes_with(4001).await;
    }
    listening.closes_with(4001).await;
    let renamed = heard.frame_of("user.updated").await;
    assert_eq!(renamed["name"], "Deleted user");
    let gone = [heard.frame_of("member.removed").await, heard.frame_of("member.removed").await];
    assert_eq!(
        (&gone[0]["channel_id"], &gone[1]["bucket_id"]),
        (&json!(team.channel), &json!(team.bucket))
    );
    team.bob.get(ME).await.refuses(403, "authentication_failed");
    logs_in(&server, "bob", PASSWORD).await.expect(400);
    let history = team.ann.get(&format!("/api/chat/channels/{}/messages/", team.channel)).await;
    let sender = history.expect(200)[0]["sender"].clone();
    let expected = json!({
        "id": team.bob.id, "username": format!("deleted:{}", team.bob.id),
        "name": "Deleted user", "email": "",
    });
    assert_eq!(sender, expected);
    let (_, replay, _) = team.ann.resumes(&json!({team.channel.to_string(): {"after": 0}})).await;
    let told = json!(replay).to_string();
    assert!(told.contains("for the record") && !told.contains("bob"), "{told}");
    assert_ne!(server.user("bob").await.id, team.bob.id);
}

#[tokio::test]
async fn a_closed_account_cannot_be_added_or_messaged_and_its_messages_stay() {
    let server = Server::start().await;
    let team = server.team().await;
    let direct = team.ann.opens_direct(&team.bob).await;
    team.bob.says(direct, "psst").await;
    deletes(&team.bob, PASSWORD).await.expect(204);
    let add = json!({"bucket": team.bucket, "user": team.bob.id});
    team.ann.post("/api/chat/buckets/members/add/", &add).await.refuses(404, "not_found");
    let open = json!({"user": team.bob.id});
    team.ann.post("/api/chat/direct-messages/create/", &open).await.refuses(404, "not_found");
    let path = format!("/api/chat/users/{}/", team.bob.id);
    team.ann.get(&path).await.refuses(404, "not_found");
    team.ann.posts(direct, &json!({"message_text": "x"})).await.refuses(403, "permission_denied");
    assert_eq!(team.ann.reads(direct).await, ["psst"]);
    let list = team.ann.get("/api/chat/direct-messages/").await.expect(200);
    assert_eq!(list[0]["peer"]["name"], "Deleted user");
}

#[tokio::test]
async fn the_last_admin_of_others_cannot_go() {
    let server = Server::start().await;
    let team = server.team().await;
    let refused = deletes(&team.ann, PASSWORD).await;
    refused.faults(&["non_field_errors"]);
    let sentence = refused.expect(400)["non_field_errors"].to_string();
    assert!(sentence.contains("Development Team"), "{sentence}");
    team.ann.says(team.channel, "still here").await;
    let path = format!("/api/chat/buckets/{}/members/{}/role/", team.bucket, team.bob.id);
    team.ann.post(&path, &json!({"role": "admin"})).await.expect(200);
    deletes(&team.ann, PASSWORD).await.expect(204);
}

#[tokio::test]
async fn others_see_a_profile_if_they_share_something() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let path = |id: i64| format!("/api/chat/users/{id}/");
    let profile = team.ann.get(&path(team.bob.id)).await.expect(200);
    assert_eq!(keys(&profile), ["created_at", "email", "id", "name", "online", "username"]);
    assert_eq!(profile["online"], false);
    let _socket = team.bob.follows().await;
    let online = async |path: &str| -> Value { team.ann.get(path).await.expect(200) };
    assert_eq!(online(&path(team.bob.id)).await["online"], true);
    assert_eq!(online("/api/chat/users/?search=bob").await[0]["online"], true);
    eve.get(&path(team.bob.id)).await.refuses(404, "not_found");
    eve.get(&path(999)).await.refuses(404, "not_found");
    assert_eq!(eve.get(&path(eve.id)).await.expect(200)["username"], "eve");
    team.bob.opens_direct(&team.ann).await;
    team.ann.removes_from_bucket(team.bucket, &team.bob).await;
    assert_eq!(online(&path(team.bob.id)).await["id"], team.bob.id);
}
