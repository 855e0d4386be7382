//! What happened outside: everything `update` can be told. Time is one of these things.

use pail_protocol::account::{Profile, Status};
use pail_protocol::bucket::{Bucket, BucketMember, BucketSummary};
use pail_protocol::channel::{Channel, ChannelMember, ChannelSummary, DirectMessage, Unread};
use pail_protocol::error::ErrorCode;
use pail_protocol::frame::ServerFrame;
use pail_protocol::message::{Message, Revision};
use pail_protocol::search::SearchHit;
use pail_protocol::{AttachmentId, Timestamp, UserId};

use super::accounts::AccountKey;
use super::action::Action;
use super::cached::Cached;
use super::effect::{Call, Generation};
use super::export::{ExportId, Piped};
use super::keepsake::Keepsake;
use super::keytable::KeyTable;
use super::page::Page;
use super::pasted::Found;
use super::pictures::{Canvas, Missing, Pixels};
use super::pointer::Pointer;
use super::settings::Settings;
use super::uploads::{Stage, UploadId};
use super::vim::Command;
use crate::text::SafeText;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// It is now this late. Comes before every batch of other inputs.
    Time(Timestamp),
    /// The terminal has this size.
    Resized(Size),
    /// The terminal gained or lost the focus.
    Focus(bool),
    /// Pictures are shown like this from now on, or are not.
    Canvas(Option<Canvas>),
    /// A key that means something here.
    Do(Action),
    /// Keys that are a command of vim's normal mode.
    Command(Command),
    /// The pointer did something.
    Pointed(Pointer),
    /// A key that means itself.
    Typed(char),
    /// Keys that mean something only with the next one, or did not; nothing once that is over.
    Sequence(SafeText),
    /// The settings and the keys are these now.
    Configured(Box<Configuration>),
    /// Text from the clipboard.
    Pasted(String),
    /// A whole line, where there are no keys.
    Line(String),
    /// The way into a server ended, or why it did not.
    Entered(Result<Entered, SafeText>),
    /// There is news for one of the open accounts.
    Account(AccountKey, News),
}

/// What is news to one account.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// The socket has something to say.
    Net(Generation, NetEvent),
    /// Something is wrong around here and stays so: whoever types must know.
    Warned(SafeText),
    /// Something to be said in passing.
    Said(SafeText),
    /// A REST call was answered.
    Answered(Generation, Call, Result<Answer, Refusal>),
    /// Something has become of a file.
    Upload(UploadId, Stage),
    /// Something was saved at a place, or why not.
    Saved(ExportId, Result<SafeText, SafeText>),
    /// What came of a command, or why it did not begin.
    Piped(ExportId, Result<Piped, SafeText>),
    /// Of the files that were looked for these are there.
    FilesFound(Vec<String>),
    /// A draft comes back from another program, or why it does not.
    Edited(Result<String, SafeText>),
    /// How large a picture is, or why it is not here.
    Picture(AttachmentId, Result<Pixels, Missing>),
    /// What this machine says while one writes.
    Local(Found),
}

/// What was chosen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Configuration {
    /// The settings.
    pub settings: Settings,
    /// What can be done, with the keys for it.
    pub keys: KeyTable,
    /// What could not be had.
    pub problem: Option<SafeText>,
}

/// Columns and rows of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub struct Size {
    pub columns: u16,
    pub rows: u16,
}

/// Who is in, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Entered {
    /// Its name during this run. One that is open already is meant to come forward.
    pub account: AccountKey,
    /// The account.
    pub me: Me,
    /// What an earlier run left unsaid.
    pub keepsake: Box<Keepsake>,
    /// What earlier runs learned.
    pub cached: Box<Cached>,
    /// Whether nobody asked for it just now: it stays behind what is shown.
    pub is_background: bool,
}

/// The account that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// The server, as people write it.
    pub server: SafeText,
    /// The caller.
    pub id: UserId,
    /// What mentions name.
    pub username: SafeText,
    /// The full name.
    pub name: SafeText,
}

impl Me {
    /// The server without what goes without saying.
    #[must_use]
    pub fn host(&self) -> &str {
        let server = self.server.as_str();
        server.split_once("://").map_or(server, |(_, host)| host).trim_end_matches('/')
    }

    /// Who, and where: it tells accounts from one another.
    #[must_use]
    pub fn label(&self) -> SafeText {
        SafeText::line(&format!("{} on {}", self.username, self.host()))
    }
}

/// What a socket does.
#[derive(Debug, Clone, PartialEq)]
pub enum NetEvent {
    /// A frame came.
    Frame(Box<ServerFrame>),
    /// It is over, or never began.
    Closed {
        /// The close code, when the server said one.
        code: Option<u16>,
        /// Why, for people.
        reason: SafeText,
    },
}

/// What a call brought.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "named as the calls")]
pub enum Answer {
    Buckets(Vec<BucketSummary>),
    Channels(Vec<ChannelSummary>),
    Directs(Vec<DirectMessage>),
    People(Vec<Profile>),
    Unread(Vec<Unread>),
    History(Page),
    Thread(Vec<Message>),
    /// Messages of several threads.
    Threads(Vec<Message>),
    Message(Box<Message>),
    Revisions(Vec<Revision>),
    Found(Vec<SearchHit>),
    /// What this machine has of it: the server is not reached.
    FoundHere(Vec<SearchHit>),
    /// A message was edited, deleted or reacted to, or a member removed; the socket says the same.
    Changed,
    MarkedUnread(Unread),
    Muted(Unread),
    ChannelMembers(Vec<ChannelMember>),
    BucketMembers(Vec<BucketMember>),
    /// A topic or our own name; the socket says the same.
    Renamed,
    StatusSet(Option<Status>),
    JoinedChannel(ChannelMember),
    MarkedRead(Unread),
    BucketCreated(Bucket),
    ChannelCreated(Channel),
    DirectOpened(Channel),
    AddedToChannel(ChannelMember),
    AddedToBucket(BucketMember),
    LeftChannel,
    /// The whole line to hand on.
    Invited(String),
}

/// Why a call brought nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For deciding; `None` when the server was not reached or gave none.
    pub code: Option<ErrorCode>,
    /// Whether the server looked at this request and will not have it. Otherwise it was not
    /// reached, failed, was too busy, or is not one of ours.
    pub is_final: bool,
    /// For people.
    pub sentence: SafeText,
}
