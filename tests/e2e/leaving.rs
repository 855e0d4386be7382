//! Leaving, and what it leaves behind.

use std::process::Command;

use super::people::{newcomer, server};
use tempfile::TempDir;

#[test]
fn logging_out_leaves_a_way_back_that_is_one_key_long() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let mut ana = newcomer(&["join", &link, "--name", "Ana Lima"], &[])?;
    ana.is_live()?;
    ana.terminal.press("\u{11}")?;
    ana.terminal.ends()?;
    let ana = ana.runs(&["logout"])?;
    ana.terminal.sees("Logged out of")?;
    let mut ana = ana.runs(&[])?;
    ana.terminal.sees("ana.lima")?;
    ana.terminal.press("\r")?;
    ana.is_live()
}

#[test]
fn forgetting_shows_what_it_deletes_and_asks() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let mut ana = newcomer(&["join", &link, "--name", "Ana Lima"], &[])?;
    ana.is_live()?;
    ana.terminal.press("\u{11}")?;
    ana.terminal.ends()?;
    let mut ana = ana.runs(&["logout", "--forget"])?;
    let screen = ana.terminal.sees("[y/N]")?;
    assert!(screen.contains("ana.lima") && screen.contains("password"), "{screen}");
    ana.terminal.press("n\r")?;
    ana.terminal.sees("Nothing was deleted")?;
    let ana = ana.runs(&["logout", "--forget", "--yes"])?;
    ana.terminal.sees("Forgot ana.lima")?;
    let ana = ana.runs(&[])?;
    ana.terminal.sees("Join with an invite").map(|_| ())
}

#[test]
fn signals_give_the_terminal_back() -> anyhow::Result<()> {
    for signal in ["-INT", "-QUIT", "-TERM"] {
        let mut person = newcomer(&["demo"], &[])?;
        person.is_live()?;
        let id = person.terminal.process_id().expect("it runs").to_string();
        assert!(Command::new("kill").args([signal, &id]).status()?.success());
        assert!(person.terminal.ends()?, "{signal}");
        let is_back = |screen: &str| !screen.contains("#general");
        person.terminal.wait_until("the shell's screen", is_back)?;
    }
    Ok(())
}
