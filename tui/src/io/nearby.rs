//! Files around the folder that pail was started in: which there are, and never one outside of it.
//!
//! Others choose what is looked for. A path counts when the file it leads to, through all links, is
//! in the repository (or, where there is none, the folder) that somebody works in. What names another
//! place in full is not even looked for: `/net/<host>/` would call somebody else's machine.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::aside::aside;

/// Files that are looked for at once. What is beyond them is taken for missing.
const LOOKED_FOR_MAX: usize = 256;

/// Those of some files that are there, as they were written.
pub(super) async fn existing(paths: Vec<String>) -> Vec<String> {
    let look = move || {
        let Some(place) = place() else { return Vec::new() };
        let paths = paths.into_iter().take(LOOKED_FOR_MAX);
        paths.filter(|path| place.find(path).is_some()).collect()
    };
    aside(look).await.unwrap_or_default()
}

/// The file that a path leads to, if it is one of ours.
pub(super) fn find(path: &str) -> Option<PathBuf> {
    place()?.find(path)
}

/// Where somebody works: it stays so as long as this runs.
fn place() -> Option<&'static Place> {
    static PLACE: OnceLock<Option<Place>> = OnceLock::new();
    PLACE.get_or_init(|| Place::around(&std::env::current_dir().ok()?)).as_ref()
}

/// A folder, and what is around it.
#[derive(Debug)]
struct Place {
    folder: PathBuf,
    /// The repository, or the folder again.
    root: PathBuf,
}

impl Place {
    fn around(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let root = folder.ancestors().find(|above| above.join(".git").exists());
        let root = root.unwrap_or(&folder).to_owned();
        Some(Self { folder, root })
    }

    /// From the folder, then from the root: compilers say either.
    fn find(&self, path: &str) -> Option<PathBuf> {
        [&self.folder, &self.root].into_iter().find_map(|from| {
            let named = Some(from.join(path)).filter(|named| named.starts_with(&self.root))?;
            let file = named.canonicalize().ok()?;
            (file.starts_with(&self.root) && file.is_file()).then_some(file)
        })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use super::Place;

    #[test]
    fn only_files_of_the_repository_are_found_whatever_leads_out_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().canonicalize().unwrap();
        let (repo, folder) = (top.join("repo"), top.join("repo/tui"));
        for folder in [repo.join(".git"), repo.join("src"), folder.join("src")] {
            fs::create_dir_all(folder).unwrap();
        }
        for file in ["repo/src/db.rs", "repo/tui/src/a.rs", "secret"] {
            fs::write(top.join(file), "x").unwrap();
        }
        std::os::unix::fs::symlink(top.join("secret"), folder.join("src/link")).unwrap();
        let place = Place::around(&folder).unwrap();
        let found =
            |path: &str| place.find(path).map(|it| it.strip_prefix(&top).unwrap().to_owned());
        assert_eq!(found("src/a.rs").unwrap().to_str(), Some("repo/tui/src/a.rs"));
        assert_eq!(found("src/db.rs").unwrap().to_str(), Some("repo/src/db.rs"));
        assert_eq!(found("tui/src/a.rs").unwrap().to_str(), Some("repo/tui/src/a.rs"));
        let inside = repo.join("src/db.rs");
        assert!(place.find(inside.to_str().unwrap()).is_some(), "said in full");
        for path in
            ["src", "src/link", "../secret", "../../secret", "/etc/passwd", "src/none.rs", ""]
        {
            assert_eq!(found(path), None, "{path}");
        }
        std::os::unix::fs::symlink(&folder, top.join("away")).unwrap();
        let away = top.join("away/src/a.rs");
        assert!(away.exists(), "it leads into the repository");
        assert_eq!(found(away.to_str().unwrap()), None, "but where it begins is not looked at");
        let outside = Place::around(&top.join("repo/.git/..").join("..")).unwrap();
        assert!(outside.find("secret").is_some(), "without a repository, the folder counts");
    }
}
