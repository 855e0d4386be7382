//! The arrows between modules, read from the sources.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(under: &str) -> Vec<(PathBuf, String)> {
    fn walk(dir: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(dir).expect("the sources are there") {
            let path = entry.expect("the sources are there").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("sources are text");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(under), &mut found);
    assert!(!found.is_empty());
    found
}

#[track_caller]
fn check(under: &str, forbidden: &[&str]) {
    for (path, text) in sources(under) {
        for word in forbidden {
            assert!(!text.contains(word), "{} names {word}", path.display());
        }
    }
}

#[test]
fn the_state_is_pure() {
    check(
        "state",
        &[
            "tokio",
            "crossterm",
            "ratatui",
            "hyper",
            "getrandom",
            "std::time",
            "Instant",
            "SystemTime",
            "::now()",
            "std::env",
            "std::fs",
            "crate::io",
            "crate::view",
            "crate::keys",
            "crate::runtime",
        ],
    );
}

#[test]
fn text_knows_nothing_else() {
    check("text", &["crate::state", "crate::io", "crate::view", "ratatui", "tokio"]);
}

#[test]
fn the_view_does_nothing() {
    check("view", &["crate::io", "crate::runtime", "tokio", "crossterm", "::now()", "&mut State"]);
}

#[test]
fn keys_know_only_what_they_mean() {
    check("keys", &["crate::io", "crate::view", "tokio", "crossterm", "ratatui"]);
}

#[test]
fn one_file_knows_the_server() {
    for (path, text) in sources("") {
        let may = path.ends_with("src/embed.rs");
        assert!(may || !text.contains("pail_server"), "{} names the server", path.display());
    }
}
