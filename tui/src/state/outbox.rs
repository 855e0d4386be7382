//! Messages of ours that the server has not acknowledged, in the order they were written.
//!
//! Each has a nonce, so sending one again after a lost connection is harmless. What survives a
//! restart is in `keeping`.

mod keeping;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use pail_protocol::frame::{ClientFrame, Send};
use pail_protocol::message::Refers;
use pail_protocol::{ChannelId, Nonce, Timestamp};

use super::uploads::{Stage, Upload, UploadId, Uploads};
use crate::text::SafeText;

/// Messages that may wait at once, refused ones included. Beyond it the composer keeps its text.
pub const UNSENT_MAX: usize = 10_000;
/// Most bytes they hold together.
pub const UNSENT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Messages of a channel that are shown; what waits before them is only counted.
pub const UNSENT_SHOWN_MAX: usize = 200;
/// Messages that are on their way at once; the others follow as these arrive. A connection takes
/// more, so that it is never full of ours.
pub const IN_FLIGHT_MAX: usize = 64;
/// First wait after the server could not take a message, in milliseconds; it doubles.
pub const RETRY_FIRST_MS: i64 = 2_000;
/// Longest wait before a message is sent again, in milliseconds.
pub const RETRY_MAX_MS: i64 = 60_000;
/// Times a message is sent to a server that cannot take it.
pub const TRIES_MAX: u32 = 8;

/// How far a message has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// For a connection.
    Waiting,
    /// It goes out at this time, and what follows in its channel goes after it.
    Later {
        /// When.
        at: Timestamp,
        /// Why the server could not take it; nothing when it was not asked yet.
        reason: Option<SafeText>,
    },
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
    pub text: Arc<str>,
    /// What is shown.
    pub shown: SafeText,
    /// What it refers to.
    pub refers: Refers,
    /// When it was written.
    pub written_at: Timestamp,
    /// How far it has come.
    pub progress: Progress,
    /// Files that go along with it; it waits for them.
    pub files: Vec<Upload>,
    /// How often it was written to a connection. If ever, the server may have it.
    tries: u32,
    /// Where it is kept: what was written later has a greater number.
    place: u64,
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    messages: VecDeque<Unsent>,
    bytes: usize,
    last_place: u64,
    /// The places at which something is different from what is kept.
    changed: BTreeSet<u64>,
}

impl Outbox {
    /// Whether nothing more fits.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.messages.len() >= UNSENT_MAX || self.bytes >= UNSENT_BYTES_MAX
    }

    /// Puts a message at the end. The caller has looked at [`Self::is_full`].
    pub fn push(
        &mut self,
        channel: ChannelId,
        nonce: Nonce,
        text: impl Into<Arc<str>>,
        refers: Refers,
        written_at: Timestamp,
    ) {
        let text = text.into();
        let (shown, progress) = (SafeText::body(&text), Progress::Waiting);
        self.bytes += text.len();
        self.last_place = self.last_place.saturating_add(1);
        self.changed.insert(self.last_place);
        self.messages.push_back(Unsent {
            nonce,
            channel,
            text,
            shown,
            refers,
            written_at,
            progress,
            files: Vec::new(),
            tries: 0,
            place: self.last_place,
        });
    }

    /// What the server would not have.
    pub fn refused(&self) -> impl Iterator<Item = &Unsent> {
        self.messages.iter().filter(|message| matches!(message.progress, Progress::Refused(_)))
    }

    /// The newest message goes out at this time; until then it can be taken back.
    pub fn hold_newest(&mut self, at: Timestamp) {
        if let Some(newest) = self.messages.back_mut() {
            newest.progress = Progress::Later { at, reason: None };
        }
    }

    /// The frames of what is due, in order, as many as may be on their way; they count as sent
    /// from now on.
    pub fn flush(&mut self, now: Timestamp) -> Vec<ClientFrame> {
        let on_their_way = self.messages.iter().filter(|m| m.progress == Progress::Sent).count();
        let mut room = IN_FLIGHT_MAX.saturating_sub(on_their_way);
        let mut held = BTreeSet::new();
        let mut frames = Vec::new();
        for message in &mut self.messages {
            if room == 0 {
                break;
            }
            if message.is_early(now) || message.is_open() && !message.has_all_files() {
                held.insert(message.channel);
            }
            if message.is_open() && !held.contains(&message.channel) {
                room -= 1;
                frames.push(message.frame());
            }
        }
        frames
    }

    /// What was sent and not acknowledged must be sent again.
    pub fn connection_lost(&mut self) {
        for message in &mut self.messages {
            if message.progress == Progress::Sent {
                message.progress = Progress::Waiting;
            }
        }
    }

    /// The server has it. What it was, if it was ours to wait for.
    pub fn acknowledge(&mut self, nonce: &Nonce) -> Option<Unsent> {
        self.remove(nonce)
    }

    /// The server will not have it.
    pub fn refuse(&mut self, nonce: &Nonce, reason: SafeText) {
        if let Some(message) = self.find(nonce) {
            message.progress = Progress::Refused(reason);
        }
    }

    /// The server cannot take it now. After some tries it counts as refused.
    pub fn put_off(&mut self, nonce: &Nonce, reason: SafeText, now: Timestamp) {
        let Some(message) = self.find(nonce) else { return };
        if message.tries >= TRIES_MAX {
            message.progress = Progress::Refused(reason);
            return;
        }
        let wait = RETRY_FIRST_MS << message.tries.saturating_sub(1).min(16);
        let at = now.as_millis().saturating_add(wait.min(RETRY_MAX_MS));
        let (at, reason) = (Timestamp::from_millis(at), Some(reason));
        message.progress = Progress::Later { at, reason };
    }

    /// Sends a message at once that was refused or put off. Whether it was.
    pub fn retry(&mut self, nonce: &Nonce) -> bool {
        let stuck =
            |m: &&mut Unsent| matches!(m.progress, Progress::Refused(_) | Progress::Later { .. });
        let Some(message) = self.find(nonce).filter(stuck) else { return false };
        (message.progress, message.tries) = (Progress::Waiting, message.tries.min(1));
        true
    }

    /// Sends again all that a channel's messages were refused. Whether there were any.
    pub fn retry_refused(&mut self, channel: ChannelId) -> bool {
        let refused: Vec<Nonce> =
            self.refused().filter(|m| m.channel == channel).map(|m| m.nonce.clone()).collect();
        refused.iter().filter(|nonce| self.retry(nonce)).count() > 0
    }

    /// Takes back the newest refused message of a channel.
    pub fn recall(&mut self, channel: ChannelId) -> Option<Arc<str>> {
        let nonce = self.refused().filter(|m| m.channel == channel).last()?.nonce.clone();
        self.remove(&nonce).map(|message| message.text)
    }

    /// Takes back one message that the server cannot have.
    pub fn take_back(&mut self, nonce: &Nonce) -> Option<Unsent> {
        let message = self.find(nonce)?;
        let is_refused = matches!(message.progress, Progress::Refused(_));
        let is_here = message.tries == 0 || is_refused || message.was_put_off();
        if is_here { self.remove(nonce) } else { None }
    }

    /// The newest message of a channel, if it is still held.
    #[must_use]
    pub fn held(&self, channel: ChannelId) -> Option<&Unsent> {
        let newest = self.of(channel).next_back()?;
        matches!(newest.progress, Progress::Later { reason: None, .. }).then_some(newest)
    }

    /// When what is shown of a message changes by itself, or it is due.
    #[must_use]
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let left = self.messages.iter().filter_map(|message| match message.progress {
            Progress::Later { at, .. } => Some(at.as_millis().saturating_sub(now.as_millis())),
            _ => None,
        });
        let left = left.filter(|left| *left > 0).min()?;
        let to_the_second = (left - 1).rem_euclid(1000) + 1;
        Some(Timestamp::from_millis(now.as_millis() + to_the_second))
    }

    /// Whether something is due that was not before.
    #[must_use]
    pub fn has_due(&self, now: Timestamp) -> bool {
        let is_due = |m: &Unsent| matches!(m.progress, Progress::Later { at, .. } if at <= now);
        self.messages.iter().any(is_due)
    }

    /// Forgets what goes to a channel that is gone.
    pub fn forget_channel(&mut self, channel: ChannelId) {
        self.changed.extend(self.of(channel).map(|message| message.place).collect::<Vec<_>>());
        self.messages.retain(|message| message.channel != channel);
        self.bytes = self.messages.iter().map(|message| message.text.len()).sum();
    }

    /// The messages of one channel, oldest first.
    pub fn of(&self, channel: ChannelId) -> impl DoubleEndedIterator<Item = &Unsent> {
        self.messages.iter().filter(move |message| message.channel == channel)
    }

    /// The newest messages of one channel, oldest first.
    pub fn shown(&self, channel: ChannelId) -> impl Iterator<Item = &Unsent> {
        let newest: Vec<_> = self.of(channel).rev().take(UNSENT_SHOWN_MAX).collect();
        newest.into_iter().rev()
    }

    /// Whether one waits for the server, or for its answer.
    #[must_use]
    pub fn has_unsent(&self) -> bool {
        self.messages.iter().any(|message| !matches!(message.progress, Progress::Refused(_)))
    }

    /// How many wait for a connection.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.messages.iter().filter(|message| message.is_open()).count()
    }

    /// Files that go along with the newest message.
    pub fn attach_to_newest(&mut self, files: Vec<Upload>) {
        if let Some(newest) = self.messages.back_mut() {
            newest.files = files;
            self.changed.insert(newest.place);
        }
    }

    /// Something has become of a file. Whether it goes along with one of these.
    pub fn uploaded(&mut self, id: UploadId, stage: Stage) -> bool {
        for message in &mut self.messages {
            if let Some(file) = message.files.iter_mut().find(|file| file.id == id) {
                if let Stage::Failed(why) = &stage {
                    let why = format!("{}: {why}", file.name);
                    message.progress = Progress::Refused(SafeText::line(&why));
                }
                file.stage = stage;
                self.changed.insert(message.place);
                return true;
            }
        }
        false
    }

    /// Gives the files of an earlier run names of this one.
    pub fn name_files(&mut self, names: &mut Uploads) -> Vec<Upload> {
        let mut named = Vec::new();
        for file in self.messages.iter_mut().flat_map(|message| &mut message.files) {
            *file = names.begin(&file.path);
            named.push(file.clone());
        }
        named
    }

    /// The files of a message that failed begin anew.
    pub fn restart_files(&mut self, nonce: &Nonce) -> Vec<Upload> {
        let files = self.find(nonce).into_iter().flat_map(|message| &mut message.files);
        let failed = files.filter(|file| matches!(file.stage, Stage::Failed(_)));
        failed
            .map(|file| {
                file.stage = Stage::Going(0);
                file.clone()
            })
            .collect()
    }

    /// To change something about it.
    fn find(&mut self, nonce: &Nonce) -> Option<&mut Unsent> {
        let found = self.messages.iter_mut().find(|message| message.nonce == *nonce)?;
        self.changed.insert(found.place);
        Some(found)
    }

    fn remove(&mut self, nonce: &Nonce) -> Option<Unsent> {
        let at = self.messages.iter().position(|message| message.nonce == *nonce)?;
        let message = self.messages.remove(at)?;
        self.bytes -= message.text.len();
        self.changed.insert(message.place);
        Some(message)
    }
}

impl Unsent {
    /// Seconds until it goes out, when it waits for a time.
    #[must_use]
    pub fn goes_in_s(&self, now: Timestamp) -> Option<i64> {
        match self.progress {
            Progress::Later { at, .. } => {
                let left = at.as_millis().saturating_sub(now.as_millis());
                Some(left.saturating_add(999).div_euclid(1000).max(0))
            }
            _ => None,
        }
    }

    /// Whether the server has all that goes along with it.
    fn has_all_files(&self) -> bool {
        self.files.iter().all(|file| file.attachment().is_some())
    }

    fn refers_with_files(&self) -> Refers {
        let mut refers = self.refers.clone();
        refers.attachments.extend(self.files.iter().filter_map(Upload::attachment));
        refers
    }

    /// How much of a hundred of its files is at the server; nothing when it waits for none.
    #[must_use]
    pub fn uploading(&self) -> Option<u8> {
        let percent = |file: &Upload| match file.stage {
            Stage::Going(percent) => Some(percent),
            Stage::There(_) | Stage::Failed(_) => None,
        };
        self.files.iter().filter_map(percent).min()
    }

    fn is_open(&self) -> bool {
        matches!(self.progress, Progress::Waiting | Progress::Later { .. })
    }

    fn is_early(&self, now: Timestamp) -> bool {
        matches!(self.progress, Progress::Later { at, .. } if at > now)
    }

    /// Whether the server said that it does not have it.
    fn was_put_off(&self) -> bool {
        matches!(self.progress, Progress::Later { reason: Some(_), .. })
    }

    fn frame(&mut self) -> ClientFrame {
        self.progress = Progress::Sent;
        self.tries = self.tries.saturating_add(1);
        ClientFrame::Send(Send {
            channel_id: self.channel,
            message_text: self.text.to_string(),
            nonce: self.nonce.clone(),
            refers: self.refers_with_files(),
        })
    }
}
