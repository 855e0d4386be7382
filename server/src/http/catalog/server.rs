//! What a server says about itself.

use pail_protocol::server::{Health, WellKnown};
use schemars::Schema;

use super::Group;
use super::operation::{Operation, get};
use crate::http::schema::{ASYNCAPI_TYPES, OPENAPI_TYPES, PAGE_TYPES};

pub fn group() -> Group {
    let operations = vec![
        get("/.well-known/pail", "Discover the server")
            .says("From a server's address to everything else there is to know.")
            .open()
            .answers::<WellKnown>(200, "Its name, its version, and where things are."),
        document("/api/schema/", "Describe the REST API", OPENAPI_TYPES)
            .says("This document: OpenAPI 3.1 as YAML, or as JSON by `Accept`."),
        document("/api/schema/asyncapi/", "Describe the WebSockets", ASYNCAPI_TYPES)
            .says("AsyncAPI 3.0 as YAML, or as JSON by `Accept`."),
        document("/docs", "Read the reference", PAGE_TYPES).says("This document as a page."),
        get("/healthz", "Ask for health")
            .open()
            .answers::<Health>(200, "The server can read its database.")
            .answers::<Health>(503, "It cannot."),
    ];
    Group {
        name: "Server",
        description: "What a server says about itself, to everybody.",
        operations,
    }
}

fn document(
    template: &'static str,
    summary: &'static str,
    media_types: &'static [&'static str],
) -> Operation {
    get(template, summary)
        .open()
        .answers_as(200, "The document.", media_types, |_| Schema::default())
}
