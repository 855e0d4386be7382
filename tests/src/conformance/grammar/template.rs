//! Text with `{{…}}` in it, and the values those stand for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Path, Sentence, expected};

/// Most characters one `{{repeat …}}` may make.
const REPEAT_MAX: usize = 1 << 20;

/// What the names of a clause stand for. `team` is a bucket's id, `team.name` its name.
#[derive(Debug, Clone, Default)]
pub struct Scope(BTreeMap<String, Value>);

impl Scope {
    /// Gives a name a value; a later one replaces it.
    pub fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Takes over the names it does not have.
    pub fn learn(&mut self, other: Self) {
        for (name, value) in other.0 {
            self.0.entry(name).or_insert(value);
        }
    }

    /// The value of `name`, or of a path into a captured value.
    ///
    /// # Errors
    /// The name stands for nothing, or the path leads nowhere.
    pub fn get(&self, reference: &Reference) -> Result<Value, Sentence> {
        let whole = format!("{}{}", reference.root, reference.path);
        if let Some(value) = self.0.get(&whole) {
            return Ok(value.clone());
        }
        let root = self.0.get(&reference.root);
        let root = root.ok_or_else(|| format!("nothing is named `{}` yet", reference.root))?;
        reference.path.of(root).cloned().ok_or_else(|| format!("there is no `{whole}`"))
    }
}

/// `ann.id`, `heard[0].seq`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// A name.
    pub root: String,
    /// What follows it.
    pub path: Path,
}

impl Reference {
    /// Reads one.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let end = text.find(['.', '[']).unwrap_or(text.len());
        let root = super::name("a name", &text[..end])?;
        Ok(Self { root, path: Path::parse(&text[end..])? })
    }
}

/// Text with places to fill.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(Reference),
    Repeat(String, usize),
}

impl Template {
    /// Reads a text: `{{name}}`, `{{repeat TEXT COUNT}}`, and everything else as it stands.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{{") {
            let (inside, behind) = behind.split_once("}}").ok_or_else(|| expected("`}}`", ""))?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(piece(inside.trim())?);
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    /// Whether there is nothing to fill.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.iter().all(|piece| matches!(piece, Piece::Text(_)))
    }

    /// The names it needs.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Value(reference) => Some(reference),
            _ => None,
        })
    }

    /// The text, filled: strings as they are, other values as JSON.
    ///
    /// # Errors
    /// A name stands for nothing.
    pub fn fill(&self, scope: &Scope) -> Result<String, Sentence> {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled += text,
                Piece::Repeat(text, count) => filled += &text.repeat(*count),
                Piece::Value(reference) => match scope.get(reference)? {
                    Value::String(text) => filled += &text,
                    value => filled += &value.to_string(),
                },
            }
        }
        Ok(filled)
    }
}

fn piece(inside: &str) -> Result<Piece, Sentence> {
    if inside == "empty" {
        return Ok(Piece::Text(String::new()));
    }
    let Some(arguments) = inside.strip_prefix("repeat ") else {
        return Ok(Piece::Value(Reference::parse(inside)?));
    };
    let (text, count) = arguments.rsplit_once(' ').ok_or_else(|| expected("a count", ""))?;
    let count: usize = count.parse().map_err(|_| expected("a count", count))?;
    if text.len().saturating_mul(count) > REPEAT_MAX {
        return Err(format!("expected at most {REPEAT_MAX} bytes, found {}", text.len() * count));
    }
    Ok(Piece::Repeat(text.to_owned(), count))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Scope, Template};

    #[test]
    fn places_are_filled_with_what_their_names_stand_for() {
        let mut scope = Scope::default();
        scope.set("team", json!(7));
        scope.set("team.name", json!("Team"));
        scope.set("ann", json!({"id": 3, "name": "Ann"}));
        for (text, filled) in [
            ("/b/{{team}}/", "/b/7/"),
            ("{{team.name}} {{ann.name}} {{ ann.id }}", "Team Ann 3"),
            ("{{repeat ab 3}}{{empty}}", "ababab"),
            ("{\"a\": {}}", "{\"a\": {}}"),
        ] {
            let read = Template::parse(text).expect(text);
            assert_eq!(read.fill(&scope).expect(text), filled);
        }
        let unknown = Template::parse("{{bob.id}}").expect("a template").fill(&scope);
        assert_eq!(unknown, Err("nothing is named `bob` yet".to_owned()));
        for wrong in ["{{", "{{repeat x}}", "{{repeat x 9999999}}", "{{A}}", "{{a..b}}"] {
            assert!(Template::parse(wrong).is_err(), "{wrong}");
        }
    }
}
