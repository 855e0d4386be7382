//! The twenty commonest things people do, in the order of a first day, at a real terminal: from an
//! invite to the first message to search, and back the next morning. In tmux as well.

use std::fs;

use anyhow::ensure;
use tempfile::TempDir;

use super::people::{Person, Place, newcomer_in, server};

const ENTER: &str = "\r";
const ESC: &str = "\u{1b}";
const UP: &str = "\u{1b}[A";
const CTRL_C: &str = "\u{3}";
const CTRL_F: &str = "\u{6}";
const CTRL_J: &str = "\n";
const CTRL_K: &str = "\u{b}";
const CTRL_R: &str = "\u{12}";
const ALT_A: &str = "\u{1b}a";
const F1: &str = "\u{1b}OP";
const F4: &str = "\u{1b}OS";

#[test]
fn a_first_day_in_a_terminal() -> anyhow::Result<()> {
    a_first_day(Place::Terminal)
}

#[test]
fn a_first_day_in_tmux() -> anyhow::Result<()> {
    if std::process::Command::new("tmux").arg("-V").output().is_err() {
        return Ok(());
    }
    a_first_day(Place::Tmux)
}

fn a_first_day(place: Place) -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (mut server, link) = server(folder.path())?;
    // 1. Join with a link, and be somewhere one can type.
    let mut ana = newcomer_in(place, &["join", &link, "--name", "Ana Lima"], &[])?;
    ana.is_live()?;
    // 2. Invite somebody.
    let invite = ana.invites()?;
    let mut bob = newcomer_in(place, &["join", &invite, "--name", "Bob Stone"], &[])?;
    bob.is_live()?;
    says_and_answers(&mut ana, &mut bob)?;
    changes_its_mind(&mut ana, &mut bob)?;
    goes_around(&mut ana, &mut bob)?;
    finds(&mut ana, &mut bob)?;
    shares_files(&mut ana, &mut bob)?;
    // 18. Write while the server is away.
    server.kill();
    ana.terminal.wait_until("that it is offline", |screen| !screen.contains("● live"))?;
    ana.says("written on the train")?;
    let address = server.addr.to_string();
    let arguments = ["--listen", &address];
    let _server = pail_tests::process::Process::start_with(folder.path(), &arguments);
    bob.terminal.sees("written on the train")?;
    ana.is_live()?;
    // 19. Read the help.
    ana.does(F1, "─ Keys ─")?;
    ana.does_away_with(ESC, "─ Keys ─")?;
    // 20. Leave in mid-sentence, and come back to it.
    ana.does("half a thou", "› half a thou")?;
    let ana = ana.comes_back()?;
    ana.terminal.sees("› half a thou")?;
    ana.is_live()?;
    ana.sees_once("written on the train")
}

/// 3 to 7: a message, one of several lines, a mention, an answer, a thread.
fn says_and_answers(ana: &mut Person, bob: &mut Person) -> anyhow::Result<()> {
    ana.says("hello everybody")?;
    bob.terminal.sees("hello everybody")?;
    bob.does(&format!("one{CTRL_J}two"), "two")?;
    bob.terminal.press(ENTER)?;
    ana.terminal.wait_until("both lines", |s| s.contains("▏ one") && s.contains("▏ two"))?;
    bob.does("ping @an", "@ana")?;
    bob.does("\t", "@ana.lima")?;
    bob.terminal.press(&format!("look{ENTER}"))?;
    ana.terminal.sees("▌ ")?;
    // The newest message is Bob's; Ana answers it, then talks about it aside.
    ana.does(UP, "k older")?;
    ana.does("r", "Bob Stone")?;
    ana.says("I see it")?;
    bob.terminal.sees("I see it")?;
    bob.does(UP, "k older")?;
    bob.terminal.press("t")?;
    bob.terminal.sees("Thread")?;
    bob.says("an aside")?;
    bob.terminal.sees("an aside")?;
    bob.terminal.press(F4)?;
    ana.terminal.sees("an aside").map(|_| ())
}

/// 8 to 10: edit, react, delete.
fn changes_its_mind(ana: &mut Person, bob: &mut Person) -> anyhow::Result<()> {
    ana.says("the build is gren")?;
    bob.terminal.sees("gren")?;
    ana.has_sent("the build is gren")?;
    ana.does(UP, "k older")?;
    ana.does("e", "› the build is gren")?;
    ana.terminal.press("\u{7f}\u{7f}een\r")?;
    bob.terminal.sees("the build is green (edited)")?;
    bob.does(UP, "k older")?;
    bob.does("+", "eact")?;
    bob.terminal.press(&format!("thumbs up{ENTER}"))?;
    ana.terminal.sees("👍 1")?;
    bob.does_away_with(ESC, "k older")?;
    bob.says("delete me please")?;
    ana.terminal.sees("delete me please")?;
    bob.has_sent("delete me please")?;
    bob.does(UP, "k older")?;
    bob.does("d", "Delete this")?;
    bob.terminal.press(ENTER)?;
    let gone = |screen: &str| !screen.contains("delete me please");
    ana.terminal.wait_until("that it is deleted", gone).map(|_| ())
}

/// 11 to 15: a channel, a direct message, unread messages, back again.
fn goes_around(ana: &mut Person, bob: &mut Person) -> anyhow::Result<()> {
    ana.does(&format!("{CTRL_K}create a channel"), "Create a channel")?;
    ana.does(ENTER, "Name of the new channel")?;
    ana.terminal.press(&format!("ops{ENTER}"))?;
    ana.terminal.sees("› Message #ops")?;
    ana.does(&format!("{CTRL_K}bob"), "Bob Stone")?;
    ana.terminal.press(ENTER)?;
    ana.terminal.sees("› Message @Bob Stone")?;
    ana.says("between us")?;
    let is_unread = |row: &str| row.contains("@Ana Lima") && row.contains(" 1 ");
    bob.terminal.wait_until("an unread message", |screen| screen.lines().any(is_unread))?;
    bob.does(ALT_A, "between us")?;
    bob.does(ALT_A, "#general")?;
    ana.does(&format!("{CTRL_K}#gen"), "#general")?;
    ana.terminal.press(ENTER)?;
    ana.terminal.sees("› Message #general")?;
    ana.does(CTRL_R, "Where you were")?;
    ana.does_away_with(ESC, "Where you were").map(|_| ())
}

/// 16: search, and see it where it was said.
fn finds(ana: &mut Person, bob: &mut Person) -> anyhow::Result<()> {
    for number in 0..60 {
        bob.says(&format!("line {number} of a long story"))?;
    }
    ana.terminal.sees("line 59 of")?;
    ana.terminal.press(CTRL_F)?;
    ana.terminal.sees("earch")?;
    ana.terminal.press("everybody")?;
    ana.terminal.sees("hello everybody")?;
    ana.does(ENTER, "▏ hello everybody")?;
    ana.terminal.wait_until("the past", |screen| !screen.contains("line 59 of"))?;
    ana.does("\u{1b}[1;3F", "line 59 of")?;
    ana.does_away_with(ESC, "k older").map(|_| ())
}

/// 17: a file up, and down again.
fn shares_files(ana: &mut Person, bob: &mut Person) -> anyhow::Result<()> {
    let up = ana.folder().join("notes.txt");
    fs::write(&up, "what was decided\n")?;
    ana.terminal.press(&format!("/upload {}{ENTER}", up.display()))?;
    ana.terminal.wait_until("the file on its way", |screen| {
        screen.contains("notes.txt") && !screen.contains("/upload")
    })?;
    ana.says("here they are")?;
    bob.terminal.wait_until("the file", |s| s.contains("[notes.txt") && s.contains("here they"))?;
    bob.does(UP, "k older")?;
    let down = bob.folder().join("copy.txt");
    bob.does("s", "notes.txt")?;
    bob.terminal.press(&format!("\u{15}{}{ENTER}", down.display()))?;
    bob.terminal.sees("Saved to")?;
    bob.terminal.press(&format!("{ESC}{CTRL_C}"))?;
    ensure!(fs::read_to_string(&down)? == "what was decided\n");
    Ok(())
}
