//! What a step brought to light, and whether that is what was expected.

use hyper::HeaderMap;
use serde_json::Value;

use crate::conformance::grammar::{
    Expectation, Order, Path, Pattern, Scope, Sentence, Subject, Test,
};
use crate::conformance::matching::{Mismatch, column, fits, shown};
use crate::conformance::net::Answer;

/// What may be looked at after a step.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    /// Of an answer or a handshake.
    pub status: Option<u16>,
    /// Of the same.
    pub headers: HeaderMap,
    /// The body.
    pub text: Option<String>,
    /// The last frame.
    pub frame: Option<Value>,
    /// All frames of the step.
    pub frames: Option<Value>,
    /// Of the close.
    pub reason: Option<String>,
}

impl Seen {
    /// After a request.
    #[must_use]
    pub fn of_answer(answer: &Answer) -> Self {
        let (headers, text) = (answer.headers.clone(), Some(answer.text()));
        Self { status: Some(answer.status), headers, text, ..Self::default() }
    }

    /// After a handshake.
    #[must_use]
    pub fn of_handshake(status: u16, headers: &HeaderMap) -> Self {
        Self { status: Some(status), headers: headers.clone(), ..Self::default() }
    }

    /// The value of a subject, if there is one.
    ///
    /// # Errors
    /// There can be none: a body that is no JSON, a name that stands for nothing.
    pub fn value(&self, subject: &Subject, scope: &Scope) -> Result<Option<Value>, Sentence> {
        let at = |path: &Path, value: &Option<Value>| path.of(value.as_ref()?).cloned();
        Ok(match subject {
            Subject::Status => self.status.map(Value::from),
            // Several of one name are one list, as HTTP has it.
            Subject::Header(name) => {
                let values = self.headers.get_all(name).iter().filter_map(|one| one.to_str().ok());
                let values: Vec<_> = values.collect();
                (!values.is_empty()).then(|| values.join(", ").into())
            }
            Subject::Text => self.text.clone().map(Value::from),
            Subject::Body(path) => at(path, &self.body()?),
            Subject::Lines(path) => at(path, &Some(self.lines()?)),
            Subject::Frame(path) => at(path, &self.frame),
            Subject::Frames(path) => at(path, &self.frames),
            Subject::Reason => self.reason.clone().map(Value::from),
            Subject::Named(reference) => Some(scope.get(reference)?),
        })
    }

    /// `None` for an empty body.
    fn body(&self) -> Result<Option<Value>, Sentence> {
        let text = self.text.as_deref().unwrap_or_default();
        if text.is_empty() {
            return Ok(None);
        }
        let read = serde_json::from_str(text);
        read.map(Some).map_err(|error| format!("the body is no JSON: {error}"))
    }

    fn lines(&self) -> Result<Value, Sentence> {
        let text = self.text.as_deref().unwrap_or_default();
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let read: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
        read.map(Value::from).map_err(|error| format!("a line of the body is no JSON: {error}"))
    }

    /// Checks one expectation.
    ///
    /// # Errors
    /// What was expected and what was found.
    pub fn check(&self, expectation: &Expectation, scope: &Scope) -> Result<(), Sentence> {
        let value = self.value(&expectation.subject, scope)?;
        let Some(test) = &expectation.test else { return Ok(()) };
        judge(test, value.as_ref(), scope).map_err(|mismatch| told(&mismatch))
    }
}

/// A mismatch in words.
#[must_use]
pub fn told(mismatch: &Mismatch) -> Sentence {
    let Mismatch { at, expected, found } = mismatch;
    let at = if at.is_empty() { String::new() } else { format!("at {at}: ") };
    format!("{at}expected {expected}, found {found}")
}

fn judge(test: &Test, value: Option<&Value>, scope: &Scope) -> Result<(), Mismatch> {
    match test {
        Test::Is(pattern) => fits(pattern, value, scope),
        Test::IsNot(pattern) => match fits(pattern, value, scope) {
            Ok(()) => wrong("something else", value),
            Err(_) => Ok(()),
        },
        Test::Empty => empty(value),
        Test::Contains(pattern) => {
            if holds(pattern, value, scope)? {
                Ok(())
            } else {
                wrong(&wanted(pattern, scope), value)
            }
        }
        Test::Lacks(pattern) => {
            let lacked = format!("nothing like {}", wanted(pattern, scope));
            if holds(pattern, value, scope)? { wrong(&lacked, value) } else { Ok(()) }
        }
        Test::StartsWith(template) => {
            let start = template.fill(scope).map_err(|told| unknown(&told, value))?;
            let starts = value.and_then(Value::as_str).is_some_and(|text| text.starts_with(&start));
            if starts {
                Ok(())
            } else {
                wrong(&format!("a text that starts with {start:?}"), value)
            }
        }
        Test::Length(length) => match length_of(value) {
            Some(found) if found == *length => Ok(()),
            Some(found) => wrong(&format!("a length of {length}, not {found}"), value),
            None => wrong("a list or a text", value),
        },
        Test::Each(pattern) => each(pattern, value, scope),
        Test::MoreThan(bound) => compared(bound, value, scope, "more than", |a, b| a > b),
        Test::LessThan(bound) => compared(bound, value, scope, "less than", |a, b| a < b),
        Test::Ordered(order, path) => ordered(*order, path, value),
    }
}

fn wrong(expected: &str, found: Option<&Value>) -> Result<(), Mismatch> {
    Err(unknown(expected, found))
}

fn unknown(expected: &str, found: Option<&Value>) -> Mismatch {
    Mismatch { at: String::new(), expected: expected.to_owned(), found: shown(found) }
}

/// What a pattern wants, in words.
fn wanted(pattern: &Pattern, scope: &Scope) -> String {
    let against = fits(pattern, None, scope).err();
    match pattern {
        Pattern::Object(entries, _) => {
            let fields = entries.iter().map(|(key, inner)| {
                let key = key.fill(scope).unwrap_or_default();
                format!("{key}: {}", wanted(inner, scope))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        _ => against.map_or_else(String::new, |mismatch| mismatch.expected),
    }
}

fn empty(value: Option<&Value>) -> Result<(), Mismatch> {
    match value {
        None => Ok(()),
        Some(_) if length_of(value) == Some(0) => Ok(()),
        _ => wrong("nothing", value),
    }
}

fn length_of(value: Option<&Value>) -> Option<usize> {
    match value? {
        Value::Array(elements) => Some(elements.len()),
        Value::String(text) => Some(text.chars().count()),
        _ => None,
    }
}

fn holds(pattern: &Pattern, value: Option<&Value>, scope: &Scope) -> Result<bool, Mismatch> {
    match value {
        Some(Value::Array(elements)) => {
            Ok(elements.iter().any(|element| fits(pattern, Some(element), scope).is_ok()))
        }
        Some(Value::String(text)) => {
            let part = match pattern {
                Pattern::Exactly(Value::String(part)) => part.clone(),
                Pattern::Text(template) => {
                    template.fill(scope).map_err(|told| unknown(&told, value))?
                }
                Pattern::Named(reference) => {
                    let named = scope.get(reference).map_err(|told| unknown(&told, value))?;
                    named.as_str().map_or_else(|| named.to_string(), str::to_owned)
                }
                _ => return Err(unknown("a text to look for", value)),
            };
            Ok(text.contains(&part))
        }
        other => Err(unknown("a list or a text", other)),
    }
}

fn each(pattern: &Pattern, value: Option<&Value>, scope: &Scope) -> Result<(), Mismatch> {
    let elements = value.and_then(Value::as_array).filter(|elements| !elements.is_empty());
    let Some(elements) = elements else { return wrong("a list with elements", value) };
    for (index, element) in elements.iter().enumerate() {
        fits(pattern, Some(element), scope)
            .map_err(|mismatch| Mismatch { at: format!("[{index}]{}", mismatch.at), ..mismatch })?;
    }
    Ok(())
}

fn compared(
    bound: &Pattern,
    value: Option<&Value>,
    scope: &Scope,
    words: &str,
    holds: impl Fn(f64, f64) -> bool,
) -> Result<(), Mismatch> {
    let limit = match bound {
        Pattern::Exactly(limit) => limit.as_f64(),
        Pattern::Named(reference) => {
            scope.get(reference).map_err(|told| unknown(&told, value))?.as_f64()
        }
        _ => None,
    };
    let limit = limit.ok_or_else(|| unknown("a number to compare with", value))?;
    match value.and_then(Value::as_f64) {
        Some(number) if holds(number, limit) => Ok(()),
        _ => wrong(&format!("{words} {limit}"), value),
    }
}

fn ordered(order: Order, path: &Path, value: Option<&Value>) -> Result<(), Mismatch> {
    let column = column(value, path)?;
    let follows = |one: &Value, next: &Value| match (order, one.as_f64(), next.as_f64()) {
        (Order::Distinct, ..) => true,
        (Order::Ascending, Some(one), Some(next)) => one < next,
        (Order::Descending, Some(one), Some(next)) => one > next,
        (Order::Consecutive, Some(_), Some(_)) => {
            one.as_i64().and_then(|one| one.checked_add(1)) == next.as_i64()
        }
        _ => false,
    };
    let broken = column.windows(2).find(|pair| !follows(pair[0], pair[1]));
    if let Some(pair) = broken {
        let expected = format!("{order:?} values").to_lowercase();
        let found = format!("{} and then {}", pair[0], pair[1]);
        return Err(Mismatch { at: path.to_string(), expected, found });
    }
    let mut texts: Vec<String> = column.iter().map(|value| value.to_string()).collect();
    texts.sort_unstable();
    let twice = texts.windows(2).find(|pair| pair[0] == pair[1]);
    match twice {
        Some(pair) => Err(Mismatch {
            at: path.to_string(),
            expected: "no value twice".to_owned(),
            found: format!("{} twice", pair[0]),
        }),
        None => Ok(()),
    }
}
