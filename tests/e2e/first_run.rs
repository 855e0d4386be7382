//! What somebody sees who has never run Pail.

use super::people::{newcomer, server};
use tempfile::TempDir;

#[test]
fn pail_alone_offers_a_choice_and_never_an_error() -> anyhow::Result<()> {
    let mut person = newcomer(&[], &[])?;
    let screen = person.terminal.sees("Try the demo")?;
    assert!(screen.contains("Join with an invite") && screen.contains("Start a server here"));
    person.terminal.press("\u{1b}")?;
    assert!(person.terminal.ends()?);
    Ok(())
}

#[test]
fn the_demo_shows_a_team_without_a_network() -> anyhow::Result<()> {
    let mut person = newcomer(&["demo"], &[])?;
    person.is_live()?;
    person.terminal.sees("#general")?;
    person.says("what a nice demo")?;
    person.sees_once("what a nice demo")
}

/// Over a slow connection the terminal's answers come among the keys.
#[test]
fn what_the_terminal_answers_late_is_not_typed() -> anyhow::Result<()> {
    let mut person = newcomer(&["demo"], &[])?;
    person.is_live()?;
    person.terminal.press("early \u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\and late")?;
    person.terminal.sees("› early and late").map(|_| ())
}

#[test]
fn an_invite_asks_for_a_name_and_leads_to_a_composer() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let mut ana = newcomer(&["join", &link], &[])?;
    ana.terminal.sees("ame")?;
    ana.terminal.press("Ana\r")?;
    ana.is_live()?;
    ana.terminal.sees("#general")?;
    ana.says("first!")?;
    ana.sees_once("first!")
}

#[test]
fn pail_up_hosts_a_team_that_others_join() -> anyhow::Result<()> {
    let data = TempDir::new()?;
    let data = data.path().to_str().expect("a readable path");
    let up = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
    let mut host = newcomer(&up, &[("USER", "ana")])?;
    host.is_live()?;
    let greeting = "Send this line to whoever shall join";
    host.terminal.sees(greeting)?;
    host.terminal.press("\u{1b}")?;
    host.terminal.wait_until("the chat", |screen| !screen.contains(greeting))?;
    let link = host.invites()?;
    let mut guest = newcomer(&["join", &link, "--name", "Bob Stone"], &[])?;
    guest.is_live()?;
    guest.says("hello host")?;
    host.terminal.sees("hello host")?;
    host.says("welcome")?;
    guest.terminal.sees("welcome").map(|_| ())
}
