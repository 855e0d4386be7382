//! A server somebody runs, and people at their terminals.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use pail_tests::process::{self, Process};
use pail_tests::terminal::{Size, Terminal};
use tempfile::TempDir;

/// Wide enough for the sidebar, and for an invite on one line.
pub const WIDE: Size = Size { columns: 140, rows: 40 };

/// How often the disk is looked at before a test gives up, a hundred times a second.
const LOOKS_MAX: usize = 1_000;

/// Where the client runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the terminal itself.
    Terminal,
    /// In tmux, which runs in the terminal.
    Tmux,
}

/// Somebody at a terminal, with a folder of their own.
pub struct Person {
    /// What they see and type on.
    pub terminal: Terminal,
    folder: TempDir,
    place: Place,
    variables: Vec<(String, String)>,
}

/// What somebody who likes colours and quick keys has in there; no line of tmux's own.
const TMUX_CONF: &str = "set -g status off\nset -g escape-time 20\nset -g focus-events on\n\
                         set -g default-terminal tmux-256color\nset -g set-clipboard on\n";

/// Starts `pail` for somebody who has never used it.
pub fn newcomer(arguments: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<Person> {
    newcomer_in(Place::Terminal, arguments, variables)
}

/// As [`newcomer`], somewhere.
pub fn newcomer_in(
    place: Place,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> anyhow::Result<Person> {
    let folder = TempDir::new()?;
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let variables: Vec<_> = variables.iter().map(owned).collect();
    let terminal = pail(place, folder.path(), arguments, &variables)?;
    Ok(Person { terminal, folder, place, variables })
}

/// Starts `pail` with a folder.
fn pail(
    place: Place,
    folder: &Path,
    arguments: &[&str],
    more: &[(String, String)],
) -> anyhow::Result<Terminal> {
    let path = folder.to_str().context("a readable path")?;
    let mut variables = vec![("PAIL_CLIENT_DIR", path)];
    variables.extend(more.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let program = process::binary("pail");
    match place {
        Place::Terminal => Terminal::start(&program, arguments, &variables, WIDE),
        Place::Tmux => {
            let (socket, conf) = (socket_of(folder), folder.join("tmux.conf"));
            std::fs::write(&conf, TMUX_CONF)?;
            let words = [&socket, &conf, &program].map(|path| path.to_str().context("a path"));
            let [socket, conf, program] = words;
            let mut all = vec!["-S", socket?, "-f", conf?, "new-session", program?];
            all.extend(arguments);
            Terminal::start(Path::new("tmux"), &all, &variables, WIDE)
        }
    }
}

fn socket_of(folder: &Path) -> PathBuf {
    folder.join("tmux.socket")
}

impl Drop for Person {
    fn drop(&mut self) {
        if self.place == Place::Tmux {
            let mut kill = Command::new("tmux");
            let _ = kill.arg("-S").arg(socket_of(self.folder.path())).arg("kill-server").status();
        }
    }
}

impl Person {
    /// Runs `pail` again on the same folder; the last one has ended, or is ended.
    pub fn runs(mut self, arguments: &[&str]) -> anyhow::Result<Self> {
        self.terminal.ends_now();
        self.terminal = pail(self.place, self.folder.path(), arguments, &self.variables)?;
        Ok(self)
    }

    /// Closes the client and opens it again, as the same person.
    pub fn comes_back(mut self) -> anyhow::Result<Self> {
        self.terminal.press("\u{11}")?;
        self.terminal.ends()?;
        self.terminal = pail(self.place, self.folder.path(), &[], &self.variables)?;
        Ok(self)
    }

    /// Where their client keeps its things.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Presses keys, and waits until the screen shows a text.
    pub fn does(&mut self, keys: &str, shows: &str) -> anyhow::Result<String> {
        self.terminal.press(keys)?;
        self.terminal.sees(shows)
    }

    /// Presses keys, and waits until the screen shows a text no more.
    pub fn does_away_with(&mut self, keys: &str, text: &str) -> anyhow::Result<String> {
        self.terminal.press(keys)?;
        self.terminal.wait_until(&format!("no {text:?}"), |screen| !screen.contains(text))
    }

    /// Dies without a word, as soon as these words are on the disk.
    pub fn is_killed_once_kept(&mut self, words: &str) -> anyhow::Result<()> {
        let state = self.folder.path().join("state");
        let kept = || -> anyhow::Result<bool> {
            let files = std::fs::read_dir(&state)?.map(|file| std::fs::read(file?.path()));
            let holds = |file: &Vec<u8>| file.windows(words.len()).any(|w| w == words.as_bytes());
            Ok(files.filter_map(Result::ok).any(|file| holds(&file)))
        };
        for _ in 0..LOOKS_MAX {
            if kept()? {
                let id = self.terminal.process_id().context("it runs")?.to_string();
                Command::new("kill").args(["-KILL", &id]).status()?;
                return self.terminal.ends().map(|_| ());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("{words:?} was never on the disk")
    }

    /// Asks for an invite through the palette, as anybody would, and reads it off the screen.
    pub fn invites(&mut self) -> anyhow::Result<String> {
        self.terminal.press("\u{b}invite")?;
        self.terminal.sees("Invite someone")?;
        self.terminal.press("\r")?;
        let is_there = |screen: &str| link_on(screen).is_some();
        let screen = self.terminal.wait_until("a join link", is_there)?;
        self.terminal.press("\u{1b}")?;
        link_on(&screen).context("it was there")
    }

    /// Types a line and sends it.
    pub fn says(&mut self, text: &str) -> anyhow::Result<()> {
        self.terminal.press(text)?;
        self.terminal.sees(text)?;
        self.terminal.press("\r")
    }

    /// Waits until a message of theirs is where everybody has it: no mark stands behind it.
    pub fn has_sent(&self, text: &str) -> anyhow::Result<()> {
        let is_sent = |row: &str| row.contains('▏') && row.trim_end().ends_with(text);
        let sent = |screen: &str| screen.lines().any(is_sent);
        self.terminal.wait_until(&format!("{text:?} without a mark"), sent).map(|_| ())
    }

    /// Waits until a text is on the screen exactly once.
    pub fn sees_once(&self, text: &str) -> anyhow::Result<()> {
        let once = |screen: &str| screen.matches(text).count() == 1;
        self.terminal.wait_until(&format!("{text:?} once"), once).map(|_| ())
    }

    /// Waits until the client says that it is connected.
    pub fn is_live(&self) -> anyhow::Result<()> {
        self.terminal.sees("● live").map(|_| ())
    }
}

/// A server on a fresh folder, with everybody needing an invite.
pub fn server(folder: &Path) -> anyhow::Result<(Process, String)> {
    let arguments = ["--listen", "127.0.0.1:0", "--registration", "invite"];
    let server = Process::start_with(folder, &arguments);
    let founding = server.join_link.clone().context("a fresh server prints a join line")?;
    Ok((server, founding))
}

/// The first join link on a screen.
fn link_on(screen: &str) -> Option<String> {
    let start = screen.find("http://127.0.0.1:")?;
    let link = screen[start..].split([' ', '\n', '│', '┃', '▕']).next()?;
    link.contains("/join/").then(|| link.to_owned())
}
