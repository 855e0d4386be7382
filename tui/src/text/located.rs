//! Places in files as people, compilers and stack traces write them: `src/db.rs:42`.
//!
//! Whether there is such a file is for others to find out; what leaves its folder is no place here.

use std::ops::Range;

/// Longest path that is one, in bytes.
const PATH_BYTES_MAX: usize = 256;
/// Stands before the number of a line in links of code hosts.
const LINE_SIGN: &str = "#L";

/// A file, and perhaps a line in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The file, as it was written.
    pub path: String,
    /// The line, from one.
    pub line: Option<u32>,
}

impl Located {
    /// As it was written.
    #[must_use]
    pub fn shown(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.path),
            None => self.path.clone(),
        }
    }
}

/// The places that a text names, and where it does. Most of them are none: prose has slashes, too.
pub fn all(text: &str) -> impl Iterator<Item = (Range<usize>, Located)> {
    let words = text.split(|character| !is_of_path(character));
    words.filter_map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let (located, length) = read(word)?;
        Some((start..start + length, located))
    })
}

fn is_of_path(character: char) -> bool {
    character.is_alphanumeric() || "_-./+@#:".contains(character)
}

/// The place a word begins with, and its bytes.
fn read(word: &str) -> Option<(Located, usize)> {
    let end = word.find(':').into_iter().chain(word.find(LINE_SIGN)).min();
    let path = word[..end.unwrap_or(word.len())].trim_end_matches(['.', '#']);
    let rest = &word[path.len()..];
    let digits = rest.strip_prefix(':').or_else(|| rest.strip_prefix(LINE_SIGN));
    let digits = digits
        .map_or("", |rest| &rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())]);
    let line = digits.parse().ok().filter(|line| *line > 0);
    let sign = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let length = path.len() + if line.is_some() { sign + digits.len() } else { 0 };
    let is_one = is_path(path) && (path.contains('/') || line.is_some() && path.contains('.'));
    is_one.then(|| (Located { path: path.to_owned(), line }, length))
}

/// Never upwards, never what an editor would take for an option.
fn is_path(path: &str) -> bool {
    let parts = || path.strip_prefix('/').unwrap_or(path).split('/');
    path.len() <= PATH_BYTES_MAX
        && !path.starts_with(['-', '@'])
        && path.contains(char::is_alphanumeric)
        && parts().all(|part| !part.is_empty() && part != "..")
}

#[cfg(test)]
mod tests {
    use super::all;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let found: Vec<(&str, String)> =
            all(text).map(|(range, located)| (&text[range], located.shown())).collect();
        let found: Vec<(&str, &str)> =
            found.iter().map(|(written, shown)| (*written, shown.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn places_are_found_as_they_are_written() {
        check("see src/db.rs:42.", &[("src/db.rs:42", "src/db.rs:42")]);
        check("  --> tui/src/a.rs:7:13", &[("tui/src/a.rs:7", "tui/src/a.rs:7")]);
        check("(`main.py:3`), then", &[("main.py:3", "main.py:3")]);
        check("src/db.rs#L42-L50", &[("src/db.rs#L42", "src/db.rs:42")]);
        check("at /home/ana/x/y.rs:1!", &[("/home/ana/x/y.rs:1", "/home/ana/x/y.rs:1")]);
        check("日本/語.rs:2 ok", &[("日本/語.rs:2", "日本/語.rs:2")]);
        check("README.md or docs/api.md", &[("docs/api.md", "docs/api.md")]);
        check("x/y.rs:0", &[("x/y.rs", "x/y.rs")]);
    }

    #[test]
    fn what_leaves_the_folder_or_looks_like_an_option_is_none() {
        for text in [
            "../../etc/passwd:1",
            "a/../../b:1",
            "-c/evil.rs:1",
            "//host/share",
            "https://example.com/a:1",
            "12:30",
            "e.g.",
            "@ana/x",
            "a//b",
            "",
            ":",
            "./",
            "#L1",
        ] {
            check(text, &[]);
        }
        check(&format!("{}/x.rs:1", "y".repeat(300)), &[]);
    }

    #[test]
    fn any_text_is_read_without_harm() {
        for text in ["::::", "a:", "#L", "é#L1:2", "/:1", "a/b:99999999999999999999", "\u{202e}/:1"]
        {
            let _ = all(text).count();
        }
    }
}
