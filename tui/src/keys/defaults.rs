//! The keys as they come: every binding with the words the help shows for it.
//!
//! Chosen to survive tmux, zellij and old terminals: Ctrl-J is a line break everywhere.

use super::{Chord, Key};
use crate::state::Context::{Card, Chat, Chooser, EmptyDraft, Form, Help, Palette, Prompt};
use crate::state::{Action, Context, Edit};

/// Chords that mean an action in some contexts.
#[derive(Debug)]
pub struct Binding {
    /// Where.
    pub contexts: &'static [Context],
    /// Which keys; the first is the one hints show.
    pub chords: &'static [Chord],
    /// What they mean.
    pub action: Action,
    /// What the help says of it; nothing for what goes without saying.
    pub help: Option<&'static str>,
}

const fn key(character: char) -> Key {
    Key::Char(character)
}

const fn bind(
    contexts: &'static [Context],
    chords: &'static [Chord],
    action: Action,
    help: &'static str,
) -> Binding {
    Binding { contexts, chords, action, help: Some(help) }
}

const fn quiet(contexts: &'static [Context], chords: &'static [Chord], action: Action) -> Binding {
    Binding { contexts, chords, action, help: None }
}

const TYPING: &[Context] = &[Chat, Palette, Prompt, Form];
const LISTS: &[Context] = &[Palette, Help, Chooser];

/// All bindings.
pub const BINDINGS: &[Binding] = &[
    bind(&[Chat], &[Chord::plain(Key::Enter)], Action::Submit, "send"),
    bind(
        &[Chat],
        &[Chord::ctrl(key('j')), Chord::alt(Key::Enter), Chord::shift(Key::Enter)],
        Action::Edit(Edit::NewLine),
        "new line",
    ),
    bind(&[Chat], &[Chord::ctrl(key('k'))], Action::OpenPalette, "go anywhere, do anything"),
    bind(&[Chat], &[Chord::alt(key('a'))], Action::NextUnread, "next unread, in the end back"),
    bind(
        &[Chat],
        &[Chord::alt(Key::Up), Chord::ctrl(Key::Up)],
        Action::PreviousChannel,
        "channel above",
    ),
    bind(
        &[Chat],
        &[Chord::alt(Key::Down), Chord::ctrl(Key::Down)],
        Action::NextChannel,
        "channel below",
    ),
    bind(&[Chat], &[Chord::plain(Key::PageUp)], Action::PageUp, "older messages"),
    bind(&[Chat], &[Chord::plain(Key::PageDown)], Action::PageDown, "newer messages"),
    bind(
        &[EmptyDraft],
        &[Chord::plain(Key::End)],
        Action::ToBottom,
        "newest message (composer empty)",
    ),
    bind(&[Chat], &[Chord::alt(Key::End)], Action::ToBottom, "newest message"),
    bind(
        &[EmptyDraft],
        &[Chord::plain(Key::Up)],
        Action::RecallFailed,
        "take a refused message back",
    ),
    bind(&[EmptyDraft], &[Chord::plain(key('?'))], Action::OpenHelp, "help (composer empty)"),
    bind(
        &[Chat, Palette, Prompt, Card, Chooser, Form],
        &[Chord::plain(Key::Function(1))],
        Action::OpenHelp,
        "help",
    ),
    bind(
        &[Chat, Palette, Prompt, Card, Help, Form],
        &[Chord::plain(Key::Esc)],
        Action::Cancel,
        "close what is open; drafts stay",
    ),
    bind(&[Chat], &[Chord::ctrl(key('c'))], Action::ClearDraft, "clear the draft"),
    bind(
        &[EmptyDraft, Chooser, Form],
        &[Chord::ctrl(key('c'))],
        Action::Quit,
        "quit (composer empty)",
    ),
    bind(
        &[Chat, Palette, Prompt, Card, Chooser, Form],
        &[Chord::ctrl(key('q'))],
        Action::Quit,
        "quit",
    ),
    bind(
        &[Chat, Palette, Prompt, Card, Help, Chooser, Form],
        &[Chord::ctrl(key('l'))],
        Action::Redraw,
        "draw the screen anew",
    ),
    bind(
        TYPING,
        &[Chord::ctrl(key('a')), Chord::plain(Key::Home)],
        Action::Edit(Edit::LineStart),
        "start of the line",
    ),
    bind(TYPING, &[Chord::ctrl(key('e'))], Action::Edit(Edit::LineEnd), "end of the line"),
    quiet(TYPING, &[Chord::plain(Key::End)], Action::Edit(Edit::LineEnd)),
    bind(
        TYPING,
        &[Chord::alt(key('b')), Chord::ctrl(Key::Left), Chord::alt(Key::Left)],
        Action::Edit(Edit::WordLeft),
        "a word left",
    ),
    bind(
        TYPING,
        &[Chord::alt(key('f')), Chord::ctrl(Key::Right), Chord::alt(Key::Right)],
        Action::Edit(Edit::WordRight),
        "a word right",
    ),
    bind(
        TYPING,
        &[Chord::ctrl(key('w')), Chord::alt(Key::Backspace)],
        Action::Edit(Edit::DeleteWordBack),
        "delete the word before",
    ),
    bind(
        TYPING,
        &[Chord::alt(key('d'))],
        Action::Edit(Edit::DeleteWordForward),
        "delete the word after",
    ),
    bind(
        TYPING,
        &[Chord::ctrl(key('u'))],
        Action::Edit(Edit::KillToStart),
        "delete to the start of the line",
    ),
    bind(
        TYPING,
        &[Chord::alt(key('k'))],
        Action::Edit(Edit::KillToEnd),
        "delete to the end of the line",
    ),
    bind(TYPING, &[Chord::ctrl(key('y'))], Action::Edit(Edit::Yank), "bring back what was deleted"),
    quiet(TYPING, &[Chord::plain(Key::Backspace)], Action::Edit(Edit::Backspace)),
    quiet(TYPING, &[Chord::plain(Key::Delete), Chord::ctrl(key('d'))], Action::Edit(Edit::Delete)),
    quiet(TYPING, &[Chord::plain(Key::Left), Chord::ctrl(key('b'))], Action::Edit(Edit::Left)),
    quiet(TYPING, &[Chord::plain(Key::Right), Chord::ctrl(key('f'))], Action::Edit(Edit::Right)),
    quiet(&[Chat], &[Chord::plain(Key::Up)], Action::Edit(Edit::LineUp)),
    quiet(&[Chat], &[Chord::plain(Key::Down)], Action::Edit(Edit::LineDown)),
    quiet(&[Palette, Prompt, Card, Chooser, Form], &[Chord::plain(Key::Enter)], Action::Submit),
    quiet(LISTS, &[Chord::plain(Key::Up), Chord::ctrl(key('p'))], Action::Up),
    quiet(
        LISTS,
        &[Chord::plain(Key::Down), Chord::ctrl(key('n')), Chord::plain(Key::Tab)],
        Action::Down,
    ),
    quiet(&[Palette, Help], &[Chord::plain(Key::PageUp)], Action::PageUp),
    quiet(&[Palette, Help], &[Chord::plain(Key::PageDown)], Action::PageDown),
    quiet(&[Palette, Prompt, Card, Help], &[Chord::ctrl(key('c'))], Action::Cancel),
    quiet(&[Palette], &[Chord::ctrl(key('k'))], Action::Cancel),
    quiet(&[Help], &[Chord::plain(key('q')), Chord::plain(Key::Function(1))], Action::Cancel),
    quiet(&[Chooser], &[Chord::plain(Key::Esc), Chord::plain(key('q'))], Action::Quit),
    quiet(&[Form], &[Chord::plain(Key::Tab), Chord::plain(Key::Down)], Action::NextField),
    quiet(&[Form], &[Chord::shift(Key::Tab), Chord::plain(Key::Up)], Action::PreviousField),
];
