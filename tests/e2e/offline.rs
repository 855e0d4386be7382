//! Without a server, and after the worst end a client can have.

use pail_tests::process::Process;
use tempfile::TempDir;

use super::people::{newcomer, server};

#[test]
fn what_was_typed_or_queued_survives_a_kill_and_goes_out_once() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (mut server, link) = server(folder.path())?;
    let mut ana = newcomer(&["join", &link, "--name", "Ana Lima"], &[])?;
    ana.is_live()?;
    ana.says("said in the light")?;
    ana.terminal.wait_until("its echo", |screen| !screen.contains(" …"))?;
    server.kill();
    ana.terminal.wait_until("that it is offline", |screen| !screen.contains("● live"))?;
    ana.says("queued in the dark")?;
    ana.says("and one more")?;
    ana.terminal.press("half a sentence")?;
    ana.is_killed_once_kept("half a sentence")?;
    let mut ana = ana.runs(&[])?;
    for text in ["said in the light", "queued in the dark", "and one more", "half a sentence"] {
        ana.sees_once(text)?;
    }
    let address = server.addr.to_string();
    let _server = Process::start_with(folder.path(), &["--listen", &address]);
    ana.is_live()?;
    ana.terminal.wait_until("nothing unsent", |screen| !screen.contains("unsent"))?;
    ana.terminal.press(" is whole now\r")?;
    for text in ["queued in the dark", "and one more", "half a sentence is whole now"] {
        ana.sees_once(text)?;
    }
    let ana = ana.comes_back()?;
    ana.is_live()?;
    ana.sees_once("queued in the dark")
}
