//! The settings: opening them, going through them, choosing.

use super::{Binding, bind, key, quiet};
use crate::keys::{Chord, Key};
use crate::state::Context::{Select, Settings};
use crate::state::action::{Action, Edit, Open};

pub(super) const BINDINGS: &[Binding] = &[
    bind(&[Select], &[Chord::plain(key(','))], Action::Open(Open::Settings), "settings"),
    quiet(&[Settings], &[Chord::plain(Key::Up), Chord::plain(key('k'))], Action::Up),
    quiet(
        &[Settings],
        &[Chord::plain(Key::Down), Chord::plain(key('j')), Chord::plain(Key::Tab)],
        Action::Down,
    ),
    quiet(&[Settings], &[Chord::plain(Key::PageUp)], Action::PageUp),
    quiet(&[Settings], &[Chord::plain(Key::PageDown)], Action::PageDown),
    quiet(
        &[Settings],
        &[Chord::plain(Key::Left), Chord::plain(key('h'))],
        Action::Edit(Edit::Left),
    ),
    quiet(
        &[Settings],
        &[Chord::plain(Key::Right), Chord::plain(key('l'))],
        Action::Edit(Edit::Right),
    ),
    quiet(&[Settings], &[Chord::plain(Key::Enter), Chord::plain(key(' '))], Action::Submit),
    quiet(
        &[Settings],
        &[Chord::plain(Key::Esc), Chord::plain(key('q')), Chord::ctrl(key('c'))],
        Action::Cancel,
    ),
    quiet(&[Settings], &[Chord::plain(Key::Function(1))], Action::Open(Open::Help)),
    quiet(&[Settings], &[Chord::ctrl(key('l'))], Action::Redraw),
    quiet(&[Settings], &[Chord::ctrl(key('q'))], Action::Quit),
];
