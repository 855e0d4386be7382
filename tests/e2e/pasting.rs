//! Pasting at a real terminal: the desktop's clipboard, files that are dropped on the window, and long
//! texts, none of which sends or carries out anything by itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::people::{newcomer, server};

const CTRL_V: &str = "\u{16}";
const ENTER: &str = "\r";

/// What a terminal makes of a paste.
fn pasted(text: &str) -> String {
    format!("\u{1b}[200~{text}\u{1b}[201~")
}

/// A desktop whose clipboard holds a picture: programs of a few lines on the path.
const CLIPBOARD: &str = "#!/bin/sh\ncase $* in\n--list-types) echo image/png;;\n\
                         *image/png) printf '\\211PNG\\r\\n\\032\\n and so on';;\nesac\n";

#[test]
fn pictures_files_and_long_texts_are_pasted() -> anyhow::Result<()> {
    let folder = TempDir::new()?;
    let (_server, link) = server(folder.path())?;
    let program = folder.path().join("wl-paste");
    fs::write(&program, CLIPBOARD)?;
    fs::set_permissions(&program, PermissionsExt::from_mode(0o755))?;
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let variables = [("PATH", path.as_str()), ("WAYLAND_DISPLAY", "wayland-0")];
    let mut ana = newcomer(&["join", &link, "--name", "Ana Lima"], &variables)?;
    ana.is_live()?;
    // A picture.
    ana.does(CTRL_V, "Attach this picture?")?;
    ana.does(ENTER, "picture.png ✓")?;
    ana.says("as you see")?;
    ana.terminal.wait_until("the picture", |screen| screen.contains("[picture.png"))?;
    let stash = ana.folder().join("state/pasted");
    anyhow::ensure!(fs::read_dir(stash)?.next().is_none(), "the server has it: it is let go");
    // A file that is dropped on the window, whose path begins like a command.
    let notes = folder.path().join("my notes.txt");
    fs::write(&notes, "what was decided\n")?;
    ana.does(&pasted(&format!("'{}' ", notes.display())), "Attach this file?")?;
    ana.does(ENTER, "my notes.txt ✓")?;
    ana.says("and these")?;
    ana.terminal.wait_until("the file", |screen| screen.contains("[my notes.txt"))?;
    // A long text, with line ends that must send nothing.
    let long = "not so fast\r".repeat(9);
    ana.does(&pasted(&long), "Paste 9 lines")?;
    ana.does("f", "paste.txt ✓")?;
    anyhow::ensure!(!ana.terminal.sees("●")?.contains("▏ not so fast"), "nothing was sent");
    // A command, line end and all.
    ana.does(&pasted("/quit\r"), "› /quit")?;
    ana.does(ENTER, "Only what is typed is carried out")?;
    Ok(())
}
