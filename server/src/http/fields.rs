//! The fields of a request's body. Missing ones and ids that are none are collected, so that a
//! client learns of all of them at once; what the values mean is for the rules.

use pail_protocol::error::{FieldErrors, NULL, REQUIRED};
use serde_json::{Map, Value};

use super::HttpError;

/// A body being read.
#[derive(Debug, Default)]
pub struct Fields {
    values: Map<String, Value>,
    wrong: FieldErrors,
}

impl Fields {
    /// Reads a body: an object in JSON.
    ///
    /// # Errors
    /// Not JSON, or not an object.
    pub fn from_json(body: &[u8]) -> Result<Self, HttpError> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        match serde_json::from_slice(body).map_err(|error| HttpError::Json(error.to_string()))? {
            Value::Object(values) => Ok(Self { values, wrong: FieldErrors::new() }),
            other => {
                let kind = kind(&other);
                let sentence = format!("Invalid data. Expected a dictionary, but got {kind}.");
                Err(HttpError::field("non_field_errors", sentence))
            }
        }
    }

    /// Reads a body: a form, whose values are all texts.
    pub fn from_form(body: &[u8]) -> Self {
        let pairs = form(body).map(|(name, value)| (name, Value::String(value)));
        Self { values: pairs.collect(), wrong: FieldErrors::new() }
    }

    /// A text that must be there. Numbers count as their digits.
    pub fn text(&mut self, name: &str) -> String {
        let text = self.optional_text(name);
        if text.is_none() {
            self.wrong.entry(name.to_owned()).or_insert_with(|| REQUIRED.to_owned());
        }
        text.unwrap_or_default()
    }

    /// A text that may be left out.
    pub fn optional_text(&mut self, name: &str) -> Option<String> {
        let sentence = match self.values.remove(name)? {
            Value::String(text) => return Some(text),
            Value::Number(number) => return Some(number.to_string()),
            Value::Null => NULL,
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => "Not a valid string",
        };
        self.wrong.insert(name.to_owned(), sentence.to_owned());
        None
    }

    /// A text that may be left out, or be `null`.
    pub fn nullable_text(&mut self, name: &str) -> Option<String> {
        if self.values.get(name) == Some(&Value::Null) {
            return None;
        }
        self.optional_text(name)
    }

    /// An id that must be there, as a number or in digits. One too large for any object is an
    /// object that is not there.
    pub fn id(&mut self, name: &str) -> i64 {
        let Some(value) = self.values.remove(name) else {
            return self.no_id(name, REQUIRED.to_owned());
        };
        let digits = match &value {
            Value::Number(number) => whole(number),
            Value::String(text) => text.trim().to_owned(),
            Value::Null => return self.no_id(name, NULL.to_owned()),
            _ => String::new(),
        };
        integer(&digits).unwrap_or_else(|| {
            let kind = kind(&value);
            self.no_id(name, format!("Incorrect type. Expected pk value, received {kind}."))
        })
    }

    fn no_id(&mut self, name: &str, sentence: String) -> i64 {
        self.wrong.insert(name.to_owned(), sentence);
        0
    }

    /// An integer that may be left out, or be `null`.
    pub fn optional_integer(&mut self, name: &str) -> Option<i64> {
        let value = self.values.remove(name)?;
        let digits = match &value {
            Value::Null => return None,
            Value::Number(number) => whole(number),
            Value::String(text) => text.trim().to_owned(),
            _ => String::new(),
        };
        let number = integer(&digits);
        if number.is_none() {
            self.wrong.insert(name.to_owned(), "A valid integer is required".to_owned());
        }
        number
    }

    /// An integer that must be there.
    pub fn integer(&mut self, name: &str) -> i64 {
        if !self.values.contains_key(name) {
            return self.no_id(name, REQUIRED.to_owned());
        }
        if self.values.get(name) == Some(&Value::Null) {
            return self.no_id(name, NULL.to_owned());
        }
        self.optional_integer(name).unwrap_or_default()
    }

    /// Notes one more wrong field.
    pub fn refuse(&mut self, name: &str, sentence: impl Into<String>) {
        self.wrong.insert(name.to_owned(), sentence.into());
    }

    /// Ends reading.
    ///
    /// # Errors
    /// All fields that are missing or no ids.
    pub fn finish(self) -> Result<(), HttpError> {
        if self.wrong.is_empty() { Ok(()) } else { Err(HttpError::Fields(self.wrong)) }
    }
}

/// A whole number in decimal digits; one that is too large is the largest.
fn integer(digits: &str) -> Option<i64> {
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let limit = if digits.starts_with('-') { i64::MIN } else { i64::MAX };
    Some(digits.parse().unwrap_or(limit))
}

/// The digits of a number without a fraction. JSON numbers beyond 64 bits arrive as floats.
fn whole(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() > 1e18 => {
            format!("{float:.0}")
        }
        _ => number.to_string(),
    }
}

/// What a value is called in a refusal: Python's words, as Django REST framework has them.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "None",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

/// The pairs of a form or of a URL's query.
pub fn form(text: &[u8]) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(fields: Fields) -> FieldErrors {
        match fields.finish() {
            Err(HttpError::Fields(wrong)) => wrong,
            other => panic!("expected wrong fields, got {other:?}"),
        }
    }

    #[test]
    fn all_wrong_fields_are_told_at_once() {
        let mut fields = Fields::from_json(br#"{"user":"abc","name":["x"],"note":null}"#).unwrap();
        fields.id("bucket");
        fields.id("user");
        fields.text("name");
        fields.text("note");
        let wrong = wrong(fields);
        assert_eq!(wrong["bucket"], REQUIRED);
        assert_eq!(wrong["user"], "Incorrect type. Expected pk value, received str.");
        assert_eq!(wrong["name"], "Not a valid string");
        assert_eq!(wrong["note"], NULL);
    }

    #[test]
    fn ids_are_numbers_or_digits_and_too_large_ones_are_nobody() {
        let cases = [("1", 1), ("\"1\"", 1), ("-1", -1), ("99999999999999999999", i64::MAX)];
        for (json, expected) in cases {
            let body = format!("{{\"id\":{json}}}");
            let mut fields = Fields::from_json(body.as_bytes()).unwrap();
            assert_eq!(fields.id("id"), expected, "{json}");
            assert!(fields.finish().is_ok());
        }
        for json in ["1.5", "true", "[]", "{}", "\"\"", "\"1e3\"", "\"٣\""] {
            let body = format!("{{\"id\":{json}}}");
            let mut fields = Fields::from_json(body.as_bytes()).unwrap();
            fields.id("id");
            assert!(wrong(fields)["id"].starts_with("Incorrect type."), "{json}");
        }
    }

    #[test]
    fn a_body_that_is_no_object_is_refused() {
        for (body, said) in [("[]", "list"), ("3", "int"), ("\"x\"", "str"), ("null", "None")] {
            let Err(HttpError::Fields(wrong)) = Fields::from_json(body.as_bytes()) else {
                panic!("{body} was read");
            };
            assert!(wrong["non_field_errors"].ends_with(&format!("got {said}.")), "{wrong:?}");
        }
        assert!(matches!(Fields::from_json(b"{"), Err(HttpError::Json(_))));
        assert!(Fields::from_json(b" \n").is_ok());
        assert!(matches!(Fields::from_json(&vec![b'['; 50_000]), Err(HttpError::Json(_))));
    }

    #[test]
    fn forms_are_unescaped() {
        let pairs: Vec<_> = form(b"name=a+b%21&x=%e4%b8%8a&y&z=%zz%").collect();
        let expected = [("name", "a b!"), ("x", "上"), ("y", ""), ("z", "%zz%")];
        assert_eq!(pairs, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
}
