//! Shows that the conformance suite can fail: prints which clauses catch which mutation of our own
//! server. See `docs/conformance.md`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use pail_tests::Server;
use pail_tests::conformance::{People, Recruiting, Suite, Target, mutants};
use tokio::time::Instant;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "mutants: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether everything that was tried was noticed.
async fn run() -> anyhow::Result<bool> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let suite = Suite::load(&cases)?;
    let mut mutations = mutants::load(&cases, &suite)?;
    let word = std::env::args().nth(1).unwrap_or_default();
    mutations.retain(|mutation| mutation.name.contains(&word));
    let server = Server::on_disk().await;
    let target = Target::parse(&format!("http://{}", server.addr), Duration::from_secs(20))?;
    let recruiting = Recruiting { registers: true, ..Recruiting::default() };
    let people = People::gather(&target, recruiting, suite.users()).await?;
    let began = Instant::now();
    let table = mutants::run(&suite, &mutations, server.addr, &people).await?;
    let seconds = began.elapsed().as_secs_f64();
    let mut out = std::io::stdout();
    write!(out, "{}", table.written())?;
    writeln!(out, "{} clauses in {seconds:.1} s", suite.clauses.len())?;
    server.stop().await;
    let is_whole = word.is_empty();
    let missed = table.tried.iter().any(|one| !one.missed_by.is_empty());
    Ok(!missed && (!is_whole || table.holds()))
}
