//! What a key can mean, and where. Chords are bound to actions in `keys`.

/// Where the keys go: the innermost layer that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// The chat, with something in the composer.
    Chat,
    /// The chat, with an empty composer. What is not bound here means what it does in the chat.
    EmptyDraft,
    /// The palette, or a choice of people.
    Palette,
    /// A prompt for one line.
    Prompt,
    /// A card to read.
    Card,
    /// The help.
    Help,
    /// The choice of ways in.
    Chooser,
    /// A form of the way in.
    Form,
}

/// What a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Send the draft, or take what is chosen.
    Submit,
    /// Change the draft or move in it.
    Edit(Edit),
    /// Open the palette.
    OpenPalette,
    /// Open the help.
    OpenHelp,
    /// Peel off one layer.
    Cancel,
    /// To the next channel with unread messages; in the end back to where it began.
    NextUnread,
    /// To the channel above.
    PreviousChannel,
    /// To the channel below.
    NextChannel,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the newest message.
    ToBottom,
    /// Take the last refused message back into the composer.
    RecallFailed,
    /// One choice up.
    Up,
    /// One choice down.
    Down,
    /// The next field of a form.
    NextField,
    /// The previous field of a form.
    PreviousField,
    /// Empty the draft; it can be yanked back.
    ClearDraft,
    /// Paint the screen anew.
    Redraw,
    /// Leave.
    Quit,
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
    Left,
    Right,
    WordLeft,
    WordRight,
    LineUp,
    LineDown,
    LineStart,
    LineEnd,
}
