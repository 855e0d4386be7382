//! What is in a folder, for completing paths: names that can be typed, within bounds.

use std::ffi::OsString;
use std::path::Path;

use anyhow::Context;

use super::files::expanded;
use crate::state::paths::{NAMES_MAX, Name, Names, Sought};

/// Names of a folder that are looked at; of larger ones not all are found.
pub const LOOKED_AT_MAX: usize = 50_000;

/// What is there of what is looked for.
///
/// # Errors
/// When the folder cannot be read; the sentence says which and why.
pub fn list(sought: &Sought) -> anyhow::Result<Names> {
    let folder = match sought.folder.as_str() {
        "" => Path::new(".").to_owned(),
        folder => expanded(folder),
    };
    let entries = std::fs::read_dir(&folder);
    let entries = entries.with_context(|| format!("{} cannot be read", folder.display()))?;
    let typed = |name: OsString| name.into_string().ok();
    let names = entries.take(LOOKED_AT_MAX).flatten().filter_map(|entry| typed(entry.file_name()));
    let mut names: Vec<Name> = names
        .filter(|name| sought.means(name))
        .map(|name| Name { is_folder: folder.join(&name).is_dir(), name })
        .collect();
    names.sort_by(|a, b| (!a.is_folder, &a.name).cmp(&(!b.is_folder, &b.name)));
    let has_more = names.len() > NAMES_MAX;
    names.truncate(NAMES_MAX);
    Ok(Names { names, has_more })
}

#[cfg(test)]
mod tests {
    use super::list;
    use crate::state::paths::{NAMES_MAX, Sought};

    #[test]
    fn folders_come_first_and_hidden_names_are_not_shown_unasked() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("notes")).unwrap();
        for name in ["news.txt", ".netrc", "a b.png", "Nothing"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let listed = |begins: &str| -> Vec<String> {
            let found =
                list(&Sought::of(&format!("{}/{begins}", dir.path().display()), true)).unwrap();
            found.names.into_iter().map(|name| name.name).collect()
        };
        assert_eq!(listed("n"), ["notes", "Nothing", "news.txt"]);
        assert_eq!(listed("."), [".netrc"]);
        assert_eq!(listed("zz"), Vec::<String>::new());
        assert_eq!(listed(""), ["notes", "Nothing", "a b.png", "news.txt"]);
    }

    #[test]
    fn a_folder_that_is_large_or_not_there_is_no_harm() {
        let dir = tempfile::tempdir().unwrap();
        for number in 0..=NAMES_MAX {
            std::fs::write(dir.path().join(format!("{number}")), "").unwrap();
        }
        let typed = format!("{}/", dir.path().display());
        let found = list(&Sought::of(&typed, true)).unwrap();
        assert!(found.has_more && found.names.len() == NAMES_MAX);
        let why = format!("{:#}", list(&Sought::of(&format!("{typed}no/"), true)).unwrap_err());
        assert!(why.contains("no/ cannot be read"), "{why}");
    }
}
