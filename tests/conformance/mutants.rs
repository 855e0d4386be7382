//! That the suite can fail: every mutation is noticed by the clauses it is aimed at.

use pail_tests::Server;
use pail_tests::conformance::{People, mutants};

use crate::suite::{cases, registering, suite, target};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_mutation_is_noticed_and_every_clause_of_the_seed_notices_one() {
    let suite = suite();
    let mutations = mutants::load(&cases(), &suite).unwrap_or_else(|error| panic!("{error}"));
    let server = Server::on_disk().await;
    let people = People::gather(&target(&server), registering(), suite.users()).await;
    let people = people.unwrap_or_else(|error| panic!("{error}"));
    let table = mutants::run(&suite, &mutations, server.addr, &people).await;
    let table = table.unwrap_or_else(|error| panic!("{error}"));
    assert!(table.holds(), "\n{}", table.written());
    server.stop().await;
}
