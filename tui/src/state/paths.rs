//! Completing a path: what is looked for in which folder, and what of it is there. Folders are read at
//! the edge.

use super::completion::{CHOICES_MAX, Choice};
use crate::text::SafeText;

/// Names of a folder that are told at most.
pub const NAMES_MAX: usize = CHOICES_MAX;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// The folder, as it was typed, with its slash; nothing for the one pail was started in.
    pub folder: String,
    /// What the name begins with. Hidden ones are meant only by a dot.
    pub begins: String,
    /// Whether a key asked for it: then a single name is taken, and none is said.
    pub is_asked: bool,
}

/// A name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// As the disk has it.
    pub name: String,
    /// Whether it is a folder itself.
    pub is_folder: bool,
}

/// What is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// In order, folders first.
    pub names: Vec<Name>,
    /// Whether there are more.
    pub has_more: bool,
}

impl Sought {
    /// What was typed of a path.
    #[must_use]
    pub fn of(typed: &str, is_asked: bool) -> Self {
        let (folder, begins) = match typed.rfind('/') {
            Some(end) => typed.split_at(end + 1),
            None if typed == "~" => ("~/", ""),
            None => ("", typed),
        };
        Self { folder: folder.to_owned(), begins: begins.to_owned(), is_asked }
    }

    /// Whether a name is meant.
    #[must_use]
    pub fn means(&self, name: &str) -> bool {
        let is_wanted = self.begins.starts_with('.') || !name.starts_with('.');
        is_wanted && name.to_lowercase().starts_with(&self.begins.to_lowercase())
    }

    /// What the path may become.
    #[must_use]
    pub fn choices(&self, found: &Names) -> Vec<Choice> {
        let choice = |Name { name, is_folder }: &Name| {
            let slash = if *is_folder { "/" } else { "" };
            let label = format!("{}{slash}", SafeText::name(name));
            Choice::new(&label, "", format!("{}{name}{slash}", self.folder))
        };
        found.names.iter().take(NAMES_MAX).map(choice).collect()
    }

    /// Why there is nothing to choose from.
    #[must_use]
    pub fn nothing(&self) -> String {
        let folder = if self.folder.is_empty() { "this folder" } else { &self.folder };
        match self.begins.as_str() {
            "" => format!("Nothing is in {folder}."),
            begins => format!("Nothing in {folder} begins with {begins}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sought;

    #[test]
    fn a_path_is_a_folder_and_the_beginning_of_a_name() {
        let parts = |typed: &str| {
            let Sought { folder, begins, .. } = Sought::of(typed, true);
            (folder, begins)
        };
        let check = |typed, folder: &str, begins: &str| {
            assert_eq!(parts(typed), (folder.to_owned(), begins.to_owned()));
        };
        check("", "", "");
        check("no", "", "no");
        check("~", "~/", "");
        check("~/no", "~/", "no");
        check("/tmp/a b/c", "/tmp/a b/", "c");
        check("/", "/", "");
    }

    #[test]
    fn hidden_names_are_meant_by_a_dot_alone() {
        assert!(Sought::of("/x/No", true).means("notes.txt"));
        assert!(!Sought::of("/x/", true).means(".profile"));
        assert!(Sought::of("/x/.p", true).means(".profile"));
        assert!(!Sought::of("/x/.p", true).means("profile"));
    }
}
