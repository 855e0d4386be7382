//! Keeps drafts and unsent messages between runs, one small file per account.
//!
//! The newest state wins: while one is being written, older ones are skipped.

use std::path::PathBuf;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::accounts::Account;
use super::files::{self, ClientDirs};
use crate::state::keepsake::Keepsake;

/// Writes what is to be kept, in the background.
#[derive(Debug)]
pub struct Keeper {
    newest: watch::Sender<Option<Keepsake>>,
    task: JoinHandle<()>,
}

/// The file of an account.
#[must_use]
pub fn path_for(dirs: &ClientDirs, account: &Account) -> PathBuf {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let server: String = account.server.chars().map(plain).collect();
    dirs.state.join(format!("{server}_{}.json", account.user_id))
}

/// What the last run left. A damaged file is as good as none.
#[must_use]
pub fn load(path: &std::path::Path) -> Keepsake {
    let text = files::read(path).ok().flatten().unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

impl Keeper {
    /// Begins to keep things in a file.
    #[must_use]
    pub fn start(path: PathBuf) -> Self {
        let (newest, mut changes) = watch::channel(None);
        let task = tokio::spawn(async move {
            while changes.changed().await.is_ok() {
                let keepsake: Option<Keepsake> = changes.borrow_and_update().clone();
                let path = path.clone();
                let _ = tokio::task::spawn_blocking(move || store(&path, keepsake.as_ref())).await;
            }
        });
        Self { newest, task }
    }

    /// Keeps this from now on.
    pub fn keep(&self, keepsake: Keepsake) {
        self.newest.send_replace(Some(keepsake));
    }

    /// Waits until the newest is on the disk.
    pub async fn finish(self) {
        drop(self.newest);
        let _ = self.task.await;
    }
}

fn store(path: &std::path::Path, keepsake: Option<&Keepsake>) {
    let Some(keepsake) = keepsake else { return };
    let written = serde_json::to_string(keepsake)
        .map_err(anyhow::Error::from)
        .and_then(|text| files::write(path, &text));
    if let Err(error) = written {
        tracing::warn!("Drafts cannot be kept: {error:#}");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pail_protocol::{ChannelId, Nonce};

    use super::{Keeper, load};
    use crate::state::keepsake::{Keepsake, KeptMessage};

    #[tokio::test]
    async fn what_is_kept_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kept.json");
        assert_eq!(load(&path), Keepsake::default());
        let unsent = KeptMessage {
            channel: ChannelId(7),
            nonce: Nonce::new("n1").unwrap(),
            text: "hello".to_owned(),
            written_ms: 5,
        };
        let kept = Keepsake {
            current: Some(ChannelId(7)),
            drafts: BTreeMap::from([(ChannelId(8), "half a".to_owned())]),
            unsent: vec![unsent],
            ..Keepsake::default()
        };
        let keeper = Keeper::start(path.clone());
        keeper.keep(Keepsake::default());
        keeper.keep(kept.clone());
        keeper.finish().await;
        assert_eq!(load(&path), kept);
    }
}
