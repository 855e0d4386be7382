//! `pail-server`: reads its arguments, opens the database, says where it listens, serves.

mod cli;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use pail_server::{DataLocation, Server};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::LevelFilter;

use cli::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(LevelFilter::INFO)
        .with_target(false)
        .init();
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "pail-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut config = arguments.config()?;
    config.connections.count_max = connections_max(config.connections.count_max);
    let place = match &config.data {
        DataLocation::Memory => "memory".to_owned(),
        DataLocation::Directory(directory) => directory.join("pail.db").display().to_string(),
    };
    let server = Server::open(config).await?;
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("listening on {}", arguments.listen))?;
    greet(&format!("http://{}", listener.local_addr()?), &place, server.founding_invite())?;
    let shutdown = CancellationToken::new();
    tokio::spawn(cancel_on_signal(shutdown.clone()));
    server.run(listener, shutdown).await
}

/// How many connections fit: the system's limit on open files, raised as far as it goes, less a
/// reserve for the database.
fn connections_max(wanted: usize) -> usize {
    const RESERVED_FILES: u64 = 64;
    let Ok(files) = rlimit::increase_nofile_limit(u64::MAX) else { return wanted };
    let fitting = usize::try_from(files.saturating_sub(RESERVED_FILES)).unwrap_or(usize::MAX);
    if fitting < wanted {
        tracing::warn!(connections_max = fitting, "the limit on open files allows no more");
    }
    wanted.min(fitting).max(1)
}

/// Says where the server is, and how the first person gets in; in one piece, for scripts.
fn greet(url: &str, place: &str, founding_invite: Option<String>) -> std::io::Result<()> {
    let mut text = format!("Pail is listening on {url}, with its data in {place}\n");
    if let Some(code) = founding_invite {
        text += &format!(
            "\nNobody is here yet. Whoever joins with this line first owns the server:\n\n    \
             pail join {url}/join/{code}\n\n\
             It works once, and changes when the server is started again.\n"
        );
    }
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Ends the server on Ctrl-C or SIGTERM; a second one ends the process at once.
async fn cancel_on_signal(shutdown: CancellationToken) {
    for attempt in 0..2 {
        wait_for_signal().await;
        if attempt == 1 {
            std::process::exit(130);
        }
        tracing::info!("shutting down");
        shutdown.cancel();
    }
}

#[cfg(unix)]
async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() {
    let _ = tokio::signal::ctrl_c().await;
}
