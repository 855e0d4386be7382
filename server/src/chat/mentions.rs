//! Whom a text mentions: `@username` and `@here`, but not within backtick code. Pure; whose name it
//! is, and whether they are in the channel, is not known here.

use pail_protocol::limits::{MENTIONS_MAX, USERNAME_CHARS_MAX};

/// What mentions everybody.
const EVERYBODY: &str = "here";

/// The names behind an `@` in a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mentioned {
    /// In lower case, each once, in order, at most [`MENTIONS_MAX`]. The end of a sentence may be
    /// part of a name: see [`spellings`].
    pub names: Vec<String>,
    /// Whether everybody is mentioned.
    pub here: bool,
}

/// Reads a text.
#[must_use]
pub fn mentioned(text: &str) -> Mentioned {
    let mut found = Mentioned::default();
    for prose in outside_code(text) {
        names_in(prose, &mut found);
    }
    found
}

/// What a name may be meant to be: as it stands, or without the marks that end a sentence.
pub fn spellings(name: &str) -> impl Iterator<Item = &str> {
    let trimmed = name.trim_end_matches(['.', '-', '_']);
    let shorter = (trimmed != name && !trimmed.is_empty()).then_some(trimmed);
    std::iter::once(name).chain(shorter).filter(|name| name.len() <= USERNAME_CHARS_MAX)
}

fn names_in(prose: &str, found: &mut Mentioned) {
    for (at, _) in prose.match_indices('@') {
        let rest = &prose[at + 1..];
        let len = rest.bytes().take_while(|byte| is_of_name(*byte)).count();
        let name = rest[..len].to_ascii_lowercase();
        if name.is_empty() || !may_begin(&prose[..at]) {
            continue;
        }
        if spellings(&name).any(|name| name == EVERYBODY) {
            found.here = true;
        } else if found.names.len() < MENTIONS_MAX && !found.names.contains(&name) {
            found.names.push(name);
        }
    }
}

/// Whether a mention may follow: the middle of an e-mail address or of a URL is none.
fn may_begin(before: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || ['_', '-', '+', '/', '@'].contains(&c);
    !before.ends_with(inside)
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || [b'_', b'-', b'.'].contains(&byte)
}

/// The parts of a text that are not code. As in CommonMark, code begins at a run of backticks and
/// ends at the next run of the same length; a run without such an end is only text.
fn outside_code(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut begin, mut at) = (0, 0);
    while let Some(found) = text[at..].find('`') {
        let open = at + found;
        let body = open + run(&text[open..]);
        at = body;
        if let Some(close) = closing(&text[body..], body - open) {
            parts.push(&text[begin..open]);
            begin = body + close;
            at = begin;
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// How many backticks a text begins with.
fn run(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b'`').count()
}

/// Where the first run of exactly `len` backticks ends.
fn closing(text: &str, len: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let begin = at + found;
        at = begin + run(&text[begin..]);
        if at - begin == len {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(text: &str) -> Vec<String> {
        mentioned(text).names
    }

    #[test]
    fn a_name_behind_an_at_is_a_mention_and_an_address_is_none() {
        let cases: &[(&str, &[&str])] = &[
            ("@bob", &["bob"]),
            ("hi @Bob, and @ann!", &["bob", "ann"]),
            ("@bob @BOB @bob", &["bob"]),
            ("(@bob) \"@ann\" *@eve*", &["bob", "ann", "eve"]),
            ("你好@bob你好", &["bob"]),
            ("@a.b-c_d", &["a.b-c_d"]),
            ("bob@example.com", &[]),
            ("https://example.com/@bob", &[]),
            ("@ bob @, @@ann", &[]),
            ("@é", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(names(text), *expected, "{text}");
        }
    }

    #[test]
    fn the_end_of_a_sentence_may_belong_to_a_name_or_not() {
        assert_eq!(spellings("bob.").collect::<Vec<_>>(), ["bob.", "bob"]);
        assert_eq!(spellings("bob").collect::<Vec<_>>(), ["bob"]);
        assert_eq!(spellings("...").collect::<Vec<_>>(), ["..."]);
        assert_eq!(spellings(&"x".repeat(33)).count(), 0);
    }

    #[test]
    fn here_is_everybody() {
        for text in ["@here", "@HERE: lunch", "all of you @here.", "@bob @here"] {
            assert!(mentioned(text).here, "{text}");
        }
        for text in ["@hereabouts", "here", "`@here`", "x@here"] {
            assert!(!mentioned(text).here, "{text}");
        }
    }

    #[test]
    fn code_mentions_nobody_and_an_open_backtick_hides_nothing() {
        let cases: &[(&str, &[&str])] = &[
            ("`@bob` @ann", &["ann"]),
            ("``@bob ` @eve`` @ann", &["ann"]),
            ("```\n@bob\n```\n@ann", &["ann"]),
            ("` @bob", &["bob"]),
            ("`` @bob `", &["bob"]),
            ("`a` @bob `b`", &["bob"]),
        ];
        for (text, expected) in cases {
            assert_eq!(names(text), *expected, "{text}");
        }
    }

    #[test]
    fn only_so_many_names_count() {
        let text: String = (0..MENTIONS_MAX + 9).map(|index| format!("@u{index} ")).collect();
        assert_eq!(names(&text).len(), MENTIONS_MAX);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC*") {
            let found = mentioned(&text);
            prop_assert!(found.names.len() <= MENTIONS_MAX);
            let fine = |name: &String| !name.is_empty() && name.bytes().all(is_of_name);
            prop_assert!(found.names.iter().all(fine));
        }

        #[test]
        fn a_name_is_found_among_anything_that_is_no_code(
            before in "[^`]*", name in "[a-z][a-z0-9_.-]{0,30}", after in "[^`]*"
        ) {
            let text = format!("@{name} {before} {after}");
            prop_assert!(mentioned(&text).here || mentioned(&text).names.contains(&name));
        }

        #[test]
        fn what_is_quoted_as_code_mentions_nobody(code in "[^`]*") {
            prop_assert_eq!(mentioned(&format!("`{code}`")), Mentioned::default());
        }
    }
}
