//! Frames that tell of what was done to messages of `#general`.

use pail_protocol::frame::{MessageDeleted, MessageEdited, ServerFrame};
use pail_protocol::{ChannelId, MessageId, Seq, Timestamp, UserId};

use crate::harness::{BEA, GENERAL};

pub fn edited(seq: i64, message: i64, text: &str) -> ServerFrame {
    ServerFrame::MessageEdited(MessageEdited {
        id: MessageId(message),
        channel_id: ChannelId(GENERAL),
        seq: Seq(seq),
        message_text: text.to_owned(),
        mentions: Vec::new(),
        here: false,
        edited_at: Timestamp::default(),
    })
}

pub fn deleted(seq: i64, message: i64) -> ServerFrame {
    ServerFrame::MessageDeleted(MessageDeleted {
        id: MessageId(message),
        channel_id: ChannelId(GENERAL),
        seq: Seq(seq),
        deleted_at: Timestamp::default(),
        deleted_by: UserId(BEA),
    })
}
