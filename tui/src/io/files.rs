//! Files only their owner may read, written whole or not at all.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Where the client keeps things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientDirs {
    /// Logins.
    pub config: PathBuf,
    /// Drafts and unsent messages.
    pub state: PathBuf,
}

impl ClientDirs {
    /// One folder for everything, or the platform's own.
    ///
    /// # Errors
    /// When there is no home directory and none was given.
    pub fn new(chosen: Option<PathBuf>) -> anyhow::Result<Self> {
        if let Some(dir) = chosen {
            return Ok(Self { config: dir.clone(), state: dir.join("state") });
        }
        let project = directories::ProjectDirs::from("", "", "pail")
            .context("no home directory is known; say --client-dir")?;
        let state = project.state_dir().unwrap_or_else(|| project.data_local_dir());
        Ok(Self { config: project.config_dir().to_owned(), state: state.join("client") })
    }
}

/// Reads a file; `None` when there is none.
///
/// # Errors
/// When there is one that cannot be read.
pub fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// Writes a file whole, readable by its owner alone; its folder is made when it is missing.
///
/// # Errors
/// When the disk or the permissions do not allow it. The old content is intact then.
pub fn write(path: &Path, content: &str) -> anyhow::Result<()> {
    write_bytes(path, content.as_bytes())
}

/// As [`write()`], with bytes of any kind.
///
/// # Errors
/// As with [`write()`].
pub fn write_bytes(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    write_whole(path, content).with_context(|| format!("{} cannot be written", path.display()))
}

fn write_whole(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let dir = path.parent().context("it has no folder")?;
    create_private_dir(dir)?;
    let temporary = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = create_private(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    // The new name is durable only when the folder is.
    if let Ok(dir) = File::open(dir) {
        let _ = dir.sync_all();
    }
    Ok(())
}

/// `~` is the home of whoever asks, as in a shell.
#[must_use]
pub fn expanded(path: &str) -> PathBuf {
    let home = || directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    match path.strip_prefix("~/").zip(home()) {
        Some((rest, home)) => home.join(rest),
        None => PathBuf::from(path),
    }
}

/// Takes away what others than the owner may do with a file, if there is one.
#[cfg(unix)]
pub fn tighten(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(found) = fs::metadata(path) else { return };
    if found.permissions().mode() & 0o077 != 0
        && let Err(error) = fs::set_permissions(path, PermissionsExt::from_mode(0o600))
    {
        tracing::warn!("{} can be read by others: {error}", path.display());
    }
}

/// Nothing to be done here.
#[cfg(not(unix))]
pub fn tighten(_path: &Path) {}

/// Moves a file that cannot be understood out of the way; returns where it is now.
///
/// # Errors
/// When the folder does not allow it.
pub fn set_aside(path: &Path) -> anyhow::Result<PathBuf> {
    let mut name = path.as_os_str().to_owned();
    name.push(".damaged");
    let aside = PathBuf::from(name);
    fs::rename(path, &aside).with_context(|| format!("{} cannot be moved away", path.display()))?;
    Ok(aside)
}

/// Locks a file that is there only to be locked, until it is dropped. `None` when somebody else
/// has it.
///
/// # Errors
/// When it cannot be made, or files cannot be locked there.
pub fn lock(path: &Path) -> anyhow::Result<Option<File>> {
    let locked = || {
        create_private_dir(path.parent().context("it has no folder")?)?;
        let file = create_private(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(anyhow::Error::from(error)),
        }
    };
    locked().with_context(|| format!("{} cannot be locked", path.display()))
}

/// Makes a folder that only its owner may look into, if it is missing.
///
/// # Errors
/// When the folder around it does not allow it.
#[cfg(unix)]
pub fn create_private_dir(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Makes a folder if it is missing.
///
/// # Errors
/// When the folder around it does not allow it.
#[cfg(not(unix))]
pub fn create_private_dir(dir: &Path) -> std::io::Result<()> {
    fs::create_dir_all(dir)
}

/// Makes an empty file that only its owner may read, if it is missing. A link in its place is not
/// followed: whoever put it there wants to be written to.
///
/// # Errors
/// When there is a link, or the folder does not allow it.
pub fn create_private_if_missing(path: &Path) -> anyhow::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => bail!("{} is a link", path.display()),
        Ok(_) => tighten(path),
        Err(_) => drop(
            create_private(path).with_context(|| format!("{} cannot be made", path.display()))?,
        ),
    }
    Ok(())
}

fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::{read, write};

    #[test]
    fn files_are_private_and_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/er/accounts.toml");
        assert_eq!(read(&path).unwrap(), None);
        write(&path, "one").unwrap();
        write(&path, "two").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some("two"));
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(path.parent().unwrap().read_dir().unwrap().count(), 1);
    }
}
