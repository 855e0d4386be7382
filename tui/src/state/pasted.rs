//! What may come of a paste: files that are meant by their paths, what the clipboard holds, a text that
//! is to be a file. It reads what was pasted; what is on the disk or in the clipboard is asked at the
//! edge.

use pail_protocol::ChannelId;
use pail_protocol::limits::MESSAGE_ATTACHMENTS_MAX;
use percent_encoding::percent_decode_str;

use super::paths::{Names, Sought};
use crate::text::SafeText;

/// Longest text that is read as paths, in bytes.
const PATHS_BYTES_MAX: usize = 16 * 1024;

/// What is asked of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// What the clipboard holds.
    Clipboard,
    /// Whether there are files that a pasted text means.
    Files {
        /// As it was pasted.
        text: String,
        /// What it may mean, the likeliest first.
        readings: Vec<Vec<String>>,
    },
    /// A file with this in it.
    File {
        /// Where it is to be attached.
        channel: ChannelId,
        /// What it is called.
        name: String,
        /// What it holds.
        text: String,
    },
    /// What is in a folder.
    Names(Sought),
    /// A file of ours that nobody wants after all.
    Forget(String),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// What the clipboard holds, or why that cannot be known.
    Clipboard(Result<Clip, SafeText>),
    /// The files that a pasted text means; there is at least one.
    Files {
        /// As it was pasted.
        text: String,
        /// Which they are.
        files: Vec<Meant>,
    },
    /// Where the file is, or why there is none.
    File(ChannelId, Result<String, SafeText>),
    /// What is in a folder, or why that cannot be known.
    Names(Sought, Result<Names, SafeText>),
}

/// What the clipboard holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clip {
    /// A text.
    Text(String),
    /// A picture, in a file of ours.
    Picture(Meant),
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// Where.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
}

impl Meant {
    /// As a card shows it: its name and its length.
    #[must_use]
    pub fn shown(&self) -> SafeText {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        let length = match self.bytes {
            bytes @ ..1024 => format!("{bytes} bytes"),
            bytes @ ..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
            bytes => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
        };
        SafeText::line(&format!("{}, {length}", SafeText::name(name)))
    }
}

/// The paths that a pasted text may mean, likeliest first; none where it is no list of paths. File
/// managers and terminals write them line by line as they are or as URIs, or quoted as in a shell.
#[must_use]
pub fn paths_in(text: &str) -> Vec<Vec<String>> {
    if text.len() > PATHS_BYTES_MAX {
        return Vec::new();
    }
    let lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let by_line: Option<Vec<String>> = lines.map(path_in).collect();
    let words = shell_words::split(text).unwrap_or_default();
    let by_word: Option<Vec<String>> = words.iter().map(|word| path_in(word.trim_end())).collect();
    let is_list = |paths: &Vec<String>| (1..=MESSAGE_ATTACHMENTS_MAX).contains(&paths.len());
    let mut readings: Vec<Vec<String>> =
        [by_line, by_word].into_iter().flatten().filter(is_list).collect();
    readings.dedup();
    readings
}

/// A path from the root or from home; what is relative is as likely a word.
fn path_in(word: &str) -> Option<String> {
    if let Some(uri) = word.strip_prefix("file://") {
        let path = &uri[uri.find('/')?..];
        let host = &uri[..uri.len() - path.len()];
        let is_here = host.is_empty() || host.eq_ignore_ascii_case("localhost");
        let path = percent_decode_str(path).decode_utf8().ok().filter(|_| is_here)?;
        return Some(path.into_owned());
    }
    let is_path = word.starts_with('/') && word.len() > 1 || word.starts_with("~/");
    (is_path && !word.contains('\0')).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Meant, paths_in};

    #[track_caller]
    fn check(text: &str, expected: &[&[&str]]) {
        assert_eq!(paths_in(text), expected, "{text}");
    }

    #[test]
    fn paths_are_read_as_terminals_and_file_managers_write_them() {
        check("/tmp/a.png", &[&["/tmp/a.png"]]);
        check("~/notes.txt\n", &[&["~/notes.txt"]]);
        check("'/tmp/a b.png' ", &[&["/tmp/a b.png"]]);
        check("/tmp/a\\ b.png /tmp/c", &[&["/tmp/a\\ b.png /tmp/c"], &["/tmp/a b.png", "/tmp/c"]]);
        check("\"/tmp/a b\" '/tmp/it'\\''s'", &[&["/tmp/a b", "/tmp/it's"]]);
        check("/tmp/a b.png", &[&["/tmp/a b.png"]]);
        check(
            "file:///tmp/a%20b.png\r\nfile://localhost/tmp/%C3%A9\r\n",
            &[&["/tmp/a b.png", "/tmp/é"]],
        );
    }

    #[test]
    fn words_are_no_paths() {
        for text in [
            "",
            "/",
            "notes.txt",
            "see /tmp/a",
            "/tmp/a\nand this",
            "file://other.host/tmp/a",
            "file:///%ff",
            "https://example.org/a",
            "'/tmp/a",
            &"/a ".repeat(50),
        ] {
            assert!(
                paths_in(text).iter().all(|paths| paths.len() == 1 && paths[0].contains(' ')),
                "{text}"
            );
        }
    }

    #[test]
    fn lengths_are_readable() {
        let shown =
            |bytes| Meant { path: "/x/a\u{202e}.png".to_owned(), bytes }.shown().to_string();
        assert_eq!(shown(12), "a.png, 12 bytes");
        assert_eq!(shown(12_000), "a.png, 12 KiB");
        assert_eq!(shown(3_000_000), "a.png, 2.9 MiB");
    }
}
