//! Lines that expect something: a subject, a test, and maybe a name for what was found.

use super::{Path, Pattern, Reference, Sentence, Template, expected, name, word};

/// One check.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Counted from 1.
    pub line: usize,
    /// As it stands in the file.
    pub source: String,
    /// What is looked at.
    pub subject: Subject,
    /// What it should be; `None` only captures.
    pub test: Option<Test>,
    /// The name the subject's value gets.
    pub capture: Option<String>,
}

/// What an expectation looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// The status code of an answer, or of a handshake.
    Status,
    /// A header of an answer, or of a handshake; by its name in lower case.
    Header(String),
    /// The body of an answer, read as JSON.
    Body(Path),
    /// The body of an answer as text.
    Text,
    /// The lines of the body, each read as JSON.
    Lines(Path),
    /// The frame that was heard, read as JSON.
    Frame(Path),
    /// The frames that were heard, each read as JSON.
    Frames(Path),
    /// The reason that came with a close code.
    Reason,
    /// What a name stands for.
    Named(Reference),
}

/// What a subject should be.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It fits.
    Is(Pattern),
    /// It does not fit.
    IsNot(Pattern),
    /// A text, or a list, with nothing in it.
    Empty,
    /// A list with an element that fits, or a text with this in it.
    Contains(Pattern),
    /// A list without an element that fits, or a text without this in it.
    Lacks(Pattern),
    /// A text that begins so.
    StartsWith(Template),
    /// A list of so many, a text of so many characters.
    Length(usize),
    /// A list where every element fits; an empty one does not.
    Each(Pattern),
    /// A number above.
    MoreThan(Pattern),
    /// A number below.
    LessThan(Pattern),
    /// A list whose elements' values at the path are in this order.
    Ordered(Order, Path),
}

/// How the elements of a list follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Each number greater than the one before.
    Ascending,
    /// Each number smaller than the one before.
    Descending,
    /// Each number one more than the one before.
    Consecutive,
    /// No value twice, in any order.
    Distinct,
}

const ORDERS: &[(&str, Order)] = &[
    ("ascending", Order::Ascending),
    ("descending", Order::Descending),
    ("consecutive", Order::Consecutive),
    ("distinct", Order::Distinct),
];

/// Every way to begin a line below a step.
const SUBJECTS: &str = "`status`, `header`, `body`, `text`, `lines`, `frame`, `frames`, `reason`, \
                        `{{a name}}` or `with`";

impl Expectation {
    /// Reads a line.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn parse(line: usize, source: &str) -> Result<Self, Sentence> {
        let (text, capture) = captured(source)?;
        let (subject, rest) = subject(text)?;
        let test = match (&subject, rest) {
            (_, "") if capture.is_some() => None,
            (Subject::Status, rest) => Some(Test::Is(status(rest)?)),
            (_, rest) => Some(test(rest)?),
        };
        Ok(Self { line, source: source.to_owned(), subject, test, capture })
    }
}

/// Takes `-> name` off the end.
pub(super) fn captured(text: &str) -> Result<(&str, Option<String>), Sentence> {
    match text.rsplit_once(" -> ") {
        Some((front, last)) if !last.contains(['"', '}', ']']) => {
            Ok((front.trim_end(), Some(name("a name", last.trim())?)))
        }
        _ => Ok((text, None)),
    }
}

fn subject(text: &str) -> Result<(Subject, &str), Sentence> {
    if let Some(inside) = text.strip_prefix("{{") {
        let (inside, rest) = inside.split_once("}}").ok_or_else(|| expected("`}}`", ""))?;
        return Ok((Subject::Named(Reference::parse(inside.trim())?), rest.trim_start()));
    }
    let (first, rest) = word(text);
    let end = first.find(['.', '[']).unwrap_or(first.len());
    let path = Path::parse(&first[end..])?;
    let subject = match &first[..end] {
        "status" => Subject::Status,
        "text" => Subject::Text,
        "reason" => Subject::Reason,
        "body" => Subject::Body(path),
        "lines" => Subject::Lines(path),
        "frame" => Subject::Frame(path),
        "frames" => Subject::Frames(path),
        "header" => {
            let (header, rest) = word(rest);
            if header.is_empty() {
                return Err(expected("a header's name", header));
            }
            return Ok((Subject::Header(header.to_ascii_lowercase()), rest));
        }
        _ => return Err(expected(SUBJECTS, text)),
    };
    Ok((subject, rest))
}

/// `200`, or `200 or 204`, or `any`.
fn status(text: &str) -> Result<Pattern, Sentence> {
    if text == "any" {
        return Ok(Pattern::Of(super::Kind::Any));
    }
    let number = |text: &str| match text.trim().parse::<u16>() {
        Ok(number @ 100..=599) => Ok(Pattern::Exactly(number.into())),
        _ => Err(expected("a status code", text)),
    };
    let mut numbers = text.split(" or ").map(number).collect::<Result<Vec<_>, _>>()?;
    let only = if numbers.len() == 1 { numbers.pop() } else { None };
    Ok(only.unwrap_or(Pattern::Either(numbers)))
}

fn test(text: &str) -> Result<Test, Sentence> {
    let (verb, rest) = word(text);
    if let Some((_, order)) = ORDERS.iter().find(|(name, _)| *name == verb) {
        return Ok(Test::Ordered(*order, by(rest)?));
    }
    match verb {
        "is" => is(rest),
        "contains" => Ok(Test::Contains(Pattern::parse(rest)?)),
        "lacks" => Ok(Test::Lacks(Pattern::parse(rest)?)),
        "starts" => Ok(Test::StartsWith(quoted(after("with", rest)?)?)),
        "has" => {
            let count = after("length", rest)?;
            Ok(Test::Length(count.parse().map_err(|_| expected("a number", count))?))
        }
        "each" => Ok(Test::Each(Pattern::parse(after("is", rest)?)?)),
        _ => Err(expected(
            "`is`, `contains`, `lacks`, `starts with`, `has length`, `each is`, `ascending`, \
             `descending`, `consecutive` or `distinct`",
            text,
        )),
    }
}

fn is(rest: &str) -> Result<Test, Sentence> {
    if rest == "empty" {
        return Ok(Test::Empty);
    }
    if let Some(pattern) = rest.strip_prefix("not ") {
        return Ok(Test::IsNot(Pattern::parse(pattern)?));
    }
    if let Some(pattern) = rest.strip_prefix("more than ") {
        return Ok(Test::MoreThan(Pattern::parse(pattern)?));
    }
    if let Some(pattern) = rest.strip_prefix("less than ") {
        return Ok(Test::LessThan(Pattern::parse(pattern)?));
    }
    Ok(Test::Is(Pattern::parse(rest)?))
}

/// `by PATH`, or nothing for the elements themselves.
fn by(rest: &str) -> Result<Path, Sentence> {
    if rest.is_empty() {
        Ok(Path::default())
    } else {
        Path::parse(&format!(".{}", after("by", rest)?))
    }
}

fn after<'t>(token: &str, text: &'t str) -> Result<&'t str, Sentence> {
    let (first, rest) = word(text);
    if first == token { Ok(rest) } else { Err(expected(&format!("`{token}`"), text)) }
}

fn quoted(text: &str) -> Result<Template, Sentence> {
    let inside = serde_json::from_str::<String>(text);
    Template::parse(&inside.map_err(|_| expected("a text in quotation marks", text))?)
}

#[cfg(test)]
mod tests {
    use super::Expectation;

    #[test]
    fn what_is_no_expectation_is_told() {
        for (text, told) in [
            ("stauts 200", "expected `status`, `header`"),
            ("status abc", "expected a status code, found `abc`"),
            ("status 999", "expected a status code, found `999`"),
            ("header", "expected a header's name"),
            ("body.id equals 1", "expected `is`, `contains`"),
            ("body has size 1", "expected `length`, found `size 1`"),
            ("body has length x", "expected a number"),
            ("text starts with x", "expected a text in quotation marks"),
            ("body.id is 1 -> A", "expected a name in lower case"),
            ("frames ascending seq", "expected `by`"),
        ] {
            let error = Expectation::parse(1, text).expect_err(text);
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
