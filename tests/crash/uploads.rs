//! The real binary, killed in the middle of uploads: what was acknowledged is there whole, and once
//! it has swept, nothing lies in its folder that nobody can download.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use pail_tests::process::Process;
use pail_tests::{Request, User, Wire, within};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::sleep;

use super::{registers, rounds};

const PEOPLE: usize = 4;
/// More than anybody gets through before the kill.
const FILES_EACH: usize = 400;

/// What one file of one person holds: no two are the same, and sizes differ.
fn content(person: usize, round: usize, index: usize) -> Vec<u8> {
    let line = format!("{person} {round} {index}\n");
    line.repeat(1 + index * 977 % 20_000).into_bytes()
}

/// Uploads until the connection fails; the ids and contents of what was acknowledged.
async fn uploads(
    user: &User,
    person: usize,
    round: usize,
    count: &watch::Sender<usize>,
) -> Vec<(i64, Vec<u8>)> {
    let mut acknowledged = Vec::new();
    for index in 0..FILES_EACH {
        let content = content(person, round, index);
        let request = Request::upload("a.txt", "text/plain", &content).token(&user.token);
        let Some(mut wire) = Wire::reach(user.addr).await else { break };
        wire.write(&request.bytes()).await;
        let Some(answer) = wire.answer().await.filter(|answer| answer.whole) else { break };
        let id = answer.expect(201)["id"].as_i64().expect("an id");
        acknowledged.push((id, content));
        count.send_modify(|count| *count += 1);
    }
    acknowledged
}

/// The files of a folder, as the hashes they are named after.
fn hashes(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry")) {
        let subfolder = entry.file_name().to_string_lossy().into_owned();
        for file in fs::read_dir(entry.path()).expect("a subfolder") {
            let name = file.expect("an entry").file_name().to_string_lossy().into_owned();
            found.insert(format!("{subfolder}{name}"));
        }
    }
    found
}

/// The hashes of everything these people can download.
async fn downloadable(users: &[User], ids: i64) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for id in 1..=ids {
        for user in users {
            let head = user.send(Request::new("HEAD", &format!("/api/chat/attachments/{id}/")));
            let head = head.await;
            found.extend(head.header("etag").map(|tag| tag.trim_matches('"').to_owned()));
        }
    }
    found
}

async fn people(addr: SocketAddr) -> Vec<User> {
    let mut people = Vec::new();
    for person in 0..PEOPLE {
        people.push(registers(addr, &format!("user{person}")).await);
    }
    people
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledged_upload_survives_kill_9_and_nothing_else_remains() {
    let data = TempDir::new().expect("a directory");
    let folder = data.path().join("attachments");
    let mut server = Process::start(data.path());
    let mut users = people(server.addr).await;
    let mut acknowledged = Vec::new();
    for round in 0..rounds() {
        let sender = Arc::new(watch::Sender::new(0));
        let mut count = sender.subscribe();
        let uploading = users.iter().enumerate();
        let uploading = uploading.map(|(person, user)| uploads(user, person, round, &sender));
        let kill = async {
            let reached = count.wait_for(|count| *count >= 10 + round * 7).await;
            reached.expect("the clients count");
            server.kill();
        };
        let (new, ()) =
            within("uploads that are cut off", async { tokio::join!(join_all(uploading), kill) })
                .await;
        acknowledged.extend(users.iter().cloned().zip(new));
        server = Process::start(data.path());
        for user in users.iter_mut().chain(acknowledged.iter_mut().map(|(user, _)| user)) {
            user.addr = server.addr;
        }
        for (user, files) in &acknowledged {
            for (id, content) in files {
                let answer = user.get(&format!("/api/chat/attachments/{id}/")).await;
                assert_eq!(answer.status, 200, "{answer}");
                assert!(answer.body == *content, "{id} is not what was uploaded");
            }
        }
        let newest = acknowledged.iter().flat_map(|(_, files)| files).map(|(id, _)| *id).max();
        // Uploads that were kept but not acknowledged any more may have ids beyond.
        let reachable = downloadable(&users, newest.unwrap_or(0) + PEOPLE as i64).await;
        let swept = async {
            while hashes(&folder) != reachable {
                sleep(Duration::from_millis(20)).await;
            }
        };
        within("a folder without anything that nobody can download", swept).await;
    }
}
