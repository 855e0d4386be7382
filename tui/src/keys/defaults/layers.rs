//! Layers: opening and closing what lies over the chat, choosing in lists, forms, the whole client.

use super::{Binding, bind, key, quiet};
use crate::keys::{Chord, Key};
use crate::state::Context::{
    Card, Chat, Chooser, Digest, EmptyDraft, Form, Help, Palette, Paste, Picture, Prompt, Search,
    Select, Threads,
};
use crate::state::action::{Action, Context, Open};

const LISTS: &[Context] = &[Palette, Help, Chooser];

pub(super) const BINDINGS: &[Binding] = &[
    bind(
        &[Chat, Select],
        &[Chord::ctrl(key('k'))],
        Action::Open(Open::Palette),
        "go anywhere, do anything",
    ),
    bind(
        &[EmptyDraft, Select],
        &[Chord::plain(key('?'))],
        Action::Open(Open::Help),
        "help (composer empty)",
    ),
    bind(
        &[
            Chat, Select, Palette, Search, Digest, Threads, Picture, Prompt, Card, Paste, Chooser,
            Form,
        ],
        &[Chord::plain(Key::Function(1))],
        Action::Open(Open::Help),
        "help",
    ),
    bind(
        &[Chat, Palette, Search, Digest, Threads, Picture, Prompt, Card, Paste, Help, Form],
        &[Chord::plain(Key::Esc)],
        Action::Cancel,
        "close what is open; drafts stay",
    ),
    bind(
        &[EmptyDraft, Chooser, Form],
        &[Chord::ctrl(key('c'))],
        Action::Quit,
        "quit (composer empty)",
    ),
    bind(
        &[
            Chat, Select, Palette, Search, Digest, Threads, Picture, Prompt, Card, Paste, Chooser,
            Form,
        ],
        &[Chord::ctrl(key('q'))],
        Action::Quit,
        "quit",
    ),
    bind(
        &[
            Chat, Select, Palette, Search, Digest, Threads, Picture, Prompt, Card, Paste, Help,
            Chooser, Form,
        ],
        &[Chord::ctrl(key('l'))],
        Action::Redraw,
        "draw the screen anew",
    ),
    bind(
        &[
            Chat, Select, Palette, Search, Digest, Threads, Picture, Prompt, Card, Paste, Help,
            Chooser, Form,
        ],
        &[Chord::ctrl(key('z'))],
        Action::Suspend,
        "back to the shell for a while; `fg` returns",
    ),
    quiet(
        &[Palette, Search, Digest, Threads, Picture, Prompt, Card, Chooser, Form],
        &[Chord::plain(Key::Enter)],
        Action::Submit,
    ),
    quiet(LISTS, &[Chord::plain(Key::Up), Chord::ctrl(key('p'))], Action::Up),
    quiet(
        LISTS,
        &[Chord::plain(Key::Down), Chord::ctrl(key('n')), Chord::plain(Key::Tab)],
        Action::Down,
    ),
    quiet(&[Card, Paste], &[Chord::plain(Key::Up), Chord::plain(key('k'))], Action::Up),
    quiet(&[Card, Paste], &[Chord::plain(Key::Down), Chord::plain(key('j'))], Action::Down),
    quiet(&[Palette], &[Chord::ctrl(key('r'))], Action::Down),
    quiet(&[Search], &[Chord::plain(Key::Up), Chord::ctrl(key('p'))], Action::Up),
    quiet(&[Search], &[Chord::plain(Key::Down), Chord::ctrl(key('n'))], Action::Down),
    quiet(
        &[Palette, Search, Digest, Threads, Card, Paste, Help],
        &[Chord::plain(Key::PageUp)],
        Action::PageUp,
    ),
    quiet(
        &[Palette, Search, Digest, Threads, Card, Paste, Help],
        &[Chord::plain(Key::PageDown)],
        Action::PageDown,
    ),
    quiet(
        &[Palette, Search, Digest, Threads, Picture, Prompt, Card, Paste, Help],
        &[Chord::ctrl(key('c'))],
        Action::Cancel,
    ),
    quiet(&[Palette], &[Chord::ctrl(key('k'))], Action::Cancel),
    quiet(&[Help], &[Chord::plain(key('q')), Chord::plain(Key::Function(1))], Action::Cancel),
    quiet(&[Chooser], &[Chord::plain(Key::Esc), Chord::plain(key('q'))], Action::Cancel),
    quiet(&[Form], &[Chord::plain(Key::Tab), Chord::plain(Key::Down)], Action::NextField),
    quiet(&[Form], &[Chord::shift(Key::Tab), Chord::plain(Key::Up)], Action::PreviousField),
];
