//! Checks any server against the API's documents. See `docs/conformance.md`.

use std::io::{IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::bail;
use clap::Parser;
use pail_tests::conformance::{
    Credentials, Format, Group, Paint, People, Recruiting, Suite, Target,
};

/// Checks whether a server keeps what the API's documents promise.
///
/// Exits with 0 when every clause that was played holds, with 1 when one does not, and with 2 when
/// nothing could be played.
#[derive(Debug, Parser)]
#[command(name = "conformance")]
struct Arguments {
    /// The server: http://HOST:PORT or https://HOST
    #[arg(long, required_unless_present = "list")]
    url: Option<String>,
    /// Make accounts with POST /api/auth/register/, and delete them in the end
    #[arg(long)]
    register: bool,
    /// An invite to register with, for servers that want one; it must work several times
    #[arg(long, requires = "register")]
    invite: Option<String>,
    /// An account that exists: TOKEN or USERID:TOKEN. Say it once for each account
    #[arg(long = "token", value_name = "TOKEN")]
    tokens: Vec<Credentials>,
    /// Only the clauses of one document
    #[arg(long)]
    only: Option<Group>,
    /// Only clauses with this word in their name or file
    #[arg(long, value_name = "WORD")]
    filter: Option<String>,
    /// How the report is written
    #[arg(long, default_value = "human")]
    format: Format,
    /// List the clauses with their sentences and play none
    #[arg(long)]
    list: bool,
    /// Seconds to wait for an answer or a frame
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    patience: u64,
    /// Where the case files are
    #[arg(long, value_name = "FOLDER", hide = true)]
    cases: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "conformance: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether everything that was played holds.
async fn run(arguments: Arguments) -> anyhow::Result<bool> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let cases = arguments.cases.unwrap_or(own);
    let suite = Suite::load(&cases)?.only(arguments.only, arguments.filter.as_deref());
    if suite.clauses.is_empty() {
        bail!("no clause has that word in its name or file; --list shows all of them");
    }
    if arguments.list {
        return list(&suite);
    }
    let target =
        Target::parse(&arguments.url.unwrap_or_default(), Duration::from_secs(arguments.patience))?;
    let (registers, invite) = (arguments.register, arguments.invite);
    let recruiting = Recruiting { registers, invite, tokens: arguments.tokens };
    let people = People::gather(&target, recruiting, suite.users()).await?;
    let has_no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let paint = Paint { colours: stdout().is_terminal() && !has_no_color };
    let is_human = arguments.format == Format::Human;
    let report = suite
        .run(&target, &people, &interruption(), |verdict| {
            if is_human {
                say(&paint.verdict(verdict));
            }
        })
        .await;
    let staying = people.dismiss_all().await;
    if staying > 0 {
        let told = "conformance: accounts stay behind, the server cannot delete them:";
        let _ = writeln!(std::io::stderr(), "{told} {staying}");
    }
    let written = report.written(arguments.format, paint);
    say(if is_human { paint.totals(&report) } else { written }.as_str());
    Ok(report.totals().failed == 0)
}

fn list(suite: &Suite) -> anyhow::Result<bool> {
    for (_, clause) in &suite.clauses {
        say(&format!("{:40}  {}\n", clause.name, clause.sentence()));
    }
    say(&format!("{} clauses, {} checks\n", suite.clauses.len(), suite.checks()));
    Ok(true)
}

/// That nobody reads any more is no failure of the server.
fn say(text: &str) {
    let _ = stdout().write_all(text.as_bytes());
}

/// Set by Ctrl-C: clauses that have begun end, and what they made is taken away.
fn interruption() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = interrupted.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            flag.store(true, Ordering::Relaxed);
        }
    });
    interrupted
}
