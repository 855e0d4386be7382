//! From a command to a running client: finds the way in, then hands over to the loop.

mod doctor;
mod leaving;
mod printing;

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, ensure};
use jiff::tz::TimeZone;
use tokio::sync::Mutex;

use crate::cli::{Cli, Command, Up};
use crate::embed::{Hosting, Keeping};
use crate::io::Edge;
use crate::io::accounts::{Account, Accounts};
use crate::io::address::{JoinLink, ServerAddress};
use crate::io::config::{self, Configured};
use crate::io::entry::{Doors, Opened, name_of_user};
use crate::io::files::ClientDirs;
use crate::io::highlighter;
use crate::io::keyring::Keyring;
use crate::io::pictures;
use crate::io::randomness;
use crate::io::secrets::Secrets;
use crate::io::terminal::{self, Terminal};
use crate::plain::{self, Plain};
use crate::runtime::Runtime;
use crate::state::effect::Secret;
use crate::state::welcome::{Suggestions, Way, Welcome};
use crate::state::{Effect, Entry, Input, Outgoing, Size, State};
use crate::text::SafeText;

/// What the exit code says when somebody must be asked and there is no terminal to ask on.
const NO_TERMINAL: u8 = 2;
/// What is said then.
const NOBODY: &str = "Nobody is logged in here, and there is no screen to ask on. Say pail join LINK \
                      --name NAME, or pail login SERVER --username NAME with PAIL_PASSWORD set.";

/// What the client begins with.
enum Beginning {
    /// An account, with the line to hand on if there is one to show.
    Opened(Box<Opened>),
    /// The screens before the chat.
    Welcome(Welcome),
    /// A way in that needs no more asking.
    Enter(Welcome, Entry),
}

/// Does what the command line asks for.
///
/// # Errors
/// A sentence that says what went wrong and what to do next.
pub async fn launch(cli: Cli) -> anyhow::Result<ExitCode> {
    if let Some(Command::HighlightCode) = cli.command {
        highlighter::serve(std::io::stdin(), std::io::stdout())?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(Command::DecodePicture { width, height }) = cli.command {
        pictures::serve(std::io::stdin(), std::io::stdout(), width, height)?;
        return Ok(ExitCode::SUCCESS);
    }
    let dirs = ClientDirs::new(cli.client_dir.clone())?;
    let accounts = Accounts::new(&dirs);
    let file = config::File::of(&dirs);
    let said = said(&cli);
    let chosen = file.load(said);
    let is_wanted = chosen.settings.privacy.keyring;
    let secrets = Secrets::new(accounts.clone(), Keyring::system(), is_wanted);
    match &cli.command {
        Some(Command::Config(what)) => return Ok(printing::config(&file, &chosen, what)),
        Some(Command::Theme { name, check }) => {
            return Ok(printing::theme(&chosen, name.as_deref(), *check));
        }
        Some(Command::Completions { shell }) => return Ok(printing::completions(*shell)),
        Some(Command::Man { dir }) => return printing::manual(dir.as_deref()),
        Some(Command::Keys(how)) => return Ok(printing::keys(&chosen.keys, how)),
        Some(Command::Doctor) => return Ok(doctor::doctor(&chosen, &secrets).await),
        Some(Command::Logout(how)) => {
            return leaving::log_out(&accounts, &secrets, &dirs, how)
                .await
                .map(|()| ExitCode::SUCCESS);
        }
        Some(Command::Account) => {
            return leaving::print_saved(&accounts, &secrets).await.map(|()| ExitCode::SUCCESS);
        }
        _ => {}
    }
    let up = match &cli.command {
        Some(Command::Up(up)) => Some(up),
        _ => None,
    };
    let doors = Arc::new(Doors {
        accounts,
        secrets,
        insecure: cli.insecure,
        hosting: hosting(up.unwrap_or(&Up::default())),
        hosted: Mutex::new(None),
    });
    file.generate();
    let outcome = match begin(&cli, &doors).await {
        Ok(beginning) if is_plain(&cli) => open_plain(beginning, &doors, dirs).await,
        Ok(beginning) => {
            let configured = Configured::new(file, said, chosen);
            let opened = open_client(beginning, doors.clone(), dirs, configured).await;
            opened.map(|()| ExitCode::SUCCESS)
        }
        Err(error) => Err(error),
    };
    doors.close().await;
    outcome
}

/// Whether lines are wanted instead of a screen, or nothing else is possible.
fn is_plain(cli: &Cli) -> bool {
    let says = |name: &str, value: &str| std::env::var_os(name).is_some_and(|said| said == value);
    cli.plain || says("PAIL_A11Y", "1") || says("TERM", "dumb") || !terminal::is_there()
}

async fn open_plain(
    beginning: Beginning,
    doors: &Arc<Doors>,
    dirs: ClientDirs,
) -> anyhow::Result<ExitCode> {
    let (mut edge, outside) = Edge::new(doors.clone(), dirs);
    let (welcome, inputs) = match beginning {
        Beginning::Opened(opened) => {
            let entered = Input::Entered(Ok(edge.open(*opened)));
            (Welcome::chooser(Suggestions::default(), None), vec![entered])
        }
        Beginning::Enter(welcome, entry) => {
            edge.run(Outgoing { account: None, effect: Effect::Enter(entry) });
            (welcome, Vec::new())
        }
        Beginning::Welcome(_) => {
            complain(NOBODY);
            return Ok(ExitCode::from(NO_TERMINAL));
        }
    };
    let seed = u128::from_le_bytes(randomness::bytes()?);
    let state = State::new(welcome, plain::PAGE, TimeZone::system(), seed);
    Plain::new(state, edge, outside).run(inputs).await.map(|()| ExitCode::SUCCESS)
}

async fn begin(cli: &Cli, doors: &Doors) -> anyhow::Result<Beginning> {
    let known = Suggestions { name: name_of_user(), ..Suggestions::default() };
    match &cli.command {
        Some(Command::Up(up)) => begin_up(up, doors, known).await,
        Some(Command::Join { link, name }) => begin_join(link, name.as_deref(), doors, known).await,
        Some(Command::Login { server, username, password }) => {
            begin_login(server, username.as_deref(), password.as_deref(), known)
        }
        Some(Command::Demo) => {
            Ok(Beginning::Enter(Welcome::entering(Way::Demo, known), Entry::Demo))
        }
        Some(_) | None => begin_saved(doors, known).await,
    }
}

/// With the login that was used last, or else the way back into the account that was.
async fn begin_saved(doors: &Doors, known: Suggestions) -> anyhow::Result<Beginning> {
    if let Some(account) = doors.accounts.logged_in()?.into_iter().next() {
        return Ok(Beginning::Opened(Box::new(doors.saved(account).await?)));
    }
    Ok(Beginning::Welcome(match doors.accounts.last()? {
        Some(Account { server, username, .. }) => {
            Welcome::form(Way::LogIn, Suggestions { server, username, ..known })
        }
        None => Welcome::chooser(known, None),
    }))
}

async fn begin_up(up: &Up, doors: &Doors, known: Suggestions) -> anyhow::Result<Beginning> {
    ensure_private(up.listen, doors.insecure)?;
    let name = up.name.as_deref().unwrap_or(&known.name);
    match doors.host(hosting(up), name).await? {
        Some(opened) => {
            let line = opened.invite().await.map(|link| link.line());
            print_line(&line.unwrap_or_else(|error| format!("No invite: {error:#}")));
            Ok(Beginning::Opened(Box::new(opened)))
        }
        None => {
            let hosted = doors.hosted.lock().await;
            let server = hosted.as_ref().map(|hosted| hosted.local.to_string()).unwrap_or_default();
            Ok(Beginning::Welcome(Welcome::form(Way::LogIn, Suggestions { server, ..known })))
        }
    }
}

async fn begin_join(
    link: &str,
    name: Option<&str>,
    doors: &Doors,
    known: Suggestions,
) -> anyhow::Result<Beginning> {
    let parsed = JoinLink::parse(link)?;
    parsed.server.ensure_private(doors.insecure)?;
    let opened = match name {
        Some(name) => Some(doors.join(&parsed, name).await?),
        None => doors.join_again(&parsed).await?,
    };
    if let Some(opened) = opened {
        return Ok(Beginning::Opened(Box::new(opened)));
    }
    let known = Suggestions { link: link.to_owned(), ..known };
    Ok(Beginning::Welcome(Welcome::form(Way::Join, known)))
}

fn begin_login(
    server: &str,
    username: Option<&str>,
    password: Option<&str>,
    known: Suggestions,
) -> anyhow::Result<Beginning> {
    let server = ServerAddress::parse(server)?.to_string();
    let username = username.unwrap_or_default().to_owned();
    let known = Suggestions { server: server.clone(), username: username.clone(), ..known };
    let welcome = Welcome::form(Way::LogIn, known.clone());
    match password {
        Some(password) if !username.is_empty() => {
            let password = Secret(password.to_owned());
            let entry = Entry::LogIn { server, username, password };
            Ok(Beginning::Enter(Welcome::entering(Way::LogIn, known), entry))
        }
        _ => Ok(Beginning::Welcome(welcome)),
    }
}

async fn open_client(
    beginning: Beginning,
    doors: Arc<Doors>,
    dirs: ClientDirs,
    configured: Configured,
) -> anyhow::Result<()> {
    let is_demo = matches!(beginning, Beginning::Enter(_, Entry::Demo));
    let (mut edge, outside) = Edge::new(doors.clone(), dirs);
    let inbox = edge.inbox();
    let terminal = Terminal::take(configured.chosen.settings.mouse.capture)
        .context("the terminal cannot be taken over")?;
    let size = terminal.size().unwrap_or(Size { columns: 80, rows: 24 });
    let mut account = None;
    let (welcome, inputs, first) = match beginning {
        Beginning::Opened(opened) => {
            account = Some(opened.account.clone());
            let entered = edge.open(*opened);
            (
                Welcome::chooser(Suggestions::default(), None),
                vec![Input::Entered(Ok(entered))],
                None,
            )
        }
        Beginning::Welcome(welcome) => (welcome, Vec::new(), None),
        Beginning::Enter(welcome, entry) => (welcome, Vec::new(), Some(Effect::Enter(entry))),
    };
    if let Some(first) = first {
        edge.run(Outgoing { account: None, effect: first });
    }
    let seed = u128::from_le_bytes(randomness::bytes()?);
    let state = State::new(welcome, size, TimeZone::system(), seed);
    let mut runtime = Runtime::new(terminal, state, edge, outside, configured);
    runtime.start(inputs)?;
    // A pretend team stays among itself.
    if !is_demo {
        tokio::spawn(async move { doors.open_others(account, inbox).await });
    }
    runtime.run().await
}

fn said(cli: &Cli) -> config::Said {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    config::Said { colours: cli.color.map(Into::into), no_color }
}

fn hosting(up: &Up) -> Hosting {
    let keeping = match &up.data_dir {
        Some(dir) => Keeping::Directory(dir.clone()),
        None => Keeping::DefaultDirectory,
    };
    Hosting { listen: up.listen, keeping, team: up.team.clone() }
}

/// The reasoning is `pail-server`'s.
fn ensure_private(listen: SocketAddr, insecure: bool) -> anyhow::Result<()> {
    ensure!(
        listen.ip().is_loopback() || insecure,
        "{listen} is reachable from outside and this server has no TLS of its own.\n\
         Listen on 127.0.0.1 behind a TLS proxy (Caddy, nginx), or say --insecure."
    );
    Ok(())
}

/// Prints a line; whoever closes the pipe has read enough.
fn print_line(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Says on stderr what went wrong.
#[expect(clippy::print_stderr, reason = "this is the last thing the program says")]
pub fn complain(sentence: &str) {
    eprintln!("{}", SafeText::body(sentence));
}

#[cfg(test)]
mod tests {
    use super::ensure_private;

    #[test]
    fn other_machines_are_let_in_only_when_asked() {
        let private = |listen: &str, insecure| ensure_private(listen.parse().unwrap(), insecure);
        assert!(private("127.0.0.1:0", false).is_ok() && private("[::1]:7245", false).is_ok());
        assert!(private("0.0.0.0:7245", true).is_ok());
        let refused = private("0.0.0.0:7245", false).unwrap_err().to_string();
        assert!(refused.contains("no TLS") && refused.contains("--insecure"), "{refused}");
    }
}
