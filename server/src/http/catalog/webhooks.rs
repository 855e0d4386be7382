//! Incoming webhooks.

use pail_protocol::webhook::{CreateWebhook, NewWebhook, Webhook};
use schemars::{Schema, json_schema};

use super::Group;
use super::operation::{JSON, Operation, delete, get, post};

/// What the answers to a posted message are.
const TEXT: &[&str] = &["text/plain"];

pub fn group() -> Group {
    let operations = vec![
        post("/api/chat/channels/{channel_id}/webhooks/create/", "Create a webhook")
            .says("Admins and moderators of the bucket who are members of the channel.")
            .takes::<CreateWebhook>()
            .answers::<NewWebhook>(201, "The webhook, whose URL is shown this once.")
            .gives("webhook_id"),
        get("/api/chat/channels/{channel_id}/webhooks/", "List webhooks")
            .says("Admins and moderators of the bucket who are members of the channel.")
            .answers::<Vec<Webhook>>(200, "By id."),
        delete("/api/chat/webhooks/{webhook_id}/delete/", "Delete a webhook")
            .says("Admins and moderators of the bucket who are members of the channel.")
            .answers_empty(204, "It is gone."),
        posted("/hooks/{key}", "Post to a webhook"),
        posted("/hooks/{key}/slack", "Post to a webhook as to Slack"),
    ];
    Group {
        name: "Webhooks",
        description: "A URL that says in a channel what is posted to it, under a name of its own.",
        operations,
    }
}

fn posted(template: &'static str, summary: &'static str) -> Operation {
    let types: &[_] = &[JSON, "application/x-www-form-urlencoded", "text/plain"];
    post(template, summary)
        .says(
            "JSON as Slack takes it, a form with that JSON in `payload`, or the text itself. The \
             key in the URL is all it needs.",
        )
        .open()
        .takes_as(types, |_| Schema::default())
        .answers_as(200, "Said, once it is durable.", TEXT, |_| json_schema!({ "const": "ok" }))
        .answers_as(
            400,
            "It cannot be said.",
            TEXT,
            |_| json_schema!({ "enum": ["invalid_payload", "no_text", "msg_too_long"] }),
        )
        .answers_as(404, "There is no such key.", TEXT, |_| json_schema!({ "const": "no_service" }))
        .answers_as(
            410,
            "The webhook or its channel was deleted.",
            TEXT,
            |_| json_schema!({ "const": "channel_is_archived" }),
        )
        .answers_as(413, "It is too long.", TEXT, |_| json_schema!({ "type": "string" }))
        .answers_as(507, "The disk is full.", TEXT, |_| json_schema!({ "type": "string" }))
}
