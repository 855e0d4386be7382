//! Files that are ours for a while: pictures and texts that were pasted, until they are sent.
//!
//! Each lies alone in a folder, so that it keeps its name. What nobody asked for in a week is swept
//! away; a message that waits longer says that its file is gone.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;

use super::{files, randomness};
use crate::state::pasted::Meant;

/// How long a file may lie here.
pub const KEPT_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Files that may lie here at once.
pub const FILES_MAX: usize = 256;

/// The folder they are in.
#[derive(Debug, Clone)]
pub struct Stash(PathBuf);

impl Stash {
    /// In a folder, which is made when it is needed.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Puts something into a file of its own.
    ///
    /// # Errors
    /// When the disk does not take it, or too many are there.
    pub fn keep(&self, name: &str, content: &[u8]) -> anyhow::Result<Meant> {
        let kept = self.try_keep(name, content).context("It cannot be kept on this machine")?;
        Ok(Meant { path: kept.display().to_string(), bytes: content.len() as u64 })
    }

    fn try_keep(&self, name: &str, content: &[u8]) -> anyhow::Result<PathBuf> {
        anyhow::ensure!(self.sweep() < FILES_MAX, "{FILES_MAX} pasted files wait already");
        let number = u64::from_ne_bytes(randomness::bytes()?);
        let path = self.0.join(format!("{number:016x}")).join(name);
        files::write_bytes(&path, content)?;
        Ok(path)
    }

    /// A file of ours is not needed any more. What is no file of ours stays.
    pub fn forget(&self, path: &Path) {
        let folder = path.parent().filter(|folder| folder.parent() == Some(&self.0));
        if let Some(folder) = folder {
            let _ = fs::remove_file(path);
            let _ = fs::remove_dir(folder);
        }
    }

    /// Lets go what is old; how many are left.
    fn sweep(&self) -> usize {
        let folders = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let is_old = |path: &Path| {
            let changed = path.metadata().and_then(|found| found.modified());
            changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > KEPT_MAX))
        };
        let mut left = 0;
        for folder in folders.map(|entry| entry.path()) {
            if is_old(&folder) {
                let _ = fs::remove_dir_all(&folder);
            } else {
                left += 1;
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{FILES_MAX, KEPT_MAX, Stash};

    #[test]
    fn a_file_is_kept_under_its_name_and_forgotten_with_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        let stash = Stash::new(dir.path().join("pasted"));
        let file = stash.keep("paste.txt", b"words").unwrap();
        let path = std::path::Path::new(&file.path);
        assert!(path.ends_with("paste.txt") && fs::read(path).unwrap() == b"words");
        stash.forget(&dir.path().join("elsewhere.txt"));
        stash.forget(path);
        assert_eq!(fs::read_dir(dir.path().join("pasted")).unwrap().count(), 0);
    }

    #[test]
    fn what_is_not_ours_is_not_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let stash = Stash::new(dir.path().join("pasted"));
        let theirs = dir.path().join("theirs.txt");
        fs::write(&theirs, "x").unwrap();
        stash.forget(&theirs);
        stash.forget(&dir.path().join("pasted/../theirs.txt"));
        assert!(theirs.exists());
    }

    #[test]
    fn old_files_are_swept_and_their_number_is_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let stash = Stash::new(dir.path().to_owned());
        let old = stash.keep("old.txt", b"x").unwrap();
        let folder = std::path::Path::new(&old.path).parent().unwrap().to_owned();
        let made = folder.metadata().unwrap().modified().unwrap();
        fs::File::open(&folder).unwrap().set_modified(made - KEPT_MAX * 2).unwrap();
        for _ in 0..FILES_MAX {
            stash.keep("new.txt", b"x").unwrap();
        }
        assert!(!folder.exists());
        assert!(stash.keep("one more", b"x").is_err());
    }
}
