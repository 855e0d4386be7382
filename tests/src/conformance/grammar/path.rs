//! Where in a JSON value: `sender.name`, `[0].id`, `[last]`.

use std::fmt;

use serde_json::Value;

use super::{Sentence, expected};

/// Segments, outermost first; none of them means the whole value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path(Vec<Segment>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Key(String),
    Index(usize),
    Last,
}

impl Path {
    /// Reads what follows a root: nothing, or steps that each begin with `.` or `[`.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn parse(text: &str) -> Result<Self, Sentence> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix('[') {
                let (inside, behind) =
                    behind.split_once(']').ok_or_else(|| expected("`]`", behind))?;
                steps.push(match inside {
                    "last" => Segment::Last,
                    number => Segment::Index(
                        number.parse().map_err(|_| expected("an index or `last`", inside))?,
                    ),
                });
                rest = behind;
            } else if let Some(behind) = rest.strip_prefix('.') {
                let end = behind.find(['.', '[']).unwrap_or(behind.len());
                if end == 0 {
                    return Err(expected("a key", behind));
                }
                steps.push(Segment::Key(behind[..end].to_owned()));
                rest = &behind[end..];
            } else {
                return Err(expected("`.` or `[`", rest));
            }
        }
        Ok(Self(steps))
    }

    /// The value there, if there is one.
    #[must_use]
    pub fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, step| match step {
            Segment::Key(key) => value.get(key),
            Segment::Index(index) => value.get(index),
            Segment::Last => value.as_array()?.last(),
        })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            match step {
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Last => f.write_str("[last]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Path;

    #[test]
    fn a_path_leads_to_a_value_or_nowhere() {
        let value = json!({"a": [{"b": 1}, {"b": 2}]});
        for (path, found) in [
            ("", Some(value.clone())),
            (".a[0].b", Some(json!(1))),
            (".a[last].b", Some(json!(2))),
            (".a[2]", None),
            (".c", None),
        ] {
            let read = Path::parse(path).expect(path);
            assert_eq!(read.of(&value).cloned(), found, "{path}");
            assert_eq!(read.to_string(), path);
        }
        for wrong in ["a", ".", "[", "[x]", ".a..b"] {
            assert!(Path::parse(wrong).is_err(), "{wrong}");
        }
    }
}
