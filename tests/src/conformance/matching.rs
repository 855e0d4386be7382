//! Whether a value is what a pattern says, and if not, where it differs.

use serde_json::Value;

use super::grammar::{Item, Kind, Path, Pattern, Scope, Template};
use crate::is_time;

/// A value that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where below the value that was compared; empty for itself.
    pub at: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// Compares. `None` is a value that is not there.
///
/// # Errors
/// Where they differ, or that the pattern names what is not known.
pub fn fits(pattern: &Pattern, value: Option<&Value>, scope: &Scope) -> Result<(), Mismatch> {
    compare(pattern, value, scope, "")
}

fn differs(at: &str, expected: impl Into<String>, found: Option<&Value>) -> Result<(), Mismatch> {
    Err(Mismatch { at: at.to_owned(), expected: expected.into(), found: shown(found) })
}

/// A value in one line, cut where nobody reads on.
#[must_use]
pub fn shown(value: Option<&Value>) -> String {
    const SHOWN_MAX: usize = 300;
    let text = value.map_or("nothing".to_owned(), Value::to_string);
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}

fn compare(
    pattern: &Pattern,
    value: Option<&Value>,
    scope: &Scope,
    at: &str,
) -> Result<(), Mismatch> {
    let same = |expected: Value| match value {
        Some(found) if equal(&expected, found) => Ok(()),
        found => differs(at, shown(Some(&expected)), found),
    };
    match pattern {
        Pattern::Exactly(expected) => same(expected.clone()),
        Pattern::Text(template) => match template.fill(scope) {
            Ok(text) => same(text.into()),
            Err(sentence) => differs(at, sentence, value),
        },
        Pattern::Named(reference) => match scope.get(reference) {
            Ok(expected) => same(expected),
            Err(sentence) => differs(at, sentence, value),
        },
        Pattern::Of(kind) if is_of(*kind, value) => Ok(()),
        Pattern::Of(kind) => differs(at, kind.to_string(), value),
        Pattern::Object(entries, open) => object(entries, *open, value, scope, at),
        Pattern::List(items) => list(items, value, scope, at),
        Pattern::Either(patterns) => either(patterns, value, scope, at),
    }
}

/// Numbers are equal when they mean the same: `1.0` is `1`.
fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || (one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64()
        }
        _ => one == other,
    }
}

fn is_of(kind: Kind, value: Option<&Value>) -> bool {
    match (kind, value) {
        (Kind::Absent, value) => value.is_none(),
        (Kind::Any, value) => value.is_some(),
        (_, None) => false,
        (Kind::Integer, Some(value)) => value.is_i64() || value.is_u64(),
        (Kind::Number, Some(value)) => value.is_number(),
        (Kind::String, Some(value)) => value.is_string(),
        (Kind::Boolean, Some(value)) => value.is_boolean(),
        (Kind::List, Some(value)) => value.is_array(),
        (Kind::Object, Some(value)) => value.is_object(),
        (Kind::Time, Some(value)) => is_time(value),
    }
}

fn object(
    entries: &[(Template, Pattern)],
    open: bool,
    value: Option<&Value>,
    scope: &Scope,
    at: &str,
) -> Result<(), Mismatch> {
    let Some(Value::Object(found)) = value else { return differs(at, "an object", value) };
    let mut known = Vec::new();
    for (key, pattern) in entries {
        let filled =
            key.fill(scope).or_else(|told| differs(at, told, value).map(|()| String::new()));
        let key = filled?;
        compare(pattern, found.get(&key), scope, &format!("{at}.{key}"))?;
        known.push(key);
    }
    let unknown = found.iter().find(|(key, _)| !known.contains(key));
    match unknown {
        Some((key, value)) if !open => differs(&format!("{at}.{key}"), "no such key", Some(value)),
        _ => Ok(()),
    }
}

fn list(items: &[Item], value: Option<&Value>, scope: &Scope, at: &str) -> Result<(), Mismatch> {
    let Some(Value::Array(found)) = value else { return differs(at, "a list", value) };
    if items.contains(&Item::Gap) {
        let fits = follows(items, found, scope);
        return if fits { Ok(()) } else { differs(at, "a list with these elements", value) };
    }
    if items.len() != found.len() {
        return differs(at, format!("a list of {}", items.len()), value);
    }
    for (index, (item, element)) in items.iter().zip(found).enumerate() {
        if let Item::One(pattern) = item {
            compare(pattern, Some(element), scope, &format!("{at}[{index}]"))?;
        }
    }
    Ok(())
}

/// Whether elements follow each other as the items do, with gaps.
fn follows(items: &[Item], found: &[Value], scope: &Scope) -> bool {
    match (items.split_first(), found.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((Item::Gap, behind)), _) => {
            (0..=found.len()).any(|skipped| follows(behind, &found[skipped..], scope))
        }
        (Some((Item::One(pattern), behind)), Some((first, rest))) => {
            fits(pattern, Some(first), scope).is_ok() && follows(behind, rest, scope)
        }
        (Some((Item::One(_), _)), None) => false,
    }
}

fn either(
    patterns: &[Pattern],
    value: Option<&Value>,
    scope: &Scope,
    at: &str,
) -> Result<(), Mismatch> {
    let mut all = Vec::new();
    for pattern in patterns {
        match compare(pattern, value, scope, at) {
            Ok(()) => return Ok(()),
            Err(mismatch) => all.push(mismatch.expected),
        }
    }
    differs(at, all.join(" or "), value)
}

/// The values at a path of each element.
///
/// # Errors
/// It is no list, or an element has no such value.
pub fn column<'v>(list: Option<&'v Value>, path: &Path) -> Result<Vec<&'v Value>, Mismatch> {
    let Some(Value::Array(elements)) = list else {
        return differs("", "a list", list).map(|()| Vec::new());
    };
    let mut column = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        match path.of(element) {
            Some(value) => column.push(value),
            None => differs(&format!("[{index}]{path}"), "a value", None)?,
        }
    }
    Ok(column)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Pattern, Scope, fits};

    #[track_caller]
    fn check(pattern: &str, value: Value, differs_at: Option<&str>) {
        let mut scope = Scope::default();
        scope.set("team", json!(7));
        scope.set("ann", json!({"name": "Ann"}));
        let read = Pattern::parse(pattern).expect(pattern);
        let told = fits(&read, Some(&value), &scope).err().map(|mismatch| mismatch.at);
        assert_eq!(told.as_deref(), differs_at, "{pattern} against {value}");
    }

    #[test]
    fn values_fit_or_the_place_where_they_do_not_is_told() {
        check("1", json!(1), None);
        check("1", json!(1.0), None);
        check("1", json!("1"), Some(""));
        check("\"a\\n{{ann.name}}\"", json!("a\nAnn"), None);
        check("{{team}} | null", json!(null), None);
        check("{{team}} | null", json!(8), Some(""));
        check("{{bob.id}}", json!(8), Some(""));
        check("integer", json!(1.5), Some(""));
        check("time", json!("2023-10-01T12:00:00Z"), None);
        check("time", json!("2023-10-01T12:00:00.123Z"), Some(""));
        check("{\"a\": any}", json!({"a": null}), None);
        check("{\"a\": any}", json!({"a": 1, "b": 2}), Some(".b"));
        check("{\"a\": {\"b\": 1}, ...}", json!({"a": {"b": 2}, "c": 3}), Some(".a.b"));
        check("{\"a\": absent, ...}", json!({"b": 1}), None);
        check("{\"a\": absent, ...}", json!({"a": null}), Some(".a"));
        check("[1, 2]", json!([1, 2]), None);
        check("[1, 2]", json!([1, 3]), Some("[1]"));
        check("[1, 2]", json!([1, 2, 3]), Some(""));
        check("[..., 2, ..., 4]", json!([1, 2, 3, 4]), None);
        check("[..., 2, ..., 4]", json!([1, 4, 3, 2]), Some(""));
        check("[...]", json!([]), None);
    }
}
