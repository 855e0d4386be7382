//! What `pail-server` does instead of serving, on a data directory that no server runs on.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use anyhow::Context;
use pail_server::{DataLocation, Imported};
use tokio::task::spawn_blocking;

use crate::cli::Command;

/// Does it, and says what was done.
///
/// # Errors
/// The command's own; standard output is closed.
pub async fn run(command: &Command, data: DataLocation) -> anyhow::Result<()> {
    let text = match command {
        Command::Import { file } => {
            let imported = pail_server::import(data, open(file)?).await;
            told(&imported.with_context(|| file.display().to_string())?)
        }
        Command::RenewEpoch => {
            let epoch = spawn_blocking(move || pail_server::renew_epoch(&data)).await??;
            format!("The epoch is {epoch} now. Clients start over when they connect again.\n")
        }
    };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn open(path: &Path) -> anyhow::Result<Box<dyn BufRead + Send>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    Ok(Box::new(BufReader::new(file)))
}

fn told(imported: &Imported) -> String {
    let Imported { name, events, files, claims } = imported;
    let mut text = format!("Imported {name}: {events} events, {files} files.\n");
    if !claims.is_empty() {
        text += "\nPeople have no passwords here. Each gets one by registering under their old \
                 username with\ntheir code as the invite, once, within a year:\n\n";
    }
    for claim in claims {
        let _ = writeln!(text, "    {:<32}  {}", claim.username, claim.code);
    }
    text
}
