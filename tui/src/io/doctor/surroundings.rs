//! What is around the terminal: the locale, the editor, and what pail was told.

use std::path::Path;

use super::{Environment, Finding, Mark};
use crate::io::config::Chosen;
use crate::io::editor;
use crate::keys::{KeyMap, taken};
use crate::text::SafeText;

const PROFILE: &str = "~/.profile";

/// Keys that are named before the rest is counted.
const KEYS_NAMED: usize = 6;

/// All of it.
pub(super) fn findings(environment: &Environment<'_>, chosen: &Chosen) -> Vec<Finding> {
    let mut found =
        vec![locale(environment), editor(&editor::chosen(), environment), configuration(chosen)];
    found.extend(keys(&chosen.keys, environment));
    found
}

fn locale(environment: &Environment<'_>) -> Finding {
    const ABOUT: &str = "locale";
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let Some(name) = names.into_iter().find(|name| environment.has(name)) else {
        return Finding::wrong(ABOUT, "none is set: other programs cannot show all characters")
            .with(PROFILE, "export LANG=C.UTF-8");
    };
    let value = environment.says(name);
    let said = format!("{name} is {}", SafeText::line(&value));
    let is_utf8 = ["UTF-8", "UTF8"].iter().any(|utf8| value.to_uppercase().contains(utf8));
    if is_utf8 || cfg!(windows) {
        return Finding::good(ABOUT, said);
    }
    Finding::wrong(ABOUT, format!("{said}, which is not UTF-8"))
        .with(PROFILE, format!("export {name}=C.UTF-8"))
}

fn editor(command: &str, environment: &Environment<'_>) -> Finding {
    const ABOUT: &str = "editor";
    let shown = SafeText::line(command);
    let name = if environment.has("VISUAL") { "VISUAL" } else { "EDITOR" };
    let line = format!("export {name}=nano");
    let words = shell_words::split(command).unwrap_or_default();
    let Some(program) = words.first() else {
        return Finding::wrong(ABOUT, format!("“{shown}” is no command")).with(PROFILE, line);
    };
    if is_program(program, environment) {
        Finding::good(ABOUT, shown.as_str())
    } else {
        let program = SafeText::line(program);
        Finding::wrong(ABOUT, format!("{program} is not there")).with(PROFILE, line)
    }
}

fn is_program(name: &str, environment: &Environment<'_>) -> bool {
    if Path::new(name).components().count() > 1 {
        return Path::new(name).is_file();
    }
    let path = environment.says("PATH");
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).any(|dir| dir.join(name).is_file() || dir.join(&file).is_file())
}

fn configuration(chosen: &Chosen) -> Finding {
    const ABOUT: &str = "config.toml";
    match chosen.problem() {
        Some(problem) => Finding::wrong(ABOUT, problem.as_str()),
        None => Finding::good(ABOUT, "nothing is wrong with it"),
    }
}

/// One for each that keeps keys. What another key does as well is not lost.
fn keys(map: &KeyMap, environment: &Environment<'_>) -> Vec<Finding> {
    const ABOUT: &str = "keys";
    let taken = taken::taken(map, environment.0);
    if taken.is_empty() {
        return vec![Finding::good(ABOUT, "nothing that pail knows of keeps any")];
    }
    let of = |by: taken::Taken| {
        let mut lost: Vec<&str> = Vec::new();
        let mut kept: Vec<&str> = Vec::new();
        for (key, _, is_left) in &by.keys {
            let list = if *is_left { &mut kept } else { &mut lost };
            if !list.contains(&key.as_str()) {
                list.push(key);
            }
        }
        let (mark, keys, says) = match lost.is_empty() {
            true => (Mark::Aside, kept, "; other keys do the same"),
            false => (Mark::Wrong, lost, ", which no other key does"),
        };
        let says = format!("{} keeps {}{says}: {}", by.by, listed(&keys), by.advice);
        Finding { mark, ..Finding::good(ABOUT, says) }
    };
    taken.into_iter().map(of).collect()
}

fn listed(keys: &[&str]) -> String {
    let named = keys.iter().take(KEYS_NAMED).copied().collect::<Vec<_>>().join(", ");
    match keys.len().saturating_sub(KEYS_NAMED) {
        0 => named,
        more => format!("{named} and {more} more (`pail keys --check`)"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::within;
    use super::*;

    #[test]
    fn the_locale_that_counts_has_to_be_utf8() {
        let line = |variables: &[(&str, &str)]| {
            within(variables, locale).remedy.map_or(String::new(), |remedy| remedy.line)
        };
        assert_eq!(line(&[("LANG", "pt_PT.UTF-8")]), "");
        assert_eq!(line(&[("LC_ALL", ""), ("LANG", "C.utf8")]), "");
        assert_eq!(line(&[("LC_ALL", "C"), ("LANG", "C.UTF-8")]), "export LC_ALL=C.UTF-8");
        assert_eq!(line(&[]), "export LANG=C.UTF-8");
    }

    #[test]
    fn an_editor_has_to_be_there() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ed"), "").unwrap();
        let path = dir.path().to_str().unwrap();
        let mark = |command: &str| within(&[("PATH", path)], |e| editor(command, e)).mark;
        assert_eq!([mark("ed"), mark("ed --wait")], [Mark::Good; 2]);
        assert_eq!(mark(&format!("{path}/ed")), Mark::Good);
        assert_eq!([mark("vi"), mark("'"), mark("/no/ed"), mark("\x1b[2J")], [Mark::Wrong; 4]);
    }

    #[test]
    fn keys_that_are_lost_are_named_before_the_rest_is_counted() {
        let map = KeyMap::default();
        assert_eq!(within(&[], |e| keys(&map, e))[0].mark, Mark::Good);
        let zellij = within(&[("ZELLIJ", "0")], |e| keys(&map, e));
        assert_eq!((zellij.len(), zellij[0].mark), (1, Mark::Wrong));
        assert!(zellij[0].says.contains("Ctrl-G locks zellij"), "{zellij:?}");
    }
}
