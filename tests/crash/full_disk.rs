//! A disk that is full: nothing is acknowledged that is not kept, reading goes on, and writing
//! works again once there is room. Needs the right to mount; elsewhere it checks nothing.

use std::fs;
use std::path::PathBuf;

use pail_tests::process::Process;
use pail_tests::{Request, Socket, User};
use serde_json::json;
use tempfile::TempDir;

use super::registers;

/// Posts large messages until one is refused; the nonces of those that were kept, and the refused.
async fn fills(user: &User, channel: i64) -> (Vec<String>, String) {
    let mut kept = Vec::new();
    for index in 0..2000 {
        let nonce = format!("n-{index}");
        let body = json!({ "message_text": "x".repeat(16_000), "nonce": nonce });
        let answer = user.posts(channel, &body).await;
        match answer.status {
            201 => kept.push(nonce),
            _ => {
                assert_eq!(answer.refuses(507, "storage_full"), "Storage full");
                return (kept, nonce);
            }
        }
    }
    panic!("the disk was never full");
}

async fn nonces(user: &User, channel: i64) -> Vec<String> {
    let history = user.get(&format!("/api/chat/channels/{channel}/messages/")).await.expect(200);
    let rows = history.as_array().expect("a list").iter();
    rows.map(|row| row["nonce"].as_str().expect("a nonce").to_owned()).collect()
}

async fn is_told(socket: &mut Socket, frame: &serde_json::Value) -> serde_json::Value {
    socket.send(frame).await;
    socket.frame().await
}

/// A directory as the server sees it: the mount is its own, and its root is the way in.
fn seen_by(server: &Process, data: &TempDir) -> PathBuf {
    PathBuf::from(format!("/proc/{}/root{}", server.id(), data.path().display()))
}

#[tokio::test]
async fn a_full_disk_is_told_and_overcome() {
    let data = TempDir::new().expect("a directory");
    let Some(server) = Process::start_on_small_disk(data.path(), 12) else { return };
    let user = registers(server.addr, "ann").await;
    let bucket = user.creates_bucket("Dev").await;
    let channel = user.creates_channel(bucket, "General").await;
    let (mut kept, refused) = fills(&user, channel).await;
    assert_eq!(nonces(&user, channel).await, kept);
    assert_eq!(Request::get("/healthz").send(server.addr).await.status, 200);
    let (mut old, mut events) = (user.listens(channel).await, user.follows().await);
    let large = "x".repeat(16_000);
    let told = is_told(&mut old, &json!({"message_text": large, "nonce": "w"})).await;
    assert_eq!(told, json!({"error": "Storage full", "nonce": "w"}));
    let send = json!({"type": "send", "channel_id": channel, "message_text": large, "nonce": "w"});
    let told = is_told(&mut events, &send).await;
    assert_eq!((&told["code"], &told["nonce"]), (&json!("storage_full"), &json!("w")));
    fs::remove_file(seen_by(&server, &data).join("ballast")).expect("the ballast goes");
    let body = json!({ "message_text": "again", "nonce": refused });
    let first = user.posts(channel, &body).await;
    assert_eq!(first.expect(201)["message_text"], "again");
    kept.push(refused);
    assert_eq!(old.message().await, "again");
    assert_eq!(events.message().await, "again");
    assert_eq!(nonces(&user, channel).await, kept);
}

#[tokio::test]
async fn an_upload_that_does_not_fit_leaves_nothing_behind() {
    let data = TempDir::new().expect("a directory");
    let Some(server) = Process::start_on_small_disk(data.path(), 12) else { return };
    let user = registers(server.addr, "ann").await;
    let large = Request::upload("large", "text/plain", &vec![7; 8 * 1024 * 1024]);
    user.send(large.clone()).await.refuses(507, "storage_full");
    let incoming = seen_by(&server, &data).join("attachments").join("incoming");
    assert_eq!(fs::read_dir(incoming).expect("the folder").count(), 0);
    user.uploads("small", b"foo").await;
    fs::remove_file(seen_by(&server, &data).join("ballast")).expect("the ballast goes");
    user.send(large).await.expect(201);
}
