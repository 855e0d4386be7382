//! The arguments of `pail-server`, each also in the environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::bail;
use clap::builder::FalseyValueParser;
use clap::{Parser, ValueEnum};
use pail_server::{Config, DataLocation, Registration, default_data_dir};

/// The Pail server: team chat in one binary and one SQLite file.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Arguments {
    /// Where to listen. Port 0 takes a free one.
    #[arg(long, env = "PAIL_LISTEN", default_value = "127.0.0.1:7245", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where the database lives [default: the platform's data directory]
    #[arg(long, env = "PAIL_DATA_DIR", value_name = "DIRECTORY")]
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
        let data_dir = match &self.data_dir {
            Some(directory) => directory.clone(),
            None => default_data_dir()?,
        };
        Ok(Config {
            data: DataLocation::Directory(data_dir),
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
