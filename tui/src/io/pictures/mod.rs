//! Pictures of messages: had from this machine or from the server, measured, and drawn.
//!
//! Bytes of others are decoded in a process of their own (`press`); what comes out of it are pixels.
//! Which pictures are wanted, and how large, is decided elsewhere.

mod brush;
mod press;
mod shelf;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use super::accounts::Account;
use super::cache;
use super::files::ClientDirs;
use super::rest::{Rest, RestError};
use crate::state::pictures::{Missing, PICTURE_BYTES_MAX, Pixels, Wanted};
use crate::text::SafeText;
use crate::view::pictures::{Drawing, Order};
pub use brush::{draw, pixels};
use press::Decoded;
pub use press::{COMMAND, serve};
use shelf::Shelf;

/// Drawn pictures that wait for the loop.
const DRAWN_MAX: usize = 8;
/// How long a picture may take to come.
const FETCH_TIME_MAX: Duration = Duration::from_secs(60);

/// Where the pictures of an account are had.
#[derive(Clone)]
pub struct Album {
    shelf: Option<Shelf>,
    /// One is decoded at a time, of whomever.
    press: Arc<Semaphore>,
}

/// Where pictures are drawn, and come when they are.
pub struct Studio {
    told: mpsc::Sender<Drawn>,
    drawn: mpsc::Receiver<Drawn>,
}

/// A picture that was asked for; nothing where it cannot be had.
pub struct Drawn {
    /// As it was asked for.
    pub order: Order,
    /// What came of it.
    pub drawing: Option<Drawing>,
}

/// One picture is decoded at a time.
#[must_use]
pub fn press() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(1))
}

/// Where the pictures of an account lie.
#[must_use]
pub fn path_for(dirs: &ClientDirs, account: &Account) -> PathBuf {
    cache::path_for(dirs, account).with_extension("pictures")
}

/// Deletes the pictures of an account.
///
/// # Errors
/// When the folder does not allow it.
pub fn forget(folder: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} cannot be deleted", folder.display()))
        }
        _ => Ok(()),
    }
}

impl Album {
    /// With a folder, if anything may be kept.
    #[must_use]
    pub fn new(dir: Option<PathBuf>, press: Arc<Semaphore>) -> Self {
        Self { shelf: dir.map(Shelf::new), press }
    }

    /// How large a picture is; from then on it is at hand.
    ///
    /// # Errors
    /// Why it cannot be shown.
    pub async fn measure(&self, rest: &Rest, wanted: &Wanted) -> Result<Pixels, Missing> {
        let one = Pixels { width: 1, height: 1 };
        self.decoded(rest, wanted, one).await.map(|decoded| decoded.whole)
    }

    async fn draw(&self, rest: &Rest, order: &Order) -> Option<Drawing> {
        let size = pixels(order.fit, order.canvas);
        let decoded = self.decoded(rest, &order.picture, size).await.ok()?;
        draw(decoded.shown, order.fit, order.canvas)
    }

    /// What lies here may have been spoilt; then it is had anew.
    async fn decoded(
        &self,
        rest: &Rest,
        wanted: &Wanted,
        size: Pixels,
    ) -> Result<Decoded, Missing> {
        if let Some(bytes) = self.on_shelf(wanted).await {
            match self.develop(bytes, size).await {
                Err(Missing::Unfit(_)) => {}
                decoded => return decoded,
            }
        }
        let bytes = fetched(rest, wanted).await?;
        let decoded = self.develop(bytes.clone(), size).await?;
        if let Some(shelf) = self.shelf.clone() {
            let wanted = wanted.clone();
            drop(tokio::task::spawn_blocking(move || shelf.put(&wanted, &bytes)));
        }
        Ok(decoded)
    }

    async fn develop(&self, bytes: Vec<u8>, size: Pixels) -> Result<Decoded, Missing> {
        let _turn = self.press.acquire().await;
        press::develop(bytes, size).await
    }

    async fn on_shelf(&self, wanted: &Wanted) -> Option<Vec<u8>> {
        let (shelf, wanted) = (self.shelf.clone()?, wanted.clone());
        tokio::task::spawn_blocking(move || shelf.get(&wanted)).await.ok()?
    }
}

async fn fetched(rest: &Rest, wanted: &Wanted) -> Result<Vec<u8>, Missing> {
    let fetched = timeout(FETCH_TIME_MAX, fetch(rest, wanted)).await;
    fetched.unwrap_or(Err(Missing::Unreached))
}

async fn fetch(rest: &Rest, wanted: &Wanted) -> Result<Vec<u8>, Missing> {
    let unfit = |why: &str| Missing::Unfit(SafeText::line(why));
    let missing = |error: RestError| match error.is_final {
        true => unfit("not there any more"),
        false => Missing::Unreached,
    };
    let path = format!("/api/chat/attachments/{}/", wanted.id);
    let mut download = rest.download(&path).await.map_err(missing)?;
    let most = wanted.bytes.min(PICTURE_BYTES_MAX);
    let mut bytes = Vec::new();
    while let Some(piece) = download.piece().await.map_err(missing)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() as u64 > most {
            return Err(unfit("larger than announced"));
        }
    }
    if (bytes.len() as u64) < wanted.bytes { Err(Missing::Unreached) } else { Ok(bytes) }
}

impl Default for Studio {
    fn default() -> Self {
        let (told, drawn) = mpsc::channel(DRAWN_MAX);
        Self { told, drawn }
    }
}

impl Studio {
    /// Has a picture drawn; without an album there is none.
    pub fn ask(&self, album: Option<(Album, Arc<Rest>)>, order: Order) {
        let told = self.told.clone();
        tokio::spawn(async move {
            let drawing = match album {
                Some((album, rest)) => album.draw(&rest, &order).await,
                None => None,
            };
            told.send(Drawn { order, drawing }).await
        });
    }

    /// The next one.
    pub async fn drawn(&mut self) -> Option<Drawn> {
        self.drawn.recv().await
    }
}
