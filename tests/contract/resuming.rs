//! Resuming on the events socket: what was missed comes once, in order, or the gap is told.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use pail_server::{Config, DataLocation};
use pail_tests::scenario::until_ready;
use pail_tests::server::settings;
use pail_tests::{Server, Socket, Team, User, process, within};
use serde_json::{Value, json};
use tempfile::TempDir;

fn seqs(frames: &[Value]) -> Vec<i64> {
    frames.iter().filter_map(|frame| frame["seq"].as_i64()).collect()
}

async fn resumes(user: &User, channel: i64, after: i64) -> (Socket, Vec<Value>, Value) {
    let (socket, replay, ready) =
        user.resumes(&json!({channel.to_string(): {"after": after}})).await;
    let line = ready["channels"][channel.to_string()].clone();
    (socket, replay, line)
}

/// Says so much that the channel's newest event has that number.
async fn fill(team: &Team, up_to: i64) {
    let mut ann = team.ann.listens(team.channel).await;
    let mut last = team.ann.says(team.channel, "first").await["seq"].as_i64().expect("a seq");
    assert_eq!(ann.frame().await["seq"], last);
    while last < up_to {
        let window = (up_to - last).min(20);
        for _ in 0..window {
            ann.feed(&json!({"message_text": "x"})).await;
        }
        assert!(ann.flush().await);
        for _ in 0..window {
            last = ann.frame().await["seq"].as_i64().expect("a seq");
        }
    }
}

#[tokio::test]
async fn exactly_what_is_lacking_is_replayed_memberships_too() {
    let server = Server::start().await;
    let team = server.team().await;
    for text in ["4", "5", "6"] {
        team.ann.says(team.channel, text).await;
    }
    for after in 0..=6 {
        let (mut socket, replay, line) = resumes(&team.bob, team.channel, after).await;
        assert_eq!(seqs(&replay), (after + 1..=6).collect::<Vec<_>>());
        assert_eq!(line, json!({"last_seq": 6, "recovered": true}));
        socket.send(&json!({"type": "send", "channel_id": team.channel, "message_text": "  ", "nonce": "n"})).await;
        assert_eq!(socket.frame().await["type"], "error");
    }
    let (_socket, replay, _) = resumes(&team.bob, team.channel, 0).await;
    let types: Vec<_> = replay.iter().map(|frame| frame["type"].as_str()).collect();
    let expected = ["channel.created", "member.added", "member.added"];
    assert_eq!(types[..3], expected.map(Some));
}

#[tokio::test]
async fn a_replay_of_1000_is_whole_and_one_more_is_a_gap() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    fill(&team, 1010).await;
    let (_socket, replay, line) = resumes(&team.bob, team.channel, 10).await;
    assert_eq!(seqs(&replay), (11..=1010).collect::<Vec<_>>());
    assert_eq!(line["recovered"], true);
    let (mut socket, replay, line) = resumes(&team.bob, team.channel, 9).await;
    assert!(replay.is_empty());
    assert_eq!(line, json!({"last_seq": 1010, "recovered": false}));
    team.ann.says(team.channel, "live").await;
    assert_eq!(socket.message().await, "live");
}

#[tokio::test]
async fn numbers_of_the_future_below_zero_or_of_another_epoch_are_void() {
    let server = Server::start().await;
    let team = server.team().await;
    for after in [4, i64::MAX, -1, i64::MIN] {
        let (_socket, replay, line) = resumes(&team.bob, team.channel, after).await;
        assert!(replay.is_empty());
        assert_eq!(line, json!({"last_seq": 3, "recovered": false}), "{after}");
    }
    let epoch = team.bob.get("/api/auth/me/").await.expect(200)["epoch"].clone();
    for (epoch, recovered) in [(epoch, true), (json!("feedfacefeedface"), false)] {
        let mut socket = Socket::with_token(server.addr, "/ws/events/", &team.bob.token).await;
        socket.frame().await;
        let channels = json!({team.channel.to_string(): {"after": 0}});
        socket.send(&json!({"type": "subscribe", "epoch": epoch, "channels": channels})).await;
        let (replay, ready) = until_ready(&mut socket).await;
        assert_eq!(replay.len(), if recovered { 3 } else { 0 });
        assert_eq!(ready["channels"][team.channel.to_string()]["recovered"], recovered);
    }
}

#[tokio::test]
async fn the_epoch_survives_a_restart_and_numbers_go_on() {
    let directory = TempDir::new().expect("a directory");
    let config =
        || Config { data: DataLocation::Directory(directory.path().to_owned()), ..settings() };
    let server = Server::start_with(config()).await;
    let team = server.team().await;
    team.ann.says(team.channel, "4").await;
    let before = team.ann.get("/api/auth/me/").await.expect(200)["epoch"].clone();
    server.stop().await;
    let server = Server::start_with(config()).await;
    assert_eq!(server.founding_invite, None);
    let bob = User { addr: server.addr, ..team.bob };
    assert_eq!(bob.get("/api/auth/me/").await.expect(200)["epoch"], before);
    assert_eq!(bob.says(team.channel, "5").await["seq"], 5);
    let (_socket, replay, _) = resumes(&bob, team.channel, 3).await;
    assert_eq!(seqs(&replay), [4, 5]);
}

#[tokio::test]
async fn a_channel_one_is_no_longer_in_is_not_replayed() {
    let server = Server::start().await;
    let team = server.team().await;
    team.ann.says(team.channel, "secret").await;
    team.ann.removes_from_channel(team.channel, &team.bob).await;
    let (_socket, replay, line) = resumes(&team.bob, team.channel, 0).await;
    assert!(replay.is_empty());
    assert_eq!(line, Value::Null);
}

/// Reads until it has that event, and returns what it got per channel.
async fn collects(socket: &mut Socket, into: &mut BTreeMap<i64, Vec<i64>>, until: (i64, i64)) {
    loop {
        let frame = socket.frame().await;
        if let (Some(channel), Some(seq)) = (frame["channel_id"].as_i64(), frame["seq"].as_i64()) {
            into.entry(channel).or_default().push(seq);
            if (channel, seq) == until {
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_and_goes_while_others_talk_gets_everything_once_in_order() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let (ann, channel) = (team.ann.clone(), team.channel);
    let talk = tokio::spawn(async move {
        for index in 0..400 {
            ann.says(channel, &format!("m{index}")).await;
        }
    });
    let mut have = 3;
    let mut rounds = 0;
    while have < 403 {
        let (mut socket, replay, line) = resumes(&team.bob, channel, have).await;
        assert_eq!(line["recovered"], true);
        let mut got = seqs(&replay);
        for _ in 0..(rounds % 7) {
            let reached = got.last().copied().unwrap_or(have);
            if reached == 403 {
                break;
            }
            got.extend(socket.frame().await["seq"].as_i64());
        }
        assert_eq!(got, (have + 1..=have + got.len() as i64).collect::<Vec<_>>());
        have += got.len() as i64;
        rounds += 1;
    }
    within("the end of the talk", talk).await.expect("nobody panics");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_channels_at_once_arrive_whole_on_one_socket() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let mut channels = Vec::new();
    for index in 0..6 {
        let channel = team.ann.creates_channel(team.bucket, &format!("c{index}")).await;
        team.ann.adds_to_channel(channel, &team.bob).await;
        channels.push(channel);
    }
    let cursors: serde_json::Map<_, _> =
        channels.iter().map(|id| (id.to_string(), json!({"after": 3}))).collect();
    let talks = channels.iter().map(|&channel| {
        let ann = team.ann.clone();
        tokio::spawn(async move {
            for index in 0..30 {
                ann.says(channel, &format!("m{index}")).await;
            }
            ann.says(channel, "last").await["seq"].as_i64().expect("a seq")
        })
    });
    let talks: Vec<_> = talks.collect();
    let (mut socket, replay, _) = team.bob.resumes(&cursors.into()).await;
    let mut got: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for frame in &replay {
        let channel = frame["channel_id"].as_i64().expect("a channel");
        got.entry(channel).or_default().extend(frame["seq"].as_i64());
    }
    let lasts = within("the talks", join_all(talks)).await;
    for (channel, last) in channels.iter().zip(lasts) {
        let last = last.expect("nobody panics");
        if !got.get(channel).is_some_and(|seqs| seqs.contains(&last)) {
            collects(&mut socket, &mut got, (*channel, last)).await;
        }
    }
    for channel in channels {
        assert_eq!(got[&channel], (4..=34).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn after_a_backup_was_put_back_and_the_epoch_renewed_clients_start_over() {
    let directory = TempDir::new().expect("a temporary directory");
    let data = DataLocation::Directory(directory.path().to_owned());
    let settings = || Config { data: data.clone(), ..settings() };
    let server = Server::start_with(settings()).await;
    let team = server.team().await;
    team.ann.says(team.channel, "before").await;
    let (_, _, ready) = team.bob.resumes(&json!({})).await;
    let before = ready["epoch"].clone();
    server.stop().await;

    let renew = process::command(directory.path(), &["renew-epoch"]).output();
    let told = String::from_utf8_lossy(&renew.expect("pail-server can be run").stdout).into_owned();
    let server = Server::start_with(settings()).await;
    let mut socket = Socket::with_token(server.addr, "/ws/events/", &team.bob.token).await;
    let epoch = socket.frame().await["epoch"].clone();
    assert_ne!(epoch, before);
    assert!(told.contains(epoch.as_str().expect("a text")), "{told}");
    let channels = json!({ team.channel.to_string(): { "after": 1 } });
    socket.send(&json!({ "type": "subscribe", "epoch": before, "channels": channels })).await;
    let (replay, ready) = until_ready(&mut socket).await;
    let expected = json!({ "last_seq": 4, "recovered": false });
    assert_eq!(ready["channels"][team.channel.to_string()], expected);
    assert_eq!((replay.len(), &ready["epoch"]), (0, &epoch));
    server.stop().await;
}
