//! What is known of an account before any server is reached: the first frame is made of it.
//!
//! It comes from the same calls as everything else and is taken in the same way.

use std::collections::BTreeMap;

use pail_protocol::{ChannelId, Seq};

use super::effect::Call;
use super::input::Answer;
use super::page::Page;

/// What earlier runs learned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cached {
    /// The database all numbers belong to.
    pub epoch: Option<String>,
    /// What the server last listed.
    pub lists: Vec<(Call, Answer)>,
    /// The newest event that was heard of, by channel.
    pub cursors: BTreeMap<ChannelId, Seq>,
    /// What is around the place where one was, in the channel that was open.
    pub page: Option<Page>,
}
