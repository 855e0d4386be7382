//! Messages: what is said, changed, answered and reacted to.

use pail_protocol::limits::HISTORY_PAGE_MAX;
use pail_protocol::message::{EditMessage, Message, PostMessage, React, Revision};

use super::operation::{Operation, Refusal, delete, get, patch, post};
use super::{Group, id, integer, seq, text};

pub fn group() -> Group {
    let mut operations = said();
    operations.extend(changed());
    Group { name: "Messages", description: "What is said in a channel.", operations }
}

fn said() -> Vec<Operation> {
    vec![
        get("/api/chat/channels/{channel_id}/messages/", "Fetch messages")
            .says(
                "Members only, ascending by `seq`. Without parameters: all of them, streamed. \
                 With one: a page, of 100 unless `limit` says otherwise, with a place for every \
                 deleted message too. Give one of `before`, `after` and `around`.",
            )
            .query("limit", integer(1, HISTORY_PAGE_MAX), "How many.")
            .query("before", seq(), "The newest ones before this `seq`.")
            .query("after", seq(), "The oldest ones after this `seq`.")
            .query("around", seq(), "Half before this `seq`, the rest from it on.")
            .query("thread", id(), "Only those of this thread, without its root.")
            .answers::<Vec<Message>>(200, "The messages.")
            .header("X-Pail-Last-Seq", seq(), "The channel's newest event.")
            .header("X-Pail-Epoch", text(), "The database's identity.")
            .optional_header(
                "Link",
                text(),
                "The neighbouring pages: `rel=\"prev\"` is older, `rel=\"next\"` newer.",
            ),
        post("/api/chat/channels/{channel_id}/messages/", "Send a message")
            .says(
                "`@username` of a member mentions them, `@here` everybody. With attachments the \
                 text may be empty.",
            )
            .writes()
            .takes::<PostMessage>()
            .answers::<Message>(201, "The message, once it is durable.")
            .answers::<Message>(200, "The first message of that `nonce`, whatever the text.")
            .gives("message_id"),
        get("/api/chat/messages/{message_id}/thread/", "Read a thread")
            .says("Any message of the thread names it.")
            .query("limit", integer(1, HISTORY_PAGE_MAX), "How many replies.")
            .query("before", seq(), "The newest replies before this `seq`.")
            .query("after", seq(), "The oldest replies after this `seq`.")
            .answers::<Vec<Message>>(200, "The root, then the replies by `seq`."),
    ]
}

fn changed() -> Vec<Operation> {
    vec![
        get("/api/chat/messages/{message_id}/", "Read a message")
            .says("Members of its channel.")
            .answers::<Message>(200, "The message."),
        patch("/api/chat/messages/{message_id}/", "Edit a message")
            .says("Its sender. The same text again changes nothing.")
            .writes()
            .takes::<EditMessage>()
            .answers::<Message>(200, "The message, which has `edited_at` from then on."),
        get("/api/chat/messages/{message_id}/revisions/", "List revisions of a message")
            .says("Its sender, and admins of its bucket who are members of the channel.")
            .answers::<Vec<Revision>>(200, "Oldest first; the last one is what it says now."),
        delete("/api/chat/messages/{message_id}/delete/", "Delete a message")
            .says(
                "Its sender; of a bucket's channel also admins and moderators who are members. \
                 The server forgets the text, its revisions, reactions and attachments; the place \
                 in the channel stays.",
            )
            .writes()
            .answers_empty(204, "It is gone, or was before."),
        post("/api/chat/messages/{message_id}/reactions/add/", "React to a message")
            .says("Members of its channel.")
            .writes()
            .takes::<React>()
            .answers::<Message>(201, "The message with the reaction.")
            .answers::<Message>(200, "The caller had reacted so already."),
        post("/api/chat/messages/{message_id}/reactions/remove/", "Take a reaction back")
            .writes()
            .takes::<React>()
            .answers::<Message>(200, "The message without the reaction."),
        delete("/api/chat/messages/{message_id}/reactions/remove/", "Take back a reaction")
            .says("As with `POST`; the emoji may be in the URL instead of the body.")
            .writes()
            .query("emoji", text(), "Which one.")
            .answers::<Message>(200, "The message without the reaction.")
            .refuses(Refusal::BadRequest),
    ]
}
