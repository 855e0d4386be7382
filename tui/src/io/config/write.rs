//! The file as it is generated, and one value of it changed.

use std::fmt::Write;

use anyhow::Context as _;
use toml_edit::{Array, DocumentMut, Item, Table};

use crate::keys::KeyMap;
use crate::state::keytable::name_of;
use crate::state::settings::{Kind, SECTIONS, Setting, TABLE, Value};
use crate::state::{Action, Context};

const HEAD: &str = "\
# pail's settings. Everything stands here with its default: take the # away to change it.
# `pail config check` says what pail cannot read here. Ctrl-K, Settings changes it from inside.
";

const KEYS: &str = "
# Keys, by where they mean what. An action may have several keys, and keys one after the other:
#     submit = [\"enter\", \"ctrl-x ctrl-s\"]
# \"none\" takes them away. Straight below [keys], an action has these keys wherever it is known:
#     go-next-unread = \"alt-n\"
# `pail keys` prints what is bound, `pail keys --check` what your terminal keeps for itself.
";

/// The file with every default.
pub(super) fn generated(keys: &KeyMap) -> String {
    let mut text = HEAD.to_owned();
    for (section, about) in SECTIONS {
        text.push('\n');
        about.iter().for_each(|line| comment(&mut text, line));
        let _ = writeln!(text, "[{section}]");
        for setting in TABLE.iter().filter(|setting| setting.section == *section) {
            setting.words.iter().for_each(|line| comment(&mut text, line));
            if let Kind::OneOf(_) | Kind::Number(..) = setting.kind {
                comment(&mut text, &format!("It takes {}.", setting.kind));
            }
            let _ = writeln!(text, "# {} = {}", setting.key, toml(&setting.default()));
        }
    }
    text.push_str(KEYS);
    for context in contexts(keys) {
        let _ = writeln!(text, "\n[keys.{}]", name_of(&context));
        for (action, spelled) in actions(keys, context) {
            let _ = writeln!(text, "# {} = {}", name_of(&action), toml(&Value::List(spelled)));
        }
    }
    text
}

fn comment(text: &mut String, line: &str) {
    let _ = writeln!(text, "# {}", line.trim());
}

fn contexts(keys: &KeyMap) -> Vec<Context> {
    let mut contexts = Vec::new();
    for (context, ..) in keys.bound() {
        if !contexts.contains(&context) {
            contexts.push(context);
        }
    }
    contexts
}

fn actions(keys: &KeyMap, context: Context) -> Vec<(Action, Vec<String>)> {
    let mut actions: Vec<(Action, Vec<String>)> = Vec::new();
    for (_, action, sequences) in keys.bound().filter(|(place, ..)| *place == context) {
        let spelled = sequences.iter().map(|sequence| sequence.spelled());
        match actions.iter_mut().find(|(known, _)| *known == action) {
            Some((_, known)) => known.extend(spelled),
            None => actions.push((action, spelled.collect())),
        }
    }
    actions
}

/// The text with a setting chosen.
///
/// # Errors
/// When the text is not TOML.
pub(super) fn with(text: &str, setting: &Setting, value: &Value) -> anyhow::Result<String> {
    let mut document: DocumentMut = text.parse().context(
        "config.toml is no valid TOML, so that nothing is changed; `pail config check` says where",
    )?;
    let held = document.get(setting.section).and_then(|section| section.get(setting.key));
    if held.is_none()
        && let Some(uncommented) = uncommented(text, setting, value)
    {
        return Ok(uncommented);
    }
    let section = document.entry(setting.section).or_insert(Item::Table(Table::new()));
    let section = section.as_table_like_mut().context("that section is no table")?;
    let mut wanted = toml(value);
    match section.get_mut(setting.key).and_then(Item::as_value_mut) {
        Some(held) => {
            // What stands behind the value stays there.
            *wanted.decor_mut() = held.decor().clone();
            *held = wanted;
        }
        None => drop(section.insert(setting.key, Item::Value(wanted))),
    }
    Ok(document.to_string())
}

/// The text with the setting's own comment made a value: it stays where it is explained.
fn uncommented(text: &str, setting: &Setting, value: &Value) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let header = format!("[{}]", setting.section);
    let from = lines.iter().position(|line| line.trim() == header)? + 1;
    let mut section = lines[from..].iter().take_while(|line| !line.trim_start().starts_with('['));
    let is_it = |line: &&str| {
        let uncommented = line.trim_start().strip_prefix('#').unwrap_or_default();
        let rest = uncommented.trim_start().strip_prefix(setting.key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let at = from + section.position(is_it)?;
    let chosen = format!("{} = {}", setting.key, toml(value));
    lines[at] = &chosen;
    let changed = lines.join("\n") + "\n";
    let document: DocumentMut = changed.parse().ok()?;
    document.get(setting.section)?.get(setting.key)?;
    Some(changed)
}

fn toml(value: &Value) -> toml_edit::Value {
    match value {
        Value::Switch(is_on) => (*is_on).into(),
        Value::Number(number) => (*number).into(),
        Value::Word(word) => word.as_str().into(),
        Value::List(words) => words.iter().map(String::as_str).collect::<Array>().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::with;
    use crate::io::config::read::read;
    use crate::io::config::{Chosen, Said, default_text};
    use crate::state::settings::{Settings, TABLE, Value, find};

    /// Every commented line that assigns, uncommented.
    fn everything(text: &str) -> String {
        let line = |line: &str| match line.strip_prefix("# ") {
            Some(rest) if rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) => {
                rest.to_owned()
            }
            _ => line.to_owned(),
        };
        text.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_generated_file_changes_nothing_as_it_is_and_names_every_default() {
        let text = default_text();
        let chosen = Chosen::of(&text, Said::default());
        assert_eq!((chosen.settings, chosen.problems), (Settings::default(), Vec::new()));
        let all = Chosen::of(&everything(&text), Said::default());
        assert_eq!(all.problems, []);
        let before = crate::keys::KeyMap::default();
        let bound = |keys: &crate::keys::KeyMap| {
            let mut bound: Vec<String> = keys
                .bound()
                .flat_map(|(c, a, k)| k.iter().map(move |k| format!("{c:?} {a:?} {k}")))
                .collect();
            bound.sort();
            bound
        };
        assert_eq!(bound(&all.keys), bound(&before));
        for setting in TABLE {
            assert!(
                everything(&text).contains(&format!("\n{} = ", setting.key)),
                "{}",
                setting.name()
            );
        }
    }

    #[test]
    fn a_setting_is_written_where_it_is_explained_and_comments_stay() {
        let bell = find("notify", "bell").unwrap();
        let before = default_text();
        let after = with(&before, bell, &Value::Switch(false)).unwrap();
        assert_eq!(after, before.replace("# bell = true", "bell = false"));
        assert!(!read(&after).settings.notify.bell);
        assert_eq!(
            with(&after, bell, &Value::Switch(true)).unwrap(),
            after.replace("bell = false", "bell = true")
        );
    }

    #[test]
    fn a_file_of_one_s_own_is_left_as_it_is_around_the_value() {
        let bell = find("notify", "bell").unwrap();
        let before = "# mine\n[notify] # quiet\nbell   = true # loud\n# end\n";
        let after = with(before, bell, &Value::Switch(false)).unwrap();
        assert_eq!(after, before.replace("= true", "= false"));
        let after = with("# nothing yet\n", bell, &Value::Switch(false)).unwrap();
        assert!(after.contains("# nothing yet") && !read(&after).settings.notify.bell, "{after}");
        assert!(with("[notify\n", bell, &Value::Switch(false)).is_err());
    }
}
