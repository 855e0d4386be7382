//! From the text of the file to what it chooses, with the line of whatever is wrong.

use std::ops::Range;

use toml_edit::{Document, Item, Key, TableLike};

use super::{Painted, Read, THEMES_MAX};
use crate::keys::Override;
use crate::state::settings::{Origin, Problem, SECTIONS, TABLE, THEMES, Value, find};
use crate::view::theme::Palette;

/// Reads the file.
pub(super) fn read(text: &str) -> Read {
    let mut reader = Reader { text, read: Read::default() };
    match Document::parse(text) {
        Ok(document) => reader.file(document.as_table()),
        Err(error) => {
            let sentence = format!("{}; nothing of the file is used", error.message().trim());
            reader.problem(error.span(), sentence.replace('\n', " "));
        }
    }
    reader.read
}

struct Reader<'a> {
    text: &'a str,
    read: Read,
}

impl Reader<'_> {
    fn file(&mut self, file: &dyn TableLike) {
        for (section, item) in entries(file) {
            let name = section.get();
            match item.as_table_like() {
                Some(table) if name == "keys" => self.keys(table),
                Some(table) if name == "theme" => self.themes(table),
                Some(table) if is_section(name) => self.section(name, table),
                _ => {
                    let known: Vec<_> = SECTIONS.iter().map(|(name, _)| *name).collect();
                    let known = known.join("], [");
                    self.problem(section.span(), format!("{name:?} is none of [{known}]"));
                }
            }
        }
    }

    fn section(&mut self, section: &str, table: &dyn TableLike) {
        for (key, item) in entries(table) {
            self.setting(section, key, item);
        }
    }

    fn setting(&mut self, section: &str, key: &Key, item: &Item) {
        let Some(setting) = find(section, key.get()) else {
            let all = TABLE.iter().filter(|setting| setting.section == section);
            let all = all.map(|setting| setting.key).collect::<Vec<_>>().join(", ");
            let sentence = format!("[{section}] has no {}, but {all}", key.get());
            return self.problem(key.span(), sentence);
        };
        let chosen = match value(item) {
            Some(value) => self.read.settings.choose(setting, &value, Origin::File),
            None => Err(format!("{} takes {}", setting.name(), setting.kind)),
        };
        if let Err(sentence) = chosen {
            self.problem(item.span().or(key.span()), sentence);
        }
    }

    /// Settings, actions that have these keys everywhere, and contexts with actions.
    fn keys(&mut self, table: &dyn TableLike) {
        for (key, item) in entries(table) {
            if find("keys", key.get()).is_some() {
                self.setting("keys", key, item);
            } else if let Some(actions) = item.as_table_like() {
                for (action, item) in entries(actions) {
                    self.action(Some(key.get()), action, item);
                }
            } else {
                self.action(None, key, item);
            }
        }
    }

    fn action(&mut self, context: Option<&str>, action: &Key, item: &Item) {
        let keys = match value(item) {
            Some(Value::Word(keys)) => vec![keys],
            Some(Value::List(keys)) => keys,
            _ => {
                let sentence = format!("{} takes \"a key\" or [\"keys\"]", action.get());
                return self.problem(item.span().or(action.span()), sentence);
            }
        };
        let (context, line) = (context.map(str::to_owned), self.line(action.span()));
        let action = action.get().to_owned();
        self.read.overrides.push(Override { context, action, keys, line });
    }

    /// Somebody's themes: roles with colours, on top of another theme.
    fn themes(&mut self, table: &dyn TableLike) {
        for (name, item) in entries(table).into_iter().take(THEMES_MAX) {
            match item.as_table_like() {
                Some(roles) => self.theme(name.get(), roles),
                None => self.problem(name.span(), "a theme is a table: [theme.name]".to_owned()),
            }
        }
    }

    fn theme(&mut self, name: &str, roles: &dyn TableLike) {
        let mut painted = Painted::default();
        let mut scratch = Palette::TERMINAL;
        for (role, item) in entries(roles) {
            let colour = match value(item) {
                Some(Value::Word(colour)) => colour,
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            let taken = match role.get() {
                "base" if THEMES.contains(&colour.as_str()) => {
                    painted.base = Some(colour);
                    Ok(())
                }
                "base" => Err(format!("base is one of {}", THEMES.join(", "))),
                role => {
                    let taken = scratch.paint(role, &colour);
                    painted.colours.push((role.to_owned(), colour));
                    taken
                }
            };
            if let Err(sentence) = taken {
                self.problem(role.span(), format!("theme {name}: {sentence}"));
            }
        }
        self.read.themes.insert(name.to_owned(), painted);
    }

    fn problem(&mut self, span: Option<Range<usize>>, sentence: String) {
        let line = self.line(span);
        self.read.problems.push(Problem { line, sentence });
    }

    fn line(&self, span: Option<Range<usize>>) -> usize {
        let before = span.and_then(|span| self.text.get(..span.start));
        before.map_or(0, |before| before.matches('\n').count() + 1)
    }
}

fn is_section(name: &str) -> bool {
    SECTIONS.iter().any(|(section, _)| *section == name)
}

fn entries(table: &dyn TableLike) -> Vec<(&Key, &Item)> {
    table.iter().filter_map(|(name, _)| table.get_key_value(name)).collect()
}

fn value(item: &Item) -> Option<Value> {
    let value = item.as_value()?;
    let texts = |array: &toml_edit::Array| -> Option<Vec<String>> {
        array.iter().map(|text| text.as_str().map(str::to_owned)).collect()
    };
    None.or_else(|| value.as_bool().map(Value::Switch))
        .or_else(|| value.as_integer().map(Value::Number))
        .or_else(|| value.as_str().map(|text| Value::Word(text.to_owned())))
        .or_else(|| value.as_array().and_then(texts).map(Value::List))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::state::settings::{CtrlK, Via};

    /// What is said of a file, with the lines.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let problems = read(text).problems;
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn what_is_right_is_taken_and_what_is_wrong_is_said_with_its_line() {
        let text = "[notify]\nbell = false\nbel = 1\nvia = \"smoke\"\n\n[look]\nhints = false\n";
        check(
            text,
            &[
                "line 3: [notify] has no bel, but bell, via, hide_content, quiet_hours, do_not_disturb, keywords",
                "line 4: notify.via takes \"auto\", \"desktop\", \"osc9\", \"osc99\", \"osc777\" or \"off\", not \"smoke\"",
            ],
        );
        let settings = read(text).settings;
        assert!(!settings.notify.bell && settings.notify.via == Via::Auto && !settings.look.hints);
    }

    #[test]
    fn a_file_that_is_no_toml_is_one_problem() {
        let problems = read("[look]\nhints = yes please\n").problems;
        assert_eq!((problems.len(), problems[0].line), (1, 2));
        assert!(problems[0].sentence.ends_with("nothing of the file is used"), "{problems:?}");
    }

    #[test]
    fn keys_are_settings_actions_and_contexts() {
        let text = "keys.ctrl_k = \"kill-line\"\n[keys]\n";
        assert_eq!(read(text).problems.len(), 1, "a table is defined once");
        let text = "[keys]\nctrl_k = \"kill-line\"\nredraw = \"f5\"\n\n[keys.chat]\n\
                    submit = [\"enter\", \"ctrl-x ctrl-s\"]\nquit = 3\n";
        let read = read(text);
        assert_eq!(read.settings.keys.ctrl_k, CtrlK::KillLine);
        let [everywhere, chat] = &read.overrides[..] else { panic!("{:?}", read.overrides) };
        assert_eq!((everywhere.context.as_deref(), everywhere.line), (None, 3));
        assert_eq!((chat.context.as_deref(), chat.line), (Some("chat"), 6));
        assert_eq!(chat.keys, ["enter", "ctrl-x ctrl-s"]);
        let said = read.problems[0].to_string();
        assert_eq!(said, "line 7: quit takes \"a key\" or [\"keys\"]");
    }

    #[test]
    fn a_theme_of_one_s_own_is_checked_role_by_role() {
        check("[theme.mine]\nbase = \"light\"\naccent = \"#ff8800\"\ncode = 208\n", &[]);
        check(
            "[theme.mine]\nbase = \"night\"\nacent = \"red\"\ncode = \"pinkish\"\n",
            &[
                "line 2: theme mine: base is one of auto, terminal, dark, light, contrast",
                "line 3: theme mine: acent is none of text, faint, accent, error, good, pending, \
                 fresh, link, code, keyword, string, constant, function, author_1 …",
                "line 4: theme mine: \"pinkish\" is no colour; write \"#rrggbb\", \"red\" or \"208\"",
            ],
        );
    }

    #[test]
    fn a_section_nobody_knows_is_said() {
        for (text, name) in [("[lok]\n", "lok"), ("hints = true\n", "hints")] {
            let said = read(text).problems[0].to_string();
            assert!(
                said.starts_with(&format!("line 1: {name:?} is none of [look], [keys]")),
                "{said}"
            );
        }
    }
}
