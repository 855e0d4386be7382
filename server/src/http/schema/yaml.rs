//! JSON values as block YAML. Enough for documents of our own, whose texts JSON and YAML quote
//! alike; it reads nothing.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// Words a reader of YAML may take for something else than a text.
const OTHERWISE: &[&str] = &["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// The document of a value.
pub fn write(value: &Value) -> String {
    let mut text = String::new();
    append(&mut text, value, 0);
    text.trim_start_matches('\n').to_owned() + "\n"
}

/// Appends a value behind `key:` or `-`: a scalar on the same line, the rest on lines of its own.
fn append(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(fields) if !fields.is_empty() => append_fields(text, fields, depth),
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                let _ = write!(text, "\n{:depth$}-", "");
                append(text, item, depth + 2);
            }
        }
        scalar => {
            let _ = write!(text, " {}", visible(&scalar.to_string()));
        }
    }
}

fn append_fields(text: &mut String, fields: &Map<String, Value>, depth: usize) {
    for (index, (name, value)) in fields.iter().enumerate() {
        let first_of_item = index == 0 && text.ends_with('-');
        let _ = match first_of_item {
            true => write!(text, " {}:", key(name)),
            false => write!(text, "\n{:depth$}{}:", "", key(name)),
        };
        append(text, value, depth + 2);
    }
}

/// A scalar with escapes for what a reader could not see (U+E0000 to U+E0FFF, in patterns).
fn visible(scalar: &str) -> String {
    scalar.chars().fold(String::new(), |mut seen, c| {
        match c {
            '\u{E0000}'..='\u{E0FFF}' => seen += &format!("\\U{:08X}", u32::from(c)),
            _ => seen.push(c),
        }
        seen
    })
}

fn key(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        && !OTHERWISE.iter().any(|word| name.eq_ignore_ascii_case(word));
    if plain { name.to_owned() } else { Value::from(name).to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::write;

    #[test]
    fn a_value_is_written_as_blocks_with_quoted_texts() {
        let value = json!({
            "a": 1, "b": { "200": ["x: y", { "c": null, "d": [] }, [true]], "no": "line\n", "p": "[\u{E0001}é]" },
        });
        let expected = concat!(
            "a: 1\n",
            "b:\n",
            "  \"200\":\n",
            "    - \"x: y\"\n",
            "    - c: null\n",
            "      d: []\n",
            "    -\n",
            "      - true\n",
            "  \"no\": \"line\\n\"\n",
            "  p: \"[\\U000E0001é]\"\n",
        );
        assert_eq!(write(&value), expected);
    }
}
