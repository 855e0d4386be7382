//! Search.

use pail_protocol::limits::SEARCH_PAGE_MAX;
use pail_protocol::search::SearchHit;

use super::operation::{Refusal, get};
use super::{Group, id, integer, text};

pub fn group() -> Group {
    let operations = vec![
        get("/api/chat/search/", "Find messages")
            .says(
                "Messages of the channels the caller is a member of that contain all the words. A \
                 word matches whole words, without regard to case and accents; the last one also \
                 the beginning of a word; `\"…\"` a phrase. Every text is a valid query.",
            )
            .must_query("q", text(), "The words; what is beyond 256 characters is ignored.")
            .query("bucket", id(), "Only in this bucket.")
            .query("channel", id(), "Only in this channel.")
            .query("from", id(), "Only of this user.")
            .query("before", id(), "Only messages older than this one: the next page.")
            .query("after", id(), "Only messages newer than this one.")
            .query("limit", integer(1, SEARCH_PAGE_MAX), "How many.")
            .answers::<Vec<SearchHit>>(200, "Newest first.")
            .refuses(Refusal::NotFound),
    ];
    Group { name: "Search", description: "Finding what was said.", operations }
}
