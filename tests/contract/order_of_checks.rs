//! Which refusal comes first: 404 route, 403 credentials, 405, 406, 415, 413, 400 syntax, 403 scope,
//! 400 ids, 404 object, 403 role, 400 fields. Each row of the tables fails every later check as well.

use pail_tests::{Request, Server, Team, User};
use serde_json::json;

const CREATE: &str = "/api/chat/channels/create/";

/// What of a request is wrong from which check on.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Failing {
    Route,
    Credentials,
    Method,
    Accept,
    MediaType,
    Size,
    Syntax,
    Scope,
    Ids,
    Object,
    Role,
    Fields,
    Nothing,
}

use Failing::*;

/// A request to create a channel that passes every check before `from` and none after it.
fn request(from: Failing, team: &Team, reader: &User) -> Request {
    let path = if from <= Route { "/api/chat/nowhere/" } else { CREATE };
    let method = if from <= Method { "PUT" } else { "POST" };
    let accept = if from <= Accept { "text/html" } else { "application/json" };
    let media_type = if from <= MediaType { "text/plain" } else { "application/json" };
    let bucket = match from {
        _ if from <= Ids => json!("x"),
        _ if from <= Object => json!(999),
        _ => json!(team.bucket),
    };
    let name = if from <= Fields { "" } else { "Ops" };
    let mut body = json!({"name": name, "bucket": bucket, "channel_type": "group"}).to_string();
    if from <= Syntax {
        body = body.replace('}', "");
    }
    if from <= Size {
        body += &" ".repeat(70_000);
    }
    let request = Request::new(method, path).header("Accept", accept).body(media_type, body);
    match from {
        _ if from <= Credentials => request,
        _ if from <= Scope => request.token(&reader.token),
        _ if from <= Role => request.token(&team.bob.token),
        _ => request.token(&team.ann.token),
    }
}

#[tokio::test]
async fn each_check_comes_before_all_later_ones() {
    let server = Server::start().await;
    let team = server.team().await;
    let reader = team.bob.makes_token(&["read"]).await;
    for (from, status, code) in [
        (Route, 404, "not_found"),
        (Credentials, 403, "not_authenticated"),
        (Method, 405, "method_not_allowed"),
        (Accept, 406, "not_acceptable"),
        (MediaType, 415, "unsupported_media_type"),
        (Size, 413, "payload_too_large"),
        (Syntax, 400, "invalid_json"),
        (Scope, 403, "scope_missing"),
        (Object, 404, "not_found"),
        (Role, 403, "permission_denied"),
    ] {
        server.send(request(from, &team, &reader)).await.refuses(status, code);
    }
    server.send(request(Ids, &team, &reader)).await.faults(&["bucket"]);
    server.send(request(Fields, &team, &reader)).await.faults(&["name"]);
    server.send(request(Nothing, &team, &reader)).await.expect(201);
}

#[tokio::test]
async fn an_object_that_is_missing_comes_before_a_role_and_a_role_before_fields() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let bad_text = json!({"message_text": "", "nonce": "n"});
    let post = |channel: i64| format!("/api/chat/channels/{channel}/messages/");
    for user in [&team.ann, &eve] {
        user.post(&post(999), &bad_text).await.refuses(404, "not_found");
    }
    eve.post(&post(team.channel), &bad_text).await.refuses(403, "not_a_member");
    eve.post(&post(team.channel), &json!({})).await.faults(&["message_text"]);
    let add = json!({"bucket": team.bucket, "user": team.bob.id, "role": "boss"});
    team.bob.post("/api/chat/buckets/members/add/", &add).await.refuses(403, "permission_denied");
    let read = json!({"seq": -1});
    eve.post("/api/chat/channels/999/read/", &read).await.refuses(404, "not_found");
    let read_path = format!("/api/chat/channels/{}/read/", team.channel);
    eve.post(&read_path, &read).await.refuses(403, "not_a_member");
    let terms = json!({"max_uses": 0});
    eve.post("/api/chat/buckets/999/invites/create/", &terms).await.refuses(404, "not_found");
    let invites = format!("/api/chat/buckets/{}/invites/create/", team.bucket);
    team.bob.post(&invites, &terms).await.refuses(403, "permission_denied");
}

#[tokio::test]
async fn fields_that_are_no_ids_come_last_whatever_is_wrong_with_them() {
    let server = Server::start().await;
    let team = server.team().await;
    let eve = server.user("eve").await;
    let nowhere = |user: &User, path: &str, body: serde_json::Value| {
        let (user, path) = (user.clone(), path.to_owned());
        async move { user.post(&path, &body).await.status }
    };
    let role = json!({"bucket": 999, "user": eve.id, "role": []});
    let kind = json!({"name": "Ops", "bucket": 999, "channel_type": null});
    let nonce = json!({"message_text": "x", "nonce": "a b"});
    let uses = json!({"max_uses": "many"});
    let statuses = [
        nowhere(&team.ann, "/api/chat/buckets/members/add/", role).await,
        nowhere(&team.ann, CREATE, kind).await,
        nowhere(&team.ann, "/api/chat/channels/999/messages/", nonce).await,
        nowhere(&team.ann, "/api/chat/buckets/999/invites/create/", uses).await,
        team.ann.get("/api/chat/channels/999/messages/?limit=x").await.status,
    ];
    assert_eq!(statuses, [404; 5]);
}

#[tokio::test]
async fn head_is_get_without_a_body_and_options_describes() {
    let server = Server::start().await;
    let team = server.team().await;
    let path = format!("/api/chat/channels/{}/messages/", team.channel);
    let head = team.bob.send(Request::new("HEAD", &path)).await;
    assert_eq!((head.status, head.header("allow")), (200, Some("GET, HEAD, POST, OPTIONS")));
    assert_eq!(team.bob.send(Request::new("HEAD", CREATE)).await.status, 405);
    let described = team.bob.send(Request::new("OPTIONS", &path)).await;
    let body = described.expect(200);
    assert_eq!(body["renders"], json!(["application/json"]));
    assert_eq!(body["name"], "Fetch messages; Send a message");
    assert_eq!(described.header("allow"), Some("GET, HEAD, POST, OPTIONS"));
    server.send(Request::new("OPTIONS", &path)).await.refuses(403, "not_authenticated");
    let open = server.send(Request::new("OPTIONS", "/api/auth/login/")).await;
    assert_eq!(open.expect(200)["name"], "Log in");
}

#[tokio::test]
async fn accept_is_satisfied_by_json_or_anything() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    for (accept, status) in [
        ("application/json", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("", 200),
        ("text/html, application/json;q=0.9", 200),
        ("APPLICATION/JSON", 200),
        ("text/html", 406),
        ("application/xml", 406),
        ("text/*, image/png", 406),
    ] {
        let request = Request::get("/api/chat/buckets/").header("Accept", accept);
        assert_eq!(ann.send(request).await.status, status, "{accept}");
    }
}

#[tokio::test]
async fn content_types_other_than_json_and_forms_are_refused_by_name() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let create = |media_type: &str, body: &str| {
        let (ann, request) = (ann.clone(), Request::new("POST", "/api/chat/buckets/create/"));
        let request = request.body(media_type, body);
        async move { ann.send(request).await }
    };
    let body = r#"{"name":"x"}"#;
    for good in ["application/json", "application/json; charset=utf-8", "Application/JSON", ""] {
        assert_eq!(create(good, body).await.status, 201, "{good}");
    }
    for wrong in
        ["text/plain", "multipart/form-data; boundary=x", "application/jsonp", "json", "x/;"]
    {
        let error = create(wrong, body).await.refuses(415, "unsupported_media_type");
        assert_eq!(error, format!("Unsupported media type \"{wrong}\" in request."));
    }
}
