//! A table of who may do what: requests by users, and the status each of them gets. Every row
//! becomes a clause of ordinary steps.

use std::sync::Arc;

use super::outline::Node;
use super::{Clause, Sentence, Setup, expected, word};

/// The column of requests without credentials.
const ANONYMOUS: &str = "anonymous";
/// Columns where the first user asks with other ids than those of the setup: one that nobody has,
/// and one that is no number.
const IDS: [(&str, &str, &str); 2] =
    [("unknown", "999999999", "999999999"), ("malformed", "abc", "\"abc\"")];

type Wrong = (usize, Sentence);

/// Reads the rows below `matrix`: the first names the columns.
pub(super) fn read(file: &str, node: &Node, setup: &Arc<Setup>) -> Result<Vec<Clause>, Wrong> {
    let Some((header, rows)) = node.children.split_first() else {
        return Err((node.line, expected("a row with the columns below `matrix`", "")));
    };
    let columns: Vec<&str> = cells(&header.text).collect();
    for column in &columns {
        let is_known = *column == ANONYMOUS
            || IDS.iter().any(|(name, ..)| name == column)
            || setup.users.iter().any(|user| user == column);
        if !is_known {
            return Err((
                header.line,
                expected("a user, `anonymous`, `unknown` or `malformed`", column),
            ));
        }
    }
    rows.iter().map(|row| clause(file, row, &columns, setup)).collect()
}

fn cells(row: &str) -> impl Iterator<Item = &str> {
    row.split('|').map(str::trim).filter(|cell| !cell.is_empty())
}

fn clause(file: &str, row: &Node, columns: &[&str], setup: &Arc<Setup>) -> Result<Clause, Wrong> {
    let at = |sentence| (row.line, sentence);
    let mut parts = cells(&row.text);
    let (name, request) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let statuses: Vec<&str> = parts.collect();
    if statuses.len() != columns.len() {
        let (wanted, found) = (columns.len(), statuses.len());
        return Err(at(format!("expected {wanted} cells behind name and request, found {found}")));
    }
    let mut lines: Vec<Node> = row.children.clone();
    let mut again = Vec::new();
    for (column, status) in columns.iter().zip(statuses).filter(|(_, status)| *status != "-") {
        let number: u16 =
            status.parse().map_err(|_| at(expected("a status, a close code or `-`", status)))?;
        lines.extend(cell(row.line, request, column, number, &setup.users));
        // What was changed is set up anew before the next user asks.
        if number < 300 && !["GET", "opens"].contains(&word(request).0) {
            again.push(lines.len());
        }
    }
    let mut clause = super::file::clause(file, name, row.line, &lines, setup)?;
    let before = row.children.len();
    for index in again.into_iter().rev() {
        let place = index - before;
        if place < clause.steps.len() {
            clause.steps.splice(place..place, setup.steps.iter().cloned());
        }
    }
    Ok(clause)
}

/// The lines that check one cell.
fn cell(line: usize, request: &str, column: &str, number: u16, users: &[String]) -> Vec<Node> {
    let node = |text: String, children| Node { line, text, children };
    let ids = IDS.iter().find(|(name, ..)| *name == column);
    let request = match ids {
        None => request.to_owned(),
        Some((_, in_url, in_body)) => {
            let (front, body) = request.split_at(request.find(" {\"").unwrap_or(request.len()));
            let fill =
                |text: &str, id: &str| text.replace("{{bucket}}", id).replace("{{channel}}", id);
            fill(front, in_url) + &fill(body, in_body)
        }
    };
    let actor = match column {
        ANONYMOUS => "nobody",
        _ if ids.is_some() => users.first().map_or("nobody", String::as_str),
        user => user,
    };
    if word(&request).0 != "opens" {
        let status = node(format!("status {number}"), Vec::new());
        return vec![node(format!("{actor} {request}"), vec![status])];
    }
    let open = node(format!("{actor} {request} as {column}"), Vec::new());
    if number >= 1000 {
        return vec![open, node(format!("{column} is closed with {number}"), Vec::new())];
    }
    let status = node(format!("status {number}"), Vec::new());
    let said = format!("{column} sends {{\"message_text\": \"from {column}\"}}");
    let heard = format!("{column} skips to {{\"message\": \"from {column}\", ...}}");
    vec![Node { children: vec![status], ..open }, node(said, Vec::new()), node(heard, Vec::new())]
}
