//! A bucket that moves: exported here, imported there, and everything is as it was under other ids.

use std::collections::{BTreeMap, HashMap};
use std::io::Cursor;

use pail_protocol::UserId;
use pail_protocol::event::IdMut;
use pail_protocol::export::Line;
use pail_server::{Config, DataLocation, Imported, Registration};
use pail_tests::scenario::PASSWORD;
use pail_tests::server::settings;
use pail_tests::{Answer, Request, Server, User};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A server with a bucket in which everything has happened, and with much else, so that the ids of
/// the bucket are not the first ones.
pub(super) struct Source {
    server: Server,
    pub(super) ann: User,
    pub(super) bob: User,
    pub(super) cyd: User,
    pub(super) bucket: i64,
    pub(super) channel: i64,
}

pub(super) async fn source() -> Source {
    let server = Server::start().await;
    let zed = server.user("zed").await;
    let other = zed.creates_bucket("Elsewhere").await;
    let noise = zed.creates_channel(other, "noise").await;
    zed.says(noise, "not part of it").await;
    let (ann, bob) = (server.user("ann").await, server.user("bob").await);
    let cyd = server.user("cyd").await;
    let bucket = ann.creates_bucket("Development Team").await;
    let channel = ann.creates_channel(bucket, "General").await;
    for (user, role) in [(&bob, "moderator"), (&cyd, "member")] {
        ann.adds_to_bucket(bucket, user, role).await;
        ann.adds_to_channel(channel, user).await;
    }
    let direct = ann.opens_direct(&bob).await;
    ann.says(direct, "between us").await;
    let source = Source { server, ann, bob, cyd, bucket, channel };
    source.fill().await;
    source
}

impl Source {
    async fn fill(&self) {
        let Self { server, ann, bob, cyd, bucket, channel } = self;
        let root = ann.says(*channel, "a thread, @bob and @here").await["id"].clone();
        let answer = json!({ "message_text": "in it", "thread": root, "reply_to": root });
        bob.posts(*channel, &answer).await.expect(201);
        let edited = bob.says(*channel, "frist").await["id"].clone();
        let message = |id: &Value| format!("/api/chat/messages/{id}/");
        let patch = |id: &Value, text: &str| {
            let body = json!({ "message_text": text }).to_string();
            Request::new("PATCH", &message(id)).body("application/json", body)
        };
        bob.send(patch(&edited, "first")).await.expect(200);
        bob.send(patch(&edited, "first, @cyd")).await.expect(200);
        for (user, emoji) in [(ann, "👍"), (cyd, "👍"), (cyd, "tada")] {
            let path = format!("{}reactions/add/", message(&root));
            user.post(&path, &json!({ "emoji": emoji })).await.expect(201);
        }
        let path = format!("{}reactions/remove/", message(&root));
        cyd.post(&path, &json!({ "emoji": "tada" })).await.expect(200);
        let file = ann.uploads("trace.txt", &b"0123456789".repeat(20_000)).await["id"].clone();
        let empty = ann.uploads("empty", b"").await["id"].clone();
        let carried =
            json!({ "message_text": "look", "attachments": [file, empty], "nonce": "n1" });
        ann.posts(*channel, &carried).await.expect(201);
        let gone = cyd.uploads("gone.txt", b"gone").await["id"].clone();
        let gone = json!({ "message_text": "forget this", "attachments": [gone] });
        let gone = cyd.posts(*channel, &gone).await.expect(201)["id"].clone();
        cyd.delete(&format!("{}delete/", message(&gone))).await.expect(204);
        let second = ann.creates_channel(*bucket, "Second").await;
        ann.adds_to_channel(second, cyd).await;
        cyd.says(second, "bye").await;
        ann.removes_from_channel(second, cyd).await;
        let path = |what: &str| format!("/api/chat/channels/{channel}/{what}/");
        cyd.post(&path("mute"), &json!({})).await.expect(200);
        bob.post(&path("read"), &json!({ "seq": 6 })).await.expect(200);
        cyd.post(&path("read"), &json!({ "seq": 5 })).await.expect(200);
        cyd.post(&path("unread"), &json!({ "seq": 4 })).await.expect(200);
        let patch = |path: String, body: Value| {
            Request::new("PATCH", &path).body("application/json", body.to_string())
        };
        let path = format!("/api/chat/channels/{channel}/");
        bob.send(patch(path, json!({ "topic": "Anything", "name": "Lobby" }))).await.expect(200);
        let path = format!("/api/chat/buckets/{bucket}/");
        ann.send(patch(path, json!({ "name": "Developers", "icon": "🛠" }))).await.expect(200);
        let path = format!("/api/chat/buckets/{bucket}/members/{}/role/", cyd.id);
        ann.post(&path, &json!({ "role": "moderator" })).await.expect(200);
        let private =
            |name: &str| json!({ "name": name, "bucket": bucket, "channel_type": "private" });
        let shared = ann.post("/api/chat/channels/create/", &private("shared")).await.expect(201);
        let shared = shared["id"].as_i64().expect("an id");
        ann.adds_to_channel(shared, cyd).await;
        cyd.says(shared, "in private").await;
        let hidden = bob.post("/api/chat/channels/create/", &private("hidden")).await.expect(201);
        bob.says(hidden["id"].as_i64().expect("an id"), "behind her back").await;
        let dot = server.user("dot").await;
        ann.adds_to_bucket(*bucket, &dot, "member").await;
        ann.adds_to_channel(*channel, &dot).await;
        dot.says(*channel, "I was here").await;
        let farewell = json!({ "password": PASSWORD });
        dot.post("/api/auth/me/delete/", &farewell).await.expect(204);
        let doomed = ann.creates_channel(*bucket, "doomed").await;
        ann.says(doomed, "for nobody").await;
        ann.deletes_channel(doomed).await;
    }

    pub(super) async fn export(&self) -> Answer {
        exported(&self.ann, self.bucket).await
    }
}

pub(super) async fn exported(user: &User, bucket: i64) -> Answer {
    user.get(&format!("/api/chat/buckets/{bucket}/export/")).await
}

pub(super) async fn import(directory: &TempDir, file: &[u8]) -> anyhow::Result<Imported> {
    let location = DataLocation::Directory(directory.path().to_owned());
    pail_server::import(location, Cursor::new(file.to_owned())).await
}

pub(super) fn on(directory: &TempDir) -> Config {
    Config { data: DataLocation::Directory(directory.path().to_owned()), ..settings() }
}

/// Sets a password for an imported account.
pub(super) async fn claims(server: &Server, imported: &Imported, username: &str) -> User {
    let claim = imported.claims.iter().find(|claim| claim.username == username);
    let code = &claim.unwrap_or_else(|| panic!("no code for {username}")).code;
    let body = json!({ "username": username, "password": "another password", "invite": code });
    let answer = server.send(Request::post("/api/auth/register/", &body)).await;
    User::of(server.addr, &answer.expect(201))
}

pub(super) fn lines(file: &[u8]) -> Vec<Line> {
    let text = std::str::from_utf8(file).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a line")).collect()
}

/// Names every id after the order in which it comes up, and forgets where and when it was exported,
/// and what was left out.
fn renamed(file: &[u8]) -> Vec<Line> {
    let mut names: HashMap<(&str, i64), i64> = HashMap::new();
    let mut rename = |kind: &'static str, id: &mut i64| {
        let next = names.len() as i64 + 1;
        *id = *names.entry((kind, *id)).or_insert(next);
    };
    let mut lines = lines(file);
    for line in &mut lines {
        match line {
            Line::Header(header) => {
                rename("bucket", &mut header.bucket.0);
                header.epoch.clear();
                header.private_channels_left_out = 0;
                header.at = Default::default();
            }
            Line::Person(person) => {
                rename("user", &mut person.id.0);
                rename_deleted(&mut person.username);
            }
            Line::Event(line) => {
                for id in line.event.ids_mut() {
                    match id {
                        IdMut::User(id) => rename("user", &mut id.0),
                        IdMut::Actor(actor) => {
                            rename("user", &mut actor.id.0);
                            rename_deleted(&mut actor.username);
                        }
                        IdMut::Bucket(id) | IdMut::NewBucket(id) => rename("bucket", &mut id.0),
                        IdMut::Channel(id) | IdMut::NewChannel(id) => rename("channel", &mut id.0),
                        IdMut::NewMember(id) => rename("member", &mut id.0),
                        IdMut::Message(id) | IdMut::NewMessage(id) => rename("message", &mut id.0),
                        IdMut::NewAttachment(attachment) => {
                            rename("attachment", &mut attachment.id.0);
                            attachment.url.clear();
                        }
                        IdMut::Login(id) => rename("login", &mut id.0),
                    }
                }
            }
            Line::Content(_) | Line::End(_) => {}
        }
    }
    lines
}

/// The username of a deleted account has its id in it.
fn rename_deleted(username: &mut String) {
    if username.starts_with("deleted:") {
        username.truncate("deleted:".len());
    }
}

#[tokio::test]
async fn what_was_exported_and_imported_is_exported_the_same() {
    let source = source().await;
    let first = source.export().await;
    assert_eq!((first.status, first.whole), (200, true), "{first}");
    assert_eq!(first.header("content-type"), Some("application/x-ndjson"));
    let directory = TempDir::new().expect("a temporary directory");
    let imported = import(&directory, &first.body).await.expect("an import");
    assert_eq!((imported.name.as_str(), imported.files), ("Developers", 2));
    let usernames: Vec<_> = imported.claims.iter().map(|claim| claim.username.as_str()).collect();
    assert_eq!(usernames, ["ann", "bob", "cyd"]);
    let target = Server::start_with(on(&directory)).await;
    let ann = claims(&target, &imported, "ann").await;
    let buckets = ann.get("/api/chat/buckets/").await.expect(200);
    let bucket = buckets[0]["id"].as_i64().expect("a bucket");
    assert_ne!(bucket, source.bucket, "the ids should not fit by chance");
    let second = exported(&ann, bucket).await;
    let (first, second) = (renamed(&first.body), renamed(&second.body));
    for (line, (before, after)) in first.iter().zip(&second).enumerate() {
        assert!(before == after, "line {}: {before:.200?}\nis now {after:.200?}", line + 1);
    }
    assert_eq!(first.len(), second.len());
    target.stop().await;
}

/// What somebody sees of a bucket, with names instead of ids.
async fn seen(user: &User) -> BTreeMap<String, Value> {
    let mut names: HashMap<(&str, i64), String> = HashMap::new();
    let people = user.get("/api/chat/users/").await.expect(200);
    for person in people.as_array().expect("a list") {
        let username = person["username"].as_str().expect("a username");
        names.insert(("user", person["id"].as_i64().expect("an id")), username.to_owned());
    }
    let mut all = BTreeMap::new();
    let buckets = user.get("/api/chat/buckets/").await.expect(200);
    for bucket in buckets.as_array().expect("a list") {
        if bucket["name"] == "Elsewhere" {
            continue;
        }
        let id = bucket["id"].as_i64().expect("an id");
        names.insert(("bucket", id), "the bucket".to_owned());
        let path = |what: &str| format!("/api/chat/buckets/{id}/{what}/");
        all.insert("members".to_owned(), user.get(&path("members")).await.expect(200));
        let mut channels = user.get(&path("channels")).await.expect(200);
        let rows = channels.as_array_mut().expect("a list");
        // What the exporting admin may not see stays where it was.
        rows.retain(|channel| channel["name"] != "hidden");
        for channel in channels.as_array().expect("a list") {
            let of = channel["name"].as_str().expect("a name").to_owned();
            let id = channel["id"].as_i64().expect("an id");
            names.insert(("channel", id), of.clone());
            if channel["is_member"] == true {
                seen_of_channel(user, id, &of, &mut names, &mut all).await;
            }
        }
        all.insert("channels".to_owned(), channels);
        all.insert("bucket".to_owned(), bucket.clone());
    }
    all.into_iter().map(|(what, value)| (what, named(value, "", &names))).collect()
}

async fn seen_of_channel(
    user: &User,
    id: i64,
    of: &str,
    names: &mut HashMap<(&'static str, i64), String>,
    all: &mut BTreeMap<String, Value>,
) {
    let path = |what: &str| format!("/api/chat/channels/{id}/{what}");
    let history = user.get(&path("messages/?limit=200")).await.expect(200);
    for message in history.as_array().expect("a list") {
        let id = message["id"].as_i64().expect("an id");
        names.insert(("message", id), format!("{of} {}", message["seq"]));
        let revisions = user.get(&format!("/api/chat/messages/{id}/revisions/")).await;
        all.insert(format!("{of} {} revisions", message["seq"]), revisions.json());
        let thread = user.get(&format!("/api/chat/messages/{id}/thread/")).await;
        all.insert(format!("{of} {} thread", message["seq"]), thread.expect(200));
        for attachment in message["attachments"].as_array().into_iter().flatten() {
            let url = attachment["url"].as_str().expect("a url");
            let content = user.get(url).await;
            assert_eq!(content.status, 200, "{content}");
            all.insert(format!("{of} {}", attachment["name"]), json!(content.body));
        }
    }
    all.insert(format!("{of} history"), history);
    all.insert(format!("{of} members"), user.get(&path("members/")).await.expect(200));
    let unread = user.get("/api/chat/unread/").await.expect(200);
    let row = unread.as_array().expect("a list").iter().find(|row| row["channel"] == id);
    all.insert(format!("{of} unread"), row.cloned().expect("a row"));
}

/// Replaces ids by names; what has no name of its own loses its id.
fn named(value: Value, key: &str, names: &HashMap<(&str, i64), String>) -> Value {
    let kind = match key {
        "user" | "users[]" | "mentions[]" => "user",
        "bucket" => "bucket",
        "channel" => "channel",
        "reply_to" | "thread" | "latest_message_id" => "message",
        _ => "",
    };
    match value {
        Value::Array(items) => {
            let key = format!("{key}[]");
            items.into_iter().map(|item| named(item, &key, names)).collect()
        }
        Value::Object(fields) => {
            let told = fields.into_iter().filter(|(key, _)| key != "id" && key != "url");
            told.map(|(key, value)| (key.clone(), named(value, &key, names))).collect()
        }
        Value::String(text) if text.starts_with("deleted:") => json!("deleted"),
        Value::Number(number) if !kind.is_empty() => {
            let name = number.as_i64().and_then(|id| names.get(&(kind, id)));
            json!(name.map_or("somewhere else", String::as_str))
        }
        other => other,
    }
}

#[tokio::test]
async fn everybody_sees_the_same_as_before() {
    let source = source().await;
    let file = source.export().await.body;
    let directory = TempDir::new().expect("a temporary directory");
    let imported = import(&directory, &file).await.expect("an import");
    let target = Server::start_with(on(&directory)).await;
    for before in [&source.ann, &source.bob, &source.cyd] {
        let after = claims(&target, &imported, &before.username).await;
        let (before, after) = (seen(before).await, seen(&after).await);
        assert!(before.len() > 12, "{before:?}");
        for (what, value) in &before {
            assert_eq!(after.get(what), Some(value), "{what}");
        }
        assert_eq!(before.len(), after.len());
    }
    target.stop().await;
}

#[tokio::test]
async fn only_admins_export_and_private_channels_they_are_not_in_stay_where_they_are() {
    let source = source().await;
    exported(&source.bob, source.bucket).await.refuses(403, "permission_denied");
    exported(&source.cyd, source.bucket).await.refuses(403, "permission_denied");
    exported(&source.ann, 999).await.refuses(404, "not_found");
    let file = source.export().await.body;
    let text = String::from_utf8(file.clone()).expect("UTF-8");
    for foreign in [
        "not part of it",
        "between us",
        "for nobody",
        "forget this",
        "hidden",
        "behind her back",
        "Elsewhere",
        "zed",
    ] {
        assert!(!text.contains(foreign), "{foreign} was exported");
    }
    for there in ["a thread", "frist", "bye", "in private"] {
        assert!(text.contains(there), "{there} was not exported");
    }
    let lines = lines(&file);
    let Line::Header(header) = &lines[0] else { panic!("{:?}", lines[0]) };
    assert_eq!((header.channels, header.private_channels_left_out), (3, 1));
    let people = lines.iter().filter_map(|line| match line {
        Line::Person(person) => Some(person.id),
        _ => None,
    });
    let people: Vec<_> = people.collect();
    let expected = [&source.ann, &source.bob, &source.cyd].map(|user| UserId(user.id));
    assert_eq!((&people[..3], people.len()), (&expected[..], 4), "and one who is gone");
}

#[tokio::test]
async fn an_imported_account_is_claimed_once_by_its_owner_and_nobody_else() {
    let source = source().await;
    let file = source.export().await.body;
    let directory = TempDir::new().expect("a temporary directory");
    let imported = import(&directory, &file).await.expect("an import");
    let closed = Config { registration: Registration::Closed, ..on(&directory) };
    let target = Server::start_with(closed).await;
    assert_eq!(target.founding_invite, None);
    let register = |username: &str, password: &str, code: &str| {
        let body = json!({ "username": username, "password": password, "invite": code });
        target.send(Request::post("/api/auth/register/", &body))
    };
    let log_in = |username: &str, password: &str| {
        let body = json!({ "username": username, "password": password });
        target.send(Request::post("/api/auth/login/", &body))
    };
    assert_eq!(log_in("bob", "").await.status, 400);
    let code = imported.claims[1].code.clone();
    assert_eq!(imported.claims[1].username, "bob");
    register("ann", "another password", &code).await.refuses(403, "invite_invalid");
    register("bob", "short", &code).await.faults(&["password"]);
    let bob = register("Bob", "another password", &code).await.expect(201);
    assert_eq!(bob["user"]["username"], "bob");
    register("bob", "a third password", &code).await.refuses(403, "registration_closed");
    log_in("bob", "a third password").await.expect(400);
    log_in("bob", "another password").await.expect(200);
    let bob = User::of(target.addr, &bob);
    let path = format!("/api/chat/invites/{}/accept/", imported.claims[0].code);
    bob.post(&path, &json!({})).await.refuses(403, "invite_invalid");
    target.stop().await;
}
