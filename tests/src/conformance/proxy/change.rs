//! Changing JSON, answers and frames. No connection is known here.

use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::mutation::{Change, Mutation};

/// An answer on its way.
#[derive(Debug, Clone)]
pub struct Passing {
    /// As the server said, until it is changed.
    pub status: StatusCode,
    /// The same.
    pub headers: HeaderMap,
    /// The same.
    pub body: Bytes,
}

impl Passing {
    /// Changes it.
    pub fn change(&mut self, change: &Change) {
        match change {
            Change::Status(status) => self.status = *status,
            Change::Body(text) => self.replace(text.clone()),
            Change::Text(from, to) => {
                let text = String::from_utf8_lossy(&self.body).replace(from, to);
                self.replace(text);
            }
            Change::Header(name, value) => {
                let Ok(name) = name.parse::<HeaderName>() else { return };
                match value.as_deref().map(HeaderValue::from_str) {
                    Some(Ok(value)) => drop(self.headers.insert(name, value)),
                    _ => drop(self.headers.remove(name)),
                }
            }
            change => {
                if let Ok(mut value) = serde_json::from_slice(&self.body) {
                    change_value(change, &mut value);
                    self.replace(value.to_string());
                }
            }
        }
    }

    fn replace(&mut self, text: String) {
        // A body where there was none needs a status that may have one to be seen at all.
        if self.status == StatusCode::NO_CONTENT {
            self.status = StatusCode::OK;
        }
        self.body = text.into();
    }
}

/// Changes a JSON value.
pub fn change_value(change: &Change, value: &mut Value) {
    match change {
        Change::Drop(path) => at(value, path, &|object, key| {
            object.remove(key);
        }),
        Change::Set(path, new) => at(value, path, &|object, key| {
            object.insert(key.to_owned(), new.clone());
        }),
        Change::Rename(from, to) => at(value, std::slice::from_ref(from), &|object, key| {
            if let Some(old) = object.remove(key) {
                object.insert(to.clone(), old);
            }
        }),
        Change::Text(from, to) => {
            let text = value.to_string().replace(from, to);
            *value = serde_json::from_str(&text).unwrap_or_default();
        }
        Change::Body(text) => *value = serde_json::from_str(text).unwrap_or_default(),
        Change::Reverse => list(value, |elements| elements.reverse()),
        Change::Twice => list(value, |elements| elements.extend(elements.first().cloned())),
        Change::WithoutLast => list(value, |elements| drop(elements.pop())),
        Change::Enveloped => {
            let count = value.as_array().map(Vec::len);
            *value = json!({ "count": count, "results": value });
        }
        _ => {}
    }
}

fn list(value: &mut Value, change: impl FnOnce(&mut Vec<Value>)) {
    if let Value::Array(elements) = value {
        change(elements);
    }
}

type Object = serde_json::Map<String, Value>;

/// Does something with a key, in every element of a list.
fn at(value: &mut Value, path: &[String], act: &impl Fn(&mut Object, &str)) {
    match (value, path) {
        (Value::Array(elements), path) => {
            elements.iter_mut().for_each(|element| at(element, path, act));
        }
        (Value::Object(object), [key]) => act(object, key),
        (Value::Object(object), [key, rest @ ..]) => {
            if let Some(inner) = object.get_mut(key) {
                at(inner, rest, act);
            }
        }
        _ => {}
    }
}

/// What goes to a client in the place of one frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// A text frame.
    Text(String),
    /// A close.
    Close(u16, String),
}

/// Changes the frames of one connection; some changes need to remember.
#[derive(Debug, Default)]
pub struct Frames {
    hit: usize,
    held: Option<String>,
}

impl Frames {
    /// What is sent instead of a frame. `is_own` says that this client sent what is in it.
    pub fn pass(&mut self, mutation: &Mutation, text: &str, is_own: bool) -> Vec<Sent> {
        let same = || vec![Sent::Text(text.to_owned())];
        let Ok(mut frame) = serde_json::from_str::<Value>(text) else { return same() };
        if !mutation.hits_frame(&frame) {
            return same();
        }
        self.hit += 1;
        match &mutation.change {
            Change::Withheld => Vec::new(),
            Change::WithheldFromSender if is_own => Vec::new(),
            Change::EverySecondWithheld if self.hit.is_multiple_of(2) => Vec::new(),
            Change::Swapped => match self.held.take() {
                Some(held) => vec![Sent::Text(text.to_owned()), Sent::Text(held)],
                None => {
                    self.held = Some(text.to_owned());
                    Vec::new()
                }
            },
            Change::Twice => [same(), same()].concat(),
            Change::Before(first) => vec![Sent::Text(first.clone()), Sent::Text(text.to_owned())],
            Change::BeforeForOthers(first) if !is_own => {
                vec![Sent::Text(first.clone()), Sent::Text(text.to_owned())]
            }
            Change::ThenClose(code) => {
                vec![Sent::Text(text.to_owned()), Sent::Close(*code, String::new())]
            }
            Change::Body(other) => vec![Sent::Text(other.clone())],
            change => {
                change_value(change, &mut frame);
                vec![Sent::Text(frame.to_string())]
            }
        }
    }

    /// What is sent instead of a close.
    #[must_use]
    pub fn close(&self, mutation: &Mutation, code: u16, reason: &str) -> Vec<Sent> {
        let same = Sent::Close(code, reason.to_owned());
        if mutation.hits != super::mutation::Hits::Close(code) {
            return vec![same];
        }
        match &mutation.change {
            Change::Code(other) => vec![Sent::Close(*other, reason.to_owned())],
            Change::Reason(other) => vec![Sent::Close(code, other.clone())],
            Change::Before(first) => vec![Sent::Text(first.clone()), same],
            Change::Withheld => Vec::new(),
            _ => vec![same],
        }
    }
}
