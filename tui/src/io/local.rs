//! Keeps drafts and unsent messages between runs, one small file per account.
//!
//! The newest state wins: while one is being written, older ones are skipped. Of two clients on one
//! account, the first one keeps: their states are whole, so the last writer would win.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::accounts::Account;
use super::files::{self, ClientDirs};
use crate::state::keepsake::Keepsake;

/// What is said to whoever opens an account a second time.
const ELSEWHERE: &str = "another pail has this account open: what is unsent here is not kept when \
                         you quit";

/// Writes what is to be kept, in the background.
#[derive(Debug)]
pub struct Keeper {
    newest: watch::Sender<Option<Keepsake>>,
    task: JoinHandle<()>,
    /// Held as long as we write; none where files cannot be locked.
    _lock: Option<File>,
}

/// The file of an account.
#[must_use]
pub fn path_for(dirs: &ClientDirs, account: &Account) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let server: String = account.server.chars().map(plain).collect();
    dirs.state.join(format!("{server}_{}.json", account.user_id))
}

/// What the last run left, and who keeps what this one leaves: nobody while another client has the
/// file. `tell` gets what whoever types must know.
pub fn open(path: PathBuf, tell: impl Fn(String) + Send + 'static) -> (Keepsake, Option<Keeper>) {
    let lock = match files::lock(&path.with_extension("lock")) {
        Ok(Some(lock)) => Some(lock),
        Ok(None) => {
            tell(ELSEWHERE.to_owned());
            return (without_words(read(&path).unwrap_or_default()), None);
        }
        // If it matters, writing fails, too, and says so.
        Err(_) => None,
    };
    let keepsake = read(&path).unwrap_or_else(|error| {
        tell(damaged(&path, &error));
        Keepsake::default()
    });
    (keepsake, Some(Keeper::start(path, lock, tell)))
}

fn read(path: &Path) -> anyhow::Result<Keepsake> {
    match files::read(path)? {
        Some(text) => Ok(serde_json::from_str(&text)?),
        None => Ok(Keepsake::default()),
    }
}

/// Drafts and unsent messages belong to the client that keeps them.
fn without_words(keepsake: Keepsake) -> Keepsake {
    let Keepsake { current, buckets, channels, .. } = keepsake;
    Keepsake { current, buckets, channels, ..Keepsake::default() }
}

fn damaged(path: &Path, error: &anyhow::Error) -> String {
    match files::set_aside(path) {
        Ok(aside) => format!("what was unsent cannot be read; it is kept in {}", aside.display()),
        Err(_) => format!("what was unsent cannot be read: {error:#}"),
    }
}

impl Keeper {
    fn start(path: PathBuf, lock: Option<File>, tell: impl Fn(String) + Send + 'static) -> Self {
        let (newest, mut changes) = watch::channel(None);
        let task = tokio::spawn(async move {
            let mut has_told = false;
            while changes.changed().await.is_ok() {
                let keepsake: Option<Keepsake> = changes.borrow_and_update().clone();
                let path = path.clone();
                let storing = tokio::task::spawn_blocking(move || store(&path, keepsake.as_ref()));
                if let Ok(Err(error)) = storing.await
                    && !std::mem::replace(&mut has_told, true)
                {
                    tell(format!("what is unsent here is not kept when you quit: {error:#}"));
                }
            }
        });
        Self { newest, task, _lock: lock }
    }

    /// Keeps this from now on.
    pub fn keep(&self, keepsake: Keepsake) {
        self.newest.send_replace(Some(keepsake));
    }

    /// Waits until the newest is on the disk.
    pub async fn finish(self) {
        let Self { newest, task, _lock } = self;
        drop(newest);
        let _ = task.await;
    }
}

fn store(path: &Path, keepsake: Option<&Keepsake>) -> anyhow::Result<()> {
    let Some(keepsake) = keepsake else { return Ok(()) };
    let text = serde_json::to_string(keepsake).context("drafts cannot be written down")?;
    files::write(path, &text)
}

/// Deletes what was kept for an account.
///
/// # Errors
/// When the folder does not allow it.
pub fn forget(path: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be deleted", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use pail_protocol::{ChannelId, Nonce};

    use super::{Keeper, open};
    use crate::state::keepsake::{Keepsake, KeptMessage};

    type Told = Arc<Mutex<Vec<String>>>;

    fn opened(path: &Path) -> (Keepsake, Option<Keeper>, Told) {
        let told = Told::default();
        let teller = told.clone();
        let tell = move |sentence| teller.lock().unwrap().push(sentence);
        let (keepsake, keeper) = open(path.to_owned(), tell);
        (keepsake, keeper, told)
    }

    fn kept() -> Keepsake {
        let unsent = KeptMessage {
            channel: ChannelId(7),
            nonce: Nonce::new("n1").unwrap(),
            text: "hello".to_owned(),
            written_ms: 5,
        };
        Keepsake {
            current: Some(ChannelId(7)),
            drafts: BTreeMap::from([(ChannelId(8), "half a".to_owned())]),
            unsent: vec![unsent],
            ..Keepsake::default()
        }
    }

    #[tokio::test]
    async fn what_is_kept_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kept.json");
        let (keepsake, keeper, told) = opened(&path);
        assert_eq!(keepsake, Keepsake::default());
        let keeper = keeper.unwrap();
        keeper.keep(Keepsake::default());
        keeper.keep(kept());
        keeper.finish().await;
        assert_eq!(opened(&path).0, kept());
        assert!(told.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn of_two_clients_the_first_one_keeps_and_the_second_one_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kept.json");
        let (_, first, _) = opened(&path);
        let first = first.unwrap();
        first.keep(kept());
        let (keepsake, second, told) = opened(&path);
        assert!(second.is_none() && keepsake.unsent.is_empty() && keepsake.drafts.is_empty());
        assert!(told.lock().unwrap()[0].contains("another pail"), "{told:?}");
        first.finish().await;
        let (keepsake, third, told) = opened(&path);
        assert!(third.is_some() && told.lock().unwrap().is_empty());
        assert_eq!(keepsake, kept());
    }

    #[tokio::test]
    async fn a_damaged_file_is_kept_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kept.json");
        std::fs::write(&path, "{ half").unwrap();
        let (keepsake, _keeper, told) = opened(&path);
        assert_eq!(keepsake, Keepsake::default());
        let aside = dir.path().join("kept.json.damaged");
        assert_eq!(std::fs::read_to_string(aside).unwrap(), "{ half");
        assert!(told.lock().unwrap()[0].contains("kept.json.damaged"), "{told:?}");
    }

    #[tokio::test]
    async fn a_folder_that_takes_nothing_is_said_once() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("no folder");
        std::fs::write(&file, "").unwrap();
        let (_, keeper, told) = opened(&file.join("kept.json"));
        let keeper = keeper.unwrap();
        keeper.keep(kept());
        keeper.keep(Keepsake::default());
        keeper.finish().await;
        let told = told.lock().unwrap();
        assert!(told.len() <= 2 && told.last().unwrap().contains("not kept"), "{told:?}");
    }
}
