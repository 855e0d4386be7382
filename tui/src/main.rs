//! `pail`: reads the command line and says how it ended.

use std::process::ExitCode;

use clap::Parser;
use pail::{cli::Cli, launch};

/// Threads beside the one that has the screen: for sockets, and for an embedded server. Every one
/// costs memory, and a large machine must not make a large client.
const WORKERS: usize = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = match runtime.worker_threads(WORKERS).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            launch::complain(&format!("pail: the system gives no threads: {error}"));
            return ExitCode::FAILURE;
        }
    };
    // The screen belongs to this thread; an embedded server runs on the others.
    match runtime.block_on(launch::launch(cli)) {
        Ok(code) => code,
        Err(error) => {
            launch::complain(&format!("pail: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
