//! The fields of a request's body. Missing ones and ids that are none are collected, so that a
//! client learns of all of them at once. Other values of a wrong kind are collected apart: a client
//! learns of them only where it may act at all. What the values mean is for the rules.

use std::collections::BTreeMap;

use pail_protocol::error::{FieldErrors, NULL, REQUIRED};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::HttpError;

/// A body being read.
#[derive(Debug, Default)]
pub struct Fields {
    values: BTreeMap<String, Box<RawValue>>,
    /// Missing, or ids that are none.
    wrong: FieldErrors,
    /// Other values of a wrong kind.
    wrong_kind: FieldErrors,
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
        let not_json = |error: serde_json::Error| HttpError::Json(error.to_string());
        // Read twice: raw values keep a number's digits, but are not looked into.
        match serde_json::from_slice(body).map_err(not_json)? {
            Value::Object(_) => {
                let values = serde_json::from_slice(body).map_err(not_json)?;
                Ok(Self { values, ..Self::default() })
            }
            other => {
                let kind = kind(&other);
                let sentence = format!("Invalid data. Expected a dictionary, but got {kind}.");
                Err(HttpError::field("non_field_errors", sentence))
            }
        }
    }

    /// Reads a body: a form, whose values are all texts. A field that is there more than once is a
    /// list of them.
    pub fn from_form(body: &[u8]) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        form(body).for_each(|(name, value)| fields.entry(name).or_default().push(value));
        let raw = |texts: &[String]| match texts {
            [text] => to_raw_value(text),
            texts => to_raw_value(texts),
        };
        let values = fields.into_iter().filter_map(|(name, texts)| Some((name, raw(&texts).ok()?)));
        Self { values: values.collect(), ..Self::default() }
    }

    /// A field's value, and how it was written.
    fn value(&self, name: &str) -> Option<(Value, &str)> {
        let raw = self.values.get(name)?.get();
        Some((serde_json::from_str(raw).ok()?, raw))
    }

    /// A text that must be there. Numbers count as their digits.
    pub fn text(&mut self, name: &str) -> String {
        if !self.values.contains_key(name) {
            self.wrong.insert(name.to_owned(), REQUIRED.to_owned());
        }
        self.optional_text(name).unwrap_or_default()
    }

    /// A text that may be left out.
    pub fn optional_text(&mut self, name: &str) -> Option<String> {
        let sentence = match self.value(name)? {
            (Value::String(text), _) => return Some(text),
            (Value::Number(_), raw) => return Some(raw.to_owned()),
            (Value::Null, _) => NULL,
            (Value::Bool(_) | Value::Array(_) | Value::Object(_), _) => "Not a valid string",
        };
        self.refuse(name, sentence);
        None
    }

    /// A text that may be left out, or be `null`.
    pub fn nullable_text(&mut self, name: &str) -> Option<String> {
        if self.is_null(name) {
            return None;
        }
        self.optional_text(name)
    }

    /// A list of texts that may be left out, or be `null`. In a form, with spaces between them.
    pub fn optional_texts(&mut self, name: &str) -> Option<Vec<String>> {
        let text = |value: Value| match value {
            Value::String(text) => Some(text),
            _ => None,
        };
        let texts = match self.value(name)?.0 {
            Value::Null => return None,
            Value::String(text) => Some(text.split_whitespace().map(str::to_owned).collect()),
            Value::Array(values) => values.into_iter().map(text).collect(),
            _ => None,
        };
        if texts.is_none() {
            self.refuse(name, "Expected a list of strings");
        }
        texts
    }

    /// Whether the body names a field, whatever its value.
    pub fn names(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// An id that must be there, as a number or in digits. One too large for any object is an
    /// object that is not there.
    pub fn id(&mut self, name: &str) -> i64 {
        let id = match self.value(name) {
            None => return self.no_id(name, REQUIRED.to_owned()),
            Some((Value::Null, _)) => return self.no_id(name, NULL.to_owned()),
            Some((value, raw)) => id_of(&value, raw),
        };
        id.unwrap_or_else(|sentence| self.no_id(name, sentence))
    }

    /// An id that may be left out, or be `null`.
    pub fn optional_id(&mut self, name: &str) -> Option<i64> {
        if !self.values.contains_key(name) || self.is_null(name) {
            return None;
        }
        Some(self.id(name))
    }

    /// Ids in an array that may be left out, or be `null`. As in a form, one alone stands for
    /// itself, and a text has them with spaces between.
    pub fn ids(&mut self, name: &str) -> Vec<i64> {
        let items: Vec<Box<RawValue>> = match self.value(name) {
            None => return Vec::new(),
            Some((Value::Array(_), raw)) => serde_json::from_str(raw).unwrap_or_default(),
            Some((Value::String(text), _)) => {
                text.split_whitespace().filter_map(|word| to_raw_value(word).ok()).collect()
            }
            Some(_) => return self.optional_id(name).into_iter().collect(),
        };
        let read = |raw: &str| match serde_json::from_str(raw) {
            Ok(value) => id_of(&value, raw),
            Err(error) => Err(error.to_string()),
        };
        let ids: Result<Vec<i64>, String> = items.iter().map(|item| read(item.get())).collect();
        ids.unwrap_or_else(|sentence| {
            self.no_id(name, sentence);
            Vec::new()
        })
    }

    fn no_id(&mut self, name: &str, sentence: String) -> i64 {
        self.wrong.insert(name.to_owned(), sentence);
        0
    }

    /// An integer that may be left out, or be `null`.
    pub fn optional_integer(&mut self, name: &str) -> Option<i64> {
        let number = match self.value(name)? {
            (Value::Null, _) => return None,
            (Value::Number(_), raw) => integer(raw),
            (Value::String(text), _) => integer(text.trim()),
            _ => None,
        };
        if number.is_none() {
            self.refuse(name, "A valid integer is required");
        }
        number
    }

    /// An integer that must be there.
    pub fn integer(&mut self, name: &str) -> i64 {
        if !self.values.contains_key(name) {
            return self.no_id(name, REQUIRED.to_owned());
        }
        if self.is_null(name) {
            self.refuse(name, NULL);
        }
        self.optional_integer(name).unwrap_or_default()
    }

    fn is_null(&self, name: &str) -> bool {
        matches!(self.value(name), Some((Value::Null, _)))
    }

    /// Notes a value of a wrong kind.
    pub fn refuse(&mut self, name: &str, sentence: impl Into<String>) {
        self.wrong_kind.insert(name.to_owned(), sentence.into());
    }

    /// Ends reading where nothing else is to be checked before the fields.
    ///
    /// # Errors
    /// All wrong fields.
    pub fn finish_at_once(self) -> Result<(), HttpError> {
        let wrong_kind = self.finish()?;
        if wrong_kind.is_empty() { Ok(()) } else { Err(HttpError::Fields(wrong_kind)) }
    }

    /// Ends reading; what remains to be said, if anything, are values of a wrong kind.
    ///
    /// # Errors
    /// When fields are missing or no ids: all wrong fields.
    pub fn finish(self) -> Result<FieldErrors, HttpError> {
        if self.wrong.is_empty() {
            return Ok(self.wrong_kind);
        }
        Err(HttpError::Fields(self.wrong_kind.into_iter().chain(self.wrong).collect()))
    }
}

/// An id, as a number or in digits; or what to say of a value that is none.
fn id_of(value: &Value, raw: &str) -> Result<i64, String> {
    let (id, kind) = match value {
        Value::String(text) => (integer(text.trim()), "str"),
        Value::Number(number) => (integer(raw).or_else(|| far(number)), "float"),
        other => (None, kind(other)),
    };
    id.ok_or_else(|| format!("Incorrect type. Expected pk value, received {kind}."))
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

/// A whole number so large that somebody wrote it with an exponent.
fn far(number: &serde_json::Number) -> Option<i64> {
    let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() > 1e18)?;
    Some(if float > 0.0 { i64::MAX } else { i64::MIN })
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
        match fields.finish_at_once() {
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
        let far = "9".repeat(40);
        let cases = [("1", 1), ("\"1\"", 1), ("-1", -1), (far.as_str(), i64::MAX)];
        for (json, expected) in cases {
            let body = format!("{{\"id\":{json}}}");
            let mut fields = Fields::from_json(body.as_bytes()).unwrap();
            assert_eq!(fields.id("id"), expected, "{json}");
            assert!(fields.finish_at_once().is_ok());
        }
        for json in ["1.5", "true", "[]", "{}", "\"\"", "\"1e3\"", "\"٣\""] {
            let body = format!("{{\"id\":{json}}}");
            let mut fields = Fields::from_json(body.as_bytes()).unwrap();
            fields.id("id");
            assert!(wrong(fields)["id"].starts_with("Incorrect type."), "{json}");
        }
    }

    #[test]
    fn a_list_of_ids_is_an_array_or_one_alone_or_a_text_with_spaces() {
        let cases: &[(&str, &[i64])] = &[
            ("{}", &[]),
            (r#"{"ids":null}"#, &[]),
            (r#"{"ids":[]}"#, &[]),
            (r#"{"ids":[3,"4"]}"#, &[3, 4]),
            (r#"{"ids":"5"}"#, &[5]),
            (r#"{"ids":" 5  6"}"#, &[5, 6]),
        ];
        for (body, expected) in cases {
            let mut fields = Fields::from_json(body.as_bytes()).unwrap();
            assert_eq!(fields.ids("ids"), *expected, "{body}");
            assert!(fields.finish_at_once().is_ok(), "{body}");
        }
        for json in ["[null]", "[[1]]", "{}", "[1.5]", "\"x\"", "true", "[\"\"]"] {
            let body = format!("{{\"ids\":{json}}}");
            let mut fields = Fields::from_json(body.as_bytes()).unwrap();
            assert!(fields.ids("ids").len() < 2, "{json}");
            assert!(wrong(fields)["ids"].starts_with("Incorrect type."), "{json}");
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
    fn what_a_form_says_more_than_once_is_a_list() {
        let mut fields = Fields::from_form(b"attachments=21&name=a&attachments=22&name=b");
        assert_eq!(fields.ids("attachments"), [21, 22]);
        fields.text("name");
        assert_eq!(wrong(fields)["name"], "Not a valid string");
        assert_eq!(Fields::from_form(b"attachments=21").ids("attachments"), [21]);
    }

    #[test]
    fn forms_are_unescaped() {
        let pairs: Vec<_> = form(b"name=a+b%21&x=%e4%b8%8a&y&z=%zz%").collect();
        let expected = [("name", "a b!"), ("x", "上"), ("y", ""), ("z", "%zz%")];
        assert_eq!(pairs, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
}
