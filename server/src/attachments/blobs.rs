//! The bytes of attachments: files named after the SHA-256 of what is in them, each content once.
//! It knows neither whose they are nor HTTP; which of them are needed, the store knows.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempDir};
use tokio::sync::{OwnedRwLockReadGuard, RwLock};
use tokio::task::spawn_blocking;

use super::AttachmentError;
use crate::store::Location;
use crate::store::tx::ContentHash;

/// Bytes read or written at once: a disk's usual unit, and what one transfer holds in memory.
const PIECE_BYTES: usize = 64 * 1024;
/// The folder of files that are not whole yet. All others are named with two hexadecimal digits.
const INCOMING: &str = "incoming";

/// The folder of all files. Clones are cheap.
#[derive(Clone)]
pub struct Blobs {
    folder: Arc<Folder>,
    /// Whoever brings a file holds it to read until a row names the file; whoever removes files
    /// holds it to write, and so sees a row for each that is needed.
    bringing: Arc<RwLock<()>>,
}

struct Folder {
    path: PathBuf,
    /// Removed with the last handle, where nothing is kept.
    _temporary: Option<TempDir>,
}

impl Blobs {
    /// Opens the folder beside the database, creating it if need be. Files that were not whole when
    /// the last server ended are removed. Blocks.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(location: &Location) -> anyhow::Result<Self> {
        let (path, temporary) = match location {
            Location::Memory => {
                let temporary = TempDir::new().context("creating a temporary directory")?;
                (temporary.path().to_owned(), Some(temporary))
            }
            Location::Directory(directory) => (directory.join("attachments"), None),
        };
        let opened = || -> io::Result<()> {
            create_private(&path)?;
            sync(path.parent().unwrap_or(&path))?;
            let incoming = path.join(INCOMING);
            if incoming.is_dir() {
                fs::remove_dir_all(&incoming)?;
            }
            create_private(&incoming)
        };
        opened().with_context(|| format!("opening {}", path.display()))?;
        let folder = Arc::new(Folder { path, _temporary: temporary });
        Ok(Self { folder, bringing: Arc::default() })
    }

    /// Begins a new file.
    ///
    /// # Errors
    /// The disk's.
    pub async fn begin(&self) -> Result<Incoming, AttachmentError> {
        let folder = Arc::clone(&self.folder);
        blocking(move || {
            let file = NamedTempFile::new_in(folder.path.join(INCOMING))?;
            let (hasher, pending) = (Sha256::new(), BytesMut::with_capacity(PIECE_BYTES));
            Ok(Incoming { file, hasher, pending, size: 0, _folder: folder })
        })
        .await
    }

    /// Puts a file that is whole in its place, so that it is there after a power cut too. It is not
    /// removed before [`Brought`] is dropped: until then, a row must name it.
    ///
    /// # Errors
    /// The disk's.
    pub async fn bring(&self, incoming: Incoming) -> Result<Brought, AttachmentError> {
        let bringing = Arc::clone(&self.bringing).read_owned().await;
        let folder = Arc::clone(&self.folder);
        blocking(move || {
            let (file, sha256, size) = incoming.end()?;
            file.as_file().sync_all()?;
            let place = place(&folder.path, &sha256);
            let within = place.parent().unwrap_or(&folder.path);
            create_private(within)?;
            sync(&folder.path)?;
            file.persist(&place)?;
            sync(within)?;
            Ok(Brought { sha256, size, _bringing: bringing })
        })
        .await
    }

    /// Opens a file to read it.
    ///
    /// # Errors
    /// The disk's; the file is not there.
    pub async fn read(&self, sha256: ContentHash) -> Result<Outgoing, AttachmentError> {
        let path = place(&self.folder.path, &sha256);
        blocking(move || Ok(Outgoing { file: File::open(path)? })).await
    }

    /// The subfolders files are in.
    ///
    /// # Errors
    /// The disk's.
    pub async fn subfolders(&self) -> Result<Vec<String>, AttachmentError> {
        let folder = Arc::clone(&self.folder);
        let names = blocking(move || names_in(&folder.path)).await?;
        Ok(names.into_iter().filter(|name| name.len() == 2 && is_hexadecimal(name)).collect())
    }

    /// The hashes of the files in a subfolder.
    ///
    /// # Errors
    /// The disk's.
    pub async fn contents(&self, subfolder: String) -> Result<Vec<ContentHash>, AttachmentError> {
        let folder = Arc::clone(&self.folder);
        blocking(move || {
            let names = names_in(&folder.path.join(&subfolder))?;
            Ok(names.iter().filter_map(|name| hash(&subfolder, name)).collect())
        })
        .await
    }

    /// Removes those files among the candidates that `unneeded` chooses, and says how many there
    /// were. Nobody brings a file meanwhile.
    ///
    /// # Errors
    /// The disk's; what `unneeded` fails with.
    pub async fn remove<F>(
        &self,
        candidates: Vec<ContentHash>,
        unneeded: impl FnOnce(Vec<ContentHash>) -> F,
    ) -> Result<usize, AttachmentError>
    where
        F: Future<Output = Result<Vec<ContentHash>, AttachmentError>>,
    {
        let _alone = self.bringing.write().await;
        let unneeded = unneeded(candidates).await?;
        let folder = Arc::clone(&self.folder);
        blocking(move || {
            let mut removed = 0;
            for sha256 in &unneeded {
                removed += usize::from(remove_if_there(&place(&folder.path, sha256))?);
            }
            Ok(removed)
        })
        .await
    }
}

/// A file that is not whole yet. Dropping it removes it.
pub struct Incoming {
    file: NamedTempFile,
    hasher: Sha256,
    pending: BytesMut,
    size: u64,
    _folder: Arc<Folder>,
}

impl Incoming {
    /// Adds to it.
    ///
    /// # Errors
    /// The disk's; the file is gone then.
    pub async fn write(mut self, bytes: &[u8]) -> Result<Self, AttachmentError> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() < PIECE_BYTES {
            return Ok(self);
        }
        blocking(move || self.write_pending()).await
    }

    fn write_pending(mut self) -> io::Result<Self> {
        self.hasher.update(&self.pending);
        self.file.write_all(&self.pending)?;
        self.size += self.pending.len() as u64;
        self.pending.clear();
        Ok(self)
    }

    fn end(self) -> io::Result<(NamedTempFile, ContentHash, u64)> {
        let whole = self.write_pending()?;
        Ok((whole.file, whole.hasher.finalize().into(), whole.size))
    }
}

/// A file in its place.
pub struct Brought {
    /// Its name.
    pub sha256: ContentHash,
    /// In bytes.
    pub size: u64,
    _bringing: OwnedRwLockReadGuard<()>,
}

/// A file being read.
pub struct Outgoing {
    file: File,
}

impl Outgoing {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// The disk's.
    pub async fn next(self) -> Result<Option<(Bytes, Self)>, AttachmentError> {
        blocking(move || {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            (&self.file).take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
            Ok((!piece.is_empty()).then(|| (Bytes::from(piece), self)))
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, AttachmentError> {
    let done = spawn_blocking(work).await.map_err(io::Error::other).flatten();
    done.map_err(AttachmentError::from)
}

fn remove_if_there(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        removed => removed.map(|()| true),
    }
}

/// `ab/cdef…`: a folder with too many files is slow on some systems.
fn place(folder: &Path, sha256: &ContentHash) -> PathBuf {
    let digits: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    folder.join(&digits[..2]).join(&digits[2..])
}

/// The hash in the name of a file. What has another name is none of ours.
fn hash(subfolder: &str, name: &str) -> Option<ContentHash> {
    let digits = format!("{subfolder}{name}");
    if digits.len() != 64 || !is_hexadecimal(&digits) {
        return None;
    }
    let mut hash = ContentHash::default();
    for (index, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(hash)
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(folder)?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn create_private(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Makes the names in a folder durable, where folders can be synced.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
