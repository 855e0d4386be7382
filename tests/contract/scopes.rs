//! How far tokens reach: every route with every set of scopes, and both sockets.

use pail_tests::{Request, Server, Socket, User};
use serde_json::{Value, json};

/// What a method of a URL asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Needs {
    Nothing,
    Read,
    Write,
    Admin,
}

use Needs::*;

/// Every method of every URL that needs credentials. Objects of number 999 are not there, so that
/// nothing is changed: scopes come before objects. A test finds what is not listed.
const ROUTES: &[(&str, &str, Needs)] = &[
    ("POST", "/api/auth/logout/", Nothing),
    ("GET", "/api/auth/me/", Nothing),
    ("PATCH", "/api/auth/me/", Admin),
    ("POST", "/api/auth/me/delete/", Admin),
    ("POST", "/api/auth/password/", Admin),
    ("GET", "/api/chat/users/1/", Read),
    ("GET", "/api/auth/tokens/", Read),
    ("POST", "/api/auth/tokens/create/", Admin),
    ("DELETE", "/api/auth/tokens/999/delete/", Admin),
    ("GET", "/api/chat/users/", Read),
    ("GET", "/api/chat/unread/", Read),
    ("GET", "/api/chat/search/", Read),
    ("GET", "/api/chat/buckets/", Read),
    ("POST", "/api/chat/buckets/create/", Admin),
    ("POST", "/api/chat/buckets/members/add/", Admin),
    ("DELETE", "/api/chat/buckets/999/delete/", Admin),
    ("GET", "/api/chat/buckets/999/", Read),
    ("PATCH", "/api/chat/buckets/999/", Admin),
    ("POST", "/api/chat/buckets/999/members/1/role/", Admin),
    ("PATCH", "/api/chat/buckets/999/members/1/role/", Admin),
    ("GET", "/api/chat/buckets/999/invites/", Read),
    ("DELETE", "/api/chat/buckets/999/invites/999/delete/", Admin),
    ("GET", "/api/chat/channels/999/", Read),
    ("PATCH", "/api/chat/channels/999/", Admin),
    ("POST", "/api/chat/channels/999/join/", Admin),
    ("POST", "/api/chat/channels/999/leave/", Admin),
    ("GET", "/api/chat/buckets/999/members/", Read),
    ("DELETE", "/api/chat/buckets/999/members/1/remove/", Admin),
    ("GET", "/api/chat/buckets/999/channels/", Read),
    ("POST", "/api/chat/buckets/999/invites/create/", Admin),
    ("GET", "/api/chat/buckets/999/export/", Read),
    ("POST", "/api/chat/invites/x/accept/", Admin),
    ("POST", "/api/chat/channels/create/", Admin),
    ("POST", "/api/chat/channels/members/add/", Admin),
    ("DELETE", "/api/chat/channels/999/delete/", Admin),
    ("GET", "/api/chat/channels/999/members/", Read),
    ("DELETE", "/api/chat/channels/999/members/1/remove/", Admin),
    ("GET", "/api/chat/channels/999/messages/", Read),
    ("POST", "/api/chat/channels/999/messages/", Write),
    ("POST", "/api/chat/channels/999/read/", Write),
    ("POST", "/api/chat/channels/999/unread/", Write),
    ("POST", "/api/chat/channels/999/mute/", Write),
    ("POST", "/api/chat/channels/999/unmute/", Write),
    ("POST", "/api/chat/attachments/create/", Write),
    ("GET", "/api/chat/attachments/999/", Read),
    ("POST", "/api/chat/channels/999/webhooks/create/", Admin),
    ("GET", "/api/chat/channels/999/webhooks/", Read),
    ("DELETE", "/api/chat/webhooks/999/delete/", Admin),
    ("GET", "/api/chat/messages/999/", Read),
    ("PATCH", "/api/chat/messages/999/", Write),
    ("GET", "/api/chat/messages/999/revisions/", Read),
    ("DELETE", "/api/chat/messages/999/delete/", Write),
    ("GET", "/api/chat/messages/999/thread/", Read),
    ("POST", "/api/chat/messages/999/reactions/add/", Write),
    ("POST", "/api/chat/messages/999/reactions/remove/", Write),
    ("DELETE", "/api/chat/messages/999/reactions/remove/", Write),
    ("GET", "/api/chat/direct-messages/", Read),
    ("GET", "/api/chat/direct-messages/recent/", Read),
    ("POST", "/api/chat/direct-messages/create/", Write),
];

/// Takes a form with a file, and is in no channel: tokens of any channel reach it.
const UPLOAD: &str = "/api/chat/attachments/create/";

const SETS: &[&[&str]] = &[
    &["read"],
    &["write"],
    &["admin"],
    &["read", "write"],
    &["read", "write", "admin"],
    &["read", "channel:999"],
    &["write", "channel:999"],
    &["admin", "channel:999", "channel:1000"],
    &["read", "write", "admin", "channel:1000"],
];

fn reaches(set: &[&str], path: &str, needs: Needs) -> bool {
    let bound = set.iter().any(|scope| scope.starts_with("channel:"));
    let named = set.contains(&"channel:999") && path.starts_with("/api/chat/channels/999/")
        || path == UPLOAD;
    let has = |scope: &str| set.contains(&scope) && (named || !bound);
    match needs {
        Nothing => true,
        Read => has("read"),
        Write => has("write"),
        Admin => has("admin"),
    }
}

fn request(method: &str, path: &str) -> Request {
    let request = Request::new(method, path);
    if path == UPLOAD {
        return request.body("multipart/form-data; boundary=x", "--x--\r\n");
    }
    if method == "POST" { request.body("application/json", "{}") } else { request }
}

#[tokio::test]
async fn every_route_lets_in_exactly_the_tokens_that_reach_it() {
    let server = Server::start().await;
    let jane = server.user("jane").await;
    let mut wrong = Vec::new();
    for set in SETS {
        let mut bot = jane.makes_token(set).await;
        for (method, path, needs) in ROUTES {
            let answer = bot.send(request(method, path)).await;
            let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            let refused = answer.status == 403 && body["code"] == "scope_missing";
            if refused == reaches(set, path, *needs) {
                wrong.push(format!("{method} {path} with {set:?}: {answer}"));
            }
            if *path == "/api/auth/logout/" {
                bot = jane.makes_token(set).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The methods of a URL that is there.
async fn allowed(jane: &User, path: &str) -> Vec<String> {
    let answer = jane.send(Request::new("OPTIONS", path)).await;
    let allow = answer.header("allow").unwrap_or_default().split(", ");
    allow.filter(|method| !["", "HEAD", "OPTIONS"].contains(method)).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_route_that_needs_credentials_is_in_the_table() {
    let server = Server::start().await;
    let jane = server.user("jane").await;
    let request = Request::get("/api/schema/").header("Accept", "application/json");
    let document: Value =
        serde_json::from_slice(&server.send(request).await.body).expect("the document");
    let listed = |method: &str, path: &str| {
        ROUTES.iter().any(|(known, url, _)| (*known, *url) == (method, path))
    };
    let mut missing = Vec::new();
    for (template, operations) in document["paths"].as_object().expect("paths") {
        let path = template.replace("{user_id}", "1").replace("{code}", "x").replace("{key}", "x");
        let named = path.split('/').map(|part| if part.starts_with('{') { "999" } else { part });
        let path = named.collect::<Vec<_>>().join("/");
        for method in allowed(&jane, &path).await {
            let open = operations[method.to_lowercase()]["security"] == json!([]);
            if !open && !listed(&method, &path) {
                missing.push(format!("{method} {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[tokio::test]
async fn head_is_read_as_get_is_and_options_asks_for_nothing() {
    let server = Server::start().await;
    let bot = server.user("jane").await.makes_token(&["write"]).await;
    let path = "/api/chat/buckets/";
    assert_eq!(bot.send(Request::new("HEAD", path)).await.status, 403);
    bot.send(Request::new("OPTIONS", path)).await.expect(200);
}

async fn opens(bot: &User, path: &str) -> Socket {
    Socket::with_token(bot.addr, path, &bot.token).await
}

#[tokio::test]
async fn the_socket_of_a_channel_needs_read_and_its_channel_and_write_to_send() {
    let server = Server::start().await;
    let team = server.team().await;
    let (mine, path) = (format!("channel:{}", team.channel), format!("/ws/chat/{}/", team.channel));
    for (set, admitted, sends) in [
        (vec!["read", "write"], true, true),
        (vec!["read"], true, false),
        (vec!["read", "write", mine.as_str()], true, true),
        (vec!["read", "admin", mine.as_str(), "channel:999"], true, false),
        (vec!["read", "write", "channel:999"], false, false),
        (vec!["write", "admin"], false, false),
    ] {
        let mut socket = opens(&team.bob.makes_token(&set).await, &path).await;
        if !admitted {
            socket.closes_with(4003).await;
            continue;
        }
        socket.send(&json!({"message_text": "hi", "nonce": set.concat()})).await;
        let frame = socket.frame().await;
        let refused = json!({
            "error": "Token scope doesn't allow sending", "nonce": set.concat(),
        });
        assert_eq!(frame == refused, !sends, "{set:?}: {frame}");
        team.ann.says(team.channel, "still listening").await;
        assert_eq!(socket.message().await, "still listening");
    }
    let mut unknown = opens(&team.bob.makes_token(&["write"]).await, "/ws/chat/999/").await;
    unknown.closes_with(4004).await;
}

#[tokio::test]
async fn the_socket_of_events_needs_read_of_everything_and_write_to_say_something() {
    let server = Server::start().await;
    let team = server.team().await;
    for set in [&["write", "admin"][..], &["read", "write", "channel:1"]] {
        let mut socket = opens(&team.bob.makes_token(set).await, "/ws/events/").await;
        socket.closes_with(4003).await;
    }
    let mut socket = team.bob.makes_token(&["read", "admin"]).await.follows().await;
    let send = json!({
        "type": "send", "channel_id": team.channel, "message_text": "hi", "nonce": "n",
    });
    let typing = json!({"type": "typing", "channel_id": team.channel});
    let read = json!({"type": "read", "channel_id": team.channel, "seq": 1});
    for (frame, nonce) in [(send, json!("n")), (typing, json!(null)), (read, json!(null))] {
        socket.send(&frame).await;
        let error = socket.frame_of("error").await;
        assert_eq!((&error["code"], &error["nonce"]), (&json!("scope_missing"), &nonce));
    }
    team.ann.says(team.channel, "still listening").await;
    assert_eq!(socket.frame_of("chat.message").await["message"], "still listening");
}
