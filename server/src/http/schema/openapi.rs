//! The OpenAPI 3.1 document, from `catalog`.

use std::collections::BTreeMap;

use pail_protocol::error::ErrorBody;
use schemars::Schema;
use serde_json::{Map, Value, json};

use super::types::{Types, reference};
use crate::http::catalog::operation::{Answer, Body, JSON, Parameter, Refusal};
use crate::http::catalog::{self, Group, Operation};

const DESCRIPTION: &str = "Team chat over REST and two WebSockets. Every answer carries `Allow`; \
    `OPTIONS` describes a URL, and `HEAD` answers as `GET` without the body. URLs work with and \
    without the slash at their end. Where a text is expected a number is taken as its digits, and \
    ids may be written in digits. Unknown fields are ignored, and receivers ignore fields they do \
    not know. The WebSockets are described at `/api/schema/asyncapi/`.";

/// The document.
pub fn document() -> Value {
    let mut types = Types::new();
    let groups = catalog::groups();
    let paths = paths(&groups, &mut types);
    let responses = responses(&mut types);
    let tags = groups.iter().map(|of| json!({ "name": of.name, "description": of.description }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Pail",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
        },
        "servers": [{ "url": "/" }],
        "tags": tags.collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": types.components(),
            "responses": responses,
            "securitySchemes": { "token": {
                "type": "apiKey", "in": "header", "name": "Authorization",
                "description": "`Token`, a blank, and the token. `Bearer` means the same.",
            } },
        },
    })
}

fn paths(groups: &[Group], types: &mut Types) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for group in groups {
        for operation in &group.operations {
            let item = paths.entry(operation.template).or_insert_with(|| json!({}));
            let method = operation.method.as_str().to_ascii_lowercase();
            item[method] = told(operation, group, groups, types);
        }
    }
    paths.into()
}

/// From an answer to every operation its `id` is for.
fn links(operation: &Operation, groups: &[Group]) -> Option<Value> {
    let variable = operation.gives?;
    let all = groups.iter().flat_map(|group| &group.operations);
    let about = all.filter(|other| other.variables().any(|name| name == variable));
    let link = |other: &Operation| {
        let id = id(other.summary);
        let values = given(operation, other, variable);
        (id.clone(), json!({ "operationId": id, "parameters": values }))
    };
    Some(Value::Object(about.map(link).collect()))
}

/// What the URL of a link is made of: the answer's id, and what the first URL has in common.
fn given(from: &Operation, to: &Operation, variable: &str) -> Value {
    let value = |name: &'static str| match name {
        _ if name == variable => Some((name.to_owned(), json!("$response.body#/id"))),
        _ if from.variables().any(|known| known == name) => {
            Some((name.to_owned(), json!(format!("$request.path.{name}"))))
        }
        _ => None,
    };
    Value::Object(to.variables().filter_map(value).collect())
}

/// An operation's name for programs.
pub fn id(summary: &str) -> String {
    summary.to_ascii_lowercase().replace(' ', "_")
}

fn told(operation: &Operation, group: &Group, groups: &[Group], types: &mut Types) -> Value {
    let mut told = json!({
        "operationId": id(operation.summary),
        "summary": operation.summary,
        "tags": [group.name],
    });
    if !operation.description.is_empty() {
        told["description"] = operation.description.into();
    }
    told["security"] = match operation.scope {
        _ if operation.open => json!([]),
        None => json!([{ "token": [] }]),
        Some(scope) => json!([{ "token": [scope] }]),
    };
    let parameters = parameters(operation);
    if !parameters.is_empty() {
        told["parameters"] = parameters.into();
    }
    if let Some(body) = &operation.body {
        told["requestBody"] = request_body(body, types);
    }
    told["responses"] = answers(operation, types);
    for answer in &operation.answers {
        if let Some(links) = links(operation, groups) {
            told["responses"][answer.status.to_string()]["links"] = links;
        }
    }
    told
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let path = operation.variables().map(|name| {
        let schema = match name.ends_with("_id") {
            true => json!({ "type": "integer", "minimum": 1 }),
            false => json!({ "type": "string", "minLength": 1 }),
        };
        json!({ "name": name, "in": "path", "required": true, "schema": schema })
    });
    let query = operation.query.iter().map(|parameter| {
        let Parameter { required, name, description, schema } = parameter;
        json!({
            "name": name, "in": "query", "required": required, "description": description,
            "schema": schema,
        })
    });
    path.chain(query).collect()
}

fn request_body(body: &Body, types: &mut Types) -> Value {
    let schema = (body.schema)(&mut types.read);
    json!({ "required": body.required, "content": content(body.media_types, &schema) })
}

fn content(media_types: &[&str], schema: &Schema) -> Map<String, Value> {
    let one = |media_type: &&str| ((*media_type).to_owned(), json!({ "schema": schema }));
    media_types.iter().map(one).collect()
}

fn answers(operation: &Operation, types: &mut Types) -> Value {
    let well = operation.answers.iter().map(|answer| (answer.status, told_answer(answer, types)));
    let mut answers: BTreeMap<u16, Value> = well.collect();
    for refusal in operation.refusals() {
        let (status, name, _) = refusal.told();
        let shared = || json!({ "$ref": format!("#/components/responses/{name}") });
        answers.entry(status).or_insert_with(shared);
    }
    let by_text = answers.into_iter().map(|(status, answer)| (status.to_string(), answer));
    Value::Object(by_text.collect())
}

fn told_answer(answer: &Answer, types: &mut Types) -> Value {
    let mut told = json!({ "description": answer.description });
    if !answer.headers.is_empty() {
        told["headers"] = headers(&answer.headers);
    }
    if !answer.media_types.is_empty() {
        let schema = (answer.schema)(&mut types.written);
        told["content"] = content(answer.media_types, &schema).into();
    }
    told
}

fn headers(headers: &[Parameter]) -> Value {
    let one = |header: &Parameter| {
        let Parameter { required, description, schema, .. } = header;
        let told = json!({ "description": description, "required": required, "schema": schema });
        (header.name.to_owned(), told)
    };
    Value::Object(headers.iter().map(one).collect())
}

/// The refusals all operations share.
fn responses(types: &mut Types) -> Value {
    let error_body = types.written.subschema_for::<ErrorBody>();
    let one = |refusal: Refusal| {
        let (_, name, description) = refusal.told();
        let schema = match refusal {
            Refusal::BadRequest => json!({ "anyOf": [reference("FieldErrors"), error_body] }),
            _ => json!(error_body),
        };
        let mut told = json!({
            "description": description,
            "content": { JSON: { "schema": schema } },
        });
        if refusal == Refusal::Throttled {
            told["headers"] = json!({ "Retry-After": {
                "description": "In seconds.", "schema": { "type": "integer", "minimum": 1 },
            } });
        }
        (name.to_owned(), told)
    };
    Value::Object(Refusal::ALL.into_iter().map(one).collect())
}
