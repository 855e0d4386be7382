//! Things that happen at the same time: whoever wins, nobody hears what is not theirs and nothing
//! is lost or doubled.

use futures_util::future::join_all;
use pail_tests::{Heard, Server, Socket, within};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_during_the_handshake_shuts_out_one_way_or_the_other() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    for round in 0..30 {
        let (mut socket, ()) = tokio::join!(
            team.bob.listens(team.channel),
            team.ann.removes_from_channel(team.channel, &team.bob),
        );
        team.ann.says(team.channel, "secret").await;
        assert_eq!(socket.next().await, closed(4003), "round {round}");
        team.ann.adds_to_channel(team.channel, &team.bob).await;
    }
}

fn closed(code: u16) -> Heard {
    let reason = match code {
        4001 => "User is not authenticated.",
        4003 => "User is not a member of the channel.",
        _ => "Channel does not exist.",
    };
    Heard::Closed(code, reason.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_or_deletion_during_the_handshake_shuts_out_too() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    for _ in 0..15 {
        let device = team.bob.logs_in().await;
        let (mut socket, ()) = tokio::join!(device.listens(team.channel), device.logs_out());
        assert_eq!(socket.next().await, closed(4001));
        let channel = team.ann.creates_channel(team.bucket, "Brief").await;
        let (mut socket, ()) =
            tokio::join!(team.ann.listens(channel), team.ann.deletes_channel(channel));
        assert_eq!(socket.next().await, closed(4004));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_added_back_may_listen_at_once() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    for round in 0..30 {
        team.ann.removes_from_channel(team.channel, &team.bob).await;
        team.ann.adds_to_channel(team.channel, &team.bob).await;
        let mut socket = team.bob.listens(team.channel).await;
        team.ann.says(team.channel, "welcome back").await;
        assert!(matches!(socket.next().await, Heard::Frame(_)), "round {round}");
    }
}

/// A burst that keeps the live stream busy while something else happens.
async fn bursts(talkers: &mut [Socket]) {
    for talker in talkers {
        for _ in 0..30 {
            talker.feed(&json!({"message_text": "x"})).await;
        }
        assert!(talker.flush().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_added_back_may_listen_even_while_others_are_loud() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let loud = team.ann.creates_channel(team.bucket, "Loud").await;
    for _ in 0..400 {
        let mut audience = team.ann.listens(loud).await;
        tokio::spawn(async move { while let Heard::Frame(_) = audience.listen().await {} });
    }
    let mut talkers = Vec::new();
    for _ in 0..4 {
        talkers.push(team.ann.listens(loud).await);
    }
    for round in 0..60 {
        bursts(&mut talkers).await;
        team.ann.removes_from_channel(team.channel, &team.bob).await;
        team.ann.adds_to_channel(team.channel, &team.bob).await;
        let mut socket = team.bob.listens(team.channel).await;
        team.ann.says(team.channel, "welcome back").await;
        let heard = socket.next().await;
        assert!(matches!(heard, Heard::Frame(_)), "round {round}: {heard:?}");
        for talker in &mut talkers {
            for _ in 0..120 {
                talker.frame().await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_nonce_over_rest_and_both_sockets_at_once_is_one_message() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let (mut channel, mut events) =
        (team.ann.listens(team.channel).await, team.ann.follows().await);
    for round in 0..20 {
        let nonce = format!("n-{round}");
        let body = json!({"message_text": "x", "nonce": nonce});
        let mut send = body.clone();
        send["type"] = json!("send");
        send["channel_id"] = json!(team.channel);
        let (_, _, posted) = tokio::join!(
            channel.send(&body),
            events.send(&send),
            team.ann.posts(team.channel, &body)
        );
        let id = posted.json()["id"].clone();
        for socket in [&mut channel, &mut events] {
            let heard = socket.frame().await;
            assert_eq!((&heard["id"], &heard["nonce"]), (&id, &json!(nonce)));
        }
        // A marker tells the repeats, which come to whoever sent second, from the next round.
        let end = team.ann.says(team.channel, "end").await["id"].clone();
        for socket in [&mut channel, &mut events] {
            loop {
                let heard = socket.frame().await["id"].clone();
                if heard == end {
                    break;
                }
                assert_eq!(heard, id);
            }
        }
    }
    assert_eq!(team.bob.reads(team.channel).await.len(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_talking_at_once_is_one_order_for_all() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let talkers = (0..8).map(|who| {
        let (user, channel) =
            (if who % 2 == 0 { team.ann.clone() } else { team.bob.clone() }, team.channel);
        tokio::spawn(async move {
            let mut socket = user.listens(channel).await;
            for index in 0..50 {
                let nonce = format!("{who}-{index}");
                socket.feed(&json!({"message_text": nonce, "nonce": nonce})).await;
            }
            assert!(socket.flush().await);
            let mut mine = 0;
            let mut seqs = Vec::new();
            while mine < 50 {
                let frame = socket.frame().await;
                seqs.push(frame["seq"].as_i64().expect("a seq"));
                if frame["nonce"] == format!("{who}-{mine}") {
                    mine += 1;
                }
            }
            assert!(seqs.is_sorted_by(|a, b| a + 1 == *b), "{seqs:?}");
        })
    });
    for task in talkers.collect::<Vec<_>>() {
        within("a talker", task).await.expect("every echo comes, in order, without a hole");
    }
    let texts = team.ann.reads(team.channel).await;
    assert_eq!(texts.len(), 400);
    for who in 0..8 {
        let theirs: Vec<_> =
            texts.iter().filter(|text| text.starts_with(&format!("{who}-"))).collect();
        let expected: Vec<_> = (0..50).map(|index| format!("{who}-{index}")).collect();
        assert_eq!(theirs, expected.iter().collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_name_taken_by_many_at_once_goes_to_one() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let body = json!({"name": "Ops", "bucket": team.bucket});
    let creates = (0..8).map(|_| team.ann.post("/api/chat/channels/create/", &body));
    let answers = join_all(creates).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.faults(&["name"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn adding_and_removing_one_person_at_once_never_tears_the_membership() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    let add = json!({"channel": team.channel, "user": team.bob.id});
    let remove = format!("/api/chat/channels/{}/members/{}/remove/", team.channel, team.bob.id);
    for _ in 0..10 {
        let (added, removed) = tokio::join!(
            team.ann.post("/api/chat/channels/members/add/", &add),
            team.ann.delete(&remove),
        );
        assert!([201, 400].contains(&added.status), "{added}");
        assert!([204, 404].contains(&removed.status), "{removed}");
        let list = team.ann.get(&format!("/api/chat/channels/{}/members/", team.channel)).await;
        let there = list.expect(200).as_array().map(Vec::len) == Some(2);
        assert_eq!(
            team.bob.posts(team.channel, &json!({"message_text": "x"})).await.status,
            if there { 201 } else { 403 }
        );
        if !there {
            team.ann.adds_to_channel(team.channel, &team.bob).await;
        }
    }
}
