//! What a message in Slack's JSON says, as lines of text: `text` or `blocks`, then `attachments`.
//! What only looks, such as colours, buttons and images without a title, is left out.

use serde_json::{Map, Value};

use super::mrkdwn;

type Object = Map<String, Value>;

/// The lines of a message. As in Slack, blocks replace the text beside them.
pub fn text(message: &Object) -> String {
    let mut lines = blocks(message);
    if lines.is_empty() {
        lines.extend(marked(message, "text"));
    }
    lines.extend(objects(message, "attachments").flat_map(attachment));
    lines.join("\n")
}

/// Of an attachment, the fallback is told only if nothing else is there.
fn attachment(of: &Object) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(marked(of, "pretext"));
    lines.extend(title(of));
    lines.extend(marked(of, "text"));
    lines.extend(objects(of, "fields").filter_map(field));
    lines.extend(blocks(of));
    if lines.is_empty() {
        lines.extend(marked(of, "fallback"));
    }
    lines
}

fn title(of: &Object) -> Option<String> {
    let title = marked(of, "title")?;
    Some(match literal(of, "title_link") {
        Some(link) if link != title => format!("{title} ({link})"),
        _ => title,
    })
}

fn field(of: &Object) -> Option<String> {
    match (marked(of, "title"), marked(of, "value")) {
        (Some(title), Some(value)) => Some(format!("{title}: {value}")),
        (one, other) => one.or(other),
    }
}

fn blocks(of: &Object) -> Vec<String> {
    objects(of, "blocks").flat_map(block).collect()
}

fn block(of: &Object) -> Vec<String> {
    let kind = of.get("type").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "actions" | "input" => Vec::new(),
        "image" => literal(of, "title").or_else(|| literal(of, "alt_text")).into_iter().collect(),
        "context" => {
            let parts: Vec<String> = objects(of, "elements").filter_map(composed).collect();
            Some(parts.join(" ")).filter(|line| !line.is_empty()).into_iter().collect()
        }
        "rich_text" => objects(of, "elements").filter_map(rich).collect(),
        _ => {
            let own = of.get("text").and_then(said);
            own.into_iter().chain(objects(of, "fields").filter_map(composed)).collect()
        }
    }
}

/// A text object, `plain_text` or `mrkdwn`.
fn composed(of: &Object) -> Option<String> {
    match of.get("type").and_then(Value::as_str) {
        Some("mrkdwn") => marked(of, "text"),
        Some("image") => None,
        _ => literal(of, "text"),
    }
}

fn said(value: &Value) -> Option<String> {
    match value {
        Value::Object(of) => composed(of),
        Value::String(text) => filled(mrkdwn::plain(text)),
        _ => None,
    }
}

/// A part of a rich text: its pieces in a row, or its items one per line.
fn rich(of: &Object) -> Option<String> {
    let is_list = of.get("type").and_then(Value::as_str) == Some("rich_text_list");
    let (mark, between) = if is_list { ("• ", "\n") } else { ("", "") };
    let parts = objects(of, "elements").filter_map(|part| rich(part).or_else(|| piece(part)));
    let parts: Vec<String> = parts.map(|part| format!("{mark}{part}")).collect();
    filled(parts.join(between))
}

fn piece(of: &Object) -> Option<String> {
    let word = |name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default();
    let piece = match word("type") {
        "text" => word("text").to_owned(),
        "link" => mrkdwn::link(word("url"), word("text")),
        "emoji" => format!(":{}:", word("name")),
        "user" => format!("@{}", word("user_id")),
        "broadcast" => "@here".to_owned(),
        _ => return None,
    };
    (!piece.is_empty()).then_some(piece)
}

fn objects<'v>(of: &'v Object, name: &str) -> impl Iterator<Item = &'v Object> + use<'v> {
    let list = of.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_object)
}

/// A field in Slack's markup.
fn marked(of: &Object, name: &str) -> Option<String> {
    match of.get(name)? {
        Value::String(text) => filled(mrkdwn::plain(text)),
        Value::Number(number) => Some(number.to_string()),
        other => said(other),
    }
}

/// A field that is meant as it stands, or a text object.
fn literal(of: &Object, name: &str) -> Option<String> {
    match of.get(name)? {
        Value::String(text) => filled(mrkdwn::entities(text)),
        other => said(other),
    }
}

fn filled(text: String) -> Option<String> {
    (!text.trim().is_empty()).then_some(text)
}
