//! What must happen outside: the requests `update` returns as data. Nothing here is executed.

use std::fmt;

use pail_protocol::frame::ClientFrame;
use pail_protocol::{BucketId, ChannelId, MessageId, Seq, UserId};

use super::accounts::AccountKey;
use super::export::{Content, ExportId};
use super::keepsake::Changes;
use super::pasted::Asked;
use super::pictures::Wanted;
use super::settings::{Value, Via};
use super::statuses::NewStatus;
use super::uploads::UploadId;
use crate::text::SafeText;
use crate::text::located::Located;

/// Longest text that goes to the clipboard, in bytes: many terminals drop sequences beyond 100,000
/// bytes, and base64 makes four of three.
pub const COPY_BYTES_MAX: usize = 74_000;

/// Numbers the connections of one run. What belongs to an older one is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Generation(pub u64);

/// Something to be done, and the account that asks for it, if one does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Whose socket, calls and files are meant.
    pub account: Option<AccountKey>,
    /// What is to be done.
    pub effect: Effect,
}

/// Something to be done at the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Open the socket after a delay, ending an older one.
    Connect {
        /// Which connection this will be.
        generation: Generation,
        /// How long to wait first, in milliseconds.
        delay_ms: u64,
    },
    /// Write a frame, if this connection is still the open one.
    SendFrame(Generation, ClientFrame),
    /// Make a REST call; answered with [`super::News::Answered`].
    Call(Generation, Call),
    /// Find a way into a server; answered with [`super::Input::Entered`].
    Enter(Entry),
    /// End the login on the server.
    LogOut,
    /// The login is over: its socket ends and its token is forgotten; the account stays saved.
    Close,
    /// The account came to the front: the next start begins with it.
    CameForward,
    /// Keep what has become different of drafts and unsent messages for the next start.
    Remember(Changes),
    /// Show a notification on the desktop, or in the terminal.
    Notify(Notification),
    /// Put a text into the clipboard, through the terminal.
    Copy(String),
    /// Open a link in a browser, or copy it where that would open elsewhere.
    OpenLink(String),
    /// Ring the terminal's bell.
    Bell,
    /// Bring a file to the server; [`super::News::Upload`] says how far it is.
    Upload {
        /// Its name in this run.
        id: UploadId,
        /// Where it lies.
        path: String,
    },
    /// Let a file be.
    CancelUpload(UploadId),
    /// Save something where nothing is yet; answered with [`super::News::Saved`].
    Save {
        /// Its name in this run.
        id: ExportId,
        /// What.
        content: Content,
        /// Where to, as it was typed.
        path: String,
    },
    /// Put a text through a command of the shell; answered with [`super::News::Piped`].
    Pipe {
        /// Its name in this run.
        id: ExportId,
        /// The command, as the shell reads it.
        command: String,
        /// What it reads.
        text: String,
    },
    /// Have a picture at hand; answered with [`super::News::Picture`].
    Picture(Wanted),
    /// Stop exporting.
    CancelExport(ExportId),
    /// Ask this machine about what is being written; answered with [`super::News::Local`].
    Ask(Asked),
    /// Have a draft edited in another program; answered with [`super::News::Edited`].
    EditElsewhere(String),
    /// Find out which of these files are there; answered with [`super::News::FilesFound`].
    LookForFiles(Vec<String>),
    /// Open a file of this machine in the editor; answered with [`super::News::Edited`] if that
    /// fails.
    OpenFile(Located),
    /// Stop until the shell lets us go on.
    Suspend,
    /// Paint the whole screen anew.
    Redraw,
    /// Write a setting down; it is in force already.
    #[expect(missing_docs, reason = "the words say it")]
    Choose { section: &'static str, key: &'static str, value: Value },
    /// Leave.
    Quit,
}

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Who, and where.
    pub title: SafeText,
    /// What they said, shortened.
    pub body: SafeText,
    /// Who shows it.
    pub via: Via,
}

/// A REST call. Lists and pages belong to a connection; what a person asked for does not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the documented calls")]
pub enum Call {
    /// The caller's buckets.
    Buckets,
    /// The channels of one bucket.
    Channels { bucket: BucketId },
    /// All direct messages.
    Directs,
    /// Everybody the caller shares a bucket with.
    People,
    /// Where the caller stands in every channel.
    Unread,
    /// The messages just before `before`.
    HistoryBefore { channel: ChannelId, before: Seq },
    /// The messages just after `after`.
    HistoryAfter { channel: ChannelId, after: Seq },
    /// A page around `seq`: half before it, the rest from it on.
    HistoryAround { channel: ChannelId, seq: Seq },
    /// A thread's root, and the newest of its replies, or those just before `before`.
    Thread { root: MessageId, before: Option<Seq> },
    /// The newest threads we are in, as far as this machine has kept them.
    Threads,
    /// A message that is not at hand.
    Message { message: MessageId },
    /// What a message said before it was changed.
    Revisions { message: MessageId },
    /// Messages that contain words.
    Search(Box<Search>),
    /// A message says something else.
    EditMessage { message: MessageId, text: String },
    /// A message is to be forgotten.
    DeleteMessage { message: MessageId },
    /// A reaction of ours.
    React { message: MessageId, emoji: String },
    /// A reaction of ours, taken back.
    Unreact { message: MessageId, emoji: String },
    /// Everything up to `seq` has been seen.
    MarkRead { channel: ChannelId, seq: Seq },
    /// From `seq` on nothing has been seen.
    MarkUnread { channel: ChannelId, seq: Seq },
    /// Whether a channel disturbs us by more than mentions.
    Mute { channel: ChannelId, is_muted: bool },
    /// Who is in a channel.
    ChannelMembers { channel: ChannelId },
    /// Who is in a bucket, with which role.
    BucketMembers { bucket: BucketId },
    /// What a channel is about.
    SetTopic { channel: ChannelId, topic: String },
    /// What we are called.
    Rename { name: String },
    /// What we say of ourselves, or nothing any more.
    SetStatus(NewStatus),
    /// A new bucket.
    CreateBucket { name: String },
    /// A new channel.
    CreateChannel { bucket: BucketId, name: String },
    /// The direct message with somebody.
    OpenDirect { user: UserId },
    /// Somebody into a channel.
    AddToChannel { channel: ChannelId, user: UserId },
    /// Somebody into a bucket.
    AddToBucket { bucket: BucketId, user: UserId },
    /// Somebody out of a channel.
    RemoveFromChannel { channel: ChannelId, user: UserId },
    /// Oneself into a channel of ours.
    JoinChannel { channel: ChannelId },
    /// Oneself out of a channel.
    LeaveChannel { channel: ChannelId },
    /// A line with which others join a bucket.
    Invite { bucket: BucketId },
}

/// What is searched for, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// The words; every text is a valid query.
    pub words: String,
    /// Only there.
    pub within: Within,
    /// Only what is older than this.
    pub before: Option<MessageId>,
}

/// How far a search reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Within {
    #[default]
    Everything,
    Bucket(BucketId),
    Channel(ChannelId),
}

/// A way into a server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are what the forms ask for")]
pub enum Entry {
    /// With somebody's invite.
    Join { link: String, name: String },
    /// With an account.
    LogIn { server: String, username: String, password: Secret },
    /// By starting a server on this machine.
    Host { name: String, team: String },
    /// Into a pretend team in memory.
    Demo,
}

/// A text that `Debug` does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
