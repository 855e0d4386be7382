//! Everything one can do here, with its name, its words and the keys that do it now.
//!
//! Told from outside, as the keys are: the help, the hints and the palette read the same list.

use std::fmt::Debug;
use std::sync::Arc;

use super::action::{Action, Context};

/// Something one can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// What happens.
    pub action: Action,
    /// What it has to do with, as the help groups it.
    pub noun: &'static str,
    /// What the help says of it; nothing for what goes without saying.
    pub words: Option<&'static str>,
    /// Which keys do it where, as people read them, the first one first.
    pub keys: Vec<(Context, Vec<String>)>,
}

impl KeyRow {
    /// The keys that do it somewhere, each once.
    #[must_use]
    pub fn all_keys(&self) -> Vec<&str> {
        let mut all: Vec<&str> = Vec::new();
        for key in self.keys.iter().flat_map(|(_, keys)| keys) {
            if !all.contains(&key.as_str()) {
                all.push(key);
            }
        }
        all
    }
}

/// Everything one can do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyTable(Arc<[KeyRow]>);

impl FromIterator<KeyRow> for KeyTable {
    fn from_iter<T: IntoIterator<Item = KeyRow>>(rows: T) -> Self {
        Self(rows.into_iter().collect())
    }
}

impl KeyTable {
    /// All of them, in the order of the help.
    pub fn iter(&self) -> impl Iterator<Item = &KeyRow> {
        self.0.iter()
    }

    /// The first key of an action in a context or around it, for hints and sentences.
    #[must_use]
    pub fn key(&self, context: Context, action: Action) -> Option<&str> {
        let here = |context: Context| {
            let rows = self.iter().filter(|row| row.action == action);
            let mut places = rows.flat_map(|row| &row.keys);
            places.find(|(place, keys)| *place == context && !keys.is_empty())
        };
        let found = here(context).or_else(|| here(context.around()?))?;
        found.1.first().map(String::as_str)
    }
}

/// What the configuration calls an action or a context: its name in the code, in small letters.
/// `Go(NextUnread)` is `go-next-unread`.
#[must_use]
pub fn name_of(named: &impl Debug) -> String {
    let mut name = String::new();
    for character in format!("{named:?}").chars() {
        let begins_word = character.is_ascii_uppercase() || matches!(character, '(' | ' ' | '{');
        if begins_word && !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if character.is_alphanumeric() {
            name.push(character.to_ascii_lowercase());
        }
    }
    name.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::name_of;
    use crate::state::action::{Action, Context, Edit, Go};

    #[test]
    fn names_are_the_code_s_in_small_letters() {
        assert_eq!(name_of(&Action::Go(Go::NextUnread)), "go-next-unread");
        assert_eq!(name_of(&Action::Edit(Edit::DeleteWordBack)), "edit-delete-word-back");
        assert_eq!(name_of(&Action::Submit), "submit");
        assert_eq!(name_of(&Context::EmptyDraft), "empty-draft");
        assert_eq!(name_of(&Some(Some(3))), "some-some-3");
    }
}
