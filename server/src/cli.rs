//! The arguments of `pail-server`, each also in the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::bail;
use clap::builder::FalseyValueParser;
use clap::{Parser, Subcommand, ValueEnum};
use pail_server::{Config, DataLocation, Registration, default_data_dir};

/// The Pail server: team chat in one binary and one SQLite file.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Arguments {
    /// Where to listen. Port 0 takes a free one.
    #[arg(long, env = "PAIL_LISTEN", default_value = "127.0.0.1:7245", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where the database lives [default: the platform's data directory]
    #[arg(long, env = "PAIL_DATA_DIR", value_name = "DIRECTORY", global = true)]
    data_dir: Option<PathBuf>,
    /// Who may register.
    #[arg(long, env = "PAIL_REGISTRATION", value_enum, default_value = "invite")]
    registration: Policy,
    /// What the first bucket is called.
    #[arg(long, env = "PAIL_TEAM", default_value = "team", value_name = "NAME")]
    team: String,
    /// Listen on a public address without TLS. Passwords then cross the network in clear, unless
    /// something in front of the server encrypts.
    #[arg(long, env = "PAIL_INSECURE", value_parser = FalseyValueParser::new())]
    insecure: bool,
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done while no server runs on the data directory.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take in the export of a bucket, into a data directory that has nobody yet, and print the codes
    /// with which its people come back.
    Import {
        /// The export, or `-` for standard input.
        file: PathBuf,
    },
    /// Make all clients start over, after a backup was put back: what they remember is void.
    RenewEpoch,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Policy {
    /// Everybody.
    Open,
    /// Who has an invite.
    Invite,
    /// Nobody.
    Closed,
}

impl Arguments {
    /// Where the database lives.
    ///
    /// # Errors
    /// No data directory is said or known.
    pub fn data(&self) -> anyhow::Result<DataLocation> {
        let directory = match &self.data_dir {
            Some(directory) => directory.clone(),
            None => default_data_dir()?,
        };
        Ok(DataLocation::Directory(directory))
    }

    /// The settings these arguments ask for.
    ///
    /// # Errors
    /// A public address without `--insecure`; no data directory.
    pub fn config(&self) -> anyhow::Result<Config> {
        if !self.listen.ip().is_loopback() && !self.insecure {
            bail!(
                "{} is reachable from outside and this server has no TLS of its own.\n\
                 Listen on 127.0.0.1 behind a TLS proxy (Caddy, nginx), or say --insecure.",
                self.listen
            );
        }
        Ok(Config {
            data: self.data()?,
            registration: match self.registration {
                Policy::Open => Registration::Open,
                Policy::Invite => Registration::Invite,
                Policy::Closed => Registration::Closed,
            },
            team_name: self.team.clone(),
            ..Config::default()
        })
    }
}
