//! What every part may need to know of the world around it. Nothing here changes by itself: it is told.

use jiff::tz::TimeZone;
use pail_protocol::Timestamp;

use super::geometry::Beside;
use super::input::{Configuration, Size};
use super::pictures::Canvas;
use crate::text::SafeText;

/// What every part may need to know of the world around it.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The last time that was told.
    pub now: Timestamp,
    /// The terminal's size.
    pub size: Size,
    /// Whether the terminal has the focus; assumed until it says otherwise. To a chat that is not
    /// shown it has not.
    pub is_focused: bool,
    /// Where the reader is.
    pub zone: TimeZone,
    /// What was chosen: settings, and what the keys do.
    pub chosen: Configuration,
    /// Keys that mean something only with the next one, or did not.
    pub sequence: SafeText,
    /// Whether vim's normal mode is on.
    pub is_normal: bool,
    /// What is wanted beside the chat.
    pub beside: Beside,
    /// How pictures are shown, if they are.
    pub canvas: Option<Canvas>,
}

impl Surroundings {
    /// Before anything was told but where one is.
    #[must_use]
    pub fn new(size: Size, zone: TimeZone) -> Self {
        Self {
            now: Timestamp::default(),
            size,
            is_focused: true,
            zone,
            chosen: Configuration::default(),
            sequence: SafeText::default(),
            is_normal: false,
            beside: Beside::default(),
            canvas: None,
        }
    }
}
