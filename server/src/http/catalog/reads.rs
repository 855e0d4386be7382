//! What of each channel is unread, and whether it is muted.

use pail_protocol::channel::{MarkRead, MarkUnread, Unread};

use super::Group;
use super::operation::{get, post};

pub fn group() -> Group {
    let operations = vec![
        get("/api/chat/unread/", "List unread counts").answers::<Vec<Unread>>(
            200,
            "A row per channel of the caller. `unread` counts messages of others beyond \
             `read_seq`, `mentions` those of them that mention the caller or everybody; both stop \
             at 1000, and look at the newest 2000 messages beyond it.",
        ),
        post("/api/chat/channels/{channel_id}/read/", "Mark as read")
            .says("Never goes back, and never beyond the newest event.")
            .writes()
            .takes::<MarkRead>()
            .answers::<Unread>(200, "Where the caller stands now."),
        post("/api/chat/channels/{channel_id}/unread/", "Mark as unread")
            .says("From this event on everything counts as not seen. Never goes forward.")
            .writes()
            .takes::<MarkUnread>()
            .answers::<Unread>(200, "Where the caller stands now."),
        post("/api/chat/channels/{channel_id}/mute/", "Mute a channel")
            .says("The caller wants to hear nothing of it but mentions.")
            .writes()
            .answers::<Unread>(200, "Where the caller stands now."),
        post("/api/chat/channels/{channel_id}/unmute/", "Unmute a channel")
            .says("The caller wants to hear everything again.")
            .writes()
            .answers::<Unread>(200, "Where the caller stands now."),
    ];
    Group {
        name: "Unread",
        description: "What the caller has not seen yet, and does not want to hear.",
        operations,
    }
}
