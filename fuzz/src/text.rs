//! Whatever somebody writes, through every screen that shows it: only sequences of ours reach the
//! terminal, and two emulators show the cells that were meant. The steps are those of the client's
//! own test; here a fuzzer chooses the text.

#![no_main]
#![allow(dead_code, unused_imports, missing_docs)]

#[path = "../../tui/tests/client/emulated.rs"]
mod emulated;
#[path = "../../tui/tests/client/harness.rs"]
mod harness;
#[path = "../../tui/tests/client/hostile.rs"]
mod hostile;

/// Longest text that is tried: longer ones only repeat.
const BYTES_MAX: usize = 2_000;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(BYTES_MAX)]);
    emulated::visit(&text, 80, 24);
});
