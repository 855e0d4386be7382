//! What a JSON value should be: JSON with words for kinds, `...` for more, `|` for either, and
//! `{{name}}` for what a name stands for.

use std::fmt;

use serde_json::Value;

use super::template::{Reference, Template};
use super::{Sentence, expected};

/// Deepest nesting of a pattern.
const DEPTH_MAX: usize = 16;

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Anything that is there, `null` too.
    Any,
    /// Nothing: the key is not there.
    Absent,
    /// A number without a fraction.
    Integer,
    /// A number.
    Number,
    /// A string.
    String,
    /// `true` or `false`.
    Boolean,
    /// A list.
    List,
    /// An object.
    Object,
    /// A string that looks exactly like `2023-10-01T12:00:00Z`.
    Time,
}

const KINDS: &[(&str, Kind)] = &[
    ("any", Kind::Any),
    ("absent", Kind::Absent),
    ("integer", Kind::Integer),
    ("number", Kind::Number),
    ("string", Kind::String),
    ("boolean", Kind::Boolean),
    ("list", Kind::List),
    ("object", Kind::Object),
    ("time", Kind::Time),
];

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = KINDS.iter().find(|(_, kind)| kind == self);
        f.write_str(named.map_or("", |(word, _)| word))
    }
}

/// What a value should be.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// This value. Strings are templates.
    Exactly(Value),
    /// This text, once it is filled.
    Text(Template),
    /// What a name stands for.
    Named(Reference),
    /// Any value of a kind.
    Of(Kind),
    /// An object with these keys, and others only when it is open.
    Object(Vec<(Template, Pattern)>, bool),
    /// A list of these.
    List(Vec<Item>),
    /// One of these.
    Either(Vec<Pattern>),
}

/// A place in a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// One element.
    One(Pattern),
    /// Any number of elements.
    Gap,
}

impl Pattern {
    /// Reads one.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let mut reader = Reader { rest: text.trim(), depth: 0 };
        let pattern = reader.alternatives()?;
        match reader.rest.trim() {
            "" => Ok(pattern),
            rest => Err(expected("the end of the line", rest)),
        }
    }

    /// The names it needs.
    #[must_use]
    pub fn references(&self) -> Vec<&Reference> {
        match self {
            Self::Exactly(_) | Self::Of(_) => Vec::new(),
            Self::Text(template) => template.references().collect(),
            Self::Named(reference) => vec![reference],
            Self::Object(entries, _) => {
                let of = entries.iter().map(|(key, value)| (key.references(), value.references()));
                of.flat_map(|(key, value)| key.chain(value)).collect()
            }
            Self::List(items) => items.iter().flat_map(Item::references).collect(),
            Self::Either(patterns) => patterns.iter().flat_map(Self::references).collect(),
        }
    }
}

impl Item {
    fn references(&self) -> Vec<&Reference> {
        match self {
            Self::One(pattern) => pattern.references(),
            Self::Gap => Vec::new(),
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn takes(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let behind = self.rest.strip_prefix(token);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    fn needs(&mut self, token: &str) -> Result<(), Sentence> {
        if self.takes(token) { Ok(()) } else { Err(expected(&format!("`{token}`"), self.rest)) }
    }

    fn alternatives(&mut self) -> Result<Pattern, Sentence> {
        let mut patterns = vec![self.one()?];
        while self.takes("|") {
            patterns.push(self.one()?);
        }
        let first = if patterns.len() == 1 { patterns.pop() } else { None };
        Ok(first.unwrap_or(Pattern::Either(patterns)))
    }

    fn one(&mut self) -> Result<Pattern, Sentence> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(format!("expected at most {DEPTH_MAX} brackets in each other"));
        }
        let pattern = if self.takes("{{") {
            self.named()
        } else if self.takes("{") {
            self.object()
        } else if self.takes("[") {
            self.list()
        } else if self.rest.starts_with('"') {
            self.text()
        } else {
            self.word()
        };
        self.depth -= 1;
        pattern
    }

    fn named(&mut self) -> Result<Pattern, Sentence> {
        let (inside, behind) = self.rest.split_once("}}").ok_or_else(|| expected("`}}`", ""))?;
        self.rest = behind;
        let inside = inside.trim();
        if inside.starts_with("repeat ") {
            return Ok(Pattern::Text(Template::parse(&format!("{{{{{inside}}}}}"))?));
        }
        Ok(Pattern::Named(Reference::parse(inside)?))
    }

    fn object(&mut self) -> Result<Pattern, Sentence> {
        let (mut entries, mut open) = (Vec::new(), false);
        loop {
            if self.takes("}") {
                return Ok(Pattern::Object(entries, open));
            }
            if self.takes("...") {
                open = true;
            } else {
                self.rest = self.rest.trim_start();
                if !self.rest.starts_with('"') {
                    return Err(expected("a key in quotation marks, `...` or `}`", self.rest));
                }
                let key = Template::parse(&self.string()?)?;
                self.needs(":")?;
                entries.push((key, self.alternatives()?));
            }
            if !self.takes(",") {
                self.needs("}")?;
                return Ok(Pattern::Object(entries, open));
            }
        }
    }

    fn list(&mut self) -> Result<Pattern, Sentence> {
        let mut items = Vec::new();
        loop {
            if self.takes("]") {
                return Ok(Pattern::List(items));
            }
            let gap = self.takes("...");
            items.push(if gap { Item::Gap } else { Item::One(self.alternatives()?) });
            if !self.takes(",") {
                self.needs("]")?;
                return Ok(Pattern::List(items));
            }
        }
    }

    /// A JSON string, which is at the front.
    fn string(&mut self) -> Result<String, Sentence> {
        let mut escaped = false;
        let closing = self.rest.char_indices().skip(1).find(|(_, character)| {
            let closes = *character == '"' && !escaped;
            escaped = *character == '\\' && !escaped;
            closes
        });
        let (end, _) = closing.ok_or_else(|| expected("a closing quotation mark", ""))?;
        let (literal, behind) = self.rest.split_at(end + 1);
        self.rest = behind;
        serde_json::from_str(literal).map_err(|_| expected("a JSON string", literal))
    }

    fn text(&mut self) -> Result<Pattern, Sentence> {
        let template = Template::parse(&self.string()?)?;
        if template.is_plain() {
            return Ok(Pattern::Exactly(template.fill(&super::Scope::default())?.into()));
        }
        Ok(Pattern::Text(template))
    }

    fn word(&mut self) -> Result<Pattern, Sentence> {
        let end = self.rest.find([' ', ',', '}', ']', '|']).unwrap_or(self.rest.len());
        let (word, behind): (&'t str, &'t str) = self.rest.split_at(end);
        let kind = KINDS.iter().find(|(name, _)| *name == word);
        let pattern = match (kind, serde_json::from_str(word)) {
            (Some((_, kind)), _) => Pattern::Of(*kind),
            (None, Ok(value)) => Pattern::Exactly(value),
            (None, Err(_)) => {
                let words: Vec<_> = KINDS.iter().map(|(word, _)| *word).collect();
                let what = format!("JSON, {{{{a name}}}}, or one of {}", words.join(", "));
                return Err(expected(&what, self.rest));
            }
        };
        self.rest = behind;
        Ok(pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn what_is_no_pattern_is_told() {
        for (text, told) in [
            ("", "found the end of the line"),
            ("{\"a\": }", "found `}`"),
            ("{a: 1}", "expected a key in quotation marks"),
            ("[1", "expected `]`"),
            ("\"a", "expected a closing quotation mark"),
            ("numbr", "or one of any, absent, integer"),
            ("1 2", "expected the end of the line, found `2`"),
            ("{{x", "expected `}}`"),
        ] {
            let told_instead = Pattern::parse(text).expect_err(text);
            assert!(told_instead.contains(told), "{text}: {told_instead}");
        }
        assert!(Pattern::parse(&"[".repeat(100)).is_err());
    }
}
