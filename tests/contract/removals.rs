//! Whoever is shut out hears nothing more, on none of their sockets, while others talk at full speed.
//! The rig `removal` does the same for longer.

use pail_tests::Server;
use pail_tests::removal::{Arena, Removal};

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
