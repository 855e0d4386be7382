//! What a search finds.

use serde::{Deserialize, Serialize};

use crate::BucketId;
use crate::message::Message;

/// A row of `GET /api/chat/search/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SearchHit {
    /// The message that was found.
    #[serde(flatten)]
    pub message: Message,
    /// What its channel is called.
    pub channel_name: String,
    /// The channel's bucket; `null` for a direct message.
    pub bucket: Option<BucketId>,
    /// The part of the text around the first match, with `…` where it was cut.
    pub snippet: String,
    /// Where in `snippet` the matches are: from (inclusive) and to (exclusive), in characters.
    pub matches: Vec<[usize; 2]>,
}
