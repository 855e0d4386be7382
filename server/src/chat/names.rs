//! What may be called what, and what can be seen at all.

use pail_protocol::UserId;
use pail_protocol::error::BLANK;
use pail_protocol::limits::EMOJI_BYTES_MAX;

use super::{ChatError, Ruled};

/// With which the usernames of bots begin, and those of people do not.
pub const BOT_USERNAME_PREFIX: &str = "webhook-";

/// Whether a username is one of bots, in any case: usernames are unique without regard to it.
#[must_use]
pub fn is_of_a_bot(username: &str) -> bool {
    let start = username.get(..BOT_USERNAME_PREFIX.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(BOT_USERNAME_PREFIX))
}

/// With which the usernames of deleted accounts begin. Nobody can register with a colon in theirs.
const DELETED_USERNAME_PREFIX: &str = "deleted:";

/// What a deleted account is called.
#[must_use]
pub fn deleted_username(user: UserId) -> String {
    format!("{DELETED_USERNAME_PREFIX}{user}")
}

/// Whether a username is one of deleted accounts.
#[must_use]
pub fn is_of_a_deleted_account(username: &str) -> bool {
    username.starts_with(DELETED_USERNAME_PREFIX)
}

/// Whether a name may be left empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blankable {
    /// It may.
    Yes,
    /// It may not.
    No,
}

/// A name without the white space around it.
///
/// # Errors
/// [`ChatError::Invalid`] for `field` when it is blank, longer than `max` characters, or holds
/// control characters.
pub fn name(field: &str, text: &str, max: usize, blankable: Blankable) -> Ruled<String> {
    let name = text.trim();
    if name.is_empty() && blankable == Blankable::No {
        return Err(ChatError::field(field, BLANK));
    }
    if name.chars().count() > max {
        let sentence = format!("Ensure this field has no more than {max} characters");
        return Err(ChatError::field(field, sentence));
    }
    if !is_visible(name) {
        return Err(ChatError::field(field, "Control and invisible characters are not allowed"));
    }
    Ok(name.to_owned())
}

/// An emoji of a reaction, or another short word.
///
/// # Errors
/// [`ChatError::Invalid`] for `field` when it is empty or too long, holds white space or what
/// cannot be seen, or nothing else.
pub fn emoji(field: &str, text: &str) -> Ruled<()> {
    if text.is_empty() {
        return Err(ChatError::field(field, BLANK));
    }
    if text.len() > EMOJI_BYTES_MAX {
        let sentence = format!("Ensure this field has no more than {EMOJI_BYTES_MAX} bytes");
        return Err(ChatError::field(field, sentence));
    }
    let fine =
        |c: char| is_of_emoji(c) || !(c.is_control() || c.is_whitespace() || is_ignorable(c));
    if !text.chars().all(fine) || text.chars().all(is_of_emoji) {
        return Err(ChatError::field(field, "Not a valid emoji"));
    }
    Ok(())
}

/// Whether there is nothing to see in a text.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_ignorable(c))
}

/// What is not seen by itself and yet a part of emoji: joiner, variation selectors, tags of flags.
fn is_of_emoji(c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{FE0E}'..='\u{FE0F}' | '\u{E0020}'..='\u{E007F}')
}

/// Whether a name holds only what can be seen, so that two names that differ look different. The
/// joiner and the variation selector of emoji are fine within one.
fn is_visible(name: &str) -> bool {
    let mut before = None;
    name.chars().all(|c| {
        let after = before.replace(c);
        match c {
            '\u{200D}' | '\u{FE0F}' => after.is_some_and(|c| !c.is_ascii() && !c.is_alphabetic()),
            _ => !c.is_control() && !is_ignorable(c),
        }
    })
}

/// Unicode's Default_Ignorable_Code_Point, the bidi controls among them, and what looks blank.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_bounded_in_characters() {
        let check = |text: &str| name("name", text, 4, Blankable::No).ok();
        assert_eq!(check(" ops ").as_deref(), Some("ops"));
        assert_eq!(check("日本語だ").as_deref(), Some("日本語だ"));
        assert_eq!(check("五文字だよ"), None);
        assert_eq!(check("a\u{1b}b"), None);
        assert_eq!(check("\u{3000} "), None);
    }

    #[test]
    fn an_emoji_is_whatever_is_short_and_seen() {
        let england = "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
        for fine in ["👍", "❤\u{fe0f}", "1\u{fe0f}\u{20e3}", england, family, "+1", "好", ":x:"]
        {
            assert!(emoji("emoji", fine).is_ok(), "{fine:?}");
        }
        let long = "x".repeat(EMOJI_BYTES_MAX + 1);
        for wrong in [
            "",
            " ",
            "a b",
            "👍 ",
            "\n",
            "\u{200b}",
            "\u{200d}",
            "\u{202e}x",
            "\0",
            "\u{3000}",
            &long,
        ] {
            assert!(emoji("emoji", wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn blank_is_what_shows_nothing() {
        for blank in ["", " \n\t", " \u{200b} ", "\u{feff}", "\u{200d}\u{fe0f}", "\0", "\u{2800}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for seen in ["x", " \u{200b}x", "👩\u{200d}💻", "\u{301}", "。", "\u{fffd}"] {
            assert!(!is_blank(seen), "{seen:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_no_part_of_a_name() {
        let check = |text: &str| name("name", text, 64, Blankable::No).is_ok();
        for hidden in ["\u{3164}", "General\u{200b}", "\u{202e}evil", "a\u{200d}b", "x\u{fe0f}"] {
            assert!(!check(hidden), "{hidden:?}");
        }
        for fine in ["日本語", "👩\u{200d}💻 devs", "❤\u{fe0f}", "नमस्ते", "l'équipe", "x y"]
        {
            assert!(check(fine), "{fine:?}");
        }
    }
}
