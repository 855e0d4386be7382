//! People who use a server, in the words of the product, so that tests read as behaviour.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::{Answer, Request, Server, Socket};

/// Somebody who is logged in.
#[derive(Debug, Clone)]
pub struct User {
    /// Their id.
    pub id: i64,
    /// Their username; their full name is `<username> Doe`.
    pub username: String,
    /// Their token.
    pub token: String,
    /// The server.
    pub addr: SocketAddr,
}

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery";

/// Ann's bucket with one channel, and Bob who is a member of both.
pub struct Team {
    /// Admin of the bucket.
    pub ann: User,
    /// A plain member.
    pub bob: User,
    /// The bucket.
    pub bucket: i64,
    /// Its channel, with both in it.
    pub channel: i64,
}

impl Server {
    /// Sends a request as nobody.
    pub async fn send(&self, request: Request) -> Answer {
        request.send(self.addr).await
    }

    /// Somebody new.
    ///
    /// # Panics
    /// When they cannot register.
    pub async fn user(&self, username: &str) -> User {
        let body = registration(username);
        let answer = self.send(Request::post("/api/auth/register/", &body)).await;
        User::of(self.addr, &answer.expect(201))
    }

    /// Two people in one bucket and channel.
    ///
    /// # Panics
    /// When that cannot be made.
    pub async fn team(&self) -> Team {
        let (ann, bob) = (self.user("ann").await, self.user("bob").await);
        let bucket = ann.creates_bucket("Development Team").await;
        let channel = ann.creates_channel(bucket, "General").await;
        ann.adds_to_bucket(bucket, &bob, "member").await;
        ann.adds_to_channel(channel, &bob).await;
        Team { ann, bob, bucket, channel }
    }
}

/// The body that registers somebody.
#[must_use]
pub fn registration(username: &str) -> Value {
    json!({
        "username": username,
        "password": PASSWORD,
        "name": format!("{username} Doe"),
        "email": format!("{username}@example.com"),
    })
}

/// The id in an answer.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn id_of(body: &Value) -> i64 {
    body["id"].as_i64().unwrap_or_else(|| panic!("no id: {body}"))
}

impl User {
    /// Whoever has just registered or logged in.
    ///
    /// # Panics
    /// When that is no such answer.
    #[must_use]
    pub fn of(addr: SocketAddr, body: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let username = text(&body["user"]["username"]).unwrap_or_else(|| panic!("{body}"));
        let token = text(&body["token"]).unwrap_or_else(|| panic!("no token: {body}"));
        Self { id: id_of(&body["user"]), username, token, addr }
    }

    /// Sends a request with their token.
    pub async fn send(&self, request: Request) -> Answer {
        request.token(&self.token).send(self.addr).await
    }

    /// `GET`s.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path)).await
    }

    /// `POST`s.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Request::post(path, body)).await
    }

    /// `PATCH`es.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        let request = Request::new("PATCH", path);
        self.send(request.body("application/json", body.to_string())).await
    }

    /// `DELETE`s.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Request::delete(path)).await
    }

    /// Creates a bucket and returns its id.
    pub async fn creates_bucket(&self, name: &str) -> i64 {
        let answer = self.post("/api/chat/buckets/create/", &json!({ "name": name })).await;
        id_of(&answer.expect(201))
    }

    /// Deletes a bucket.
    pub async fn deletes_bucket(&self, bucket: i64) {
        self.delete(&format!("/api/chat/buckets/{bucket}/delete/")).await.expect(200);
    }

    /// Creates a channel and returns its id.
    pub async fn creates_channel(&self, bucket: i64, name: &str) -> i64 {
        let body = json!({ "name": name, "channel_type": "group", "bucket": bucket });
        id_of(&self.post("/api/chat/channels/create/", &body).await.expect(201))
    }

    /// Creates a private channel and returns its id.
    pub async fn creates_private_channel(&self, bucket: i64, name: &str) -> i64 {
        let body = json!({ "name": name, "channel_type": "private", "bucket": bucket });
        id_of(&self.post("/api/chat/channels/create/", &body).await.expect(201))
    }

    /// Deletes a channel.
    pub async fn deletes_channel(&self, channel: i64) {
        self.delete(&format!("/api/chat/channels/{channel}/delete/")).await.expect(204);
    }

    /// Adds somebody to a bucket.
    pub async fn adds_to_bucket(&self, bucket: i64, user: &Self, role: &str) {
        let body = json!({ "bucket": bucket, "user": user.id, "role": role });
        self.post("/api/chat/buckets/members/add/", &body).await.expect(201);
    }

    /// Removes somebody from a bucket.
    pub async fn removes_from_bucket(&self, bucket: i64, user: &Self) {
        let path = format!("/api/chat/buckets/{bucket}/members/{}/remove/", user.id);
        self.delete(&path).await.expect(200);
    }

    /// Adds somebody to a channel.
    pub async fn adds_to_channel(&self, channel: i64, user: &Self) {
        let body = json!({ "channel": channel, "user": user.id });
        self.post("/api/chat/channels/members/add/", &body).await.expect(201);
    }

    /// Removes somebody from a channel.
    pub async fn removes_from_channel(&self, channel: i64, user: &Self) {
        let path = format!("/api/chat/channels/{channel}/members/{}/remove/", user.id);
        self.delete(&path).await.expect(204);
    }

    /// Opens a direct message and returns its channel.
    pub async fn opens_direct(&self, with: &Self) -> i64 {
        let body = json!({ "user": with.id });
        id_of(&self.post("/api/chat/direct-messages/create/", &body).await.expect(201))
    }

    /// Creates an invite and returns its code.
    ///
    /// # Panics
    /// When there is no code.
    pub async fn invites_to(&self, bucket: i64, terms: &Value) -> String {
        let path = format!("/api/chat/buckets/{bucket}/invites/create/");
        let invite = self.post(&path, terms).await.expect(201);
        invite["code"].as_str().unwrap_or_else(|| panic!("no code: {invite}")).to_owned()
    }

    /// Says something over REST and returns the message.
    pub async fn says(&self, channel: i64, text: &str) -> Value {
        self.posts(channel, &json!({ "message_text": text })).await.expect(201)
    }

    /// Uploads a file of text and returns the attachment.
    pub async fn uploads(&self, name: &str, content: &[u8]) -> Value {
        self.send(Request::upload(name, "text/plain", content)).await.expect(201)
    }

    /// Posts any body to a channel's messages.
    pub async fn posts(&self, channel: i64, body: &Value) -> Answer {
        self.post(&format!("/api/chat/channels/{channel}/messages/"), body).await
    }

    /// The texts of a channel's whole history.
    ///
    /// # Panics
    /// When that is no list of messages.
    pub async fn reads(&self, channel: i64) -> Vec<String> {
        let answer = self.get(&format!("/api/chat/channels/{channel}/messages/")).await;
        let history = answer.expect(200);
        let texts = history.as_array().expect("a list").iter();
        texts.map(|one| one["message_text"].as_str().expect("a text").to_owned()).collect()
    }

    /// Opens the socket of a channel.
    pub async fn listens(&self, channel: i64) -> Socket {
        Socket::with_token(self.addr, &format!("/ws/chat/{channel}/"), &self.token).await
    }

    /// Opens the socket of events and begins at the present.
    pub async fn follows(&self) -> Socket {
        self.resumes(&json!({})).await.0
    }

    /// Opens the socket of events, says what it has, and returns what came up to `ready`.
    pub async fn resumes(&self, channels: &Value) -> (Socket, Vec<Value>, Value) {
        let mut socket = Socket::with_token(self.addr, "/ws/events/", &self.token).await;
        assert_eq!(socket.frame().await["type"], "hello");
        socket.send(&json!({ "type": "subscribe", "channels": channels })).await;
        let (replay, ready) = until_ready(&mut socket).await;
        (socket, replay, ready)
    }

    /// Logs in once more.
    pub async fn logs_in(&self) -> Self {
        let body = json!({ "username": self.username, "password": PASSWORD });
        let answer = Request::post("/api/auth/login/", &body).send(self.addr).await;
        Self::of(self.addr, &answer.expect(200))
    }

    /// Makes a token with these scopes, and is whoever presents it.
    pub async fn makes_token(&self, scopes: &[&str]) -> Self {
        let body = json!({ "label": "a token", "scopes": scopes });
        self.with_token(&self.post("/api/auth/tokens/create/", &body).await.expect(201))
    }

    /// The same person with the token of an answer.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn with_token(&self, made: &Value) -> Self {
        let token = made["token"].as_str().unwrap_or_else(|| panic!("no token: {made}"));
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// Logs out.
    pub async fn logs_out(&self) {
        self.post("/api/auth/logout/", &json!({})).await.expect(204);
    }
}

/// The frames before `ready`, and `ready`.
pub async fn until_ready(socket: &mut Socket) -> (Vec<Value>, Value) {
    let mut replay = Vec::new();
    loop {
        let frame = socket.frame().await;
        if frame["type"] == "ready" {
            return (replay, frame);
        }
        replay.push(frame);
    }
}
