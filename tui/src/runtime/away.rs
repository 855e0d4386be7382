//! While somebody else has the terminal: an editor, or the shell. What comes from outside is taken in
//! meanwhile; nothing is drawn.

use tokio::time::sleep;

use super::{Runtime, hangup_signal, now, wait_until};
use crate::io::editor;
use crate::state::{AccountKey, Input, News};
use crate::text::SafeText;

/// What the terminal is needed for.
pub(super) enum Errand {
    /// An editor, for a draft of an account.
    Edit(AccountKey, String),
    /// The shell.
    Suspend,
}

impl Runtime {
    /// Nobody may read the terminal's events while this runs.
    pub(super) async fn run_errand(&mut self, errand: Errand) -> anyhow::Result<()> {
        self.terminal.give_back();
        match errand {
            Errand::Suspend => stop(),
            Errand::Edit(account, text) => self.edit(account, text).await?,
        }
        self.return_to_terminal()
    }

    /// The terminal is ours again, and may be another than it was.
    pub(super) fn return_to_terminal(&mut self) -> anyhow::Result<()> {
        self.terminal.retake()?;
        self.ask_background()?;
        self.feed(Input::Time(now()))?;
        if let Ok(size) = self.terminal.size() {
            self.feed(Input::Resized(size))?;
        }
        self.is_urgent = true;
        self.draw()
    }

    async fn edit(&mut self, account: AccountKey, text: String) -> anyhow::Result<()> {
        let mut editing = std::pin::pin!(editor::edit(self.edge.scratch(), text));
        let mut hangup = std::pin::pin!(hangup_signal());
        while !self.is_over {
            let wake = self.state.next_wake().map(wait_until);
            tokio::select! {
                edited = &mut editing => {
                    let edited = edited.map_err(|why| SafeText::line(&format!("{why:#}.")));
                    return self.feed(Input::Account(account, News::Edited(edited)));
                }
                () = &mut hangup => self.is_over = true,
                outside = self.outside.recv() => match outside {
                    Some(outside) => {
                        self.feed(Input::Time(now()))?;
                        self.outside(outside)?;
                    }
                    None => self.is_over = true,
                },
                () = sleep(wake.unwrap_or_default()), if wake.is_some() => {
                    self.feed(Input::Time(now()))?;
                }
            }
        }
        Ok(())
    }
}

/// Stops this process and those it was started with, as Ctrl-Z does in a shell. Goes on when the
/// shell says so, or at once where there is none.
#[cfg(unix)]
fn stop() {
    if let Err(error) = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP) {
        tracing::warn!("The client cannot be suspended: {error}");
    }
}

#[cfg(not(unix))]
fn stop() {}
