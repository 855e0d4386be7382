//! Pictures that came once, in a folder only their owner may look into. What was not looked at for
//! longest goes first. Any of it may be missing: it can be had again.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::super::{files, randomness};
use crate::state::pictures::{PICTURE_BYTES_MAX, Wanted};

/// Bytes of pictures that are kept of one account.
pub const SHELF_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Digits of a SHA-256.
const DIGEST_DIGITS: usize = 64;

/// A folder of pictures.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    dir: PathBuf,
    bytes_max: u64,
}

impl Shelf {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir, bytes_max: SHELF_BYTES_MAX }
    }

    /// A picture, if it lies here.
    pub(super) fn get(&self, wanted: &Wanted) -> Option<Vec<u8>> {
        let file = open(&self.dir.join(name(wanted)))?;
        let mut bytes = Vec::new();
        (&file).take(PICTURE_BYTES_MAX + 1).read_to_end(&mut bytes).ok()?;
        let _ = file.set_modified(present());
        (bytes.len() as u64 == wanted.bytes).then_some(bytes)
    }

    /// Lays one here, and takes away what is too much.
    pub(super) fn put(&self, wanted: &Wanted, bytes: &[u8]) {
        if let Err(error) = self.lay(&name(wanted), bytes) {
            tracing::warn!("A picture is not kept: {error:#}");
        }
        self.make_room();
    }

    fn lay(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        files::create_private_dir(&self.dir)?;
        let number = u64::from_ne_bytes(randomness::bytes()?);
        let part = self.dir.join(format!("{number:016x}.part"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let written = options.open(&part).and_then(|mut file| file.write_all(bytes));
        let laid = written.and_then(|()| fs::rename(&part, self.dir.join(name)));
        if laid.is_err() {
            let _ = fs::remove_file(&part);
        }
        Ok(laid?)
    }

    fn make_room(&self) {
        let Ok(found) = fs::read_dir(&self.dir) else { return };
        let files = found.flatten().filter_map(|entry| {
            let about = entry.metadata().ok()?;
            Some((about.modified().ok()?, about.len(), entry.path()))
        });
        let mut files: Vec<_> = files.collect();
        files.sort();
        let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, path) in files {
            if total <= self.bytes_max {
                return;
            }
            let _ = fs::remove_file(path);
            total = total.saturating_sub(bytes);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "files are marked with the time of the machine")]
fn present() -> SystemTime {
    SystemTime::now()
}

/// Never what others call it.
fn name(wanted: &Wanted) -> String {
    let is_digest = wanted.sha256.len() == DIGEST_DIGITS
        && wanted.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    match is_digest {
        true => wanted.sha256.to_ascii_lowercase(),
        false => format!("{}-{}", wanted.id, wanted.bytes),
    }
}

/// A link in the place of a file is not followed, and nobody is waited for.
#[cfg(unix)]
fn open(path: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).ok()?;
    OpenOptions::new().read(true).custom_flags(flags).open(path).ok()
}

#[cfg(not(unix))]
fn open(path: &Path) -> Option<File> {
    File::open(path).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::Duration;

    use pail_protocol::AttachmentId;

    use super::{Shelf, name, present};
    use crate::state::pictures::Wanted;

    fn wanted(id: i64, bytes: u64, sha256: &str) -> Wanted {
        Wanted { id: AttachmentId(id), bytes, sha256: sha256.into() }
    }

    #[test]
    fn a_picture_is_private_and_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(dir.path().join("pictures"));
        let one = wanted(1, 3, "");
        assert_eq!(shelf.get(&one), None);
        shelf.put(&one, b"one");
        assert_eq!(shelf.get(&one).as_deref(), Some(&b"one"[..]));
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&shelf.dir), mode(&shelf.dir.join("1-3"))), (0o700, 0o600));
        fs::write(shelf.dir.join("1-3"), b"cut").unwrap();
        assert_eq!(shelf.get(&wanted(1, 4, "")), None);
    }

    #[test]
    fn what_was_not_looked_at_for_longest_goes_first() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf { dir: dir.path().join("pictures"), bytes_max: 10 };
        let of = |id| wanted(id, 4, "");
        shelf.put(&of(1), b"1111");
        shelf.put(&of(2), b"2222");
        for (id, ago) in [(1, 60), (2, 30)] {
            let file = fs::File::open(shelf.dir.join(name(&of(id)))).unwrap();
            file.set_modified(present() - Duration::from_secs(ago)).unwrap();
        }
        assert!(shelf.get(&of(1)).is_some(), "it was looked at");
        shelf.put(&of(3), b"3333");
        let has = |id| shelf.get(&of(id)).is_some();
        assert_eq!([has(1), has(2), has(3)], [true, false, true]);
    }

    #[test]
    fn a_link_in_the_place_of_a_picture_leads_nowhere() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(dir.path().join("pictures"));
        fs::create_dir(&shelf.dir).unwrap();
        fs::write(dir.path().join("secret"), b"key").unwrap();
        symlink(dir.path().join("secret"), shelf.dir.join("1-3")).unwrap();
        assert_eq!(shelf.get(&wanted(1, 3, "")), None);
        shelf.put(&wanted(1, 3, ""), b"new");
        assert_eq!(fs::read(dir.path().join("secret")).unwrap(), b"key");
        assert_eq!(shelf.get(&wanted(1, 3, "")).as_deref(), Some(&b"new"[..]));
    }

    #[test]
    fn what_a_server_calls_a_digest_names_a_file_only_when_it_is_one() {
        let digest = "AB".repeat(32);
        assert_eq!(name(&wanted(1, 3, &digest)), digest.to_lowercase());
        for odd in ["../../x", "", &"/".repeat(64), &"é".repeat(32)] {
            assert_eq!(name(&wanted(7, 3, odd)), "7-3");
        }
    }
}
