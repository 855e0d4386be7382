//! What no sensible client sends: it is refused in the documented form, never with a 500, and
//! never at somebody else's expense.

use pail_tests::{Answer, Request, Server, Wire};
use serde_json::{Value, json};

/// Every URL of the API with the method that changes something, or `GET`.
const URLS: &[(&str, &str)] = &[
    ("GET", "/healthz/"),
    ("POST", "/api-token-auth/"),
    ("POST", "/api/auth/register/"),
    ("POST", "/api/auth/login/"),
    ("POST", "/api/auth/logout/"),
    ("GET", "/api/auth/me/"),
    ("GET", "/api/chat/users/"),
    ("GET", "/api/chat/unread/"),
    ("GET", "/api/chat/buckets/"),
    ("POST", "/api/chat/buckets/create/"),
    ("POST", "/api/chat/buckets/members/add/"),
    ("DELETE", "/api/chat/buckets/1/delete/"),
    ("GET", "/api/chat/buckets/1/members/"),
    ("DELETE", "/api/chat/buckets/1/members/1/remove/"),
    ("GET", "/api/chat/buckets/1/channels/"),
    ("POST", "/api/chat/buckets/1/invites/create/"),
    ("POST", "/api/chat/invites/x/accept/"),
    ("POST", "/api/chat/channels/create/"),
    ("POST", "/api/chat/channels/members/add/"),
    ("DELETE", "/api/chat/channels/1/delete/"),
    ("GET", "/api/chat/channels/1/members/"),
    ("DELETE", "/api/chat/channels/1/members/1/remove/"),
    ("POST", "/api/chat/channels/1/messages/"),
    ("POST", "/api/chat/channels/1/read/"),
    ("GET", "/api/chat/direct-messages/"),
    ("GET", "/api/chat/direct-messages/recent/"),
    ("POST", "/api/chat/direct-messages/create/"),
];

#[tokio::test]
async fn every_url_works_with_and_without_its_slash_and_says_allow_even_when_it_refuses() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    for (method, path) in URLS {
        let short = path.trim_end_matches('/');
        for request in [Request::new("PURGE", path), Request::new("PURGE", short)] {
            let answer = ann.send(request.clone()).await;
            assert_eq!(answer.refuses(405, "method_not_allowed"), "Method \"PURGE\" not allowed.");
            let allow = answer.header("allow").unwrap_or_default();
            assert!(allow.contains(method) && allow.ends_with("OPTIONS"), "{path}: {allow}");
            assert_eq!(allow.contains("GET"), allow.contains("HEAD"), "{path}: {allow}");
            let anonymous = server.send(request).await;
            assert_eq!(anonymous.header("allow"), Some(allow), "{path}");
        }
        let bare = Request::new(method, short).body("application/json", "{}");
        let answer = server.send(bare).await;
        assert!(answer.header("allow").is_some(), "{path}: {answer}");
    }
}

#[tokio::test]
async fn routes_that_are_none_are_404_in_json_with_or_without_credentials() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    for path in [
        "/",
        "/api/",
        "/api/chat/",
        "/api/chat/nothing/",
        "/api/chat/buckets/x/members/",
        "/api/chat/buckets/-1/members/",
        "/api/chat/buckets/1.5/members/",
        "/api/chat//buckets/",
        "/api/chat/buckets//",
        "/api/chat/buckets/+1/members/",
        "/api/chat/buckets/%2e%2e/members/",
        "/API/chat/buckets/",
        "/api/chat/buckets/1/members/x/remove/",
        "/../etc/passwd",
        "/%00",
    ] {
        let answer = server.send(Request::get(path)).await;
        assert_eq!(answer.refuses(404, "not_found"), "Not found.", "{path}");
        ann.get(path).await.refuses(404, "not_found");
    }
}

#[tokio::test]
async fn ids_that_nobody_has_are_404_however_large() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    for id in ["0", "999", "9223372036854775807", "9223372036854775808", &"9".repeat(500), "007"] {
        for path in [
            format!("/api/chat/buckets/{id}/members/"),
            format!("/api/chat/buckets/{id}/channels/"),
            format!("/api/chat/channels/{id}/messages/"),
            format!("/api/chat/channels/{id}/members/"),
        ] {
            ann.get(&path).await.refuses(404, "not_found");
        }
    }
    for id in [json!(0), json!(-1), json!(i64::MAX), json!(u64::MAX), json!(1e30), json!("-5")] {
        let body = json!({"bucket": id, "user": id});
        ann.post("/api/chat/buckets/members/add/", &body).await.refuses(404, "not_found");
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused_everywhere() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let deep = format!("{{\"name\":{}", "[".repeat(30_000));
    let syntax: &[&[u8]] = &[
        b"{",
        b"{\"name\":}",
        b"{'name':'x'}",
        b"{\"name\":\"x\",}",
        b"\xff\xfe",
        b"{\"name\":\"\xff\"}",
        b"{\"name\":\"\\ud800\"}",
        b"{\"name\":NaN}",
        b"{\"name\":1e999}",
        b"{}{}",
        b"\0",
        deep.as_bytes(),
    ];
    for (method, path) in URLS.iter().filter(|(method, _)| *method == "POST") {
        for body in syntax {
            let request = Request::new(method, path).body("application/json", *body);
            let answer = ann.send(request).await;
            let error = answer.refuses(400, "invalid_json");
            assert!(error.starts_with("JSON parse error - "), "{error}");
            if path.ends_with("logout/") {
                break;
            }
        }
        for (body, kind) in [("[]", "list"), ("null", "None"), ("1", "int"), ("\"x\"", "str")] {
            let request = Request::new(method, path).body("application/json", body);
            let expected = format!("Invalid data. Expected a dictionary, but got {kind}.");
            assert_eq!(ann.send(request).await.expect(400), json!({"non_field_errors": expected}));
        }
    }
}

#[tokio::test]
async fn no_value_in_any_field_is_a_500() {
    let server = Server::start().await;
    let team = server.team().await;
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}"),
        json!("\u{1b}"),
        json!("1"),
        json!("-"),
        json!([]),
        json!([1]),
        json!({}),
        json!({"id": 1}),
        json!("x".repeat(30_000)),
        json!("\u{fffd}🪣\u{202e}"),
    ];
    let fields = [
        "name",
        "bucket",
        "user",
        "role",
        "channel",
        "channel_type",
        "message_text",
        "nonce",
        "seq",
        "max_uses",
        "expires_in",
        "device",
        "email",
        "invite",
        "username",
        "password",
    ];
    for (method, path) in
        URLS.iter().filter(|(method, path)| *method == "POST" && !path.contains("logout"))
    {
        for value in &values {
            let body: Value = fields
                .iter()
                .map(|field| ((*field).to_owned(), value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into();
            let answer = team
                .ann
                .send(Request::new(method, path).body("application/json", body.to_string()))
                .await;
            assert!(answer.status < 500, "{path} {value}: {answer}");
        }
    }
    team.ann.says(team.channel, "still here").await;
}

#[tokio::test]
async fn a_body_that_is_too_long_is_413_however_it_is_framed() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let body = |len: usize| format!("{{\"name\":\"x\"{}}}", " ".repeat(len - 12));
    let create = |len: usize| {
        Request::new("POST", "/api/chat/buckets/create/").body("application/json", body(len))
    };
    assert_eq!(ann.send(create(65_536)).await.status, 201);
    assert_eq!(ann.send(create(65_536).chunked()).await.status, 201);
    ann.send(create(65_537)).await.refuses(413, "payload_too_large");
    ann.send(create(65_537).chunked()).await.refuses(413, "payload_too_large");
}

#[tokio::test]
async fn requests_that_are_hardly_http_are_refused_and_nobody_else_notices() {
    let server = Server::start().await;
    let team = server.team().await;
    let mut bob = team.bob.listens(team.channel).await;
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(20_000));
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(200));
    let big = format!("GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "x".repeat(20_000));
    let both = "POST /api/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    let chunk =
        "POST /api/auth/login/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n";
    let lengths = "POST /api/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}";
    let negative = "POST /api/auth/login/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n";
    for (bytes, statuses) in [
        ("CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", &[400][..]),
        ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", &[400]),
        ("GET http://other/healthz HTTP/1.1\r\nHost: x\r\n\r\n", &[200]),
        ("GET healthz HTTP/1.1\r\nHost: x\r\n\r\n", &[400]),
        ("garbage\r\n\r\n", &[400]),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\r\n\r\n", &[400]),
        ("GET / HTTP/9.9\r\n\r\n", &[400]),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", &[400]),
        (&long, &[414, 431]),
        (&many, &[431]),
        (&big, &[431]),
        (both, &[400]),
        (chunk, &[400]),
        (lengths, &[400]),
        (negative, &[400]),
    ] {
        let mut wire = Wire::open(server.addr).await;
        wire.write(bytes.as_bytes()).await;
        let shown: String = bytes.chars().take(60).collect();
        match wire.answer().await {
            Some(answer) => assert!(statuses.contains(&answer.status), "{shown:?}: {answer}"),
            None => assert!(statuses.contains(&400), "{shown:?}: no answer"),
        }
    }
    team.ann.says(team.channel, "still here").await;
    assert_eq!(bob.message().await, "still here");
}

#[tokio::test]
async fn a_refused_connect_and_a_star_are_answered_in_the_documented_form() {
    let server = Server::start().await;
    for bytes in
        ["CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"]
    {
        let mut wire = Wire::open(server.addr).await;
        wire.write(bytes.as_bytes()).await;
        wire.answer().await.expect("an answer").refuses(400, "bad_request");
    }
}

#[tokio::test]
async fn requests_on_one_connection_are_answered_in_their_order() {
    let server = Server::start().await;
    let mut wire = Wire::open(server.addr).await;
    let two = [Request::get("/healthz").bytes(), Request::get("/nowhere").bytes()].concat();
    wire.write(&two).await;
    let statuses: [Option<Answer>; 2] = [wire.answer().await, wire.answer().await];
    assert_eq!(statuses.map(|answer| answer.map(|answer| answer.status)), [Some(200), Some(404)]);
}

#[tokio::test]
async fn what_is_left_of_a_body_is_never_taken_for_a_request() {
    let server = Server::start().await;
    let hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let long = format!("{}{hidden}", " ".repeat(70_000));
    for (method, path, body, status) in [
        ("POST", "/api/auth/login/", long.as_str(), 413),
        ("POST", "/api/chat/buckets/create/", hidden, 403),
        ("POST", "/nowhere/", hidden, 404),
        ("DELETE", "/api/auth/me/", hidden, 403),
        ("GET", "/nowhere/", hidden, 404),
    ] {
        for request in [
            Request::new(method, path).body("application/json", body),
            Request::new(method, path).body("application/json", body).chunked(),
        ] {
            let mut wire = Wire::open(server.addr).await;
            wire.write(&request.bytes()).await;
            wire.write(&Request::get("/end/").bytes()).await;
            assert_eq!(wire.answer().await.expect("an answer").status, status);
            let next = wire.answer().await.map(|answer| answer.status);
            assert!([None, Some(404)].contains(&next), "{method} {path}: {next:?}");
        }
    }
}

#[tokio::test]
async fn health_needs_no_credentials() {
    let server = Server::start().await;
    assert_eq!(server.send(Request::get("/healthz")).await.expect(200), json!({"healthy": true}));
}
