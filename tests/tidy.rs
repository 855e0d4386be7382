//! The architecture, read from the sources: who may use whom, where SQL lives, how long a file may
//! be. A row of a table here is a decision; changing it is one too.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms of the server, and which others each may use. All may use `clock` and `config`.
const ARROWS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("config", &["auth", "store"]),
    ("store", &[]),
    ("chat", &["store"]),
    ("presence", &[]),
    ("attachments", &["store", "chat"]),
    ("auth", &["store", "chat"]),
    ("index", &["store", "chat"]),
    ("hub", &["store", "auth", "presence"]),
    ("ctx", &["attachments", "auth", "chat", "store", "presence"]),
    ("ws", &["ctx", "chat", "hub", "auth", "store"]),
    ("http", &["attachments", "ctx", "chat", "auth", "store"]),
    ("net", &[]),
    ("service", &["http", "ws", "net"]),
    ("import", &["attachments", "auth", "chat", "store"]),
];

/// What the edges may name of `store`: types, never its doings.
const EDGE_STORE_TYPES: &[(&str, &[&str])] =
    &[("ws", &["Tx", "StoreError"]), ("http", &["Tx", "tx::Page"])];

/// Lines a file may have, in-file tests included.
const LINES_MAX: usize = 500;
/// Files that are longer, and how long they may be. This list only shrinks.
const LONGER: &[(&str, usize)] = &[];

struct Source {
    /// Relative to the workspace, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// The text in front of its in-file tests, without comments.
    fn code(&self) -> String {
        let code = self.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The room of the server it belongs to: a folder, or a file of its own.
    fn room(&self) -> Option<&str> {
        let rest = self.path.strip_prefix("server/src/")?;
        let room = rest.split('/').next()?.trim_end_matches(".rs");
        (!["lib", "main", "cli", "offline"].contains(&room)).then_some(room)
    }
}

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the workspace is around this package").to_owned()
}

/// All sources below these folders of the workspace.
fn sources(folders: &[&str]) -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    let mut pending: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).collect();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a readable folder");
            pending.extend(entries.map(|entry| entry.expect("a readable entry").path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(&root).expect("a path below the workspace");
            let path_text = relative.to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).expect("a readable source");
            found.push(Source { path: path_text, text });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn everything() -> Vec<Source> {
    sources(&["protocol", "server", "tui", "tests"])
}

/// What is written behind each `crate::`, with groups taken apart: `store::tx::Page`.
fn uses(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "_:{}, \n".contains(c)));
        let path = &rest[..end.unwrap_or(rest.len())];
        match path.split_once('{') {
            Some((front, group)) if !front.contains([' ', '\n', ',']) => {
                let group = group.split('}').next().unwrap_or_default();
                let parts = group.split(',').map(str::trim).filter(|part| !part.is_empty());
                found.extend(parts.map(|part| format!("{front}{part}")));
            }
            _ => {
                let word = path.split([' ', '\n', ',', '{', '}']).next().unwrap_or_default();
                found.push(word.trim_end_matches(':').to_owned());
            }
        }
    }
    found
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn uses_are_read_from_every_form_of_a_path() {
    let code =
        "use crate::store::tx::{Page, Noun};\nuse crate::{auth, chat::Ruled};\ncrate::ctx::Ctx";
    let expected = ["store::tx::Page", "store::tx::Noun", "auth", "chat::Ruled", "ctx::Ctx"];
    assert_eq!(uses(code), expected);
}

#[test]
fn every_room_of_the_server_uses_only_those_below_it() {
    let mut wrong = Vec::new();
    for source in sources(&["server/src"]) {
        let Some(room) = source.room() else { continue };
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("{}: a room the table does not know", source.path));
            continue;
        };
        for used in uses(&source.code()) {
            let other = used.split("::").next().unwrap_or_default();
            let known = [room, "clock", "config"].contains(&other) || allowed.contains(&other);
            if !known {
                wrong.push(format!("{}: {room} may not use crate::{used}", source.path));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn the_edges_name_types_of_the_store_and_nothing_it_does() {
    let mut wrong = Vec::new();
    for source in sources(&["server/src/ws", "server/src/http"]) {
        let types = EDGE_STORE_TYPES.iter().find(|(room, _)| Some(*room) == source.room());
        let types = types.map_or(&[][..], |(_, types)| types);
        for used in uses(&source.code()) {
            if let Some(name) = used.strip_prefix("store::")
                && !types.contains(&name)
            {
                wrong.push(format!("{}: crate::{used}", source.path));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn the_arrows_have_no_cycle() {
    for (index, (room, allowed)) in ARROWS.iter().enumerate().skip(2) {
        for other in *allowed {
            let place = ARROWS.iter().position(|(name, _)| name == other);
            assert!(place.is_some_and(|place| place < index), "{room} → {other}");
        }
    }
}

#[test]
fn one_file_of_the_client_names_the_server() {
    let named =
        sources(&["tui/src"]).into_iter().filter(|source| source.code().contains("pail_server"));
    let named: Vec<_> =
        named.map(|source| source.path).filter(|path| path != "tui/src/embed.rs").collect();
    assert_none(&named);
}

#[test]
fn the_state_of_the_client_is_pure() {
    let mut wrong = Vec::new();
    for source in sources(&["tui/src/state"]) {
        let code = source.code();
        for foreign in [
            "tokio",
            "crossterm",
            "ratatui",
            "Instant::now",
            "SystemTime",
            "Zoned::now",
            "std::fs",
            "std::net",
        ] {
            if code.contains(foreign) {
                wrong.push(format!("{}: {foreign}", source.path));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn sql_is_in_the_store_and_in_the_clients_cache_and_nowhere_else() {
    let homes = ["server/src/store/", "tui/src/io/cache/"];
    let mut wrong = Vec::new();
    for source in sources(&["server/src", "tui/src", "protocol/src"]) {
        let code = source.code();
        for word in ["SELECT ", "INSERT INTO", "DELETE FROM", "PRAGMA ", "rusqlite"] {
            if code.contains(word) && !homes.iter().any(|home| source.path.starts_with(home)) {
                wrong.push(format!("{}: {word}", source.path));
            }
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_module_says_what_it_is() {
    let silent = everything().into_iter().filter(|source| !source.text.starts_with("//! "));
    assert_none(&silent.map(|source| source.path).collect::<Vec<_>>());
}

#[test]
fn no_file_is_too_long_to_be_read_at_once() {
    let bound = |path: &str| {
        let longer = LONGER.iter().find(|(name, _)| *name == path);
        longer.map_or(LINES_MAX, |(_, lines)| *lines)
    };
    let count = |source: &Source| source.text.lines().count();
    let long = everything().into_iter().filter(|source| count(source) > bound(&source.path));
    assert_none(
        &long.map(|source| format!("{}: {}", source.path, count(&source))).collect::<Vec<_>>(),
    );
    for (path, lines) in LONGER {
        let now = sources(&[path]).first().map_or(0, count);
        assert!(now + 50 > *lines, "{path} has {now} lines now: lower its bound");
    }
}

#[test]
fn files_are_named_after_what_is_in_them() {
    let vague = |source: &Source| {
        let stem = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        ["util", "common", "helper", "manager", "misc"].iter().any(|word| stem.contains(word))
    };
    assert_none(
        &everything()
            .iter()
            .filter(|one| vague(one))
            .map(|one| one.path.clone())
            .collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let words =
        ["TO_DO", "FIX_ME", "to_do!(", "unimple_mented!("].map(|word| word.replace('_', ""));
    let mut wrong = Vec::new();
    for source in everything() {
        for word in words.iter().filter(|word| source.text.contains(word.as_str())) {
            wrong.push(format!("{}: {word}", source.path));
        }
    }
    assert_none(&wrong);
}

#[test]
fn paths_in_the_map_exist() {
    let root = root();
    let Ok(map) = fs::read_to_string(root.join("ARCHITECTURE.md")) else { return };
    let quoted = map.split('`').skip(1).step_by(2);
    let places = ["server/", "tui/", "protocol/", "tests/", "docs/"];
    let is_path = |text: &&str| {
        let plain = !text.contains([' ', '*', '<', '…', '{']);
        plain && places.iter().any(|place| text.starts_with(place))
    };
    let gone = quoted.filter(is_path).filter(|path| !root.join(path).exists());
    assert_none(&gone.map(str::to_owned).collect::<Vec<_>>());
}
