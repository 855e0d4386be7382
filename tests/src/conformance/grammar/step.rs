//! Steps: what users do, and what is expected of each.

use super::expectation::captured;
use super::outline::Node;
use super::{Expectation, Pattern, Sentence, Template, expected, name, word};

/// Most repetitions of one `sends … times`.
const TIMES_MAX: usize = 1000;
/// The methods of requests.
const METHODS: &[&str] = &["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PURGE"];

/// One thing that happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Counted from 1.
    pub line: usize,
    /// As it stands in the file.
    pub source: String,
    /// What happens.
    pub action: Action,
    /// What is expected of it.
    pub expectations: Vec<Expectation>,
}

/// What happens in a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A request, repeated while its expectations fail if it is `eventually`.
    Request {
        /// Who asks.
        actor: Actor,
        /// The method.
        method: String,
        /// From the first slash.
        path: Template,
        /// Beside those that every request has.
        headers: Vec<(String, Template)>,
        /// What is sent along.
        body: Body,
        /// Whether it may take a while to become true.
        eventually: bool,
    },
    /// A bucket is made by its first user, who adds the others.
    Bucket(String, Vec<(Role, String)>),
    /// A channel is made by its first user, who adds the others.
    Channel(String, String, Vec<String>),
    /// The first user opens a direct message with the second.
    Direct(String, [String; 2]),
    /// A user says something on the socket of a channel, and leaves it.
    Say(String, Template, String),
    /// A user opens a WebSocket, which gets a name.
    Open(Actor, Template, Vec<(String, Template)>, String),
    /// Something is sent on a socket, so many times; whether as text.
    Send(String, Template, usize, bool),
    /// Something is heard on a socket.
    Hear(String, Hearing, Option<String>),
    /// The server closes a socket with a code before anything else comes.
    Closed(String, u16),
    /// The user closes a socket.
    Close(String),
    /// Steps at once; those of one socket in their order.
    Together(Vec<Step>),
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Without credentials.
    Nobody,
    /// A user of the setup.
    User(String),
}

/// A role in a bucket, as the API names it.
pub type Role = String;

/// What a request carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Nothing.
    None,
    /// This text, under this content type; without one when that is empty.
    Text(String, Template),
    /// A multipart form.
    Multipart(Vec<Part>),
}

/// A part of a multipart form.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The field.
    pub field: String,
    /// File name and content type, for a file.
    pub file: Option<(String, String)>,
    /// What is in it.
    pub content: Template,
}

/// What is heard on a socket.
#[derive(Debug, Clone, PartialEq)]
pub enum Hearing {
    /// The next frame, which fits if there is a pattern.
    Next(Option<Pattern>),
    /// The next frame that fits; others are skipped.
    SkipTo(Pattern),
    /// So many frames.
    Count(usize),
}

impl Step {
    /// Reads a line with what is below it.
    ///
    /// # Errors
    /// The line, and what was expected there instead.
    pub fn read(node: &Node) -> Result<Self, (usize, Sentence)> {
        let at = |sentence| (node.line, sentence);
        let mut step = Self {
            line: node.line,
            source: node.text.clone(),
            action: Action::Together(Vec::new()),
            expectations: Vec::new(),
        };
        if node.text == "together" {
            let steps = node.children.iter().map(Self::read).collect::<Result<Vec<_>, _>>()?;
            step.action = Action::Together(steps);
            return Ok(step);
        }
        step.action = action(&node.text).map_err(at)?;
        for child in &node.children {
            let below = |sentence| (child.line, sentence);
            match child.text.strip_prefix("with ") {
                Some(option) => step.action.takes(option).map_err(below)?,
                None => step
                    .expectations
                    .push(Expectation::parse(child.line, &child.text).map_err(below)?),
            }
        }
        Ok(step)
    }

    /// How many checks it makes.
    #[must_use]
    pub fn checks(&self) -> usize {
        let own = match &self.action {
            Action::Hear(_, Hearing::Next(Some(_)) | Hearing::SkipTo(_) | Hearing::Count(_), _)
            | Action::Closed(..) => 1,
            Action::Together(steps) => steps.iter().map(Self::checks).sum(),
            _ => 0,
        };
        own + self.expectations.iter().filter(|one| one.test.is_some()).count()
    }
}

fn action(text: &str) -> Result<Action, Sentence> {
    let (first, rest) = word(text);
    match first {
        "bucket" => return bucket(rest),
        "channel" => return channel(rest),
        "direct" => return direct(rest),
        "eventually" => return request(word(rest).0, word(rest).1, true),
        _ => {}
    }
    let (verb, behind) = word(rest);
    match verb {
        _ if METHODS.contains(&verb) => request(first, rest, false),
        "opens" => open(first, behind),
        "says" => say(first, behind),
        "sends" => send(first, behind),
        "hears" => hear(first, behind),
        "skips" => {
            let (text, capture) = captured(behind)?;
            let pattern = Pattern::parse(after("to", text)?)?;
            Ok(Action::Hear(name("a socket", first)?, Hearing::SkipTo(pattern), capture))
        }
        "is" => {
            let code = after("with", after("closed", behind)?)?;
            let code = code.parse().map_err(|_| expected("a close code", code))?;
            Ok(Action::Closed(name("a socket", first)?, code))
        }
        "closes" => Ok(Action::Close(name("a socket", first)?)),
        _ => Err(expected(
            "a step: a user or a socket, then a method, `opens`, `says`, `sends`, `hears`, \
             `skips to`, `is closed with` or `closes`; or `bucket`, `channel`, `direct`, \
             `together`, `eventually`",
            text,
        )),
    }
}

fn after<'t>(token: &str, text: &'t str) -> Result<&'t str, Sentence> {
    let (first, rest) = word(text);
    if first == token { Ok(rest) } else { Err(expected(&format!("`{token}`"), text)) }
}

fn actor(text: &str) -> Result<Actor, Sentence> {
    if text == "nobody" { Ok(Actor::Nobody) } else { Ok(Actor::User(name("a user", text)?)) }
}

fn request(who: &str, rest: &str, eventually: bool) -> Result<Action, Sentence> {
    let (method, rest) = word(rest);
    if !METHODS.contains(&method) {
        return Err(expected("a method", method));
    }
    let (path, rest) = word(rest);
    if !path.starts_with(['/', '{']) {
        return Err(expected("a path that begins with `/`", path));
    }
    let body = match rest {
        "" => Body::None,
        json => Body::Text("application/json".to_owned(), Template::parse(json)?),
    };
    let (actor, path) = (actor(who)?, Template::parse(path)?);
    let (method, headers) = (method.to_owned(), Vec::new());
    Ok(Action::Request { actor, method, path, headers, body, eventually })
}

/// `team of ann, bob, moderator mod`.
fn bucket(text: &str) -> Result<Action, Sentence> {
    let (bucket, rest) = word(text);
    let mut members = Vec::new();
    for member in names(after("of", rest)?) {
        let (first, last) = word(member);
        let role = if members.is_empty() { "admin" } else { "member" };
        let (role, user) = if last.is_empty() { (role, first) } else { (first, last) };
        members.push((role.to_owned(), name("a user", user)?));
    }
    Ok(Action::Bucket(name("a bucket", bucket)?, members))
}

/// `general in team of ann, bob`.
fn channel(text: &str) -> Result<Action, Sentence> {
    let (channel, rest) = word(text);
    let (bucket, rest) = word(after("in", rest)?);
    let members = names(after("of", rest)?).map(|user| name("a user", user));
    let members = members.collect::<Result<Vec<_>, _>>()?;
    Ok(Action::Channel(name("a channel", channel)?, name("a bucket", bucket)?, members))
}

/// `private of ann, bob`.
fn direct(text: &str) -> Result<Action, Sentence> {
    let (channel, rest) = word(text);
    let people = after("of", rest)?;
    let users = names(people).map(|user| name("a user", user)).collect::<Result<Vec<_>, _>>()?;
    let users = users.try_into().map_err(|_| expected("two users", people))?;
    Ok(Action::Direct(name("a channel", channel)?, users))
}

pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

/// `"text" in general`.
fn say(who: &str, text: &str) -> Result<Action, Sentence> {
    let (text, channel) = text.rsplit_once(" in ").ok_or_else(|| expected("`in`", ""))?;
    let literal: String =
        serde_json::from_str(text).map_err(|_| expected("a text in quotation marks", text))?;
    let user = name("a user", who)?;
    Ok(Action::Say(user, Template::parse(&literal)?, name("a channel", channel)?))
}

/// `/ws/chat/{{general}}/ as phone`.
fn open(who: &str, text: &str) -> Result<Action, Sentence> {
    let (path, rest) = word(text);
    if !path.starts_with('/') {
        return Err(expected("a path that begins with `/`", path));
    }
    let socket = if rest.is_empty() { who } else { after("as", rest)? };
    Ok(Action::Open(actor(who)?, Template::parse(path)?, Vec::new(), name("a socket", socket)?))
}

/// `TEXT`, `binary TEXT`, `20 times TEXT`.
fn send(socket: &str, text: &str) -> Result<Action, Sentence> {
    let socket = name("a socket", socket)?;
    let (first, rest) = word(text);
    if first == "binary" {
        return Ok(Action::Send(socket, Template::parse(rest)?, 1, false));
    }
    if let (Ok(times), ("times", text)) = (first.parse(), word(rest)) {
        if times > TIMES_MAX {
            return Err(format!("expected at most {TIMES_MAX} times, found {times}"));
        }
        return Ok(Action::Send(socket, Template::parse(text)?, times, true));
    }
    Ok(Action::Send(socket, Template::parse(text)?, 1, true))
}

/// Nothing, a pattern, `nothing before` one, or `20 frames`.
fn hear(socket: &str, text: &str) -> Result<Action, Sentence> {
    let socket = name("a socket", socket)?;
    let (text, capture) = match text.strip_prefix("-> ") {
        Some(rest) => ("", Some(name("a name", rest)?)),
        None => captured(text)?,
    };
    let (first, rest) = word(text);
    let hearing = match first {
        "" => Hearing::Next(None),
        "nothing" => Hearing::Next(Some(Pattern::parse(after("before", rest)?)?)),
        count if rest == "frames" => {
            Hearing::Count(count.parse().map_err(|_| expected("a number", count))?)
        }
        _ => Hearing::Next(Some(Pattern::parse(text)?)),
    };
    Ok(Action::Hear(socket, hearing, capture))
}

impl Action {
    /// Takes an option: what follows `with`.
    fn takes(&mut self, option: &str) -> Result<(), Sentence> {
        let (kind, rest) = word(option);
        let (front, value) = match rest.split_once(": ") {
            Some(parts) => parts,
            None => (rest.strip_suffix(':').ok_or_else(|| expected("`: `", rest))?, ""),
        };
        let value = Template::parse(value)?;
        let part =
            |field: &str, file| Part { field: field.to_owned(), file, content: value.clone() };
        match (kind, self) {
            ("header", Self::Request { headers, .. } | Self::Open(_, _, headers, _)) => {
                headers.push((front.to_ascii_lowercase(), value));
                Ok(())
            }
            ("body", Self::Request { body, .. }) => {
                *body = Body::Text(front.to_owned(), value);
                Ok(())
            }
            ("field", Self::Request { body, .. }) => {
                body.push(part(front, None));
                Ok(())
            }
            ("file", Self::Request { body, .. }) => {
                let mut words = front.split_whitespace();
                let (field, file, content_type) = (words.next(), words.next(), words.next());
                let (Some(field), Some(file), Some(kind)) = (field, file, content_type) else {
                    return Err(expected("a field, a file name and a content type", front));
                };
                body.push(part(field, Some((file.to_owned(), kind.to_owned()))));
                Ok(())
            }
            _ => Err(expected("`with header`, `with body`, `with field` or `with file`", option)),
        }
    }
}

impl Body {
    fn push(&mut self, part: Part) {
        match self {
            Self::Multipart(parts) => parts.push(part),
            _ => *self = Self::Multipart(vec![part]),
        }
    }
}
