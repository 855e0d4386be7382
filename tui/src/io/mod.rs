//! The edge: carries out effects as tasks and turns what comes of them into inputs.
//!
//! Nothing here decides what a client does; nothing in `state` or `view` waits for this. What
//! concerns one account is in `open`.

pub mod abilities;
pub mod accounts;
pub mod address;
mod aside;
pub mod background;
pub mod cache;
pub mod calls;
#[cfg(unix)]
mod child;
pub mod clipboard;
pub mod config;
pub mod connector;
pub mod doctor;
pub mod easel;
pub mod editor;
pub mod entry;
pub mod files;
pub mod highlighter;
pub mod keyring;
pub mod links;
pub mod listing;
mod nearby;
pub mod notify;
mod open;
pub mod pasteboard;
mod pasting;
pub mod pictures;
pub mod pipe;
pub mod randomness;
pub mod rest;
pub mod save;
pub mod screen;
pub mod secrets;
pub mod socket;
pub mod source;
pub mod stash;
pub mod terminal;
mod unlocking;
pub mod upload;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::future::join_all;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};

use crate::state::effect::Notification;
use crate::state::{AccountKey, Effect, Entered, Input, News, Outgoing};
use crate::text::SafeText;
use accounts::Account;
use cache::{Cache, Left};
use entry::{Doors, Opened};
use files::ClientDirs;
use open::{Kept, Open, Tell};
use pictures::Album;
use rest::Rest;
use stash::Stash;

/// Things from outside that may wait for the loop. Beyond it the sockets are read more slowly.
pub const INBOX_MAX: usize = 1024;

/// Where a login ends.
pub const LOGOUT: &str = "/api/auth/logout/";

/// Something from outside.
pub enum Outside {
    /// For the state.
    Input(Input),
    /// A way in was found: for the edge first, then for the state.
    Opened(Opened),
    /// What makes the terminal show a notification.
    Notification(String),
}

/// Carries out effects.
pub struct Edge {
    doors: Arc<Doors>,
    dirs: ClientDirs,
    inbox: mpsc::Sender<Outside>,
    open: BTreeMap<AccountKey, Open>,
    /// Where pictures are decoded.
    press: Arc<Semaphore>,
    last_key: AccountKey,
}

impl Edge {
    /// An edge with nothing open, and where it says what happened.
    #[must_use]
    pub fn new(doors: Arc<Doors>, dirs: ClientDirs) -> (Self, mpsc::Receiver<Outside>) {
        let (inbox, outside) = mpsc::channel(INBOX_MAX);
        let (open, last_key) = (BTreeMap::new(), AccountKey::default());
        let press = pictures::press();
        (Self { doors, dirs, inbox, open, press, last_key }, outside)
    }

    /// Where others say what happened.
    #[must_use]
    pub fn inbox(&self) -> mpsc::Sender<Outside> {
        self.inbox.clone()
    }

    /// Where files may lie that are there for a moment.
    #[must_use]
    pub fn scratch(&self) -> PathBuf {
        self.dirs.state.clone()
    }

    /// What something from outside is to the state, if anything.
    pub fn receive(&mut self, outside: Outside) -> Option<Input> {
        match outside {
            Outside::Input(input) => {
                if let Input::Account(account, news) = &input
                    && let Some(open) = self.open.get_mut(account)
                {
                    open.hear(news);
                }
                Some(input)
            }
            Outside::Opened(opened) => Some(Input::Entered(Ok(self.open(opened)))),
            Outside::Notification(_) => None,
        }
    }

    /// Opens an account that was found. One that is open already goes on with the new login.
    pub fn open(&mut self, opened: Opened) -> Entered {
        let (me, is_background) = (opened.account.me(), opened.is_background);
        let is_same = |open: &&mut Open| open.opened.account.is_kept_with(&opened.account);
        if let Some(open) = self.open.values_mut().find(is_same) {
            let (account, Left { keepsake, cached }) = (open.key(), Left::default());
            open.opened = opened;
            let (keepsake, cached) = (Box::new(keepsake), Box::new(cached));
            return Entered { account, me, keepsake, cached, is_background };
        }
        self.last_key.0 += 1;
        let account = self.last_key;
        let tell = Tell { account, inbox: self.inbox.clone() };
        let (Left { keepsake, cached }, cache) = match opened.is_kept {
            true => kept(&self.dirs, &opened.account, &tell),
            false => Default::default(),
        };
        if opened.is_kept {
            self.settle_secrets(Some(tell.clone()));
        }
        let is_kept = opened.is_kept;
        let folder = is_kept.then(|| pictures::path_for(&self.dirs, &opened.account));
        let album = Album::new(folder, self.press.clone());
        let stash = Stash::new(self.dirs.state.join("pasted"));
        let keyring = self.doors.secrets.keyring().clone();
        let open = Open::new(opened, Kept { cache, album, stash, keyring }, tell);
        if open.opened.is_new_team {
            open.show_invite();
        }
        self.open.insert(account, open);
        let (keepsake, cached) = (Box::new(keepsake), Box::new(cached));
        Entered { account, me, keepsake, cached, is_background }
    }

    /// Where the pictures of an account are had.
    #[must_use]
    pub fn album(&self, account: AccountKey) -> Option<(Album, Arc<Rest>)> {
        self.open.get(&account).map(Open::album)
    }

    /// Carries out what must happen. What concerns the terminal is not for here.
    pub fn run(&mut self, Outgoing { account, effect }: Outgoing) {
        match effect {
            Effect::Enter(entry) => self.enter(entry),
            Effect::Notify(notification) => self.notify(notification),
            Effect::Copy(_)
            | Effect::OpenLink(_)
            | Effect::Bell
            | Effect::Redraw
            | Effect::Suspend
            | Effect::EditElsewhere(_)
            | Effect::OpenFile(_)
            | Effect::Choose { .. }
            | Effect::Quit => {}
            Effect::Close => self.close_account(account),
            Effect::CameForward => self.came_forward(account),
            effect => {
                if let Some(open) = account.and_then(|key| self.open.get_mut(&key)) {
                    open.run(effect);
                }
            }
        }
    }

    /// Ends everything in order: what is to be kept is kept, a server inside is stopped.
    pub async fn close(self) {
        join_all(self.open.into_values().map(Open::close)).await;
        self.doors.close().await;
    }

    /// Where the desktop does not show it, the terminal may.
    fn notify(&self, notification: Notification) {
        let inbox = self.inbox.clone();
        tokio::spawn(async move {
            if let Some(sequence) = notify::notify(notification).await {
                let _ = inbox.send(Outside::Notification(sequence)).await;
            }
        });
    }

    fn close_account(&mut self, account: Option<AccountKey>) {
        let Some(open) = account.and_then(|key| self.open.remove(&key)) else { return };
        if open.opened.is_kept
            && let Err(error) = self.doors.accounts.log_out(&open.opened.account)
        {
            tracing::warn!("The login cannot be forgotten: {error:#}");
        }
        self.settle_secrets(None);
        tokio::spawn(open.close());
    }

    /// Secrets are wanted in the keyring, or not.
    pub fn want_keyring(&self, is_wanted: bool) {
        if self.doors.secrets.want(is_wanted) {
            self.settle_secrets(None);
        }
    }

    /// Brings secrets to where they belong, while other things happen.
    fn settle_secrets(&self, tell: Option<Tell>) {
        let secrets = self.doors.secrets.clone();
        tokio::spawn(async move {
            let settled = secrets.settle().await;
            if let Err(error) = &settled {
                tracing::debug!("Secrets stay where they are: {error:#}");
            }
            if let Some((tell, complaint)) = tell.zip(secrets.complaint(&settled)) {
                tell.soon(News::Said(SafeText::line(complaint)));
            }
        });
    }

    fn came_forward(&self, account: Option<AccountKey>) {
        let open = account.and_then(|key| self.open.get(&key));
        let Some(opened) = open.map(|open| &open.opened).filter(|opened| opened.is_kept) else {
            return;
        };
        if let Err(error) = self.doors.accounts.came_forward(&opened.account) {
            tracing::warn!("The next start begins with another account: {error:#}");
        }
    }

    fn enter(&self, entry: crate::state::Entry) {
        let (doors, inbox) = (self.doors.clone(), self.inbox.clone());
        tokio::spawn(async move {
            let outside = match doors.enter(entry).await {
                Ok(opened) => Outside::Opened(opened),
                Err(error) => {
                    let why = SafeText::line(&format!("{error:#}"));
                    Outside::Input(Input::Entered(Err(why)))
                }
            };
            inbox.send(outside).await
        });
    }
}

/// What an earlier run left, and what keeps what this one leaves.
fn kept(dirs: &ClientDirs, account: &Account, tell: &Tell) -> (Left, Option<Cache>) {
    let (tell, runtime) = (tell.clone(), Handle::current());
    // Whoever keeps it has a thread of its own.
    let warn = move |sentence: String| {
        let _runtime = runtime.enter();
        tell.soon(News::Warned(SafeText::line(&sentence)));
    };
    cache::open(&cache::path_for(dirs, account), account.user_id, warn)
}
