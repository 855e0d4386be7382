//! Messages of ours that the server has not acknowledged, in the order they were written.
//!
//! Each has a nonce, so sending one again after a lost connection is harmless.

use std::collections::VecDeque;

use pail_protocol::frame::{ClientFrame, Send};
use pail_protocol::message::Refers;
use pail_protocol::{ChannelId, Nonce, Timestamp};

use super::keepsake::KeptMessage;
use crate::text::SafeText;

/// Messages that may wait at once, refused ones included. Beyond it the composer keeps its text.
pub const UNSENT_MAX: usize = 200;

/// How far a message has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// For a connection.
    Waiting,
    /// Written to the connection; its echo is to come.
    Sent,
    /// The server will not have it, and says why.
    Refused(SafeText),
}

/// A message that is not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Its own name.
    pub nonce: Nonce,
    /// Where it goes.
    pub channel: ChannelId,
    /// What goes.
    pub text: String,
    /// What is shown.
    pub shown: SafeText,
    /// What it refers to.
    pub refers: Refers,
    /// When it was written.
    pub written_at: Timestamp,
    /// How far it has come.
    pub progress: Progress,
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    messages: VecDeque<Unsent>,
}

impl Outbox {
    /// Whether nothing more fits.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.messages.len() >= UNSENT_MAX
    }

    /// Puts a message at the end. The caller has looked at [`Self::is_full`].
    pub fn push(
        &mut self,
        channel: ChannelId,
        nonce: Nonce,
        text: String,
        refers: Refers,
        written_at: Timestamp,
    ) {
        let (shown, progress) = (SafeText::body(&text), Progress::Waiting);
        self.messages.push_back(Unsent {
            nonce,
            channel,
            text,
            shown,
            refers,
            written_at,
            progress,
        });
    }

    /// What an earlier run left.
    pub fn restore(&mut self, kept: Vec<KeptMessage>) {
        for message in kept.into_iter().take(UNSENT_MAX) {
            let at = message.written_at();
            self.push(message.channel, message.nonce, message.text, message.refers, at);
        }
    }

    /// What the server would not have.
    pub fn refused(&self) -> impl Iterator<Item = &Unsent> {
        self.messages.iter().filter(|message| matches!(message.progress, Progress::Refused(_)))
    }

    /// What to leave to the next run. What was refused is not to be sent again.
    #[must_use]
    pub fn kept(&self) -> Vec<KeptMessage> {
        let open = self.messages.iter().filter(|m| !matches!(m.progress, Progress::Refused(_)));
        open.map(|message| KeptMessage {
            channel: message.channel,
            nonce: message.nonce.clone(),
            text: message.text.clone(),
            refers: message.refers.clone(),
            written_ms: message.written_at.as_millis(),
        })
        .collect()
    }

    /// The frames of all that waits, in order; they count as sent from now on.
    pub fn flush(&mut self) -> Vec<ClientFrame> {
        let waiting = self.messages.iter_mut().filter(|m| m.progress == Progress::Waiting);
        waiting
            .map(|message| {
                message.progress = Progress::Sent;
                ClientFrame::Send(Send {
                    channel_id: message.channel,
                    message_text: message.text.clone(),
                    nonce: message.nonce.clone(),
                    refers: message.refers.clone(),
                })
            })
            .collect()
    }

    /// What was sent and not acknowledged must be sent again.
    pub fn connection_lost(&mut self) {
        for message in &mut self.messages {
            if message.progress == Progress::Sent {
                message.progress = Progress::Waiting;
            }
        }
    }

    /// The server has it. Whether it was ours to wait for.
    pub fn acknowledge(&mut self, nonce: &Nonce) -> bool {
        let before = self.messages.len();
        self.messages.retain(|message| message.nonce != *nonce);
        self.messages.len() < before
    }

    /// The server will not have it.
    pub fn refuse(&mut self, nonce: &Nonce, reason: SafeText) {
        if let Some(message) = self.messages.iter_mut().find(|m| m.nonce == *nonce) {
            message.progress = Progress::Refused(reason);
        }
    }

    /// Takes back the newest refused message of a channel.
    pub fn recall(&mut self, channel: ChannelId) -> Option<String> {
        let refused =
            |m: &Unsent| m.channel == channel && matches!(m.progress, Progress::Refused(_));
        let at = self.messages.iter().rposition(refused)?;
        self.messages.remove(at).map(|message| message.text)
    }

    /// Takes back one message that was refused.
    pub fn take_back(&mut self, nonce: &Nonce) -> Option<Unsent> {
        let at = self.messages.iter().position(|message| message.nonce == *nonce)?;
        let is_refused = matches!(self.messages[at].progress, Progress::Refused(_));
        if is_refused { self.messages.remove(at) } else { None }
    }

    /// Forgets what goes to a channel that is gone.
    pub fn forget_channel(&mut self, channel: ChannelId) {
        self.messages.retain(|message| message.channel != channel);
    }

    /// The messages of one channel, oldest first.
    pub fn of(&self, channel: ChannelId) -> impl DoubleEndedIterator<Item = &Unsent> {
        self.messages.iter().filter(move |message| message.channel == channel)
    }

    /// How many wait for a connection.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.messages.iter().filter(|m| m.progress == Progress::Waiting).count()
    }
}
