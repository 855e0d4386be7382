//! A picture one sends, as the terminals of others show it.

use super::people::{newcomer, server};
use tempfile::TempDir;

#[test]
fn a_picture_is_shown_as_each_terminal_can() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let mut ana = newcomer(&["join", &link, "--name", "Ana"], &[])?;
    ana.is_live()?;
    let invite = ana.invites()?;
    ana.terminal.wait_until("the chat", |screen| !screen.contains(&invite))?;
    let picture = folder.path().join("picture.png");
    std::fs::write(&picture, include_bytes!("picture.png"))?;
    ana.does(&format!("/upload {}\r", picture.display()), "picture.png")?;
    ana.says("look at this")?;
    ana.terminal.sees("64 × 48")?;
    for (name, terminal, sent) in [
        ("Bob", "xterm-kitty", "\u{1b}_Ga=T,U=1,f=100,t=d,i="),
        ("Cleo", "foot", "\u{1b}[8X"),
        ("Dan", "foot", "\u{1b}P"),
        ("Eve", "xterm-256color", "▄"),
    ] {
        let other = newcomer(&["join", &invite, "--name", name], &[("TERM", terminal)])?;
        other.terminal.sees("64 × 48")?;
        other.terminal.writes(sent)?;
    }
    let bare = newcomer(&["join", &invite, "--name", "Flo"], &[("NO_COLOR", "1")])?;
    bare.terminal.sees("[picture.png")?;
    Ok(())
}
