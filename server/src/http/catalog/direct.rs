//! Direct messages.

use pail_protocol::channel::{Channel, CreateDirectMessage, DirectMessage};
use pail_protocol::limits::RECENT_DIRECT_MAX;

use super::operation::{Refusal, get, post};
use super::{Group, integer};

pub fn group() -> Group {
    let operations = vec![
        get("/api/chat/direct-messages/recent/", "List recent direct messages")
            .query("limit", integer(1, RECENT_DIRECT_MAX), "How many.")
            .answers::<Vec<DirectMessage>>(200, "Those with a message, newest first."),
        get("/api/chat/direct-messages/", "List all direct messages")
            .answers::<Vec<DirectMessage>>(200, "Newest first, empty ones last."),
        post("/api/chat/direct-messages/create/", "Open a direct message")
            .says("The two must share a bucket.")
            .writes()
            .takes::<CreateDirectMessage>()
            .answers::<Channel>(201, "A new one.")
            .answers::<Channel>(200, "The one the two have already.")
            .gives("channel_id")
            .refuses(Refusal::NotFound),
    ];
    Group {
        name: "Direct messages",
        description: "A direct message is a channel of two people and no bucket.",
        operations,
    }
}
