//! Registering, logging in and out, who one is, and finding people.

use futures_util::future::join_all;
use pail_server::{Config, Registration};
use pail_tests::scenario::{PASSWORD, registration};
use pail_tests::{Request, Server, User, is_time, keys};
use serde_json::{Value, json};

const REGISTER: &str = "/api/auth/register/";
const LOGIN: &str = "/api/auth/login/";
const ME: &str = "/api/auth/me/";

async fn registers(server: &Server, body: &Value) -> pail_tests::Answer {
    server.send(Request::post(REGISTER, body)).await
}

#[tokio::test]
async fn registering_answers_201_with_a_token_that_works() {
    let server = Server::start().await;
    let answer = registers(&server, &registration("jane")).await.expect(201);
    assert_eq!(keys(&answer), ["expires_at", "token", "user"]);
    assert!(is_time(&answer["expires_at"]), "{answer}");
    let user =
        json!({"id": 1, "username": "jane", "name": "jane Doe", "email": "jane@example.com"});
    assert_eq!(answer["user"], user);
    let jane = User::of(server.addr, &answer);
    assert!(jane.token.starts_with("pail_"));
    let me = jane.get(ME).await.expect(200);
    let shown = ["email", "epoch", "id", "limits", "name", "server_version", "username"];
    assert_eq!(keys(&me), shown);
    assert_eq!(me["username"], "jane");
}

#[tokio::test]
async fn the_name_defaults_to_the_username_and_the_email_to_nothing() {
    let server = Server::start().await;
    for (username, name) in [("a", json!(null)), ("b", json!("")), ("c", json!("  "))] {
        let body = json!({"username": username, "password": PASSWORD, "name": name});
        let user = registers(&server, &body).await.expect(201)["user"].clone();
        assert_eq!((&user["name"], &user["email"]), (&json!(username), &json!("")));
    }
    let body = json!({"username": " d ", "password": PASSWORD});
    assert_eq!(registers(&server, &body).await.expect(201)["user"]["name"], "d");
}

#[tokio::test]
async fn missing_fields_are_told_at_once() {
    let server = Server::start().await;
    let required = "This field is required";
    let expected = json!({"username": required, "password": required});
    for path in [REGISTER, LOGIN, "/api-token-auth/"] {
        assert_eq!(server.send(Request::post(path, &json!({}))).await.expect(400), expected);
    }
}

#[tokio::test]
async fn wrong_fields_are_told_at_once() {
    let server = Server::start().await;
    let long = "x".repeat(33);
    for username in ["", " ", "a b", "jané", "a/b", "a\u{0}", "a\nb", "@a", long.as_str()] {
        let body = json!({"username": username, "password": PASSWORD});
        registers(&server, &body).await.faults(&["username"]);
    }
    for password in ["", "short", "1234567", &"x".repeat(1025)] {
        let body = json!({"username": "jane", "password": password});
        registers(&server, &body).await.faults(&["password"]);
    }
    let body = json!({
        "username": "", "password": "", "name": "x".repeat(65), "email": "x".repeat(255),
    });
    registers(&server, &body).await.faults(&["email", "name", "password", "username"]);
    let body = json!({"username": "jane", "password": PASSWORD, "name": "a\u{1b}b"});
    registers(&server, &body).await.faults(&["name"]);
    registers(&server, &registration("A-z_0.9")).await.expect(201);
}

#[tokio::test]
async fn a_username_is_unique_without_regard_to_case_even_at_once() {
    let server = Server::on_disk().await;
    let names = ["jane", "JANE", "Jane", "jAne"];
    let bodies = names.map(registration);
    let answers = join_all(bodies.iter().map(|body| registers(&server, body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.faults(&["username"]);
    }
}

#[tokio::test]
async fn logging_in_answers_200_in_any_case_of_the_name() {
    let server = Server::start().await;
    let jane = server.user("jane").await;
    for username in ["jane", "JANE"] {
        let body = json!({"username": username, "password": PASSWORD, "device": "laptop"});
        let answer = server.send(Request::post(LOGIN, &body)).await.expect(200);
        assert_eq!(keys(&answer), ["expires_at", "token", "user"]);
        assert_eq!(answer["user"]["id"], jane.id);
        assert_ne!(answer["token"], jane.token);
    }
    let body = json!({"username": "jane", "password": PASSWORD});
    let bare = server.send(Request::post("/api-token-auth/", &body)).await.expect(200);
    assert_eq!(keys(&bare), ["token"]);
    let form = format!("username=jane&password={}", PASSWORD.replace(' ', "+"));
    let request = Request::new("POST", "/api-token-auth/");
    let request = request.body("application/x-www-form-urlencoded", form);
    assert_eq!(keys(&server.send(request).await.expect(200)), ["token"]);
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_look_the_same() {
    let server = Server::start().await;
    server.user("jane").await;
    let sentence = "Unable to log in with provided credentials.";
    let expected = json!({"non_field_errors": sentence, "error": sentence});
    for (username, password) in [
        ("jane", "wrong password"),
        ("nobody", PASSWORD),
        ("", ""),
        ("jane", ""),
        ("jane\u{0}", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("jane", &"x".repeat(2000)),
    ] {
        let body = json!({"username": username, "password": password});
        for path in [LOGIN, "/api-token-auth/"] {
            assert_eq!(server.send(Request::post(path, &body)).await.expect(400), expected);
        }
    }
}

#[tokio::test]
async fn logging_out_ends_that_token_and_no_other() {
    let server = Server::start().await;
    let phone = server.user("jane").await;
    let laptop = phone.logs_in().await;
    let answer = phone.post("/api/auth/logout/", &json!({})).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    phone.get(ME).await.refuses(403, "authentication_failed");
    phone.post("/api/auth/logout/", &json!({})).await.refuses(403, "authentication_failed");
    laptop.get(ME).await.expect(200);
}

#[tokio::test]
async fn credentials_are_read_as_the_document_says() {
    let server = Server::start().await;
    let jane = server.user("jane").await;
    let token = &jane.token;
    for value in [
        format!("Token {token}"),
        format!("token {token}"),
        format!("TOKEN   {token} "),
        format!("Bearer {token}"),
        format!("bEARER {token}"),
    ] {
        let answer = server.send(Request::get(ME).header("Authorization", &value)).await;
        assert_eq!(answer.status, 200, "{value}");
    }
    let missing = "Authentication credentials were not provided.";
    let empty = "Invalid token header. No credentials provided.";
    let cases = [
        (format!("Basic {token}"), missing, "not_authenticated"),
        (token.clone(), missing, "not_authenticated"),
        ("Token".to_owned(), empty, "authentication_failed"),
        ("Token   ".to_owned(), empty, "authentication_failed"),
        ("Token nonsense".to_owned(), "Invalid token.", "authentication_failed"),
        (format!("Token {token}x"), "Invalid token.", "authentication_failed"),
        (format!("Token {token} {token}"), "Invalid token.", "authentication_failed"),
        ("Token \u{e9}".to_owned(), "Invalid token.", "authentication_failed"),
    ];
    for (value, sentence, code) in cases {
        let answer = server.send(Request::get(ME).header("Authorization", &value)).await;
        let expected = json!({"error": sentence, "detail": sentence, "code": code});
        assert_eq!(answer.expect(403), expected, "{value}");
        assert_eq!(answer.header("www-authenticate"), None);
    }
}

#[tokio::test]
async fn without_credentials_every_url_answers_403_in_one_form() {
    let server = Server::start().await;
    let sentence = "Authentication credentials were not provided.";
    let expected = json!({"error": sentence, "detail": sentence, "code": "not_authenticated"});
    for path in ["/api/chat/buckets/", "/api/chat/direct-messages/recent/", ME] {
        assert_eq!(server.send(Request::get(path)).await.expect(403), expected);
    }
    let by_url = server.send(Request::get("/api/auth/me/?token=x")).await;
    by_url.refuses(403, "not_authenticated");
}

#[tokio::test]
async fn a_closed_server_registers_nobody_and_an_invited_one_who_has_an_invite() {
    for (registration, invited) in [(Registration::Closed, 403), (Registration::Invite, 201)] {
        let config = Config { registration, ..pail_tests::server::settings() };
        let server = Server::start_with(config).await;
        let code = server.founding_invite.clone().expect("a founding invite");
        let mut body = pail_tests::scenario::registration("jane");
        registers(&server, &body).await.refuses(403, "registration_closed");
        body["invite"] = json!("");
        registers(&server, &body).await.refuses(403, "registration_closed");
        body["invite"] = json!("wrong");
        let expected = if invited == 201 { "invite_invalid" } else { "registration_closed" };
        registers(&server, &body).await.refuses(403, expected);
        body["invite"] = json!(code);
        assert_eq!(registers(&server, &body).await.status, invited);
    }
}

#[tokio::test]
async fn too_many_at_once_are_told_to_come_back() {
    let server = Server::start().await;
    let body = json!({"username": "nobody", "password": "wrong password"});
    let flood = (0..120).map(|_| server.send(Request::post(LOGIN, &body)));
    let answers = join_all(flood).await;
    for answer in &answers {
        match answer.status {
            400 => {}
            429 => {
                answer.refuses(429, "throttled");
                assert!(answer.header("retry-after").is_some());
            }
            other => panic!("{other}"),
        }
    }
    assert!(answers.iter().any(|answer| answer.status == 400));
}

#[tokio::test]
async fn people_are_found_by_a_part_of_either_name_if_they_share_a_bucket() {
    let server = Server::start().await;
    let team = server.team().await;
    server.user("bobby").await;
    let found = |search: &str| {
        let (ann, path) = (team.ann.clone(), format!("/api/chat/users/?search={search}"));
        async move {
            let list = ann.get(&path).await.expect(200);
            let names = list.as_array().expect("a list").iter();
            names
                .map(|user| user["username"].as_str().expect("a name").to_owned())
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(found("bo").await, ["bob"]);
    assert_eq!(found("BOB+doe").await, ["bob"]);
    assert_eq!(found("").await, ["ann", "bob"]);
    for nobody in ["%25", "_", "%5C", "'", "zzz", &"x".repeat(8000)] {
        assert_eq!(found(nobody).await, Vec::<String>::new(), "{nobody}");
    }
    let list = team.ann.get("/api/chat/users/").await.expect(200);
    assert_eq!(keys(&list[0]), ["created_at", "email", "id", "name", "online", "username"]);
    team.ann.removes_from_bucket(team.bucket, &team.bob).await;
    assert_eq!(found("bob").await, Vec::<String>::new());
}

#[tokio::test]
async fn at_most_50_people_are_listed() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let bucket = ann.creates_bucket("Dev").await;
    for index in 0..52 {
        let user = server.user(&format!("user{index}")).await;
        ann.adds_to_bucket(bucket, &user, "member").await;
    }
    let list = ann.get("/api/chat/users/?search=user").await.expect(200);
    assert_eq!(list.as_array().map(Vec::len), Some(50));
}

#[tokio::test]
async fn people_are_listed_by_id() {
    let server = Server::start().await;
    let (zoe, ann) = (server.user("zoe").await, server.user("ann").await);
    let bucket = zoe.creates_bucket("Dev").await;
    zoe.adds_to_bucket(bucket, &ann, "member").await;
    let list = zoe.get("/api/chat/users/").await.expect(200);
    assert_eq!((&list[0]["id"], &list[1]["id"]), (&json!(zoe.id), &json!(ann.id)));
}

#[tokio::test]
async fn a_search_for_nul_finds_nobody() {
    let server = Server::start().await;
    let team = server.team().await;
    let found = team.ann.get("/api/chat/users/?search=%00zzz").await;
    assert_eq!(found.expect(200), json!([]));
}
