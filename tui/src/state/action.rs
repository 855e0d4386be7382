//! What a key can mean, and where. Chords are bound to actions in `keys`.

use super::modal::Modal;

/// Where the keys go: the innermost layer that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// The chat, with something in the composer.
    Chat,
    /// The chat, with an empty composer. What is not bound here means what it does in the chat.
    EmptyDraft,
    /// The chat, with a message selected.
    Select,
    /// The chat, with a list of what the word at the caret may become. What is not bound here means
    /// what it does in the chat.
    Completion,
    /// The sidebar has the keys. What is not bound here means what it does in the chat.
    Sidebar,
    /// The sidebar is being narrowed. As for [`Self::Sidebar`].
    Filter,
    /// The members of the channel have the keys. As for [`Self::Sidebar`].
    Members,
    /// The palette, or a choice of people.
    Palette,
    /// Looking for messages.
    Search,
    /// Reading what happened while one was away.
    Digest,
    /// Among the threads one is in.
    Threads,
    /// A picture on the whole screen.
    Picture,
    /// A prompt for one line.
    Prompt,
    /// A card to read.
    Card,
    /// A card that asks what a paste is to be.
    Paste,
    /// The help.
    Help,
    /// The settings.
    Settings,
    /// Vim's normal mode over the composer. What is not bound here means what it does in the chat.
    Normal,
    /// The choice of ways in.
    Chooser,
    /// A form of the way in.
    Form,
}

impl Context {
    /// Where a key means what it does when it is not bound here.
    #[must_use]
    pub const fn around(self) -> Option<Self> {
        match self {
            Self::Normal
            | Self::EmptyDraft
            | Self::Completion
            | Self::Sidebar
            | Self::Filter
            | Self::Members => Some(Self::Chat),
            _ => None,
        }
    }
}

/// What a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Send the draft, or take what is chosen.
    Submit,
    /// Peel off one layer.
    Cancel,
    /// One choice up.
    Up,
    /// One choice down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// The next field of a form.
    NextField,
    /// The previous field of a form.
    PreviousField,
    /// Decide about a channel of the digest.
    Digest(InDigest),
    /// Look further: from the channel to its bucket to everything.
    Widen,
    /// Change the draft or move in it.
    Edit(Edit),
    /// Something else about what is being written.
    Compose(Compose),
    /// Decide what a paste is to be.
    Paste(InPaste),
    /// Go elsewhere.
    Go(Go),
    /// Open what lies over the chat or beside it.
    Open(Open),
    /// Select a message, or do something about the one that is selected.
    Message(OnMessage),
    /// Give the terminal to the shell for a while.
    Suspend,
    /// Do something about a member, or the members, of the channel.
    Member(OnMember),
    /// What a key of vim's normal mode does.
    Modal(Modal),
    /// Paint the screen anew.
    Redraw,
    /// Leave.
    Quit,
}

/// What is done about what is being written, besides editing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compose {
    /// Empty the draft; it can be yanked back.
    Clear,
    /// Complete the word at the caret.
    Complete,
    /// Edit the draft in another program.
    Elsewhere,
    /// Paste what the clipboard holds.
    Paste,
}

/// What a paste is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InPaste {
    /// Part of the draft.
    Edit,
    /// A block of code in the draft.
    Code,
    /// A message.
    Send,
    /// A file.
    File,
}

/// Where one can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Go {
    /// To the next channel with unread messages; in the end back to where it began.
    NextUnread,
    /// To the next unread message that mentions us; in the end back to where it began.
    NextMention,
    /// To the first unread message here.
    FirstUnread,
    /// To where one was before.
    Back,
    /// Forward again.
    Forward,
    /// To the channel above.
    PreviousChannel,
    /// To the channel below.
    NextChannel,
    /// To the newest message, or the last row.
    Newest,
    /// To the first row.
    First,
    /// To a bucket, by its number.
    Bucket(u8),
    /// To the bucket above.
    PreviousBucket,
    /// To the bucket below.
    NextBucket,
    /// To the next part of the screen.
    NextPart,
}

/// What is done about one message: the one that is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnMessage {
    /// Select the newest.
    Select,
    /// Select the oldest that is kept.
    First,
    /// Select the newest again.
    Last,
    /// Show all of a long one, or fold it again.
    Unfold,
    /// Change what it says; one of ours that was refused comes back into the composer.
    Edit,
    /// Answer it.
    Reply,
    /// Delete it, after asking.
    Delete,
    /// Send one of ours again that was refused or waits.
    Retry,
    /// Forget one of ours that was not sent.
    Discard,
    /// Copy what it says, as it was written.
    Copy,
    /// Copy a link to it.
    CopyLink,
    /// Copy one of its blocks of code, numbered from one.
    CopyBlock(u8),
    /// Save a file of it, or what it says.
    Save,
    /// Count it and what came after it as unread.
    MarkUnread,
    /// See its pictures on the whole screen.
    View,
    /// Put what it says through a command of the shell.
    Pipe,
    /// Choose an emoji to react with.
    React,
    /// Open a link in it, after asking.
    OpenLink,
    /// Open its thread beside the chat.
    Thread,
    /// Show what it said before it was changed.
    History,
    /// Go to the message it answers.
    GoToAnswered,
}

/// What is done about the members of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnMember {
    /// Add somebody.
    Add,
    /// Remove the one that is marked.
    Remove,
}

/// What is decided about a channel of the digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InDigest {
    /// It counts as read.
    Done,
    /// It comes back in the morning.
    Snooze,
    /// It is to call only by mentions.
    Mute,
}

/// What can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Open {
    /// The palette.
    Palette,
    /// The channels last looked at.
    Recents,
    /// The sidebar: it is shown and gets the keys, or is put away.
    Sidebar,
    /// What narrows the sidebar.
    Filter,
    /// The members of the channel: they are shown and get the keys, or are put away.
    Members,
    /// The search for messages.
    Search,
    /// What happened while one was away.
    Digest,
    /// The threads one is in.
    Threads,
    /// The thread beside the chat; once more puts it away.
    Thread,
    /// The help.
    Help,
    /// The settings.
    Settings,
}

/// A change to a draft, as readline names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Edit {
    NewLine,
    Backspace,
    Delete,
    DeleteWordBack,
    DeleteWordForward,
    KillToStart,
    KillToEnd,
    Yank,
    YankOlder,
    Undo,
    Redo,
    Left,
    Right,
    WordLeft,
    WordRight,
    LineUp,
    LineDown,
    LineStart,
    LineEnd,
}
