//! The component schemas: what the types of the protocol say, with the examples of `docs/api.md`.
//! What a client sends and what the server sends are written down apart, for the server reads more
//! than it writes.

use std::collections::BTreeMap;

use pail_protocol::limits;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The contract, whose examples are named after their types.
const CONTRACT: &str = include_str!("../../../../docs/api.md");

/// Collects the schemas of all types a document refers to.
pub struct Types {
    /// Of what a client sends.
    pub read: SchemaGenerator,
    /// Of what the server sends.
    pub written: SchemaGenerator,
}

impl Types {
    /// No types yet.
    pub fn new() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.transforms = vec![Box::new(Readable)];
        });
        Self {
            read: settings.clone().for_deserialize().into_generator(),
            written: settings.for_serialize().into_generator(),
        }
    }

    /// The collected schemas by name. A type that goes both ways is told as it is written.
    pub fn components(mut self) -> Value {
        let mut all: BTreeMap<String, Value> = BTreeMap::new();
        all.extend(self.read.take_definitions(true));
        all.extend(self.written.take_definitions(true));
        all.insert("FieldErrors".to_owned(), field_errors());
        let mut examples = examples();
        for (name, schema) in &mut all {
            if let (Some(fields), Some(found)) = (schema.as_object_mut(), examples.remove(name)) {
                fields.insert("examples".to_owned(), found.into());
            }
        }
        Value::Object(all.into_iter().collect())
    }
}

/// A schema for what is no Rust type of its own.
fn field_errors() -> Value {
    json!({
        "type": "object",
        "description": "A sentence per field, all wrong fields at once.",
        "additionalProperties": { "type": "string" },
    })
}

/// A reference to a component.
pub fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The examples of `docs/api.md` by the name of their type.
fn examples() -> BTreeMap<String, Vec<Value>> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for block in CONTRACT.split("\n```json ").skip(1) {
        let Some((name, rest)) = block.split_once('\n') else { continue };
        let json = rest.split("\n```").next().unwrap_or_default();
        match serde_json::from_str(json) {
            Ok(Value::Array(rows)) if name.starts_with('[') => {
                found.entry(name.trim_matches(['[', ']']).to_owned()).or_default().extend(rows);
            }
            Ok(value) => found.entry(name.to_owned()).or_default().push(value),
            Err(_) => {}
        }
    }
    found
}

/// Makes schemas fit for readers who do not know the sources.
#[derive(Debug, Clone)]
pub struct Readable;

impl Transform for Readable {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = without_links(text);
        }
        // What serde fills in is no promise to a client.
        schema.remove("default");
        transform_subschemas(self, schema);
    }
}

/// The bounds doc comments name; a test says when one is missing.
const BOUNDS: &[(&str, usize)] = &[
    ("NAME_CHARS_MAX", limits::NAME_CHARS_MAX),
    ("USER_NAME_CHARS_MAX", limits::USER_NAME_CHARS_MAX),
    ("EMAIL_CHARS_MAX", limits::EMAIL_CHARS_MAX),
    ("STATUS_CHARS_MAX", limits::STATUS_CHARS_MAX),
    ("STATUS_SECONDS_MAX", limits::STATUS_SECONDS_MAX as usize),
    ("TOPIC_CHARS_MAX", limits::TOPIC_CHARS_MAX),
    ("ICON_CHARS_MAX", limits::ICON_CHARS_MAX),
    ("LABEL_CHARS_MAX", limits::LABEL_CHARS_MAX),
    ("PASSWORD_BYTES_MIN", limits::PASSWORD_BYTES_MIN),
    ("PASSWORD_BYTES_MAX", limits::PASSWORD_BYTES_MAX),
    ("MESSAGE_TEXT_BYTES_MAX", limits::MESSAGE_TEXT_BYTES_MAX),
    ("REACTION_USERS_MAX", limits::REACTION_USERS_MAX),
    ("EMOJI_BYTES_MAX", limits::EMOJI_BYTES_MAX),
    ("MENTIONS_MAX", limits::MENTIONS_MAX),
    ("MESSAGE_ATTACHMENTS_MAX", limits::MESSAGE_ATTACHMENTS_MAX),
    ("SUBSCRIBE_CHANNELS_MAX", limits::SUBSCRIBE_CHANNELS_MAX),
    ("INVITE_CHANNELS_MAX", limits::INVITE_CHANNELS_MAX),
    ("INVITE_USES_DEFAULT", limits::INVITE_USES_DEFAULT as usize),
    ("INVITE_SECONDS_DEFAULT", limits::INVITE_SECONDS_DEFAULT as usize),
    ("TOKEN_SECONDS_MAX", limits::TOKEN_SECONDS_MAX as usize),
    ("TYPING_INTERVAL_MS", limits::TYPING_INTERVAL_MS as usize),
    ("UNREAD_MESSAGES_MAX", limits::UNREAD_MESSAGES_MAX),
    ("UNREAD_COUNT_MAX", limits::UNREAD_COUNT_MAX as usize),
];

/// A doc comment without its links: bounds become numbers, other items their names.
fn without_links(comment: &str) -> String {
    let mut pieces = comment.split("[`");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let Some((item, rest)) = piece.split_once("`]") else {
            text += piece;
            continue;
        };
        let name = item.rsplit("::").next().unwrap_or(item);
        text += &match BOUNDS.iter().find(|(bound, _)| *bound == name) {
            Some((_, number)) => number.to_string(),
            None => format!("`{name}`"),
        };
        text += rest;
    }
    let paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// The fields of an object schema, and whether each must be there.
pub fn fields(schema: &Value) -> Vec<(&String, &Value, bool)> {
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let fields = schema["properties"].as_object().into_iter().flat_map(Map::iter);
    fields.map(|(name, of)| (name, of, required.iter().any(|one| one == name))).collect()
}

/// A schema that is exactly one text.
pub fn constant(schema: &Value) -> Option<&str> {
    schema["const"].as_str()
}
