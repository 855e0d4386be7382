//! Attachments: what is taken, what is refused, what comes back, and to whom.

use std::fs;
use std::path::Path;
use std::time::Duration;

use pail_server::{Config, Connections, DataLocation};
use pail_tests::{Answer, Request, Server, User, Wire, keys, within};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::sleep;

const CREATE: &str = "/api/chat/attachments/create/";
const FORM: &str = "multipart/form-data; boundary=edge";
const MEBIBYTE: usize = 1024 * 1024;
/// SHA-256 of `foo`.
const FOO: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

fn url(attachment: &Value) -> String {
    attachment["url"].as_str().unwrap_or_else(|| panic!("no url: {attachment}")).to_owned()
}

async fn downloads(user: &User, attachment: &Value) -> Answer {
    user.get(&url(attachment)).await
}

/// The head of a part, up to its content.
fn part(disposition: &str) -> String {
    format!("--edge\r\nContent-Disposition: form-data; {disposition}\r\n\r\n")
}

#[tokio::test]
async fn what_goes_up_comes_down_and_is_described() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let attachment = ann.uploads("trace.txt", b"foo").await;
    assert_eq!(keys(&attachment), ["content_type", "id", "name", "sha256", "size", "url"]);
    assert_eq!(attachment["name"], "trace.txt");
    assert_eq!(attachment["size"], 3);
    assert_eq!(attachment["content_type"], "text/plain");
    assert_eq!(attachment["sha256"], FOO);
    let path = format!("/api/chat/attachments/{}/", attachment["id"]);
    assert_eq!(url(&attachment), path);
    let answer = downloads(&ann, &attachment).await;
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"foo".as_slice()));
    assert!(answer.whole);
}

#[tokio::test]
async fn a_download_is_nothing_a_browser_would_run() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let page = Request::upload("日本.html", "text/html", b"<script>alert(1)</script>");
    let attachment = ann.send(page).await.expect(201);
    assert_eq!(attachment["name"], "日本.html");
    let request = Request::get(&url(&attachment)).header("Accept", "image/png");
    let answer = ann.send(request).await;
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.header("content-type"), Some("text/html"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("content-security-policy"), Some("sandbox"));
    assert_eq!(answer.header("content-length"), Some("25"));
    assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS"));
    let disposition = "attachment; filename=\"__.html\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.html";
    assert_eq!(answer.header("content-disposition"), Some(disposition));
}

#[tokio::test]
async fn what_a_client_has_already_is_not_sent_again() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let attachment = ann.uploads("trace.txt", b"foo").await;
    let tag = format!("\"{FOO}\"");
    assert_eq!(downloads(&ann, &attachment).await.header("etag"), Some(tag.as_str()));
    let request = |tag: &str| Request::get(&url(&attachment)).header("If-None-Match", tag);
    let answer = ann.send(request(&tag)).await;
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    assert_eq!(answer.header("etag"), Some(tag.as_str()));
    assert_eq!(ann.send(request("\"other\"")).await.body, b"foo");
    let head = ann.send(Request::new("HEAD", &url(&attachment))).await;
    assert_eq!((head.status, head.header("content-length")), (200, Some("3")));
    let range = Request::get(&url(&attachment)).header("Range", "bytes=1-1");
    assert_eq!(ann.send(range).await.body, b"foo");
}

#[tokio::test]
async fn before_a_message_carries_it_only_its_uploader_sees_it() {
    let server = Server::start().await;
    let team = server.team().await;
    let attachment = team.ann.uploads("trace.txt", b"foo").await;
    downloads(&team.bob, &attachment).await.refuses(403, "permission_denied");
    server.send(Request::get(&url(&attachment))).await.refuses(403, "not_authenticated");
    team.ann.get("/api/chat/attachments/999/").await.refuses(404, "not_found");
    team.ann.get("/api/chat/attachments/x/").await.refuses(404, "not_found");
    let answer = team.ann.delete(&url(&attachment)).await;
    answer.refuses(405, "method_not_allowed");
}

#[tokio::test]
async fn a_media_type_is_kept_if_it_is_one() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    for (given, kept) in [
        ("image/png", "image/png"),
        ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ("", "application/octet-stream"),
        ("nonsense", "application/octet-stream"),
        ("a b/c", "application/octet-stream"),
        (&format!("text/{}", "x".repeat(300)), "application/octet-stream"),
    ] {
        let attachment = ann.send(Request::upload("a", given, b"foo")).await.expect(201);
        assert_eq!(attachment["content_type"], kept, "{given}");
        let answer = downloads(&ann, &attachment).await;
        assert_eq!(answer.header("content-type"), Some(kept));
    }
}

#[tokio::test]
async fn a_file_name_has_no_folders_and_only_what_can_be_seen() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let longest = "x".repeat(255);
    for (given, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jane\\cv.pdf", "cv.pdf"),
        (" a b.txt ", "a b.txt"),
        (longest.as_str(), longest.as_str()),
    ] {
        assert_eq!(ann.uploads(given, b"foo").await["name"], kept, "{given}");
    }
    let too_long = "x".repeat(256);
    for wrong in ["", " ", ".", "..", "folder/", "a\u{202e}b", "a\u{200b}", too_long.as_str()] {
        ann.send(Request::upload(wrong, "text/plain", b"foo")).await.faults(&["file"]);
    }
}

#[tokio::test]
async fn other_fields_of_the_form_are_ignored() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let file = part("name=\"file\"; filename=\"a.txt\"");
    let body = format!(
        "preamble\r\n{}bar\r\n{file}foo\r\n{}baz\r\n--edge--\r\nepilogue",
        part("name=\"note\""),
        part("name=\"other\"; filename=\"b.txt\""),
    );
    for request in [
        Request::new("POST", CREATE).body(FORM, body.clone()),
        Request::new("POST", CREATE).body("Multipart/Form-Data; boundary=\"edge\"", body).chunked(),
    ] {
        assert_eq!(ann.send(request).await.expect(201)["sha256"], FOO);
    }
}

#[tokio::test]
async fn fifteen_other_parts_are_ignored_and_a_sixteenth_is_not() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let file = format!("{}foo\r\n", part("name=\"file\"; filename=\"a.txt\""));
    let form = |others: usize| {
        let others = format!("{}bar\r\n", part("name=\"note\"")).repeat(others);
        Request::new("POST", CREATE).body(FORM, format!("{others}{file}--edge--\r\n"))
    };
    assert_eq!(ann.send(form(15)).await.expect(201)["sha256"], FOO);
    ann.send(form(16)).await.refuses(400, "bad_request");
}

#[tokio::test]
async fn an_ignored_part_may_be_as_long_as_a_file_and_a_longer_form_is_too_large() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let file = part("name=\"file\"; filename=\"a.txt\"");
    let form = |ignored: usize| {
        let head = part("name=\"note\"");
        let body = format!("{head}{}\r\n{file}foo\r\n--edge--\r\n", "x".repeat(ignored));
        Request::new("POST", CREATE).body(FORM, body)
    };
    assert_eq!(ann.send(form(MEBIBYTE)).await.expect(201)["sha256"], FOO);
    ann.send(form(30 * MEBIBYTE)).await.refuses(413, "payload_too_large");
}

#[tokio::test]
async fn a_file_name_is_understood_however_clients_write_it() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    for (written, kept) in [
        ("filename=a.txt", "a.txt"),
        ("filename=\"100%25.txt\"", "100%25.txt"),
        ("filename=\"%22x%22.c\"", "\"x\".c"),
        ("filename=\"\\\"x\\\".c\"", "\"x\".c"),
        ("filename*=UTF-8''na%C3%AFve.txt", "naïve.txt"),
        ("filename*=UTF-8''na%C3%AFve.txt; filename=\"naive.txt\"", "naïve.txt"),
        ("filename=\"naive.txt\"; filename*=UTF-8''na%C3%AFve.txt", "naïve.txt"),
        ("filename=\"naive.txt\"; filename*=ISO-8859-1''na%EFve.txt", "naive.txt"),
    ] {
        let file = part(&format!("name=\"file\"; {written}"));
        let body = format!("{file}foo\r\n--edge--\r\n");
        let answer = ann.send(Request::new("POST", CREATE).body(FORM, body)).await;
        assert_eq!(answer.expect(201)["name"], kept, "{written}");
    }
}

#[tokio::test]
async fn what_is_no_form_with_a_file_is_refused() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let file = part("name=\"file\"; filename=\"a.txt\"");
    let post = |media_type: &str, body: &str| {
        ann.send(Request::new("POST", CREATE).body(media_type, body.to_owned()))
    };
    for media_type in ["application/json", "text/plain", "multipart/mixed; boundary=edge", ""] {
        post(media_type, "{}").await.refuses(415, "unsupported_media_type");
    }
    let many = part("name=\"note\"").repeat(40);
    let endless_head = format!("--edge\r\nX: {}", "x".repeat(300_000));
    for body in [
        "",
        "--edge",
        "no form at all",
        &format!("{file}foo"),
        &format!("{file}foo\r\n--edge"),
        &format!("--edge\r\nno header\r\n\r\nfoo\r\n--edge--\r\n{file}"),
        &format!("{many}\r\n--edge--\r\n"),
        &endless_head,
    ] {
        let start: String = body.chars().take(60).collect();
        let answer = post(FORM, body).await;
        assert_eq!(answer.status, 400, "{start}: {answer}");
        answer.refuses(400, "bad_request");
    }
    post("multipart/form-data", &file).await.refuses(400, "bad_request");
    for body in [
        format!("{}foo\r\n--edge--\r\n", part("name=\"note\"; filename=\"a.txt\"")),
        format!("{}foo\r\n--edge--\r\n", part("name=\"file\"")),
        format!("{file}foo\r\n{file}foo\r\n--edge--\r\n"),
        "--edge--\r\n".to_owned(),
    ] {
        post(FORM, &body).await.faults(&["file"]);
    }
}

#[tokio::test]
async fn the_checks_of_an_upload_come_in_the_order_of_all_others() {
    let server = Server::start().await;
    let ann = server.user("ann").await;
    let plain = |method: &str| Request::new(method, CREATE).body("text/plain", "x");
    server.send(plain("PUT")).await.refuses(403, "not_authenticated");
    ann.send(plain("PUT").header("Accept", "text/html")).await.refuses(405, "method_not_allowed");
    ann.send(plain("POST").header("Accept", "text/html")).await.refuses(406, "not_acceptable");
    ann.send(plain("POST")).await.refuses(415, "unsupported_media_type");
    let described = ann.send(Request::new("OPTIONS", CREATE)).await.expect(200);
    assert_eq!(described["parses"], json!(["multipart/form-data"]));
}

#[tokio::test]
async fn the_largest_file_is_taken_and_a_larger_one_refused() {
    let server = Server::on_disk().await;
    let ann = server.user("ann").await;
    let mut content = vec![7; 25 * MEBIBYTE];
    let attachment = ann.uploads("large", &content).await;
    assert_eq!(attachment["size"], 25 * MEBIBYTE);
    assert!(downloads(&ann, &attachment).await.body == content);
    content.push(7);
    let large = Request::upload("larger", "text/plain", &content);
    for request in [large.clone(), large.chunked()] {
        ann.send(request).await.refuses(413, "payload_too_large");
    }
}

#[tokio::test]
async fn an_upload_may_be_slow_but_not_stand_still() {
    let piece_timeout = Duration::from_millis(500);
    let connections = Connections { body_timeout: piece_timeout, ..Connections::default() };
    let settings = Config { connections, ..pail_tests::server::settings() };
    let server = Server::start_with(settings).await;
    let ann = server.user("ann").await;
    let request = Request::upload("slow.txt", "text/plain", &[b'x'; 100]).token(&ann.token);
    let bytes = request.bytes();
    let (head, body) = bytes.split_at(bytes.len() - 100);
    let mut wire = Wire::open(server.addr).await;
    wire.write(head).await;
    for piece in body.chunks(10) {
        sleep(Duration::from_millis(100)).await;
        wire.write(piece).await;
    }
    wire.answer().await.expect("an answer").expect(201);
    let mut wire = Wire::open(server.addr).await;
    wire.write(head).await;
    wire.answer().await.expect("an answer").refuses(408, "request_timeout");
}

/// All files below a folder, by their path in it.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        for entry in fs::read_dir(&path).expect("a folder") {
            let entry = entry.expect("an entry").path();
            if entry.is_dir() {
                pending.push(entry);
            } else {
                let path = entry.strip_prefix(folder).expect("below the folder");
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[tokio::test]
async fn a_client_that_goes_away_leaves_nothing_behind() {
    let data = TempDir::new().expect("a directory");
    let location = DataLocation::Directory(data.path().to_owned());
    let settings = Config { data: location, ..pail_tests::server::settings() };
    let server = Server::start_with(settings).await;
    let ann = server.user("ann").await;
    let request = Request::upload("half", "text/plain", &vec![b'x'; MEBIBYTE]).token(&ann.token);
    let bytes = request.bytes();
    let mut wire = Wire::open(server.addr).await;
    wire.write(&bytes[..bytes.len() / 2]).await;
    let folder = data.path().join("attachments");
    let count_is = async |count: usize| {
        while files(&folder).len() != count {
            sleep(Duration::from_millis(5)).await;
        }
    };
    within("a file that is not whole", count_is(1)).await;
    drop(wire);
    within("the file's end", count_is(0)).await;
    ann.uploads("whole", b"foo").await;
    assert_eq!(files(&folder), [format!("{}/{}", &FOO[..2], &FOO[2..])]);
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_the_server_alone() {
    use std::os::unix::fs::PermissionsExt;
    let data = TempDir::new().expect("a directory");
    let location = DataLocation::Directory(data.path().to_owned());
    let server =
        Server::start_with(Config { data: location, ..pail_tests::server::settings() }).await;
    let ann = server.user("ann").await;
    ann.uploads("trace.txt", b"foo").await;
    let folder = data.path().join("attachments");
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join(&FOO[..2])), 0o700);
    assert_eq!(mode(&folder.join(&FOO[..2]).join(&FOO[2..])), 0o600);
}

#[tokio::test]
async fn a_token_of_a_channel_uploads_and_one_without_write_does_not() {
    let server = Server::start().await;
    let team = server.team().await;
    let token = async |scopes: Value| {
        let body = json!({ "label": "ci", "scopes": scopes });
        let made = team.ann.post("/api/auth/tokens/create/", &body).await.expect(201);
        made["token"].as_str().expect("a token").to_owned()
    };
    let upload = Request::upload("a.txt", "text/plain", b"foo");
    let channel = token(json!(["write", format!("channel:{}", team.channel)])).await;
    let attachment = server.send(upload.clone().token(&channel)).await.expect(201);
    let download = Request::get(&url(&attachment)).token(&channel);
    server.send(download).await.refuses(403, "scope_missing");
    let reader = token(json!(["read"])).await;
    server.send(upload.token(&reader)).await.refuses(403, "scope_missing");
    let plain = Request::new("POST", CREATE).body("text/plain", "x").token(&reader);
    server.send(plain).await.refuses(415, "unsupported_media_type");
    let download = Request::get(&url(&attachment)).token(&reader);
    assert_eq!(server.send(download).await.body, b"foo");
}

#[tokio::test]
async fn who_may_read_the_message_that_carries_it_may_download_it() {
    let server = Server::start().await;
    let team = server.team().await;
    let outsider = server.user("eve").await;
    let attachment = team.ann.uploads("trace.txt", b"foo").await;
    let carrying = json!({ "message_text": "look", "attachments": [attachment["id"]] });
    let message = team.ann.posts(team.channel, &carrying).await.expect(201);
    assert_eq!(message["attachments"], json!([attachment]));
    assert_eq!(downloads(&team.bob, &attachment).await.body, b"foo");
    downloads(&outsider, &attachment).await.refuses(403, "not_a_member");
    team.ann.removes_from_channel(team.channel, &team.bob).await;
    downloads(&team.bob, &attachment).await.refuses(403, "not_a_member");
    let path = format!("/api/chat/messages/{}/delete/", message["id"]);
    team.ann.delete(&path).await.expect(204);
    downloads(&team.ann, &attachment).await.refuses(404, "not_found");
}

#[tokio::test]
async fn what_a_deleted_channel_carried_is_gone_for_its_uploader_too() {
    let server = Server::start().await;
    let team = server.team().await;
    let attachment = team.bob.uploads("trace.txt", b"foo").await;
    let carrying = json!({ "message_text": "", "attachments": [attachment["id"]] });
    team.bob.posts(team.channel, &carrying).await.expect(201);
    team.ann.deletes_channel(team.channel).await;
    downloads(&team.bob, &attachment).await.refuses(404, "not_found");
}

#[tokio::test]
async fn what_is_deleted_leaves_the_disk_at_once_and_what_shares_its_content_stays() {
    let data = TempDir::new().expect("a directory");
    let location = DataLocation::Directory(data.path().to_owned());
    let settings = Config { data: location, ..pail_tests::server::settings() };
    let server = Server::start_with(settings).await;
    let team = server.team().await;
    let folder = data.path().join("attachments");
    let carries = async |channel: i64, content: &str| {
        let attachment = team.ann.uploads("a.txt", content.as_bytes()).await;
        let carrying = json!({ "message_text": "", "attachments": [attachment["id"]] });
        let message = team.ann.posts(channel, &carrying).await.expect(201);
        (attachment, format!("/api/chat/messages/{}/delete/", message["id"]))
    };
    let count_is = async |count: usize| {
        while files(&folder).len() != count {
            sleep(Duration::from_millis(5)).await;
        }
    };
    let first = team.ann.creates_channel(team.bucket, "First").await;
    let second = team.ann.creates_channel(team.bucket, "Second").await;
    let (_, message) = carries(team.channel, "deleted").await;
    carries(first, "of the first").await;
    carries(second, "of the second").await;
    let (_, shared) = carries(team.channel, "shared").await;
    let mine = team.bob.uploads("b.txt", b"shared").await;
    within("five uploads in four files", count_is(4)).await;
    team.ann.delete(&message).await.expect(204);
    within("the end of the message's file", count_is(3)).await;
    team.ann.delete(&shared).await.expect(204);
    team.ann.deletes_channel(first).await;
    within("the end of the channel's file", count_is(2)).await;
    team.ann.deletes_bucket(team.bucket).await;
    within("the end of the bucket's file", count_is(1)).await;
    assert_eq!(downloads(&team.bob, &mine).await.body, b"shared");
}
