//! The table of mutations: what each hits, what it changes there, which clauses must notice.

use hyper::StatusCode;
use serde_json::Value;

use crate::conformance::grammar::CaseError;

/// One way in which a server may break its promises.
#[derive(Debug, Clone, PartialEq)]
pub struct Mutation {
    /// Counted from 1.
    pub line: usize,
    /// In words.
    pub name: String,
    /// What it hits.
    pub hits: Hits,
    /// What it does there.
    pub change: Change,
    /// Clauses that must notice; a `*` at the end stands for anything.
    pub aims: Vec<String>,
}

/// Which exchanges are changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Hits {
    /// Nothing at all: the proxy in between must not be noticed.
    Nothing,
    /// Answers to requests. `*` as a method, a segment or a whole path is any; so is no status.
    Answer {
        /// `GET`.
        method: String,
        /// `/api/chat/buckets/*/members/`.
        path: String,
        /// Only answers with this status.
        status: Option<u16>,
    },
    /// Frames that the server sends on sockets, by their `type`, or `error`.
    Frame(String),
    /// Closes by the server with this code.
    Close(u16),
    /// Answers to handshakes.
    Handshake,
}

/// What is done to an answer or a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// Another status code.
    Status(StatusCode),
    /// A key is gone, in the elements of a list too.
    Drop(Vec<String>),
    /// A key has another name.
    Rename(String, String),
    /// A key has another value.
    Set(Vec<String>, Value),
    /// Another body, or another frame.
    Body(String),
    /// A text in the body, or the frame, is another.
    Text(String, String),
    /// A header has another value, or is gone.
    Header(String, Option<String>),
    /// A list in the opposite order.
    Reverse,
    /// A list whose first element comes twice; a frame that comes twice.
    Twice,
    /// A list without its last element.
    WithoutLast,
    /// The list inside of an object, as paging frameworks do it.
    Enveloped,
    /// A frame that does not come at all.
    Withheld,
    /// A frame that its sender does not get.
    WithheldFromSender,
    /// Every second frame does not come.
    EverySecondWithheld,
    /// Two frames in the opposite order.
    Swapped,
    /// Something comes before it.
    Before(String),
    /// Something comes before it, on the sockets of others than its sender.
    BeforeForOthers(String),
    /// The connection is closed with this code after it.
    ThenClose(u16),
    /// Closed with another code.
    Code(u16),
    /// Closed for another reason.
    Reason(String),
}

/// Reads the table.
///
/// # Errors
/// The first line that is wrong.
pub fn read(file: &str, text: &str) -> Result<Vec<Mutation>, CaseError> {
    let mut mutations: Vec<Mutation> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let at = |sentence| CaseError { file: file.to_owned(), line: index + 1, sentence };
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        // Aims may go on below their row, indented.
        if line.starts_with(' ') {
            let row = mutations.last_mut().ok_or_else(|| at("expected a row".to_owned()))?;
            row.aims.extend(bare.split_whitespace().map(str::to_owned));
            continue;
        }
        mutations.push(row(index + 1, bare).map_err(at)?);
    }
    Ok(mutations)
}

fn row(line: usize, text: &str) -> Result<Mutation, String> {
    // What is changed may have a bar in it.
    let cells = text.split_once('|').and_then(|(name, rest)| {
        let (hits, rest) = rest.split_once('|')?;
        let (change, aims) = rest.rsplit_once('|')?;
        Some([name, hits, change, aims].map(str::trim))
    });
    let Some([name, hits, change, aims]) = cells else {
        return Err("expected name | what it hits | change | clauses".to_owned());
    };
    let aims = aims.split_whitespace().map(str::to_owned).collect();
    let (hits, change) = (self::hits(hits)?, self::change(change)?);
    Ok(Mutation { line, name: name.to_owned(), hits, change, aims })
}

fn hits(text: &str) -> Result<Hits, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let number =
        |text: &str| text.parse().map_err(|_| format!("expected a number, found `{text}`"));
    Ok(match words[..] {
        ["nothing"] => Hits::Nothing,
        ["handshake"] => Hits::Handshake,
        ["frame", kind] => Hits::Frame(kind.to_owned()),
        ["close", code] => Hits::Close(number(code)?),
        [method, path] | [method, path, _] if path.starts_with(['/', '*']) => {
            let status = words.get(2).map(|text| number(text)).transpose()?;
            Hits::Answer { method: method.to_owned(), path: path.to_owned(), status }
        }
        _ => {
            return Err(format!(
                "expected `nothing`, METHOD PATH [STATUS], `frame TYPE`, `close CODE` or \
                 `handshake`, found `{text}`"
            ));
        }
    })
}

fn change(text: &str) -> Result<Change, String> {
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim();
    let path = |text: &str| text.split('.').map(str::to_owned).collect::<Vec<_>>();
    let number = || rest.parse().map_err(|_| format!("expected a number, found `{rest}`"));
    let pair = || {
        let (from, to) = rest.split_once(" to ").ok_or("expected `to`".to_owned())?;
        Ok::<_, String>((from.trim().to_owned(), to.trim().to_owned()))
    };
    Ok(match verb {
        "nothing" => Change::Nothing,
        "status" => {
            let code = StatusCode::from_u16(number()?);
            Change::Status(code.map_err(|_| "expected a status".to_owned())?)
        }
        "drop" => Change::Drop(path(rest)),
        "rename" => pair().map(|(from, to)| Change::Rename(from, to))?,
        "set" => {
            let (key, value) = rest.split_once(' ').ok_or("expected a key and JSON".to_owned())?;
            let value = serde_json::from_str(value).map_err(|error| format!("{error}: {value}"))?;
            Change::Set(path(key), value)
        }
        "body" => Change::Body(rest.to_owned()),
        "text" => pair().map(|(from, to)| Change::Text(from, to))?,
        "header" => {
            let (name, value) = rest.split_once(": ").ok_or("expected NAME: VALUE".to_owned())?;
            Change::Header(name.to_owned(), Some(value.to_owned()))
        }
        "headerless" => Change::Header(rest.to_owned(), None),
        "reverse" => Change::Reverse,
        "twice" => Change::Twice,
        "without-last" => Change::WithoutLast,
        "enveloped" => Change::Enveloped,
        "withheld" => Change::Withheld,
        "withheld-from-sender" => Change::WithheldFromSender,
        "every-second-withheld" => Change::EverySecondWithheld,
        "swapped" => Change::Swapped,
        "before" => Change::Before(rest.to_owned()),
        "before-for-others" => Change::BeforeForOthers(rest.to_owned()),
        "then-close" => Change::ThenClose(number()?),
        "code" => Change::Code(number()?),
        "reason" => Change::Reason(rest.to_owned()),
        _ => return Err(format!("expected a change, found `{verb}`")),
    })
}

impl Mutation {
    /// Whether it must be noticed by the clause.
    #[must_use]
    pub fn aims_at(&self, clause: &str) -> bool {
        self.aims.iter().any(|aim| match aim.strip_suffix('*') {
            Some(front) => clause.starts_with(front),
            None => clause == aim,
        })
    }

    /// Whether an answer is hit.
    #[must_use]
    pub fn hits_answer(&self, asked: &str, asked_path: &str, answered: u16) -> bool {
        let Hits::Answer { method, path, status } = &self.hits else { return false };
        let asked_path = asked_path.split('?').next().unwrap_or_default();
        (method == "*" || method == asked)
            && (path == "*" || segments_fit(path, asked_path))
            && status.is_none_or(|status| status == answered)
    }

    /// Whether a frame is hit.
    #[must_use]
    pub fn hits_frame(&self, frame: &Value) -> bool {
        match &self.hits {
            Hits::Frame(kind) if kind == "error" => frame.get("error").is_some(),
            Hits::Frame(kind) => frame["type"] == kind.as_str(),
            _ => false,
        }
    }
}

fn segments_fit(pattern: &str, path: &str) -> bool {
    let segments = |text: &str| text.trim_matches('/').split('/').map(str::to_owned).collect();
    let (pattern, path): (Vec<String>, Vec<String>) = (segments(pattern), segments(path));
    pattern.len() == path.len()
        && pattern.iter().zip(&path).all(|(one, other)| one == "*" || one == other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn a_row_says_what_is_hit_and_what_must_notice() {
        let text = "# note\na name | GET /a/*/b/ 200 | drop x.y | one two-*\n   three\n";
        let rows = read("f", text).expect("a table");
        let row = &rows[0];
        assert!(row.hits_answer("GET", "/a/7/b/?x=1", 200));
        assert!(!row.hits_answer("GET", "/a/7/b/", 404));
        assert!(!row.hits_answer("POST", "/a/7/b/", 200));
        assert!(!row.hits_answer("GET", "/a/b/", 200));
        assert!(row.aims_at("one") && row.aims_at("two-x") && row.aims_at("three"));
        assert!(!row.aims_at("on") && !row.hits_frame(&json!({"type": "x"})));
    }

    #[test]
    fn what_is_no_row_is_told_with_its_line() {
        for (text, told) in [
            ("a | b | c", "f:1: expected name | what it hits | change | clauses"),
            ("a | GET | drop x | y", "f:1: expected `nothing`, METHOD PATH"),
            ("\na | GET /x | dorp x | y", "f:2: expected a change, found `dorp`"),
            ("a | close x | code 1 | y", "f:1: expected a number, found `x`"),
        ] {
            let error = read("f", text).expect_err(text).to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
