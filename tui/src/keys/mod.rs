//! What keys mean: chords, the keys as they come, and the keys as they are configured.
//!
//! It knows neither the terminal's events (see `io::terminal`) nor what an action does.

mod chord;
mod defaults;
mod keyboard;
pub mod listing;
mod map;
pub mod taken;

pub use chord::{Chord, Key, Sequence};
pub use keyboard::Keyboard;
pub use map::{KeyMap, Meaning, Override};

#[cfg(test)]
mod tests;
