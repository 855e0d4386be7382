//! The command line: what can be asked for, in words.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use pail_protocol::DEFAULT_PORT;

use crate::state::settings::Colours;

/// Team chat that lives in the terminal.
#[derive(Debug, Parser)]
#[command(name = "pail", version, about, after_help = AFTER_HELP)]
pub struct Cli {
    /// Folder for logins, drafts and unsent messages; two folders are two people on one machine
    #[arg(long, global = true, env = "PAIL_CLIENT_DIR", value_name = "DIR")]
    pub client_dir: Option<PathBuf>,
    /// Talk to a server on another machine, or let other machines in, without encryption
    #[arg(long, global = true)]
    pub insecure: bool,
    /// How many colours to use; before config.toml and NO_COLOR
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    pub color: Option<Color>,
    /// Lines instead of a screen: for screen readers, dumb terminals and pipes
    #[arg(long, global = true)]
    pub plain: bool,
    /// What to do; without a command, open the chat
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a server on this machine and open it
    Up(Up),
    /// Join with an invite somebody sent you
    Join {
        /// Like http://host:7245/join/CODE
        link: String,
        /// Your name, without being asked
        #[arg(long)]
        name: Option<String>,
    },
    /// Log in with a username and a password
    Login {
        /// Like http://host:7245
        server: String,
        /// Your username, without being asked
        #[arg(long)]
        username: Option<String>,
        /// Your password, without being asked
        #[arg(long, env = "PAIL_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// Log out of the account that was used last; `pail` offers to log in again
    Logout(LogOut),
    /// Print what is needed to log in on another machine
    Account,
    /// Look around in a pretend team; nothing is kept
    Demo,
    /// The settings: where they are, and whether pail understands them
    #[command(subcommand)]
    Config(Config),
    /// Ask the terminal and what is around it, and say what to change; exit code 1 when there is something
    Doctor,
    /// Print what every key does, as it is bound now
    Keys(Keys),
    /// What the client starts to highlight code
    #[command(name = crate::io::highlighter::COMMAND, hide = true)]
    HighlightCode,
    /// What the client starts to decode a picture
    #[command(name = crate::io::pictures::COMMAND, hide = true)]
    DecodePicture {
        /// The width it is to have
        width: u32,
        /// The height it is to have
        height: u32,
    },
    /// Print the colours of a theme, and whether they can be read
    Theme {
        /// Which one; without a name, the one that is chosen
        name: Option<String>,
        /// Fail when a colour can hardly be read on this background
        #[arg(long)]
        check: bool,
    },
    /// Print what completes pail's own commands in a shell
    Completions {
        /// Like bash, zsh or fish
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one for every command
    Man {
        /// Where to write them
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Print where the file is
    Path,
    /// Say what pail does not understand of it; exit code 1 when there is something
    Check,
    /// Print the file with every default
    Default,
}

/// Print the keys.
#[derive(Debug, clap::Args)]
pub struct Keys {
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Say which of them this terminal or multiplexer keeps for itself
    #[arg(long)]
    pub check: bool,
}

/// How a table is printed.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Format {
    /// Columns.
    #[default]
    Text,
    /// A table in Markdown.
    Md,
    /// An array of objects.
    Json,
}

/// How many colours to use.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Color {
    /// As many as the terminal says it has
    Auto,
    /// None
    #[value(alias = "never")]
    None,
    /// The terminal's own sixteen
    #[value(name = "16")]
    Sixteen,
    /// The fixed 256
    #[value(name = "256")]
    TwoFiftySix,
    /// All of them
    #[value(name = "true", aliases = ["always", "truecolor"])]
    True,
}

impl From<Color> for Colours {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::None => Self::None,
            Color::Sixteen => Self::Sixteen,
            Color::TwoFiftySix => Self::TwoFiftySix,
            Color::True => Self::True,
        }
    }
}

/// Log out.
#[derive(Debug, clap::Args)]
pub struct LogOut {
    /// Delete the username and the password saved here, too
    #[arg(long)]
    pub forget: bool,
    /// Delete without asking
    #[arg(long, requires = "forget")]
    pub yes: bool,
}

/// Start a server on this machine.
#[derive(Debug, clap::Args)]
pub struct Up {
    /// What the team is called
    #[arg(long, value_name = "NAME", default_value = "Team")]
    pub team: String,
    /// What you are called [default: $USER]
    #[arg(long, value_name = "YOU")]
    pub name: Option<String>,
    /// Where to listen; 0.0.0.0:7245 lets in the whole network, and needs --insecure
    #[arg(long, default_value_t = default_listen())]
    pub listen: SocketAddr,
    /// Folder for the messages
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Start with `pail demo` to look around, `pail up` to host a team, or `pail join LINK`.
Inside, F1 shows the keys. NO_COLOR is honoured.";

impl Default for Up {
    fn default() -> Self {
        Self { team: "Team".to_owned(), name: None, listen: default_listen(), data_dir: None }
    }
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], DEFAULT_PORT))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Cli, Command};

    #[test]
    fn the_team_and_its_owner_have_names_of_their_own() {
        Cli::command().debug_assert();
        let cli = Cli::parse_from(["pail", "up", "--team", "Acme", "--name", "Ana Lima"]);
        let Some(Command::Up(up)) = cli.command else { panic!("{cli:?}") };
        assert_eq!((&*up.team, up.name.as_deref()), ("Acme", Some("Ana Lima")));
    }
}
