//! JSON Schemas that serde cannot tell: ids, moments, and what a server reads beyond what it
//! writes. Under [`Contract::Deserialize`] an id may come in digits and a text as a number; under
//! [`Contract::Serialize`] a schema says what goes out.

use std::borrow::Cow;

use schemars::generate::Contract;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

use crate::limits::{
    EMAIL_CHARS_MAX, EMOJI_BYTES_MAX, ICON_CHARS_MAX, INVITE_CHANNELS_MAX, INVITE_SECONDS_MAX,
    INVITE_USES_MAX, LABEL_CHARS_MAX, MESSAGE_ATTACHMENTS_MAX, MESSAGE_TEXT_BYTES_MAX,
    NAME_CHARS_MAX, NONCE_BYTES_MAX, PASSWORD_BYTES_MAX, PASSWORD_BYTES_MIN, SCOPES_MAX,
    STATUS_CHARS_MAX, STATUS_SECONDS_MAX, TOKEN_SECONDS_MAX, TOPIC_CHARS_MAX, USER_NAME_CHARS_MAX,
    USERNAME_CHARS_MAX,
};
use crate::token::Scope;
use crate::{Nonce, Timestamp};

/// What a name must not hold: control characters, and those nobody can see. Within emoji, the
/// joiner U+200D and the selector U+FE0F are fine.
const INVISIBLE: &str = concat!(
    r"\u0000-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F",
    r"\u200B\u200C\u200E\u200F\u2028-\u202E\u2060-\u206F\u2800\u3164\uFE00-\uFE0E\uFEFF\uFFA0",
    r"\uFFF0-\uFFFB",
    // Patterns have no escapes for what is beyond U+FFFF.
    "\u{E0000}-\u{E0FFF}"
);
/// A scope.
const SCOPE: &str = "(read|write|admin|channel:[0-9]+)";
/// White space, as Unicode has it.
const SPACE: &str =
    r"\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000";
/// Numbers up to here are written in plain digits, which fit into a username.
const USERNAME_NUMBER_MAX: i64 = 10_i64.pow(15);

/// An id: a positive integer; read also in digits.
pub fn id(generator: &mut SchemaGenerator) -> Schema {
    integer(generator, 1, i64::MAX)
}

/// The number of an event, or 0 for "before all of them"; read also in digits.
pub fn seq(generator: &mut SchemaGenerator) -> Schema {
    integer(generator, 0, i64::MAX)
}

/// An integer within bounds; read also in digits.
fn integer(generator: &SchemaGenerator, min: i64, max: i64) -> Schema {
    let mut number = json_schema!({ "type": "integer", "minimum": min });
    if max < i64::MAX {
        number.insert("maximum".to_owned(), max.into());
    }
    if *generator.contract() == Contract::Serialize {
        return number;
    }
    json_schema!({ "anyOf": [number, { "type": "string", "pattern": "^[0-9]+$" }] })
}

/// As [`integer`], or `null` for the default.
fn optional_integer(min: i64, max: u32) -> Schema {
    json_schema!({ "anyOf": [
        { "type": ["integer", "null"], "minimum": min, "maximum": max },
        { "type": "string", "pattern": "^[0-9]+$" },
    ] })
}

/// Uses of an invite; read also in digits.
pub fn invite_uses(_: &mut SchemaGenerator) -> Schema {
    optional_integer(1, INVITE_USES_MAX)
}

/// Seconds an invite lives; read also in digits.
pub fn invite_seconds(_: &mut SchemaGenerator) -> Schema {
    optional_integer(1, INVITE_SECONDS_MAX)
}

/// The channels of an invite; read also as digits with spaces between them, as forms have it.
pub fn invite_channels(generator: &mut SchemaGenerator) -> Schema {
    let list = json_schema!({
        "type": ["array", "null"], "items": id(generator), "maxItems": INVITE_CHANNELS_MAX,
    });
    json_schema!({ "anyOf": [list, { "type": "string", "pattern": "^[0-9 ]*$" }] })
}

/// The scopes of a token; read also with spaces between them, as forms have it.
pub fn scopes(generator: &mut SchemaGenerator) -> Schema {
    let list = json_schema!({
        "type": ["array", "null"], "items": generator.subschema_for::<Scope>(),
        "minItems": 1, "maxItems": SCOPES_MAX,
    });
    let words = format!("^{SCOPE}( {SCOPE})*$");
    json_schema!({ "anyOf": [list, { "type": "string", "pattern": words }] })
}

/// The attachments of a message; over REST one alone stands for a list of it, as forms have it.
pub fn attachments(generator: &mut SchemaGenerator) -> Schema {
    let id = id(generator);
    let list = json_schema!({
        "type": "array", "items": id, "maxItems": MESSAGE_ATTACHMENTS_MAX,
    });
    if *generator.contract() == Contract::Serialize {
        return list;
    }
    json_schema!({ "anyOf": [list, id, { "type": "null" }] })
}

/// Seconds a token lives; read also in digits.
pub fn token_seconds(_: &mut SchemaGenerator) -> Schema {
    optional_integer(1, TOKEN_SECONDS_MAX)
}

/// The name of a bucket, channel or webhook: something that can be seen.
pub fn name(_: &mut SchemaGenerator) -> Schema {
    visible(NAME_CHARS_MAX)
}

/// Somebody's full name.
pub fn full_name(_: &mut SchemaGenerator) -> Schema {
    visible(USER_NAME_CHARS_MAX)
}

/// The label of a token.
pub fn label(_: &mut SchemaGenerator) -> Schema {
    visible(LABEL_CHARS_MAX)
}

/// The bound is in the pattern: white space around a name is removed before it is counted.
fn visible(max: usize) -> Schema {
    let pattern = format!("^[{SPACE}]*{}[{SPACE}]*$", seen(max));
    json_schema!({ "type": ["string", "number"], "minLength": 1, "pattern": pattern })
}

/// Up to so many characters that can be seen, with white space only within.
fn seen(max: usize) -> String {
    let end = format!("[^{INVISIBLE}{SPACE}]");
    format!("{end}([^{INVISIBLE}]{{0,{}}}{end})?", max - 2)
}

/// Somebody's full name, or none.
pub fn full_name_or_none(_: &mut SchemaGenerator) -> Schema {
    visible_or_none(USER_NAME_CHARS_MAX)
}

/// An e-mail address, or none. It is not checked beyond its length.
pub fn email_or_none(_: &mut SchemaGenerator) -> Schema {
    visible_or_none(EMAIL_CHARS_MAX)
}

/// What somebody says of themselves, or nothing.
pub fn status_or_none(_: &mut SchemaGenerator) -> Schema {
    visible_or_none(STATUS_CHARS_MAX)
}

/// Seconds a status holds; read also in digits.
pub fn status_seconds(_: &mut SchemaGenerator) -> Schema {
    optional_integer(1, STATUS_SECONDS_MAX)
}

/// The icon of a bucket, or none.
pub fn icon_or_none(_: &mut SchemaGenerator) -> Schema {
    visible_or_none(ICON_CHARS_MAX)
}

/// What a channel is about, or nothing.
pub fn topic_or_none(_: &mut SchemaGenerator) -> Schema {
    visible_or_none(TOPIC_CHARS_MAX)
}

fn visible_or_none(max: usize) -> Schema {
    let pattern = format!("^[{SPACE}]*({})?[{SPACE}]*$", seen(max));
    json_schema!({ "type": ["string", "number", "null"], "pattern": pattern })
}

/// A username; read also as a number, which stands for its digits.
pub fn username(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "number"], "minLength": 1,
        "pattern": format!("^[{SPACE}]*[A-Za-z0-9_.-]{{1,{USERNAME_CHARS_MAX}}}[{SPACE}]*$"),
        "minimum": -USERNAME_NUMBER_MAX, "maximum": USERNAME_NUMBER_MAX,
    })
}

/// A new password. Its bounds are bytes, of which a character has up to four: a text within these
/// bounds may be too short or too long.
pub fn password(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "number"],
        "minLength": PASSWORD_BYTES_MIN.div_ceil(4), "maxLength": PASSWORD_BYTES_MAX,
    })
}

/// Any text; a number stands for its digits.
pub fn text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number"] })
}

/// Any text or none; a number stands for its digits.
pub fn text_or_none(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number", "null"] })
}

/// A message's text: something that can be seen. The bound is of bytes: a text of fewer characters may be
/// too long.
pub fn message_text(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = message_text_or_blank(generator);
    schema.insert("pattern".to_owned(), not_blank().into());
    schema
}

/// As [`message_text`], for a message that may have attachments instead.
pub fn message_text_or_blank(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number"], "maxLength": MESSAGE_TEXT_BYTES_MAX })
}

fn not_blank() -> String {
    format!(r"[^{INVISIBLE}\u200D\uFE0F{SPACE}]")
}

/// Asks a new message for a text or for attachments.
pub fn text_or_attachments(schema: &mut Schema) {
    let some = json!([
        { "properties": { "message_text": { "pattern": not_blank() } } },
        { "properties": { "attachments": { "minItems": 1 } }, "required": ["attachments"] },
    ]);
    schema.insert("anyOf".to_owned(), some);
}

/// An emoji, or another short text without white space. The bound is of bytes.
pub fn emoji(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "number"], "minLength": 1, "maxLength": EMOJI_BYTES_MAX,
        "pattern": format!("^[^{INVISIBLE}{SPACE}]+$"),
    })
}

/// A nonce or none; a number stands for its digits.
pub fn nonce_or_none(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "number", "null"], "minLength": 1, "maxLength": NONCE_BYTES_MAX,
        "pattern": "^[!-~]+$",
    })
}

/// The type of a channel that can be created.
pub fn created_type(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["group", "private"] })
}

/// A moment in milliseconds since 1970.
pub fn millis(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer" })
}

impl JsonSchema for Scope {
    fn schema_name() -> Cow<'static, str> {
        "Scope".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": format!("^{SCOPE}$"),
            "description": "`read`, `write`, `admin`, or `channel:` and the channel's id.",
        })
    }
}

impl JsonSchema for Nonce {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Nonce".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "minLength": 1, "maxLength": NONCE_BYTES_MAX, "pattern": "^[!-~]+$",
        })
    }
}

impl JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}
