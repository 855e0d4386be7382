//! The reference page: the same documents for people, in HTML that needs no script and loads
//! nothing. Whatever comes from a document is escaped where it enters the page.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::types::fields;

const STYLE: &str = "
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 0 auto; padding: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
pre { padding: .75rem; border: 1px solid var(--line); overflow-x: auto; overflow-wrap: normal; }
h2 { margin-top: 3rem; } h3 { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
nav ul { columns: 16rem; padding-left: 1.2rem; }
";

/// The page of both documents.
pub fn render(openapi: &Value, asyncapi: &Value) -> String {
    let mut page = String::new();
    head(&mut page, openapi);
    let groups = operations_by_tag(openapi);
    contents(&mut page, &groups, openapi, asyncapi);
    for (tag, operations) in &groups {
        let _ = writeln!(page, "<h2 id=\"{}\">{}</h2>", anchor(tag), escaped(tag));
        operations.iter().for_each(|one| operation(&mut page, one, openapi));
    }
    sockets(&mut page, asyncapi);
    page += "<h2 id=\"types\">Types</h2>\n";
    for (name, schema) in all_types(openapi, asyncapi) {
        component(&mut page, name, schema);
    }
    page + "</main></body></html>\n"
}

fn head(page: &mut String, openapi: &Value) {
    let title =
        format!("{} {}", text(&openapi["info"]["title"]), text(&openapi["info"]["version"]));
    let _ = writeln!(
        page,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}: reference</title><style>{STYLE}</style></head>\n\
         <body><main><h1>{title}</h1>\n<p>{}</p>\n\
         <p>For programs: <a href=\"/api/schema/\">OpenAPI</a>, \
         <a href=\"/api/schema/asyncapi/\">AsyncAPI</a>, \
         <a href=\"/.well-known/pail\">discovery</a>.</p>",
        prose(&openapi["info"]["description"]),
        title = escaped(&title),
    );
}

/// A method of a URL, as the document has it.
struct Entry<'d> {
    method: &'d str,
    template: &'d str,
    told: &'d Value,
}

fn operations_by_tag(openapi: &Value) -> Vec<(&str, Vec<Entry<'_>>)> {
    let tags = openapi["tags"].as_array().into_iter().flatten();
    let of = |tag: &Value| {
        let paths = pairs(&openapi["paths"]);
        let entries = paths.flat_map(|(template, methods)| {
            pairs(methods).map(move |(method, told)| Entry { method, template, told })
        });
        entries.filter(|entry| entry.told["tags"][0] == *tag).collect()
    };
    tags.map(|tag| (text(&tag["name"]), of(&tag["name"]))).collect()
}

fn contents(
    page: &mut String,
    groups: &[(&str, Vec<Entry<'_>>)],
    openapi: &Value,
    asyncapi: &Value,
) {
    *page += "<nav>\n";
    for (tag, operations) in groups {
        let links = operations.iter().map(|one| {
            let id = text(&one.told["operationId"]);
            link(id, text(&one.told["summary"]))
        });
        list(page, tag, links);
    }
    let sockets = pairs(&asyncapi["channels"]);
    list(
        page,
        "WebSockets",
        sockets.map(|(name, socket)| link(&format!("socket-{name}"), text(&socket["address"]))),
    );
    let types = all_types(openapi, asyncapi);
    list(page, "Types", types.into_iter().map(|(name, _)| type_link(name)));
    *page += "</nav>\n";
}

fn list(page: &mut String, title: &str, links: impl Iterator<Item = String>) {
    let _ = write!(page, "<b>{}</b>\n<ul>", escaped(title));
    links.for_each(|link| *page += &format!("<li>{link}</li>\n"));
    *page += "</ul>\n";
}

fn operation(page: &mut String, entry: &Entry<'_>, openapi: &Value) {
    let told = entry.told;
    let _ = writeln!(
        page,
        "<h3 id=\"{}\">{}</h3>\n<p><code><b>{}</b> {}</code></p>",
        anchor(text(&told["operationId"])),
        escaped(text(&told["summary"])),
        entry.method.to_ascii_uppercase(),
        escaped(entry.template),
    );
    if told["description"].is_string() {
        let _ = writeln!(page, "<p>{}</p>", prose(&told["description"]));
    }
    let _ = writeln!(page, "<p>{}</p>", credentials(&told["security"]));
    parameters(page, told);
    if let Some((_, content)) = pairs(&told["requestBody"]["content"]).next() {
        let needed = if told["requestBody"]["required"] == true { "" } else { ", may be left out" };
        let _ = writeln!(page, "<p>Takes {}{needed}.</p>", kind(&content["schema"]));
    }
    answers(page, told, openapi);
}

fn credentials(security: &Value) -> String {
    match (security.get(0), &security[0]["token"][0]) {
        (None, _) => "No credentials needed.".to_owned(),
        (Some(_), Value::Null) => "With any token.".to_owned(),
        (Some(_), scope) => format!("With scope {}.", code(scope)),
    }
}

fn parameters(page: &mut String, told: &Value) {
    let rows = told["parameters"].as_array().into_iter().flatten().map(|parameter| {
        let place = format!("in the {}", if parameter["in"] == "path" { "URL" } else { "query" });
        let needed = if parameter["required"] == true { ", required" } else { "" };
        let meaning = prose(&parameter["description"]);
        [code(&parameter["name"]), kind(&parameter["schema"]), place + needed, meaning]
    });
    table(page, "Parameters", rows);
}

fn answers(page: &mut String, told: &Value, openapi: &Value) {
    let rows = pairs(&told["responses"]).map(|(status, answer)| {
        let answer = resolved(answer, openapi);
        let content = pairs(&answer["content"]).next();
        let kind = match content {
            None => "empty".to_owned(),
            Some((media_type, of)) if !is_told(&of["schema"]) => {
                format!("<code>{}</code>", escaped(media_type))
            }
            Some((_, of)) => kind(&of["schema"]),
        };
        [format!("<b>{}</b>", escaped(status)), kind, prose(&answer["description"])]
    });
    table(page, "Answers", rows);
}

fn is_told(schema: &Value) -> bool {
    schema.as_object().is_some_and(|fields| !fields.is_empty())
}

fn resolved<'d>(value: &'d Value, document: &'d Value) -> &'d Value {
    let target = value["$ref"].as_str().and_then(|path| path.strip_prefix('#'));
    target.and_then(|path| document.pointer(path)).unwrap_or(value)
}

fn table<const N: usize>(page: &mut String, title: &str, rows: impl Iterator<Item = [String; N]>) {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return;
    }
    let _ = writeln!(page, "<table><caption>{title}</caption>");
    for row in rows {
        let cells = row.iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>();
        let _ = writeln!(page, "<tr>{cells}</tr>");
    }
    *page += "</table>\n";
}

fn sockets(page: &mut String, asyncapi: &Value) {
    *page += "<h2 id=\"websockets\">WebSockets</h2>\n";
    let _ = writeln!(page, "<p>{}</p>", prose(&asyncapi["info"]["description"]));
    for (name, socket) in pairs(&asyncapi["channels"]) {
        let _ = writeln!(
            page,
            "<h3 id=\"{}\"><code>{}</code></h3>\n<p>{}</p>",
            anchor(&format!("socket-{name}")),
            escaped(text(&socket["address"])),
            prose(&socket["description"]),
        );
        for (action, title) in [("receive", "A client sends"), ("send", "The server sends")] {
            table(page, title, frames(asyncapi, name, action));
        }
    }
}

fn frames<'d>(
    asyncapi: &'d Value,
    socket: &'d str,
    action: &'d str,
) -> impl Iterator<Item = [String; 3]> + 'd {
    let place = format!("#/channels/{socket}");
    let operations = pairs(&asyncapi["operations"]).filter(move |(_, operation)| {
        operation["action"] == action && operation["channel"]["$ref"] == place.as_str()
    });
    let messages = operations.flat_map(|(_, of)| of["messages"].as_array().into_iter().flatten());
    messages.map(|message| {
        let message = resolved(message, asyncapi);
        let payload = &message["payload"];
        [code(&message["name"]), kind(payload), prose(&payload["description"])]
    })
}

fn all_types<'d>(openapi: &'d Value, asyncapi: &'d Value) -> Vec<(&'d str, &'d Value)> {
    let documents = [openapi, asyncapi].into_iter();
    let mut all: Vec<_> =
        documents.flat_map(|document| pairs(&document["components"]["schemas"])).collect();
    all.sort_by_key(|(name, _)| *name);
    all.dedup_by_key(|(name, _)| *name);
    all
}

fn component(page: &mut String, name: &str, schema: &Value) {
    let _ = writeln!(page, "<h3 id=\"{}\">{}</h3>", type_anchor(name), escaped(name));
    if schema["description"].is_string() {
        let _ = writeln!(page, "<p>{}</p>", prose(&schema["description"]));
    }
    let rows = fields(schema).into_iter().map(|(name, of, required)| {
        let needed = if required { "" } else { "may be missing" }.to_owned();
        [format!("<code>{}</code>", escaped(name)), kind(of), needed, prose(&of["description"])]
    });
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        let _ = writeln!(page, "<p>{}</p>", kind(schema));
    }
    table(page, "Fields", rows);
    for example in schema["examples"].as_array().into_iter().flatten() {
        let _ = writeln!(page, "<pre>{}</pre>", escaped(&format!("{example:#}")));
    }
}

/// What a schema allows, in words.
fn kind(schema: &Value) -> String {
    if let Some(path) = schema["$ref"].as_str() {
        return type_link(path.rsplit('/').next().unwrap_or(path));
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().map(kind).collect::<Vec<_>>().join(" and ");
    }
    for either in ["anyOf", "oneOf"] {
        if let Some(some) = schema[either].as_array() {
            return some.iter().map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(code).collect::<Vec<_>>().join(" or ");
    }
    if !schema["const"].is_null() {
        return code(&schema["const"]);
    }
    match &schema["type"] {
        Value::Array(types) => {
            let words: Vec<String> = types.iter().map(|of| escaped(text(of))).collect();
            words.join(" or ") + &bounds(schema)
        }
        Value::String(of) if of == "array" => format!("list of {}", kind(&schema["items"])),
        Value::String(of) if of == "object" => object(schema),
        Value::String(of) => escaped(of) + &bounds(schema),
        _ => "anything".to_owned(),
    }
}

fn object(schema: &Value) -> String {
    let by_pattern = pairs(&schema["patternProperties"]).next().map(|(_, of)| of);
    let values = by_pattern.or(Some(&schema["additionalProperties"]).filter(|of| of.is_object()));
    values.map_or_else(|| "object".to_owned(), |of| format!("map to {}", kind(of)))
}

fn bounds(schema: &Value) -> String {
    let range = |from: &Value, to: &Value, unit: &str| match (from.as_i64(), to.as_i64()) {
        (Some(from), Some(to)) => format!(", {from} to {to}{unit}"),
        (Some(from), None) => format!(", at least {from}{unit}"),
        (None, Some(to)) => format!(", at most {to}{unit}"),
        (None, None) => String::new(),
    };
    let lengths = range(&schema["minLength"], &schema["maxLength"], " characters");
    lengths + &range(&schema["minimum"], &schema["maximum"], "")
}

fn pairs(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, of)| (name.as_str(), of))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn code(value: &Value) -> String {
    let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    format!("<code>{}</code>", escaped(&plain))
}

fn link(id: &str, words: &str) -> String {
    format!("<a href=\"#{}\">{}</a>", anchor(id), escaped(words))
}

fn type_anchor(name: &str) -> String {
    anchor(&format!("type-{name}"))
}

fn type_link(name: &str) -> String {
    format!("<a href=\"#{}\">{}</a>", type_anchor(name), escaped(name))
}

/// A name as an anchor: only letters, digits, `-` and `_`.
fn anchor(name: &str) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    name.chars().map(fit).collect()
}

/// A sentence with `code` in it.
fn prose(value: &Value) -> String {
    let pieces = text(value).split('`').enumerate().map(|(index, piece)| match index % 2 {
        0 => escaped(piece),
        _ => format!("<code>{}</code>", escaped(piece)),
    });
    pieces.collect()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_a_document_says_stays_text() {
        let evil = "<script>alert('x')</script>\"&`<b>`";
        let operation = json!({
            "operationId": evil, "summary": evil, "description": evil, "tags": [evil],
            "parameters": [{ "name": evil, "in": "query", "schema": { "type": evil } }],
            "responses": { evil: { "description": evil, "content": { evil: {} } } },
        });
        let document = json!({
            "info": { "title": evil, "version": evil, "description": evil },
            "tags": [{ "name": evil }],
            "paths": { evil: { "get": operation } },
            "components": { "schemas": { evil: {
                "description": evil, "examples": [evil], "required": [evil],
                "properties": { evil: { "enum": [evil] } },
            } } },
        });
        let sockets = json!({ "channels": { evil: { "address": evil, "description": evil } } });
        let page = render(&document, &sockets);
        assert!(page.matches("&lt;script&gt;").count() > 10);
        assert!(!page.contains("<script") && !page.contains("<b>`") && !page.contains("alert('"));
    }
}
