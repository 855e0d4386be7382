//! What of a text is prose and what is code, and the shorthand of prose: `:tada:` for 🎉.
//!
//! Code is left as it was written. It knows nothing of channels or of the screen.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

/// The byte ranges of a text that are code, with their backticks.
fn code_ranges(text: &str) -> Vec<Range<usize>> {
    if !text.contains(['`', '~']) {
        return Vec::new();
    }
    let events = Parser::new(text).into_offset_iter();
    let code = events.filter(|(event, _)| {
        let is_fenced = |tag: &Tag<'_>| matches!(tag, Tag::CodeBlock(CodeBlockKind::Fenced(_)));
        matches!(event, Event::Code(_)) || matches!(event, Event::Start(tag) if is_fenced(tag))
    });
    code.map(|(_, range)| range).collect()
}

/// Whether whoever writes at a place writes code: also behind a backtick that is still to be closed.
#[must_use]
pub fn is_code_at(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let line = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
    let is_opening = line.matches('`').count() % 2 == 1;
    let is_inside = |range: &Range<usize>| range.start < at && at < range.end;
    let is_fenced = || code_ranges(before).last().is_some_and(|last| is_unclosed(before, last));
    is_opening || is_fenced() || code_ranges(text).iter().any(is_inside)
}

/// Whether a block of code goes on behind the end of a text.
fn is_unclosed(text: &str, range: &Range<usize>) -> bool {
    let block = &text[range.clone()];
    let opening = block.lines().next().unwrap_or_default().trim_start();
    let fence: String = opening.chars().take_while(|c| ['`', '~'].contains(c)).collect();
    let is_closed = || block.lines().skip(1).any(|line| line.trim() == fence);
    range.end == text.len() && fence.len() >= 3 && !is_closed()
}

/// A text as a block of code; its fence is longer than any in it.
#[must_use]
pub fn fenced(code: &str, language: &str) -> String {
    let runs = code.split(|c: char| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0).max(2) + 1);
    let code = code.strip_suffix('\n').unwrap_or(code);
    format!("{fence}{language}\n{code}\n{fence}")
}

/// A text with its shortcodes as emoji, where they are prose.
#[must_use]
pub fn with_emoji(text: &str) -> String {
    if text.matches(':').count() < 2 {
        return text.to_owned();
    }
    let code = code_ranges(text);
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(colon) = rest.find(':') {
        let at = text.len() - rest.len() + colon;
        written.push_str(&rest[..colon]);
        let is_prose = !code.iter().any(|range| range.contains(&at));
        match emoji_at(&text[at..]).filter(|_| is_prose && may_begin(&written)) {
            Some((emoji, length)) => {
                written.push_str(emoji);
                rest = &text[at + length..];
            }
            None => {
                written.push(':');
                rest = &text[at + 1..];
            }
        }
    }
    written.push_str(rest);
    written
}

/// The emoji whose shortcode a text begins with, and the shortcode's length.
fn emoji_at(text: &str) -> Option<(&'static str, usize)> {
    let name = text[1..].split(|c: char| !is_of_shortcode(c)).next()?;
    let after = text[1 + name.len()..].strip_prefix(':')?;
    let is_apart = !after.starts_with(|c: char| c.is_alphanumeric());
    let emoji = emojis::get_by_shortcode(name).filter(|_| is_apart)?;
    Some((emoji.as_str(), name.len() + 2))
}

/// Whether a character may be part of a shortcode.
pub(super) fn is_of_shortcode(character: char) -> bool {
    character.is_ascii_alphanumeric() || ['_', '-', '+'].contains(&character)
}

/// The middle of a word, of a path, of a time or of a URL is no shortcode.
fn may_begin(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || ['/', ':'].contains(&c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_code_at, with_emoji};

    #[test]
    fn shortcodes_become_emoji_outside_of_code() {
        for (written, sent) in [
            ("done :tada:", "done 🎉"),
            (":+1::rocket:!", "👍🚀!"),
            ("no :such_emoji: here", "no :such_emoji: here"),
            ("`:tada:` and :tada:", "`:tada:` and 🎉"),
            ("```\n:tada:\n```\n:tada:", "```\n:tada:\n```\n🎉"),
            (
                "```\n:tada: in a fence that nobody closed",
                "```\n:tada: in a fence that nobody closed",
            ),
            ("10:100:20 a:b:c http://x/:tada:", "10:100:20 a:b:c http://x/:tada:"),
            ("std::mem::b: ::", "std::mem::b: ::"),
            (":tada: it's 10:30", "🎉 it's 10:30"),
        ] {
            assert_eq!(with_emoji(written), sent);
        }
    }

    #[test]
    fn a_fence_is_longer_than_any_in_its_code() {
        assert_eq!(super::fenced("x\n", "rust"), "```rust\nx\n```");
        assert_eq!(super::fenced("```\nx\n```", ""), "````\n```\nx\n```\n````");
    }

    /// `|` is the place.
    #[track_caller]
    fn check(text: &str, expected: bool) {
        let at = text.find('|').expect("a place");
        assert_eq!(is_code_at(&text.replace('|', ""), at), expected, "{text}");
    }

    #[test]
    fn code_is_known_while_it_is_written() {
        check("prose |", false);
        check("`co|", true);
        check("`code`|", false);
        check("```rust\nlet x|", true);
        check("```\ncode\n|", true);
        check("```\ncode\n```\n|", false);
        check("```\nco|de\n```", true);
        check("see `a` and |", false);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[:a-z`~ \n+é🎉]{0,40}") {
            let sent = with_emoji(&text);
            prop_assert_eq!(sent.lines().count(), text.lines().count());
            for (at, _) in text.char_indices() {
                let _ = is_code_at(&text, at);
            }
        }
    }
}
