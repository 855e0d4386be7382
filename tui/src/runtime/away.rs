//! While somebody else has the terminal: an editor, or the shell. What comes from outside is taken in
//! meanwhile; nothing is drawn.

use tokio::time::sleep;

use super::{Runtime, hangup_signal, now, wait_until};
use crate::io::editor;
use crate::state::{AccountKey, Input, News};
use crate::text::SafeText;
use crate::text::located::Located;

/// What the terminal is needed for.
pub(super) enum Errand {
    /// An editor, for a draft of an account.
    Edit(AccountKey, String),
    /// An editor, for a file of this machine that a message of an account names.
    Open(AccountKey, Located),
    /// The shell.
    Suspend,
}

impl Runtime {
    /// Nobody may read the terminal's events while this runs.
    pub(super) async fn run_errand(&mut self, errand: Errand) -> anyhow::Result<()> {
        self.terminal.give_back();
        match errand {
            Errand::Suspend => stop(),
            Errand::Edit(account, text) => {
                let edited = self.meanwhile(editor::edit(self.edge.scratch(), text)).await?;
                self.came_back(account, edited)?;
            }
            Errand::Open(account, file) => {
                let opened = self.meanwhile(editor::open(file)).await?;
                let failed = opened.and_then(Result::err);
                self.came_back(account, failed.map(Err))?;
            }
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

    /// What came of an editor, if it has ended before the client does.
    fn came_back(
        &mut self,
        account: AccountKey,
        edited: Option<anyhow::Result<String>>,
    ) -> anyhow::Result<()> {
        let Some(edited) = edited else { return Ok(()) };
        let edited = edited.map_err(|why| SafeText::line(&format!("{why:#}.")));
        self.feed(Input::Account(account, News::Edited(edited)))
    }

    /// Waits for something, and takes in what comes from outside.
    async fn meanwhile<T>(&mut self, what: impl Future<Output = T>) -> anyhow::Result<Option<T>> {
        let mut what = std::pin::pin!(what);
        let mut hangup = std::pin::pin!(hangup_signal());
        while !self.is_over {
            let wake = self.state.next_wake().map(wait_until);
            tokio::select! {
                done = &mut what => return Ok(Some(done)),
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
        Ok(None)
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
