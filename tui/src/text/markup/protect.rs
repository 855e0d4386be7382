//! Keeps Markdown's hands off what is no markup in a chat: the underscores of URLs and names, and
//! definitions of references, which Markdown would hide.
//!
//! What is protected is swapped for a noncharacter, and swapped back in every leaf.

use std::borrow::Cow;

const SWAPPED: [(char, char); 4] =
    [('_', '\u{FDD0}'), ('*', '\u{FDD1}'), ('~', '\u{FDD2}'), (':', '\u{FDD3}')];

/// A carriage return that ends a line alone: pulldown-cmark 0.13 loses what is behind it when an
/// indented block of code is open.
const RETURN: &str = "\u{FDD4}\n";
const LAST_SWAPPED: char = '\u{FDD4}';

/// The text with what is no markup swapped. `None` when the text has the swapped characters itself:
/// nobody types them, and such a text is shown without markup.
pub(super) fn protect(raw: &str) -> Option<Cow<'_, str>> {
    if raw.contains(is_swapped) {
        return None;
    }
    let source = without_returns(raw);
    if !source.contains(['@', '#']) && !source.contains("://") && !source.contains("]:") {
        return Some(source);
    }
    let mut shown = String::with_capacity(source.len());
    for word in source.split_inclusive([' ', '\t', '\n', '\r', '`']) {
        let is_name = word.trim_start_matches(['(', '*', '_', '~']).starts_with(['@', '#']);
        let from = match word.find("http://").or_else(|| word.find("https://")) {
            Some(at) => at,
            None if is_name => word.find(['@', '#']).unwrap_or(0),
            None => word.len(),
        };
        let (before, protected) = word.split_at(from);
        let until = protected.trim_end_matches(['*', '~', ')', '.', ',', ' ', '\n', '\r']).len();
        let (protected, after) = protected.split_at(until);
        shown.push_str(before);
        shown.extend(protected.chars().map(|c| if c == ':' { c } else { swap(c) }));
        shown.push_str(after);
    }
    Some(Cow::Owned(shown.replace("]:", "]\u{FDD3}")))
}

/// What was swapped, as it was to the byte.
pub(super) fn restore_exactly(text: &str) -> String {
    restore(&text.replace(RETURN, "\r")).into_owned()
}

/// What was swapped, as it is shown: every line end is one.
pub(super) fn restore(text: &str) -> Cow<'_, str> {
    if !text.contains(is_swapped) {
        return Cow::Borrowed(text);
    }
    let text = text.replace(LAST_SWAPPED, "");
    let back = |c| SWAPPED.iter().find(|(_, swapped)| *swapped == c).map_or(c, |(plain, _)| *plain);
    Cow::Owned(text.chars().map(back).collect())
}

/// The text with every carriage return that stands alone as [`RETURN`].
fn without_returns(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\r') {
        return Cow::Borrowed(raw);
    }
    let lines: Vec<String> = raw.split("\r\n").map(|line| line.replace('\r', RETURN)).collect();
    Cow::Owned(lines.join("\r\n"))
}

fn is_swapped(character: char) -> bool {
    ('\u{FDD0}'..=LAST_SWAPPED).contains(&character)
}

fn swap(character: char) -> char {
    let found = SWAPPED.iter().find(|(plain, _)| *plain == character);
    found.map_or(character, |(_, swapped)| *swapped)
}
