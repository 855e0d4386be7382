//! A client that does not read is let go; the others notice nothing.

use pail_tests::{Heard, Server, Socket, Team, User, within};
use serde_json::json;

async fn mute(user: &User, path: &str) -> Socket {
    let token = format!("Token {}", user.token);
    Socket::narrow(user.addr, path, &[("authorization", &token)]).await
}

/// Says large things one by one, and says whether everybody who reads gets each at once.
async fn talk(team: &Team, count: usize, others: &mut [Socket]) {
    let text = "x".repeat(16_000);
    for _ in 0..count {
        team.ann.says(team.channel, &text).await;
        for socket in &mut *others {
            socket.message().await;
        }
    }
}

/// Reads on until the end, and returns how many frames there were and how it ended.
async fn drains(mut socket: Socket) -> (usize, Heard) {
    let mut count = 0;
    loop {
        match socket.next().await {
            Heard::Frame(_) => count += 1,
            end => return (count, end),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_never_reads_is_closed_while_the_others_go_on() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let slow = mute(&team.bob, &format!("/ws/chat/{}/", team.channel)).await;
    let mut slow_events = mute(&team.bob, "/ws/events/").await;
    slow_events.send(&json!({"type": "subscribe", "channels": {}})).await;
    let mut others = [team.ann.listens(team.channel).await, team.bob.follows().await];
    let count = 400;
    within("the talk", talk(&team, count, &mut others)).await;
    for slow in [slow, slow_events] {
        let (got, end) = drains(slow).await;
        assert!(got < count, "all {count} messages were kept for one who does not read");
        match end {
            Heard::Closed(code, _) => assert_eq!(code, 4008),
            Heard::Gone => {}
            Heard::Frame(_) => unreachable!("frames are counted"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_too_slow_resumes_without_a_gap() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let mut slow = mute(&team.bob, "/ws/events/").await;
    slow.send(&json!({"type": "subscribe", "channels": {}})).await;
    assert_eq!(slow.frame_of("ready").await["type"], "ready");
    within("the talk", talk(&team, 400, &mut [])).await;
    let mut last = 3;
    while let Heard::Frame(frame) = slow.next().await {
        assert_eq!(frame["seq"], last + 1);
        last += 1;
    }
    assert!(last < 403, "all was kept for one who does not read");
    let cursor = json!({team.channel.to_string(): {"after": last}});
    let (_socket, replay, ready) = team.bob.resumes(&cursor).await;
    assert_eq!(ready["channels"][team.channel.to_string()]["recovered"], true);
    let seqs: Vec<_> = replay.iter().filter_map(|frame| frame["seq"].as_i64()).collect();
    assert_eq!(seqs, (last + 1..=403).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_large_messages_reaches_everybody_who_reads() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let mut bob = team.bob.listens(team.channel).await;
    let count = 24;
    let reader = tokio::spawn(async move {
        for index in 0..count {
            match bob.next().await {
                Heard::Frame(_) => {}
                end => return Err(format!("{end:?} after {index} messages")),
            }
        }
        Ok(())
    });
    let text = "x".repeat(16_000);
    let body = json!({"message_text": text});
    let posts = (0..count).map(|_| team.ann.posts(team.channel, &body));
    futures_util::future::join_all(posts).await;
    let read = within("the reading", reader).await.expect("nobody panics");
    assert_eq!(read, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_small_messages_reaches_everybody_who_reads() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let mut readers = Vec::new();
    for _ in 0..8 {
        let mut socket = team.bob.listens(team.channel).await;
        readers.push(tokio::spawn(async move {
            for _ in 0..600 {
                socket.message().await;
            }
        }));
    }
    let talks = (0..6).map(|who| {
        let (ann, channel) = (team.ann.clone(), team.channel);
        tokio::spawn(async move {
            let mut socket = ann.listens(channel).await;
            for index in 0..100 {
                let nonce = format!("{who}-{index}");
                socket.feed(&json!({"message_text": "x", "nonce": nonce})).await;
            }
            assert!(socket.flush().await);
            while socket.frame().await["nonce"] != format!("{who}-99") {}
        })
    });
    for task in talks.collect::<Vec<_>>().into_iter().chain(readers) {
        within("a burst", task).await.expect("nobody is closed");
    }
}
