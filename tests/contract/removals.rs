//! Whoever is shut out hears nothing more, on none of their sockets: not while others talk at full
//! speed, and not what waited for a socket that did not read. The rig `removal` does the first for
//! longer.

use pail_tests::removal::{Arena, Removal};
use pail_tests::{Heard, Server, Socket, Team, User, within};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_socket_hears_anything_after_its_removal() {
    let server = Server::on_disk().await;
    let arena = Arena::open(server.addr).await;
    for kind in Removal::ALL {
        let outcome = arena.removals(kind, 4).await;
        assert!(outcome.wrong.is_empty(), "{kind:?}: {:#?}", outcome.wrong);
        assert_eq!((outcome.removals, outcome.sockets), (4, 24));
        assert!(outcome.before > 0, "nothing flowed before");
        assert!(outcome.too_slow <= 8, "those who read were cut off as slow as well");
    }
    arena.close().await;
}

/// A socket that does not read, with almost no room in its own kernel.
async fn mute(user: &User, channel: i64) -> Socket {
    let token = format!("Token {}", user.token);
    let headers = [("authorization", token.as_str())];
    Socket::narrow(user.addr, &format!("/ws/chat/{channel}/"), &headers).await
}

/// Says large things, and waits until somebody who reads has heard them all.
async fn talk(team: &Team, count: usize) {
    let mut reader = team.ann.listens(team.channel).await;
    let text = "x".repeat(16_000);
    for _ in 0..count {
        team.ann.says(team.channel, &text).await;
        reader.message().await;
    }
}

/// Reads at last: how many frames there were, and how it ended.
async fn hears_out(mut socket: Socket) -> (usize, Heard) {
    let mut count = 0;
    loop {
        match socket.next().await {
            Heard::Frame(_) => count += 1,
            end => return (count, end),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_still_waits_for_a_socket_when_its_person_is_removed_is_not_sent() {
    let server = Server::on_disk().await;
    let team = server.team().await;
    // How much the kernel takes for somebody who does not read: beyond it, frames wait in the server,
    // some thirty of this size before a socket counts as slow.
    let scout = mute(&team.bob, team.channel).await;
    within("the talk", talk(&team, 300)).await;
    let (taken, _) = hears_out(scout).await;
    assert!(taken < 300, "the kernel took everything");
    for _ in 0..3 {
        let slow = mute(&team.bob, team.channel).await;
        let said = taken + 15;
        within("the talk", talk(&team, said)).await;
        team.ann.removes_from_channel(team.channel, &team.bob).await;
        let (heard, end) = hears_out(slow).await;
        assert!(heard < said, "all {said} were sent, although some still waited");
        assert!(matches!(end, Heard::Closed(4003, _)), "{end:?} after {heard} of {said}");
        team.ann.adds_to_channel(team.channel, &team.bob).await;
    }
}
