//! What may be called what.

use pail_protocol::error::BLANK;

use super::{ChatError, Ruled};

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
    if name.chars().any(char::is_control) {
        return Err(ChatError::field(field, "Control characters are not allowed"));
    }
    Ok(name.to_owned())
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
}
