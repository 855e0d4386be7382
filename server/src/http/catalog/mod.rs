//! Every operation of the API, written down: what `/api/schema/` and `/docs` tell. One file per
//! noun, in the order of `docs/api.md`. A test compares it with `routes.rs`, so that neither has
//! what the other lacks.

mod accounts;
mod attachments;
mod buckets;
mod channels;
mod direct;
mod invites;
mod messages;
pub mod operation;
mod reads;
mod search;
mod server;
#[cfg(test)]
mod tests;
mod tokens;
mod webhooks;

use schemars::{Schema, json_schema};

pub use operation::Operation;

/// Operations about one noun.
pub struct Group {
    /// What the reference calls them.
    pub name: &'static str,
    /// What they have in common.
    pub description: &'static str,
    /// In the order in which they are told.
    pub operations: Vec<Operation>,
}

/// All operations.
pub fn groups() -> Vec<Group> {
    vec![
        accounts::group(),
        tokens::group(),
        buckets::group(),
        invites::group(),
        channels::group(),
        direct::group(),
        messages::group(),
        attachments::group(),
        reads::group(),
        search::group(),
        webhooks::group(),
        server::group(),
    ]
}

/// What the methods of a URL do, a few words each.
pub fn summaries(template: &str) -> Vec<&'static str> {
    let operations = groups().into_iter().flat_map(|group| group.operations);
    operations.filter(|one| one.template == template).map(|one| one.summary).collect()
}

/// An integer in a URL.
fn integer(min: i64, max: usize) -> Schema {
    json_schema!({ "type": "integer", "minimum": min, "maximum": max })
}

/// An id in a URL.
fn id() -> Schema {
    json_schema!({ "type": "integer", "minimum": 1 })
}

/// A `seq` in a URL.
fn seq() -> Schema {
    json_schema!({ "type": "integer", "minimum": 0 })
}

/// Any text in a URL or header.
fn text() -> Schema {
    json_schema!({ "type": "string" })
}
