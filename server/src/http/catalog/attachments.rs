//! Attachments.

use pail_protocol::attachment::Attachment;
use schemars::{Schema, json_schema};

use super::operation::{ANY, get, post};
use super::{Group, text};

pub fn group() -> Group {
    let operations = vec![
        post("/api/chat/attachments/create/", "Upload an attachment")
            .says(
                "One part called `file`, which has a file name. At most 25 MiB each, 1 GiB for all \
                 of one person. Until a message carries it, only its uploader sees it; after a day \
                 without one it is deleted.",
            )
            .writes()
            .takes_as(&["multipart/form-data"], |_| form())
            .answers::<Attachment>(201, "The attachment.")
            .gives("attachment_id"),
        get("/api/chat/attachments/{attachment_id}/", "Download an attachment")
            .says("Its uploader, and members of the channel of the message that carries it.")
            .answers_as(200, "The bytes, always as a download.", &[ANY], |_| Schema::default())
            .header("Content-Disposition", text(), "`attachment`, and the file's name.")
            .header("ETag", text(), "Of these bytes, which never change.")
            .answers_empty(304, "The client has them already, by its `If-None-Match`."),
    ];
    Group { name: "Attachments", description: "Files that go along with messages.", operations }
}

fn form() -> Schema {
    json_schema!({
        "type": "object",
        "properties": { "file": { "type": "string", "format": "binary" } },
        "required": ["file"],
    })
}
