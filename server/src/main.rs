//! `pail-server`: reads its arguments, opens the database, says where it listens, serves.

mod cli;
mod offline;

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
        .with_writer(|| Log)
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
    if let Some(command) = &arguments.command {
        return offline::run(command, arguments.data()?).await;
    }
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
    // Before anybody is told that the server is there, and may ask it to end.
    let signals = Signals::listen()?;
    greet(&format!("http://{}", listener.local_addr()?), &place, server.founding_invite())?;
    let shutdown = CancellationToken::new();
    tokio::spawn(cancel_on_signal(signals, shutdown.clone()));
    server.run(listener, shutdown).await
}

/// Standard error, or nothing once nobody reads it: a log that fails must not fail the server.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _ = std::io::stderr().write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
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
async fn cancel_on_signal(mut signals: Signals, shutdown: CancellationToken) {
    signals.next().await;
    shutdown.cancel();
    tracing::info!("shutting down");
    signals.next().await;
    std::process::exit(130);
}

/// What asks a server to end, listened to from the moment this is made.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
