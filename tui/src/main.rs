//! `pail`: reads the command line and says how it ended.

use std::process::ExitCode;

use clap::Parser;
use pail::{cli::Cli, launch};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Runtime::new() {
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
