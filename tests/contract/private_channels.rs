//! Private channels: for everybody but their members they are not there, on every route and socket.

use pail_tests::{Request, Server, Team, User, keys};
use serde_json::{Value, json};

/// A private channel of Ann's, with Cleo, who is a plain member of the bucket.
async fn secret(server: &Server, team: &Team) -> (i64, User) {
    let cleo = server.user("cleo").await;
    team.ann.adds_to_bucket(team.bucket, &cleo, "member").await;
    let channel = team.ann.creates_private_channel(team.bucket, "Secret").await;
    team.ann.adds_to_channel(channel, &cleo).await;
    (channel, cleo)
}

async fn names(user: &User, bucket: i64) -> Vec<String> {
    let list = user.get(&format!("/api/chat/buckets/{bucket}/channels/")).await.expect(200);
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn who_is_not_in_it_gets_the_answers_of_a_channel_that_never_was() {
    let server = Server::start().await;
    let team = server.team().await;
    let (channel, cleo) = secret(&server, &team).await;
    team.ann.says(channel, "psst").await;
    let (admin, eve) = (server.user("admin").await, server.user("eve").await);
    team.ann.adds_to_bucket(team.bucket, &admin, "admin").await;
    let add = json!({"channel": "{c}", "user": cleo.id});
    let invite = format!("/api/chat/buckets/{}/invites/create/", team.bucket);
    let member = format!("members/{}/remove/", cleo.id);
    let rows: Vec<(&str, String, Value)> = vec![
        ("GET", "/api/chat/channels/{c}/".into(), Value::Null),
        ("PATCH", "/api/chat/channels/{c}/".into(), json!({})),
        ("PATCH", "/api/chat/channels/{c}/".into(), json!({"name": "x"})),
        ("PATCH", "/api/chat/channels/{c}/".into(), json!({"topic": 7})),
        ("POST", "/api/chat/channels/{c}/join/".into(), json!({})),
        ("POST", "/api/chat/channels/{c}/leave/".into(), json!({})),
        ("DELETE", "/api/chat/channels/{c}/delete/".into(), Value::Null),
        ("GET", "/api/chat/channels/{c}/members/".into(), Value::Null),
        ("DELETE", format!("/api/chat/channels/{{c}}/{member}"), Value::Null),
        ("GET", "/api/chat/channels/{c}/messages/".into(), Value::Null),
        ("GET", "/api/chat/channels/{c}/messages/?limit=1".into(), Value::Null),
        ("POST", "/api/chat/channels/{c}/messages/".into(), json!({"message_text": "x"})),
        ("POST", "/api/chat/channels/{c}/read/".into(), json!({"seq": 1})),
        ("POST", "/api/chat/channels/{c}/unread/".into(), json!({"seq": 1})),
        ("POST", "/api/chat/channels/{c}/mute/".into(), json!({})),
        ("POST", "/api/chat/channels/{c}/unmute/".into(), json!({})),
        ("POST", "/api/chat/channels/members/add/".into(), add),
        ("POST", invite, json!({"channels": ["{c}"]})),
    ];
    for (method, path, body) in rows {
        for user in [&admin, &team.bob, &eve] {
            let ask = async |id: i64| {
                let fill = |text: &str| text.replace("{c}", &id.to_string());
                let request = Request::new(method, &fill(&path));
                let answer = match &body {
                    Value::Null => user.send(request).await,
                    body => {
                        let body = fill(&body.to_string());
                        user.send(request.body("application/json", body)).await
                    }
                };
                let told = String::from_utf8_lossy(&answer.body).replace(&id.to_string(), "{c}");
                (answer.status, told)
            };
            assert_eq!(ask(channel).await, ask(999).await, "{method} {path} by {}", user.username);
        }
    }
    for user in [&admin, &team.bob, &eve] {
        user.listens(channel).await.closes_with(4004).await;
        assert!(!user.get("/api/chat/unread/").await.body.is_empty());
    }
    assert_eq!(names(&team.bob, team.bucket).await, ["General"]);
    assert_eq!(names(&cleo, team.bucket).await, ["General", "Secret"]);
    assert_eq!(cleo.reads(channel).await, ["psst"]);
}

#[tokio::test]
async fn nobody_else_hears_of_it_and_its_members_hear_everything() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut bob = team.bob.follows().await;
    let mut ann = team.ann.follows().await;
    let (channel, _cleo) = secret(&server, &team).await;
    team.ann.patch(&format!("/api/chat/channels/{channel}/"), &json!({"topic": "x"})).await;
    team.ann.deletes_channel(channel).await;
    team.ann.says(team.channel, "over").await;
    let mut heard = Vec::new();
    loop {
        let frame = bob.frame().await;
        assert_ne!(frame["channel_id"], channel, "{frame}");
        if frame["type"] == "chat.message" {
            break;
        }
    }
    loop {
        let frame = ann.frame().await;
        if frame["type"] == "chat.message" {
            break;
        }
        if frame["channel_id"] == channel {
            heard.push(frame["type"].as_str().expect("a type").to_owned());
        }
    }
    let expected =
        ["channel.created", "member.added", "member.added", "channel.updated", "channel.deleted"];
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn its_name_tells_nobody_that_it_is_there() {
    let server = Server::start().await;
    let team = server.team().await;
    team.ann.creates_private_channel(team.bucket, "Secret").await;
    let moderator = server.user("moderator").await;
    team.ann.adds_to_bucket(team.bucket, &moderator, "moderator").await;
    let other = moderator.creates_channel(team.bucket, "secret").await;
    moderator.creates_private_channel(team.bucket, "SECRET").await;
    let path = format!("/api/chat/channels/{other}/");
    moderator.patch(&path, &json!({"name": "general"})).await.faults(&["name"]);
    moderator.patch(&path, &json!({"name": "Secret"})).await.expect(200);
    assert_eq!(names(&moderator, team.bucket).await, ["General", "Secret", "SECRET"]);
}

#[tokio::test]
async fn it_ends_with_its_last_member_however_they_go() {
    let server = Server::start().await;
    let team = server.team().await;
    let dan = server.user("dan").await;
    team.ann.adds_to_bucket(team.bucket, &dan, "moderator").await;
    let mut heard = team.ann.follows().await;
    let leave = |channel: i64| format!("/api/chat/channels/{channel}/leave/");
    let (left, removed, out) = (
        team.ann.creates_private_channel(team.bucket, "left").await,
        team.ann.creates_private_channel(team.bucket, "removed").await,
        dan.creates_private_channel(team.bucket, "out").await,
    );
    team.ann.adds_to_channel(left, &team.bob).await;
    team.ann.post(&leave(left), &json!({})).await.expect(204);
    team.bob.says(left, "still here").await;
    team.bob.post(&leave(left), &json!({})).await.expect(204);
    team.bob.post(&leave(left), &json!({})).await.refuses(404, "not_found");
    team.ann.removes_from_channel(removed, &team.ann).await;
    team.ann.get(&format!("/api/chat/channels/{removed}/")).await.refuses(404, "not_found");
    let mut socket = dan.listens(out).await;
    team.ann.removes_from_bucket(team.bucket, &dan).await;
    // Removed, and gone: both are true.
    assert!([4003, 4004].contains(&socket.close_code().await));
    dan.listens(out).await.closes_with(4004).await;
    loop {
        let frame = heard.frame_of("member.removed").await;
        if frame["bucket_id"] == team.bucket {
            break;
        }
    }
}

#[tokio::test]
async fn a_private_channel_has_the_shape_of_any_other() {
    let server = Server::start().await;
    let team = server.team().await;
    let channel = team.ann.creates_private_channel(team.bucket, "Secret").await;
    let detail = team.ann.get(&format!("/api/chat/channels/{channel}/")).await.expect(200);
    assert_eq!((&detail["channel_type"], &detail["is_member"]), (&json!("private"), &json!(true)));
    let list = team.ann.get(&format!("/api/chat/buckets/{}/channels/", team.bucket)).await;
    let list = list.expect(200);
    assert_eq!(keys(&list[0]), keys(&list[1]));
    assert_eq!(list[1]["channel_type"], "private");
}
