//! Tokens: made, listed, revoked, expired, and how many somebody may have.

use pail_tests::scenario::PASSWORD;
use pail_tests::{Answer, Request, Server, Socket, User, Wire, is_time, keys};
use serde_json::{Value, json};

const LIST: &str = "/api/auth/tokens/";
const CREATE: &str = "/api/auth/tokens/create/";
const ME: &str = "/api/auth/me/";

async fn tokens(user: &User) -> Vec<Value> {
    user.get(LIST).await.expect(200).as_array().expect("a list").clone()
}

async fn revokes(user: &User, id: &Value) -> Answer {
    user.delete(&format!("/api/auth/tokens/{id}/delete/")).await
}

#[tokio::test]
async fn a_login_is_a_token_called_after_its_device_that_reaches_everything() {
    let server = Server::start().await;
    let jane = server.user("jane").await;
    let body = json!({"username": "jane", "password": PASSWORD, "device": "laptop"});
    let laptop = server.send(Request::post("/api/auth/login/", &body)).await;
    let laptop = User::of(server.addr, &laptop.expect(200));
    let listed = tokens(&laptop).await;
    let shown = ["created_at", "current", "expires_at", "id", "label", "last_used_at", "scopes"];
    assert_eq!(keys(&listed[0]), shown);
    assert_eq!((&listed[0]["label"], &listed[0]["current"]), (&json!(""), &json!(false)));
    assert_eq!((&listed[1]["label"], &listed[1]["current"]), (&json!("laptop"), &json!(true)));
    assert_eq!(listed[1]["scopes"], json!(["read", "write", "admin"]));
    assert!(is_time(&listed[1]["expires_at"]) && is_time(&listed[1]["created_at"]));
    assert_eq!(tokens(&jane).await[0]["current"], true);
}

#[tokio::test]
async fn creating_answers_201_with_the_token_this_once() {
    let server = Server::start().await;
    let jane = server.user("jane").await;
    let made = jane.post(CREATE, &json!({"label": " ci "})).await.expect(201);
    assert_eq!((&made["label"], &made["scopes"]), (&json!("ci"), &json!(["read", "write"])));
    assert_eq!((&made["last_used_at"], &made["current"]), (&json!(null), &json!(false)));
    let bot = jane.with_token(&made);
    assert_eq!(bot.get(ME).await.expect(200)["id"], jane.id);
    let listed = tokens(&jane).await;
    assert_eq!(listed[1]["id"], made["id"]);
    assert!(!keys(&listed[1]).contains(&"token"), "{listed:?}");
    let all = ["channel:12", "admin", "read", "write", "read"];
    let made = jane.post(CREATE, &json!({"label": "x", "scopes": all})).await.expect(201);
    assert_eq!(made["scopes"], json!(["read", "write", "admin", "channel:12"]));
    let form = Request::new("POST", CREATE)
        .body("application/x-www-form-urlencoded", "label=form&scopes=read+channel:3");
    let made = jane.send(form).await.expect(201);
    assert_eq!(made["scopes"], json!(["read", "channel:3"]));
}

#[tokio::test]
async fn terms_that_cannot_be_are_refused() {
    let server = Server::start().await;
    let jane = server.user("jane").await;
    for (field, wrong) in [
        ("label", json!("")),
        ("label", json!(null)),
        ("label", json!("x".repeat(65))),
        ("label", json!("a\u{202e}b")),
        ("scopes", json!([])),
        ("scopes", json!("")),
        ("scopes", json!(7)),
        ("scopes", json!([7])),
        ("scopes", json!(["root"])),
        ("scopes", json!(["READ"])),
        ("scopes", json!(["channel:1"])),
        ("scopes", json!(["read", "channel:"])),
        ("scopes", json!(["read", "channel:-1"])),
        ("scopes", json!(["read", "channel:x"])),
        ("scopes", json!(vec!["read"; 51])),
        ("expires_in", json!(0)),
        ("expires_in", json!(-1)),
        ("expires_in", json!(316_224_001)),
        ("expires_in", json!("soon")),
    ] {
        let mut body = json!({"label": "ci"});
        body[field] = wrong;
        jane.post(CREATE, &body).await.faults(&[field]);
    }
    let body = json!({"label": "", "scopes": ["x"], "expires_in": 0});
    jane.post(CREATE, &body).await.faults(&["expires_in", "label", "scopes"]);
    jane.post(CREATE, &json!({})).await.faults(&["label"]);
    assert_eq!(tokens(&jane).await.len(), 1);
}

#[tokio::test]
async fn a_token_makes_none_that_reaches_further() {
    let server = Server::start().await;
    let jane = server.user("jane").await;
    let manager = jane.makes_token(&["read", "admin"]).await;
    let wider = json!({"label": "x", "scopes": ["read", "write"]});
    manager.post(CREATE, &wider).await.refuses(403, "scope_missing");
    manager.post(CREATE, &json!({"label": "x"})).await.refuses(403, "scope_missing");
    let narrower = json!({"label": "x", "scopes": ["read", "channel:1"]});
    manager.post(CREATE, &narrower).await.expect(201);
}

#[tokio::test]
async fn revoking_ends_a_token_and_its_sockets_at_once_and_no_other() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let bot = team.ann.makes_token(&["read", "write"]).await;
    let mut sockets = [bot.listens(team.channel).await, bot.follows().await];
    let mut own = team.ann.listens(team.channel).await;
    team.bob.says(team.channel, "before").await;
    let id = tokens(&team.ann).await[1]["id"].clone();
    let answer = revokes(&team.ann, &id).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    team.bob.says(team.channel, "after").await;
    for socket in &mut sockets {
        assert_eq!(socket.texts_until_close().await, (vec!["before".to_owned()], 4001));
    }
    bot.get(ME).await.refuses(403, "authentication_failed");
    assert_eq!([own.message().await, own.message().await], ["before", "after"]);
    revokes(&team.ann, &id).await.refuses(404, "not_found");
}

#[tokio::test]
async fn only_ones_own_tokens_can_be_revoked_the_presented_one_too() {
    let server = Server::start().await;
    let (jane, eve) = (server.user("jane").await, server.user("eve").await);
    let id = tokens(&jane).await[0]["id"].clone();
    revokes(&eve, &id).await.refuses(404, "not_found");
    revokes(&eve, &json!(999)).await.refuses(404, "not_found");
    revokes(&jane, &id).await.expect(204);
    jane.get(ME).await.refuses(403, "authentication_failed");
}

#[tokio::test]
async fn when_a_token_was_last_used_shows_and_was_never_at_first() {
    let server = Server::start().await;
    let jane = server.user("jane").await;
    let bot = jane.makes_token(&["read"]).await;
    let last_used = async || tokens(&jane).await[1]["last_used_at"].clone();
    assert_eq!(last_used().await, json!(null));
    bot.get(ME).await.expect(200);
    let noted = pail_tests::within("a note of the use", async {
        loop {
            match last_used().await {
                Value::Null => tokio::task::yield_now().await,
                at => return at,
            }
        }
    });
    assert!(is_time(&noted.await));
}

#[tokio::test]
async fn a_token_that_expires_lets_nobody_in_and_its_sockets_close() {
    let server = Server::start().await;
    let team = server.team().await;
    let terms = json!({"label": "x", "expires_in": 2});
    let bot = team.ann.with_token(&team.ann.post(CREATE, &terms).await.expect(201));
    let mut sockets = [bot.listens(team.channel).await, bot.follows().await];
    // Wall-clock time is the subject: the server has no other clock.
    for socket in &mut sockets {
        socket.closes_with(4001).await;
    }
    bot.get(ME).await.refuses(403, "authentication_failed");
    assert_eq!(tokens(&team.ann).await.len(), 1);
    let mut late = Socket::with_token(server.addr, "/ws/events/", &bot.token).await;
    late.closes_with(4001).await;
}

#[tokio::test]
async fn a_201st_token_is_refused_and_a_login_takes_the_place_of_the_least_used_one() {
    let server = Server::start().await;
    let oldest = server.user("jane").await;
    let second = oldest.logs_in().await;
    for _ in 2..200 {
        second.makes_token(&["read"]).await;
    }
    second.post(CREATE, &json!({"label": "one too many"})).await.faults(&["non_field_errors"]);
    let mut socket = oldest.follows().await;
    let third = second.logs_in().await;
    let gone = [oldest.get(ME).await.status, second.get(ME).await.status];
    assert!(gone == [403, 200] || gone == [200, 403], "{gone:?}");
    if gone == [403, 200] {
        socket.closes_with(4001).await;
    }
    assert_eq!(tokens(&third).await.len(), 200);
    let made = tokens(&third).await.into_iter().filter(|token| token["label"] == "a token");
    assert_eq!(made.count(), 198);
}

#[tokio::test]
async fn a_token_revoked_while_its_request_arrives_does_nothing_any_more() {
    let server = Server::start().await;
    let team = server.team().await;
    let other = team.ann.logs_in().await;
    let cases = [
        ("/api/auth/tokens/create/", json!({"label": "for ever"})),
        ("/api/chat/buckets/create/", json!({"name": "Mine"})),
        (&*format!("/api/chat/channels/{}/messages/", team.channel), json!({"message_text": "x"})),
    ];
    let mut wires = Vec::new();
    for (path, body) in &cases {
        let request = Request::post(path, body).token(&other.token).bytes();
        let mut wire = Wire::open(server.addr).await;
        wire.write(&request[..request.len() - 1]).await;
        wires.push((wire, request));
    }
    // The server has looked up the token once it asks for nothing but the rest of the body.
    other.get("/api/auth/me/").await.expect(200);
    other.logs_out().await;
    for (mut wire, request) in wires {
        wire.write(&request[request.len() - 1..]).await;
        let answer = wire.answer().await.expect("an answer");
        answer.refuses(403, "authentication_failed");
    }
    assert!(team.ann.reads(team.channel).await.is_empty());
}
