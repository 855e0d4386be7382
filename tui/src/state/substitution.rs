//! `s/old/new/`: other words for the last message of ours. The words are plain text, no pattern.

/// Words, and what they become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substitution {
    old: String,
    new: String,
    is_everywhere: bool,
}

impl Substitution {
    /// Reads `s/old/new/` or `s/old/new/g` on one line; `\/` is a slash.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let rest = text.trim_end().strip_prefix("s/").filter(|rest| !rest.contains('\n'))?;
        let (old, rest) = up_to_slash(rest)?;
        let (new, flags) = up_to_slash(rest)?;
        let is_everywhere = match flags {
            "" => false,
            "g" => true,
            _ => return None,
        };
        (!old.is_empty()).then_some(Self { old, new, is_everywhere })
    }

    /// What a text becomes; `None` when the words are not in it.
    #[must_use]
    pub fn apply(&self, text: &str) -> Option<String> {
        let count = if self.is_everywhere { usize::MAX } else { 1 };
        text.contains(&self.old).then(|| text.replacen(&self.old, &self.new, count))
    }

    /// The words it looks for.
    #[must_use]
    pub fn old(&self) -> &str {
        &self.old
    }
}

/// What stands before a slash that is not escaped, and what stands behind it.
fn up_to_slash(text: &str) -> Option<(String, &str)> {
    let mut before = String::new();
    let mut rest = text.char_indices();
    while let Some((at, character)) = rest.next() {
        match character {
            '/' => return Some((before, &text[at + 1..])),
            '\\' if text[at..].starts_with("\\/") => {
                rest.next();
                before.push('/');
            }
            other => before.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Substitution;

    #[track_caller]
    fn check(command: &str, text: &str, expected: Option<&str>) {
        let substitution = Substitution::read(command).expect("it is one");
        assert_eq!(substitution.apply(text).as_deref(), expected, "{command}");
    }

    #[test]
    fn words_become_others_once_or_everywhere() {
        check("s/teh/the/", "teh teh", Some("the teh"));
        check("s/teh/the/g", "teh teh", Some("the the"));
        check("s/ really//", "it really is", Some("it is"));
        check(r"s/a\/b/c\/d/", "a/b", Some("c/d"));
        check("s/.*/x/", "no pattern", None);
        check("s/é/🎉/", "café", Some("caf🎉"));
    }

    #[test]
    fn what_is_not_closed_or_goes_on_is_text() {
        for text in ["s/a/b", "s/a", "s/a/b/x", "s//b/", "s/a/b/c/", "s/a/\nb/", "is/a/b/"] {
            assert_eq!(Substitution::read(text), None, "{text}");
        }
    }
}
