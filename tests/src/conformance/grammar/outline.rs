//! Lines as a tree by their indentation. Blank lines and those that begin with `#` are skipped; a
//! line whose brackets are open goes on with the next ones, except where the text is raw.

use super::{CaseError, expected};

/// A line with those indented below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Counted from 1.
    pub line: usize,
    /// Without indentation.
    pub text: String,
    /// In order.
    pub children: Vec<Node>,
}

struct Line {
    number: usize,
    indent: usize,
    text: String,
}

/// Reads a text.
///
/// # Errors
/// A tab, an indentation that fits no line above, or brackets that stay open.
pub fn read(file: &str, text: &str) -> Result<Vec<Node>, CaseError> {
    let wrong = |line: usize, sentence: String| CaseError { file: file.to_owned(), line, sentence };
    let mut lines = Vec::new();
    let mut pending: Option<Line> = None;
    for (index, raw) in text.lines().enumerate() {
        let number = index + 1;
        let bare = raw.trim();
        if let Some(open) = &mut pending {
            open.text = format!("{} {bare}", open.text);
            if depth(&open.text) <= 0 {
                lines.extend(pending.take());
            }
            continue;
        }
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let indent = raw.len() - raw.trim_start_matches(' ').len();
        if raw[indent..].starts_with('\t') {
            return Err(wrong(number, "expected blanks for indentation, found a tab".to_owned()));
        }
        let line = Line { number, indent, text: bare.to_owned() };
        if !is_raw(bare) && depth(bare) > 0 {
            pending = Some(line);
        } else {
            lines.push(line);
        }
    }
    if let Some(open) = pending {
        return Err(wrong(open.number, expected("a closing bracket", "")));
    }
    let mut rest = lines.into_iter().peekable();
    let nodes = level(&mut rest, 0).map_err(|(line, sentence)| wrong(line, sentence))?;
    Ok(nodes)
}

type Lines = std::iter::Peekable<std::vec::IntoIter<Line>>;

fn level(lines: &mut Lines, indent: usize) -> Result<Vec<Node>, (usize, String)> {
    let mut nodes: Vec<Node> = Vec::new();
    while let Some(next) = lines.peek() {
        if next.indent < indent {
            break;
        }
        if next.indent > indent {
            let (number, below) = (next.number, next.indent);
            let Some(parent) = nodes.last_mut().filter(|parent| parent.children.is_empty()) else {
                let sentence = format!("expected {indent} blanks of indentation, found {below}");
                return Err((number, sentence));
            };
            parent.children = level(lines, below)?;
            continue;
        }
        let Some(line) = lines.next() else { break };
        nodes.push(Node { line: line.number, text: line.text, children: Vec::new() });
    }
    Ok(nodes)
}

/// Lines whose text is taken as it stands: what is sent on a socket, quotes, and options.
fn is_raw(line: &str) -> bool {
    let (first, rest) = super::word(line);
    ["with", "seed", "api", "clause"].contains(&first) || super::word(rest).0 == "sends"
}

/// How many brackets are open outside of strings and `{{…}}`.
fn depth(text: &str) -> i32 {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            _ => {}
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn indentation_makes_a_tree_and_open_brackets_go_on() {
        let text = "# note\nclause x\n  a GET /\n    body is {\n      \"a\": 1\n    }\n  b GET /\n";
        let nodes = read("f", text).expect("a tree");
        assert_eq!(nodes[0].children.len(), 2);
        assert_eq!(nodes[0].children[0].children[0].text, "body is { \"a\": 1 }");
        assert_eq!(nodes[0].children[1].line, 7);
    }

    #[test]
    fn what_fits_nowhere_is_told_with_its_line() {
        for (text, told) in [
            ("a\n\tb", "f:2: expected blanks for indentation, found a tab"),
            ("a\n    b\n  c", "f:3: expected 0 blanks of indentation, found 2"),
            ("a [1,", "f:1: expected a closing bracket, found the end of the line"),
        ] {
            let error = read("f", text).expect_err(text);
            assert_eq!(error.to_string(), told);
        }
    }
}
