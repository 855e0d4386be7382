//! The pointer: what it does, and which stretch of the timeline's text it has marked.
//!
//! What lies under it follows from the geometry; what comes of it is in `chat::pointing` and `frame`.

use super::timeline::ItemId;

/// Two presses closer together than this are one gesture, in milliseconds.
pub const DOUBLE_MS: i64 = 400;
/// Rows that the wheel moves by.
pub const WHEEL_ROWS: usize = 3;

/// What the pointer does, and where on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub struct Pointer {
    pub gesture: Gesture,
    pub column: u16,
    pub row: u16,
}

/// What the pointer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gesture {
    /// The button goes down.
    Press,
    /// It moves with the button down.
    Drag,
    /// The button comes up.
    Release,
    /// The wheel turns away.
    WheelUp,
    /// The wheel turns towards.
    WheelDown,
}

/// A place in the text of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// In which item.
    pub item: ItemId,
    /// On which of its rows.
    pub line: usize,
    /// Before which column of the text.
    pub column: usize,
}

/// A stretch of text that is being marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marking {
    /// Where it began.
    pub from: Spot,
    /// Where the pointer is.
    pub to: Spot,
    /// Whether it is in the thread beside the chat.
    pub is_thread: bool,
}
