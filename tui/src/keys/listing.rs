//! The keys as a table to print: for people, for a page, for programs.

use serde::Serialize;

use super::chord::Sequence;
use super::map::KeyMap;
use crate::state::Context;
use crate::state::keytable::name_of;

/// Columns for keys and for names.
const KEYS_COLUMNS: usize = 30;
const NAME_COLUMNS: usize = 26;

/// An action in the contexts where it has the same keys.
#[derive(Debug, Serialize)]
struct Line {
    #[serde(rename = "group")]
    noun: &'static str,
    action: String,
    contexts: Vec<String>,
    /// As the file names them.
    keys: Vec<String>,
    #[serde(skip)]
    shown: String,
    #[serde(rename = "help")]
    words: Option<&'static str>,
}

/// In columns.
#[must_use]
pub fn text(map: &KeyMap) -> String {
    let mut text = String::new();
    let mut noun = "";
    for line in lines(map) {
        if line.noun != noun {
            let gap = if noun.is_empty() { "" } else { "\n" };
            noun = line.noun;
            text.push_str(&format!("{gap}{noun}\n"));
        }
        let Line { action, shown, .. } = &line;
        let row = format!("  {shown:<KEYS_COLUMNS$} {action:<NAME_COLUMNS$} {}", line.about());
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

/// As a table in Markdown.
#[must_use]
pub fn markdown(map: &KeyMap) -> String {
    let mut text = "| keys | action | where | |\n|---|---|---|---|\n".to_owned();
    for line in lines(map) {
        let keys = line.shown.replace('|', "\\|");
        let (action, places) = (&line.action, line.contexts.join(", "));
        let words = line.words.unwrap_or_default();
        text.push_str(&format!("| {keys} | `{action}` | {places} | {words} |\n"));
    }
    text
}

/// As an array of objects.
#[must_use]
pub fn json(map: &KeyMap) -> String {
    serde_json::to_string_pretty(&lines(map).collect::<Vec<_>>()).unwrap_or_default() + "\n"
}

impl Line {
    fn about(&self) -> String {
        let places = self.contexts.join(", ");
        match self.words {
            Some(words) => format!("{words} [{places}]"),
            None => format!("[{places}]"),
        }
    }
}

fn lines(map: &KeyMap) -> impl Iterator<Item = Line> {
    map.rows().flat_map(|(noun, binding, places)| {
        let mut alike: Vec<(Vec<Context>, &[Sequence])> = Vec::new();
        for (context, keys) in places {
            match alike.iter_mut().find(|(_, known)| known == keys) {
                Some((contexts, _)) => contexts.push(*context),
                None => alike.push((vec![*context], keys)),
            }
        }
        alike.into_iter().map(move |(contexts, keys)| Line {
            noun,
            action: name_of(&binding.action),
            contexts: contexts.iter().map(name_of).collect(),
            keys: keys.iter().map(Sequence::spelled).collect(),
            shown: match keys {
                [] => "no key".to_owned(),
                keys => keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            },
            words: binding.help,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{json, markdown, text};
    use crate::keys::KeyMap;

    #[test]
    fn the_table_is_the_same_in_all_forms() {
        let map = KeyMap::default();
        let palette = "open-palette               go anywhere, do anything [chat";
        assert!(text(&map).contains(palette), "{}", text(&map));
        assert!(markdown(&map).contains("| Ctrl-K | `open-palette` | chat"));
        let rows: serde_json::Value = serde_json::from_str(&json(&map)).unwrap();
        let rows = rows.as_array().unwrap();
        let is_palette = |row: &&serde_json::Value| {
            row["action"] == "open-palette" && row["contexts"][0] == "chat"
        };
        assert_eq!(rows.iter().find(is_palette).unwrap()["keys"][0], "ctrl-k");
        assert_eq!(rows.len(), markdown(&map).lines().count() - 2);
    }
}
