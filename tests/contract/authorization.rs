//! Who may do what: every endpoint, asked by everybody, from one table.

use pail_tests::{Request, Server, User};
use serde_json::{Value, json};

/// Statuses for: nobody, outsider, former member, member, moderator, admin.
type Row = (&'static str, &'static str, Value, [u16; 6]);

/// `{b}` and `{c}` are the bucket and its channel, where everybody but outsider and former member
/// is in; `{d}` is a direct message of member and admin; `{m}` the member; `{x}` somebody who is in
/// the bucket but not the channel; `{o}` the outsider; `{i}` an invite.
fn table() -> Vec<Row> {
    let open = [400; 6];
    let everybody = [403, 200, 200, 200, 200, 200];
    let members = [403, 403, 403, 200, 200, 200];
    let none = json!(null);
    vec![
        ("GET", "/healthz", none.clone(), [200; 6]),
        ("POST", "/api-token-auth/", json!({}), open),
        ("POST", "/api/auth/register/", json!({}), open),
        ("POST", "/api/auth/login/", json!({}), open),
        ("POST", "/api/auth/logout/", json!({}), [403, 204, 204, 204, 204, 204]),
        ("GET", "/api/auth/me/", none.clone(), everybody),
        ("GET", "/api/chat/users/", none.clone(), everybody),
        ("GET", "/api/chat/unread/", none.clone(), everybody),
        ("GET", "/api/chat/buckets/", none.clone(), everybody),
        ("POST", "/api/chat/buckets/create/", json!({"name": "x"}), [403, 201, 201, 201, 201, 201]),
        (
            "POST",
            "/api/chat/buckets/members/add/",
            json!({"bucket": "{b}", "user": "{o}"}),
            [403, 403, 403, 403, 403, 201],
        ),
        ("DELETE", "/api/chat/buckets/{b}/delete/", none.clone(), [403, 403, 403, 403, 403, 200]),
        ("GET", "/api/chat/buckets/{b}/members/", none.clone(), members),
        (
            "DELETE",
            "/api/chat/buckets/{b}/members/{x}/remove/",
            none.clone(),
            [403, 403, 403, 403, 403, 200],
        ),
        (
            "DELETE",
            "/api/chat/buckets/{b}/members/{m}/remove/",
            none.clone(),
            [403, 403, 403, 200, 403, 200],
        ),
        ("GET", "/api/chat/buckets/{b}/channels/", none.clone(), members),
        (
            "POST",
            "/api/chat/buckets/{b}/invites/create/",
            json!({}),
            [403, 403, 403, 403, 403, 201],
        ),
        ("POST", "/api/chat/invites/{i}/accept/", json!({}), everybody),
        (
            "POST",
            "/api/chat/channels/create/",
            json!({"name": "x", "bucket": "{b}"}),
            [403, 403, 403, 403, 201, 201],
        ),
        ("DELETE", "/api/chat/channels/{c}/delete/", none.clone(), [403, 403, 403, 403, 403, 204]),
        (
            "POST",
            "/api/chat/channels/members/add/",
            json!({"channel": "{c}", "user": "{x}"}),
            [403, 403, 403, 403, 201, 201],
        ),
        (
            "DELETE",
            "/api/chat/channels/{c}/members/{m}/remove/",
            none.clone(),
            [403, 403, 403, 204, 204, 204],
        ),
        ("GET", "/api/chat/channels/{c}/members/", none.clone(), members),
        ("GET", "/api/chat/channels/{c}/messages/", none.clone(), members),
        ("GET", "/api/chat/channels/{c}/messages/?limit=1", none.clone(), members),
        (
            "POST",
            "/api/chat/channels/{c}/messages/",
            json!({"message_text": "x"}),
            [403, 403, 403, 201, 201, 201],
        ),
        ("POST", "/api/chat/channels/{c}/read/", json!({"seq": 1}), members),
        ("POST", "/api/chat/channels/{c}/unread/", json!({"seq": 1}), members),
        ("POST", "/api/chat/channels/{c}/mute/", json!({}), members),
        ("POST", "/api/chat/channels/{c}/unmute/", json!({}), members),
        ("GET", "/api/chat/direct-messages/", none.clone(), everybody),
        ("GET", "/api/chat/direct-messages/recent/", none.clone(), everybody),
        (
            "POST",
            "/api/chat/direct-messages/create/",
            json!({"user": "{x}"}),
            [403, 404, 404, 201, 201, 201],
        ),
        ("GET", "/api/chat/channels/{d}/messages/", none.clone(), [403, 403, 403, 200, 403, 200]),
        (
            "POST",
            "/api/chat/channels/{d}/messages/",
            json!({"message_text": "x"}),
            [403, 403, 403, 201, 403, 201],
        ),
        ("DELETE", "/api/chat/channels/{d}/delete/", none, [403; 6]),
    ]
}

/// A fresh cast for each row, because rows change things.
struct Cast {
    people: [Option<User>; 6],
    places: [(&'static str, String); 7],
}

async fn cast(server: &Server, round: usize) -> Cast {
    let user = async |role: &str| server.user(&format!("{role}{round}")).await;
    let (ann, bob) = (user("admin").await, user("member").await);
    let (outsider, former) = (user("outsider").await, user("former").await);
    let (moderator, extra) = (user("moderator").await, user("extra").await);
    let bucket = ann.creates_bucket("Dev").await;
    let channel = ann.creates_channel(bucket, "General").await;
    for (user, role) in [(&bob, "member"), (&former, "member"), (&moderator, "moderator")] {
        ann.adds_to_bucket(bucket, user, role).await;
        ann.adds_to_channel(channel, user).await;
    }
    ann.adds_to_bucket(bucket, &extra, "member").await;
    ann.removes_from_bucket(bucket, &former).await;
    let places = [
        ("{b}", bucket.to_string()),
        ("{c}", channel.to_string()),
        ("{d}", ann.opens_direct(&bob).await.to_string()),
        ("{m}", bob.id.to_string()),
        ("{x}", extra.id.to_string()),
        ("{o}", outsider.id.to_string()),
        ("{i}", ann.invites_to(bucket, &json!({})).await),
    ];
    let people = [outsider, former, bob, moderator, ann].map(Some);
    let [outsider, former, member, moderator, admin] = people;
    let people = [None, outsider, former, member, moderator, admin];
    Cast { people, places }
}

impl Cast {
    fn filled(&self, text: &str) -> String {
        let fill = |text: String, (key, value): &(&str, String)| text.replace(key, value);
        self.places.iter().fold(text.to_owned(), fill)
    }

    fn request(&self, (method, path, body, _): &Row) -> Request {
        let request = Request::new(method, &self.filled(path));
        match body {
            Value::Null => request,
            body => request.body("application/json", self.filled(&body.to_string())),
        }
    }
}

#[tokio::test]
async fn every_endpoint_answers_everybody_as_the_table_says() {
    const WHO: [&str; 6] = ["nobody", "outsider", "former member", "member", "moderator", "admin"];
    let server = Server::start().await;
    let mut wrong = Vec::new();
    for (index, row) in table().iter().enumerate() {
        let mut set = cast(&server, index * 10).await;
        for (who, (name, expected)) in WHO.iter().zip(row.3).enumerate() {
            let request = set.request(row);
            let answer = match &set.people[who] {
                None => server.send(request).await,
                Some(user) => user.send(request).await,
            };
            if answer.status != expected {
                wrong.push(format!("{} {} by {name}: {answer}, not {expected}", row.0, row.1));
            }
            if row.0 != "GET" && answer.status < 300 {
                set = cast(&server, index * 10 + who + 1).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn both_sockets_admit_as_the_table_says() {
    let server = Server::start().await;
    let set = cast(&server, 0).await;
    let expected = [4001, 4003, 4003, 0, 0, 0];
    let path = set.filled("/ws/chat/{c}/");
    for (person, code) in set.people.iter().zip(expected) {
        let value = person.as_ref().map(|user| format!("Token {}", user.token));
        let headers: Vec<_> = value.iter().map(|value| ("authorization", value.as_str())).collect();
        let mut socket = pail_tests::Socket::open(server.addr, &path, &headers).await.expect("101");
        match code {
            0 => {
                socket.send(&json!({"message_text": "hi"})).await;
                assert_eq!(socket.message().await, "hi");
            }
            code => socket.closes_with(code).await,
        }
    }
}
