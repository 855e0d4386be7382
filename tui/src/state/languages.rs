//! Names of languages that are offered behind the fence of a block of code, and a guess at which one a
//! text is in.

/// As they are written behind a fence; the commonest first.
pub const LANGUAGES: &[&str] = &[
    "rust",
    "python",
    "javascript",
    "typescript",
    "bash",
    "sh",
    "json",
    "yaml",
    "toml",
    "sql",
    "go",
    "java",
    "kotlin",
    "swift",
    "c",
    "cpp",
    "csharp",
    "ruby",
    "php",
    "html",
    "css",
    "scss",
    "xml",
    "diff",
    "markdown",
    "dockerfile",
    "makefile",
    "cmake",
    "nix",
    "lua",
    "perl",
    "r",
    "scala",
    "haskell",
    "ocaml",
    "elixir",
    "erlang",
    "clojure",
    "zig",
    "dart",
    "graphql",
    "protobuf",
    "terraform",
    "powershell",
    "fish",
    "ini",
    "tsx",
    "jsx",
    "vue",
    "latex",
    "text",
];

/// How texts of some languages begin, or what a line of them begins with.
const SIGNS: &[(&str, &[&str])] = &[
    ("diff", &["diff --git ", "@@ -", "--- a/"]),
    ("bash", &["#!/bin/sh", "#!/bin/bash", "#!/usr/bin/env bash"]),
    ("python", &["#!/usr/bin/env python", "def ", "from ", "import "]),
    ("rust", &["fn ", "pub fn ", "impl ", "let mut ", "#[derive", "use std::"]),
    ("go", &["package ", "func "]),
    ("sql", &["select ", "insert into ", "create table "]),
    ("html", &["<!doctype html", "<html"]),
    ("xml", &["<?xml"]),
    ("json", &["{\"", "[{\"", "{\n  \""]),
];

/// The language a text looks like; empty when it looks like none.
#[must_use]
pub fn guess(text: &str) -> &'static str {
    // The signs are in small letters: SQL and HTML are written either way.
    let text = text.to_ascii_lowercase();
    let begins = |sign: &str| {
        text.starts_with(sign) || text.lines().any(|line| line.trim_start().starts_with(sign))
    };
    let found = SIGNS.iter().find(|(_, signs)| signs.iter().any(|sign| begins(sign)));
    found.map_or("", |(language, _)| language)
}

/// What files in a language end with; the empty one is text.
#[must_use]
pub fn extension(language: &str) -> &'static str {
    match language {
        "bash" => "sh",
        "python" => "py",
        "rust" => "rs",
        "diff" => "diff",
        "go" => "go",
        "sql" => "sql",
        "html" => "html",
        "xml" => "xml",
        "json" => "json",
        _ => "txt",
    }
}

#[cfg(test)]
mod tests {
    use super::guess;

    #[test]
    fn a_text_that_looks_like_a_language_is_called_it() {
        for (text, language) in [
            ("pub fn main() {\n}", "rust"),
            ("diff --git a/x b/x\n", "diff"),
            ("{\n  \"a\": 1\n}", "json"),
            ("import os\n", "python"),
            ("Select id from messages;", "sql"),
            ("just words,\nin lines", ""),
        ] {
            assert_eq!(guess(text), language, "{text}");
        }
    }
}
