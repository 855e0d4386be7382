//! Saving a file of a message, or its text: streamed to the disk beside where it is to lie, and
//! there under its name only when it is whole. What is there already is never written over.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use pail_protocol::AttachmentId;
use tokio::task::spawn_blocking;

use super::rest::Rest;
use super::{files, randomness};
use crate::state::export::Content;

/// Saves something; returns where it is. Dropped before its end, it leaves nothing behind.
///
/// # Errors
/// When it cannot be had or cannot lie there; the sentence says why.
pub async fn save(rest: &Rest, content: Content, path: &str) -> anyhow::Result<PathBuf> {
    let wanted = files::expanded(path);
    let path = std::path::absolute(&wanted).context("that is no path")?;
    let is_folder = wanted.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir();
    ensure!(!is_folder, "{} is a folder; add a name", path.display());
    ensure_free(&path)?;
    let part = Part::beside(&path)?;
    match content {
        Content::Text(text) => part.add(text.into()).await?,
        Content::Attachment { id, bytes } => download(rest, id, bytes, &part).await?,
    }
    // The name is given in one go, so that nothing is left when somebody lets it be.
    spawn_blocking(move || part.is_whole(&path).map(|()| path)).await?
}

async fn download(rest: &Rest, id: AttachmentId, bytes: u64, part: &Part) -> anyhow::Result<()> {
    let mut download = rest.download(&format!("/api/chat/attachments/{id}/")).await?;
    let mut left = bytes;
    while let Some(piece) = download.piece().await? {
        match left.checked_sub(piece.len() as u64) {
            Some(rest) => left = rest,
            None => bail!("the server sends more than the {bytes} bytes it announced"),
        }
        part.add(piece).await?;
    }
    ensure!(left == 0, "{left} of {bytes} bytes did not come; try again");
    Ok(())
}

fn ensure_free(path: &Path) -> anyhow::Result<()> {
    let is_free = fs::symlink_metadata(path).is_err();
    ensure!(is_free, "{} is there already; give another name", path.display());
    Ok(())
}

/// A file that is not whole yet; gone with this unless it became so.
struct Part {
    file: Arc<File>,
    path: PathBuf,
}

impl Part {
    fn beside(path: &Path) -> anyhow::Result<Self> {
        let dir = path.parent().context("that is no name of a file")?;
        let number = u64::from_ne_bytes(randomness::bytes()?);
        let part = dir.join(format!(".pail-{number:016x}.part"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&part);
        let file = file.with_context(|| format!("nothing can be saved in {}", dir.display()))?;
        Ok(Self { file: Arc::new(file), path: part })
    }

    async fn add(&self, piece: Bytes) -> anyhow::Result<()> {
        let file = self.file.clone();
        let written = spawn_blocking(move || (&*file).write_all(&piece)).await?;
        written.context("it cannot be written")
    }

    /// A hard link is refused where something is; where there are none, a look has to do.
    fn is_whole(&self, path: &Path) -> anyhow::Result<()> {
        self.file.sync_all().context("it cannot be written")?;
        match fs::hard_link(&self.path, path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => ensure_free(path),
            Err(_) => {
                ensure_free(path)?;
                fs::rename(&self.path, path)
                    .with_context(|| format!("{} cannot be made", path.display()))
            }
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use pail_protocol::AttachmentId;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::save;
    use crate::io::address::ServerAddress;
    use crate::io::rest::Rest;
    use crate::state::export::Content;

    /// Saves from a server that has seven bytes, of which it announced as many as are given.
    async fn saved(announced: u64, path: &Path) -> Result<(), String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = ServerAddress::parse(&listener.local_addr().unwrap().to_string()).unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1024];
            let count = stream.read(&mut asked).await.unwrap();
            assert!(asked[..count].starts_with(b"GET /api/chat/attachments/3/ HTTP/1.1\r\n"));
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\ndecided";
            stream.write_all(answer).await.unwrap();
        });
        let content = Content::Attachment { id: AttachmentId(3), bytes: announced };
        let path = path.to_str().unwrap();
        let saved = save(&Rest::new(server, None), content, path).await;
        saved.map(drop).map_err(|why| format!("{why:#}"))
    }

    #[tokio::test]
    async fn a_file_is_there_whole_and_private_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notes.txt");
        for (announced, why) in [(6, "more than the 6 bytes"), (8, "1 of 8 bytes did not come")] {
            let refused = saved(announced, &path).await.unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
        assert_eq!(dir.path().read_dir().unwrap().count(), 0);
        saved(7, &path).await.unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "decided");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(dir.path().read_dir().unwrap().count(), 1);
    }

    #[tokio::test]
    async fn nothing_is_written_over_nor_into_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let why = async |path: &Path| saved(7, path).await.unwrap_err();
        fs::write(dir.path().join("mine"), "mine").unwrap();
        assert!(why(&dir.path().join("mine")).await.contains("is there already"));
        assert_eq!(fs::read_to_string(dir.path().join("mine")).unwrap(), "mine");
        assert!(why(dir.path()).await.contains("is a folder"));
        assert!(why(&dir.path().join("no/where")).await.contains("nothing can be saved in"));
        assert_eq!(dir.path().read_dir().unwrap().count(), 1);
    }
}
