//! What the server says about itself: the OpenAPI and AsyncAPI documents, the page, the way there.

use std::collections::BTreeSet;

use pail_protocol::close::CloseCode;
use pail_tests::{Answer, Request, Server};
use serde_json::{Value, json};

const API: &str = include_str!("../../docs/api.md");
const OPENAPI: &str = "/api/schema/";
const ASYNCAPI: &str = "/api/schema/asyncapi/";

/// The examples of `docs/api.md`: the type behind the fence, and the value.
fn examples() -> Vec<(&'static str, Value)> {
    let blocks = API.split("\n```json ").skip(1);
    let parts = blocks.map(|block| {
        let (name, rest) = block.split_once('\n').expect("a line behind the fence");
        let json = rest.split("\n```").next().expect("an end");
        (name, serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}")))
    });
    parts.collect()
}

async fn document(server: &Server, path: &str) -> Value {
    let request = Request::get(path).header("Accept", "application/json");
    server.send(request).await.expect(200)
}

/// A schema of one of the document's components, or of a list of them.
fn schema_of(name: &str, document: &Value) -> Option<Value> {
    let inner = name.trim_matches(['[', ']']);
    document["components"]["schemas"].get(inner)?;
    let one = json!({ "$ref": format!("#/components/schemas/{inner}") });
    let schema = if inner == name { one } else { json!({ "type": "array", "items": one }) };
    let mut schema = schema;
    schema["components"] = document["components"].clone();
    Some(schema)
}

fn assert_valid(schema: &Value, value: &Value, name: &str) {
    let validator = jsonschema::validator_for(schema).expect("a schema that is one");
    let errors: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{name}: {errors:?}\n{value:#}");
}

#[tokio::test]
async fn every_example_of_the_contract_fits_its_schema() {
    let server = Server::start().await;
    let openapi = document(&server, OPENAPI).await;
    let asyncapi = document(&server, ASYNCAPI).await;
    let frames = [
        ("ServerFrame", "from_server"),
        ("ClientFrame", "from_client"),
        ("ChatFrame", "from_server"),
    ];
    for (name, value) in examples() {
        if let Some((_, side)) = frames.iter().find(|(frame, _)| *frame == name) {
            let kind = value["type"].as_str().expect("frames have a type");
            let schema = frame_schema(&asyncapi, &format!("{side}.{kind}"));
            assert_valid(&schema, &value, kind);
            continue;
        }
        // It is no type of its own.
        let known = if name == "LoginRefused" { "FieldErrors" } else { name };
        let schema = schema_of(known, &openapi).or_else(|| schema_of(known, &asyncapi));
        let schema = schema.unwrap_or_else(|| panic!("{name} is in no document"));
        assert_valid(&schema, &value, name);
    }
}

/// The payload of a message of either socket.
fn frame_schema(asyncapi: &Value, key: &str) -> Value {
    let sockets = asyncapi["channels"].as_object().expect("channels").values();
    let mut payloads = sockets.filter_map(|socket| socket["messages"].get(key));
    let message = payloads.next_back().unwrap_or_else(|| panic!("{key} is in no document"));
    let mut schema = message["payload"].clone();
    schema["components"] = asyncapi["components"].clone();
    schema
}

#[tokio::test]
async fn a_schema_refuses_what_the_server_refuses() {
    let server = Server::start().await;
    let openapi = document(&server, OPENAPI).await;
    let cases = [
        ("Register", json!({ "username": "a b", "password": "correct horse" })),
        ("Register", json!({ "username": "ann", "password": "x" })),
        ("Register", json!({ "username": "ann" })),
        ("CreateBucket", json!({ "name": "x".repeat(65) })),
        ("CreateBucket", json!({ "name": " " })),
        ("CreateBucket", json!({ "name": "a\u{202e}b" })),
        ("CreateBucket", json!({ "name": null })),
        ("AddBucketMember", json!({ "bucket": "x", "user": 1 })),
        ("AddBucketMember", json!({ "bucket": 1, "user": 1, "role": "boss" })),
        ("PostMessage", json!({ "message_text": " \n" })),
        ("PostMessage", json!({ "message_text": " \u{200b}\u{200d} " })),
        ("PostMessage", json!({ "message_text": "hi", "nonce": "a b" })),
        ("CreateInvite", json!({ "max_uses": 0 })),
    ];
    for (name, value) in cases {
        let schema = schema_of(name, &openapi).expect("a component");
        assert!(!jsonschema::is_valid(&schema, &value), "{name}: {value}");
    }
    let numbers = json!({ "bucket": "1", "user": 2 });
    let schema = schema_of("AddBucketMember", &openapi).expect("a component");
    assert!(jsonschema::is_valid(&schema, &numbers), "ids are read in digits too");
}

#[tokio::test]
async fn documents_are_yaml_or_json_as_accept_has_it() {
    let server = Server::start().await;
    let types = [
        (OPENAPI, "application/vnd.oai.openapi", "openapi: \"3.1.0\"\n"),
        (ASYNCAPI, "application/vnd.aai.asyncapi", "asyncapi: \"3.0.0\"\n"),
    ];
    for (path, yaml, first_line) in types {
        let json = format!("{yaml}+json");
        let cases = [
            ("*/*", yaml),
            ("application/*", yaml),
            ("text/html, */*;q=0.1", yaml),
            ("application/json", "application/json"),
            (&json, &json),
            (&format!("{yaml};q=0.5, application/json"), "application/json"),
            ("application/json;q=0, application/*;q=0.1", yaml),
        ];
        for (accept, expected) in cases {
            let answer = server.send(Request::get(path).header("Accept", accept)).await;
            assert_eq!(answer.header("content-type"), Some(expected), "{accept}");
            let text = text(&answer);
            assert_eq!(text.starts_with(first_line), expected == yaml, "{accept}");
        }
        let default = server.send(Request::get(path)).await;
        assert_eq!(default.header("content-type"), Some(yaml));
        let picky = Request::get(path).header("Accept", "text/html");
        server.send(picky).await.refuses(406, "not_acceptable");
    }
}

fn text(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer}");
    String::from_utf8(answer.body.clone()).expect("UTF-8")
}

#[tokio::test]
async fn references_lead_somewhere_and_names_are_unique() {
    let server = Server::start().await;
    for path in [OPENAPI, ASYNCAPI] {
        let document = document(&server, path).await;
        for reference in references(&document) {
            let found = document.pointer(reference.trim_start_matches('#'));
            assert!(found.is_some(), "{path}: {reference} leads nowhere");
        }
        let text = document.to_string();
        for source in ["crate::", "_MAX`", "[`"] {
            assert!(!text.contains(source), "{path} speaks of the sources: {source}");
        }
    }
}

fn references(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
            fields.values().flat_map(references).chain(own).collect()
        }
        _ => BTreeSet::new(),
    }
}

#[tokio::test]
async fn the_sockets_document_names_every_close_code() {
    let server = Server::start().await;
    let document = document(&server, ASYNCAPI).await;
    let description = document["info"]["description"].as_str().expect("a text");
    for code in CloseCode::ALL {
        assert!(description.contains(&code.number().to_string()), "{code:?}");
    }
}

#[tokio::test]
async fn the_page_shows_every_operation_and_type_without_scripts() {
    let server = Server::start().await;
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let page = server.send(Request::get("/docs").header("Accept", browser)).await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'"));
    let page = text(&page);
    let openapi = document(&server, OPENAPI).await;
    for methods in openapi["paths"].as_object().expect("paths").values() {
        for operation in methods.as_object().expect("methods").values() {
            let id = operation["operationId"].as_str().expect("an id");
            assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
    }
    for name in openapi["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(page.contains(&format!("id=\"type-{name}\"")), "{name}");
    }
    let links = page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
    for anchor in links {
        assert!(page.contains(&format!("id=\"{anchor}\"")), "#{anchor} leads nowhere");
    }
    for foreign in ["<script", "http://", "https://", "src=", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[tokio::test]
async fn a_server_tells_everybody_where_things_are() {
    let server = Server::start().await;
    let known = server.send(Request::get("/.well-known/pail")).await.expect(200);
    assert_eq!(known["registration"], "open");
    assert_eq!(known["api"], json!(["v1"]));
    for key in ["schema", "docs"] {
        let path = known[key].as_str().expect("a path");
        assert_eq!(server.send(Request::get(path)).await.status, 200, "{path}");
    }
    for path in [OPENAPI, ASYNCAPI, "/docs", "/.well-known/pail"] {
        server.send(Request::new("POST", path)).await.refuses(405, "method_not_allowed");
    }
}
