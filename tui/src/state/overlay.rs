//! What may lie over the chat: the palette, a prompt for one line, a card to read, the
//! search.

use pail_protocol::{BucketId, ChannelId};

use super::action::{Action, InPaste};
use super::digest::Digest;
use super::draft::Draft;
use super::effect::Call;
use super::export::Savable;
use super::input::Size;
use super::palette::Palette;
use super::search::Finder;
use super::threads::Inbox;
use super::viewer::Viewer;
use crate::text::wrap::wrap;
use crate::text::{SafeText, columns};

/// Columns a box takes when there is room.
pub const BOX_COLUMNS: u16 = 66;
/// Columns of a button around its words.
pub const BUTTON_EDGES: usize = 2;
/// Columns between buttons.
pub const BUTTON_GAP: usize = 1;
/// Columns that its frame takes.
const FRAME_COLUMNS: u16 = 4;

/// Rows of a card that are seen at once.
#[must_use]
pub fn card_rows(screen: Size) -> usize {
    usize::from(screen.rows.saturating_sub(2)).max(1)
}

/// The layer over the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// Choosing by typing.
    Palette(Box<Palette>),
    /// One line to be typed.
    Prompt(Prompt),
    /// Something to read, perhaps to confirm.
    Card(Card),
    /// Looking for messages.
    Search(Box<Finder>),
    /// What happened while one was away.
    Digest(Box<Digest>),
    /// The threads one is in.
    Threads(Box<Inbox>),
    /// A picture, as large as it gets.
    Picture(Box<Viewer>),
}

/// One line to be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What is asked.
    pub title: SafeText,
    /// What was typed.
    pub draft: Draft,
    /// Why the last answer would not do.
    pub error: Option<SafeText>,
    /// Whether the server is thinking about it.
    pub is_busy: bool,
    /// What the line is for.
    pub purpose: Purpose,
}

/// What a prompted line is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The name of a new bucket.
    CreateBucket,
    /// The name of a new channel.
    CreateChannel(BucketId),
    /// What a channel is about.
    SetTopic(ChannelId),
    /// What we are called.
    Rename,
    /// Where something is to be saved.
    Save(Box<Savable>),
    /// The command that a text goes through.
    Pipe(String),
}

impl Prompt {
    /// Asks for a line.
    #[must_use]
    pub fn new(title: &str, purpose: Purpose) -> Self {
        let (title, draft) = (SafeText::line(title), Draft::default());
        Self { title, draft, error: None, is_busy: false, purpose }
    }

    /// The same with a line to be changed.
    #[must_use]
    pub fn with(self, line: &str) -> Self {
        Self { draft: Draft::from(line), ..self }
    }

    /// Whether there is something to ask and nothing asked yet. A topic may be none.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let may_be_empty = matches!(self.purpose, Purpose::SetTopic(_));
        !self.is_busy && (may_be_empty || !self.draft.text().trim().is_empty())
    }

    /// Whether it waits for something that leaves the chat.
    #[must_use]
    pub fn is_exporting(&self) -> bool {
        self.is_busy && matches!(self.purpose, Purpose::Save(_) | Purpose::Pipe(_))
    }

    /// What to ask of the server once the line is there, if the line is for it.
    #[must_use]
    pub fn call(&self) -> Option<Call> {
        let name = self.draft.text().trim().to_owned();
        match self.purpose {
            Purpose::CreateBucket => Some(Call::CreateBucket { name }),
            Purpose::CreateChannel(bucket) => Some(Call::CreateChannel { bucket, name }),
            Purpose::SetTopic(channel) => Some(Call::SetTopic { channel, topic: name }),
            Purpose::Rename => Some(Call::Rename { name }),
            Purpose::Save(_) | Purpose::Pipe(_) => None,
        }
    }
}

/// Something to read, perhaps to confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What it is about.
    pub title: SafeText,
    /// What it says.
    pub lines: Vec<SafeText>,
    /// What Enter does, besides putting the card away.
    pub confirms: Option<Confirms>,
    /// Rows that are above what is seen, when not all of it fits.
    pub scroll: usize,
}

/// What can be pressed on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// What Enter does.
    Yes,
    /// What Esc does.
    No,
    /// What another key does.
    Does(Action),
}

/// What a card asks to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirms {
    /// A call to the server.
    Call(Call),
    /// To open a link.
    OpenLink(String),
    /// What was pasted, of which is to be decided what it becomes.
    Paste(String),
    /// To attach a picture of the clipboard, which lies here.
    AttachPicture(String),
    /// To attach the files that a pasted text means, in its place.
    AttachFiles {
        /// Where they lie.
        paths: Vec<String>,
        /// The text.
        text: String,
    },
    /// To forget the login.
    LogOut,
    /// To count everything as read.
    MarkEverythingRead,
}

impl Card {
    /// Columns its text takes on a screen.
    #[must_use]
    pub fn text_columns(&self, screen: u16) -> usize {
        let widest = self.lines.iter().map(SafeText::width).max().unwrap_or(0);
        let room = usize::from(screen.saturating_sub(FRAME_COLUMNS));
        widest.max(usize::from(BOX_COLUMNS - FRAME_COLUMNS)).min(room)
    }

    /// What it says in rows of at most so many columns.
    #[must_use]
    pub fn rows(&self, columns: usize) -> Vec<SafeText> {
        let rows = |line: &SafeText| {
            let ranges = wrap(line.as_str(), columns).into_iter();
            ranges.map(|range| SafeText::line(&line.as_str()[range])).collect::<Vec<_>>()
        };
        self.lines.iter().flat_map(rows).collect()
    }

    /// Moves what is seen by rows.
    pub fn scroll_by(&mut self, rows: isize, screen: Size) {
        let count = self.rows(self.text_columns(screen.columns)).len();
        let end = count.saturating_sub(card_rows(screen));
        self.scroll = self.scroll.saturating_add_signed(rows).min(end);
    }

    /// What can be pressed on it, from left to right.
    #[must_use]
    pub fn buttons(&self) -> &'static [(Button, &'static str)] {
        match self.confirms {
            Some(Confirms::Paste(_)) => &[
                (Button::Does(Action::Paste(InPaste::Edit)), "Enter edit"),
                (Button::Does(Action::Paste(InPaste::Send)), "s send"),
                (Button::Does(Action::Paste(InPaste::Code)), "c code"),
                (Button::Does(Action::Paste(InPaste::File)), "f file"),
                (Button::No, "Esc drop"),
            ],
            Some(_) => &[(Button::Yes, "Enter yes"), (Button::No, "Esc no")],
            None => &[(Button::No, "Esc close")],
        }
    }

    /// The button at a column of the row they are on.
    #[must_use]
    pub fn button_at(&self, column: usize) -> Option<Button> {
        let mut begins = 0;
        self.buttons().iter().find_map(|(button, words)| {
            let ends = begins + columns(words) + BUTTON_EDGES;
            let is_it = (begins..ends).contains(&column);
            begins = ends + BUTTON_GAP;
            is_it.then_some(*button)
        })
    }

    /// Whether it asks what a paste is to be.
    #[must_use]
    pub fn is_about_paste(&self) -> bool {
        matches!(self.confirms, Some(Confirms::Paste(_)))
    }

    /// Something to read.
    #[must_use]
    pub fn new(title: &str, lines: &[&str]) -> Self {
        let lines = lines.iter().map(|line| SafeText::line(line)).collect();
        Self { title: SafeText::line(title), lines, confirms: None, scroll: 0 }
    }
}
