//! `pail doctor`: what this terminal, and what is around it, can do for a chat, and what to change.
//!
//! One file per kind of question. The terminal is asked once, by `terminal`; what it says is read
//! by `replies` and judged by `screen`. Nothing is changed, and nothing is printed here.

mod multiplexer;
mod notifications;
mod replies;
mod screen;
mod secrets;
mod surroundings;
mod terminal;

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::config::Chosen;
use super::easel::{self, Guess};
use super::notify;
use super::secrets::Secrets;
use notifications::Ways;

/// How long another program, such as tmux or the desktop, may take to answer.
const PROGRAM_TIMEOUT: Duration = Duration::from_secs(1);

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// Something is to be changed.
    Wrong,
    /// Not there or not known; pail does without, and there is nothing sure to change.
    Aside,
}

/// A line, and the file it belongs into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// Like `~/.tmux.conf`.
    pub file: &'static str,
    /// The very line.
    pub line: String,
}

/// What came of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub about: &'static str,
    /// How it is.
    pub mark: Mark,
    /// The same in words.
    pub says: String,
    /// What to write down where.
    pub remedy: Option<Remedy>,
}

impl Finding {
    fn good(about: &'static str, says: impl Into<String>) -> Self {
        Self { about, mark: Mark::Good, says: says.into(), remedy: None }
    }

    fn aside(about: &'static str, says: impl Into<String>) -> Self {
        Self { mark: Mark::Aside, ..Self::good(about, says) }
    }

    fn wrong(about: &'static str, says: impl Into<String>) -> Self {
        Self { mark: Mark::Wrong, ..Self::good(about, says) }
    }

    fn with(self, file: &'static str, line: impl Into<String>) -> Self {
        Self { remedy: Some(Remedy { file, line: line.into() }), ..self }
    }
}

/// The variables of the environment.
struct Environment<'a>(&'a dyn Fn(&str) -> Option<String>);

impl Environment<'_> {
    /// What a variable says, if anything.
    fn says(&self, name: &str) -> String {
        (self.0)(name).unwrap_or_default()
    }

    fn has(&self, name: &str) -> bool {
        !self.says(name).is_empty()
    }

    fn is_tmux(&self) -> bool {
        self.has("TMUX")
    }
}

/// Looks at everything, unless somebody presses Ctrl-C. Nothing waits for longer than a second or two.
pub async fn examine(chosen: &Chosen, secrets: &Secrets) -> Option<Vec<Finding>> {
    let variable = |name: &str| std::env::var(name).ok();
    let environment = Environment(&variable);
    let asked = terminal::ask(&environment).await;
    if asked.is_stopped() {
        return None;
    }
    let options = multiplexer::options(&environment).await;
    let ways = Ways { desktop: notifications::desktop().await, terminal: notify::known().await };
    let keyring = secrets::keyring(secrets).await;
    let medium = match easel::guess() {
        Guess::Known(medium) => medium,
        Guess::AskTmux => timeout(PROGRAM_TIMEOUT, easel::ask_tmux()).await.ok().flatten(),
    };
    let mut findings = screen::findings(&asked, &environment, chosen, options.as_ref(), medium);
    findings.extend(multiplexer::findings(&environment, options.as_ref()));
    let via = chosen.settings.notify.via;
    findings.push(notifications::finding(via, ways, &environment, options.as_ref()));
    findings.extend(surroundings::findings(&environment, chosen));
    findings.push(secrets::finding(secrets, chosen.settings.privacy.keyring, keyring));
    Some(findings)
}

/// What something that may block comes to, on a thread of its own: the runtime waits for its own.
async fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, result) = oneshot::channel();
    std::thread::spawn(move || done.send(work()));
    timeout(PROGRAM_TIMEOUT, result).await.ok()?.ok()
}

/// Looks at something in an environment of these variables alone.
#[cfg(test)]
fn within<T>(variables: &[(&str, &str)], look: impl FnOnce(&Environment<'_>) -> T) -> T {
    let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
    look(&Environment(&|name| find(name).map(|(_, value)| (*value).to_owned())))
}
